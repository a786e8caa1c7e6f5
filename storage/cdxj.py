"""The CDXJ index of a WARC: one line a capture, sorted, `SURT yyyymmddhhmmss {json}`.

Fields are those of cdxj-indexer (url, mime, status, digest, length, offset, filename; all values strings),
plus `etag` and `last-modified` where the server sent them.
Source: https://specs.webrecorder.net/cdxj/0.1.0/"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from storage import warc
from storage.base32 import base32
from storage.errors import StoreError
from storage.http_message import head_length
from storage.record_digests import payload_start
from storage.surt import surt

_MIME_END = re.compile(r"[;\s]")
_HEAD_BYTES = 1 << 16  # of a block, in which the head of its answer ends
_NOT_INDEXED = "application/warc-fields"
_KINDS = ("response", "revisit", "resource", "metadata")


def index(file: Path, filename: str) -> bytes:
    """The whole index of a WARC file as UTF-8. `filename` is what the lines say. Raises DamagedWarc."""
    records = warc.read_records(str(file), file.name, file.stat().st_size, kinds=_KINDS, most=_HEAD_BYTES)
    return _spelled(filter(_is_indexed_kind, records), filename)


def lines(records: Iterable[warc.RawRecord], filename: str) -> bytes:
    """Index lines of records, sorted by byte, each ending in a line feed."""
    return _spelled((record for record in records if _can_be_found(record) and _is_indexed_kind(record)), filename)


def _spelled(records: Iterable[warc.RawRecord], filename: str) -> bytes:
    return "".join(sorted([_line(record, filename) for record in records])).encode("utf-8")


def _can_be_found(record: warc.RawRecord) -> bool:
    """Not what does not begin at its offset, or was cut short: the line would lead astray."""
    return not record.shared and (not record.left_out or bool(record.sha1))


def _is_indexed_kind(record: warc.RawRecord) -> bool:
    return record.kind in _KINDS and record.header("Content-Type") != _NOT_INDEXED


def _line(record: warc.RawRecord, filename: str) -> str:
    url = (record.header("WARC-Target-URI") or "").strip("<>").replace(" ", "%20")  # else the line has a field more
    stamp = re.sub(r"\D", "", record.header("WARC-Date") or "")[:14]
    fields: dict[str, Any] = {"url": url}
    more: dict[str, str] = {}
    if record.kind in ("response", "revisit"):
        status, sent = _head(record.block)
        mime = "warc/revisit" if record.kind == "revisit" else sent.get("content-type")
        more = {name: sent[name] for name in ("etag", "last-modified") if name in sent}
    else:
        mime, status = record.header("Content-Type"), None
    fields["mime"] = _MIME_END.split(mime, maxsplit=1)[0].strip() if mime else None
    fields["status"] = status
    fields["digest"] = record.header("WARC-Payload-Digest") or _digest_of(record)
    fields |= {"length": str(record.length), "offset": str(record.offset), "filename": filename}
    kept = {name: value for name, value in (fields | more).items() if value is not None}
    return f"{surt(url)} {stamp} {json.dumps(kept)}\n"


def _head(block: bytes) -> tuple[str | None, dict[str, str]]:
    """Status and first headers of each name as warcio reads them, oddities too: so do the readers of our index."""
    lines = [_text(line).rstrip() for line in block[: head_length(block)].split(b"\n")]
    if not lines[0]:
        return None, {}
    status = lines[0].partition(" ")[2].strip().partition(" ")[0]
    headers: list[tuple[str, str]] = []
    for line in takewhile(bool, lines[1:]):
        if headers and line.startswith((" ", "\t")):
            name, value = headers[-1]
            headers[-1] = (name, value + line)
        else:
            name, colon, value = line.partition(":")
            headers.append((name.rstrip(" \t").lower() if colon else "", value.lstrip()))
    return status, dict(reversed(headers))


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _digest_of(record: warc.RawRecord) -> str:
    """SHA-1 of the payload, for records of others that state none: what cdxj-indexer gives them."""
    if record.sha1:
        return record.sha1
    payload = memoryview(record.block)[payload_start(record.kind, record.headers, record.block) :]
    return "sha1:" + base32(hashlib.sha1(payload, usedforsecurity=False).digest())


@dataclass(frozen=True, slots=True)
class IndexLine:
    """What an index line says of its record."""

    archive_key: str  # SURT
    timestamp: str  # yyyymmddhhmmss
    url: str
    digest: str
    offset: int
    length: int
    filename: str


def read_line(line: str) -> IndexLine:
    """One line of an index, with or without its line feed. Raises StoreError if it is damaged."""
    try:
        archive_key, timestamp, text = line.split(" ", 2)
        fields = json.loads(text)
        offset, length = int(fields["offset"]), int(fields["length"])
        return IndexLine(archive_key, timestamp, fields["url"], fields["digest"], offset, length, fields["filename"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError("not a line of an index: expected `SURT yyyymmddhhmmss {json}`") from error
