"""Days of the Hijri calendar by the table of Umm al-Qura, the civil calendar of Saudi Arabia (hijridate).

Where the month begins with the sighted moon (Morocco, for one) a printed Hijri day may be a day off."""

from __future__ import annotations

from datetime import date
from typing import Final

from hijridate import Hijri

HIJRI_YEARS: Final = range(1343, 1501)  # those of the table
# Without an era, a year like 1399 in numbers is Iran's solar one, which stands at 1405 in 2026.
UNMARKED_HIJRI_YEARS: Final = range(1410, 1501)


def hijri_day(year: int, month: int, day: int) -> date | None:
    """The Gregorian day; None for a day that the table does not have."""
    if year not in HIJRI_YEARS:
        return None
    try:
        gregorian = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return date(gregorian.year, gregorian.month, gregorian.day)
