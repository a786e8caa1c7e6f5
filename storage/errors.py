"""The error tree. Each error says what, where, and what to do next, in one line.

`exit_code` is what the command line ends with: 1 something is owed or failed, 2 wrong usage."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class WarraqError(Exception):
    """Root of every error that Warraq raises on purpose."""

    exit_code = 1


class UsageError(WarraqError):
    """The caller asked for something that cannot be meant."""

    exit_code = 2


class Passing(WarraqError):
    """What the weather does: the same thing, done again later, may well succeed."""


class UnknownSource(UsageError):
    def __init__(self, source_id: str, known: Iterable[str]) -> None:
        near = difflib.get_close_matches(source_id, list(known), n=3, cutoff=0.5)
        hint = f"nearest: {', '.join(map(repr, near))}" if near else "`warraq sources list` shows them all"
        super().__init__(f"unknown source {source_id!r}; {hint}")


class InvalidSource(UsageError):
    """A source file breaks the contract; `where` is `file:line`."""

    def __init__(self, where: str, problem: str) -> None:
        super().__init__(f"{where}: {problem}")


class InvalidSetting(UsageError):
    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")


class StoreError(WarraqError):
    """The object store did not do what was asked."""


class StoreUnreachable(StoreError, Passing):
    """Nobody answers at the store's address."""


class StoreFull(StoreUnreachable):
    """The store has no room."""


class StoreDenied(StoreError):
    """The store refuses our credentials, or the folder may not be written."""


class ObjectMissing(StoreError):
    def __init__(self, key: str, where: str) -> None:
        super().__init__(f"no object {key!r} in {where}")
        self.key = key


class ObjectDiffers(StoreError):
    """A create-once key holds other bytes than the ones to be written."""

    def __init__(self, key: str, where: str) -> None:
        super().__init__(f"object {key!r} in {where} is there already, with other bytes; nothing was overwritten")
        self.key = key


class ObjectDamaged(StoreError):
    """The store says that it took an object, and gives other bytes back than were sent, or none."""


class LedgerError(WarraqError):
    """The ledger could not be opened, read or written."""


class LedgerLocked(LedgerError, Passing):
    """Another program holds the ledger for longer than we wait."""


class LedgerUnreachable(LedgerError, Passing):
    """The ledger's server does not answer, or broke the connection off."""


class LedgerFull(LedgerError, Passing):
    """The ledger's disk has no room, or does not take what is written."""


class SpoolError(WarraqError):
    """A file of the spool could not be written, moved or removed."""


class NoRoom(SpoolError, Passing):
    """The spool's disk is full, or the spool holds all that it may."""


class SourceBusy(WarraqError):
    """Another run holds the lease of a source."""


class LeaseLost(WarraqError):
    """Our lease of a source ran out and another run took it."""


class DamagedWarc(WarraqError):
    """A WARC file breaks off or does not parse. `offset` is in bytes from the start of the file."""

    def __init__(self, file: str, offset: int, problem: str) -> None:
        super().__init__(f"{file}: damaged at byte {offset}: {problem}")
        self.file = file
        self.offset = offset
        self.problem = problem


class CrawlFailed(WarraqError):
    """The crawl process ended without saying that it was done."""
