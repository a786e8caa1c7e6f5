"""Disks that are full: a tmpfs of a few megabytes where we may mount one; elsewhere a limit on the size of files."""

from __future__ import annotations

import os
import resource
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, size: int) -> Iterator[Path]:
    """A file system of so many bytes; skips the test where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "warraq-test", str(folder)]
    try:
        mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        pytest.skip("no program `mount` on this machine")
    if mounted.returncode != 0:
        pytest.skip(f"a small disk needs root and the right to mount: {mounted.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(disk: Path, leave: int) -> Path:
    """Write a file that leaves so many bytes free; delete it to make room."""
    filler = disk / "filler"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    with suppress(OSError), filler.open("wb", buffering=0) as file:  # somebody else may be writing
        file.write(b"\0" * max(0, free - leave))
    return filler


@contextmanager
def files_end_at(size: int, pid: int = 0) -> Iterator[None]:
    """No file of a process can grow beyond this; further writes fail as on a full quota. Lifted at the end."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
