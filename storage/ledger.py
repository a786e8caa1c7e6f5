"""The ledger: what we know of each URL, and what is owed.

It is derived from the archive and can be made anew from it. A row that says "done" was written after the
capture's bytes were on the disk. Moments are passed in; the ledger never asks the time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from sqlalchemy import Connection, delete, func, literal, select, tuple_, update

from storage import leases
from storage.keys import Part
from storage.leases import Lease
from storage.ledger_database import begun, open_database
from storage.ledger_rows import (
    Captured,
    Discovered,
    Found,
    PartRow,
    PartState,
    RunRow,
    State,
    answers_for_good,
    found_of,
)
from storage.ledger_schema import NOT_DONE, captures, insert_into, parts, runs, urls
from storage.ledger_statements import columns_of, insert_new, mark_done, states_of
from storage.told_bodies import forget_bodies, keep_bodies

__all__ = ["Captured", "Discovered", "Found", "Ledger", "PartRow", "PartState", "RunRow", "State", "answers_for_good"]

_BATCH = 400  # rows a statement: SQLite takes 32,766 variables, older builds 999
FOUND_AT_ONCE = 5_000  # URLs looked up and written down by one statement each
OWED_AT_ONCE = 1_000  # URLs read at a time from a source that may owe millions
_OWED_AT_FIRST = 50  # enough to begin with, where two hundred sources begin at one time
_PLACE_TYPES = (urls.c.found_at.type, urls.c.document_key.type)
_OWED_PARTS = select(parts).where(parts.c.state != PartState.READ).order_by(parts.c.run, parts.c.number)
_Row = TypeVar("_Row")
MAX_TRIES = 3  # runs that may fail to fetch a URL before it is left alone


class Ledger:
    """One database. Each method is one transaction; all raise LedgerError."""

    def __init__(self, url: str, *, wait_s: float = 0.0) -> None:
        """`wait_s`: for a server that does not answer, before a transaction fails. It blocks."""
        self._wait_s = wait_s
        self.engine = open_database(url)
        self._reader = self.engine.execution_options(reading=True)

    def close(self) -> None:
        self.engine.dispose()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One transaction that may write, for the modules beside this one."""
        with begun(self.engine, self._wait_s) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with begun(self._reader, self._wait_s) as connection:
            yield connection

    # --- URLs -----------------------------------------------------------------------------------

    def discover(self, source: str, found: Sequence[Found], now: datetime) -> Discovered:
        """Write down URLs that are new, the first of each document key."""
        first: dict[str, Found] = {}
        for item in found:
            first.setdefault(item.document_key, item)
        states: dict[str, str] = {}
        with self.writing() as connection:
            for batch in _batches(list(first.values()), FOUND_AT_ONCE):
                states |= states_of(connection, source, [item.document_key for item in batch])
                new = [item for item in batch if item.document_key not in states]
                if new:
                    insert_new(connection, source, new, now)
            owed = [item for key, item in first.items() if states.get(key, State.OWED) == State.OWED]
            keep_bodies(connection, source, owed)
        owed = [replace(item, told_body="") if item.told_body else item for item in owed]
        return Discovered(owed, len(first) - len(states))

    def owed(self, source: str) -> Iterator[Found]:
        """URLs found and not yet durable, oldest first; read in pages, however many there are."""
        mine = (urls.c.source == source, urls.c.state == State.OWED, NOT_DONE)
        place = tuple_(urls.c.found_at, urls.c.document_key)
        query = select(urls).where(*mine).order_by(urls.c.found_at, urls.c.document_key)
        after: tuple[datetime, str] | None = None
        most = _OWED_AT_FIRST
        while True:
            with self.reading() as connection:
                asked = query if after is None else query.where(place > tuple_(*map(literal, after, _PLACE_TYPES)))
                rows = connection.execute(asked.limit(most)).all()
            yield from (found_of(row) for row in rows)
            if len(rows) < most:
                return
            most = OWED_AT_ONCE
            after = (rows[-1].found_at, rows[-1].document_key)

    def due(self, source: str, ladder: Sequence[timedelta], now: datetime, limit: int) -> list[Found]:
        """Captured URLs that are due again; `ladder`: how long after the first visit, the second …"""
        found: list[Found] = []
        with self.reading() as connection:
            for visits, wait in enumerate(ladder, start=1):
                query = select(urls).where(
                    urls.c.source == source,
                    urls.c.visits == visits,
                    urls.c.captured_at <= now - wait,
                    urls.c.state == State.DONE,
                )
                rows = connection.execute(query.order_by(urls.c.captured_at).limit(limit - len(found)))
                found += [found_of(row) for row in rows]
        return found

    def record(self, lease: Lease, rows: Sequence[Captured], done: Mapping[str, Captured], now: datetime) -> None:
        """Write durable captures down and mark URLs done, by document key. Raises LeaseLost, writing nothing."""
        with self.writing() as connection:
            leases.renew(connection, lease, now)
            if rows:
                values = [columns_of(row) for row in rows]
                connection.execute(insert_into(connection, captures).on_conflict_do_nothing(), values)
            mark_done(connection, lease.source, done)

    def failed(self, lease: Lease, document_key: str, problem: str, now: datetime) -> None:
        """Count a failed try; after MAX_TRIES the URL is left alone, and listed as failed."""
        mine = (urls.c.source == lease.source, urls.c.document_key == document_key)
        with self.writing() as connection:
            leases.renew(connection, lease, now)
            connection.execute(update(urls).where(*mine).values(tries=urls.c.tries + 1, problem=problem))
            over = update(urls).where(*mine, urls.c.tries >= MAX_TRIES, urls.c.state == State.OWED)
            if connection.execute(over.values(state=State.FAILED)).rowcount:
                forget_bodies(connection, lease.source, [document_key])

    def refused(self, lease: Lease, document_key: str, why: str, now: datetime) -> None:
        """The publisher does not want this URL fetched: nothing is owed, and it is listed."""
        mine = update(urls).where(urls.c.source == lease.source, urls.c.document_key == document_key)
        with self.writing() as connection:
            leases.renew(connection, lease, now)
            connection.execute(mine.values(state=State.REFUSED, problem=why))
            forget_bodies(connection, lease.source, [document_key])

    def url_counts(self, source: str) -> dict[str, int]:
        """How many URLs of a source are in each state."""
        count, mine = func.count().label("urls"), urls.c.source == source
        left = select(urls.c.state, count).where(mine, NOT_DONE).group_by(urls.c.state)
        with self.reading() as connection:
            found: dict[str, int] = {row.state: row.urls for row in connection.execute(left)}
            done = connection.execute(select(count).where(mine)).scalar_one() - sum(found.values())
        return found | ({State.DONE: done} if done else {})

    # --- parts ----------------------------------------------------------------------------------

    def set_part(self, part: Part, state: PartState, size: int = 0) -> None:
        row = {"source": part.source, "run": part.run, "number": part.number, "state": state, "size": size}
        with self.writing() as connection:
            statement = insert_into(connection, parts).values(row)
            change = {"state": state} | ({"size": size} if size else {})
            keys = ["source", "run", "number"]
            connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=change))

    def forget_part(self, part: Part) -> None:
        """Drop a part that holds no capture."""
        mine = delete(parts).where(
            parts.c.source == part.source, parts.c.run == part.run, parts.c.number == part.number
        )
        with self.writing() as connection:
            connection.execute(mine)

    def parts_of(self, source: str, run: str) -> list[PartRow]:
        query = select(parts).where(parts.c.source == source, parts.c.run == run).order_by(parts.c.number)
        return self._parts(query)

    def owed_parts(self, source: str | None = None) -> list[PartRow]:
        """Parts that are not yet kept and read, oldest first."""
        return self._parts(_OWED_PARTS if source is None else _OWED_PARTS.where(parts.c.source == source))

    def owed_parts_of(self, sources: Sequence[str]) -> list[PartRow]:
        """The same of several sources, by one statement for hundreds of them."""
        asked = [_OWED_PARTS.where(parts.c.source.in_(some)) for some in _batches(sources)]
        return [row for query in asked for row in self._parts(query)]

    def _parts(self, query: Any) -> list[PartRow]:
        with self.reading() as connection:
            found = connection.execute(query).all()
        return [PartRow(Part(row.source, row.run, row.number), PartState(row.state), row.size) for row in found]

    def reconcile(self, part: Part, rows: Sequence[Captured], done: Mapping[str, Captured]) -> None:
        """Make the captures of a part those that its file holds, no more and no less, and mark URLs done."""
        mine = (captures.c.source == part.source, captures.c.run == part.run, captures.c.part == part.number)
        with self.writing() as connection:
            connection.execute(delete(captures).where(*mine))
            for batch in _batches(rows):
                connection.execute(insert_into(connection, captures), [columns_of(row) for row in batch])
            mark_done(connection, part.source, done)

    def newest_capture(self, source: str, archive_key: str) -> Captured | None:
        """The newest whole response with this archive key; None: there is none that a revisit could refer to."""
        query = (
            select(captures)
            .where(
                captures.c.archive_key == archive_key,
                captures.c.source == source,
                captures.c.kind == "response",
                captures.c.decoded_digest != "",
            )
            .order_by(captures.c.captured_at.desc(), captures.c.run.desc(), captures.c.part.desc())
            .order_by(captures.c.offset.desc())
            .limit(1)
        )
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Captured(**row._mapping)

    def captures_of(self, part: Part) -> int:
        """How many captures of a part are written down."""
        mine = (captures.c.source == part.source, captures.c.run == part.run, captures.c.part == part.number)
        with self.reading() as connection:
            return connection.execute(select(func.count()).select_from(captures).where(*mine)).scalar_one()

    # --- runs -----------------------------------------------------------------------------------

    def begin_run(self, source: str, run: str, now: datetime) -> None:
        row = {"source": source, "run": run, "started_at": now}
        with self.writing() as connection:
            connection.execute(insert_into(connection, runs).values(row).on_conflict_do_nothing())

    def end_run(self, source: str, run: str, outcome: str, counts: dict[str, Any], now: datetime) -> None:
        mine = update(runs).where(runs.c.source == source, runs.c.run == run)
        with self.writing() as connection:
            connection.execute(mine.values(finished_at=now, outcome=outcome, counts=counts))

    def runs_of(self, source: str, *, unfinished: bool = False) -> list[RunRow]:
        """Runs of a source, newest first."""
        query = select(runs).where(runs.c.source == source).order_by(runs.c.run.desc())
        query = query.where(runs.c.finished_at.is_(None)) if unfinished else query
        with self.reading() as connection:
            return [RunRow(*row) for row in connection.execute(query)]

    # --- leases ---------------------------------------------------------------------------------

    def lease(self, source: str, owner: str, now: datetime, *, dead: frozenset[str] = frozenset()) -> Lease:
        """Become the one owner of a source. Raises SourceBusy."""
        with self.writing() as connection:
            return leases.acquire(connection, source, owner, now, dead=dead)

    def renew(self, held: Iterable[Lease], now: datetime) -> None:
        with self.writing() as connection:
            for lease in held:
                leases.renew(connection, lease, now)

    def holds(self, lease: Lease) -> bool:
        """Whether nobody has taken the lease since."""
        with self.reading() as connection:
            return leases.holds(connection, lease)

    def release(self, held: Iterable[Lease], now: datetime) -> None:
        with self.writing() as connection:
            for lease in held:
                leases.release(connection, lease, now)

    def release_hosts(self, owner: str, now: datetime) -> None:
        """Give back the leases of all hosts that an owner holds: its crawl process is over."""
        with self.writing() as connection:
            leases.release_hosts(connection, owner, now)

    def owner_of(self, source: str) -> str:
        with self.reading() as connection:
            return leases.owner_of(connection, source)


def _batches(rows: Sequence[_Row], size: int = _BATCH) -> Iterator[Sequence[_Row]]:
    for at in range(0, len(rows), size):
        yield rows[at : at + size]
