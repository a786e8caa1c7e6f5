"""Stories with comments and with tails, on templates of all kinds: the very text, every comment, its interval."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.extraction.article import extract
from crawlers.extraction.recurring import NOTHING, Recurring, learned, sightings_of
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.reshuffled import COMMENTED, TAILED
from tests.crawlers.extraction.reshuffled_stories import AGES, Story

AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNSEEN = Story(31)
UNDATED = {"a dot before the age", "the age after the words", "replies in comments"}


def _learned(template: Callable[[Story], str], a_capture: Callable[..., Capture], source: Source) -> Recurring:
    captures = (
        a_capture(
            template(Story(number)), url=f"https://news.example/{number}", captured_at=AT + timedelta(days=number % 3)
        )
        for number in range(12)
    )
    return learned(page for capture in captures if (page := sightings_of(capture, source)) is not None)


@pytest.mark.parametrize("several", [False, True], ids=["one capture", "twelve captures"])
@pytest.mark.parametrize("name", COMMENTED)
def test_a_story_and_its_comments(name: str, several: bool, a_capture: Callable[..., Capture], source: Source) -> None:
    recurring = _learned(COMMENTED[name], a_capture, source) if several else NOTHING
    found = extract(a_capture(COMMENTED[name](UNSEEN), captured_at=AT), source, "x", recurring)
    assert isinstance(found, Article), found
    assert found.title == UNSEEN.title
    assert found.text.split("\n") == UNSEEN.paragraphs
    assert [(one.author, one.raw_date, one.text) for one in found.comments] == UNSEEN.comments
    assert found.published_date == (UNSEEN.day if name not in UNDATED else None)
    for one in found.comments:
        assert one.from_ is not None and one.to is not None and one.raw_date is not None
        assert one.from_ <= AT - AGES[one.raw_date] <= one.to


@pytest.mark.parametrize("several", [False, True], ids=["one capture", "twelve captures"])
@pytest.mark.parametrize("name", TAILED)
def test_a_story_and_its_tail(name: str, several: bool, a_capture: Callable[..., Capture], source: Source) -> None:
    recurring = _learned(TAILED[name], a_capture, source) if several else NOTHING
    found = extract(a_capture(TAILED[name](UNSEEN), captured_at=AT), source, "x", recurring)
    assert isinstance(found, Article), found
    assert found.title == UNSEEN.title
    assert found.text.split("\n") == UNSEEN.paragraphs
    assert found.comments == ()
    assert found.published_date == UNSEEN.day
