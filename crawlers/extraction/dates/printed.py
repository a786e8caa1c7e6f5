"""From a line to the date it says: days, their labels and times put together, and one of them chosen."""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta, tzinfo
from typing import Final

from .calendar_words import WEEKDAY_LETTERS
from .clocks import Clock, clocks_in
from .days import YEARS, Day, Line, real_day
from .folding import fold
from .hijri import hijri_day
from .labels import COMING, EVENT, ISSUE, LABELS, NUMBERED, RANGE, says_published, says_update
from .named import Month, day_month_year, day_number, month_at, month_day_year, year_month_day
from .numeric import numeric
from .reading import Calendar, Reading
from .tokens import Kind, joined_numerals, tokens

MAX_CHARS: Final = 1000  # of a text that is looked into; a dateline has a tenth of it
MAX_DATELINE_CHARS: Final = 200  # two dates with labels, times, zones, and white space of templates
_FORMS: Final = (numeric, year_month_day, day_month_year, month_day_year)
_MAX_LETTERS_BESIDE: Final = 24  # a town, an agency or a short byline may stand beside a date; a sentence may not
_CLOCK_AFTER: Final = 45  # characters between a date and a time that still belongs to it
_DIGIT: Final = re.compile(r"\d")
_YEARS_BACK: Final = 6  # how far a weekday may lead to the year of a day without one
_CLOCK_ENDS: Final = re.compile(r"\d\s?[:h]\s?\d\d$")
_MASK: Final = "\x00"


def line_of(text: str) -> Line | None:
    """A text folded and taken apart; None if there is no digit in it, and so no date."""
    if not _DIGIT.search(text[:MAX_CHARS]):
        return None
    plain = joined_numerals(fold(text[:MAX_CHARS]))
    return Line(plain, tokens(plain))


def read_date(text: str, now: datetime | None = None, zone: tzinfo | None = None) -> Reading | None:
    """The date that a line prints; of several, the one labelled as publication, else the first not labelled as edit.

    With `now` (aware; the day it is in `zone`), a day without a year is the last one before, flagged
    "year-assumed". None if no date is printed, if it names a day that does not exist, or a span of days."""
    line, weekday, found = _taken_apart(text[:MAX_CHARS])
    if line is None:
        return None
    if found:
        return _chosen(found, weekday)
    if any(True for _ in _days(line, weekday)):
        return None  # what is printed is no day, or a span
    alone = _month_or_year_alone(line)
    if alone is not None or now is None:
        return alone
    return _without_year(line, weekday, now.astimezone(zone).date() if zone is not None else now.date())


@functools.lru_cache(maxsize=256)  # whether it is only a date, and which one, is asked of the same line
def _taken_apart(text: str) -> tuple[Line | None, int | None, list[Reading]]:
    line = line_of(text)
    if line is None:
        return None, None, []
    weekday = weekday_in(line)
    return line, weekday, list(readings(line, weekday))


@functools.lru_cache(maxsize=1024)  # pages ask for an element, and for each of those around it
def is_only_a_date(text: str) -> bool:
    """Whether a line is a dateline: a date with labels, a time, a weekday, at most a name beside it."""
    if len(text) > MAX_DATELINE_CHARS:
        return False
    line, _, found = _taken_apart(text)
    if line is None:
        return False
    if not found:
        return _month_or_year_alone(line) is not None
    plain = line.plain
    for reading in reversed(found):
        plain = plain[: reading.start] + _MASK + plain[reading.end :]
    for clock in reversed(clocks_in(plain)):
        plain = plain[: clock.start] + _MASK + plain[clock.end :]
    beside = " ".join(token.text for token in tokens(LABELS.sub(" ", plain)) if token.kind is not Kind.WEEKDAY)
    return sum(sign.isalnum() for sign in beside) <= _MAX_LETTERS_BESIDE


