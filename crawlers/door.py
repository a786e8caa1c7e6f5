"""The door that shuts where there is no room to write: a crawl asks for nothing that it could not keep.

Where the spool's disk or quota is full, the spool holds all that it may, or the ledger takes nothing for now,
the door is shut: no request goes out, and the answers on their way are held in memory. It is tried again at
every check, and once there is room the crawl goes on where it stood. After `patience_s` it ends, and says why."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from storage import spool
from storage.errors import NoRoom, SpoolError, WarraqError
from storage.growing_file import make_folder

LOOK_EVERY_S = 0.2
COUNT_EVERY_S = 2.0  # files of the spool are counted again
logger = logging.getLogger(__name__)


class Writer(Protocol):
    """What puts captures into the spool: a recorder."""

    held_back: str  # why what it has is not durable for now; empty: nothing is held back

    def flush(self) -> None: ...

    def seal_soon(self) -> None: ...

    def give_up(self, why: WarraqError) -> None: ...


@dataclass(slots=True)
class Door:
    """One for all recorders of a crawl process: they share a disk and a ledger."""

    folder: Path  # the spool
    limit: int  # bytes that the spool may hold
    patience_s: float
    seconds: Callable[[], float]  # a clock that never goes back
    said: Callable[[str, float], None]  # told each change: why nothing is fetched, or "" and how long that was, in s
    writers: list[Writer] = field(default_factory=list)
    reason: str = ""  # why nothing is fetched; empty: there is room
    _since: float = 0.0
    _used: int = 0
    _counted_at: float | None = None

    def check(self) -> None:
        """Look whether there is room. To be called about every second; raises nothing."""
        for writer in [each for each in self.writers if each.held_back]:
            _quietly(writer.flush)
        held_back = next((writer.held_back for writer in self.writers if writer.held_back), "")
        why = held_back or self._shortage()
        if why and not self.reason:
            self.shut(why)
            if not held_back:  # whoever carries parts to the store can then take these too, and so make room
                for writer in self.writers:
                    _quietly(writer.seal_soon)
        elif self.reason and not why:
            self.reason = ""
            self.said("", self.seconds() - self._since)
        elif why and self.seconds() - self._since > self.patience_s:
            self._give_up(NoRoom(f"{why}; there was no room within {self.patience_s:g} s (WARRAQ_PATIENCE)"))

    def shut(self, why: str) -> None:
        """Ask for nothing more until a check finds room."""
        if not self.reason:
            self.reason, self._since = why, self.seconds()
            self.said(why, 0.0)

    async def enter(self, going_on: Callable[[], bool]) -> None:
        """Return as soon as there is room. Raises NoRoom once the crawl does not go on."""
        while self.reason:
            if not going_on():
                raise NoRoom(self.reason)
            await asyncio.sleep(LOOK_EVERY_S)

    def grew(self, count: int) -> None:
        """So many bytes are new in the spool; if that fills it, the door is shut before the next check."""
        self._used += count
        if self._used >= self.limit:
            self.check()

    def _shortage(self) -> str:
        now = self.seconds()
        try:
            with spool.faults_named(self.folder):
                make_folder(self.folder)
                if self._counted_at is None or now - self._counted_at >= COUNT_EVERY_S:
                    self._used, self._counted_at = spool.used_bytes(self.folder), now
                return spool.shortage(self.folder, self.limit, self._used, waiting=bool(self.reason))
        except NoRoom as error:
            return str(error)
        except SpoolError as error:
            self._give_up(error)
            return str(error)  # nothing goes out until the crawls have ended

    def _give_up(self, why: WarraqError) -> None:
        for writer in self.writers:
            writer.give_up(why)


def _quietly(action: Callable[[], None]) -> None:
    """A writer has told of its faults itself, and its crawl ends; the others' go on."""
    try:
        action()
    except WarraqError as error:
        logger.debug("%s", error)
