"""What the ledger knows as a whole: for status, verify and rebuild. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Select, Table, func, select, union

from storage.keys import Part
from storage.ledger import Captured, Ledger, State
from storage.ledger_database import faults_named
from storage.ledger_schema import NOT_DONE, captures, parts, runs, urls


@contextmanager
def _reading(ledger: Ledger) -> Iterator[Connection]:
    with faults_named(ledger.engine), ledger.engine.execution_options(reading=True).connect() as connection:
        yield connection


def known_sources(ledger: Ledger) -> list[str]:
    """Ids of all sources that the ledger has rows of, sorted. Raises LedgerError."""
    query = union(*(_distinct_sources(table) for table in (urls, captures, parts, runs)))
    with _reading(ledger) as connection:
        return sorted(connection.execute(query).scalars())


def _distinct_sources(table: Table) -> Select[tuple[str]]:
    """From one source to the next through the table's key: DISTINCT would read every row, of ten million."""
    found = select(func.min(table.c.source).label("source")).cte(f"sources_of_{table.name}", recursive=True)
    following = select(func.min(table.c.source)).where(table.c.source > found.c.source).scalar_subquery()
    found = found.union_all(select(following).where(found.c.source.is_not(None)))
    return select(found.c.source).where(found.c.source.is_not(None))


def last_capture(ledger: Ledger, source: str) -> datetime | None:
    """When the newest capture of a source was made; None: there is none. Raises LedgerError."""
    query = select(func.max(captures.c.captured_at)).where(captures.c.source == source)
    with _reading(ledger) as connection:
        newest: datetime | None = connection.execute(query).scalar()
    return newest


def last_run_began(ledger: Ledger, source: str) -> datetime | None:
    """When the newest run of a source began; None: there was none. Raises LedgerError."""
    query = select(runs.c.started_at).where(runs.c.source == source).order_by(runs.c.run.desc()).limit(1)
    with _reading(ledger) as connection:
        began: datetime | None = connection.execute(query).scalar()
    return began


def owes_urls(ledger: Ledger, source: str) -> bool:
    """Whether URLs of a source were found and are not yet captured. Raises LedgerError."""
    owed = select(urls.c.source).where(urls.c.source == source, urls.c.state == State.OWED, NOT_DONE)
    with _reading(ledger) as connection:
        return connection.execute(owed.limit(1)).first() is not None


def refused_urls(ledger: Ledger, source: str) -> list[str]:
    """URLs of a source that its publisher does not want fetched. Raises LedgerError."""
    refused = select(urls.c.url).where(urls.c.source == source, urls.c.state == State.REFUSED, NOT_DONE)
    with _reading(ledger) as connection:
        return list(connection.execute(refused).scalars())


def captures_by_offset(ledger: Ledger, part: Part) -> dict[int, Captured]:
    """The captures of a part that are written down, by the offset of their records. Raises LedgerError."""
    mine = (captures.c.source == part.source, captures.c.run == part.run, captures.c.part == part.number)
    with _reading(ledger) as connection:
        return {row.offset: Captured(**row._mapping) for row in connection.execute(select(captures).where(*mine))}


@dataclass(frozen=True, slots=True)
class UrlRow:
    document_key: str
    url: str
    found_by: str
    dated: datetime | None
    state: str
    status: int | None


def url_rows(ledger: Ledger, source: str) -> list[UrlRow]:
    """All that is known of a source's URLs, in no order. Raises LedgerError."""
    columns = (urls.c.document_key, urls.c.url, urls.c.found_by, urls.c.dated, urls.c.state, urls.c.status)
    with _reading(ledger) as connection:
        return [UrlRow(*row) for row in connection.execute(select(*columns).where(urls.c.source == source))]
