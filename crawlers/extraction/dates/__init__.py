"""Dates as newspapers print them: Arabic month names of every region, all digits, Hijri and Libyan years, ages.

    read_date("الخميس 05/مارس/2020 - 06:20 م")        a Reading: its day, time, zone, precision and calendar
    age_interval("منذ يومين", now)                    first and last moment that an age can mean
    when("5 مارس 2020", now, zone)                     the interval of either
    read_machine("1583400240")                         a date in a field for machines
    is_only_a_date("بيروت - 5 آذار 2020")              whether a line is a dateline, or prose with a date in it

This package stands alone: it needs hijridate, and nothing else of Warraq. It reads no clock; `now` is passed in.
A null is better than a wrong day: a bare year, a span, a month in running prose, a day that does not exist, give
None. Forms, sources and limits: docs/dates.md."""

from __future__ import annotations

from .ages import age_interval
from .machine import read_machine
from .moments import when
from .printed import is_only_a_date, read_date
from .reading import Calendar, Interval, Precision, Reading

__all__ = [
    "Calendar",
    "Interval",
    "Precision",
    "Reading",
    "age_interval",
    "is_only_a_date",
    "read_date",
    "read_machine",
    "when",
]
