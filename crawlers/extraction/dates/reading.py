"""What a printed date says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Literal

Precision = Literal["second", "minute", "day", "month", "year"]
Calendar = Literal["gregorian", "hijri", "libyan"]
Interval = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Reading:
    """A printed date. `clock` is None if only the day (or less) is printed; `zone` None: none is printed."""

    day: date  # Gregorian; the first of the month or year where only that is printed
    precision: Precision
    clock: time | None = None
    zone: tzinfo | None = None
    calendar: Calendar = "gregorian"  # of the printed day; "libyan": the names or years of 1986 to 2011
    labelled_update: bool = False  # the words before it say that it is the time of an edit
    labelled_published: bool = False  # the words before it say that it is the time of publication
    other_day: date | None = None  # 03/04/2021 as month/day, where `day` took it as day/month
    flags: tuple[str, ...] = ()  # "weekday-contradicts", "hijri-contradicts", "year-assumed"
    start: int = 0  # where the date stands in the folded text
    end: int = 0

    def instant(self, zone: tzinfo) -> datetime | None:
        """The moment in UTC, read in `zone` where none is printed; None without a time of day."""
        if self.clock is None:
            return None
        return datetime.combine(self.day, self.clock, self.zone or zone).astimezone(UTC)

    def interval(self, zone: tzinfo) -> Interval:
        """First moment and end (exclusive), UTC, of the second, minute, day, month or year that is printed."""
        moment = self.instant(zone)
        if moment is not None:
            return moment, moment + timedelta(seconds=1 if self.precision == "second" else 60)
        follows = _first_after(self.day, self.precision)
        first, end = (datetime.combine(day, time(), self.zone or zone).astimezone(UTC) for day in (self.day, follows))
        return first, end


def _first_after(day: date, precision: Precision) -> date:
    if precision == "year":
        return day.replace(year=day.year + 1)
    if precision == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return day + timedelta(days=1)