def readings(line: Line, weekday: int | None) -> Iterator[Reading]:
    """Every date of a line, in order, with its label and its time."""
    days = [day for day in _days(line, weekday) if day.day is not None]
    days = [day for number, day in enumerate(days) if not _is_of_a_span(line, days, number)]
    plain = line.plain
    for day in days:
        plain = plain[: day.start] + _MASK * (day.end - day.start) + plain[day.end :]
    clocks, last_end = clocks_in(plain), 0
    for number, day in enumerate(days):
        before = plain[last_end : day.start]
        following = days[number + 1].start if number + 1 < len(days) else len(plain)
        assert day.day is not None
        reading = Reading(
            day.day,
            "day",
            calendar=day.calendar,
            labelled_update=says_update(before),
            labelled_published=says_published(before),
            other_day=day.other_day,
            start=day.start,
            end=day.end,
        )
        clock = _clock_of(clocks, plain, last_end, day, min(following, day.end + _CLOCK_AFTER))
        if day.clock is not None:
            clock = next(iter(clocks_in(line.plain[slice(*day.clock)])), None)
        yield reading if clock is None else _at(reading, clock)
        last_end = day.end


def _days(line: Line, weekday: int | None) -> Iterator[Day]:
    """What is printed as a day, in order; they do not overlap."""
    number = 0
    while number < len(line.tokens):
        found = next((day for form in _FORMS if (day := form(line, number, weekday)) is not None), None)
        if found is not None:
            yield found
        number = found.after if found is not None else number + 1


def _is_of_a_span(line: Line, days: list[Day], number: int) -> bool:
    """Whether a day is one end of "5 - 10 March", a number that is called one, or the name of an event."""
    day = days[number]
    if NUMBERED.search(line.plain[: day.start]) or EVENT.search(line.plain[: day.start]):
        return True
    pairs = itertools.pairwise(days[max(number - 1, 0) : number + 2])
    if any(_are_a_span(line, one, other) for one, other in pairs):
        return True
    first, before = line.tokens[day.first], line.at(day.first - 1)
    if before is None or (number > 0 and days[number - 1].end > before.start):
        return False
    if before.kind is Kind.WORD and RANGE.fullmatch(before.text):
        before = line.at(day.first - 2)
        return before is not None and (before.is_number(1, 31) or before.kind is Kind.MONTH)
    if first.gap != "-":
        return False
    if before.kind is Kind.MONTH:
        return True
    named = line.at(day.first - 2)
    if _CLOCK_ENDS.search(line.plain, 0, before.end) or (named is not None and named.text in ISSUE):
        return False
    return before.is_number(1, 31) and (before.value < first.value or before.gap == "/")


def _are_a_span(line: Line, one: Day, other: Day) -> bool:
    same = one.calendar == other.calendar and one.day != other.day
    return same and RANGE.fullmatch(line.plain, one.end, other.start) is not None


def _clock_of(clocks: list[Clock], plain: str, since: int, day: Day, until: int) -> Clock | None:
    """The time behind a day, unless words of an edit stand between; else the one before it."""
    behind = next((clock for clock in clocks if day.end <= clock.start < until), None)
    if behind is not None and not says_update(plain[day.end : behind.start]):
        return behind
    return next((clock for clock in reversed(clocks) if since <= clock.start and clock.end <= day.start), None)


def _at(reading: Reading, clock: Clock) -> Reading:
    return replace(reading, clock=clock.time, zone=clock.zone, precision="second" if clock.has_seconds else "minute")


def weekday_in(line: Line) -> int | None:
    """The weekday that a line names; None if it names none, or several."""
    named = {token.value for token in line.tokens if token.kind is Kind.WEEKDAY}
    if not named and len(line.tokens) > 1 and line.tokens[1].kind is Kind.NUMBER:
        named = {WEEKDAY_LETTERS[token.text] for token in line.tokens[:1] if token.text in WEEKDAY_LETTERS}
    return named.pop() if len(named) == 1 else None


def _chosen(found: list[Reading], weekday: int | None) -> Reading:
    hijri = [reading for reading in found if reading.calendar == "hijri"]
    others = [reading for reading in found if reading.calendar != "hijri"]  # the same day in two calendars, mostly
    best = min(others or found, key=lambda one: (one.labelled_update, not one.labelled_published))
    if best.calendar == "hijri":
        return _by_weekday(best, weekday)
    flags = []
    if weekday is not None and best.day.weekday() != weekday:
        flags.append("weekday-contradicts")
    if hijri and all(one.day != best.day for one in hijri):
        flags.append("hijri-contradicts")
    if best.clock is None and hijri:  # "10 رجب 1441 - 10:15 - 5 مارس 2020"
        clocked = next((one for one in hijri if one.clock is not None), None)
        if clocked is not None:
            best = replace(best, clock=clocked.clock, zone=clocked.zone, precision=clocked.precision)
    return replace(best, flags=tuple(flags))


