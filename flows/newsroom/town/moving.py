"""Pages of the town that depend on the request: WordPress' REST API, calendars, and addresses with session ids."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flows.newsroom.answers import Answer
from flows.newsroom.stories import Story
from flows.newsroom.town.pages import Press, listing

_sessions = count(1)


def wordpress(press: Press, offer: Mapping[str, Any], path_qs: str) -> Answer | None:
    parts = urlsplit(path_qs)
    if parts.path != "/wp-json/wp/v2/posts":
        return None
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    stories = [story for story in press.stories if _is_inside(story, asked)]
    size, number = int(asked.get("per_page", "10")), int(asked.get("page", "1"))
    if size > offer.get("most", 100):
        return _json({"code": "rest_invalid_param", "message": "معامل غير صالح: per_page"}, 400)
    pages = -(-len(stories) // size)
    if number > max(pages, 1):
        return _json({"code": "rest_post_invalid_page_number", "message": "رقم الصفحة أكبر مما هناك"}, 400)
    posts = [
        {
            "id": each.id,
            "link": press.base + press.path(each),
            "date_gmt": f"{each.published.astimezone(UTC):%Y-%m-%dT%H:%M:%S}",
        }
        for each in stories[(number - 1) * size : number * size]
    ]
    return _json(posts, 200, ("X-WP-Total", str(len(stories))), ("X-WP-TotalPages", str(pages)))


def _is_inside(story: Story, asked: Mapping[str, str]) -> bool:
    moment = story.published.astimezone(UTC)
    after = datetime.fromisoformat(asked["after"]) if "after" in asked else moment
    before = datetime.fromisoformat(asked["before"]) if "before" in asked else moment
    return after <= moment <= before


def _json(data: object, status: int, *headers: tuple[str, str]) -> Answer:
    kind = ("Content-Type", "application/json; charset=UTF-8")
    return Answer(json.dumps(data, ensure_ascii=False).encode(), (kind, *headers), status=status)


def calendar(press: Press, offer: Mapping[str, Any], path_qs: str) -> Answer | None:
    """Months without end, each with a link to the next and to the one before."""
    found = re.fullmatch(r"/calendar\?month=(\d+)", path_qs)
    if found is None:
        return None
    month = int(found[1])
    links = f'<a rel="next" href="/calendar?month={month + 1}">›</a> <a href="/calendar?month={month - 1}">‹</a>'
    return press.html("التقويم", f"<main><table><tr><td>{month}</td></tr></table>{links}</main>")


def sessions(press: Press, offer: Mapping[str, Any], path_qs: str) -> Answer | None:
    """A front page whose links carry another session id at every request, in a query and in paths without end."""
    if path_qs not in offer["paths"]:
        return None
    mark = f"PHPSESSID={next(_sessions):032x}"
    chosen = press.stories[offer["paths"].index(path_qs) :: len(offer["paths"])]
    items = [(f"{press.path(story)}?{mark}", story) for story in chosen]
    trap = f'<p><a href="/calendar?month=1">التقويم</a> <a href="{"/a/b" * 12}/x-y-z-1234">متاهة</a></p>'
    return listing(press, offer["words"], items, trap)


MOVING: Mapping[str, Callable[[Press, Mapping[str, Any], str], Answer | None]] = {
    "wordpress": wordpress,
    "calendar": calendar,
    "sessions": sessions,
}
