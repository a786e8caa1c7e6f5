"""The spool: where parts lie between the wire and the store, `{spool}/{source}/{run}-{part}.warc.gz[.open|.kept]`.

A file with `.open` is being written; without an ending, it is whole and waits to be kept; with `.kept`, it has been
proved to be in the store since its time of change, and stays for a while in case the store loses it."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import NoRoom, SpoolError
from storage.growing_file import sync_folder
from storage.keys import RUN_ID, Part
from storage.ledger import Ledger, PartState

SEALED = ".warc.gz"
OPEN = ".warc.gz.open"
KEPT = ".warc.gz.kept"
RESERVE_BYTES = 64 << 20  # left free on the spool's disk, for what is on its way and for the ledger …
RESERVE_SHARE = 50  # … or that part of a small disk: a fiftieth
LOW_AGAIN = 0.9  # of what the spool may hold: below it a crawl that has waited goes on
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def open_file(folder: Path, part: Part) -> Path:
    return folder / f"{part.stem}{OPEN}"


def sealed_file(folder: Path, part: Part) -> Path:
    return folder / f"{part.stem}{SEALED}"


def seal(folder: Path, part: Part, ledger: Ledger) -> Path:
    """Give a closed open part its final name and say so in the ledger; returns the sealed file.

    Broken off, it can be called again. Raises OSError, LedgerError."""
    sealed = sealed_file(folder, part)
    if not sealed.exists():
        open_file(folder, part).rename(sealed)
    sync_folder(folder)
    ledger.set_part(part, PartState.SEALED, size=sealed.stat().st_size)
    return sealed


def kept_file(folder: Path, part: Part) -> Path:
    return folder / f"{part.stem}{KEPT}"


def whole_file(folder: Path, part: Part) -> Path | None:
    """The closed file of a part, kept or not; None: it is not here."""
    files = (sealed_file(folder, part), kept_file(folder, part))
    return next((file for file in files if file.exists()), None)


def keep(folder: Path, part: Part, now: datetime) -> None:
    """Mark a part's file as proved to be in the store at this moment. Raises OSError."""
    file = whole_file(folder, part)
    if file is not None:
        os.utime(file, (now.timestamp(), now.timestamp()))
        file.rename(kept_file(folder, part))
        sync_folder(folder)


def kept_at(file: Path) -> datetime:
    """When a kept file was last proved to be in the store."""
    return datetime.fromtimestamp(file.stat().st_mtime, UTC)


def parts_in(folder: Path, source: str, ending: str) -> list[tuple[Path, Part]]:
    """Files of a source with this ending, oldest first; files that are no parts are left alone."""
    found = ((file, _part_of(source, file.name.removesuffix(ending))) for file in sorted(folder.glob(f"*{ending}")))
    return [(file, part) for file, part in found if part is not None]


def _part_of(source: str, stem: str) -> Part | None:
    run, _, number = stem.rpartition("-")
    return Part(source, run, int(number)) if RUN_ID.fullmatch(run) and number.isdigit() else None


def used_bytes(spool: Path) -> int:
    """Bytes of all files below the spool's folders; one that goes while we look counts for nothing."""
    total = 0
    for folder in os.scandir(spool):
        if folder.is_dir(follow_symlinks=False):
            for file in os.scandir(folder):
                with suppress(FileNotFoundError):
                    total += file.stat(follow_symlinks=False).st_size
    return total


@contextmanager
def faults_named(folder: Path) -> Iterator[None]:
    """Turn an OSError into an error of the spool. Raises NoRoom where room would help, else SpoolError."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise NoRoom(f"the disk of the spool {folder} is full ({error.strerror}); make room there") from error
        problem = f"the spool {folder}: {error.strerror}; check that disk and WARRAQ_SPOOL, then run again"
        raise SpoolError(problem) from error


def shortage(folder: Path, limit: int, used: int, *, waiting: bool = False) -> str:
    """Why nothing more may be fetched into a spool that holds `used` bytes; empty: there is room."""
    if used >= (limit * LOW_AGAIN if waiting else limit):
        return f"the spool {folder} holds {used:,} bytes, and may hold {limit:,} (WARRAQ_SPOOL_BYTES)"
    disk = os.statvfs(folder)
    free, all_of_it = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    reserve = min(RESERVE_BYTES, all_of_it // RESERVE_SHARE)
    if free < reserve:
        return f"the disk of the spool {folder} is full ({free:,} bytes free, {reserve:,} in reserve); make room there"
    return ""
