"""The compressed pieces of an archive file: gzip members and zstd frames, inflated a megabyte at a time.

However little a piece is and however much it gives, one megabyte of it is held. ISA-L inflates, at twice the
speed of zlib, and checks the CRC alike.
Sources: RFC 1952, RFC 8878, https://iipc.github.io/warc-specifications/specifications/warc-zstd/"""

from __future__ import annotations

import io
import mmap
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, cast

from backports import zstd
from isal import isal_zlib

GZIP = b"\x1f\x8b\x08"  # every gzip member begins so
ZSTD = b"\x28\xb5\x2f\xfd"
AT_ONCE = 1 << 20  # bytes inflated, or taken of the file, at most
_FIRST_BYTES = 1 << 14  # taken of a member at first; what lies behind its end is copied in vain
_FIRST_STEP = 1 << 13  # the same, where most members are small: requests, metadata
_SKIPPABLE = b"\x2a\x4d\x18"  # behind one byte from 0x50 to 0x5f
_DICTIONARY = 0x5D  # that byte, for the frame with the dictionary
_MAX_WINDOW_BITS = 27  # 128 MiB, what zstd itself takes without being told to take more
_MAX_DICTIONARY = 16 << 20  # bytes


class BrokenMember(Exception):
    """What is wrong with a piece, in words."""


class Member(Protocol):
    end: int | None  # offset behind its last byte, once all of it was read

    def read(self) -> bytes:
        """The next bytes it gives, at most a megabyte; empty at its end. Raises BrokenMember."""


