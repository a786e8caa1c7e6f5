"""What is read back of a capture's metadata record: how the page was found, and what the exchange took.

Source: WARC 1.1, section 6.6 (`via`)."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Final

from storage.model import Capture, ToldBody

VIA: Final = "via"  # URL of the page that named this one
TOLD_PUBLISHED: Final = "via-published"  # what that page, a feed or a news sitemap, says of the publication
TOLD_BODY: Final = "via-body"  # what that page, a feed, holds of the article: JSON, the fields of ToldBody

STARTED: Final = "started"  # when the request was sent, ISO 8601 with microseconds
ENDED: Final = "ended"  # when the last byte of the answer had come, or its wait was over
RECEIVED: Final = "bytes-received"  # heads, chunks and interim answers too; of a revisit, what its record leaves out

_LINE_ENDS: Final = {code: f"\\u{code:04x}" for code in (0x7F, 0x85, 0x2028, 0x2029)}  # JSON escapes those below


def fields_in(block: bytes) -> dict[str, str]:
    """The fields of a block of `application/warc-fields`."""
    lines = block.decode("utf-8", "replace").split("\n")  # not splitlines: values may hold Unicode's own line ends
    return dict(line.removesuffix("\r").partition(": ")[::2] for line in lines if line.strip())


def with_told(capture: Capture, block: bytes) -> Capture:
    """The capture with what the block of its metadata record says of the page that named it."""
    fields = fields_in(block)
    published = told_published(fields.get(TOLD_PUBLISHED, ""))
    return replace(capture, told_published=published, told_body=told_body(fields.get(TOLD_BODY, "")))


def told_published(text: str) -> datetime | None:
    """The moment, UTC, that a field TOLD_PUBLISHED holds; None if it holds none."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def body_line(told: ToldBody) -> str:
    """A body as one line of JSON, for a field TOLD_BODY: all that could end the line is escaped."""
    line = json.dumps({name: value for name, value in asdict(told).items() if value}, ensure_ascii=False)
    return line.translate(_LINE_ENDS)


def told_body(line: str) -> ToldBody | None:
    """The body in a line that `body_line` wrote; None if there is none in it."""
    try:
        told = ToldBody(**json.loads(line))
    except (ValueError, TypeError, RecursionError):
        return None
    return told if isinstance(told.html, str) and isinstance(told.title, str) else None
