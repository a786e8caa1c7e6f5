"""Read a date as newspapers print it: Arabic month names of every region, all digits, both reading orders.

`read_date` reads a dateline, `age_interval` a relative age. A null is better than a wrong day: a bare year,
a month in running prose, a Hijri date or a day that does not exist give None. See calendar_words.py."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from crawlers.extraction.ages import age_interval
from crawlers.extraction.arabic import alike, one_line
from crawlers.extraction.calendar_words import (
    EVENING,
    LIBYAN_MONTHS,
    LIBYAN_YEARS,
    MONTHS,
    MORNING,
    WEEKDAYS,
    ZONES,
)
from storage.model import Precision

__all__ = ["Reading", "age_interval", "is_only_a_date", "read_date"]

_YEARS = range(1900, 2101)  # others are Hijri, shop prices and telephone numbers
_NAMED_MONTHS = MONTHS | LIBYAN_MONTHS


def _any_of(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_MONTH = rf"(?:{_any_of(_NAMED_MONTHS)})"
_PAIR = rf"(?P<m>{_MONTH})(?:\s*[/(،-]\s*(?P<m2>{_MONTH})\s*\)?)?"
_GAP = r"[\s,،/.\-–]*"
_FORMS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d.])(?P<y>\d{4})(?P<s>[-/.])(?P<mo>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<y>\d{4}) (?P<s>[-/.]) (?P<mo>\d{1,2}) (?P=s) (?P<d>\d{1,2})(?!\d)",
        r"(?<![\d.])(?P<a>\d{1,2})\s?(?P<s>[-/.])\s?(?P<b>\d{1,2})\s?(?P=s)\s?(?P<y>\d{4})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}}){_GAP}(?:من\s+)?{_PAIR}{_GAP}(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\w)(?P<m>{_MONTH})\s+(?P<d>\d{{1,2}})\s*[,،]?\s*(?P<y>\d{{4}})(?!\d)",
        rf"(?<!\d)(?P<d>\d{{1,2}})\s*/\s*(?P<m>{_MONTH})\s*/\s*(?P<y>\d{{4}})(?!\d)",
    )
]
_MONTH_ALONE = re.compile(rf"(?P<m>{_MONTH})\s*[,،]?\s*(?P<y>\d{{4}})", re.IGNORECASE)
_ISO_T = re.compile(r"(?<=\d)T(?=\d)")
_HIJRI = re.compile(r"\s*(?:هـ|ه(?!\w)|هجري)")

_HALVES = _any_of(MORNING | EVENING)
_ZONE = _any_of(ZONES)
_CLOCK = re.compile(
    rf"(?:(?P<before>gmt|utc|ksa)\s*)?(?<![\d:])(?P<h>\d{{1,2}}):(?P<mi>\d{{2}})(?::(?P<se>\d{{2}})(?:\.\d+)?)?(?![\d:])"
    rf"(?:\s?(?P<half>{_HALVES})(?!\w))?"
    rf"(?:\s*(?P<zulu>z)(?!\w)|\s*\(?(?:gmt|utc)?(?P<offset>[+-]\d{{2}}:?\d{{2}})\)?"
    rf"|\s*\(?(?:بتوقيت\s+)?(?P<after>{_ZONE})(?!\w))?",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"(?<!\w)(?:{_any_of(WEEKDAYS)})(?!\w)", re.IGNORECASE)
_LABEL = re.compile(
    r"تاريخ النشر|نشرت?(?: في| بتاريخ| يوم)?|اضيفت?(?: في| بتاريخ)?|(?:اخر )?تحديث|تم النشر|التاريخ|بتاريخ|حررت? في"
    r"|تاريخ|كتب(?:ت)?|الموافق|الساعه|بتوقيت|منذ|يوم|published|posted|updated|on|at|last update",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"تحديث|محدثه|تعديل|updated|modified", re.IGNORECASE)
_MAX_LETTERS_BESIDE = 24  # a town, an agency or a short byline may stand beside a date; a sentence may not
_CLOCK_AFTER = 45  # characters between a date and a time that still belongs to it


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed date. `clock` is None if only the day (or month) is printed; `zone` None: none is printed."""

    day: date  # the first of the month where only the month is printed
    clock: time | None
    zone: tzinfo | None
    precision: Precision
    labelled_update: bool  # the words before it say that it is the time of an edit
    start: int  # where the date stands in the folded text
    end: int

    def instant(self, zone: tzinfo) -> datetime | None:
        """The moment in UTC, read in `zone` where none is printed; None without a time of day."""
        if self.clock is None:
            return None
        return datetime.combine(self.day, self.clock, self.zone or zone).astimezone(UTC)


