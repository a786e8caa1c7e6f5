"""When something happened, by whatever is printed of it: a date or an age."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo

from .ages import age_interval, last_weekday
from .printed import read_date
from .reading import Interval


def when(text: str, now: datetime, zone: tzinfo = UTC) -> Interval | None:
    """First moment and end, UTC, of what a text can mean, read at `now` (aware) in `zone`; None if it says neither.

    As wide as the smallest unit that is printed: a minute for "10:15", a day for "5 مارس", a month for "منذ شهرين"."""
    age = age_interval(text, now, zone)
    if age is not None:
        return age
    reading = read_date(text, now, zone)
    return reading.interval(zone) if reading is not None else last_weekday(text, now, zone)
