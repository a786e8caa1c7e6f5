"""Links in a feed: RSS 0.9x, 1.0, 2.0, Atom and JSON Feed (https://jsonfeed.org/version/1.1).

Links, dates and what there is of the articles, by libxml2: the reactor waits meanwhile. A feed that is no XML is
taken apart into its items first, so that one broken item costs no other."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from lxml import etree

from crawlers.discovery import Link, TooMuchToRead, absolute, check_tags
from crawlers.discovery.feed_bodies import BODIES, told_body_in, told_body_of
from crawlers.discovery.moments import moment_of
from crawlers.discovery.xml_text import charset_of, mended, xml_text

MAX_FEED_BYTES = 5 << 20  # the largest known feed has 1.1 MB
MAX_FEED_TAGS = 150_000  # an item has about thirty
MAX_FEED_ITEMS = 5_000
MAX_TAG_BYTES = 20_000  # libxml2's time grows with the square of the attributes
_LONG_TAG = re.compile(rb"<[^<>!?][^<>]{%d}" % MAX_TAG_BYTES)
_ITEM = re.compile(r"<((?:\w+:)?(?:item|entry))(?=[\s>/])", re.IGNORECASE)
_BASE = re.compile(r"""xml:base\s*=\s*["']([^"'<>]+)""")
_CHANNEL_END = re.compile(r"</(?:\w+:)?(?:channel|feed|rdf)\s*>", re.IGNORECASE)
_FEED = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed|channel)(?=[\s>])", re.IGNORECASE)
_PUBLISHED = ("pubdate", "published", "date", "issued", "created")
_CHANGED = ("updated", "modified", "lastmod")
_NAMES = frozenset((*("link", "guid", "id", "origlink", "title"), *_PUBLISHED, *_CHANGED, *BODIES))
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_SAFE: dict[str, Any] = {"resolve_entities": False, "no_network": True, "load_dtd": False}


def check_feed(body: bytes) -> None:
    """Raise TooMuchToRead for a feed that `links_in_feed` gives nothing of, however many items it has."""
    check_tags(body[:MAX_FEED_BYTES], MAX_FEED_TAGS)
    if body.count(b"{") > MAX_FEED_TAGS and body.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in b"{[":
        raise TooMuchToRead(f"more than {MAX_FEED_TAGS} objects in {len(body)} bytes")
    if _LONG_TAG.search(body[:MAX_FEED_BYTES]):
        raise TooMuchToRead(f"a tag of more than {MAX_TAG_BYTES} bytes")


