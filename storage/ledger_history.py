"""What the ledger tells of a source's past weeks: when articles were found, how its pages answered, how runs went.

Reads only, one source at a time; counts are made by the database, so that a million URLs cost no memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, case, func, select, type_coerce

from storage.ledger import Ledger
from storage.ledger_database import faults_named
from storage.ledger_schema import captures, runs, urls

_HOUR_US = 3_600_000_000
FOUND_FOR = timedelta(weeks=8)
RUNS_FOR = timedelta(weeks=26)
LAST_RUNS = 20
COUNTS = ("captures", "pages", "pages_failed", "found", "articles", "rejected")
LONGEST_RUN = timedelta(days=1)  # what was captured by a run that began before is left out
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Ran:
    """A run that has begun, or the runs of one day added up."""

    started_at: datetime  # of the first
    finished: bool  # False: one is not finished yet, or owes something
    counts: dict[str, int]  # those of COUNTS that are not 0


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """One capture of a page that names articles."""

    url: str
    at: datetime
    status: int
    digest: str  # of the payload
    unchanged: bool  # a 304, or a revisit record: as the last time


@dataclass(frozen=True, slots=True)
class SourceHistory:
    """What the ledger knows of a source since some day. Moments are aware, in UTC."""

    source: str
    first_run: datetime | None  # ever; None: it was never crawled
    found: tuple[tuple[datetime, int], ...]  # new articles by the hour, oldest first
    newest: datetime | None  # when the newest article was found, ever
    looked: tuple[datetime, ...]  # hours in which runs began, oldest first
    days: tuple[Ran, ...]  # by day (UTC), oldest first
    last_runs: tuple[Ran, ...]  # the last few one by one, oldest first
    pages: tuple[PageAnswer, ...]  # oldest first
    statuses: dict[int, int]  # of all answers in the last three runs, and in three hours at least, by HTTP status
    answers: int  # different URLs that answered 200 in that time
    same_answer: int  # the most of them that gave one and the same payload


def source_history(ledger: Ledger, source: str, pages: Sequence[str], now: datetime) -> SourceHistory:
    """The last half year of runs, and the FOUND_FOR before the newest article: a silence may be older than that.

    `pages`: URLs whose answers are wanted. Raises LedgerError."""
    with faults_named(ledger.engine), ledger.engine.execution_options(reading=True).connect() as connection:
        mine, began = runs.c.source == source, _hour(runs.c.started_at)
        first = connection.execute(select(func.min(runs.c.started_at)).where(mine)).scalar()
        newest = connection.execute(select(func.max(urls.c.found_at)).where(urls.c.source == source)).scalar()
        since = min(now, newest or now) - FOUND_FOR
        looked = select(began).where(mine, runs.c.started_at >= since).distinct().order_by(began)
        last = select(runs).where(mine).order_by(runs.c.run.desc()).limit(LAST_RUNS)
        asked = captures.c.source == source, captures.c.run >= _first_run_id(since), captures.c.url.in_(pages)
        last_runs = [_ran_alone(row) for row in reversed(connection.execute(last).all())]
        recent = connection.execute(_answers(source, _recently(last_runs, now), now)).all()
        good = {row.archive_key: row.payload_digest for row in recent if row.status == 200}
        return SourceHistory(
            source=source,
            first_run=first,
            found=tuple((_moment(row.hour), row.articles) for row in connection.execute(_found(source, since))),
            newest=newest,
            looked=tuple(map(_moment, connection.execute(looked).scalars())),
            days=tuple(_ran(row) for row in connection.execute(_days(source, now - RUNS_FOR))),
            last_runs=tuple(last_runs),
            pages=_pages(connection.execute(select(captures).where(*asked)).all()) if pages else (),
            statuses=dict(Counter(row.status for row in recent)),
            answers=len(good),
            same_answer=max(Counter(good.values()).values(), default=0),
        )


def _recently(last_runs: Sequence[Ran], now: datetime) -> datetime:
    third = last_runs[-min(3, len(last_runs))].started_at if last_runs else now
    return min(third, now - timedelta(hours=3))


def _answers(source: str, since: datetime, now: datetime) -> Any:
    """Key, status and payload of all captures of a time."""
    return select(captures.c.archive_key, captures.c.status, captures.c.payload_digest).where(
        captures.c.source == source,
        captures.c.run >= _first_run_id(since),
        captures.c.captured_at >= since,
        captures.c.captured_at <= now,
    )


def _days(source: str, since: datetime) -> Any:
    """Runs added up by the day."""
    day = func.floor(type_coerce(runs.c.started_at, BigInteger) / (24 * _HOUR_US))
    sums = [func.coalesce(func.sum(runs.c.counts[name].as_integer()), 0).label(name) for name in COUNTS]
    unfinished = func.sum(case((runs.c.finished_at.is_(None), 1), else_=0)).label("unfinished")
    mine = runs.c.source == source, runs.c.started_at >= since
    return (
        select(func.min(runs.c.started_at).label("started_at"), unfinished, *sums)
        .where(*mine)
        .group_by(day)
        .order_by(day)
    )


def _found(source: str, since: datetime) -> Any:
    """Articles by the hour: by their own date if it is before the find, else by when they were found."""
    own = case((urls.c.dated.is_not(None) & (urls.c.dated <= urls.c.found_at), urls.c.dated), else_=urls.c.found_at)
    hour = _hour(own)
    mine = urls.c.source == source, own >= since
    return select(hour.label("hour"), func.count().label("articles")).where(*mine).group_by(hour).order_by(hour)


def _hour(moment: Any) -> Any:
    """The number of the hour since 1970 that a column's moment lies in."""
    return func.floor(type_coerce(moment, BigInteger) / _HOUR_US)


def _moment(hour: float) -> datetime:
    return _EPOCH + timedelta(hours=int(hour))


def _first_run_id(since: datetime) -> str:
    """The least id of a run that may have captured anything since then: found by the primary key."""
    return f"{since - LONGEST_RUN:%Y%m%dT%H%M%SZ}"


def _ran(row: Any) -> Ran:
    counts = {name: getattr(row, name) for name in COUNTS}
    return Ran(row.started_at, not row.unfinished, {name: each for name, each in counts.items() if each})


def _ran_alone(row: Any) -> Ran:
    counts = {name: (row.counts or {}).get(name) for name in COUNTS}
    return Ran(row.started_at, row.finished_at is not None, {name: each for name, each in counts.items() if each})


def _pages(rows: Sequence[Any]) -> tuple[PageAnswer, ...]:
    found = [
        PageAnswer(row.url, row.captured_at, row.status, row.payload_digest, row.status == 304 or row.kind == "revisit")
        for row in rows
    ]
    return tuple(sorted(found, key=lambda page: page.at))
