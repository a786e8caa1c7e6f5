"""Ctrl-C in a command: one line, and exit code 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from storage.errors import WarraqError


class Stopped(WarraqError):
    """Ctrl-C. Everything durable stays so, and is taken up by the next run."""


@contextmanager
def stoppable(words: str = "stopped; what was captured is safe, the same command goes on from here") -> Iterator[None]:
    """Turn Ctrl-C into one line and exit code 1, once everything inside has ended in peace."""
    try:
        yield
    except KeyboardInterrupt as error:
        raise Stopped(words) from error
