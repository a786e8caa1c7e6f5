"""Rows of the ledger as the rest of the house sees them, and the states they may be in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.keys import Part


class State(StrEnum):
    OWED = "owed"
    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"  # robots.txt forbids it


def answers_for_good(status: int) -> bool:
    """Whether an HTTP status settles a URL; 5xx and 429 are asked again; 304s say nothing."""
    return 200 <= status < 500 and status not in (304, 429)


class PartState(StrEnum):
    OPEN = "open"  # being written in the spool
    SEALED = "sealed"  # whole, indexed, in the spool
    KEPT = "kept"  # proved to be in the store
    READ = "read"  # its articles and rejections are in the store too


@dataclass(frozen=True, slots=True)
class Found:
    """A URL that discovery came upon."""

    document_key: str
    url: str
    found_in: str
    dated: datetime | None = None  # what the feed or sitemap says; None: nothing
    found_by: str = ""  # feed | sitemap | section …; empty: not known
    told_body: str = (
        ""  # what the feed holds of the article, see metadata_fields.body_line; empty: nothing, or not asked
    )


@dataclass(frozen=True, slots=True)
class Discovered:
    """What became of the URLs of a page."""

    owed: list[Found]  # those that are owed, new or not, the first of each document key
    new: int  # document keys that were not known


def found_of(row: Any) -> Found:
    return Found(row.document_key, row.url, row.found_in, row.dated, row.found_by)


@dataclass(frozen=True, slots=True)
class Captured:
    """A capture whose bytes are durable in the spool."""

    source: str
    run: str
    part: int
    offset: int
    length: int
    record_id: str
    url: str
    archive_key: str
    captured_at: datetime
    status: int
    payload_digest: str
    kind: str = "response"  # response | revisit
    decoded_digest: str = ""  # of the payload without its chunks; empty: cut short, or a revisit
    etag: str | None = None  # as sent; None: not sent
    last_modified: str | None = None  # as sent; None: not sent


@dataclass(frozen=True, slots=True)
class PartRow:
    part: Part
    state: PartState
    size: int


@dataclass(frozen=True, slots=True)
class RunRow:
    source: str
    run: str
    started_at: datetime
    finished_at: datetime | None
    outcome: str | None
    counts: dict[str, Any] | None
