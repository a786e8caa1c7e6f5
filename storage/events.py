"""What happened to an article between its captures: first seen, edited, deleted, restored, moved. Derived; rebuilt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from storage.ledger import Captured, Ledger
from storage.ledger_schema import captures, events, insert_into, urls

_KEYS_AT_ONCE = 400


class What(StrEnum):
    FIRST = "first"
    EDITED = "edited"
    DELETED = "deleted"
    RESTORED = "restored"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that a capture tells of an article."""

    source: str
    document_key: str
    captured_at: datetime
    run: str  # with part and offset: the capture
    part: int
    offset: int
    what: str  # one of What
    url: str  # of the capture
    detail: str  # how it was deleted, where it moved; empty: nothing to say
    headline: str | None  # None: the capture has no article
    text_digest: str | None  # see flows/versions.py; None: the capture has no article
    extractor: str  # the reading that was compared


def events_of(ledger: Ledger, source: str, keys: Iterable[str]) -> dict[str, list[Event]]:
    """Events by document key, oldest first; keys without any are left out. Raises LedgerError."""
    found: dict[str, list[Event]] = defaultdict(list)
    wanted = list(dict.fromkeys(keys))
    order = (events.c.captured_at, events.c.run, events.c.part, events.c.offset, events.c.what)
    with ledger.reading() as connection:
        for at in range(0, len(wanted), _KEYS_AT_ONCE):
            mine = (events.c.source == source, events.c.document_key.in_(wanted[at : at + _KEYS_AT_ONCE]))
            for row in connection.execute(select(events).where(*mine).order_by(*order)):
                found[row.document_key].append(Event(**row._mapping))
    return dict(found)


def note_events(ledger: Ledger, new: Sequence[Event]) -> None:
    """Write events down, once; a change starts the article's revisit ladder anew. Raises LedgerError."""
    with ledger.writing() as connection:
        for event in new:
            statement = insert_into(connection, events).values(asdict(event)).on_conflict_do_nothing()
            if connection.execute(statement).rowcount == 1 and event.what != What.FIRST:
                mine = (urls.c.source == event.source, urls.c.document_key == event.document_key)
                connection.execute(update(urls).where(*mine).values(visits=1))


def captures_at(ledger: Ledger, source: str, archive_keys: Iterable[str]) -> list[Captured]:
    """Captures of some URLs, by archive key, oldest first. Raises LedgerError."""
    mine = (captures.c.archive_key.in_(list(archive_keys)), captures.c.source == source)
    order = (captures.c.captured_at, captures.c.run, captures.c.part, captures.c.offset)
    with ledger.reading() as connection:
        return [Captured(**row._mapping) for row in connection.execute(select(captures).where(*mine).order_by(*order))]
