"""A new file that grows at its end, and lets go of nothing before it is on the disk.

A write that fails half way loses nothing and tears nothing: what is not durable yet is still held, and the next
`sync` writes it again, to the very place where the last one that succeeded ended. That holds for a failed fsync
too, after which the system may have dropped what it had not written."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

HELD_BYTES = 8 << 20  # that lie in memory at most while the disk takes them


class GrowingFile:
    """One writer. Not thread-safe."""

    def __init__(self, path: Path) -> None:
        """Touches no disk but to raise FileExistsError rather than write over a file that is there."""
        if path.exists():
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
        self.path = path
        self._durable = 0  # bytes on the disk
        self._held = bytearray()  # from there on
        self._file: FileIO | None = None
        self._named = False  # its name is durable
        self._refused = False  # the disk did not take what was held

    @property
    def size(self) -> int:
        """Bytes added so far."""
        return self._durable + len(self._held)

    @property
    def waiting(self) -> int:
        """Bytes added and not yet durable."""
        return len(self._held)

    def add(self, pieces: Iterable[bytes]) -> None:
        """Hold bytes for the next `sync`; many of them are written at once, if the disk takes them."""
        for piece in pieces:
            self._held += piece
            if len(self._held) >= HELD_BYTES and not self._refused:
                self._write_early()

    def _write_early(self) -> None:
        try:
            self.sync()
        except OSError:
            self._refused = True  # and still held: the next `sync` tries again, and raises

    def sync(self) -> None:
        """Return when every byte added, and the file's name, are on the disk. Raises OSError; then call it again."""
        if self._file is None:
            make_folder(self.path.parent)
            self._file = FileIO(self.path, "xb")
        if not self._named:
            sync_folder(self.path.parent)
            self._named = True
        if not self._held:
            return
        with memoryview(self._held) as held:
            written = 0
            while written < len(held):
                written += os.pwrite(self._file.fileno(), held[written:], self._durable + written)
        os.fsync(self._file.fileno())
        self._durable += written
        self._held.clear()
        self._refused = False

    def close(self) -> None:
        """Sync and close; again: quiet. Raises OSError like `sync`."""
        if self._file is None or not self._file.closed:
            self.sync()
            assert self._file is not None
            self._file.close()


def make_folder(folder: Path) -> None:
    """Make a folder and what is missing above it, all durably. Quiet if it is there."""
    if folder.is_dir():
        return
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        sync_folder(each.parent)


def sync_folder(folder: Path) -> None:
    """Make names created in or moved to a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
