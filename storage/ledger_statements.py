"""What the ledger does for every capture, made cheap: statements built once, rows without deep copies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, case, update

from storage.ledger_schema import urls

if TYPE_CHECKING:
    from storage.ledger import Captured

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


def columns_of(row: Captured) -> dict[str, Any]:
    """The columns of a capture; `asdict` would copy each value deeply."""
    return {column.name: getattr(row, column.name) for column in fields(row)}
