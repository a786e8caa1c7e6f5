"""Is a WARC of ours still what was written? Every record is checked against its own digests, past damage too.

We write one record to a gzip member: two in one, or a member in a member's place, are damage here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from storage.archive_records import archive_records
from storage.record_reading import CheckedRecord


def checked_records(file: Path) -> Iterator[CheckedRecord]:
    """Every record of a WARC and every stretch of damage, in file order, one in memory at a time."""
    for checked in archive_records(file):
        record = checked.record
        if record is not None and checked.problem is None and record.shared:
            yield CheckedRecord(checked.offset, checked.length, None, "not one record in one gzip member")
        else:
            yield checked
