"""NewsSpider: one spider, driven by a Source. It finds articles and fetches those that are owed.

It keeps no page: the tap below it has recorded every exchange already. Its callbacks only say which
capture answers which URL, and follow links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from urllib.parse import urljoin

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response, TextResponse

from crawlers.addresses import AddressRefused
from crawlers.discovery import Link, TooMuchToRead
from crawlers.discovery.feeds import check_feed, links_in_feed
from crawlers.discovery.sections import MAX_PAGES, check_size, links_in_page, next_page
from crawlers.discovery.sitemaps import read_sitemap, sitemaps_in_robots
from crawlers.document_key import document_key
from crawlers.limits import AS_SENT
from crawlers.source import Section
from crawlers.visit import Visit
from storage.errors import WarraqError
from storage.ledger import Found, answers_for_good

MAX_SITEMAPS = 500  # files of one source in one run
_FOUND_FIRST = 10  # priority of pages that name articles over the articles themselves


class NewsSpider(scrapy.Spider):
    """Discovery pages first, then articles; every outcome is counted in the visit."""

    name = "news"

    def __init__(self, visit: Visit, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visit = visit
        self.source = visit.source
        self._sitemaps_asked = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.callback_failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for what the source file names, and for what earlier runs still owe."""
        found = self.source.discover
        for feed in found.feeds:
            yield self._page(feed, self.read_feed)
        for sitemap in found.sitemaps:
            if sitemap == "robots":
                yield self._page(urljoin(self.source.home, "/robots.txt"), self.read_robots)
            else:
                yield self._page(sitemap, self.read_sitemap)
        for section in found.sections:
            yield self._page(section.url, self.read_section, section=section, number=1)
        if not (found.feeds or found.sitemaps or found.sections):
            home = Section(url=self.source.home)
            yield self._page(self.source.home, self.read_section, section=home, number=MAX_PAGES)
        for request in self._articles(self.visit.ledger.owed(self.source.id)):
            yield request

    # --- pages that name articles ----------------------------------------------------------------

    def _page(self, url: str, callback: Callable[..., Any], **arguments: Any) -> Request:
        return self._request(url, callback, self.page_failed, priority=_FOUND_FIRST, cb_kwargs=arguments)

    def _request(self, url: str, callback: Any, errback: Any, *, as_sent: bool = False, **more: Any) -> Request:
        # The ledger knows what was asked for; Scrapy's filter would drop a redirect to a page already fetched.
        meta = {"download_slot": self.source.id, AS_SENT: as_sent}
        return Request(url, callback=callback, errback=errback, meta=meta, dont_filter=True, **more)

    def read_feed(self, response: Response) -> Iterator[Request]:
        if self._answers(response):
            content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
            try:
                check_feed(response.body)
            except TooMuchToRead as error:
                self._too_much(response, error)
                return
            links = links_in_feed(response.body, response.url, content_type)
            if not links:
                self.visit.page_problem(f"no item in the feed {response.url}")
            yield from self._take(links, response)

    def read_robots(self, response: Response) -> Iterator[Request]:
        if self._answers(response):
            listed = sitemaps_in_robots(response.body, response.url)
            if not listed:
                self.visit.page_problem(f"no sitemap listed in {response.url}")
            for url in listed:
                yield self._page(url, self.read_sitemap)

    def read_sitemap(self, response: Response) -> Iterator[Request]:
        if not self._answers(response):
            return
        sitemap = read_sitemap(response.body, response.url)
        if sitemap.too_much:
            self._too_much(response, sitemap.too_much)
        elif not (sitemap.pages or sitemap.sitemaps):
            self.visit.page_problem(f"nothing in the sitemap {response.url}")
        yield from self._take(sitemap.pages, response)
        since = self.visit.since
        for link in sitemap.sitemaps:
            if since is not None and link.dated is not None and link.dated < since:
                continue
            self._sitemaps_asked += 1
            if self._sitemaps_asked > MAX_SITEMAPS:
                self.visit.problem(f"more than {MAX_SITEMAPS} sitemaps; {link.url} and later ones are left alone")
                return
            yield self._page(link.url, self.read_sitemap)

    def read_section(self, response: Response, section: Section, number: int) -> Iterator[Request]:
        if number > 1 and response.status in (404, 410):
            return  # the end of the pages
        if not self._answers(response):
            return
        if not isinstance(response, TextResponse):
            self.visit.page_problem(f"the section {response.url} is not a text page")
            return
        try:
            check_size(response.body)
        except TooMuchToRead as error:
            self._too_much(response, error)
            return
        links = links_in_page(response.selector, response.url, section.links)
        yield from self._take(links, response)
        follows = next_page(response.selector, response.url, section, number)
        if follows is not None and number < MAX_PAGES and self._brings_something_new(links):
            yield self._page(follows, self.read_section, section=section, number=number + 1)

    def _too_much(self, response: Response, error: object) -> None:
        self.visit.page_problem(f"{response.url} is not read: {error}")

    def _brings_something_new(self, links: Iterable[Link]) -> bool:
        """Whether a page names an article that this visit asks for, here or by way of a feed."""
        return any(document_key(link.url, self.source) in self.visit.asked for link in links)

    def _answers(self, response: Response) -> bool:
        if response.status == 200:
            self.visit.counts["pages"] += 1
            return True
        self.visit.page_problem(f"{response.url}: answers {response.status}")
        return False

    def callback_failed(self, failure: Any, response: Response, spider: scrapy.Spider) -> None:
        """A bug of ours, or a rule of the source that does not run: named, not only logged by Scrapy."""
        self.visit.page_problem(f"{response.url} could not be read: {_in_a_word(failure)}")

    def page_failed(self, failure: Any) -> None:
        if failure.check(WarraqError):
            return  # a fault of ours, which ends the crawl and is its problem
        if failure.check(AddressRefused):
            self.visit.counts["refused_address"] += 1
        self.visit.page_problem(f"{failure.request.url}: {_in_a_word(failure)}")

    # --- articles --------------------------------------------------------------------------------

    def _take(self, links: Iterable[Link], page: Response) -> Iterator[Request]:
        """Write a page's article links down, as found when it was captured, and ask for those that are owed."""
        found = []
        for link in links:
            if not self.source.is_article(link.url):
                self.visit.counts["not_articles"] += 1
            elif self._too_old(link.dated):
                self.visit.counts["older"] += 1
            else:
                found.append(Found(document_key(link.url, self.source), link.url, page.url, link.dated))
        self.visit.counts["found"] += len({item.document_key for item in found} - self.visit.asked)
        yield from self._articles(self.visit.ledger.discover(self.source.id, found, page.meta["captured"].captured_at))

    def _too_old(self, dated: datetime | None) -> bool:
        return self.visit.since is not None and dated is not None and dated < self.visit.since

    def _articles(self, owed: Iterable[Found]) -> Iterator[Request]:
        visit = self.visit
        for item in owed:
            if item.document_key in visit.asked or self._too_old(item.dated):
                continue
            if visit.limit is not None and len(visit.asked) >= visit.limit:
                return
            visit.asked.add(item.document_key)
            visit.counts["asked"] += 1
            key = {"key": item.document_key}
            yield self._request(item.url, self.article_answered, self.article_failed, as_sent=True, cb_kwargs=key)

    def article_answered(self, response: Response, key: str) -> None:
        """The capture lies in the recorder; say which URL it answers."""
        if answers_for_good(response.status):
            self.visit.recorder.done(key, response.meta["captured"])
            self.visit.counts["fetched" if response.status == 200 else "gone"] += 1
        else:
            self._failed(key, response.url, f"answers {response.status}")

    def article_failed(self, failure: Any) -> None:
        request, why = failure.request, failure.value
        if failure.check(WarraqError):
            return  # a fault of ours, which ends the crawl; the URL stays owed
        if failure.check(AddressRefused):
            self.visit.counts["refused_address"] += 1
            if why.final:
                self._refused(request, _in_a_word(failure), "inner address")
                return
        elif str(why) == "Forbidden by robots.txt":  # an IgnoreRequest, as many other things are
            self._refused(request, "left alone, robots.txt forbids it", "robots.txt")
            return
        self._failed(request.cb_kwargs["key"], request.url, _in_a_word(failure))

    def _refused(self, request: Request, problem: str, why: str) -> None:
        """Nothing is owed: asking again would change nothing."""
        self.visit.counts["refused"] += 1
        self.visit.problem(f"{request.url}: {problem}")
        self.visit.recorder.refused(request.cb_kwargs["key"], why)

    def _failed(self, key: str, url: str, problem: str) -> None:
        self.visit.counts["failed"] += 1
        self.visit.problem(f"{url}: {problem}")
        self.visit.recorder.failed(key, problem)


def _in_a_word(failure: Any) -> str:
    """The exception behind a failure as one line."""
    text = " ".join(str(failure.value).split())
    return f"{failure.type.__name__}: {text}"[:300] if text else str(failure.type.__name__)
