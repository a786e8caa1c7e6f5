"""Records as nearly all writers write them, at FastWARC's speed: a plain head, alone in a gzip member.

FastWARC says neither where a member ends nor what its head looked like. The length at a member's end tells: it is
that of the version line, of each header as it was read, of the block, and of two line ends, or there is more to
it. Then, and where FastWARC complains, storage/archive_records.py reads on, with care.
Source: RFC 1952, https://resiliparse.chatnoir.eu/en/stable/man/fastwarc.html"""

from __future__ import annotations

import mmap
import re
from collections.abc import Callable, Generator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from fastwarc.warc import ArchiveIterator, WarcRecord

from storage.http_message import end_of_head
from storage.members import GZIP
from storage.record_digests import BLOCK_DIGEST, HTTP_KINDS, PAYLOAD_DIGEST, digest_problem, says_in_base32
from storage.record_reading import MAX_HELD, CheckedRecord
from storage.warc import RawRecord

_NAME = re.compile(r"[!-9;-~]+")
_AROUND = len("WARC/1.1\r\n") + len("\r\n") + len("\r\n\r\n")  # bytes of a member beside headers and block
_AROUND_A_HEADER = len(": \r\n")
_SIZE = 4  # bytes at the end of a member that say what it inflates to
# Kind, headers and block of a record, what its member ends in if there is nothing else in it, and its problem.
_Taken = tuple[str, tuple[tuple[str, str], ...], bytes, bytes, str | None]
_new = tuple.__new__  # a third of the time of the named tuples' own


class _Layout(NamedTuple):
    """What the names of a head tell, and the order in which they stand."""

    size: int  # bytes of the member beside values and block
    kind: int  # place of WARC-Type
    length: int  # place of Content-Length
    block_digest: int | None  # places too
    payload_digest: int | None


@lru_cache(maxsize=256)
def _layout(names: tuple[str, ...]) -> _Layout | None:
    """None: a head that is to be read with care."""
    places = {name.lower(): place for place, name in enumerate(names)}
    is_plain = all(map(_NAME.fullmatch, names)) and len(places) == len(names)
    if not is_plain or not {"WARC-Type", "Content-Length"}.issubset(names):
        return None
    size = _AROUND + sum(len(name) + _AROUND_A_HEADER for name in names)
    kind, length = names.index("WARC-Type"), names.index("Content-Length")
    return _Layout(size, kind, length, places.get(BLOCK_DIGEST), places.get(PAYLOAD_DIGEST))


def quick_records(file: Path, content: mmap.mmap, passed: Callable[[int], None]) -> Generator[CheckedRecord, None, int]:
    """Yield records in file order, digests checked; return the offset of the first that is to be read with care, as
    the last one always is. `content`: of the file; `passed`: is told how far it was read."""
    at = 0
    taken: _Taken | None = None
    if content[: len(GZIP)] != GZIP:
        return at
    try:
        for record in ArchiveIterator(str(file), parse_http=False, inplace=True):
            following = record.stream_pos
            if taken is not None:
                kind, headers, block, size, problem = taken
                if following <= at or content[following - _SIZE : following] != size:
                    break
                length = following - at
                raw = _new(RawRecord, (kind, headers, block, at, length, False, 0, ""))
                yield _new(CheckedRecord, (at, length, raw, problem))
                passed(following)
            elif following > 0:
                break
            at = following
            taken = _taken(record)
            if taken is None:
                break
    except OSError:
        pass  # found again, named and gone past with care
    return at


def _taken(record: WarcRecord) -> _Taken | None:
    """A record with its digests checked; None: it is to be read with care."""
    if record.content_length > MAX_HELD:
        return None
    headers = record.headers.to_tuples()
    block = record.reader.read()
    names, values = zip(*headers) if headers else ((), ())  # noqa: B905 - pairs, and quicker
    layout = _layout(names)
    if layout is None or values[layout.length] != str(len(block)):
        return None
    text = "".join(values)
    if _is_odd(text):
        return None
    size = layout.size + len(block)
    if text.isascii():
        size += len(text)
    elif any(value != value.strip() for value in values):
        return None
    else:
        size += len(text.encode())
    kind = values[layout.kind].lower()
    are_good = layout.block_digest is None or says_in_base32(values[layout.block_digest], block)
    if are_good and layout.payload_digest is not None and kind != "revisit":
        start = end_of_head(block, len(block)) if kind in HTTP_KINDS and block.startswith(b"HTTP/") else None
        are_good = start is not None and says_in_base32(values[layout.payload_digest], memoryview(block)[start:])
    problem = None if are_good else digest_problem(kind, headers, block)
    return kind, headers, block, size.to_bytes(_SIZE, "little"), problem


def _is_odd(text: str) -> bool:
    """Whether values hold what FastWARC reads otherwise than we do: line ends, blanks that may stand at their ends,
    bytes that are no UTF-8. Searched one by one: that takes a quarter of a pattern's time."""
    return (
        "\n" in text
        or "\t" in text
        or "\r" in text
        or "\v" in text
        or "\f" in text
        or "\x1c" in text
        or "\x1d" in text
        or "\x1e" in text
        or "\x1f" in text
        or "\N{REPLACEMENT CHARACTER}" in text
    )
