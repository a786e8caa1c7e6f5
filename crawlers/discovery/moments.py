"""Dates as feeds and sitemaps write them: W3C and mail forms, and what is near them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2}))?")
_SHORT_FRACTION = re.compile(r"(:\d{2})\.(\d{1,12})")
_ARABIC_DIGITS = {0x660 + n: str(n) for n in range(10)} | {0x6F0 + n: str(n) for n in range(10)}


def moment_of(text: object) -> datetime | None:
    """An aware datetime in UTC; a day alone is its midnight UTC, a month its first. None for anything else."""
    if not isinstance(text, str) or not text.strip():
        return None
    written = text.strip().translate(_ARABIC_DIGITS)
    try:
        return _utc(_w3c(written) or _mail(written))
    except (ValueError, OverflowError, TypeError):
        return None


def _utc(moment: datetime | None) -> datetime | None:
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _w3c(text: str) -> datetime | None:
    if partial := _PARTIAL.fullmatch(text):
        return datetime(int(partial[1]), int(partial[2] or 1), 1, tzinfo=UTC)
    exact = _SHORT_FRACTION.sub(lambda found: f"{found[1]}.{found[2][:6].ljust(6, '0')}", text)
    try:
        return datetime.fromisoformat(re.sub(r"\s+(?=[+-]\d\d:?\d\d$)", "", exact))
    except ValueError:
        return None


def _mail(text: str) -> datetime | None:
    found = parsedate_tz(text if ":" in text else f"{text} 00:00")
    if found is None:
        return None
    year, month, day, hour, minute, second, *_, offset_s = found
    return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC) - timedelta(seconds=offset_s or 0)
