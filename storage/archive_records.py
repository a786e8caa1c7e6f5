"""Every record of an archive file, whoever wrote it, and every stretch of it in which none can be read.

WARC and ARC; gzip or zstd, a piece a record or many; plain; or one after the other in one file. Where a record
cannot be read, the search goes on for the next one, so that what is good behind damage is read too and no
byte goes unnamed. One record is held at a time, and of a huge one the first MAX_HELD bytes."""

from __future__ import annotations

import mmap
from collections.abc import Generator, Iterator
from pathlib import Path

from backports import zstd

from storage.members import (
    AT_ONCE,
    GZIP,
    BrokenMember,
    Member,
    dictionary_at,
    end_of,
    first_bytes,
    member_at,
    whole_gzip_member,
)
from storage.quick_records import quick_records
from storage.record_heads import MAX_HEAD
from storage.record_reading import (
    HEAD_LINE,
    CheckedRecord,
    NoRecord,
    RecordReader,
    Taken,
    begins_a_record,
    lone_record,
)
from storage.record_starts import Starts
from storage.window import Window

_MAPPED = 64 << 20  # bytes of the file that stay in memory behind us, at most
_MAX_PROBLEMS = 3  # named of one compressed piece
_MOST_OF_A_RECORD = 4 << 20  # bytes inflated at once, in the hope that they are one record


def archive_records(file: Path) -> Iterator[CheckedRecord]:
    """Every record and every stretch of damage, in file order, digests checked. Raises OSError."""
    if file.stat().st_size == 0:
        yield CheckedRecord(0, 0, None, "the file is empty")
        return
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        problem, dictionary = None, None
        try:
            dictionary = dictionary_at(content, 0)
        except BrokenMember as error:
            problem = str(error)
        if problem is not None:
            yield CheckedRecord(0, 0, None, problem)
        behind = _Behind(content)
        start = yield from quick_records(file, content, behind.passed)
        yield from _Walk(content, dictionary, behind).records(start)


def ending_of(file: Path) -> str:
    """What a name for an archive ends in: what is in it decides, not how it is called. Raises OSError."""
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content[:2] == b"PK":
            return ".wacz"
        packed = ".gz" if content[:3] == GZIP else ".zst" if member_at(content, 0, None) is not None else ""
        member = member_at(content, 0, None)
        begin = first_bytes(member, HEAD_LINE) if member is not None else content[:HEAD_LINE]
    is_arc = begin.startswith(b"filedesc:") or (begins_a_record(begin) and not begin.lstrip().startswith(b"WARC/"))
    return (".arc" if is_arc else ".warc") + packed


class _Behind:
    """Gives back the memory that what was read takes as part of the mapped file."""

    def __init__(self, content: mmap.mmap) -> None:
        self._content = content
        self._gone = 0  # bytes

    def passed(self, at: int) -> None:
        """All before `at` was read."""
        if at - self._gone <= _MAPPED:
            return
        end = at - at % mmap.ALLOCATIONGRANULARITY
        if hasattr(mmap, "MADV_DONTNEED"):
            self._content.madvise(mmap.MADV_DONTNEED, self._gone, end - self._gone)
        self._gone = end


_Found = Generator[CheckedRecord, None, int]  # returns where to go on


