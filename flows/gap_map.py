"""The gap map of a backfill: how many articles of each day were found, captured and failed.

The day of an article is that on which it says it was published; of one that is not read yet, the day that its feed,
its sitemap or its address gives."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from crawlers.discovery.periods import day_in
from crawlers.source import Source
from flows.house import House
from flows.window import Window
from storage import keys
from storage.articles import published_days
from storage.ledger import State
from storage.ledger_overview import UrlRow, url_rows


@dataclass(slots=True)
class Day:
    """What is known of one day's articles. `found` is the sum of the others."""

    day: date
    captured: int = 0  # the page lies in the archive
    failed: int = 0  # could not be fetched, or is gone, or was refused
    owed: int = 0  # not fetched yet

    @property
    def found(self) -> int:
        return self.captured + self.failed + self.owed


@dataclass(slots=True)
class GapMap:
    source: str
    name_ar: str
    name_en: str
    days: list[Day] = field(default_factory=list)  # every day of the window
    undated: int = 0  # URLs that no day could be read of
    expected: int = 0  # articles a day that the source file expects at least; 0: it says nothing

    @property
    def gaps(self) -> list[date]:
        """Days of which nothing was captured, or less than is expected at least."""
        return [day.day for day in self.days if day.captured < max(self.expected, 1)]

    def total(self, name: str) -> int:
        return sum(getattr(day, name) for day in self.days)


def gap_map(house: House, source: Source, window: Window) -> GapMap:
    """Raises LedgerError, StoreError."""
    days = {day: Day(day) for day in window.days()}
    read = _days_read(house, source)
    undated = 0
    for row in url_rows(house.ledger, source.id):
        if row.found_by == "id" and row.status != 200 and row.state == State.DONE:
            continue  # a number that no article has
        day = read.get(row.document_key) or _day_of(row, source)
        if day is None:
            undated += 1
        elif day in days:
            _count(days[day], row)
    least = source.expect.per_day[0] if source.expect.per_day else 0
    return GapMap(source.id, source.name.ar, source.name.en, list(days.values()), undated, least)


def _count(day: Day, row: UrlRow) -> None:
    if row.state == State.OWED:
        day.owed += 1
    elif row.state == State.DONE and row.status == 200:
        day.captured += 1
    else:
        day.failed += 1


def _day_of(row: UrlRow, source: Source) -> date | None:
    written = day_in(row.url)
    return written or (row.dated.astimezone(source.zone).date() if row.dated else None)


def _days_read(house: House, source: Source) -> dict[str, date | None]:
    """By document key, of the articles that the source's current extractor has read."""
    pointer = keys.current_extractor(source.id)
    if not house.store.exists(pointer):
        return {}
    extractor = json.loads(house.store.get(pointer))["extractor"]
    found: dict[str, date | None] = {}
    for key in house.store.list(f"{keys.ARTICLES}extractor={extractor}/source={source.id}/"):
        found |= published_days(house.store.get(key))
    return found


def rows_of(maps: Sequence[GapMap]) -> list[dict[str, object]]:
    """The same for machines: one row a source and day."""
    return [
        {
            "source": each.source,
            "day": day.day.isoformat(),
            "found": day.found,
            "captured": day.captured,
            "failed": day.failed,
            "owed": day.owed,
        }
        for each in maps
        for day in each.days
    ]
