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
from functools import lru_cache
from itertools import takewhile
from json.encoder import encode_basestring_ascii as quoted
from pathlib import Path

from storage.base32 import base32
from storage.errors import StoreError
from storage.http_message import head_length
from storage.indexed_records import KINDS, indexed_records
from storage.record_digests import payload_start
from storage.surt import surt
from storage.warc import RawRecord

_MIME_END = re.compile(r"[;\s]")
_NO_DIGIT = re.compile(r"\D")
_NOT_INDEXED = "application/warc-fields"
_VALIDATORS = ("etag", "last-modified")
_SENT = ("content-type", *_VALIDATORS)
_FIRST_LETTERS = tuple(letter for name in _SENT for letter in (name[0], name[0].upper()))


def index(file: Path, filename: str) -> bytes:
    """The whole index of a WARC file as UTF-8. `filename` is what the lines say. Raises DamagedWarc."""
    return _spelled(indexed_records(file), filename)


def lines(records: Iterable[RawRecord], filename: str) -> bytes:
    """Index lines of records, sorted by byte, each ending in a line feed."""
    return _spelled(filter(_can_be_found, records), filename)


def _spelled(records: Iterable[RawRecord], filename: str) -> bytes:
    found = [_line(record, filename) for record in records if record.kind in KINDS]
    return "".join(sorted(filter(None, found))).encode("utf-8")


def _can_be_found(record: RawRecord) -> bool:
    """Not what does not begin at its offset, or was cut short: the line would lead astray."""
    return not record.shared and (not record.left_out or bool(record.sha1))


def _line(record: RawRecord, filename: str) -> str | None:
    """The line of a record; None: it is of the crawl, not of the web."""
    said = {name.lower(): value for name, value in reversed(record.headers)}
    kind = said.get("content-type")
    if kind == _NOT_INDEXED:
        return None
    url = said.get("warc-target-uri", "").strip("<>").replace(" ", "%20")  # else the line has a field more
    stamp = _NO_DIGIT.sub("", said.get("warc-date", ""))[:14]
    sent: dict[str, str] = {}
    status = None
    if record.kind in ("response", "revisit"):
        status, sent = _head(record.block)
        kind = "warc/revisit" if record.kind == "revisit" else sent.pop("content-type", None)
    # As json.dumps writes it, in half the time.
    fields = f'"url": {quoted(url)}'
    if kind:
        fields += f', "mime": {_quoted_mime(kind)}'
    if status is not None:
        fields += f', "status": {quoted(status)}'
    digest = said.get("warc-payload-digest") or _digest_of(record)
    fields += f', "digest": {quoted(digest)}, "length": "{record.length}", "offset": "{record.offset}"'
    fields += f', "filename": {quoted(filename)}'
    for name in _VALIDATORS if sent else ():
        if name in sent:
            fields += f', "{name}": {quoted(sent[name])}'
    return f"{surt(url)} {stamp} {{{fields}}}\n"


@lru_cache(maxsize=256)
def _quoted_mime(kind: str) -> str:
    return quoted(_MIME_END.split(kind, maxsplit=1)[0].strip())


def _head(block: bytes) -> tuple[str | None, dict[str, str]]:
    """Status, and what is sent first of the names we ask for, as warcio reads them, oddities too: so do the readers
    of our index."""
    first, *lines = _lines(block[: head_length(block)])
    if not first:
        return None, {}
    sent: dict[str, str] = {}
    going_on: str | None = None  # the name whose value the next line may go on with
    for line in takewhile(bool, lines):
        if line.startswith((" ", "\t")):
            if going_on is not None:
                sent[going_on] += line
            continue
        going_on = None
        if line.startswith(_FIRST_LETTERS):
            name, colon, value = line.partition(":")
            name = name.rstrip(" \t").lower()
            if colon and name in _SENT and name not in sent:
                sent[name] = value.lstrip()
                going_on = name
    return first.partition(" ")[2].strip().partition(" ")[0], sent


def _lines(head: bytes) -> list[str]:
    try:
        return [line.rstrip() for line in head.decode("utf-8").split("\n")]
    except UnicodeDecodeError:
        return [_text(line).rstrip() for line in head.split(b"\n")]


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _digest_of(record: RawRecord) -> str:
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
