"""What feeds hold of articles that are owed, until their captures carry it. Rebuilt with the URLs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select

from storage.ledger_schema import insert_into, told_bodies

if TYPE_CHECKING:
    from storage.ledger import Ledger
    from storage.ledger_rows import Found

_FORGET = {
    "sqlite": "DELETE FROM told_bodies WHERE source = ? AND document_key IN (SELECT value FROM json_each(?))",
    "postgresql": "DELETE FROM told_bodies WHERE source = %s AND document_key = ANY(%s)",
}


def keep_bodies(connection: Connection, source: str, owed: Sequence[Found]) -> None:
    """Write down what feeds hold of URLs; the first that is known of each stays."""
    rows = [
        {"source": source, "document_key": item.document_key, "line": item.told_body} for item in owed if item.told_body
    ]
    if rows:
        connection.execute(insert_into(connection, told_bodies).on_conflict_do_nothing(), rows)


def forget_bodies(connection: Connection, source: str, keys: Iterable[str]) -> None:
    """Drop what is held of URLs that are not owed any more."""
    dialect, gone = connection.dialect.name, list(keys)
    if gone:
        connection.exec_driver_sql(_FORGET[dialect], (source, json.dumps(gone) if dialect == "sqlite" else gone))


def keys_with_bodies(ledger: Ledger, source: str) -> set[str]:
    """Document keys of the URLs that a body is held of. Raises LedgerError."""
    with ledger.reading() as connection:
        return set(
            connection.execute(select(told_bodies.c.document_key).where(told_bodies.c.source == source)).scalars()
        )


def body_of(ledger: Ledger, source: str, document_key: str) -> str:
    """The line that is held of a URL; empty: none. Raises LedgerError."""
    mine = (told_bodies.c.source == source, told_bodies.c.document_key == document_key)
    with ledger.reading() as connection:
        return connection.execute(select(told_bodies.c.line).where(*mine)).scalar_one_or_none() or ""
