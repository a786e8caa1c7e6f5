"""Pages in the templates that Arabic newsrooms use are read to the letter, whatever stands between their lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction import coast_pages, theme_pages, theme_pages_last, theme_pages_more

assert theme_pages_last.PAGES is theme_pages_more.PAGES is theme_pages.PAGES  # the three fill one table
PAGES = {name: (theme_pages.TITLE, page) for name, page in theme_pages.PAGES.items()} | {
    name: (coast_pages.TITLE, page) for name, page in coast_pages.PAGES.items()
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_read_to_the_letter(name: str, a_capture: Callable[..., Capture], source: Source) -> None:
    title, written = PAGES[name]
    capture = a_capture(written.html, url=written.url, captured_at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    found = extract(capture, source, "x")
    assert isinstance(found, Article), found
    assert found.title == title
    assert found.text.split("\n") == list(written.lines)
    assert found.published_date == written.day
    assert list(found.authors[:1]) == ([written.author] if written.author else [])
