"""Links on section and home pages, and the way to older items."""

from __future__ import annotations

from parsel import Selector, SelectorList

from crawlers.discovery import Link, TooMuchToRead, absolute, check_tags
from crawlers.source import Section
from crawlers.source_fields import is_xpath

MAX_PAGES = 50  # of one section in one run; a daily run ends much sooner, at a page that brings nothing new
MAX_PAGE_BYTES = 5 << 20  # of HTML that is parsed
MAX_PAGE_TAGS = 60_000  # 60 us each, if all are links
_HREFS = "self::*[@href]/@href | self::*[not(@href)]//a/@href"  # of a link, or of the links in what was chosen


def check_size(html: bytes) -> None:
    """Raise TooMuchToRead for a page that must not be parsed: its tree could take 20 times its bytes, and more."""
    if len(html) > MAX_PAGE_BYTES:
        raise TooMuchToRead(f"{len(html)} bytes, at most {MAX_PAGE_BYTES} are read")
    check_tags(html, MAX_PAGE_TAGS)


def links_in_page(page: Selector, url: str, links: str | None) -> list[Link]:
    """Links in document order, each once. `links` is css or xpath of the `a` elements; None: all of them."""
    base = _base(page, url)
    chosen = page.css("a") if links is None else _chosen(page, links)
    targets = (target for element in chosen for target in element.xpath(_HREFS).getall())
    found = (absolute(base, target) for target in targets)
    return [Link(target) for target in dict.fromkeys(each.partition("#")[0] for each in found if each is not None)]


def next_page(page: Selector, url: str, section: Section, number: int) -> str | None:
    """URL of the page after page `number` (from 1) of a section; None where there is none."""
    if section.pages is not None:
        return absolute(section.url, section.pages.replace("{n}", str(number + 1)))
    chosen = page.css("[rel~=next]") if section.older is None else _chosen(page, section.older)
    target = chosen.xpath(_HREFS).get()
    return absolute(_base(page, url), target) if target else None


def _base(page: Selector, url: str) -> str:
    return absolute(url, page.css("base::attr(href)").get() or "") or url


def _chosen(page: Selector, rule: str) -> SelectorList[Selector]:
    return page.xpath(rule) if is_xpath(rule) else page.css(rule)
