"""What to ask a known source for, to see whether it still works: what its file names, then its newest articles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from urllib.parse import urljoin

from crawlers.discovery.feeds import links_in_feed
from crawlers.probing.site import Answer, Site
from crawlers.source import Source

MAX_OF_A_KIND = 8  # feeds, sitemaps, sections that are asked for in one look
SAMPLES = 3


@dataclass(frozen=True, slots=True)
class Item:
    """An article that a page of the source names."""

    url: str
    dated: datetime | None  # what the feed or sitemap says


def rounds_for(source: Source) -> Callable[[Site, int], list[str] | None]:
    """The rounds of a check: named pages, then sitemaps that they name, and theirs, then the newest articles."""

    def next_round(site: Site, number: int) -> list[str] | None:
        deeper = partial(_deeper, source, site)  # twice: robots.txt, an index, a sitemap
        rounds = (partial(named_pages, source), deeper, deeper, partial(newest, source, site, SAMPLES))
        if number >= len(rounds):
            return None
        return [url for url in dict.fromkeys(rounds[number]()) if url not in site.answers]

    return next_round


def named_pages(source: Source) -> list[str]:
    """The pages that a source's file says name its articles; its home page if it says nothing."""
    found = source.discover
    sitemaps = [robots_of(source) if each == "robots" else each for each in found.sitemaps]
    wordpress = [urljoin(base.rstrip("/") + "/", "wp-json/wp/v2/posts") for base in found.wordpress]
    sections = [section.url for section in found.sections]
    pages = [url for urls in (found.feeds, sitemaps, wordpress, sections) for url in urls[:MAX_OF_A_KIND]]
    return pages or [source.home]


def robots_of(source: Source) -> str:
    return urljoin(source.home, "/robots.txt")


def _deeper(source: Source, site: Site) -> list[str]:
    robots = site.get(robots_of(source))
    listed = site.sitemaps_in(robots) if "robots" in source.discover.sitemaps else []
    children = [link for each in site.sitemaps for link in each.sitemap.sitemaps]
    dated = sorted((link for link in children if link.dated), key=lambda link: str(link.dated), reverse=True)
    return [*listed[:MAX_OF_A_KIND], *(link.url for link in (dated or children)[:2])]


def items_of(source: Source, answer: Answer) -> list[Item]:
    """The articles that one page names, by the source's own patterns."""
    if answer.feed_items:
        links = links_in_feed(answer.body, answer.url, answer.content_type)
        found = [Item(link.url, link.dated) for link in links]
    elif answer.sitemap.pages:
        found = [Item(link.url, link.dated) for link in answer.sitemap.pages]
    elif answer.is_json:
        found = [Item(url, None) for url in answer.json_links]
    else:
        found = [Item(url, None) for url, _ in answer.links]
    return [item for item in found if source.is_article(item.url)]


def newest(source: Source, site: Site, count: int) -> list[str]:
    """The newest articles that were named, by their dates; the first named ones where there are none."""
    items = [item for answer in site.answers.values() for item in items_of(source, answer)]
    ranked = sorted(items, key=lambda item: (item.dated is not None, str(item.dated)), reverse=True)
    return list(dict.fromkeys(item.url for item in ranked))[:count]
