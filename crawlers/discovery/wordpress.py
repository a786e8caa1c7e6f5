"""Posts by WordPress' REST API: addresses to ask, and what its answers name.

Source: https://developer.wordpress.org/rest-api/reference/posts/"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from crawlers.discovery import Link, absolute
from crawlers.discovery.moments import moment_of

PER_PAGE = 100  # the most it gives
FEW_PER_PAGE = 10  # where a publisher allows fewer
_FIELDS = "id,link,date_gmt,date,modified_gmt"
_ROUTE = "/wp/v2/posts"
PAST_THE_END = "rest_post_invalid_page_number"


@dataclass(frozen=True, slots=True)
class Window:
    """Moments between which posts were published; None: no bound."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Posts:
    """One page of posts, or why there is none."""

    links: tuple[Link, ...] = ()
    pages: int | None = None  # how many there are; None: it does not say
    error: str = ""  # WordPress' own code, such as rest_no_route; `not-json` for anything else


def posts_url(base: str, number: int, window: Window, *, per_page: int = PER_PAGE, plain: bool = False) -> str:
    """The address of page `number` (from 1), newest first. `plain`: for sites without pretty permalinks."""
    asked = {"per_page": str(per_page), "page": str(number), "orderby": "date", "order": "desc", "_fields": _FIELDS}
    if window.since is not None:
        asked["after"] = _moment(window.since)
    if window.until is not None:
        asked["before"] = _moment(window.until)
    home = base.split("/wp-json", 1)[0].rstrip("/")
    if plain:
        return f"{home}/?rest_route={_ROUTE}&{urlencode(asked)}"
    return f"{home}/wp-json{_ROUTE}?{urlencode(asked)}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read_posts(body: bytes, url: str, headers: Mapping[str, str]) -> Posts:
    """Links in an answer; `headers` by lower-case name. Never raises."""
    try:
        data = json.loads(_from_bracket(body).decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        return Posts(error="not-json")
    if isinstance(data, dict):
        return Posts(error=str(data.get("code") or "not-posts"))
    if not isinstance(data, list):
        return Posts(error="not-posts")
    found = (_link_of(post, url) for post in data if isinstance(post, dict))
    total = headers.get("x-wp-totalpages", "").strip()
    return Posts(tuple(link for link in found if link is not None), int(total) if total.isdigit() else None)


def _from_bracket(body: bytes) -> bytes:
    """Without what a plug-in's warning wrote before the JSON."""
    starts = [at for at in (body.find(b"["), body.find(b"{")) if at >= 0]
    return body[min(starts) :] if starts and body.lstrip()[:1] not in (b"<", b"") else body


def _link_of(post: dict[str, Any], url: str) -> Link | None:
    link = post.get("link")
    found = absolute(url, link) if isinstance(link, str) else None
    return Link(found, moment_of(post.get("date_gmt")) or moment_of(post.get("date"))) if found else None
