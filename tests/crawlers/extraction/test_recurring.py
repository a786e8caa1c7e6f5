"""What recurs over a publisher's pages is learned from them, and is then neither text nor date."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from crawlers.extraction.arabic import folded
from crawlers.extraction.article import extract
from crawlers.extraction.recurring import MIN_PAGES, NOTHING, Recurring, learned, sightings_of
from crawlers.extraction.version import extractor_for
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.pages import PARAGRAPHS

TAIL = "صدى الحي إذاعة مجتمعية تبث من المكتبة القديمة كل يوم خميس، وترحب بكم مستمعين ومشاركين في برامجها."
LETTER = "هذه الرسالة تصل إلى بريدكم صباح كل سبت وفيها ما اختاره المحررون من قصص الأسبوع الماضي."


def _story(number: int) -> tuple[str, str]:
    return (
        f"خبر الحي رقم {number} عن شارع جديد في البلدة",
        f"جملة أولى من الخبر رقم {number} تصف ما حدث في الشارع. {PARAGRAPHS[0]}",
    )


def _page(number: int, captured: datetime, day: str = "") -> str:
    title, first = _story(number)
    return (
        f"<html><head><title>{title}</title></head><body><div class=bar><span>{captured:%d/%m/%Y}</span></div>"
        f"<div class=a><h1>{title}</h1>{day and f'<p>{day}</p>'}<p>{first}</p><p>{LETTER}</p>"
        f"<p>{PARAGRAPHS[1]} رقم {number}.</p><p>{TAIL}</p></div></body></html>"
    )


def _captures(a_capture: Callable[..., Capture], count: int) -> list[Capture]:
    moments = [datetime(2026, 11, 20, 12, tzinfo=UTC) + timedelta(days=number % 3) for number in range(count)]
    return [
        a_capture(_page(number, at), url=f"https://news.example/{number}", captured_at=at)
        for number, at in enumerate(moments)
    ]


@pytest.fixture
def recurring(a_capture: Callable[..., Capture], source: Source) -> Recurring:
    pages = [sightings_of(capture, source) for capture in _captures(a_capture, 12)]
    return learned(page for page in pages if page is not None)


def test_repeated_lines_are_no_text(a_capture: Callable[..., Capture], source: Source, recurring: Recurring) -> None:
    at = datetime(2026, 11, 30, tzinfo=UTC)
    capture = a_capture(_page(99, at), url="https://news.example/99", captured_at=at)
    before, after = extract(capture, source, "x"), extract(capture, source, "x", recurring)
    assert isinstance(before, Article) and isinstance(after, Article)
    assert TAIL in before.text and LETTER in before.text
    assert after.text == f"{_story(99)[1]}\n{PARAGRAPHS[1]} رقم 99."
    assert after.title == _story(99)[0]


def test_a_clock_dates_nothing_and_a_dateline_still_does(
    a_capture: Callable[..., Capture], source: Source, recurring: Recurring
) -> None:
    at = datetime(2026, 11, 30, 12, tzinfo=UTC)
    dated = a_capture(_page(99, at, "5 آذار 2020"), url="https://news.example/99", captured_at=at)
    undated = a_capture(_page(98, at), url="https://news.example/98", captured_at=at)
    with_day, without = extract(dated, source, "x", recurring), extract(undated, source, "x", recurring)
    assert isinstance(with_day, Article) and isinstance(without, Article)
    assert (with_day.published_date, without.published_date) == (date(2020, 3, 5), None)


def test_few_pages_teach_nothing_and_captures_of_one_story_are_one(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    few = [sightings_of(capture, source) for capture in _captures(a_capture, MIN_PAGES - 1)]
    assert learned(page for page in few if page is not None) == NOTHING
    same = sightings_of(_captures(a_capture, 1)[0], source)
    assert same is not None and learned([same] * 50) == NOTHING


def test_datelines_and_bylines_that_stories_share_are_not_learned(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    at = datetime(2026, 11, 20, 12, tzinfo=UTC)
    pages = [
        a_capture(
            _page(number, at, "20 تشرين الثاني 2026</p><p>كتبت: سلمى الهاشمي</p><p>وكالات"),
            url=f"https://news.example/{number}",
            captured_at=at,
        )
        for number in range(10)
    ]
    found = learned(page for page in (sightings_of(capture, source) for capture in pages) if page is not None)
    assert {line.split()[0] for line in found.lines} == {"صدي", "هذه"}
    assert found.clocks == frozenset()  # all captured on one day: a dateline of that day looks the same


def test_what_was_learned_is_part_of_the_extractor(source: Source, recurring: Recurring) -> None:
    again = Recurring.from_json(recurring.to_json())
    assert again == recurring and again.to_json() == recurring.to_json()
    assert extractor_for(source, again).id == extractor_for(source, recurring).id != extractor_for(source).id


def test_a_story_that_others_advertise_keeps_its_lead(a_capture: Callable[..., Capture], source: Source) -> None:
    title, first = _story(99)
    recurring = Recurring(frozenset((folded(title), folded(first))))
    at = datetime(2026, 11, 30, tzinfo=UTC)
    found = extract(a_capture(_page(99, at), url="https://news.example/99"), source, "x", recurring)
    assert isinstance(found, Article)
    assert (found.title, found.text.splitlines()[0]) == (title, first)
