"""Every shape of page in `shapes.py` is read to the letter: text, title, day, first author."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.shapes import SHAPES, TITLE


@pytest.mark.parametrize("name", SHAPES)
def test_a_page_is_read_to_the_letter(name: str, a_capture: Callable[..., Capture], source: Source) -> None:
    shape = SHAPES[name]
    capture = a_capture(shape.html, url=shape.url, captured_at=datetime(2026, 11, 22, 12, tzinfo=UTC))
    found = extract(capture, source, "x")
    assert isinstance(found, Article), found
    assert found.title == TITLE
    assert found.text.split("\n") == list(shape.lines)
    assert found.published_date == shape.day
    assert list(found.authors[:1]) == ([shape.author] if shape.author else [])