def read_date(text: str) -> Reading | None:
    """The date of a dateline; where several stand in it, the first that is not labelled as an update.

    None if there is none, if it is Hijri only, or if it names a day that does not exist."""
    plain = _ISO_T.sub(" ", one_line(alike(text)))
    found = list(_readings(plain))
    chosen = next((reading for reading in found if not reading.labelled_update), found[0] if found else None)
    return chosen if chosen is not None else _month_alone(plain)


def is_only_a_date(text: str) -> bool:
    """Whether a line is a dateline: a date with labels, a time, a weekday, at most a name beside it."""
    plain = _ISO_T.sub(" ", one_line(alike(text)))
    dates = list(_readings(plain))
    if not dates:
        return _month_alone(plain) is not None
    for reading in reversed(dates):
        plain = plain[: reading.start] + " " + plain[reading.end :]
    for known in (_CLOCK, _WEEKDAY, _LABEL):
        plain = known.sub(" ", plain)
    return sum(sign.isalnum() for sign in plain) <= _MAX_LETTERS_BESIDE


def _readings(plain: str) -> Iterator[Reading]:
    spans = sorted(
        ((match.start(), -match.end(), match) for form in _FORMS for match in form.finditer(plain)),
        key=lambda span: span[:2],
    )
    last_end = 0
    for start, end, match in spans:
        day = _day(match, plain) if start >= last_end and not _HIJRI.match(plain, -end) else None
        if day is None:
            continue
        following = next((other[0] for other in spans if other[0] >= -end), len(plain))
        before = plain[last_end:start]
        update = bool(_UPDATED.search(before[-25:]))
        reading = Reading(day, None, None, Precision.DAY, update, start, -end)
        yield _with_clock(reading, plain[-end : min(following, -end + _CLOCK_AFTER)], before[-25:])
        last_end = -end


def _day(match: re.Match[str], plain: str) -> date | None:
    parts = match.groupdict()
    year = int(parts["y"])
    if year not in _YEARS:
        return None
    if parts.get("a"):
        return _day_or_month_first(year, int(parts["a"]), int(parts["b"]), plain)
    if parts.get("mo"):
        return _real_day(year, int(parts["mo"]), int(parts["d"]))
    month = _month_number(parts["m"], year)
    second = parts.get("m2")
    if month is None or (second and _month_number(second, year) != month):
        return None
    return _real_day(year, month, int(parts["d"]))


def _day_or_month_first(year: int, a: int, b: int, plain: str) -> date | None:
    """Day first, as in the Arab world, unless that is no day or the printed weekday says otherwise."""
    day_first, month_first = _real_day(year, b, a), _real_day(year, a, b)
    weekday = _WEEKDAY.search(plain)
    if weekday is None:
        return day_first or month_first
    said = WEEKDAYS[alike(weekday[0]).lower()]
    return next((day for day in (day_first, month_first) if day and day.weekday() == said), None)


def _month_number(name: str, year: int) -> int | None:
    name = re.sub(r"\s+", " ", name.lower())
    if name in MONTHS:
        return MONTHS[name]
    return LIBYAN_MONTHS[name] if year in LIBYAN_YEARS else None


def _real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month_alone(plain: str) -> Reading | None:
    """ "مارس 2020" and nothing else: in prose a month and a year are history, not a dateline."""
    found = _MONTH_ALONE.fullmatch(plain)
    if found is None or int(found["y"]) not in _YEARS or found["m"].lower() not in MONTHS:
        return None
    day = date(int(found["y"]), MONTHS[found["m"].lower()], 1)
    return Reading(day, None, None, Precision.MONTH, False, 0, len(plain))


def _with_clock(reading: Reading, after: str, before: str) -> Reading:
    found = _CLOCK.search(after)
    if found is None:
        found = next((match for match in reversed(list(_CLOCK.finditer(before)))), None)
    clock = _clock(found) if found is not None else None
    if found is None or clock is None:
        return reading
    precision = Precision.SECOND if found["se"] else Precision.MINUTE
    return replace(reading, clock=clock, zone=_zone(found), precision=precision)


def _clock(found: re.Match[str]) -> time | None:
    hour, minute, second = int(found["h"]), int(found["mi"]), int(found["se"] or 0)
    half = alike(found["half"] or "").lower()
    if half in EVENING and hour < 12:
        hour += 12
    elif half in MORNING and hour == 12:
        hour = 0
    try:
        return time(hour, minute, second)
    except ValueError:
        return None


def _zone(found: re.Match[str]) -> tzinfo | None:
    if found["zulu"]:
        return UTC
    if found["offset"]:
        sign = -1 if found["offset"][0] == "-" else 1
        digits = found["offset"][1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return timezone(sign * offset) if offset < timedelta(hours=24) else None
    name = found["before"] or found["after"]
    return ZoneInfo(ZONES[alike(name).lower()]) if name else None
