"""Links on section and home pages, and the way to older items: a number in the address, a link, or a "more" button.

A page may be HTML, or the JSON with HTML or addresses in it that a "load more" button gets."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from parsel import Selector, SelectorList

from crawlers.decoding import decode_html
from crawlers.discovery import Link, TooMuchToRead, absolute, check_tags
from crawlers.discovery.moments import moment_of
from crawlers.source import Section
from crawlers.source_fields import is_xpath

MAX_PAGE_BYTES = 5 << 20  # of HTML that is parsed
MAX_PAGE_TAGS = 60_000  # 60 us each, if all are links
_HREFS = "self::*[@href]/@href | self::*[not(@href)]//a/@href"  # of a link, or of the links in what was chosen
# The date of the smallest thing around a link that holds one date: of its item, not of the page.
_DATE_BESIDE = "(ancestor-or-self::*[.//time[@datetime]][1])[count(.//time[@datetime]) = 1]//time/@datetime"
_MORE = (  # attributes of buttons that hold an address, best first
    *("data-next-url", "data-next-page-url", "data-next-href", "data-load-more-url", "data-loadmore-url"),
    *("data-more-url", "data-ajax-url", "data-next", "hx-get", "data-href", "data-url", "data-src", "data-load"),
    "data-link",
)
_NUMBER = re.compile(r"\{n\}|\{page\}|__page__|:page\b|%d", re.IGNORECASE)
_HAS_NUMBER = re.compile(r"[?&/](?:page|p|paged|offset|start|skip)[=/]\d", re.IGNORECASE)
_BUTTON = (
    "//*[contains(concat(' ', @rel, ' '), ' next ')] | //*[@data-next-url or @data-next-page-url or @data-load-more-url"
    " or @data-loadmore-url] | //*[self::a or self::button or self::div or self::span or self::li]"
    "[@data-url or @data-href or @data-ajax-url or @data-next or @hx-get]"
    "[contains(translate(concat(@class, ' ', @id), 'LOADMRE', 'loadmre'), 'more')]"
)
_JSON_LINKS = frozenset(("url", "link", "href", "permalink", "uri", "path", "loc", "article_url", "full_url"))
_JSON_NEXT = re.compile(r"(?:next|more|load_?more)(?:_?(?:page))?(?:_?(?:url|link|href))?|links?_next", re.IGNORECASE)
_MAX_JSON_DEPTH = 12
_MAX_LINKS = 5_000


@dataclass(frozen=True, slots=True)
class Page:
    """A list page, decoded. `html` is all of its markup; of JSON, the HTML in its texts, or nothing."""

    url: str
    html: Selector
    charset: str
    addresses: tuple[str, ...] = ()  # of JSON: what stands under names such as `url`
    follows: str | None = None  # of JSON: the address of the next page


def check_size(html: bytes) -> None:
    """Raise TooMuchToRead for a page that must not be parsed: its tree could take 20 times its bytes, and more."""
    if len(html) > MAX_PAGE_BYTES:
        raise TooMuchToRead(f"{len(html)} bytes, at most {MAX_PAGE_BYTES} are read")
    check_tags(html, MAX_PAGE_TAGS)


def read_page(body: bytes, url: str, content_type: str = "") -> Page:
    """A list page in HTML or JSON, decoded by what it reads as. Raises TooMuchToRead."""
    check_size(body)
    decoded = decode_html(body, content_type)
    start = decoded.text.lstrip("\ufeff \t\r\n")
    if start[:1] in ("{", "["):
        try:
            return _json_page(json.loads(start, strict=False), url)
        except (ValueError, RecursionError):
            pass
    return Page(url, Selector(decoded.text or "<html/>"), decoded.charset_used)


def _json_page(data: Any, url: str) -> Page:
    markup: list[str] = []
    addresses: list[str] = []
    follows: list[str] = []
    for name, text in _texts(data, "", 0):
        if "<" in text:
            markup.append(text)
        elif _JSON_NEXT.fullmatch(name):
            follows.append(text)
        elif name.lower() in _JSON_LINKS:
            addresses.append(text)
    html = "\n".join(markup)
    check_size(html.encode("utf-8", "replace"))
    return Page(url, Selector(html or "<html/>"), "utf-8", tuple(addresses), follows[0] if follows else None)


def _texts(data: Any, name: str, depth: int) -> Iterator[tuple[str, str]]:
    """Every text in JSON with the name it stands under; what `next: {href: …}` holds counts as `next`."""
    if isinstance(data, str):
        yield name, data
    elif depth < _MAX_JSON_DEPTH and isinstance(data, dict):
        for key, value in data.items():
            inherits = _JSON_NEXT.fullmatch(name) and key.lower() in _JSON_LINKS
            yield from _texts(value, name if inherits else str(key), depth + 1)
    elif depth < _MAX_JSON_DEPTH and isinstance(data, list):
        for value in data:
            yield from _texts(value, name, depth + 1)


def links_in_page(page: Selector | Page, url: str, links: str | None) -> list[Link]:
    """Links in document order, each once. `links` is css or xpath of the `a` elements; None: all of them.

    Fragments go, but for `#!`, which some sites make their addresses of."""
    read = page if isinstance(page, Page) else Page(url, page, "utf-8")
    base = _base(read.html, url)
    chosen = read.html.css("a, area") if links is None else _chosen(read.html, links)
    has_dates = bool(read.html.xpath("(//time[@datetime])[1]"))
    found: dict[str, datetime | None] = {}
    for element in chosen:
        dated = moment_of(element.xpath(_DATE_BESIDE).get()) if has_dates else None
        for target in element.xpath(_HREFS).getall():
            _add(found, absolute(base, target, read.charset), dated)
    for target in read.addresses:
        _add(found, absolute(base, target, read.charset), None)
    return [Link(url, dated) for url, dated in found.items()][:_MAX_LINKS]


def _add(found: dict[str, datetime | None], url: str | None, dated: datetime | None) -> None:
    """A picture and a headline often lead to one article; the date stands beside one of them."""
    if url is not None:
        plain = _plain(url)
        found[plain] = found.get(plain) or dated


def _plain(url: str) -> str:
    before, _, fragment = url.partition("#")
    return url if fragment.startswith("!") and len(fragment) > 1 else before


def next_page(page: Selector | Page, url: str, section: Section, number: int) -> str | None:
    """URL of the page after page `number` (from 1) of a section; None where there is none."""
    read = page if isinstance(page, Page) else Page(url, page, "utf-8")
    if section.pages is not None:
        return absolute(section.url, section.pages.replace("{n}", str(number + 1)))
    base = _base(read.html, url)
    if section.older is not None:
        return next(_addresses(_chosen(read.html, section.older), base, read, number), None) or _follows(read)
    return _follows(read) or next(_addresses(read.html.xpath(_BUTTON), base, read, number), None)


def _follows(page: Page) -> str | None:
    return absolute(page.url, page.follows) if page.follows else None


def _addresses(chosen: SelectorList[Selector], base: str, page: Page, number: int) -> Iterator[str]:
    """Where links and "more" buttons lead, a button's own address first; what leads nowhere is passed over."""
    for element in chosen:
        buttons = (_numbered(element.attrib.get(name, ""), element, number + 1) for name in _MORE)
        for target in (*buttons, *element.xpath(_HREFS).getall()):
            found = absolute(base, target, page.charset) if target and not target.startswith("#") else None
            if found is not None:
                yield found


def _numbered(target: str, button: Selector, number: int) -> str:
    """The address on a button with the number of the page to load, which may stand in an attribute beside it."""
    if not target or target.isdigit() or not any(sign in target for sign in "/?"):
        return ""
    filled = _NUMBER.sub(str(number), target)
    beside = button.attrib.get("data-page") or button.attrib.get("data-next-page") or ""
    if filled == target and beside.isdigit() and not _HAS_NUMBER.search(target):
        return f"{target}{'&' if '?' in target else '?'}page={beside}"
    return filled


def _base(page: Selector, url: str) -> str:
    return absolute(url, page.css("base::attr(href)").get() or "") or url


def _chosen(page: Selector, rule: str) -> SelectorList[Selector]:
    return page.xpath(rule) if is_xpath(rule) else page.css(rule)
