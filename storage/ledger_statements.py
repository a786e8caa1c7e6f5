"""What the ledger does for every capture and every URL found, made cheap: statements built once, whole batches at a
time, rows without deep copies."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, update

from storage.ledger_schema import microseconds, urls
from storage.told_bodies import forget_bodies

if TYPE_CHECKING:
    from storage.ledger_rows import Captured, Found

# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
# Said twice of one capture, it counts one visit; an old part that is taken up late does not undo a newer capture.
_NEW = bindparam("new_captured_at", type_=urls.c.captured_at.type)
_DONE = (
    update(urls)
    .where(urls.c.source == bindparam("of_source"), urls.c.document_key == bindparam("of_key"))
    .where(urls.c.captured_at.is_(None) | (urls.c.captured_at <= _NEW))
    .values(
        state="done",
        status=bindparam("new_status"),
        captured_at=_NEW,
        visits=case((urls.c.captured_at == _NEW, urls.c.visits), else_=urls.c.visits + 1),
        payload_digest=bindparam("new_payload_digest"),
        problem=None,
    )
)


def mark_done(connection: Connection, source: str, done: Mapping[str, Captured]) -> None:
    rows = [
        {
            "of_source": source,
            "of_key": key,
            "new_status": row.status,
            "new_captured_at": row.captured_at,
            "new_payload_digest": row.payload_digest,
        }
        for key, row in done.items()
    ]
    if rows:
        connection.execute(_DONE, rows)
        forget_bodies(connection, source, done)


def columns_of(row: Captured) -> dict[str, Any]:
    """The columns of a capture; `asdict` would copy each value deeply."""
    return {column.name: getattr(row, column.name) for column in fields(row)}


_NEW_URL = "(source, document_key, url, found_in, found_at, dated, state, tries, found_by, visits)"
_KNOWN = {
    "sqlite": "SELECT document_key, state FROM urls WHERE source = ? "
    "AND document_key IN (SELECT value FROM json_each(?))",
    "postgresql": "SELECT document_key, state FROM urls WHERE source = %s AND document_key = ANY(%s)",
}
_INSERT = {
    "sqlite": f"INSERT INTO urls {_NEW_URL} VALUES (?, ?, ?, ?, ?, ?, 'owed', 0, ?, 0) ON CONFLICT DO NOTHING",  # noqa: S608
    "postgresql": f"INSERT INTO urls {_NEW_URL} "  # noqa: S608
    "SELECT %s, key, url, found_in, %s, dated, 'owed', 0, found_by, 0 FROM unnest(%s::text[], %s::text[], %s::text[], "
    "%s::bigint[], %s::text[]) AS new (key, url, found_in, dated, found_by) ON CONFLICT DO NOTHING",
}


def states_of(connection: Connection, source: str, keys: Sequence[str]) -> dict[str, str]:
    """State of those of some document keys that are known."""
    dialect = connection.dialect.name
    wanted = json.dumps(keys) if dialect == "sqlite" else list(keys)
    rows = connection.exec_driver_sql(_KNOWN[dialect], (source, wanted)).all()
    return {row[0]: row[1] for row in rows}


def insert_new(connection: Connection, source: str, found: Sequence[Found], now: datetime) -> None:
    """Write URLs down that are not known; quiet about those that are."""
    at = microseconds(now)
    rows = [
        (each.document_key, each.url, each.found_in, each.dated and microseconds(each.dated), each.found_by)
        for each in found
    ]
    statement = _INSERT[connection.dialect.name]
    if connection.dialect.name == "sqlite":
        values = [(source, key, url, where, at, dated, by) for key, url, where, dated, by in rows]
        connection.exec_driver_sql(statement, values)
    else:
        columns = [list(column) for column in zip(*rows, strict=True)]
        connection.exec_driver_sql(statement, (source, at, *columns))
