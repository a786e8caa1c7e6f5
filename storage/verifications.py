"""What was verified, when, and what was found: kept in the ledger's database, so that a verification that was
ended in the middle goes on where it stood.

Derived like the ledger: to lose it costs a verification from the start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Integer,
    PrimaryKeyConstraint,
    String,
    Table,
    delete,
    select,
    update,
)

from storage.ledger import Ledger
from storage.ledger_database import faults_named
from storage.ledger_schema import Moment, insert_into, metadata

GOES_ON_WITHIN = timedelta(days=7)  # an older verification is begun anew: what it saw may have rotted since

verifications = Table(
    "verifications",
    metadata,
    Column("started_at", Moment, primary_key=True),
    Column("store", String(400), nullable=False),
    Column("sample", Integer, nullable=False),  # percent of the parts
    Column("finished_at", Moment),  # None: ended in the middle
    Column("objects", BigInteger),
    Column("damages", Integer),  # places, after repair
)

verified_parts = Table(
    "verified_parts",
    metadata,
    Column("verification", Moment, nullable=False),
    Column("source", String(60), nullable=False),
    Column("stem", String(40), nullable=False),
    Column("objects", Integer, nullable=False),
    Column("damages", JSON, nullable=False),
    PrimaryKeyConstraint("verification", "source", "stem"),
)


@dataclass(frozen=True, slots=True)
class VerifiedPart:
    """A part that was looked at, with all that was made of it."""

    source: str
    stem: str
    objects: int
    damages: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class VerificationRow:
    started_at: datetime
    sample: int
    finished_at: datetime | None
    objects: int | None
    damages: int | None


class Verifications:
    """Each method is one transaction; all raise LedgerError."""

    def __init__(self, ledger: Ledger, store_url: str) -> None:
        self._engine = ledger.engine
        self._store = store_url
        with self._transaction() as connection:
            metadata.create_all(connection, tables=[verifications, verified_parts])

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with faults_named(self._engine), self._engine.begin() as connection:
            yield connection

    def begin(self, sample: int, now: datetime) -> datetime:
        """Take up the unfinished verification of this store and share, or begin one; returns when it began."""
        table = verifications
        going = select(table.c.started_at).where(
            table.c.store == self._store,
            table.c.sample == sample,
            table.c.finished_at.is_(None),
            table.c.started_at > now - GOES_ON_WITHIN,
        )
        with self._transaction() as connection:
            started: datetime | None = connection.execute(going.order_by(table.c.started_at.desc())).scalars().first()
            if started is not None:
                return started
            mine = {"started_at": now, "store": self._store, "sample": sample}
            connection.execute(insert_into(connection, table).values(mine).on_conflict_do_nothing())
        return now

    def remember(self, verification: datetime, parts: Sequence[VerifiedPart]) -> None:
        rows = [
            {
                "verification": verification,
                "source": part.source,
                "stem": part.stem,
                "objects": part.objects,
                "damages": part.damages,
            }
            for part in parts
        ]
        with self._transaction() as connection:
            connection.execute(insert_into(connection, verified_parts).on_conflict_do_nothing(), rows)

    def remembered(self, verification: datetime) -> list[VerifiedPart]:
        query = select(verified_parts).where(verified_parts.c.verification == verification)
        with self._transaction() as connection:
            found = connection.execute(query).all()
        return [VerifiedPart(row.source, row.stem, row.objects, row.damages) for row in found]

    def finish(self, verification: datetime, objects: int, damages: int, now: datetime) -> None:
        """Write the outcome down; what was remembered of this and older verifications is needed no more."""
        mine = update(verifications).where(verifications.c.started_at == verification)
        with self._transaction() as connection:
            connection.execute(mine.values(finished_at=now, objects=objects, damages=damages))
            connection.execute(delete(verified_parts).where(verified_parts.c.verification <= verification))

    def last(self) -> VerificationRow | None:
        """The newest verification of this store, finished or not."""
        table = verifications
        query = select(table).where(table.c.store == self._store).order_by(table.c.started_at.desc())
        with self._transaction() as connection:
            row = connection.execute(query).first()
        if row is None:
            return None
        return VerificationRow(row.started_at, row.sample, row.finished_at, row.objects, row.damages)
