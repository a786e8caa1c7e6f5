"""Days in numbers: 05/03/2020, 2020-3-5, 5.3.20, Hijri ones by their era or their year.

Day first, as in the Arab world, unless that is no day or the printed weekday says otherwise."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from .calendar_words import LIBYAN_EPOCH
from .days import ERA, SOLAR, YEARS, Day, Line, after_span, full_year, real_day
from .hijri import HIJRI_YEARS, UNMARKED_HIJRI_YEARS, hijri_day
from .reading import Calendar
from .tokens import Kind

_NUMERIC_GAPS: Final = frozenset("/-.,_:")


def numeric(line: Line, number: int, weekday: int | None) -> Day | None:
    parts = line.tokens[number : number + 3]
    if len(parts) < 3 or any(part.kind is not Kind.NUMBER for part in parts):
        return None
    gap = parts[1].gap
    if gap not in _NUMERIC_GAPS or parts[2].gap != gap or _goes_on(line, number, gap):
        return None
    sizes = tuple(len(part.text) for part in parts)
    one, two, three = (part.value for part in parts)
    end = parts[2].end
    era = ERA.match(line.plain, end)
    said = era.lastgroup if era is not None else None
    if SOLAR.match(line.plain, end) or max(sizes[1:2]) > 2 or (gap == ":" and sizes != (4, 2, 2)):
        return None
    if sizes[0] == 4 and sizes[2] <= 2 and gap in "/-.:":
        return _with_span(line, number, era, *_year_first(one, two, three, said, gap))
    if sizes[0] > 2 or sizes[2] not in (2, 4):
        return None
    if sizes[2] == 2:
        if gap not in "/." and sizes != (2, 2, 2):
            return None
        three = full_year(three)
    return _with_span(line, number, era, *_year_last(one, two, three, said, gap, weekday))


def _goes_on(line: Line, number: int, gap: str) -> bool:
    """Whether the three numbers are part of a longer row: a telephone number, an address, a version."""
    before, behind = line.at(number - 1), line.at(number + 3)
    if line.tokens[number].gap == gap and before is not None and before.kind is Kind.NUMBER and gap != "-":
        return True
    touching = number > 0 and line.plain[line.tokens[number].start - 1] in f"+.{gap}"
    if touching and before is not None and before.kind is Kind.NUMBER:
        return True
    if behind is None or behind.kind is not Kind.NUMBER or behind.gap != gap:
        return False
    clock = line.at(number + 4)
    return not (clock is not None and clock.gap == ":")


def _year_first(year: int, month: int, day: int, said: str | None, gap: str) -> tuple[date | None, Calendar, None]:
    if said == "libyan":
        return real_day(year + LIBYAN_EPOCH, month, day), "libyan", None
    if said == "hijri" or (said is None and year in UNMARKED_HIJRI_YEARS and gap in "/-"):
        return hijri_day(year, month, day), "hijri", None
    return (real_day(year, month, day) if year in YEARS else None), "gregorian", None


def _year_last(
    one: int, two: int, year: int, said: str | None, gap: str, weekday: int | None
) -> tuple[date | None, Calendar, date | None]:
    if said == "libyan":
        return real_day(year + LIBYAN_EPOCH, two, one), "libyan", None
    if said == "hijri" or (said is None and year in UNMARKED_HIJRI_YEARS and gap in "/-"):
        return (hijri_day(year, two, one) if year in HIJRI_YEARS else None), "hijri", None
    if year not in YEARS:
        return None, "gregorian", None
    day_first, month_first = real_day(year, two, one), real_day(year, one, two)
    if day_first is None or month_first is None or day_first == month_first:
        return day_first or month_first, "gregorian", None
    if weekday is None:
        return day_first, "gregorian", month_first
    chosen = next((day for day in (day_first, month_first) if day.weekday() == weekday), None)
    return chosen, "gregorian", None


def _with_span(
    line: Line, number: int, era: re.Match[str] | None, day: date | None, calendar: Calendar, other: date | None
) -> Day:
    start, end = line.tokens[number].start, era.end() if era is not None else line.tokens[number + 2].end
    return Day(day, start, end, number, after_span(line, number + 3, end), calendar, other_day=other)
