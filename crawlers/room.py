"""How much of what is being received lies in memory at one time, over all crawls of the process.

One answer has its own limit; this one is for many large answers at once. The largest of them has to go, so that an
endless answer ends before it takes the place of honest ones."""

from __future__ import annotations

import ctypes
from typing import Protocol

MAX_UNDER_WAY_BYTES = 104 << 20  # with what is made of them, a crawl process stays within 150 MB more than it needs


_M_MMAP_THRESHOLD = -3  # mallopt(3)
_LARGE_BYTES = 512 << 10


def give_memory_back() -> None:
    """Have the C library map every large block by itself, so that its memory is free again when it is.

    Left alone, glibc takes blocks of up to 32 MB from its heap once it has seen one freed, and the heap of a process
    that receives large answers grows by half again. Without effect where there is no such switch."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_MMAP_THRESHOLD, _LARGE_BYTES)


class Guest(Protocol):
    """An answer under way."""

    def give_up(self, words: str) -> None: ...


class Room:
    """Counts the bytes of each answer under way, once for each place where they lie."""

    def __init__(self, max_bytes: int = MAX_UNDER_WAY_BYTES) -> None:
        self._max_bytes = max_bytes
        self._taken = 0
        self._guests: dict[Guest, int] = {}

    def take(self, guest: Guest, more: int) -> None:
        """Bytes came for a guest; if they are too many, the largest guests are told to give up."""
        self._guests[guest] = self._guests.get(guest, 0) + more
        self._taken += more
        while self._taken > self._max_bytes:
            largest = max(self._guests, key=self._guests.__getitem__)
            self.leave(largest)
            largest.give_up(f"the largest of more than {self._max_bytes} bytes that are being received")

    def leave(self, guest: Guest) -> None:
        """Its bytes are gone, or will be in a moment. Quiet if it is not here."""
        self._taken -= self._guests.pop(guest, 0)
