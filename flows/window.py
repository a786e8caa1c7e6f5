"""The days that a backfill is for, and what they are at a publisher."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from storage.errors import UsageError


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, both meant."""

    since: date
    until: date

    def __post_init__(self) -> None:
        if self.until < self.since:
            raise UsageError(f"--until {self.until} comes before --since {self.since}")

    @property
    def name(self) -> str:
        """How the ledger names what a backfill of these days has done; the same days go on from there."""
        return f"{self.since}..{self.until}"

    def moments(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From the first midnight to the one after the last day, in a publisher's zone."""
        return (
            datetime.combine(self.since, time(), zone),
            datetime.combine(self.until + timedelta(days=1), time(), zone),
        )

    def days(self) -> Iterator[date]:
        for number in range((self.until - self.since).days + 1):
            yield self.since + timedelta(days=number)
