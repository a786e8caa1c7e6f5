"""Articles on several pages say so; tables are read by the row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

STORY_URL = "https://news.example/story/17"
PARTS = [
    (STORY_URL, "<a href='?page=2'>2</a>", ("goes-on",)),
    (STORY_URL, "<div class=page-links>الصفحات: <span>1</span> <a href='/story/17/2/'>2</a></div>", ("goes-on",)),
    (STORY_URL, "<a href='https://www.news.example/story/17/page/2'>التالي</a>", ("goes-on",)),
    (STORY_URL, "<link rel=next href='/story/17?page=2'>", ("goes-on",)),
    (f"{STORY_URL}?page=2", "<a href='?page=1'>1</a><a href='?page=3'>3</a>", ("goes-on", "not-the-begin")),
    (f"{STORY_URL}?page=3", "<a href='?page=1'>1</a><a href='?page=2'>2</a>", ("not-the-begin",)),
    (f"{STORY_URL}/page/2", "<a href='/story/17'>1</a>", ("not-the-begin",)),
    (STORY_URL, "<link rel=next href='/story/18'><a href='/story/18'>التالي</a>", ()),
    (STORY_URL, "<a href='/story/2'>خبر آخر</a><a href='/story?page=2'>المزيد</a><a href='/?page=2'>2</a>", ()),
    (STORY_URL, "<div class=comments><a href='?page=2'>2</a></div><a href='/story/17/comment-page-2'>2</a>", ()),
    (STORY_URL, "<a href='http://[2'>2</a><a href='/story/17/22'>صورة</a>", ()),
    ("https://news.example/?p=2", "<a href='/?p=3'>خبر آخر</a>", ()),
]


@pytest.mark.parametrize(("url", "links", "flags"), PARTS)
def test_an_article_on_several_pages_says_so(
    url: str, links: str, flags: tuple[str, ...], a_capture: Callable[..., Capture], source: Source
) -> None:
    found = extract(a_capture(page(f"<article><h1>{TITLE}</h1>{STORY}</article>{links}"), url=url), source, "x")
    assert isinstance(found, Article)
    assert tuple(flag for flag in found.flags if flag in ("goes-on", "not-the-begin")) == flags


PRICES = [("الصنف", "السعر", "التغير"), ("الطماطم", "1200", "+3%"), ("البطاطا", "900", "-1%"), ("البصل", "700", "0")]
FIXTURES = [("الوحدة", "الشباب", "16:00"), ("النهر", "السهل", "18:00"), ("الجبل", "البحر", "20:00"),
            ("الميناء", "القلعة", "21:00")]  # fmt: skip


@pytest.mark.parametrize("rows", [PRICES, FIXTURES])
def test_a_row_of_a_table_is_one_line_where_the_table_stands(
    rows: list[tuple[str, ...]], a_capture: Callable[..., Capture], source: Source
) -> None:
    cells = "".join(f"<tr>{''.join(f'<td><p>{cell}</p></td>' for cell in row)}</tr>" for row in rows)
    body = f"<h1>{TITLE}</h1><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p><table>{cells}</table>"
    expected = [" | ".join(row) for row in rows]
    for html, lines in ((body, expected), (f"{body}<p>{PARAGRAPHS[2]}</p>", [*expected, PARAGRAPHS[2]])):
        found = extract(a_capture(page(f"<article>{html}</article>")), source, "x")
        assert isinstance(found, Article)
        assert found.text.split("\n") == [*PARAGRAPHS[:2], *lines]
