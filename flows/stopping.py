"""Ctrl-C or SIGTERM in a command: one line, and an exit code that is not 0."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from storage.errors import WarraqError


class Stopped(WarraqError):
    """Ctrl-C or SIGTERM. Everything durable stays so, and is taken up by the next run."""

    def __init__(self, words: str, exit_code: int = 1) -> None:
        super().__init__(words)
        self.exit_code = exit_code


@contextmanager
def stoppable(
    words: str = "stopped; what was captured is safe, the same command goes on from here", exit_code: int = 1
) -> Iterator[None]:
    """Turn Ctrl-C and SIGTERM into one line and an exit code, once everything inside has ended in peace."""
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    except KeyboardInterrupt as error:
        raise Stopped(words, exit_code) from error


def _stop(number: int, _frame: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # once is enough: what is going on ends in peace
    raise KeyboardInterrupt
