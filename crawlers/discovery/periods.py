"""Days and months in addresses: which days a sitemap or an article speaks of, and date archives to fill in.

`https://x.example/archive/{yyyy}/{mm}/{dd}` in a source file is a date archive: an address a day, or a month."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta

_PLACEHOLDER = re.compile(r"\{(yyyy|yy|mm|m|dd|d)\}")
_YEAR = r"(?:19[89]\d|20[0-4]\d)"
_DAY = re.compile(rf"(?<!\d)({_YEAR})([-/_.]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_QUERY = re.compile(
    rf"[?&](?:yyyy|year|y)=({_YEAR})(?:&(?:mm|month|m)=(0?[1-9]|1[0-2]))?(?:&(?:dd|day|d)=(0?[1-9]|[12]\d|3[01]))?(?=&|$)"
)
_MONTH = re.compile(rf"(?<!\d)({_YEAR})[-/_.]?(0[1-9]|1[0-2])(?!\d)|(?<!\d)({_YEAR})[-/_]([1-9])(?!\d)")
_ONE_YEAR = re.compile(rf"(?<![\d])({_YEAR})(?!\d)")

Period = tuple[date, date]  # first and last day


def is_archive(url: str) -> bool:
    return _PLACEHOLDER.search(url) is not None


def archive_pages(template: str, first: date, last: date) -> Iterator[tuple[str, Period]]:
    """The addresses of a date archive for these days, newest first, each with the days it speaks of."""
    daily = re.search(r"\{dd?\}", template) is not None
    day = last
    while day >= first:
        start = day if daily else day.replace(day=1)
        period = (start, day if daily else day.replace(day=monthrange(day.year, day.month)[1]))
        yield _PLACEHOLDER.sub(lambda found, on=start: _written(found[1], on), template), period  # type: ignore[misc]
        if start == date.min:
            return
        day = start - timedelta(days=1)


def _written(name: str, day: date) -> str:
    if name == "yyyy":
        return f"{day.year:04}"
    number = {"y": day.year % 100, "m": day.month, "d": day.day}[name[0]]
    return f"{number:02}" if len(name) == 2 else str(number)


def day_in(url: str) -> date | None:
    """The day that stands in an article's address, such as /2024/05/17/; None: there is none, or none such."""
    for found in _DAY.finditer(url):
        try:
            return date(int(found[1]), int(found[3]), int(found[4]))
        except ValueError:
            continue
    return None


def period_in(url: str) -> Period | None:
    """The days, month or year that a sitemap's name speaks of: sitemap-2024-05.xml, ?yyyy=2024&mm=05; None: none."""
    asked = _QUERY.search(url)
    if asked:
        return _period(int(asked[1]), int(asked[2] or 0), int(asked[3] or 0))
    day = day_in(url)
    if day is not None:
        return day, day
    months = list(_MONTH.finditer(url))
    if months:
        return _period(int(months[-1][1] or months[-1][3]), int(months[-1][2] or months[-1][4]), 0)
    years = _ONE_YEAR.findall(url.partition("://")[2].partition("/")[2])
    return _period(int(years[-1]), 0, 0) if len(years) == 1 else None


def _period(year: int, month: int, day: int) -> Period | None:
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None
