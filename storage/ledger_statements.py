"""What the ledger does for every capture, made cheap: statements built once, rows without deep copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, update

from storage.ledger_schema import urls

if TYPE_CHECKING:
    from storage.ledger import Captured

# Built once: SQLAlchemy takes longer to build a statement than SQLite to run it.
_DONE = (
    update(urls)
    .where(urls.c.source == bindparam("of_source"), urls.c.document_key == bindparam("of_key"))
    .values(
        state="done",
        status=bindparam("new_status"),
        captured_at=bindparam("new_captured_at"),
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


def columns_of(row: Captured) -> dict[str, Any]:
    """The columns of a capture; `asdict` would copy each value deeply."""
    return {column.name: getattr(row, column.name) for column in fields(row)}
