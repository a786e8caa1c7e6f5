"""What the ledger remembers of pages that name articles: when they were last read to their end, and what they brought.

A crawl reads no sitemap again that has not changed, and follows a section back only to where it was before. A
backfill has rows of its own, named for its window, and goes on from them after a crash."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, select

from storage.ledger import Ledger
from storage.ledger_database import faults_named
from storage.ledger_schema import insert_into, link_pages, urls

CRAWL = ""  # the task of rows that crawls share
_BATCH = 400


@dataclass(frozen=True, slots=True)
class LinkPage:
    url: str
    kind: str  # sitemap | section | wordpress | archive
    read_at: datetime  # when its last page was captured
    whole: bool  # read to its end, or to where it was known; False: what follows is not known yet
    changed_at: datetime | None = None  # what the sitemap index said of its last change then
    brought_at: datetime | None = None  # when it last named an article that was new
    follows: str | None = None  # where to go on, if it is not whole
    number: int = 1  # of the page that follows


_COLUMNS = tuple(link_pages.c[each.name] for each in fields(LinkPage))


@contextmanager
def _connected(ledger: Ledger, *, reading: bool) -> Iterator[Connection]:
    engine = ledger.engine.execution_options(reading=True) if reading else ledger.engine
    with faults_named(engine), engine.begin() as connection:
        yield connection


def remembered(ledger: Ledger, source: str, task: str = CRAWL) -> dict[str, LinkPage]:
    """A task's rows by URL. Raises LedgerError."""
    mine = select(*_COLUMNS).where(link_pages.c.source == source, link_pages.c.task == task)
    with _connected(ledger, reading=True) as connection:
        return {row.url: LinkPage(**row._mapping) for row in connection.execute(mine)}


def remember(ledger: Ledger, source: str, task: str, page: LinkPage) -> None:
    """Write one row, in place of an older one. Raises LedgerError."""
    values = asdict(page)
    with _connected(ledger, reading=False) as connection:
        statement = insert_into(connection, link_pages).values(source=source, task=task, **values)
        change = {name: value for name, value in values.items() if name != "url"}
        keys = ["source", "task", "url"]
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=change))


def known_before(ledger: Ledger, source: str, keys: Iterable[str], moment: datetime) -> dict[str, datetime | None]:
    """Those of these document keys that were found at this moment or before, with their dates. Raises LedgerError."""
    wanted: Sequence[str] = list(keys)
    found: dict[str, datetime | None] = {}
    with _connected(ledger, reading=True) as connection:
        for at in range(0, len(wanted), _BATCH):
            query = select(urls.c.document_key, urls.c.dated).where(
                urls.c.source == source, urls.c.document_key.in_(wanted[at : at + _BATCH]), urls.c.found_at <= moment
            )
            found |= {row.document_key: row.dated for row in connection.execute(query)}
    return found


def dated_ids(ledger: Ledger, source: str) -> list[tuple[int, datetime]]:
    """Article numbers whose days of publishing are known, by number. Raises LedgerError.

    What a sitemap says is left out: it may be the day of a change."""
    query = select(urls.c.document_key, urls.c.dated).where(
        urls.c.source == source, urls.c.dated.is_not(None), urls.c.found_by.in_(("feed", "wordpress", "section"))
    )
    with _connected(ledger, reading=True) as connection:
        rows = ((row.document_key.removeprefix(f"{source}:"), row.dated) for row in connection.execute(query))
        return sorted((int(number), dated) for number, dated in rows if number.isdecimal() and len(number) < 16)
