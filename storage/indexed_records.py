"""The records of a WARC that an index names, as much of each as its line needs: bodies are inflated, not kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from fastwarc.warc import ArchiveIterator, WarcRecordPayloadReader

from storage.errors import DamagedWarc
from storage.http_message import end_of_head
from storage.record_digests import PAYLOAD_DIGEST
from storage.warc import RawRecord

KINDS = ("response", "revisit", "resource", "metadata")
_FIRST_LOOK = 1 << 12  # bytes in which nearly all heads of answers end
_MAX_HEAD = 1 << 16  # bytes in which one must


def indexed_records(file: Path) -> Iterator[RawRecord]:
    """Yield records in file order; of a block that states its payload's digest, at least the head of the answer.

    Raises DamagedWarc at the first record that does not parse or is cut short."""
    size = file.stat().st_size
    held: tuple[str, tuple[tuple[str, str], ...], bytes, int, int] | None = None
    at = -1
    try:
        for record in ArchiveIterator(str(file), parse_http=False, inplace=True):
            at = record.stream_pos
            if held is not None:
                yield _placed(*held, end=at)
                held = None
            kind, reader = str(record.record_type), record.reader
            headers: tuple[tuple[str, str], ...] = ()
            block = b""
            if kind in KINDS:
                headers = record.headers.to_tuples()
                block = _begin(reader) if _states_payload_digest(headers) else reader.read()
            left_out = reader.consume()
            there = len(block) + left_out
            if there != record.content_length:
                raise DamagedWarc(file.name, at, f"{record.content_length} bytes announced, {there} there")
            if kind in KINDS:
                held = kind, headers, block, at, left_out
    except OSError as error:
        raise DamagedWarc(file.name, max(at, 0), str(error)) from error
    if held is not None:
        yield _placed(*held, end=size)
    elif at < 0 < size:
        raise DamagedWarc(file.name, 0, "no WARC record found")


def _placed(
    kind: str, headers: tuple[tuple[str, str], ...], block: bytes, at: int, left_out: int, *, end: int
) -> RawRecord:
    return RawRecord(kind, headers, block, at, end - at, False, left_out)


def _states_payload_digest(headers: tuple[tuple[str, str], ...]) -> bool:
    return "WARC-Payload-Digest" in dict(headers) or any(name.lower() == PAYLOAD_DIGEST for name, _ in headers)


def _begin(reader: WarcRecordPayloadReader) -> bytes:
    block = reader.read(_FIRST_LOOK)
    return block if end_of_head(block, len(block)) else block + reader.read(_MAX_HEAD - len(block))
