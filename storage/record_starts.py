"""Where the next record begins, behind damage: at a compressed piece that gives a head, or at a plain head."""

from __future__ import annotations

import mmap
import struct
import zlib

from backports import zstd

from storage.members import GZIP, ZSTD, first_bytes, member_at
from storage.record_reading import HEAD_LINE, RecordReader, begins_a_record

_GLANCE = 512  # bytes


class Starts:
    """Searches a file forward; what was found ahead is remembered, so that much damage costs no more than little."""

    def __init__(self, content: mmap.mmap, reader: RecordReader, dictionary: zstd.ZstdDict | None) -> None:
        self._content = content
        self._reader = reader
        self._dictionary = dictionary
        self._ahead: dict[str, tuple[int, int]] = {}  # by kind of start: looked for from there, found there

    def after(self, at: int) -> int:
        """Offset of the next record or piece that begins with one; the length of the file if there is none."""
        searches = {"gzip": self._next_gzip, "zstd": self._next_zstd, "plain": self._next_plain}
        for kind, search in searches.items():
            since, found = self._ahead.get(kind, (-1, -1))
            if not since <= at <= found:
                self._ahead[kind] = (at, search(at))
        return min(found for _, found in self._ahead.values())

    def _next_gzip(self, at: int) -> int:
        return self._next_member(GZIP, at)

    def _next_zstd(self, at: int) -> int:
        return self._next_member(ZSTD, at)

    def _next_member(self, magic: bytes, at: int) -> int:
        while (at := self._content.find(magic, at)) >= 0:
            # Such bytes stand everywhere by chance: a short look rules out nearly all of them.
            member = member_at(self._content, at, self._dictionary) if magic != GZIP or self._is_text(at) else None
            if member is not None and begins_a_record(first_bytes(member, HEAD_LINE)):
                return at
            at += 1
        return len(self._content)

    def _next_plain(self, at: int) -> int:
        """A head that lies there plainly, and not in a block that a compressor stored as it was."""
        found: list[int] = []
        for pattern in self._reader.heads:
            for head in pattern.finditer(self._content, at):
                length, inverted = struct.unpack("<HH", self._content[max(0, head.start() - 4) : head.start()].rjust(4))
                if length ^ inverted != 0xFFFF:
                    found.append(head.start())
                    break
        return min(found, default=len(self._content))

    def _is_text(self, at: int) -> bool:
        """Whether a gzip member begins there that gives letters, as every head does."""
        try:
            begin = zlib.decompressobj(wbits=31).decompress(self._content[at : at + _GLANCE], 8)
        except zlib.error:
            return False
        return begin.strip()[:1].isalpha() or not begin.strip()
