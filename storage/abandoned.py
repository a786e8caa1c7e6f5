"""What a dead process left half done, told from what a living one is at: by a lock, which a death gives back.

The locks (flock) bind the processes of one machine, and those of several where the file system passes them on.
Where it has none, nothing counts as abandoned."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def hold(descriptor: int, path: Path) -> bool:
    """Lock a file or folder that was just made, until its descriptor is closed; whether its path is still there.

    It is not where another process took it for abandoned in between: then make another one."""
    with suppress(OSError):  # a file system without locks
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


@contextmanager
def unless_held(path: Path) -> Iterator[bool]:
    """Whether nobody holds a file or folder; while the block lasts, nobody can begin to."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:  # gone, or not ours to look at
        yield False
        return
    try:
        yield _can_be_locked(descriptor)
    finally:
        os.close(descriptor)


def _can_be_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
