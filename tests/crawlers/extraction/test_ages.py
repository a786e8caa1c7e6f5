"""Relative ages as intervals against the moment of capture."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from crawlers.extraction.dates import age_interval, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("منذ 6 سنوات 6 أشهر", "2020-04-22T12:00", "2020-05-22T12:00"),
        ("·منذ 6 سنوات 6 أشهر", "2020-04-22T12:00", "2020-05-22T12:00"),
        ("منذ سنة وشهرين", "2025-08-22T12:00", "2025-09-22T12:00"),
        ("منذ سنة و 3 أسابيع", "2025-10-25T12:00", "2025-11-01T12:00"),
        ("منذ يومين وثلاث ساعات", "2026-11-20T08:00", "2026-11-20T09:00"),
        ("منذ 3 ايام و5 ساعات", "2026-11-19T06:00", "2026-11-19T07:00"),
        ("قبل يومين", "2026-11-19T12:00", "2026-11-20T12:00"),
        ("منذ ٣ ساعات", "2026-11-22T08:00", "2026-11-22T09:00"),
        ("منذ ۵ دقائق", "2026-11-22T11:54", "2026-11-22T11:55"),
        ("من 5 دقايق", "2026-11-22T11:54", "2026-11-22T11:55"),
        ("منذ ساعة واحدة", "2026-11-22T10:00", "2026-11-22T11:00"),
        ("منذ ساعة ونصف", "2026-11-22T10:00", "2026-11-22T11:00"),
        ("منذ نصف ساعة", "2026-11-22T11:15", "2026-11-22T11:30"),
        ("منذ خمس وعشرين دقيقة", "2026-11-22T11:34", "2026-11-22T11:35"),
        ("منذ ثلاث عشرة ساعة", "2026-11-21T22:00", "2026-11-21T23:00"),
        ("منذ أقل من ساعة", "2026-11-22T11:00", "2026-11-22T12:00"),
        ("منذ ثلاثة أعوام", "2022-11-22T12:00", "2023-11-22T12:00"),
        ("منذ أسبوعين", "2026-11-01T12:00", "2026-11-08T12:00"),
        ("آخر تحديث منذ 5 دقائق", "2026-11-22T11:54", "2026-11-22T11:55"),
        ("نُشر قبل 3 أيام", "2026-11-18T12:00", "2026-11-19T12:00"),
        ("3 أيام مضت", "2026-11-18T12:00", "2026-11-19T12:00"),
        ("an hour ago", "2026-11-22T10:00", "2026-11-22T11:00"),
        ("il y a 2 jours", "2026-11-19T12:00", "2026-11-20T12:00"),
        ("الأسبوع الماضي", "2026-11-08T12:00", "2026-11-15T12:00"),
        ("الآن", "2026-11-22T11:59", "2026-11-22T12:00"),
        ("منذ بضع ثوانٍ", "2026-11-22T11:59", "2026-11-22T12:00"),
        ("قبل قليل", "2026-11-22T11:00", "2026-11-22T12:00"),
        ("أمس", "2026-11-21T00:00", "2026-11-22T00:00"),
        ("أول أمس", "2026-11-20T00:00", "2026-11-21T00:00"),
        ("أمس الساعة 10:15 م", "2026-11-21T22:15", "2026-11-21T22:16"),
        ("اليوم 10:15 ص", "2026-11-22T10:15", "2026-11-22T10:16"),
        ("اليوم", "2026-11-22T00:00", "2026-11-22T12:00"),
    ],
)
def test_an_age_is_an_interval_as_wide_as_its_smallest_unit(text: str, since: str, until: str) -> None:
    assert age_interval(text, NOW) == tuple(datetime.fromisoformat(f"{moment}Z") for moment in (since, until))


def test_yesterday_is_a_day_of_the_sources_zone() -> None:
    interval = age_interval("أمس", datetime(2026, 11, 22, 22, 30, tzinfo=UTC), ZoneInfo("Asia/Baghdad"))
    assert interval == (datetime(2026, 11, 21, 21, tzinfo=UTC), datetime(2026, 11, 22, 21, tzinfo=UTC))


def test_a_month_before_the_31st_ends_with_its_last_day() -> None:
    interval = age_interval("منذ شهر", datetime(2026, 3, 31, tzinfo=UTC))
    assert interval == (datetime(2026, 1, 31, tzinfo=UTC), datetime(2026, 2, 28, tzinfo=UTC))


@pytest.mark.parametrize(
    "text",
    [
        *("منذ", "منذ 2011", "منذ أشهر طويلة", "6 سنوات", "منذ 3", "منذ شهر وسنة", "منذ يوم الأحد", "منذ 900 عام"),
        *("", "بعد 3 أيام", "خلال ساعتين", "غدا", "منذ أيام", "عمره 25 عاما", "قبل عام 2011", "اليوم 10:15 م"),
        *("الأحد", "2 روز قبل"),
    ],
)
def test_what_is_no_age_gives_no_interval(text: str) -> None:
    assert age_interval(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("الخميس", "2026-11-19T00:00", "2026-11-20T00:00"),
        ("الأحد الماضي", "2026-11-15T00:00", "2026-11-16T00:00"),
        ("يوم الثلاثاء 10:15", "2026-11-17T10:15", "2026-11-17T10:16"),
        ("الأحد", "2026-11-22T00:00", "2026-11-22T12:00"),  # it is Sunday
    ],
)
def test_a_weekday_alone_is_the_last_one(text: str, since: str, until: str) -> None:
    assert when(text, NOW) == tuple(datetime.fromisoformat(f"{moment}Z") for moment in (since, until))