class _Walk:
    def __init__(self, content: mmap.mmap, dictionary: zstd.ZstdDict | None, behind: _Behind) -> None:
        self._content = content
        self._dictionary = dictionary
        self._behind = behind
        self._reader = RecordReader()
        self._starts = Starts(content, self._reader, dictionary)

    def records(self, at: int) -> Iterator[CheckedRecord]:
        size = len(self._content)
        while at < size:
            self._behind.passed(at)
            lone = self._lone_at(at)
            if lone is not None:
                yield lone
                at += lone.length
                continue
            at = yield from self._in_plain(at) if self._member_at(at) is None else self._in_member(at)

    def _lone_at(self, at: int) -> CheckedRecord | None:
        """The record that a compressed piece is; None: it is no such piece, or damaged."""
        if self._content[at : at + 3] == GZIP:
            whole = whole_gzip_member(self._content, at, _MOST_OF_A_RECORD)
        else:
            member = self._member_at(at)
            whole = _whole(member) if member is not None else None
        return lone_record(whole[0], at, whole[1] - at) if whole is not None else None

    def _member_at(self, at: int) -> Member | None:
        return member_at(self._content, at, self._dictionary)

    def _in_member(self, at: int) -> _Found:
        """The records of one compressed piece, and of those that it goes on in."""
        chain = _Chain(self._content, self._dictionary, at)
        window = Window(chain.read)
        held: Taken | None = None  # the last one: it is given when it is known that the piece is whole
        length = 0  # of a piece with several records
        problems: list[str] = []
        broken = False
        while True:
            try:
                taken = self._reader.next(window, chain.goes_on)
            except NoRecord as error:
                if len(problems) < _MAX_PROBLEMS:
                    problems.append(f"{error}, {error.at:,} bytes into what is inflated")
                taken, broken = None, not self._found_next(window, problems)
                if not broken:
                    continue
            except BrokenMember as error:
                problems.append(str(error))
                taken, broken = None, True
            if taken is None:
                break
            if held is not None:
                length = length or self._length_at(at)
                yield held.checked(at, length, shared=True)
            held = taken
        end = None if broken else chain.end
        following = self._starts.after(at + 1) if end is None else end
        is_empty = held is None
        if held is not None and (length or not (end is None or problems)):
            yield held.checked(at, length or following - at, shared=bool(length))
            held = None
        if end is None or problems:
            proved = held.checked(at, following - at).record if held is not None and held.is_proved else None
            yield CheckedRecord(at, following - at, proved, "; ".join(problems))
        elif is_empty and self._content[at : at + 3] == GZIP:
            yield CheckedRecord(at, following - at, None, "no record in a gzip member")
        return following

    def _found_next(self, window: Window, problems: list[str]) -> bool:
        """Go on to the next head in a piece, or its end; False if it breaks on the way."""
        try:
            self._reader.seek(window)
        except BrokenMember as error:
            problems.append(str(error))
            return False
        return True

    def _length_at(self, at: int) -> int:
        """Of a piece that is not read to its end yet; of a broken one, to the end of the file."""
        member = self._member_at(at)
        end = end_of(member) if member is not None else None
        return (end or len(self._content)) - at

    def _in_plain(self, at: int) -> _Found:
        """Records that lie there uncompressed, until something else comes."""
        reading, step = at, MAX_HEAD

        def more() -> bytes:
            nonlocal reading, step
            piece = self._content[reading : reading + step]
            reading, step = reading + len(piece), AT_ONCE
            return piece

        window = Window(more)
        while True:
            try:
                taken = self._reader.next(window)
            except NoRecord as error:
                begin = at + error.at
                if self._member_at(begin) is not None:
                    return begin
                following = self._starts.after(begin + 1)
                yield CheckedRecord(begin, following - begin, None, str(error))
                return following
            if taken is None:
                return len(self._content)
            yield taken.checked(at + taken.at, taken.end - taken.at)


def _whole(member: Member) -> tuple[bytes, int] | None:
    pieces: list[bytes] = []
    size = 0
    try:
        while piece := member.read():
            pieces.append(piece)
            size += len(piece)
            if size > _MOST_OF_A_RECORD:
                return None
    except BrokenMember:
        return None  # looked at again, more slowly
    return None if member.end is None else (b"".join(pieces), member.end)


class _Chain:
    """A compressed piece, and those behind it that a record begun in it goes on in."""

    def __init__(self, content: mmap.mmap, dictionary: zstd.ZstdDict | None, at: int) -> None:
        self._content = content
        self._dictionary = dictionary
        self._member = member_at(content, at, dictionary)

    @property
    def end(self) -> int | None:
        return self._member.end if self._member is not None else None

    def read(self) -> bytes:
        return self._member.read() if self._member is not None else b""

    def goes_on(self) -> bool:
        """Whether the next piece begins no record of its own: then it is read as the rest of this one."""
        if self.end is None:
            return False
        following, probe = (member_at(self._content, self.end, self._dictionary) for _ in range(2))
        if following is None or probe is None:
            return False
        begin = first_bytes(probe, HEAD_LINE)
        if not begin.strip() or begins_a_record(begin):
            return False
        self._member = following
        return True
