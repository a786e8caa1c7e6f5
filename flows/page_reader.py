"""One process that reads pages, one after the other, for the pool in `page_pool.py`: `python -m flows.page_reader`.

It limits itself, so that the kernel ends what no exception would: a page gets so many seconds of processor
time (not of the clock: a slow machine is no bad page), the process so much memory. It ends when its parent
does. Requests and answers are pickles over stdin and stdout, between processes of our own."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO, Final

from crawlers.extraction.article import extract
from crawlers.extraction.recurring import sightings_of
from flows.page_pool import DONE, OUT_OF_MEMORY, READY

# What a pool can ask for, by name: pure functions of a capture and what stays the same over many captures.
WORK: Final[dict[str, Callable[..., object]]] = {"extract": extract, "sightings": sightings_of}
_PR_SET_PDEATHSIG = 1
_OBJECTS: Final = 20_000  # that are looked at in one collection; those of a page go with it, and hardly any in circles


def main() -> None:
    """Answer requests until stdin ends. Arguments: seconds a page, bytes of memory, the parent's process id."""
    seconds, memory, parent = float(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    _end_with(parent)
    gc.freeze()  # what was imported stays: no collection needs to look at it
    gc.set_threshold(_OBJECTS)
    with contextlib.suppress(ValueError, OSError):  # a system without this limit: the time limit stays
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _send(answers, (READY, None))
    shared: tuple[Any, ...] = ()
    while (request := _received(requests)) is not None:
        name, capture, given = request
        shared = shared if given is None else given
        if not _answered(answers, lambda: WORK[name](capture, *shared), seconds):  # noqa: B023 - called at once
            return


def _answered(answers: BinaryIO, work: Callable[[], object], seconds: float) -> bool:
    """Send what the work gives; whether this process can go on."""
    signal.setitimer(signal.ITIMER_PROF, seconds)  # SIGPROF ends the process, in the middle of C code too
    try:
        answer = pickle.dumps((DONE, work()), pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        signal.setitimer(signal.ITIMER_PROF, 0)
        _send(answers, (OUT_OF_MEMORY, None))
        return False
    signal.setitimer(signal.ITIMER_PROF, 0)
    answers.write(answer)
    answers.flush()
    return True


def _send(answers: BinaryIO, message: tuple[str, object]) -> None:
    pickle.dump(message, answers)
    answers.flush()


def _received(requests: BinaryIO) -> Any:
    try:
        return pickle.load(requests)  # noqa: S301 - written by our own parent
    except EOFError:
        return None


def _end_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent dies; elsewhere the end of stdin does it, after the page."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main()
