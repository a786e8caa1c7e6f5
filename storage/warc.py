"""Write, read and mend WARC files; the only door to warcio and FastWARC.

A record is one gzip member. What arrived compressed is stored, not deflated again. Blocks are byte for byte
what went over the wire; see http_message.py and crawlers/decoding.py for undoing the codings.
Source: WARC 1.1, https://iipc.github.io/warc-specifications/"""

from __future__ import annotations

import hashlib
import os
import re
import struct
import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from fastwarc.warc import ArchiveIterator

from storage.base32 import base32
from storage.errors import DamagedWarc
from storage.growing_file import GrowingFile
from storage.http_message import BROKEN_CHUNKS, NOT_CHUNKED, Bytes, HttpMessage, parse_response, read_chunks
from storage.metadata_fields import with_told
from storage.model import Capture, CaptureRef

VERSION = b"WARC/1.1\r\n"
HTTP_RESPONSE = "application/http; msgtype=response"
WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http; msgtype=request"
_STORED_BLOCK = 65535  # bytes: the most a stored deflate block holds, RFC 1951
_READ_AT_ONCE = 1 << 20
_SMALL = 3800  # bytes that a window of 4 KiB sees whole: as tight, at a fifth of the cost of zlib's usual tables
_SMALL_WINDOW, _FULL_WINDOW = (-12, 6), (-zlib.MAX_WBITS, 8)  # wbits, memLevel
_CONTROLS = re.compile(r"[\x00-\x20\x7f]")


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record, ready to be written. Header order is kept; Content-Length is added."""

    kind: str
    headers: tuple[tuple[str, str], ...]
    block: Bytes
    deflated_to: int = -1  # bytes of the block worth deflating; -1: all, the rest came compressed


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a record was written, in bytes from the start of the file."""

    offset: int
    length: int


def new_record_id() -> str:
    return f"<urn:uuid:{uuid.uuid4()}>"


