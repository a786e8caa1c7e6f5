"""Datelines and ages as newspapers print them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawlers.extraction.calendar_words import MONTHS
from crawlers.extraction.dates import age_interval, is_only_a_date, read_date
from storage.model import Precision

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "clock"),
    [
        ("2020-03-05 | 12:24", date(2020, 3, 5), time(12, 24)),
        ("14:00 | 2025-12-31", date(2025, 12, 31), time(14, 0)),
        ("٥ آب ٢٠٢٠", date(2020, 8, 5), None),
        ("۷ آذار ۲۰۲۱", date(2021, 3, 7), None),
        ("12 غشت 2024", date(2024, 8, 12), None),
        ("الأربعاء، 07 أكتوبر 2020 - 12:09 م", date(2020, 10, 7), time(12, 9)),
        ("نشر يوم 9 كانون الثاني/يناير 2022 الساعة 12:30 ص", date(2022, 1, 9), time(0, 30)),
        ("18 أبريل (نيسان) 2019 09:05 مساءً", date(2019, 4, 18), time(21, 5)),
        ("جويلية 4، 2023", date(2023, 7, 4), None),
        ("31/01/2022", date(2022, 1, 31), None),
        ("٧\u200f/٢\u200f/٢٠٢٢", date(2022, 2, 7), None),
        ("\u202b8 مــايو 2021\u202c", date(2021, 5, 8), None),
        ("2021-06-07T08:09:10Z", date(2021, 6, 7), time(8, 9, 10)),
        ("Mon, 07 Jun 2021 08:09:10 +0300", date(2021, 6, 7), time(8, 9, 10)),
        ("الاثنين 06/07/2021", date(2021, 6, 7), None),  # only month first is a Monday
    ],
)
def test_a_dateline_gives_its_day_and_time(text: str, day: date, clock: time | None) -> None:
    reading = read_date(text)
    assert reading is not None
    assert (reading.day, reading.clock) == (day, clock)
    assert is_only_a_date(text)


@pytest.mark.parametrize("name", MONTHS)
def test_every_month_name_is_read(name: str) -> None:
    reading = read_date(f"17 {name} 2022")
    assert reading is not None
    assert reading.day == date(2022, MONTHS[name], 17)


@pytest.mark.parametrize(
    "text",
    [
        "2020",
        "عام 2014",
        "معرض تشرين 2019 للكتاب",
        "11 شعبان 1441 هـ",
        "10/7/1441",
        "31 شباط 2020",
        "45/13/2020",
        "مايو",
        "5 نيسان/مايو 2020",
        "هاتف 0790-12-3456",
        "قبل عام 2011",
        "السبت 06/07/2022",  # neither order is a Saturday
        "",
    ],
)
def test_null_rather_than_a_wrong_day(text: str) -> None:
    assert read_date(text) is None


def test_a_month_alone_has_the_precision_of_a_month() -> None:
    reading = read_date("أيلول 2021")
    assert reading is not None
    assert (reading.day, reading.precision) == (date(2021, 9, 1), Precision.MONTH)


def test_published_comes_before_updated() -> None:
    reading = read_date("آخر تحديث: 06 مارس 2020 | نشر في: 05 مارس 2020")
    assert reading is not None
    assert reading.day == date(2020, 3, 5)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("5 مارس 2020 12:24 بتوقيت بغداد", datetime(2020, 3, 5, 9, 24, tzinfo=UTC)),
        ("5 مارس 2020 12:24 GMT", datetime(2020, 3, 5, 12, 24, tzinfo=UTC)),
        ("2020-03-05T12:24:00+0400", datetime(2020, 3, 5, 8, 24, tzinfo=UTC)),
        ("5 مارس 2020 12:24", datetime(2020, 3, 5, 10, 24, tzinfo=UTC)),
    ],
)
def test_a_printed_zone_wins_over_the_sources(text: str, instant: datetime) -> None:
    reading = read_date(text)
    assert reading is not None
    assert reading.instant(ZoneInfo("Africa/Cairo")) == instant


def test_a_sentence_with_a_date_is_no_dateline() -> None:
    assert not is_only_a_date("وقالت المؤسسة إن المعرض الذي افتتح في 5 آذار 2020 استقبل آلاف الزوار")


@pytest.mark.parametrize(
    ("text", "since", "until"),
    [
        ("منذ 6 سنوات 6 أشهر", "2020-04-22T12:00", "2020-05-22T12:00"),
        ("·منذ 6 سنوات 6 أشهر", "2020-04-22T12:00", "2020-05-22T12:00"),
        ("منذ سنة وشهرين", "2025-08-22T12:00", "2025-09-22T12:00"),
        ("منذ سنة و 3 أسابيع", "2025-10-25T12:00", "2025-11-01T12:00"),
        ("قبل يومين", "2026-11-19T12:00", "2026-11-20T12:00"),
        ("منذ ٣ ساعات", "2026-11-22T08:00", "2026-11-22T09:00"),
        ("منذ ۵ دقائق", "2026-11-22T11:54", "2026-11-22T11:55"),
        ("منذ ساعة واحدة", "2026-11-22T10:00", "2026-11-22T11:00"),
        ("منذ ثلاثة أعوام", "2022-11-22T12:00", "2023-11-22T12:00"),
        ("منذ أسبوعين", "2026-11-01T12:00", "2026-11-08T12:00"),
        ("الآن", "2026-11-22T11:59", "2026-11-22T12:00"),
        ("أمس", "2026-11-21T00:00", "2026-11-22T00:00"),
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
    ["منذ", "منذ 2011", "منذ أشهر طويلة", "6 سنوات", "منذ 3", "منذ شهر وسنة", "منذ يوم الأحد", "منذ 900 عام", ""],
)
def test_what_is_no_age_gives_no_interval(text: str) -> None:
    assert age_interval(text, NOW) is None


def test_every_dateline_of_the_shared_list_is_right_or_null(shared_datelines: list[dict[str, str | None]]) -> None:
    right, wrong = 0, []
    for line in shared_datelines:
        text, expected = str(line["text"]), line["expected_iso"]
        age, reading = age_interval(text, NOW), read_date(text)
        if age is not None:
            moment = datetime.fromisoformat(expected or "0001-01-01").replace(tzinfo=UTC)
            good = age[0] <= moment <= age[1] and age[1] - age[0] <= timedelta(days=366)
        elif reading is None:
            good = expected is None
        else:
            good = expected is not None and expected.startswith(_spelled(reading.day, reading.clock, expected))
        right += good
        if not good and (age or reading):
            wrong.append(text)
    assert wrong == []
    assert right >= 159


def _spelled(day: date, clock: time | None, like: str) -> str:
    return day.isoformat() if "T" not in like else f"{day}T{clock}"
