"""Sources that are left alone for a while, and who said so: kept in the ledger's database, for all workers alike.

A decision of people, which no WARC knows: to lose it costs saying it again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, delete, select

from storage.ledger import Ledger
from storage.ledger_database import faults_named
from storage.ledger_schema import Moment, insert_into

_metadata = MetaData()
_pauses = Table(
    "pauses",
    _metadata,
    Column("source", String(60), primary_key=True),
    Column("since", Moment, nullable=False),
    Column("by", Text, nullable=False),
    Column("reason", Text, nullable=False),  # empty: none was given
)


@dataclass(frozen=True, slots=True)
class Pause:
    source: str
    since: datetime
    by: str
    reason: str


class Pauses:
    """Each method is one transaction; all raise LedgerError."""

    def __init__(self, ledger: Ledger) -> None:
        self._engine = ledger.engine
        with self._transaction() as connection:
            _metadata.create_all(connection)

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with faults_named(self._engine), self._engine.begin() as connection:
            yield connection

    def all(self) -> dict[str, Pause]:
        """By source, in order of their ids."""
        with self._transaction() as connection:
            rows = connection.execute(select(_pauses).order_by(_pauses.c.source)).mappings()
            return {row["source"]: Pause(**row) for row in rows}

    def pause(self, sources: Iterable[str], now: datetime, by: str, reason: str = "") -> None:
        """One that is paused already keeps its day; the reason is the newer one, if one is given."""
        with self._transaction() as connection:
            for source in sources:
                row = insert_into(connection, _pauses).values(source=source, since=now, by=by, reason=reason)
                newer = {"reason": reason} if reason else {"source": source}
                connection.execute(row.on_conflict_do_update(index_elements=["source"], set_=newer))

    def resume(self, sources: Iterable[str]) -> list[str]:
        """The sources that were paused until now."""
        with self._transaction() as connection:
            return [
                source
                for source in sources
                if connection.execute(delete(_pauses).where(_pauses.c.source == source)).rowcount
            ]
