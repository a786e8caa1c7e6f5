"""What is remembered of a host from one crawl to the next, whichever source asked: is it down, is its 304 to be
trusted, and its last robots.txt. Of the moment: to lose it costs asking again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from storage.ledger import Ledger
from storage.ledger_schema import hosts, insert_into, robots


@dataclass(slots=True)
class HostMemory:
    origin: str  # host, and port if it is none of HTTP's own
    failures: int = 0  # in a row
    down_since: datetime | None = None  # None: it answers
    retry_at: datetime | None = None  # not to be asked before; None: at once
    problem: str | None = None  # of the last failure
    lied_at: datetime | None = None  # when it last said 304 of a page that was another; None: never
    checked_at: datetime | None = None  # when its word was last put to the test
    believed: int = 0  # 304s since then


@dataclass(frozen=True, slots=True)
class RobotsMemory:
    """The last robots.txt of an origin (scheme, host and port)."""

    origin: str
    fetched_at: datetime  # the last try
    status: int  # of the last try; 0: no answer
    body: str  # the last good answer's, latin-1: a character an octet
    good_at: datetime | None  # when `body` came; None: never


def host_memory(ledger: Ledger, origin: str) -> HostMemory:
    """What is remembered of a host; a fresh memory if nothing is. Raises LedgerError."""
    row = _row(ledger, hosts, origin)
    return HostMemory(origin) if row is None else HostMemory(**row)


def remember_host(ledger: Ledger, host: HostMemory) -> None:
    """Raises LedgerError."""
    _write(ledger, hosts, asdict(host))


def robots_memory(ledger: Ledger, origin: str) -> RobotsMemory | None:
    """The last robots.txt of an origin; None: it was never asked for. Raises LedgerError."""
    row = _row(ledger, robots, origin)
    return None if row is None else RobotsMemory(**row)


def remember_robots(ledger: Ledger, memory: RobotsMemory) -> None:
    """Raises LedgerError."""
    _write(ledger, robots, asdict(memory) | {"body": memory.body.replace("\0", "")})


def _row(ledger: Ledger, table: Table, origin: str) -> dict[str, Any] | None:
    with ledger.reading() as connection:
        row = connection.execute(select(table).where(table.c.origin == origin)).one_or_none()
    return None if row is None else dict(row._mapping)


def _write(ledger: Ledger, table: Table, row: dict[str, Any]) -> None:
    changes = {name: value for name, value in row.items() if name != "origin"}
    with ledger.writing() as connection:
        statement = insert_into(connection, table).values(row)
        connection.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=changes))
