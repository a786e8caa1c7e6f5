"""Every name of every month, in every print: digits, marks, orders, separators, labels and times, multiplied out."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from crawlers.extraction.dates import age_interval, read_date
from crawlers.extraction.dates.calendar_words import HIJRI_MONTHS, LIBYAN_MONTHS, MONTHS, WEEKDAYS
from crawlers.extraction.dates.hijri import hijri_day
from crawlers.extraction.dates.zones import zone_of

DAYS = (date(2019, 1, 9), date(2021, 6, 7), date(2024, 11, 30), date(2020, 2, 29), date(2008, 12, 12))
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WEEKDAY_NAMES = ("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد")
PAIRS = [
    *("كانون الثاني|يناير", "شباط|فبراير", "آذار|مارس", "نيسان|أبريل", "أيار|مايو", "حزيران|يونيو", "تموز|يوليو"),
    *("آب|أغسطس", "أيلول|سبتمبر", "تشرين الأول|أكتوبر", "تشرين الثاني|نوفمبر", "كانون الأول|ديسمبر"),
]


def in_digits(zero: int) -> Callable[[str], str]:
    return lambda text: text.translate({48 + digit: zero + digit for digit in range(10)})


def _between(sign: str) -> Callable[[str], str]:
    return lambda text: "".join(one + (sign if "\u0621" <= one <= "\u064a" else "") for one in text)


PRINTS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "arabic-indic": in_digits(0x660),
    "extended": in_digits(0x6F0),
    "tashkeel": _between("\N{ARABIC FATHA}"),
    "tatweel": lambda text: text.replace("ر", "ـــر").replace("ن", "ــن"),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "no hamza": lambda text: text.translate(str.maketrans("أإآ", "ااا")),
    "persian letters": lambda text: text.translate(str.maketrans("يك", "یک")),
    "bidi": lambda text: "\u202b" + text.replace(" ", "\u200f \u200f") + "\u202c",
    "no-break spaces": lambda text: text.replace(" ", "\xa0"),
    "capitals": str.upper,
}
FORMS = [
    *("{d} {m} {y}", "{d:02} {m} {y}", "{d}{m}{y}", "{d:02} {m}, {y}", "{m} {d}, {y}", "{y} {m} {d:02}"),
    *("{d}/{m}/{y}", "{d:02} - {m} - {y}", "{w} {d} {m} {y}", "{w}، {d:02} {m} {y}م", "يوم {w} الموافق {d} {m} {y}"),
    *("نشر في: {d} {m} {y}", "تاريخ النشر {d} {m}، {y}", "أضيف بتاريخ: {w} {d} {m} {y}", "{d} من {m} عام {y}"),
    *("الكاتب: سعاد | {d} {m} {y}", "بيروت - {d} {m} {y}", "({d} {m} {y})", "آخر تحديث: {d} {m} {y}"),
]
NUMERIC = [
    *("{d}/{mo}/{y}", "{d:02}/{mo:02}/{y}", "{d:02}-{mo:02}-{y}", "{d}.{mo}.{y}", "{d:02} / {mo:02} / {y}"),
    *(
        "{y}-{mo:02}-{d:02}",
        "{y}/{mo}/{d}",
        "{w} {d:02}/{mo:02}/{y}",
        "{w}، {mo:02}/{d:02}/{y}",
        "[{d:02}/{mo:02}/{y}]",
    ),
    *("{d:02}–{mo:02}–{y}", "{d:02}ـ{mo:02}ـ{y}", "{d:02}\\{mo:02}\\{y}", "{y} - {mo:02} - {d:02}"),
]
CLOCKS = {
    "": None,
    " - 10:15": time(10, 15),
    " | 22:05": time(22, 5),
    " 06:20 م": time(18, 20),
    " 12:40 ص": time(0, 40),
    "، الساعة 9:07 صباحاً": time(9, 7),
    " على الساعة 12:30 ظهراً": time(12, 30),
    " 08:01:59 PM": time(20, 1, 59),
    " 10:15 بتوقيت القاهرة": time(10, 15),
    " (10:15 GMT)": time(10, 15),
}


def _wrong(texts: Iterator[tuple[str, date, time | None]]) -> list[str]:
    wrong = []
    for text, day, clock in texts:
        reading = read_date(text)
        if reading is None or (reading.day, reading.clock) != (day, clock):
            wrong.append(f"{text}: {reading}")
    return wrong


def _filled(form: str, day: date, name: str) -> str:
    return form.format(d=day.day, m=name, mo=day.month, y=day.year, w=WEEKDAY_NAMES[day.weekday()])


@pytest.mark.parametrize("form", FORMS)
def test_every_month_name_is_read_in_every_print(form: str) -> None:
    names = {number: [name for name, value in MONTHS.items() if value == number] for number in range(1, 13)}
    wrong = _wrong(
        (print_(_filled(form, day, name)), day, None)
        for day in (date(2021, number, 4 + number) for number in names)
        for name in names[day.month]
        for print_ in PRINTS.values()
        if not (name[-1].isdigit() and "{m}{y}" in form)  # "كانون12021" is nobody's date
    )
    assert wrong == []


@pytest.mark.parametrize("form", [*FORMS, *NUMERIC])
def test_a_time_behind_a_day_is_its_time(form: str) -> None:
    wrong = _wrong(
        (print_(_filled(form, day, PAIRS[day.month - 1].partition("|")[2]) + text), day, clock)
        for day in DAYS
        for text, clock in CLOCKS.items()
        for print_ in (PRINTS["plain"], PRINTS["arabic-indic"], PRINTS["bidi"])
    )
    assert wrong == []


@pytest.mark.parametrize("joint", ["{}/{}", "{} / {}", "{} ({})", "{} - {}", "{} {}", "{}،{}", "{} – {}"])
def test_two_names_of_a_month_are_one_month(joint: str) -> None:
    days = [date(2022, number, 17) for number in range(1, 13)]
    wrong = _wrong(
        (f"17 {joint.format(*pair)} 2022", day, None)
        for day in days
        for names in [PAIRS[day.month - 1].split("|")]
        for pair in (names, names[::-1])
    )
    mixed = [f"17 {joint.format('شباط', name)} 2022" for name in ("مارس", "أبريل", "ديسمبر")]
    assert (wrong, [text for text in mixed if read_date(text) is not None]) == ([], [])


@pytest.mark.parametrize("form", ["{d} {m} {y} هـ", "{d} {m} {y}", "{d}{m} {y}هـ", "{w} {d} {m} {y} هجري"])
def test_every_hijri_month_name_is_read_by_the_table(form: str) -> None:
    wrong = []
    for name, number in HIJRI_MONTHS.items():
        for year in (1419, 1441, 1447):
            day = hijri_day(year, number, 12)
            assert day is not None
            text = form.format(d=12, m=name, y=year, w=WEEKDAY_NAMES[day.weekday()])
            reading = read_date(text)
            if reading is None or (reading.day, reading.calendar) != (day, "hijri"):
                wrong.append(f"{text}: {reading}")
    assert wrong == []


def test_libyan_names_are_months_in_their_years_only() -> None:
    for name, number in LIBYAN_MONTHS.items():
        printed = {year: read_date(f"7 {name} {year}") for year in (1985, 1986, 2011, 2012)}
        assert {year for year, reading in printed.items() if reading is not None} == {1986, 2011}, name
        solar = read_date(f"7 {name} 1376 و.ر")
        assert solar is not None
        assert (solar.day, solar.calendar) == (date(2008, number, 7), "libyan")


def test_a_weekday_tells_the_orders_apart() -> None:
    for number in range(366):
        day = date(2020, 1, 1) + timedelta(days=number)
        for text in (f"{day:%d/%m/%Y}", f"{day:%m/%d/%Y}"):
            reading = read_date(f"{WEEKDAY_NAMES[day.weekday()]} {text}")
            assert reading is not None
            # both orders can have the weekday: then the first number is the day
            assert reading.day == day or reading.day.weekday() == day.weekday()


def test_no_day_that_does_not_exist_is_read() -> None:
    texts = [f"{day} {name} 2021" for name, number in MONTHS.items() for day in (0, 32, 99) if number]
    texts += [f"{day}/{month}/2021" for day, month in ((31, 4), (31, 6), (30, 2), (29, 2), (31, 11), (0, 5), (5, 0))]
    assert [text for text in texts if read_date(text) is not None] == []


def test_ages_are_read_in_every_number_and_print() -> None:
    plural = {"minute": "دقائق", "hour": "ساعات", "day": "أيام", "week": "أسابيع", "month": "أشهر", "year": "سنوات"}
    width = {"minute": 60, "hour": 3600, "day": 86400, "week": 7 * 86400, "month": 31 * 86400, "year": 366 * 86400}
    for unit, word in plural.items():
        for count in range(3, 11):
            for print_ in PRINTS.values():
                interval = age_interval(print_(f"منذ {count} {word}"), NOW)
                assert interval is not None, (unit, count)
                assert 0 < (interval[1] - interval[0]).total_seconds() <= width[unit]
                assert interval[1] < NOW


def test_every_calendar_word_of_the_shared_facts_is_known(shared: Path) -> None:
    facts = json.loads((shared / "facts" / "calendar_words.json").read_text(encoding="utf-8"))
    unread = []
    for number, names in facts["gregorian"].items():
        unread += [
            name for name in names if (found := read_date(f"7 {name} 2008")) is None or found.day.month != int(number)
        ]
    for number, names in facts["hijri"].items():
        unread += [
            name
            for name in names
            if (found := read_date(f"7 {name} 1441")) is None or found.day != hijri_day(1441, int(number), 7)
        ]
    day = date(2021, 6, 7)
    for number, names in facts["weekdays"].items():
        right = day + timedelta(days=int(number))
        unread += [name for name in names if (found := read_date(f"{name} {right:%d-%m-%Y}")) is None or found.flags]
    for names in facts["units"].values():
        unread += [
            name
            for name in names
            if age_interval(f"منذ {name}", NOW) is None and age_interval(f"منذ 3 {name}", NOW) is None
        ]
    for name in facts["agos"]:
        unread += [name] if age_interval(f"{name} 3 أيام", NOW) is None else []
    for half, names in ((9, facts["am"]), (21, facts["pm"])):
        unread += [
            name
            for name in names
            if (found := read_date(f"7 مارس 2021 9:05 {name}")) is None or found.clock != time(half, 5)
        ]
    ambiguous = {"عمان"}
    for name in facts["zones"].keys() - ambiguous:
        found = read_date(f"7 مارس 2021 9:05 بتوقيت {name}")
        unread += [name] if found is None or found.zone is None else []
    assert unread == []
    assert zone_of({}) is None
    assert set(WEEKDAYS.values()) == set(range(7))
