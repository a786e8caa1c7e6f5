"""A stream of bytes, looked at from the front: a plain file, or what a compressed piece gives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator


class Window:
    """`data` from `here` on is what is held of the rest. Every call that needs more may raise what the source does."""

    __slots__ = ("_base", "_more", "data", "here")

    def __init__(self, more: Callable[[], bytes]) -> None:
        """`more`: the next piece; empty at the end."""
        self.data = b""
        self.here = 0
        self._base = 0
        self._more = more

    @property
    def at(self) -> int:
        """Bytes from the start of the stream."""
        return self._base + self.here

    def fill(self) -> bool:
        """Take one piece more; False at the end."""
        piece = self._more()
        if not piece:
            return False
        self._base += self.here
        self.data = self.data[self.here :] + piece if self.here < len(self.data) else piece
        self.here = 0
        return True

    def has(self, count: int) -> bool:
        """Whether so many bytes are left."""
        while len(self.data) - self.here < count:
            if not self.fill():
                return False
        return True

    def skip(self, pattern: re.Pattern[bytes]) -> None:
        """Leave out what matches, however long it is; the pattern must match the empty string too."""
        while self.has(1):
            found = pattern.match(self.data, self.here)
            self.here = found.end() if found else self.here
            if self.here < len(self.data):
                return

    def find(self, pattern: re.Pattern[bytes], within: int) -> int | None:
        """Where, in `data`, the first match ends; None if there is none within so many bytes."""
        while True:
            found = pattern.search(self.data, self.here)
            if found is not None:
                return found.end() if found.end() - self.here <= within else None
            if len(self.data) - self.here > within or not self.fill():
                return None

    def pieces(self, count: int) -> Iterator[bytes]:
        """Take the next bytes; fewer than asked for if the end comes first."""
        while count > 0 and self.has(1):
            piece = self.data[self.here : self.here + count]
            self.here += len(piece)
            count -= len(piece)
            yield piece

    def put_back(self, taken: bytes) -> None:
        """Undo the taking of the bytes that came last."""
        self._base = self.at - len(taken)
        self.data = taken + self.data[self.here :]
        self.here = 0