def links_in_feed(body: bytes, url: str, content_type: str = "") -> list[Link]:
    """The items' links in the order of the feed; empty if nothing in it can be read as a feed. Never raises."""
    start = body[:MAX_FEED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    try:
        check_feed(start)
    except TooMuchToRead:
        return []
    if start[:1] in (b"{", b"["):
        return _links_in_json(start, url)
    charset = charset_of(start, content_type)
    text = xml_text(start, charset)
    if _FEED.search(text[:5000]) is None:
        return []
    found = (_link_of(item, url, charset) for item in _items(mended(text), url))
    return [link for link in found if link is not None]


def _items(text: str, url: str) -> Iterator[etree._Element]:
    """The items of a feed as trees, whose `base` is the address that their links are relative to."""
    whole = text.encode()
    try:
        root = etree.fromstring(whole, etree.XMLParser(**_SAFE), base_url=url)
    except etree.XMLSyntaxError:
        yield from _items_one_by_one(text, url)
        return
    found = (each for each in root.iter() if _local(each) in ("item", "entry"))
    for _, item in zip(range(MAX_FEED_ITEMS), found, strict=False):
        yield item


def _items_one_by_one(text: str, url: str) -> Iterator[etree._Element]:
    starts = [found.start() for found in _ITEM.finditer(text)][:MAX_FEED_ITEMS]
    if not starts:
        return
    outer = _BASE.search(text[: starts[0]])
    base = absolute(url, outer[1]) or url if outer else url
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        over = _CHANNEL_END.search(text, start, end)
        piece = text[start : over.start() if over else end]
        try:
            item = etree.fromstring(piece.encode(), etree.XMLParser(recover=True, **_SAFE), base_url=base)
        except etree.XMLSyntaxError:
            continue
        if item is not None:
            yield item


def _link_of(item: etree._Element, url: str, charset: str) -> Link | None:
    parts: dict[str, list[etree._Element]] = {}
    for element in item.iterdescendants():  # below an unclosed element, its neighbours are its children
        name = _local(element)
        if name in _NAMES:
            parts.setdefault(name, []).append(element)
    base = item.base or url
    for target, element in _targets(item, parts):
        at = element.base or base
        found = absolute(at if absolute(url, at) else url, target, charset) if target else None
        if found is not None:
            published = next((moment for name in _PUBLISHED for moment in _moments(parts, name)), None)
            changed = next((moment for name in _CHANGED for moment in _moments(parts, name)), None)
            return _dated_link(found, published, changed, told_body_in(parts))
    return None


def _dated_link(url: str, published: datetime | None, changed: datetime | None, told_body: str) -> Link:
    return Link(url, published or changed, published is None and changed is not None, told_body)


def _targets(item: etree._Element, parts: dict[str, list[etree._Element]]) -> Iterator[tuple[str, etree._Element]]:
    """What may be the address of the article, best first: the publisher's own before a counter's redirect."""
    for element in parts.get("origlink", []):
        yield _text(element), element
    links = parts.get("link", [])
    for element in links:
        if element.get("href") and _is_page(element):
            yield element.get("href", ""), element
    for element in links:
        if element.get("href") is None:
            yield _text(element) or _tail_of_void(element), element
    for element in parts.get("guid", []):
        text = _text(element)
        permanent = element.get("isPermaLink", element.get("ispermalink", "")).strip().lower()
        if permanent == "true" or (permanent != "false" and text.startswith(("http://", "https://"))):
            yield text, element
    about = next((str(value) for name, value in item.attrib.items() if str(name).endswith("about")), "")
    for text in (about, *map(_text, parts.get("id", [])), *map(_text, parts.get("guid", []))):
        if text.startswith(("http://", "https://")):
            yield text, item


def _is_page(link: etree._Element) -> bool:
    """Whether an Atom link is to the article, not to its comments, its pictures or its editor."""
    kind = link.get("type", "text/html")
    return link.get("rel", "alternate") == "alternate" and ("html" in kind or kind.startswith("text/"))


def _tail_of_void(link: etree._Element) -> str:
    """`<link/>https://…`, as old programs write it."""
    return (link.tail or "").strip() if len(link) == 0 else ""


def _moments(parts: dict[str, list[etree._Element]], name: str) -> Iterator[Any]:
    yield from (moment for element in parts.get(name, []) if (moment := moment_of(_text(element))) is not None)


def _text(element: etree._Element) -> str:
    return " ".join("".join(map(str, element.itertext())).split()) if element.text or len(element) else ""


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _links_in_json(body: bytes, base: str) -> list[Link]:
    try:
        feed = json.loads(body.decode(charset_of(body), "replace"), strict=False)
    except (ValueError, RecursionError):
        feed = _whole_items(body)
    items = feed.get("items", []) if isinstance(feed, dict) else []
    found = (_link_of_json(item, base) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    return [link for _, link in zip(range(MAX_FEED_ITEMS), found, strict=False) if link is not None]


def _whole_items(body: bytes) -> dict[str, Any]:
    """What a JSON Feed that breaks off still holds: the items before the break."""
    text = body.decode("utf-8", "replace")
    start = re.search(r'"items"\s*:\s*\[', text)
    items, at, decoder = [], start.end() if start else len(text), json.JSONDecoder(strict=False)
    while (at := _next_object(text, at)) < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
    return {"items": items}


def _next_object(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at if text[at : at + 1] == "{" else len(text)


def _link_of_json(item: dict[str, Any], base: str) -> Link | None:
    target = item.get("url") or item.get("id") or item.get("external_url")
    if not isinstance(target, str) or not ("url" in item or target.startswith("http")):
        return None
    url = absolute(base, target)
    published, changed = moment_of(item.get("date_published")), moment_of(item.get("date_modified"))
    return _dated_link(url, published, changed, told_body_of(item)) if url else None
