"""Is a WARC still what was written? Every record is checked against its own digests, past damage too.

A record is one gzip member. Where one cannot be read, the search goes on at the next member that begins a
WARC record, so that what is still good is known by its offset."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import mmap
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from storage.errors import DamagedWarc
from storage.http_message import head_length
from storage.warc import RawRecord, read_records

_MEMBER = b"\x1f\x8b\x08"  # every gzip member begins so, RFC 1952
_FIRST_BYTES = 1 << 14  # taken of a member at first; what lies behind its end is copied in vain
_AT_ONCE = 1 << 20  # at most
_HTTP_KINDS = ("response", "request")


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record, or a stretch of bytes in which none can be read."""

    offset: int  # bytes from the start of the file
    length: int
    record: RawRecord | None  # None: nothing readable
    problem: str | None  # None: readable, and its digests match


def checked_records(file: Path) -> Iterator[CheckedRecord]:
    """Every record of a WARC and every stretch of damage, in file order, one in memory at a time."""
    size = file.stat().st_size
    if size == 0:
        yield CheckedRecord(0, 0, None, "the file is empty")
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at = 0
        while at < size:
            length = _member_length(content, at)
            if length is None:
                following = _next_record(content, at + 1)
                yield CheckedRecord(at, following - at, None, "no whole record can be read here")
                at = following
            else:
                yield _checked(content[at : at + length], at)
                at += length


def _member_length(content: mmap.mmap, at: int) -> int | None:
    """Bytes of the gzip member at an offset; None if it is not whole. Its CRC is checked on the way."""
    inflate = zlib.decompressobj(wbits=31)
    end, step = at, _FIRST_BYTES
    while end < len(content):
        piece = content[end : end + step]
        end += len(piece)
        step = min(2 * step, _AT_ONCE)
        try:
            while piece and not inflate.eof:
                inflate.decompress(piece, _AT_ONCE)
                piece = inflate.unconsumed_tail
        except zlib.error:
            return None
        if inflate.eof:
            return end - len(inflate.unused_data) - at
    return None


def _next_record(content: mmap.mmap, at: int) -> int:
    """Offset of the next gzip member that begins a WARC record; the length of the file if there is none."""
    while (found := content.find(_MEMBER, at)) >= 0:
        try:
            if zlib.decompressobj(wbits=31).decompress(content[found : found + 512], 5) == b"WARC/":
                return found
        except zlib.error:
            pass  # these three bytes stood there by chance
        at = found + 1
    return len(content)


def _checked(member: bytes, offset: int) -> CheckedRecord:
    try:
        records = list(read_records(io.BytesIO(member), "record", len(member)))
    except DamagedWarc as error:
        return CheckedRecord(offset, len(member), None, str(error).partition(": ")[2])
    if len(records) != 1:
        return CheckedRecord(offset, len(member), None, f"{len(records)} records in one gzip member")
    read = records[0]
    record = RawRecord(read.kind, read.headers, read.block, offset, len(member))
    return CheckedRecord(offset, len(member), record, digest_problem(record))


def digest_problem(record: RawRecord) -> str | None:
    """Which digest of a record does not match its bytes; None: those it states do.

    The payload of a revisit lies elsewhere, so only its block is checked."""
    payload = record.block[head_length(record.block) :] if record.kind in _HTTP_KINDS else record.block
    checks = [("WARC-Block-Digest", record.block)]
    if record.kind != "revisit":
        checks.append(("WARC-Payload-Digest", payload))
    for name, content in checks:
        stated = record.header(name)
        if stated is not None and not digest_matches(stated, content):
            return f"{name} is {stated}, which its bytes do not give"
    return None


def digest_matches(stated: str, content: bytes) -> bool:
    """Whether `algorithm:value`, in base32 or hex, is a digest of these bytes."""
    algorithm, _, value = stated.partition(":")
    name = algorithm.lower().replace("-", "")
    if name not in hashlib.algorithms_guaranteed or name.startswith("shake"):
        return False
    wanted = hashlib.new(name, content, usedforsecurity=False).digest()
    if value.lower() == wanted.hex():
        return True
    try:
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8)) == wanted
    except binascii.Error:
        return False
