"""Dates in fields for machines: `datetime` attributes, metas, JSON-LD. ISO 8601, RFC 822, seconds since 1970.

What people write into such fields is read as print: "الأربعاء، 07 أكتوبر 2020 - 12:09 م" is a real meta."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, tzinfo
from typing import Final

from .folding import fold
from .printed import read_date
from .reading import Reading

_EPOCH: Final = re.compile(r"\d{10}(?:\d{3})?(?:\.\d+)?")
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)(?: ?(\d\d)(\d\d)(\d\d)?)?( ?(?:z|[+-]\d\d:?\d\d))?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_MONTH: Final = re.compile(r"((?:19|20)\d\d)[-/](0[1-9]|1[0-2])")
# .NET and JavaScript in English of the United States: nothing padded, seconds, AM or PM in letters.
_AMERICAN: Final = re.compile(r"([1-9]|1[0-2])/([1-9]|[12]\d|3[01])/((?:19|20)\d\d),? \d{1,2}:\d\d:\d\d [ap]m")
_SINCE: Final = datetime(1990, 1, 1, tzinfo=UTC).timestamp()
_UNTIL: Final = datetime(2101, 1, 1, tzinfo=UTC).timestamp()


def read_machine(text: str, now: datetime | None = None, zone: tzinfo | None = None) -> Reading | None:
    """The date of a field. A year or month alone has that precision; None if it is no date."""
    plain = fold(text)
    if _EPOCH.fullmatch(plain):
        return _since_1970(float(plain))
    if _YEAR.fullmatch(plain):
        return Reading(date(int(plain), 1, 1), "year")
    if (month := _MONTH.fullmatch(plain)) is not None:
        return Reading(date(int(month[1]), int(month[2]), 1), "month")
    if (compact := _COMPACT.fullmatch(plain)) is not None:
        year, month_, day, hour, minute, second, offset = compact.groups()
        clock = f" {hour}:{minute}" + (f":{second}" if second else "") + (offset or "") if hour else ""
        return read_date(f"{year}-{month_}-{day}{clock}")
    if (american := _AMERICAN.fullmatch(plain)) is not None:
        return read_date(f"{american[3]}-{american[1]}-{american[2]}{plain[american.end(3) :]}")
    return read_date(text, now, zone)


def _since_1970(stamp: float) -> Reading | None:
    seconds = stamp / 1000 if stamp >= 1e12 else stamp
    if not _SINCE <= seconds < _UNTIL:
        return None
    moment = datetime.fromtimestamp(int(seconds), UTC)
    return Reading(moment.date(), "second", clock=moment.time(), zone=UTC)