class _Inflate(Protocol):
    """What zlib, ISA-L and zstd have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


_FAULTS: tuple[type[Exception], ...] = (
    cast("type[Exception]", isal_zlib.error),
    zlib.error,
    zstd.ZstdError,
    ValueError,
)


class _Compressed:
    """A gzip member or a zstd frame. Where it is damaged, all that it gives before the damage is given."""

    def __init__(self, content: mmap.mmap, at: int, name: str, inflates: Sequence[Callable[[], _Inflate]]) -> None:
        """`inflates`: a quick one, and one that is asked again, byte by byte, where the quick one fails."""
        self.end: int | None = None
        self._content = content
        self._start = self._at = at
        self._name = name
        self._inflate = inflates[0]()
        self._careful = inflates[1]
        self._step = _FIRST_BYTES
        self._left = b""
        self._given = 0  # bytes
        self._sure = at  # offset up to which the quick one had no complaint
        self._broken: str | None = None
        self._last: Iterator[bytes] | None = None  # what is given while the damage is being looked for

    def read(self) -> bytes:
        if self._broken is not None:
            raise BrokenMember(self._broken)
        if self._last is not None:
            return self._read_carefully(self._last)
        while self.end is None:
            piece = self._left
            if not piece and getattr(self._inflate, "needs_input", True):
                piece = self._content[self._at : self._at + self._step]
                self._at += len(piece)
                self._step = min(2 * self._step, AT_ONCE)
                if not piece:
                    self._broken = f"the file ends within a {self._name}"
                    raise BrokenMember(self._broken)
            self._sure = self._at - len(piece)
            try:
                out = self._inflate.decompress(piece, AT_ONCE)
            except _FAULTS:
                self._last = self._again()
                return self._read_carefully(self._last)
            self._left = getattr(self._inflate, "unconsumed_tail", b"")
            if self._inflate.eof:
                self.end = self._at - len(self._inflate.unused_data)
            if out:
                self._given += len(out)
                return out
        return b""

    def _read_carefully(self, pieces: Iterator[bytes]) -> bytes:
        """The next of what was not given yet; the damage is at its end."""
        kept: list[bytes] = []
        size = 0
        try:
            for piece in pieces:
                kept.append(piece)
                size += len(piece)
                if size >= _FIRST_BYTES:
                    break
            else:
                return b"".join(kept)
        except _FAULTS as error:
            self._broken = f"a {self._name} is damaged: {error}"
            if not kept:
                raise BrokenMember(self._broken) from error
        return b"".join(kept)

    def _again(self) -> Iterator[bytes]:
        """Inflate it once more from its start, and give what was not given before the quick one failed."""
        inflate, at, skip = self._careful(), self._start, self._given
        while not inflate.eof:
            step = min(_FIRST_BYTES, self._sure - at) if at < self._sure else 1
            piece = self._content[at : at + step]
            at += len(piece)
            while True:
                out = inflate.decompress(piece, AT_ONCE)
                if skip < len(out):
                    yield out[skip:]
                skip -= min(skip, len(out))
                piece = getattr(inflate, "unconsumed_tail", b"")
                if inflate.eof or not (piece or not getattr(inflate, "needs_input", True)):
                    break
            if at >= len(self._content) and not inflate.eof:
                raise ValueError("the file ends within it")
        self.end = at - len(inflate.unused_data)


def _isal() -> _Inflate:
    return isal_zlib.decompressobj(wbits=31)


def _zlib() -> _Inflate:
    return zlib.decompressobj(wbits=31)


def _gzip_member(content: mmap.mmap, at: int) -> Member:
    return _Compressed(content, at, "gzip member", (_isal, _zlib))


def whole_gzip_member(content: mmap.mmap, at: int, most: int) -> tuple[bytes, int] | None:
    """All that a gzip member gives, and the offset behind it; None: it is broken, or gives more than `most` bytes."""
    inflate = isal_zlib.decompressobj(wbits=31)
    pieces: list[bytes] = []
    step = _FIRST_STEP
    while not inflate.eof:
        piece = content[at : at + step]
        at += len(piece)
        try:
            pieces.append(inflate.decompress(piece, most))
        except _FAULTS:
            return None
        most -= len(pieces[-1])
        if most <= 0 or not piece:
            return None
        step = min(4 * step, AT_ONCE)
    return pieces[0] if len(pieces) == 1 else b"".join(pieces), at - len(inflate.unused_data)


def _zstd_frame(content: mmap.mmap, at: int, dictionary: zstd.ZstdDict | None) -> Member:
    def inflate() -> _Inflate:
        return zstd.ZstdDecompressor(dictionary, {zstd.DecompressionParameter.window_log_max: _MAX_WINDOW_BITS})

    return _Compressed(content, at, "zstd frame", (inflate, inflate))


@dataclass(slots=True)
class Skippable:
    """A zstd frame that holds no records: a dictionary, or what others put there."""

    content: mmap.mmap
    at: int
    end: int | None = None

    def read(self) -> bytes:
        size = int.from_bytes(self.content[self.at + 4 : self.at + 8], "little")
        end = self.at + 8 + size
        if end > len(self.content):
            raise BrokenMember("the file ends within a skippable zstd frame")
        self.end = end
        return b""


def member_at(content: mmap.mmap, at: int, dictionary: zstd.ZstdDict | None) -> Member | None:
    """The compressed piece that begins at an offset; None: something else does."""
    begin = content[at : at + 4]
    if begin[:3] == GZIP:
        return _gzip_member(content, at)
    if begin == ZSTD:
        return _zstd_frame(content, at, dictionary)
    if begin[1:] == _SKIPPABLE and 0x50 <= begin[0] <= 0x5F:
        return Skippable(content, at)
    return None


def first_bytes(member: Member, count: int) -> bytes:
    """The first bytes a piece gives; fewer if it is broken or ends."""
    found = io.BytesIO()
    try:
        while found.tell() < count and (piece := member.read()):
            found.write(piece)
    except BrokenMember:
        pass  # what came before the damage is what was asked for
    return found.getvalue()[:count]


def end_of(member: Member) -> int | None:
    """Offset behind a piece; None if it is broken."""
    try:
        while member.read():
            pass
    except BrokenMember:
        return None
    return member.end


def dictionary_at(content: mmap.mmap, at: int) -> zstd.ZstdDict | None:
    """The dictionary in the frame at an offset, as a .warc.zst begins with one; None: it is no such frame.

    Raises BrokenMember for one that cannot be used."""
    begin = content[at : at + 8]
    if begin[1:4] != _SKIPPABLE or begin[0] != _DICTIONARY or len(begin) < 8:
        return None
    size = int.from_bytes(begin[4:], "little")
    if size > _MAX_DICTIONARY:
        raise BrokenMember(f"its dictionary has {size:,} bytes")
    raw = content[at + 8 : at + 8 + size]
    try:
        if raw[:4] == ZSTD:
            inflate = zstd.ZstdDecompressor()
            raw = inflate.decompress(raw, _MAX_DICTIONARY)
        return zstd.ZstdDict(raw)
    except (zstd.ZstdError, ValueError) as error:
        raise BrokenMember(f"its dictionary cannot be used: {error}") from error
