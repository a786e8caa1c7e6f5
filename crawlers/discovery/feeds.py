"""Links in a feed: RSS 0.9x, 1.0, 2.0, Atom (feedparser) and JSON Feed (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import io
import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any

import feedparser
from lxml import etree

from crawlers.discovery import Link, absolute, check_tags

MAX_FEED_BYTES = 10 << 20  # feedparser takes 0.7 s a MB, and the reactor waits; the largest known feed has 1.1 MB

MAX_FEED_TAGS = 60_000  # feedparser takes 0.1 ms each; an item has about thirty


def check_feed(body: bytes) -> None:
    """Raise TooMuchToRead for a feed that `links_in_feed` gives nothing of, however many items it has."""
    check_tags(body[:MAX_FEED_BYTES], MAX_FEED_TAGS)


def links_in_feed(body: bytes, url: str, content_type: str = "") -> list[Link]:
    """The items' links in the order of the feed; empty if nothing in it can be read as a feed. Never raises."""
    start = body[:MAX_FEED_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return _links_in_json(start, url)
    if start.count(b"<") > MAX_FEED_TAGS or _is_too_deep(start):
        return []
    # A stream, because feedparser takes bytes that are the name of a file for that file.
    headers = {"content-type": content_type, "content-location": url}
    parsed = feedparser.parse(io.BytesIO(start), response_headers=headers)
    found = (_link_of(entry, url) for entry in parsed.entries)
    return [link for link in found if link is not None]


def _is_too_deep(xml: bytes) -> bool:
    """Whether elements lie in one another beyond libxml2's limit: feedparser's time grows with the square of it."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, load_dtd=False)
    parser.feed(xml)
    return any("depth" in entry.message for entry in parser.feed_error_log)


def _link_of(entry: Any, base: str) -> Link | None:
    target = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
    url = absolute(base, target) if target else None
    # feedparser's own `get` answers with the date of publishing, and a warning.
    parsed = entry.get("published_parsed") or dict.get(entry, "updated_parsed")
    return Link(url, _moment(parsed)) if url else None


def _moment(parsed: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(timegm(parsed), UTC) if parsed else None
    except (ValueError, OverflowError):  # a year that no calendar here has
        return None


def _links_in_json(body: bytes, base: str) -> list[Link]:
    try:
        items = json.loads(body).get("items", [])
    except (ValueError, AttributeError, RecursionError):
        return []
    found = (_link_of_json(item, base) for item in items if isinstance(item, dict)) if isinstance(items, list) else ()
    return [link for link in found if link is not None]


def _link_of_json(item: dict[str, Any], base: str) -> Link | None:
    target = item.get("url") or item.get("id")
    if not isinstance(target, str) or not ("url" in item or target.startswith("http")):
        return None
    url = absolute(base, target)
    return Link(url, moment_of(item.get("date_published")) or moment_of(item.get("date_modified"))) if url else None


def moment_of(text: object) -> datetime | None:
    """An aware datetime of W3C form, in UTC (a day alone is its midnight UTC); None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