def _by_weekday(reading: Reading, weekday: int | None) -> Reading:
    """A Hijri day a day off the table, if the weekday beside it says so: the moon was sighted then."""
    if weekday is None or reading.day.weekday() == weekday:
        return reading
    near = (reading.day + timedelta(days=days) for days in (1, -1))
    moved = next((day for day in near if day.weekday() == weekday), None)
    if moved is None:
        return replace(reading, flags=("weekday-contradicts",))
    return replace(reading, day=moved, flags=("hijri-by-weekday",))


# --- less than a day and a year ------------------------------------------------------------------


def _month_or_year_alone(line: Line) -> Reading | None:
    """ "مارس 2020", or a year that is said to be of publication, and nothing else: in prose both are history."""
    label = LABELS.sub(lambda found: _MASK * len(found[0]), line.plain)
    parts = [token for token in line.tokens if label[token.start] != _MASK or token.kind is Kind.HIJRI]
    number = line.tokens.index(parts[0]) if parts else 0
    month = month_at(line, number)
    if month is not None and month.kind is not Kind.LIBYAN and len(parts) == month.after - number + 1:
        year = parts[-1]
        if year.kind is not Kind.NUMBER or len(year.text) != 4 or not month.value:
            return None
        return _whole_month(line, month, year.value, parts[0].start)
    if len(parts) == 1 and len(parts[0].text) == 4 and parts[0].value in YEARS:
        before = line.plain[: parts[0].start]
        if says_published(before) or says_update(before):
            update, end = says_update(before), len(line.plain)
            return Reading(date(parts[0].value, 1, 1), "year", labelled_update=update, end=end)
    return None


def _whole_month(line: Line, month: Month, year: int, start: int) -> Reading | None:
    is_hijri = month.kind is Kind.HIJRI
    day = hijri_day(year, month.value, 1) if is_hijri else real_day(year, month.value, 1) if year in YEARS else None
    if day is None:
        return None
    calendar: Calendar = "hijri" if is_hijri else "gregorian"
    update = says_update(line.plain[:start])
    return Reading(day, "month", calendar=calendar, labelled_update=update, end=len(line.plain))


def _without_year(line: Line, weekday: int | None, today: date) -> Reading | None:
    """ "5 مارس" or "5 مارس 10:15": the last such day, if the line says nothing else."""
    numbers = (at for at in range(len(line.tokens)) if line.tokens[at].kind is Kind.NUMBER)
    for at in numbers:
        found = day_number(line, at)
        month = month_at(line, found[1]) if found is not None else None
        if found is not None and month is not None and month.kind is Kind.MONTH and month.value:
            start, end = line.tokens[at].start, line.tokens[month.after - 1].end
            plain = line.plain[:start] + _MASK * (end - start) + line.plain[end:]
            clock = next(iter(clocks_in(plain)), None)
            if COMING.search(plain) or not _is_bare(plain, clock):
                return None
            day = _last_before(today, month.value, found[0], weekday)
            update = says_update(plain[:start])
            published = says_published(plain[:start])
            flags = ("year-assumed",)
            if day is None:
                return None
            reading = Reading(
                day, "day", labelled_update=update, labelled_published=published, flags=flags, start=start, end=end
            )
            return reading if clock is None else _at(reading, clock)
    return None


def _is_bare(plain: str, clock: Clock | None) -> bool:
    """Whether nothing but labels, weekdays and a Hijri day is left beside a day."""
    if clock is not None:
        plain = plain[: clock.start] + _MASK + plain[clock.end :]
    left = tokens(LABELS.sub(" ", plain))
    words = [token for token in left if token.kind not in (Kind.WEEKDAY, Kind.HIJRI)]
    hijri = any(token.kind is Kind.HIJRI for token in left)
    return not words or (hijri and all(token.is_number(1, 30) for token in words) and len(words) == 1)


def _last_before(today: date, month: int, day: int, weekday: int | None) -> date | None:
    years = range(today.year, today.year - _YEARS_BACK, -1)
    past = [found for year in years if (found := real_day(year, month, day)) is not None and found <= today]
    return next((found for found in past if weekday is None or found.weekday() == weekday), None)
