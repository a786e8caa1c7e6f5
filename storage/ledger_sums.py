"""Sums over all that the ledger holds, by source: what a monitoring system asks for, in few queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from storage.ledger import Ledger, State
from storage.ledger_database import faults_named
from storage.ledger_schema import captures, parts, runs, urls


@dataclass(slots=True)
class Sums:
    """One source. All but `owed` and `parts_owed` only ever grow, unless the ledger is rebuilt."""

    source: str
    captures: int = 0
    bytes: int = 0  # of the records, as they lie in the WARCs
    articles: int = 0
    rejections: int = 0
    owed: int = 0  # URLs found and not yet fetched
    parts_owed: int = 0  # not yet proved to be in the store, or not read
    last_capture: datetime | None = None
    newest: datetime | None = None  # when its newest article was found


def sums_of(ledger: Ledger) -> list[Sums]:
    """By id of the source. Raises LedgerError."""
    found: dict[str, Sums] = {}

    def of(source: str) -> Sums:
        return found.setdefault(source, Sums(source))

    kept = select(
        captures.c.source,
        func.count().label("captures"),
        func.sum(captures.c.length).label("bytes"),
        func.max(captures.c.captured_at).label("last"),
    ).group_by(captures.c.source)
    counted = {
        name: func.coalesce(func.sum(runs.c.counts[name].as_integer()), 0).label(name)
        for name in ("articles", "rejected")
    }
    read = select(runs.c.source, *counted.values()).group_by(runs.c.source)
    newest = select(urls.c.source, func.max(urls.c.found_at).label("newest")).group_by(urls.c.source)
    owed = select(urls.c.source, func.count().label("owed")).where(urls.c.state == State.OWED).group_by(urls.c.source)
    unread = select(parts.c.source, func.count().label("parts")).where(parts.c.state != "read").group_by(parts.c.source)
    with faults_named(ledger.engine), ledger.engine.execution_options(reading=True).connect() as connection:
        for row in connection.execute(kept):
            each = of(row.source)
            each.captures, each.bytes, each.last_capture = row.captures, int(row.bytes or 0), row.last
        for row in connection.execute(read):
            of(row.source).articles, of(row.source).rejections = row.articles, row.rejected
        for row in connection.execute(newest):
            of(row.source).newest = row.newest
        for row in connection.execute(owed):
            of(row.source).owed = row.owed
        for row in connection.execute(unread):
            of(row.source).parts_owed = row.parts
    return [found[source] for source in sorted(found)]
