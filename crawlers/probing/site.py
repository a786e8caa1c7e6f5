"""What was fetched of a site that is being looked at, and what its pages say of themselves."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from parsel import Selector

from crawlers.decoding import Decoded, decode_html
from crawlers.discovery import absolute
from crawlers.discovery.feeds import links_in_feed
from crawlers.discovery.sections import MAX_PAGE_BYTES
from crawlers.discovery.sitemaps import Sitemap, read_sitemap, sitemaps_in_robots
from crawlers.probing.families import Named, is_own
from crawlers.probing.shapes import host_of

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|a|div|table|meta)[\s>]", re.IGNORECASE)
_CHALLENGE = re.compile(
    r"cf-chl|_cf_chl|cdn-cgi/challenge|__cf_bm|just a moment|checking your browser|attention required|ddos-guard"
    r"|captcha|incapsula|_Incapsula_|sucuri_cloudproxy|access denied|enable javascript and cookies to continue",
    re.IGNORECASE,
)
_BUSY_OR_BARRED = (401, 403, 407, 418, 429, 451, 503)
MAX_CHALLENGE_CHARS = 60_000  # a page of news that speaks of captchas is longer
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")


@dataclass(frozen=True)
class Answer:
    """What came of asking for one URL, redirects followed."""

    asked: str
    url: str  # of the answer; as asked if there was none
    status: int = 0  # 0: no answer
    content_type: str = ""
    body: bytes = b""  # content codings off
    problem: str = ""  # why there was no answer, in a line

    @property
    def is_ok(self) -> bool:
        return self.status == 200

    @property
    def is_forbidden(self) -> bool:
        """Whether robots.txt kept us from asking, by what it says; not because it cannot be had."""
        return "left alone, " in self.problem

    @cached_property
    def is_barred(self) -> bool:
        """Whether the site turns away programs: by status, or by a page that tests who asks."""
        if self.status in _BUSY_OR_BARRED:
            return True
        return 0 < len(self.body) < MAX_CHALLENGE_CHARS and self.is_html and bool(_CHALLENGE.search(self.text.text))

    @cached_property
    def is_html(self) -> bool:
        kind = self.content_type.partition(";")[0].strip().lower()
        return kind in ("text/html", "application/xhtml+xml") or (
            kind in ("", "text/plain") and bool(_HTML.search(self.body[:4000]))
        )

    @cached_property
    def text(self) -> Decoded:
        return decode_html(self.body[:MAX_PAGE_BYTES], self.content_type)

    @cached_property
    def page(self) -> Selector:
        return Selector(text=self.text.text or "<html></html>", type="html")

    @cached_property
    def links(self) -> list[tuple[str, str]]:
        """Absolute URLs of the page's links, with their words; fragments off, in document order."""
        if not (self.is_ok and self.is_html):
            return []
        base = absolute(self.url, self.page.css("base::attr(href)").get() or "") or self.url
        found = []
        for link in self.page.css("a[href]"):
            target = absolute(base, link.attrib["href"])
            words = " ".join(" ".join(link.xpath(".//text()").getall()).split()) or link.attrib.get("title", "")
            if target is not None:
                found.append((target.partition("#")[0], words))
        return found

    @cached_property
    def feed_items(self) -> list[str]:
        """URLs of a feed's items; empty if it is no feed."""
        if not self.is_ok or (self.is_html and not re.search(rb"<(?:rss|feed|rdf:RDF)[\s>]", self.body[:2000])):
            return []
        return [link.url for link in links_in_feed(self.body, self.url, self.content_type)]

    @cached_property
    def sitemap(self) -> Sitemap:
        return Sitemap() if not self.is_ok or self.is_html else read_sitemap(self.body, self.url)

    @property
    def is_json(self) -> bool:
        return self.is_ok and self.body.lstrip()[:1] in (b"[", b"{")

    @property
    def json_links(self) -> list[str]:
        """The `link` of each item of a JSON list, such as WordPress gives of its posts."""
        try:
            found = json.loads(self.body)
        except (ValueError, RecursionError):
            return []
        links = (each.get("link") for each in found if isinstance(each, dict)) if isinstance(found, list) else ()
        return [link for link in links if isinstance(link, str)]

    @property
    def is_news_sitemap(self) -> bool:
        return b"sitemap-news" in self.body[:2000] and bool(self.sitemap.pages)


