"""Titles without the site's name, from pages with one h1, nine or none."""

from __future__ import annotations

import pytest

from crawlers.extraction.metadata import read_metadata
from crawlers.extraction.page import parse
from crawlers.extraction.titles import Title, find_title
from crawlers.source import Source

TITLE = "نادي الحي يفوز بكأس المدينة للمرة الثالثة"


def _title(source: Source, head: str, body: str) -> Title | None:
    tree = parse(f"<html><head>{head}</head><body>{body}</body></html>")
    return find_title(tree, read_metadata(tree), source)


@pytest.mark.parametrize(
    ("head", "body"),
    [
        (f"<title>{TITLE} | المثال</title>", f"<h1>{TITLE}</h1>"),
        (f"<title>{TITLE} - رياضة - المثال</title>", f"<h1>المثال</h1><h1>{TITLE}</h1><h1>خبر آخر</h1>"),
        (f"<title>المثال » {TITLE}</title>", f"<h1>المثال</h1><h2><a href=/x>{TITLE}</a></h2>"),
        (f"<title>\u202b{TITLE}</title>", ""),
        (f"<title>{TITLE} :: المثال</title>", f"<span class=main-title>{TITLE}</span>"),
        (f'<meta property="og:title" content="{TITLE} - المثال"><title>المثال</title>', ""),
        (f'<meta property="og:site_name" content="المثال"><title>{TITLE} - المثال</title>', "<h1>المثال</h1>"),
        ("", "<h1><span>نادي الحي</span> يفوز\n بكأس المدينة للمرة الثالثة</h1>"),
    ],
)
def test_the_title_is_the_storys_not_the_sites(source: Source, head: str, body: str) -> None:
    found = _title(source, head, body)
    assert found is not None
    assert found.text == TITLE


def test_quotes_that_only_the_heading_has_are_kept(source: Source) -> None:
    found = _title(
        source, "<title>مدير النادي: الفوز ثمرة عمل طويل</title>", '<h1>مدير النادي: "الفوز" ثمرة عمل طويل</h1>'
    )
    assert found is not None
    assert found.text == 'مدير النادي: "الفوز" ثمرة عمل طويل'


def test_entities_in_json_ld_are_undone(source: Source) -> None:
    block = '{"@type": "NewsArticle", "headline": "&#8220;كأس المدينة&#8221; لنادي الحي &amp; جمهوره"}'
    found = _title(source, f'<script type="application/ld+json">{block}</script>', "<p>x</p>")
    assert found is not None
    assert found.text == "“كأس المدينة” لنادي الحي & جمهوره"


def test_a_page_without_any_title_has_none(source: Source) -> None:
    assert _title(source, "", "<p>نص بلا عنوان</p>") is None
