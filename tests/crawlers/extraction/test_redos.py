"""Strings that make regular expressions go back and forth, in each place of a page: none takes longer than it may."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Final

import pytest

from crawlers.extraction.article import extract
from flows.page_pool import Limits, PagePool
from flows.reading import read_pages
from storage.model import Article, Reason, Rejection
from tests.crawlers.conftest import make_capture, make_source
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

_SMALL: Final = 25_000  # bytes
_SECONDS: Final = 0.4  # less is too little to compare
pytestmark = pytest.mark.slow
UNITS: Final = (
    *("ا", " ", "\n", "<", "&", '"', "'", "\\", "<!--", "<a ", "<![CDATA[", "&#1575;", "1", ". ", "1/", "10:15 "),
    *("12 يناير 2020 ", "1441 هـ ", "منذ يوم و", "الخامس و", "كتب: ", "كلمة - ", "| ", "(", "[]", "a@", "http://"),
    *("تابعونا على ", "مشاركة ", "by ", "عدد المشاهدات ", "\N{ARABIC FATHA}", "\N{ZERO WIDTH NON-JOINER}", "the post "),
)
PLACES: Final[dict[str, Callable[[str], str]]] = {
    "title": lambda s: page(f"<h1>{TITLE}</h1>{STORY}").replace("<title>", f"<title>{s}"),
    "heading": lambda s: page(f"<h1>{TITLE} {s}</h1>{STORY}"),
    "text": lambda s: page(f"<h1>{TITLE}</h1>{STORY}<p>{s}</p>"),
    "attribute": lambda s: page(f"<h1>{TITLE}</h1><div class='{s}' id='{s}'><a href='{s}'>كلمة</a>{STORY}</div>"),
    "script": lambda s: page(f"<h1>{TITLE}</h1>{STORY}<script>var a = '{s}'</script>"),
    "broken JSON-LD": lambda s: page(
        f"<h1>{TITLE}</h1>{STORY}", f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{s}'
    ),
    "JSON-LD": lambda s: page(f"<h1>{TITLE}</h1>{STORY}", _json_ld(s)),
    "date": lambda s: page(
        f"<h1>{TITLE}</h1><time datetime='{s}'>{s}</time><div class=date>{s}</div>{STORY}",
        f"<meta property='article:published_time' content='{s}'>",
    ),
    "metas": lambda s: page(
        f"<h1>{TITLE}</h1><b class=author>{s}</b>{STORY}",
        "".join(f"<meta name='{name}' content='{s}'>" for name in ("author", "og:title", "description", "keywords")),
    ),
    "comment": lambda s: page(
        f"<h1>{TITLE}</h1>{STORY}<section id=comments>"
        f"<div class=comment><b>{s}</b><i>منذ يوم</i><p>{s}</p></div></section>"
    ),
}


def _json_ld(string: str) -> str:
    fields = ("headline", "datePublished", "author", "articleBody", "articleSection", "keywords")
    item = {"@type": "NewsArticle"} | dict.fromkeys(fields, string)
    return f'<script type="application/ld+json">{json.dumps(item)}</script>'


def _of_size(unit: str, size: int) -> str:
    return unit * max(1, size // len(unit.encode()))


@pytest.mark.parametrize("place", PLACES)
def test_a_megabyte_of_any_of_them_ends_in_the_time_of_a_page(place: str) -> None:
    good = page(f"<article><h1>{TITLE}</h1>{STORY}</article>")
    pages = [PLACES[place](_of_size(unit, 1_000_000)) for unit in UNITS]
    with PagePool(2, Limits(seconds=10)) as pool:
        outcomes = list(read_pages(pool, [make_capture(one) for one in (*pages, good)], make_source(), "x"))
    for unit, found in zip(UNITS, outcomes, strict=False):
        assert isinstance(found, Article) or (isinstance(found, Rejection) and found.reason is not Reason.FAULT), unit
    assert isinstance(outcomes[-1], Article)
    assert outcomes[-1].text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize("place", PLACES)
def test_the_time_grows_with_their_length_and_not_with_its_square(place: str) -> None:
    def seconds(unit: str, size: int) -> float:
        capture, source = make_capture(PLACES[place](_of_size(unit, size))), make_source()
        began = time.process_time()
        extract(capture, source, "x")
        return time.process_time() - began

    slow = {unit: after for unit in UNITS if (after := seconds(unit, 4 * _SMALL)) > _SECONDS}
    squares = {unit for unit, after in slow.items() if after > 8 * seconds(unit, _SMALL)}
    assert {unit for unit in squares if seconds(unit, 4 * _SMALL) > 8 * seconds(unit, _SMALL)} == set()
