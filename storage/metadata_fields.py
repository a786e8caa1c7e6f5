"""What is read back of a capture's metadata record: how the page was found, and what the exchange took.

Source: WARC 1.1, section 6.6 (`via`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

VIA: Final = "via"  # URL of the page that named this one
TOLD_PUBLISHED: Final = "via-published"  # what that page, a feed or a news sitemap, says of the publication

STARTED: Final = "started"  # when the request was sent, ISO 8601 with microseconds
ENDED: Final = "ended"  # when the last byte of the answer had come, or its wait was over
RECEIVED: Final = "bytes-received"  # heads, chunks and interim answers too; of a revisit, what its record leaves out


def fields_in(block: bytes) -> dict[str, str]:
    """The fields of a block of `application/warc-fields`."""
    return dict(line.partition(": ")[::2] for line in block.decode("utf-8", "replace").splitlines())


def told_published(block: bytes) -> datetime | None:
    """The moment, UTC, that a block of `application/warc-fields` holds under TOLD_PUBLISHED; None if it holds none."""
    try:
        return datetime.fromisoformat(fields_in(block).get(TOLD_PUBLISHED, "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
