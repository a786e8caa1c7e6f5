"""Pages that name articles: when each was asked, what it brought, and when it is due again. Rebuilt with the URLs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from storage.ledger import Ledger
from storage.ledger_schema import insert_into, polls


@dataclass(frozen=True, slots=True)
class Poll:
    url: str
    polled_at: datetime
    brought_at: datetime | None  # when it last named an article that was new; None: never yet
    quiet: int  # polls since then
    next_at: datetime
    read_at: datetime | None  # when the capture was made whose links were all written down; None: none yet
    names_pages: bool = False  # it names other pages like itself, whose turn would not come without its text


def poll_of(ledger: Ledger, source: str, url: str) -> Poll | None:
    """What is known of a page; None: it was never read. Raises LedgerError."""
    query = select(polls).where(polls.c.source == source, polls.c.url == url)
    with ledger.reading() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        return None
    return Poll(row.url, row.polled_at, row.brought_at, row.quiet, row.next_at, row.read_at, bool(row.names_pages))


def note_poll(
    ledger: Ledger,
    source: str,
    url: str,
    at: datetime,
    *,
    brought: int,
    read_whole: bool,
    names_pages: bool | None,
    due_after: Callable[[int], datetime],
) -> None:
    """Write down that a page was asked at a moment, and brought so many new articles.

    `names_pages` None: as before. `due_after`: when it is due again after so many quiet polls."""
    before = poll_of(ledger, source, url)
    if before is not None and before.polled_at > at:
        return
    again = before is not None and before.polled_at == at
    quiet = 0 if brought else (before.quiet + (not again) if before else 1)
    row = {
        "source": source,
        "url": url,
        "polled_at": at,
        "brought_at": at if brought else before.brought_at if before else None,
        "quiet": quiet,
        "next_at": due_after(quiet),
        "read_at": at if read_whole else before.read_at if before else None,
        "names_pages": int(before.names_pages if names_pages is None and before else bool(names_pages)),
    }
    with ledger.writing() as connection:
        statement = insert_into(connection, polls).values(row)
        changes = {name: value for name, value in row.items() if name not in ("source", "url")}
        connection.execute(statement.on_conflict_do_update(index_elements=["source", "url"], set_=changes))


def next_polls(ledger: Ledger, source: str) -> dict[str, datetime]:
    """Pages of a source that were asked before, and when each is due again. Raises LedgerError."""
    query = select(polls.c.url, polls.c.next_at).where(polls.c.source == source)
    with ledger.reading() as connection:
        return {row.url: row.next_at for row in connection.execute(query)}
