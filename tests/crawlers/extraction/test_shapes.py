"""Every page of our own in the shapes and templates that newsrooms use is read to the letter: text, title, day, first
author, whatever stands between the lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction import (
    coast_pages,
    portal_pages,
    shapes,
    station_pages,
    theme_pages,
    theme_pages_last,
    theme_pages_more,
    wire_pages,
)

assert theme_pages_last.PAGES is theme_pages_more.PAGES is theme_pages.PAGES  # the three fill one table
assert portal_pages.PAGES is wire_pages.PAGES
TABLES = (
    (shapes.TITLE, shapes.SHAPES),
    (theme_pages.TITLE, theme_pages.PAGES),
    (coast_pages.TITLE, coast_pages.PAGES),
    (station_pages.TITLE, station_pages.PAGES),
    (wire_pages.TITLE, wire_pages.PAGES),
)
PAGES = [pytest.param(title, page, id=name) for title, pages in TABLES for name, page in pages.items()]


@pytest.mark.parametrize(("title", "shape"), PAGES)
def test_a_page_is_read_to_the_letter(
    title: str, shape: shapes.Shape, a_capture: Callable[..., Capture], source: Source
) -> None:
    capture = a_capture(shape.html, url=shape.url, captured_at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    found = extract(capture, source, "x")
    assert isinstance(found, Article), found
    assert found.title == title
    assert found.text.split("\n") == list(shape.lines)
    assert found.published_date == shape.day
    assert list(found.authors[:1]) == ([shape.author] if shape.author else [])
