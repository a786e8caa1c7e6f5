"""Datelines as newspapers print them: each of these is a form of its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawlers.extraction.dates import Reading, is_only_a_date, read_date, read_machine, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def spelled(reading: Reading | None) -> str | None:
    """Day, time and offset as ISO 8601, no finer than the precision; months and years cut."""
    if reading is None:
        return None
    if reading.precision in ("month", "year"):
        return reading.day.isoformat()[: 7 if reading.precision == "month" else 4]
    if reading.clock is None:
        return reading.day.isoformat()
    moment = datetime.combine(reading.day, reading.clock, reading.zone)
    return moment.isoformat(timespec="seconds" if reading.precision == "second" else "minutes")


DATELINES = {
    # glued, drawn out, marked, spaced
    "14نوفمبر2023": "2023-11-14",
    "نشرفي14نوفمبر2023": "2023-11-14",
    "الثلاثاء14نوفمبر2023م10:15ص": "2023-11-14T10:15",
    "1 4 نوفمبر 2 0 2 3": "2023-11-14",
    "١ ٤ / ١ ١ / ٢ ٠ ٢ ٣": "2023-11-14",
    "\u202b8 مــايو 2021\u202c": "2021-05-08",
    "٧\u200f/٢\u200f/٢٠٢٢": "2022-02-07",
    "5\xa0مَارِس\xa02020": "2020-03-05",
    "5 نوڤمبر 2019": "2019-11-05",
    # separators
    "05٫03٫2020": "2020-03-05",
    "05،03،2020": "2020-03-05",
    "05 – 03 – 2020": "2020-03-05",
    "05ـ03ـ2020": "2020-03-05",
    "05 ـ 03 ـ 2020": "2020-03-05",
    "05.03.2020": "2020-03-05",
    "05\\03\\2020": "2020-03-05",
    "5/مارس/2020": "2020-03-05",
    "5-آذار-2020": "2020-03-05",
    "الخميس،05 مارس،2020": "2020-03-05",
    "«5 مارس 2020»": "2020-03-05",
    # two names of one month
    "5 آذار/ مارس 2020": "2020-03-05",
    "5 آذار مارس 2020": "2020-03-05",
    "5 آذار - مارس 2020": "2020-03-05",
    "18 أبريل (نيسان) 2019 09:05 مساءً": "2019-04-18T21:05",
    # in words
    "5 من شهر مارس عام 2020": "2020-03-05",
    "الخامس والعشرين من مارس 2020": "2020-03-25",
    "الفاتح من سبتمبر 2020": "2020-09-01",
    "غرة محرم 1442": "2020-08-20",
    # orders
    "2020 مارس 5": "2020-03-05",
    "2020، 5 مارس": "2020-03-05",
    "جويلية 4، 2023": "2023-07-04",
    "مارس 05، 2020 at 10:15 م": "2020-03-05T22:15",
    "03/04/2021": "2021-04-03",
    "3/25/2021": "2021-03-25",
    "05/03/20": "2020-03-05",
    "05-Mar-20": "2020-03-05",
    "خ، 05/03/2020 - 12:24": "2020-03-05T12:24",
    "خميس, 03/05/2020 - 12:24": "2020-03-05T12:24",
    "الاثنين 06/07/2021": "2021-06-07",
    # times
    "14:00 | 2025-12-31": "2025-12-31T14:00",
    "12:24:30 2020/03/05": "2020-03-05T12:24:30",
    "نشر يوم 9 كانون الثاني/يناير 2022 الساعة 12:30 ص": "2022-01-09T00:30",
    "5 مارس 2020 الساعة 10.15 مساء": "2020-03-05T22:15",
    "5 مارس 2020 12:30 ظهرا": "2020-03-05T12:30",
    "5 مارس 2020 1:30 ظهرا": "2020-03-05T13:30",
    "5 مارس 2020 11:30 ليلا": "2020-03-05T23:30",
    "5 مارس 2020 1:30 ليلا": "2020-03-05T01:30",
    "5 مارس 2020 5:30 فجرا": "2020-03-05T05:30",
    "5 مارس 2020 4:30 بعد الظهر": "2020-03-05T16:30",
    "م 10:15 05/03/2020": "2020-03-05T22:15",
    "5 مارس 2020م 10:15": "2020-03-05T10:15",
    "5 مارس 2020م - 10:15 م": "2020-03-05T22:15",
    "5 مارس 2020 25:10": "2020-03-05",
    "5 مارس 2020 12:61": "2020-03-05",
    "5 مارس 2020 الساعة 10 صباحا": "2020-03-05",
    # zones
    "05 مارس 2020 12:24 بتوقيت مكة المكرمة": "2020-03-05T12:24+03:00",
    "05 مارس 2020 12:24 بتوقيت القاهرة": "2020-03-05T12:24+02:00",
    "05 تموز 2020 12:24 بتوقيت دمشق": "2020-07-05T12:24+03:00",
    "05 مارس 2020 الساعة 12:24 بتوقيت غرينتش+3": "2020-03-05T12:24+03:00",
    "05 مارس 2020 12:24 ت.غ": "2020-03-05T12:24+00:00",
    "05 مارس 2020 12:24 AST": "2020-03-05T12:24+03:00",
    "2020-03-05 12:24 (+3 GMT)": "2020-03-05T12:24+03:00",
    "الخميس 05 مارس 2020 KSA 12:24 - GMT 09:24": "2020-03-05T12:24+03:00",
    "05 مارس 2020 12:24 بتوقيت عمان": "2020-03-05T12:24",  # Amman or Oman
    "05 مارس 2020 12:24 بالتوقيت المحلي": "2020-03-05T12:24",
    # machines, English, French
    "2020-03-05T12:24:00.123Z": "2020-03-05T12:24:00+00:00",
    "2020-03-05T12:24:00+0300": "2020-03-05T12:24:00+03:00",
    "Thu, 05 Mar 2020 12:24:00 GMT": "2020-03-05T12:24:00+00:00",
    "الخميس, 05 مارس 2020 12:24:00 +0300": "2020-03-05T12:24:00+03:00",
    "Thu Mar 05 2020 12:24:00 GMT+0300 (Arabian Standard Time)": "2020-03-05T12:24:00+03:00",
    "Thu Mar 05 12:24:00 AST 2020": "2020-03-05T12:24:00+03:00",
    "Thu Mar  5 12:24:00 2020": "2020-03-05T12:24:00",
    "March 5th, 2020 10:15 PM": "2020-03-05T22:15",
    "le 12 mars 2021": "2021-03-12",
    "12 janv. 2020 à 10h30": "2020-01-12T10:30",
    "mar. 12 mai 2020": "2020-05-12",
    "1er août 2020": "2020-08-01",
    # Hijri and Libyan
    "11 شعبان 1441 هـ": "2020-04-04",
    "1441/7/10 هـ": "2020-03-05",
    "10-07-1441 05:45 PM": "2020-03-05T17:45",
    "10/07/1441 هـ الموافق 05/03/2020 م": "2020-03-05",
    "رمضان 1441 هـ": "2020-04",
    "5 سبتمبر 1376 و.ر": "2008-09-05",
    "5 الفاتح (سبتمبر) 1376 و.ر 2008 مسيحي": "2008-09-05",
    "5 هانيبال 2010": "2010-08-05",
    # house styles
    "نُشر: 12:24-5 مارس 2020 م ـ 10 رجب 1441 هـ": "2020-03-05T12:24",
    "آخر تحديث: 13:01-5 مارس 2020 م ـ 10 رجب 1441 هـ": "2020-03-05T13:01",
    "الخميس 1441/7/10 هـ الموافق 2020/03/05 م واس": "2020-03-05",
    "7 مارس/آذار 2020 الساعة 12:24 (06:24 بتوقيت غرينتش)": "2020-03-07T12:24",
    "الخميس 10 رجب 1441هـ - 5 مارس 2020م - العدد 15073": "2020-03-05",
    "5:24 م · 5 مارس 2020": "2020-03-05T17:24",
    "5 (آذار) مارس 2020": "2020-03-05",
    "أول مارس 2020": "2020-03-01",
    # neighbours that are not of the date
    "1,250 مشاهدة | 5 مارس 2020": "2020-03-05",
    "الكاتب: سعاد | 5 مارس 2020": "2020-03-05",
    "5 مارس 2020 - 3 دقائق قراءة": "2020-03-05",
    "العدد 4 - 5 مارس 2020": "2020-03-05",
    "12h05 - 13 mars 2021": "2021-03-13T12:05",
    # less than a day
    "أيلول 2021": "2021-09",
    "مارس/آذار 2020": "2020-03",
    "سنة النشر: 2014": "2014",
}


@pytest.mark.parametrize("text", DATELINES)
def test_a_dateline_gives_its_day_and_time(text: str) -> None:
    assert spelled(read_date(text)) == DATELINES[text]
    assert is_only_a_date(text)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2020", "عام 2014", "مايو", "مايو كلينك", "حرب أكتوبر 1973", "معرض تشرين 2019 للكتاب"),
        *("31 شباط 2020", "30/02/2020", "2020-13-05", "29 فبراير 2021", "45/13/2020", "32 مارس 2020", "31 رجب 1441"),
        *("5 نيسان/مايو 2020", "السبت 06/07/2022", "16 أبريل 1441 هـ", "10 رمضان 2020", "5 ناصر 2015"),
        *("من 5 إلى 10 مارس 2020", "5-10 مارس 2020", "28 فبراير - 5 مارس 2020", "5 و10 مارس 2020"),
        *("من 5 مارس 2020 إلى 10 مارس 2020", "5/3/2020 - 10/3/2020", "05/03 - 10/03/2020"),
        *("موسم 2021/2022", "2021-2022", "الحلقة 12 | 2025", "العدد 15073", "العمر 25 عاما", "© 2020"),
        *("هاتف: 05-03-2020", "هاتف 0790-12-3456", "+964-770-10-2020", "192.168.1.2020", "1.2.3.2020"),
        *("السعر 12.50.2020", "من 9:00 إلى 17:00", "السبت - الخميس 9:00 - 17:00", "قبل عام 2011"),
        *("5 دی 1399", "۱۳۹۹/۰۷/۱۰", "1402/05/21 - 10:15", "15 مرداد 1402 هـ ش", "۱۴۰۰/۰۵/۲۱"),
        *("ثورة 25 يناير 2011", "هجمات 11 سبتمبر 2001", "ولد في 5 مارس 1960", "(5 مارس 1960 - 10 أبريل 2020)"),
        *("0000-00-00 00:00:00", "-0001-11-30", "1583400240", "فتح مكة في 20 رمضان 8 هـ", "عبد الناصر 5 2008"),
    ],
)
def test_null_rather_than_a_wrong_day(text: str) -> None:
    assert read_date(text, NOW) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("5 مارس", "2026-03-05"),
        ("5 ديسمبر", "2025-12-05"),
        ("الخميس 5 مارس، 10:15 م", "2026-03-05T22:15"),
        ("السبت 5 مارس", "2022-03-05"),  # the last Saturday that was one
        ("17 سبتمبر (أيلول) الماضي", "2026-09-17"),
        ("17 رمضان الموافق 15 يوليو الجاري", "2026-07-15"),
        ("5 مارس المقبل", None),
        ("ثورة 14 تموز", None),
        ("انتفاضة 17 تشرين الأول", None),
    ],
)
def test_a_day_without_a_year_is_the_last_one_and_says_so(text: str, day: str | None) -> None:
    reading = read_date(text, NOW)
    assert spelled(reading) == day
    assert reading is None or reading.flags == ("year-assumed",)
    assert read_date(text) is None  # nothing is assumed without a moment to count from


@pytest.mark.parametrize(
    ("text", "day", "is_update"),
    [
        ("آخر تحديث: 06 مارس 2020 | نشر في: 05 مارس 2020", "2020-03-05", False),
        ("تاريخ النشر : 05-03-2020 آخر تحديث : 06-03-2020", "2020-03-05", False),
        ("آخر تحديث: 6 مارس 2020 09:00 - نشر: 5 مارس 2020 08:00", "2020-03-05T08:00", False),
        ("نشر 5 مارس 2020 آخر تحديث 10:15", "2020-03-05", False),
        ("آخر تحديث بتاريخ 5 مارس 2020", "2020-03-05", True),
        ("Mis à jour le 12/03/2021 à 14h05", "2021-03-12T14:05", True),
    ],
)
def test_published_comes_before_updated(text: str, day: str, is_update: bool) -> None:
    reading = read_date(text)
    assert reading is not None
    assert (spelled(reading), reading.labelled_update) == (day, is_update)


def test_a_weekday_that_contradicts_a_certain_day_is_flagged() -> None:
    reading = read_date("الأحد، 5 مارس 2020")
    assert reading is not None
    assert (reading.day, reading.flags) == (date(2020, 3, 5), ("weekday-contradicts",))


def test_hijri_and_gregorian_that_disagree_give_the_gregorian_flagged() -> None:
    agreeing, disagreeing = read_date("10 رجب 1441 هـ - 5 مارس 2020"), read_date("10 رجب 1441 هـ - 25 مارس 2020")
    assert agreeing is not None and disagreeing is not None
    assert (agreeing.day, agreeing.calendar, agreeing.flags) == (date(2020, 3, 5), "gregorian", ())
    assert (disagreeing.day, disagreeing.flags) == (date(2020, 3, 25), ("hijri-contradicts",))


def test_a_weekday_corrects_a_sighted_hijri_day() -> None:
    reading = read_date("الخميس 9 رجب 1441 هـ")  # the table's 9th is a Wednesday
    assert reading is not None
    assert (reading.day, reading.calendar, reading.flags) == (date(2020, 3, 5), "hijri", ("hijri-by-weekday",))


def test_an_order_that_is_not_certain_keeps_the_other_day() -> None:
    unsure, sure = read_date("03/04/2021"), read_date("13/04/2021")
    assert unsure is not None and sure is not None
    assert (unsure.other_day, sure.other_day) == (date(2021, 3, 4), None)


def test_a_sentence_with_a_date_is_no_dateline() -> None:
    assert not is_only_a_date("وقالت المؤسسة إن المعرض الذي افتتح في 5 آذار 2020 استقبل آلاف الزوار")
    assert not is_only_a_date("5 آذار 2020 " * 30)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("5 مارس 2020 12:24 بتوقيت بغداد", datetime(2020, 3, 5, 9, 24, tzinfo=UTC)),
        ("5 مارس 2020 12:24", datetime(2020, 3, 5, 10, 24, tzinfo=UTC)),
    ],
)
def test_a_printed_zone_wins_over_the_sources(text: str, instant: datetime) -> None:
    reading = read_date(text)
    assert reading is not None
    assert reading.instant(ZoneInfo("Africa/Cairo")) == instant


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("1583400240", "2020-03-05T09:24:00+00:00"),
        ("1583400240123", "2020-03-05T09:24:00+00:00"),
        ("20200305", "2020-03-05"),
        ("20200305T092400Z", "2020-03-05T09:24:00+00:00"),
        ("2020-03", "2020-03"),
        ("2020", "2020"),
        ("3/5/2020 9:24:00 AM", "2020-03-05T09:24:00"),  # nothing padded, seconds, AM: as en-US prints
        ("05/03/2020 09:24:00", "2020-03-05T09:24:00"),
        ("الأربعاء، 07 أكتوبر 2020 - 12:09 م", "2020-10-07T12:09"),
        ("0", None),
        ("0000-00-00", None),
        ("964770123456", None),
    ],
)
def test_a_field_for_machines_may_say_more_briefly(text: str, read: str | None) -> None:
    assert spelled(read_machine(text)) == read


@pytest.mark.parametrize(
    ("text", "hours", "width"),
    [
        ("5 مارس 2020 12:24", 10 + 24 / 60, timedelta(minutes=1)),
        ("5 مارس 2020", -2, timedelta(days=1)),
        ("مارس 2020", -2 - 4 * 24, timedelta(days=31)),
    ],
)
def test_when_is_as_wide_as_what_is_printed(text: str, hours: float, width: timedelta) -> None:
    interval = when(text, NOW, ZoneInfo("Africa/Cairo"))
    assert interval is not None
    assert interval[0] == datetime(2020, 3, 5, tzinfo=UTC) + timedelta(hours=hours)
    assert interval[1] - interval[0] == width
