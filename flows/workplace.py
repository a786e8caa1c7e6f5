"""Folders for the files that are worked on, below the system's folder for temporary files.

A process that is killed leaves its folder behind; the next command removes it (`open_house`)."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.abandoned import hold, unless_held
from storage.errors import StoreError

logger = logging.getLogger(__name__)

PREFIX = "warraq-work-"


@contextmanager
def working_folder() -> Iterator[Path]:
    """A new folder, ours until the block ends. Raises StoreError where none can be made."""
    path, descriptor = _made()
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def _made() -> tuple[Path, int]:
    while True:
        try:
            path = Path(tempfile.mkdtemp(prefix=PREFIX))
        except OSError as error:
            problem = f"no folder for temporary files can be made: {error.strerror}"
            raise StoreError(f"{problem}; make room on their disk, or set TMPDIR to another") from error
        with suppress(FileNotFoundError):  # another process took it for abandoned
            descriptor = os.open(path, os.O_RDONLY)
            if hold(descriptor, path):
                return path, descriptor
            os.close(descriptor)


def remove_abandoned() -> list[Path]:
    """Remove the working folders of dead processes of this user; which they were."""
    gone = []
    try:
        entries = list(os.scandir(tempfile.gettempdir()))
    except OSError:  # then nothing can be worked on either, and whoever tries says so
        return []
    for entry in entries:
        if entry.name.startswith(PREFIX) and _is_our_folder(entry):
            with unless_held(Path(entry.path)) as is_abandoned:
                if is_abandoned:
                    shutil.rmtree(entry.path, ignore_errors=True)
                    gone.append(Path(entry.path))
    if gone:
        logger.info("removed %d working folders of processes that were killed", len(gone))
    return gone


def _is_our_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.stat(follow_symlinks=False).st_uid == os.getuid()
    except FileNotFoundError:
        return False
