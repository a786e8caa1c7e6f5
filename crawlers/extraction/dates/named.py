"""Days with the name of their month: day first, month first, year first; a name or two of one meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from .calendar_words import LIBYAN_EPOCH, LIBYAN_YEARS
from .days import ERA, SOLAR, YEARS, Day, Line, after_span, full_year, real_day
from .folding import fold
from .hijri import hijri_day
from .reading import Calendar
from .tokens import Kind, Token

_MONTHS: Final = frozenset((Kind.MONTH, Kind.LIBYAN, Kind.HIJRI))
_NEAR = re.compile(r"[ ,/.\-|()_']{0,4}")  # between a day, its month and its year
_PAIRED = re.compile(r"[\s/,()\-|]{0,3}")  # between two names of one month
_OF: Final = frozenset(("من", "شهر", "لشهر", "of", "de", "du", "le"))
_IN_THE_YEAR: Final = frozenset(("عام", "سنه", "لعام", "لسنه", "من", "العام", "de", "in", "of"))
_FIRST: Final = fold("أول")
_THE_FIRST: Final = fold("الفاتح")  # a month in Libya, and the first day of one: "الفاتح من سبتمبر"
_TH: Final = frozenset(("er", "st", "nd", "rd", "th", fold("ی")))


@dataclass(frozen=True, slots=True)
class Month:
    """One month by name, or by two names with one meaning."""

    kind: Kind
    value: int  # 0: two names of different months
    after: int


def month_at(line: Line, number: int) -> Month | None:
    token, following = line.at(number), line.at(number + 1)
    if token is None or token.kind not in _MONTHS:
        return None
    if following is None or following.kind not in _MONTHS or not _PAIRED.fullmatch(following.gap):
        return Month(token.kind, token.value, number + 1)
    same = token.value == following.value and Kind.HIJRI not in (token.kind, following.kind)
    kind = Kind.MONTH if Kind.MONTH in (token.kind, following.kind) else token.kind
    return Month(kind, token.value if same else 0, number + 2)


def day_number(line: Line, number: int) -> tuple[int, int] | None:
    """A day of a month, as number or ordinal, and the place after it and after "of"."""
    token = line.at(number)
    ordinal = token is not None and (token.kind is Kind.ORDINAL or token.text == _THE_FIRST)
    if token is None or not (ordinal or token.is_number(1, 31)):
        return None
    after = number + 1
    follows = line.at(after)
    if follows is not None and follows.text in _TH and not follows.gap:
        after, follows = after + 1, line.at(after + 1)
    skipped = after
    while follows is not None and follows.text in _OF and after < skipped + 2:
        after, follows = after + 1, line.at(after + 1)
    bare = ordinal and after == number + 1
    if bare and not (follows is not None and (follows.kind is Kind.HIJRI or token.text == _FIRST)):
        return None  # "first", "second": everyday words; a day only in "the fifth of March"
    return 1 if token.text == _THE_FIRST else token.value, after


def _near(token: Token | None) -> bool:
    return token is not None and _NEAR.fullmatch(token.gap) is not None


def day_month_year(line: Line, number: int, weekday: int | None) -> Day | None:
    found = day_number(line, number)
    month = month_at(line, found[1]) if found is not None and _near(line.at(found[1])) else None
    if found is None or month is None:
        return None
    year = _year_at(line, month.after)
    return _named(line, number, found[0], month, year) if year is not None else None


def month_day_year(line: Line, number: int, weekday: int | None) -> Day | None:
    """ "March 5, 2020", and with a time in the middle, as C and Java print moments."""
    month = month_at(line, number)
    before = line.at(number - 1)
    if month is None or (before is not None and before.is_number(1, 31) and line.tokens[number].gap in ("", " ")):
        return None
    found = day_number(line, month.after) if _near(line.at(month.after)) else None
    if found is None or line.tokens[month.after].kind is Kind.ORDINAL:
        return None
    year = _year_at(line, found[1])
    if year is not None or not line.tokens[number].text.isascii():
        return _named(line, number, found[0], month, year) if year is not None else None
    behind = _after_clock(line, found[1])
    year = _year_at(line, behind)
    if year is None or behind == found[1]:
        return None
    clock = line.tokens[found[1]].start, line.tokens[behind - 1].end
    return replace(_named(line, number, found[0], month, year), clock=clock)


def year_month_day(line: Line, number: int, weekday: int | None) -> Day | None:
    """ "2020 مارس 5", "2020، 5 مارس"."""
    token = line.tokens[number]
    if not (token.kind is Kind.NUMBER and len(token.text) == 4 and _near(line.at(number + 1))):
        return None
    month = month_at(line, number + 1)
    if month is not None:
        day = day_number(line, month.after) if _near(line.at(month.after)) else None
        after = day[1] if day is not None else 0
    else:
        day = day_number(line, number + 1)
        month = month_at(line, day[1]) if day is not None else None
        after = month.after if month is not None else 0
    follows = line.at(after)
    if day is None or month is None or (follows is not None and len(follows.text) == 4 and follows.text.isdigit()):
        return None  # "2020 5 مارس 2021": the year behind belongs to the day
    return _named(line, number, day[0], month, (token.value, after))


def _after_clock(line: Line, number: int) -> int:
    """The place after a time of day and a zone of letters."""
    while (token := line.at(number)) is not None and (
        token.is_number(0, 59) or (token.kind is Kind.WORD and token.text.isascii() and len(token.text) <= 4)
    ):
        number += 1
    return number


def _year_at(line: Line, number: int) -> tuple[int, int] | None:
    """A year and the place after it."""
    token = line.at(number)
    skipped = 0
    while token is not None and token.text in _IN_THE_YEAR and skipped < 2:
        skipped += 1
        token = line.at(number + skipped)
    if token is None or token.kind is not Kind.NUMBER or not _near(token):
        return None
    if len(token.text) == 4:
        return token.value, number + skipped + 1
    follows = line.at(number + 1)
    clock = line.at(number + 2)
    in_mail = line.tokens[number - 1].text.isascii() and clock is not None and clock.gap == ":"
    short = len(token.text) == 2 and (token.gap in ("-", "/", "'", ", '") or in_mail)
    if short and skipped == 0 and not (follows is not None and follows.gap == ":"):
        return full_year(token.value), number + 1
    return None


def _named(line: Line, first: int, day: int, month: Month, year: tuple[int, int]) -> Day:
    value, after = year
    end = line.tokens[after - 1].end
    solar, era = SOLAR.match(line.plain, end), ERA.match(line.plain, end)
    found: date | None = None
    calendar: Calendar = "gregorian"
    if solar is None:
        found, calendar = _in_calendar(value, month, day, era)
    # the era belongs to the date: "م" behind a year is no "pm"
    span_end = era.end() if era is not None else end
    after = after_span(line, after, span_end)
    start = line.tokens[first].start
    return Day(found, start, span_end, first, after, calendar)


def _in_calendar(year: int, month: Month, day: int, era: re.Match[str] | None) -> tuple[date | None, Calendar]:
    said = era.lastgroup if era is not None else None
    if month.kind is Kind.HIJRI:
        return (hijri_day(year, month.value, day) if said in (None, "hijri") else None), "hijri"
    if said == "libyan":
        year += LIBYAN_EPOCH
        return (real_day(year, month.value, day) if year in LIBYAN_YEARS else None), "libyan"
    if said == "hijri" or year not in YEARS:
        return None, "gregorian"
    if month.kind is Kind.LIBYAN:
        return (real_day(year, month.value, day) if year in LIBYAN_YEARS else None), "libyan"
    return real_day(year, month.value, day), "gregorian"