@dataclass
class Site:
    """Answers by the URL that was asked for, in the order they came."""

    address: str  # where the look began
    answers: dict[str, Answer] = field(default_factory=dict)

    def add(self, answer: Answer) -> None:
        self.answers[answer.asked] = answer

    def get(self, url: str) -> Answer:
        return self.answers.get(url) or Answer(url, url, problem="not asked for")

    @property
    def home(self) -> Answer:
        return self.get(self.address)

    @property
    def hosts(self) -> frozenset[str]:
        found = {host_of(self.home.url), host_of(self.address)}
        return frozenset(host for host in found if host)

    @property
    def robots(self) -> Answer:
        return self.get(urljoin(self.home.url, "/robots.txt"))

    @property
    def robots_sitemaps(self) -> list[str]:
        return self.sitemaps_in(self.robots)

    def sitemaps_in(self, robots: Answer) -> list[str]:
        return sitemaps_in_robots(robots.body, robots.url) if robots.is_ok else []

    @property
    def feeds(self) -> list[Answer]:
        """Those that named items."""
        return [answer for answer in self.answers.values() if answer.feed_items]

    @property
    def sitemaps(self) -> list[Answer]:
        """Those that named pages or sitemaps."""
        others = [each for each in self.answers.values() if not each.feed_items and each is not self.robots]
        return [each for each in others if _names_anything(each.sitemap)]

    @property
    def declared_feeds(self) -> list[str]:
        """Feeds that the home page declares or links to, without those of comments."""
        if not self.home.is_html:
            return []
        links = self.home.page.css("link[rel~=alternate][href]")
        found = [absolute(self.home.url, link.attrib["href"]) for link in links if _is_feed_type(link.attrib)]
        found += [
            url for url, _ in self.home.links if re.search(r"(?:rss|atom|feeds?)(?:\.xml|\.aspx?|\.php)?/?$", url)
        ]
        return [
            url for url in dict.fromkeys(found) if url and not re.search(r"comments?/(?:feed|rss)|/comments?\b", url)
        ]

    @property
    def wordpress(self) -> str | None:
        """Base of the REST interface that the home page declares."""
        if not self.home.is_html:
            return None
        declared = self.home.page.css('link[rel="https://api.w.org/"]::attr(href)').get()
        return absolute(self.home.url, declared.partition("wp-json")[0]) if declared and "wp-json" in declared else None

    def own_links(self, answer: Answer) -> list[tuple[str, str]]:
        return [(url, words) for url, words in answer.links if is_own(host_of(url), self.hosts)]

    def named(self) -> list[Named]:
        """Every URL that a feed, a sitemap or a page names, with the words of its links."""
        found = [Named(url, "feed") for feed in self.feeds for url in feed.feed_items]
        for sitemap in self.sitemaps:
            by = "news" if sitemap.is_news_sitemap else "sitemap"
            found += [Named(link.url, by) for link in sitemap.sitemap.pages]
        pages = [answer for answer in self.answers.values() if not answer.feed_items]
        return found + [Named(url, "page", words) for answer in pages for url, words in self.own_links(answer)]

    def moved(self) -> dict[str, str]:
        """URLs that led to another one: by redirect, or because it is called the canonical address."""
        found = {}
        for answer in self.answers.values():
            if answer.is_ok and answer.url != answer.asked:
                found[answer.asked] = answer.url
            elif answer.is_ok and answer.is_html and answer.asked != self.address:
                canonical = answer.page.css("link[rel=canonical]::attr(href)").get()
                target = absolute(answer.url, canonical) if canonical else None
                if target and target != answer.asked:
                    found[answer.asked] = target
        return found


def _is_feed_type(attributes: dict[str, str]) -> bool:
    return attributes.get("type", "").partition(";")[0].strip().lower() in _FEED_TYPES


def _names_anything(sitemap: Sitemap) -> bool:
    return bool(sitemap.pages or sitemap.sitemaps)
