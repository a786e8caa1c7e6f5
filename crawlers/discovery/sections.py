"""Links on section and home pages, and the way to older items."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

from parsel import Selector

from crawlers.discovery import Link
from crawlers.source import Section

MAX_PAGES = 50  # of one section in one run; a daily run ends much sooner, at a page that brings nothing new


def links_in_page(page: Selector, url: str, links: str | None) -> list[Link]:
    """Links in document order, each once. `links` is css or xpath of the `a` elements; None: all of them."""
    base = urljoin(url, page.css("base::attr(href)").get() or "")
    chosen = page.css("a") if links is None else page.xpath(links) if _is_xpath(links) else page.css(links)
    targets = (element.xpath("self::*[@href]/@href | self::*[not(@href)]//a/@href").getall() for element in chosen)
    found = (urljoin(base, target.strip()) for group in targets for target in group)
    urls = dict.fromkeys(target.partition("#")[0] for target in found)
    return [Link(target) for target in urls if urlsplit(target).scheme in ("http", "https")]


def next_page(page: Selector, url: str, section: Section, number: int) -> str | None:
    """URL of the page after page `number` (from 1) of a section; None where there is none."""
    if section.pages is not None:
        return urljoin(section.url, section.pages.replace("{n}", str(number + 1)))
    if section.older is not None:
        css = section.older
        target = (page.xpath(css) if _is_xpath(css) else page.css(css)).xpath("@href").get()
    else:
        target = page.xpath("//*[@rel='next'][@href]/@href").get()
    return urljoin(url, target.strip()) if target else None


def _is_xpath(rule: str) -> bool:
    return rule.startswith(("/", "./", "(/", "(./"))