def warc_date(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")[:19] + "Z"


def digest(content: Bytes) -> str:
    """`sha256:` and base32, the form that warcio and FastWARC check."""
    return _base32(hashlib.sha256(content))


def digest_without_chunks(body: memoryview) -> tuple[str, tuple[str, ...]]:
    """Digest of what a body in chunks holds, and what is odd about the chunks, as http_message.py flags it."""
    sha256 = hashlib.sha256()
    flags = read_chunks(body, sha256.update)
    return digest(body) if NOT_CHUNKED in flags else _base32(sha256), flags


def _base32(sha256: hashlib._Hash) -> str:
    return "sha256:" + base32(sha256.digest())


def safe_uri(url: str) -> str:
    """The URL with spaces and control characters percent-encoded, so that it cannot end a header line."""
    return _CONTROLS.sub(lambda found: f"%{ord(found[0]):02X}", url)


def fields_block(fields: Mapping[str, str]) -> bytes:
    """A block of `application/warc-fields`, one line a field, whatever the values hold."""
    return "".join(f"{name}: {_CONTROLS.sub(' ', value)}\r\n" for name, value in fields.items()).encode(
        "utf-8", "backslashreplace"
    )


def serialized(record: Record) -> Iterator[bytes]:
    """One gzip member, in pieces: a block may be large. Raises ValueError if a header could inject a line."""
    lines = [VERSION, f"WARC-Type: {record.kind}\r\n".encode()]
    for name, value in record.headers:
        if "\r" in value or "\n" in value or "\0" in value:
            raise ValueError(f"WARC header {name} holds a line break: {value!r}")
        lines.append(f"{name}: {value}\r\n".encode())
    lines.append(f"Content-Length: {len(record.block)}\r\n\r\n".encode("ascii"))
    block = memoryview(record.block)
    cut = len(block) if record.deflated_to < 0 else record.deflated_to
    return _gzip_member(b"".join(lines), block[:cut], block[cut:], b"\r\n\r\n")


def _gzip_member(head: bytes, deflated: memoryview, stored: memoryview, tail: bytes) -> Iterator[bytes]:
    """Deflate the first bytes, store the next as they are, deflate the tail; one member, RFC 1952."""
    small = len(head) + len(deflated) <= _SMALL
    compress = zlib.compressobj(6, zlib.DEFLATED, *(_SMALL_WINDOW if small else _FULL_WINDOW))
    yield b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff" + compress.compress(head)
    for at in range(0, len(deflated), _READ_AT_ONCE):
        yield compress.compress(deflated[at : at + _READ_AT_ONCE])
    if stored:
        yield compress.flush(zlib.Z_FULL_FLUSH)
        for at in range(0, len(stored), _STORED_BLOCK):
            yield _stored_block(stored[at : at + _STORED_BLOCK])
        yield _stored_block(tail, last=True)
    else:
        yield compress.compress(tail) + compress.flush()
    whole = zlib.crc32(tail, zlib.crc32(stored, zlib.crc32(deflated, zlib.crc32(head))))
    size = len(head) + len(deflated) + len(stored) + len(tail)
    yield struct.pack("<II", whole, size & 0xFFFFFFFF)


def _stored_block(piece: bytes | memoryview, *, last: bool = False) -> bytes:
    return struct.pack("<BHH", last, len(piece), len(piece) ^ 0xFFFF) + piece


class WarcFile(GrowingFile):
    """A WARC that is being written: append, then `sync`, and only then is a record durable."""

    def append(self, record: Record) -> Placed:
        offset = self.size
        self.add(serialized(record))
        return Placed(offset, self.size - offset)


def mend(path: Path) -> int:
    """Cut a WARC that was being written back to its last complete gzip member.

    Returns the bytes cut off; 0 means that it was whole. Nothing after a broken member is kept: records are
    appended in order, so nothing after it was ever reported as durable."""
    whole = whole_length(path)
    size = path.stat().st_size
    if whole < size:
        with path.open("r+b") as file:
            file.truncate(whole)
            os.fsync(file.fileno())
    return size - whole


def whole_length(path: Path) -> int:
    """Bytes from the start of the file to the end of its last complete gzip member."""
    with path.open("rb") as file:
        return whole_bytes(file)


def whole_bytes(stream: BinaryIO) -> int:
    """The same of a stream, from where it stands to its end; gzip's checksums are held against what is there."""
    end = read = 0
    inflate = zlib.decompressobj(wbits=31)
    left = b""
    while True:
        at_end = not left and not (left := stream.read(_READ_AT_ONCE))
        read += 0 if at_end else len(left)
        try:
            out = inflate.decompress(left, _READ_AT_ONCE)
        except zlib.error:
            return end
        left = inflate.unused_data if inflate.eof else inflate.unconsumed_tail
        read -= len(left)
        if inflate.eof:
            end = read
            inflate = zlib.decompressobj(wbits=31)
        elif at_end and not out:
            return end


class RawRecord(NamedTuple):
    """A record as it lies in a WARC. A tuple, as it is made for every record of every file that is read."""

    kind: str
    headers: tuple[tuple[str, str], ...]  # of the WARC record
    block: bytes
    offset: int
    length: int  # bytes of the (compressed) record
    shared: bool = False  # other records lie in the same compressed piece: offset and length are those of the piece
    left_out: int = 0  # bytes of the block that are not held, because it is huge
    sha1: str = ""  # of the payload of such a block, as an index states it

    def header(self, name: str) -> str | None:
        wanted = name.lower()
        for key, value in self.headers:
            if key == name or (len(key) == len(name) and key.lower() == wanted):
                return value
        return None


def read_records(stream: BinaryIO, name: str, size: int) -> Iterator[RawRecord]:
    """Yield every record in file order, holding two in memory. `size` is that of the stream in bytes.

    Raises DamagedWarc at the first record that does not parse or is cut short."""
    held: RawRecord | None = None
    at = -1
    try:
        for record in ArchiveIterator(stream, parse_http=False, inplace=True):
            at = record.stream_pos
            if held is not None:
                yield held._replace(length=at - held.offset)
                held = None
            block = record.reader.read()
            if len(block) != record.content_length:
                raise DamagedWarc(name, at, f"{record.content_length} bytes announced, {len(block)} there")
            held = RawRecord(str(record.record_type), record.headers.to_tuples(), block, at, size - at)
    except OSError as error:
        raise DamagedWarc(name, max(at, 0), str(error)) from error
    if held is not None:
        yield held
    elif at < 0 < size:
        raise DamagedWarc(name, 0, "no WARC record found")


CAPTURE_KINDS = ("response", "revisit")


def capture_of(record: RawRecord, warc: str) -> Capture:
    """The capture in a response or revisit record. Raises DamagedWarc if the record lacks what WARC demands."""
    url, moment, record_id = (record.header(n) for n in ("WARC-Target-URI", "WARC-Date", "WARC-Record-ID"))
    if url is None or moment is None or record_id is None:
        raise DamagedWarc(warc, record.offset, "a record without WARC-Target-URI, WARC-Date or WARC-Record-ID")
    message = parse_response(record.block)
    payload_digest = record.header("WARC-Payload-Digest") or ""
    truncated = record.header("WARC-Truncated")
    return Capture(
        ref=CaptureRef(warc, record.offset, record.length, record_id),
        url=url.strip("<>"),
        captured_at=datetime.fromisoformat(moment).astimezone(UTC),
        status=message.status,
        headers=message.headers,
        body=message.body,
        payload_digest=payload_digest,
        truncated=truncated,
        flags=message.flags,
        kind=record.kind,
        decoded_digest=decoded_digest(record.kind, truncated, message, payload_digest),
    )


def decoded_digest(kind: str, truncated: str | None, message: HttpMessage, payload_digest: str) -> str:
    """Digest of a whole response's payload, transfer coding taken off; "" for what nothing may refer to.

    `payload_digest` is that of the payload as it lies in the record."""
    if kind != "response" or truncated is not None or BROKEN_CHUNKS in message.flags:
        return ""
    return digest(message.body) if message.chunked or not payload_digest else payload_digest


def read_captures(stream: BinaryIO, warc: str, size: int) -> Iterator[Capture]:
    """Yield one Capture per HTTP response, in file order, each when its metadata record has been seen, if it has one.

    Raises DamagedWarc like `read_records`."""
    held: Capture | None = None
    try:
        for record in read_records(stream, warc, size):
            if held is not None and record.header("WARC-Concurrent-To") == held.ref.record_id:
                held = with_told(held, record.block) if record.kind == "metadata" else held
            elif record.kind in CAPTURE_KINDS:
                if held is not None:
                    yield held
                held = capture_of(record, warc)
    except DamagedWarc:
        if held is not None:
            yield held
        raise
    if held is not None:
        yield held


def write_warc(path: Path, records: Iterable[Record]) -> list[Placed]:
    """Write a whole WARC file at once and make it durable."""
    file = WarcFile(path)
    placed = [file.append(record) for record in records]
    file.close()
    return placed
