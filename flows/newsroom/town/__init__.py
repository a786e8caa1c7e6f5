"""The town: eight more publishers of the newsroom, each a file here, that name their articles in every other way.

| publisher          | how its articles are found                                                            |
|--------------------|---------------------------------------------------------------------------------------|
| nashrat-albahr     | RSS 1.0 in windows-1256, blank lines before it, `&nbsp;` undefined; no header charset |
| sahifat-alreef     | Atom, relative links; AMP, print and mobile twins of every article; no `id` group     |
| mudawwanat-alsafar | JSON Feed of the newest, WordPress REST for all, at most 10 a page                    |
| arshif-aljabal     | robots.txt, sitemap index by month with .gz, news sitemap, text sitemap; tags in them |
| manabir            | sections: `?page=n`, older links behind pinned items, rel=next, "more" button (JSON)  |
| sawt-alwaha        | `?q=node/12`; a front page of the newest, numbers for a backfill                      |
| yawmiyat           | date archive by day, 404 on days without news; the newest on one page                 |
| bawwabat-alhay     | home page only; session ids in links, a calendar and a path without end               |

The engine: texts.py, pages.py, offers.py, and moving.py for what depends on the request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from importlib.resources import files
from typing import Any

import yaml

from flows.newsroom.answers import Answer
from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.stories import Story
from flows.newsroom.town.moving import MOVING
from flows.newsroom.town.offers import OFFERS
from flows.newsroom.town.pages import Press, article, path_of
from flows.newsroom.town.texts import stories_of


def _answers(keys: Mapping[str, Any], base: str, stories: Sequence[Story]) -> Mapping[str, Answer]:
    press = Press(keys, base, stories)
    found = {press.path(story): article(press, story) for story in stories}
    for offer in keys["offers"]:
        if offer["kind"] in OFFERS:
            found = OFFERS[offer["kind"]](press, offer) | found
    return found


def _moving(keys: Mapping[str, Any], base: str, stories: Sequence[Story], path_qs: str) -> Answer | None:
    press = Press(keys, base, stories)
    found = (MOVING[each["kind"]](press, each, path_qs) for each in keys["offers"] if each["kind"] in MOVING)
    return next((answer for answer in found if answer is not None), None)


def _other_paths(keys: Mapping[str, Any], story: Story) -> tuple[str, ...]:
    twins = [twin for offer in keys["offers"] if offer["kind"] == "twins" for twin in offer["paths"]]
    return tuple(twin.format(path=path_of(keys, story)) for twin in twins)


def _source_keys(keys: Mapping[str, Any], base: str) -> dict[str, Any]:
    filled = yaml.safe_load(yaml.safe_dump(keys["source"]).replace("BASE", base))
    return dict(filled)


def _publisher(name: str) -> Publisher:
    keys = yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
    return Publisher(
        id=name,
        name=keys["name"],
        name_en=keys["name_en"],
        country=keys["country"],
        zone=keys["zone"],
        page_date=PageDate.MINUTE,
        path=partial(path_of, keys),
        other_paths=partial(_other_paths, keys),
        answers=partial(_answers, keys),
        source_keys=partial(_source_keys, keys),
        stories=cache(lambda: stories_of(name, keys["zone"], keys["about"])),
        moving=partial(_moving, keys),
    )


TOWN: Mapping[str, Publisher] = {
    name: _publisher(name)
    for name in (
        *("nashrat-albahr", "sahifat-alreef", "mudawwanat-alsafar", "arshif-aljabal"),
        *("manabir", "sawt-alwaha", "yawmiyat", "bawwabat-alhay"),
    )
}
