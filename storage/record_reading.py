"""One record taken off a stream: its head, its block, and whether it ends where it says.

Nothing is believed of a length that does not fit: then another record may begin within the block."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from storage.http_message import end_of_head
from storage.members import GZIP, ZSTD, BrokenMember
from storage.record_digests import RunningDigests, digest_problem
from storage.record_heads import (
    ARC_HEAD,
    ARC_HEAD_ON_A_LINE,
    HEAD_END,
    MAX_HEAD,
    WARC_HEAD,
    BadHead,
    Head,
    arc_head,
    warc_head,
)
from storage.warc import RawRecord
from storage.window import Window

MAX_HELD = 32 << 20  # bytes of a block; what is larger has its digests checked as it passes
HEAD_LINE = 1 << 12  # bytes in which a head is recognized
_HEAD_BEGIN = 64  # bytes in which that of a WARC record is
_LINE_ENDS = re.compile(rb"[\r\n]*")
_LINE = re.compile(rb"\n")


class CheckedRecord(NamedTuple):
    """A record, or a stretch of bytes in which none can be read."""

    offset: int  # bytes from the start of the file
    length: int
    record: RawRecord | None  # None: nothing readable
    problem: str | None  # None: readable, and its digests match


class NoRecord(Exception):
    """None can be read at this place of a window."""

    def __init__(self, at: int, problem: str) -> None:
        super().__init__(problem)
        self.at = at


@dataclass(slots=True)
class Taken:
    """A record as it was taken off a window."""

    head: Head
    block: bytes
    digests: RunningDigests | None  # of a block too large to be held
    at: int  # where its head began, in the window
    end: int  # where its block ended
    problem: str | None = None

    @property
    def is_proved(self) -> bool:
        """Whether the record says itself that its block is whole: that of a broken piece may be anything."""
        stated = any(name.lower() == "warc-block-digest" for name, _ in self.head.headers)
        return stated and self._digest_problem() is None

    def checked(self, offset: int, length: int, *, shared: bool = False) -> CheckedRecord:
        running = self.digests
        record = RawRecord(
            self.head.kind,
            self.head.headers,
            self.block,
            offset,
            length,
            shared,
            self.head.block_length - len(self.block),
            running.sha1 if running else "",
        )
        return CheckedRecord(offset, length, record, self._problem())

    def _problem(self) -> str | None:
        return self.problem if self.problem is not None else self._digest_problem()

    def _digest_problem(self) -> str | None:
        if self.digests is not None:
            return self.digests.problem()
        return digest_problem(self.head.kind, self.head.headers, self.block)


def lone_record(data: bytes, offset: int, length: int) -> CheckedRecord | None:
    """The record that is all there is in a compressed piece, as nearly all have it; None: it is not so."""
    start = end_of_head(data, MAX_HEAD)
    if start is None or WARC_HEAD.match(data) is None:
        return None
    try:
        head = warc_head(data[:start])
    except BadHead:
        return None
    end = start + head.block_length
    if head.block_length > MAX_HELD or data[end:] != b"\r\n\r\n":
        return None
    block = data[start:end]
    record = RawRecord(head.kind, head.headers, block, offset, length)
    return CheckedRecord(offset, length, record, digest_problem(head.kind, head.headers, block))


class RecordReader:
    """Takes records off windows. Once an ARC record was met, lines of that kind are heads, too."""

    def __init__(self) -> None:
        self.is_arc = False

    @property
    def heads(self) -> tuple[re.Pattern[bytes], ...]:
        return (WARC_HEAD, ARC_HEAD_ON_A_LINE) if self.is_arc else (WARC_HEAD,)

    def next(self, window: Window, goes_on: Callable[[], bool] = lambda: False) -> Taken | None:
        """Take the next record off a window; None at its end. `goes_on`: whether the stream was
        led on to another piece, where a block is cut short. Raises NoRecord, BrokenMember."""
        window.skip(_LINE_ENDS)
        if not window.has(1):
            return None
        at = window.at
        try:
            head = self._head(window)
        except BadHead as error:
            raise NoRecord(at, str(error)) from error
        kept: list[bytes] = []
        size, digests = 0, None
        while size < head.block_length:
            for piece in window.pieces(head.block_length - size):
                size += len(piece)
                if digests is not None:
                    digests.update(piece)
                    continue
                kept.append(piece)
                if size > MAX_HELD:
                    kept = [b"".join(kept)]
                    digests = RunningDigests(head.kind, head.headers, kept[0])
            if size == head.block_length or not goes_on():
                break
        block = kept[0] if len(kept) == 1 else b"".join(kept)
        taken = Taken(head, block, digests, at, window.at)
        if size < head.block_length or not self._ends_well(window):
            self._doubt(taken, window)
        return taken

    def _head(self, window: Window) -> Head:
        window.has(5)
        if window.data.startswith(b"WARC/", window.here):
            end = window.find(HEAD_END, MAX_HEAD)
            raw = window.data[window.here : end] if end is not None else b""
            if end is None or WARC_HEAD.match(raw) is None:
                raise BadHead("a WARC head that cannot be read")
            window.here = end
            return warc_head(raw)
        end = window.find(_LINE, MAX_HEAD)
        line = window.data[window.here : end] if end is not None else b""
        if end is None or not (ARC_HEAD.match(line) or line.startswith(b"filedesc:")):
            raise BadHead("no WARC or ARC record begins here")
        self.is_arc = True
        head = arc_head(line)
        window.here = end
        return head

    def _ends_well(self, window: Window) -> bool:
        """Whether line ends, another record or the end follow a block. Takes nothing off the window."""
        try:
            window.has(HEAD_LINE)
        except BrokenMember:
            return True  # the block is whole; what is wrong comes up again
        data, here = window.data, window.here
        if here == len(data) or data.startswith((b"\r\n\r\n", b"\n\n", b"WARC/", GZIP, ZSTD), here):
            return True
        if self.is_arc and (data.startswith((b"\r", b"\n"), here) or ARC_HEAD.match(data, here)):
            return True
        after = data[here : here + HEAD_LINE].lstrip(b"\r\n")
        return not after or after.startswith(b"WARC/")

    def _doubt(self, taken: Taken, window: Window) -> None:
        """A block that does not end where it should. Raises NoRecord if another record begins within it."""
        announced = taken.head.block_length
        size = len(taken.block)
        behind = window.data[window.here : window.here + _HEAD_BEGIN]  # for one that begins at the block's end
        starts = [found.start() for head in self.heads if (found := head.search(taken.block + behind))]
        if taken.digests is None and min(starts, default=size) < size:
            window.put_back(taken.block)
            raise NoRecord(taken.at, f"{announced:,} bytes announced, but another record begins within them")
        if size < announced:
            taken.problem = f"{announced:,} bytes announced, {size:,} there"
            return
        taken.problem = f"something other than a record follows its {announced:,} bytes"

    def seek(self, window: Window) -> None:
        """Go on to the next head in a stream, or its end. Raises BrokenMember."""
        while True:
            found = [each.start() for head in self.heads if (each := head.search(window.data, window.here + 1))]
            if found:
                window.here = min(found)
                return
            window.here = max(window.here, len(window.data) - HEAD_LINE)
            if not window.fill():
                window.here = len(window.data)
                return


def begins_a_record(data: bytes) -> bool:
    data = data.lstrip(b"\r\n")
    return WARC_HEAD.match(data) is not None or ARC_HEAD.match(data) is not None
