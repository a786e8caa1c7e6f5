"""How every source that was ever crawled stands, with its alarms: what `warraq report` and the report flow tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawlers.probing.checks import named_pages
from crawlers.source import Source
from flows.alarms import Alarm, alarms_for
from flows.expected_volume import by_day, expected_of
from flows.house import House
from storage.ledger_history import SourceHistory, source_history
from storage.ledger_overview import known_sources


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source that was crawled."""

    source: Source
    last_run: datetime | None
    newest: datetime | None  # when its newest article was found
    last_week: float  # articles a day, in the last seven days
    usual: float | None  # articles a day, by its past; None: too little is known
    alarms: tuple[Alarm, ...]  # the worst first


@dataclass(frozen=True, slots=True)
class Health:
    at: datetime
    sources: tuple[SourceHealth, ...]  # those with failures first, then other alarms, then by id

    @property
    def alarms(self) -> list[tuple[SourceHealth, Alarm]]:
        return [(each, alarm) for each in self.sources for alarm in each.alarms]

    @property
    def failures(self) -> list[tuple[SourceHealth, Alarm]]:
        return [(each, alarm) for each, alarm in self.alarms if alarm.is_failure]


def health_of(house: House, ids: Sequence[str] = ()) -> Health:
    """Of the sources named, or of all that were crawled and have a file. Raises LedgerError, UnknownSource."""
    known = [source for source in known_sources(house.ledger) if source in house.catalogue]
    sources = [house.catalogue[source] for source in (ids or known)]
    now = house.clock()
    found = [
        source_health(source, source_history(house.ledger, source.id, named_pages(source), now), now)
        for source in sources
    ]
    return Health(now, tuple(sorted(found, key=_rank)))


def source_health(source: Source, history: SourceHistory, now: datetime) -> SourceHealth:
    counts = by_day(history, source.zone)
    days = [now.astimezone(source.zone).date() - timedelta(days=n) for n in range(7)]
    expected = expected_of(history, source.zone, now)
    return SourceHealth(
        source=source,
        last_run=history.last_runs[-1].started_at if history.last_runs else None,
        newest=history.newest,
        last_week=sum(counts.get(day, 0) for day in days) / 7,
        usual=sum(expected.by_weekday) / 7 if expected else None,
        alarms=tuple(alarms_for(source, history, now)),
    )


def _rank(each: SourceHealth) -> tuple[int, str]:
    worst = 0 if any(alarm.is_failure for alarm in each.alarms) else 1 if each.alarms else 2
    return worst, each.source.id
