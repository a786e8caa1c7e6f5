"""Links in a feed: RSS 0.9x, 1.0, 2.0, Atom (feedparser) and JSON Feed (https://jsonfeed.org/version/1.1)."""

from __future__ import annotations

import json
from calendar import timegm
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser

from crawlers.discovery import Link


def links_in_feed(body: bytes, url: str, content_type: str = "") -> list[Link]:
    """The items' links in the order of the feed; empty if nothing in it can be read as a feed."""
    start = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start[:1] == b"{":
        return _links_in_json(start, url)
    parsed = feedparser.parse(start, response_headers={"content-type": content_type, "content-location": url})
    found = (_link_of(entry, url) for entry in parsed.entries)
    return [link for link in found if link is not None]


def _link_of(entry: Any, base: str) -> Link | None:
    target = entry.get("link") or (entry.get("id") if str(entry.get("id", "")).startswith("http") else None)
    if not target:
        return None
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    dated = datetime.fromtimestamp(timegm(moment), UTC) if moment else None
    return Link(urljoin(base, target.strip()), dated)


def _links_in_json(body: bytes, base: str) -> list[Link]:
    try:
        items = json.loads(body).get("items", [])
    except (ValueError, AttributeError):
        return []
    links = []
    for item in items if isinstance(items, list) else []:
        target = item.get("url") if isinstance(item, dict) else None
        if isinstance(target, str):
            links.append(Link(urljoin(base, target), moment_of(item.get("date_published"))))
    return links


def moment_of(text: object) -> datetime | None:
    """An aware datetime of W3C form (a day alone is its midnight UTC); None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
