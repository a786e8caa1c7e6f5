"""What a printed day is, before its time and its labels are looked for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from .calendar_words import HIJRI, LIBYAN_ERA, MILADI
from .folding import any_of
from .reading import Calendar
from .tokens import Token

YEARS: Final = range(1900, 2101)  # others are Hijri, shop prices and telephone numbers
ERA: Final = re.compile(
    rf"\s?[(]?(?:(?P<libyan>{any_of(LIBYAN_ERA)})|(?P<miladi>{any_of(MILADI)})|(?P<hijri>{any_of(HIJRI)}))(?!\w)\.?[)]?"
)
SOLAR: Final = re.compile(r"\s?[(]?(?:ه\s?\.?\s?ش|هجري شمسي|شمسي)(?!\w)")  # of Iran: another calendar


@dataclass(frozen=True, slots=True)
class Day:
    """A day that is printed between `start` and `end`. `day` None: printed, but there is no such day."""

    day: date | None
    start: int
    end: int
    first: int  # number of the first token, and of the one after the last
    after: int
    calendar: Calendar = "gregorian"
    other_day: date | None = None
    clock: tuple[int, int] | None = None  # where a time stands inside the day: "Mar 5 12:24:00 2020"


@dataclass(frozen=True, slots=True)
class Line:
    """A folded line and its tokens."""

    plain: str
    tokens: list[Token]

    def at(self, number: int) -> Token | None:
        return self.tokens[number] if 0 <= number < len(self.tokens) else None


def real_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def full_year(two_digits: int) -> int:
    """As POSIX and RFC 2822 do: 69 to 99 are the last century's."""
    return two_digits + (1900 if two_digits > 68 else 2000)


def after_span(line: Line, number: int, end: int) -> int:
    """The first token, from `number` on, that does not begin before `end`."""
    while (token := line.at(number)) is not None and token.start < end:
        number += 1
    return number
