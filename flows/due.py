"""Which sources are due, and their crawl: what a schedule may start every few minutes.

A source is due when its cadence has passed since its last run began, and one of its ways to articles is due by what it
brought lately, or URLs are owed, or an article is to be looked at again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from crawlers.revisits import due_by
from crawlers.source import Source
from crawlers.ways import ways_to_articles
from flows.house import House
from flows.progress import Watch
from flows.report import Report, SourceReport
from flows.steps import Steps
from flows.walk import crawl_sources
from storage.errors import InvalidSource, UsageError
from storage.ledger_overview import last_run_began, owes_urls
from storage.pauses import Pauses
from storage.polls import next_polls


@dataclass(frozen=True, slots=True)
class Due:
    """How it stands with the sources that were asked about."""

    at: datetime
    sources: list[Source]  # due, the longest overdue first
    later: list[tuple[datetime, Source]]  # the others, and when they are due, the first one first
    broken: dict[str, str]  # by id: why a source file cannot be read

    def words(self) -> str:
        """One line for people."""
        if self.sources:
            return f"{len(self.sources)} of {len(self.sources) + len(self.later)} sources are due"
        if not self.later:
            return "nothing is due"
        moment, first = self.later[0]
        minutes = max(1, round((moment - self.at).total_seconds() / 60))
        return f"nothing is due; next is {first.id}, at {moment:%Y-%m-%d %H:%M} UTC, in {minutes:,} min"


def crawl_due(
    house: House,
    ids: Iterable[str] = (),
    *,
    limit: int | None = None,
    steps: Steps,
    watch: Watch,
    tell: Callable[[Due], None] = lambda _found: None,
) -> tuple[Due, Report]:
    """Crawl what is due of these sources, of all enabled ones if none is named, in one process.

    `tell` hears what is due before anything is fetched.

    A source that another worker holds is left to it, and named in the notes; nothing of it is owed here. The report
    has no source where nothing is due. Raises as `due_sources` and `crawl_sources` do."""
    found = due_sources(house, house.clock(), ids)
    tell(found)
    if found.sources:
        report = crawl_sources(house, found.sources, limit=limit, due_at=found.at, steps=steps, watch=watch)
    else:
        report = Report("crawl", found.at, found.at, [], [found.words()])
    for source_id, why in found.broken.items():
        report.sources.append(SourceReport(source_id, source_id, source_id, outcome="failed", owed=[why]))
    return found, report


def due_sources(house: House, now: datetime, ids: Iterable[str] = ()) -> Due:
    """What is due of these sources, of all enabled ones that are not paused if none is named.

    Raises LedgerError, UnknownSource, and UsageError if no source is enabled."""
    broken: dict[str, str] = {}
    moments = [(due_from(house, source, now), source) for source in _meant(house, ids, broken)]
    moments.sort(key=lambda pair: (pair[0], pair[1].id))
    due = [source for moment, source in moments if moment <= due_by(now, source.cadence)]
    later = [(moment, source) for moment, source in moments if moment > due_by(now, source.cadence)]
    return Due(now, due, later, broken)


def _meant(house: House, ids: Iterable[str], broken: dict[str, str]) -> Iterator[Source]:
    """One source file that cannot be read must not hold up the others."""
    named = list(dict.fromkeys(ids))
    paused = {} if named else Pauses(house.ledger).all()
    some = False
    for source_id in named or house.catalogue:
        try:
            source = house.catalogue[source_id]
        except InvalidSource as error:
            broken[source_id] = str(error)
            continue
        if named or source.enabled:
            some = True
            if source.id not in paused:
                yield source
    if not some and not broken:
        raise UsageError("no source is enabled; `warraq sources list` shows what there is")


def due_from(house: House, source: Source, now: datetime) -> datetime:
    """Since when, or from when on, a source is due; `now` if it was never crawled. Raises LedgerError."""
    began = last_run_began(house.ledger, source.id)
    if began is None:
        return now
    turn = began + source.cadence
    polls = next_polls(house.ledger, source.id)
    poll = max(turn, min(polls.get(way, turn) for way in ways_to_articles(source)))
    until = due_by(now, source.cadence)
    if poll <= until or turn > until:
        return poll
    waits = owes_urls(house.ledger, source.id) or house.ledger.due(source.id, source.revisit, now, limit=1)
    return turn if waits else poll
