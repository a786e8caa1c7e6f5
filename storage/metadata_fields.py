"""What is read back of a capture's metadata record: how the page was found. Source: WARC 1.1, section 6.6 (`via`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

VIA: Final = "via"  # URL of the page that named this one
TOLD_PUBLISHED: Final = "via-published"  # what that page, a feed or a news sitemap, says of the publication


def told_published(block: bytes) -> datetime | None:
    """The moment, UTC, that a block of `application/warc-fields` holds under TOLD_PUBLISHED; None if it holds none."""
    fields = dict(line.partition(": ")[::2] for line in block.decode("utf-8", "replace").splitlines())
    try:
        return datetime.fromisoformat(fields.get(TOLD_PUBLISHED, "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
