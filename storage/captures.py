"""The captures in any archive file, past damage: what a replay reads.

A resource record of the web is a capture too: a page that was kept without the head of its answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from storage.archive_records import archive_records
from storage.errors import DamagedWarc
from storage.metadata_fields import with_told
from storage.model import Capture, CaptureRef
from storage.record_heads import derived_id
from storage.warc import CAPTURE_KINDS, RawRecord, capture_of

CUT_SHORT = "length"  # WARC-Truncated of a block that we do not hold, or that is not all there


def captures_past_damage(file: Path, warc: str) -> Iterator[Capture | DamagedWarc]:
    """Each capture in file order, and each damage in its place. `warc`: what references and damages call the file.

    A record whose digest does not match is both: its damage, and then what it holds. A capture is given when the
    metadata record beside it, if it has one, was seen."""
    held: Capture | None = None
    for checked in archive_records(file):
        record = checked.record
        if checked.problem is not None:
            if held is not None:
                yield held
                held = None
            yield DamagedWarc(warc, checked.offset, checked.problem)
        elif record is not None and held is not None and record.kind == "metadata":
            held = _with_metadata(held, record)
        if record is None or not is_capture(record):
            continue
        if held is not None:
            yield held
            held = None
        try:
            held = foreign_capture(record, warc)
        except DamagedWarc as damage:
            if checked.problem is None:
                yield damage
    if held is not None:
        yield held


def _with_metadata(capture: Capture, record: RawRecord) -> Capture:
    if record.header("WARC-Concurrent-To") != capture.ref.record_id:
        return capture
    return with_told(capture, record.block)


def is_capture(record: RawRecord) -> bool:
    if record.kind == "resource":
        return (record.header("WARC-Target-URI") or "").strip("<>").startswith(("http://", "https://"))
    return record.kind in CAPTURE_KINDS


def foreign_capture(record: RawRecord, warc: str) -> Capture:
    """The capture in a record of anybody's. Raises DamagedWarc if it lacks what WARC demands and nothing tells."""
    if record.header("WARC-Record-ID") is None:
        facts = (record.header(name) or "" for name in ("WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest"))
        record = record._replace(headers=(*record.headers, ("WARC-Record-ID", derived_id(*facts, str(record.offset)))))
    moment = moment_of(record.header("WARC-Date"))
    if moment is None:
        raise DamagedWarc(warc, record.offset, f"its WARC-Date is {record.header('WARC-Date')!r}")
    if record.kind == "resource":
        return _resource(record, warc, moment)
    whole = capture_of(record._replace(headers=_dated(record, moment)), warc)
    return replace(whole, truncated=whole.truncated or CUT_SHORT) if record.left_out else whole


def _dated(record: RawRecord, moment: datetime) -> tuple[tuple[str, str], ...]:
    stated = ("WARC-Date", f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}")
    return (stated, *((name, value) for name, value in record.headers if name.lower() != "warc-date"))


def _resource(record: RawRecord, warc: str, moment: datetime) -> Capture:
    kind = record.header("Content-Type")
    return Capture(
        ref=CaptureRef(warc, record.offset, record.length, record.header("WARC-Record-ID") or ""),
        url=(record.header("WARC-Target-URI") or "").strip("<>"),
        captured_at=moment,
        status=200,
        headers=(("Content-Type", kind),) if kind else (),
        body=record.block,
        payload_digest=record.header("WARC-Payload-Digest") or record.header("WARC-Block-Digest") or "",
        truncated=record.header("WARC-Truncated") or (CUT_SHORT if record.left_out else None),
        flags=("resource-record",),
    )


def moment_of(text: str | None) -> datetime | None:
    """A WARC-Date of any version and precision, UTC; None: it is none."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        pass  # of another shape: fourteen digits, or less precise
    digits = re.sub(r"\D", "", text)[:14]
    if len(digits) < 4:
        return None
    digits += "00000101000000"[len(digits) :]
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
