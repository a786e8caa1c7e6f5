"""Relative ages ("منذ 6 سنوات 6 أشهر") as intervals against the moment of capture, never a false day.

An age is rounded down by whoever prints it: "6 years" is anything from 6 to just under 7. So the interval
is exactly as wide as its smallest unit."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from crawlers.extraction.arabic import alike, one_line
from crawlers.extraction.calendar_words import COUNTS, UNITS

_MONTHS_IN = {"year": 12, "month": 1}
_SECONDS_IN = {"week": 7 * 86400, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_RANK = {unit: rank for rank, unit in enumerate(UNITS)}
_MAX_COUNT = {"year": 100, "month": 1200, "week": 5200, "day": 36500, "hour": 9999, "minute": 9999, "second": 9999}

_SINGULAR = {alike(word): unit for unit, forms in UNITS.items() for word in forms[0].split("|")}
_DUAL = {alike(word): unit for unit, forms in UNITS.items() for word in forms[1].split("|")}
_COUNTED = _SINGULAR | {alike(word): unit for unit, forms in UNITS.items() for word in forms[2].split("|")}

_LEAD = re.compile(r"^[\s·•●\-–—|:،,()]*(?:نشر|نشرت|تم النشر|اخر تحديث)?[\s:]*(?:منذ|قبل|من|مضي|مضت)\s+")
_TRAIL = re.compile(r"[\s·•●\-–—|.،,()]+$")
_NOW: Final = frozenset(map(alike, ("الآن", "منذ لحظات", "قبل لحظات", "منذ قليل", "قبل قليل", "منذ ثوان")))
_YESTERDAY: Final = frozenset(map(alike, ("أمس", "البارحة", "يوم أمس", "بالأمس")))
_TODAY: Final = frozenset(map(alike, ("اليوم", "هذا اليوم")))
_GLUED = re.compile(r"(\d)(?=[^\d\s])")
_MAX_CHARS = 60

Interval = tuple[datetime, datetime]


def age_interval(text: str, captured_at: datetime, zone: tzinfo = UTC) -> Interval | None:
    """The earliest and latest moment, UTC, that a printed age can mean; None if the text is not just an age.

    `zone` is where "yesterday" begins and ends. The latest moment is never after `captured_at`."""
    if len(text) > _MAX_CHARS:
        return None
    plain = _TRAIL.sub("", one_line(alike(text))).strip(" ·•-|")
    named = _named(plain, captured_at, zone)
    if named is not None:
        return named
    lead = _LEAD.match(plain)
    if lead is None:
        return None
    amounts = _amounts(_GLUED.sub(r"\1 ", plain[lead.end() :]).split())
    return _resolve(amounts, captured_at) if amounts else None


def _named(plain: str, captured_at: datetime, zone: tzinfo) -> Interval | None:
    now = captured_at.astimezone(UTC)
    if plain in _NOW:
        return now - timedelta(minutes=1), now
    if plain not in _YESTERDAY and plain not in _TODAY:
        return None
    today = captured_at.astimezone(zone).date()
    midnight = datetime.combine(today, time(), zone).astimezone(UTC)
    if plain in _TODAY:
        return midnight, now
    return datetime.combine(today - timedelta(days=1), time(), zone).astimezone(UTC), midnight


def _amounts(words: list[str]) -> list[tuple[int, str]] | None:
    """Counts with units, largest unit first; None if a word is left over."""
    amounts: list[tuple[int, str]] = []
    position = 0
    while position < len(words):
        if words[position] == "و" and amounts:
            position += 1
            continue
        found = _amount(words[position:], joined=bool(amounts))
        if found is None:
            return None
        count, unit, used = found
        if count > _MAX_COUNT[unit] or (amounts and _RANK[unit] <= _RANK[amounts[-1][1]]):
            return None
        amounts.append((count, unit))
        position += used
    return amounts


def _amount(words: list[str], joined: bool) -> tuple[int, str, int] | None:
    """Count, unit and words used at the start of `words`; `joined`: a "و" may stick to the first word."""
    first = words[0]
    known = first in COUNTS or first in _DUAL or first in _SINGULAR or first.isdigit()
    if joined and not known:
        first = first.removeprefix("و")
    count = int(first) if first.isdigit() else COUNTS.get(first)
    if count is not None:
        unit = _COUNTED.get(words[1]) if len(words) > 1 else None
        return (count, unit, 2) if unit is not None else None
    if first in _DUAL:
        return 2, _DUAL[first], 1
    if first not in _SINGULAR:
        return None
    spelled_out = len(words) > 1 and COUNTS.get(words[1]) == 1
    return 1, _SINGULAR[first], 2 if spelled_out else 1


def _resolve(amounts: list[tuple[int, str]], captured_at: datetime) -> Interval | None:
    count, smallest = amounts[-1]
    try:
        latest = _before(captured_at, amounts)
        earliest = _before(captured_at, [*amounts[:-1], (count + 1, smallest)])
    except (OverflowError, ValueError):  # before the year 1: nobody commented then
        return None
    return earliest, latest


def _before(moment: datetime, amounts: list[tuple[int, str]]) -> datetime:
    months = sum(count * _MONTHS_IN.get(unit, 0) for count, unit in amounts)
    seconds = sum(count * _SECONDS_IN.get(unit, 0) for count, unit in amounts)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return (moment.replace(year=year, month=month + 1, day=day) - timedelta(seconds=seconds)).astimezone(UTC)
