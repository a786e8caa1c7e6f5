"""Pages are read in processes with limits, so that no page can stop, fill or crash a run.

The processes stay warm: one is replaced only after a page that it did not survive, and that page becomes a
Rejection that says why. What is read stays the pure function of `crawlers.extraction`; here is only what it
may cost. Outcomes come in the order of the captures, however many processes read."""

from __future__ import annotations

import contextlib
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from storage.errors import WarraqError
from storage.model import Capture, Reason

Asked = TypeVar("Asked")

READY: Final = "ready"  # the words between a process and us
DONE: Final = "done"
OUT_OF_MEMORY: Final = "out of memory"
PAGE_SECONDS: Final = 10.0  # of processor time
PAGE_MEMORY: Final = 512 << 20  # bytes a process may hold
_CLOCK_FACTOR = 30  # a page that waits this much longer than it may work hangs: then the clock ends it
_START_WITHIN_S = 120.0
_AHEAD = 2  # captures handed out a process before the first outcome is asked for


class ReaderFailed(WarraqError):
    """A process that reads pages cannot be started: a fault of the installation, not of a page."""


@dataclass(frozen=True, slots=True)
class Limits:
    seconds: float = PAGE_SECONDS  # of processor time, a page
    memory: int = PAGE_MEMORY  # bytes, a process

    def says(self, reason: Reason) -> str:
        if reason is Reason.TIMEOUT:
            return f"more than {self.seconds:g} s of processor time"
        return f"more than {self.memory >> 20} MB of memory"


@dataclass(frozen=True, slots=True)
class Lost:
    """A page that its process did not survive."""

    reason: Reason
    detail: str


class PagePool:
    """Up to `size` processes. Started when first needed; use as a context manager, or call `close`."""

    def __init__(self, size: int = 0, limits: Limits | None = None) -> None:
        """`size` 0: as many as this process may use cores."""
        self.size = size or cores()
        self.limits = limits or Limits()
        self._threads: ThreadPoolExecutor | None = None
        self._own = threading.local()
        self._lock = threading.Lock()
        self.readers: list[_Reader] = []
        self._closed = False

    def __enter__(self) -> PagePool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End every process. Pages still waiting are given up; safe to call twice, and from any thread."""
        with self._lock:
            self._closed = True
            threads, self._threads = self._threads, None
            readers, self.readers = self.readers, []
        for reader in readers:
            reader.kill()
        if threads is not None:
            threads.shutdown(wait=True, cancel_futures=True)

    def outcomes(
        self, captures: Iterable[Capture], *shared: Any, work: str = "extract"
    ) -> Iterator[tuple[Capture, Any]]:
        """Each capture with what `work` made of it, or Lost, in the order given.

        `shared`: the further arguments of the work. Raises ReaderFailed, and what `captures` raises."""
        return self.in_order((capture, self.submit(capture, shared, work)) for capture in captures)

    def in_order(self, pending: Iterable[tuple[Asked, Future[Any]]]) -> Iterator[tuple[Asked, Any]]:
        """What was submitted, with its outcome, in the order given; some are asked for ahead, the rest not yet."""
        ahead: deque[tuple[Asked, Future[Any]]] = deque()
        try:
            for each in pending:
                ahead.append(each)
                if len(ahead) >= _AHEAD * self.size:
                    asked, future = ahead.popleft()
                    yield asked, future.result()
            while ahead:
                asked, future = ahead.popleft()
                yield asked, future.result()
        finally:
            for _, future in ahead:
                future.cancel()

    def submit(self, capture: Capture, shared: tuple[Any, ...], work: str = "extract") -> Future[Any]:
        """Begin the work for a capture. The same `shared` object again costs nothing to hand over."""
        with self._lock:
            if self._closed:
                raise ReaderFailed("the readers of pages are closed")
            if self._threads is None:
                # A thread owns a process for life: Linux ties the process to the thread that started it.
                self._threads = ThreadPoolExecutor(self.size, thread_name_prefix="page")
            return self._threads.submit(self._read, work, capture, shared)

    def _read(self, work: str, capture: Capture, shared: tuple[Any, ...]) -> Any:
        reader: _Reader | None = getattr(self._own, "reader", None)
        fresh = reader is None or reader.over
        if reader is None or fresh:
            reader = self._started()
        outcome = reader.ask(work, capture, shared)
        if isinstance(outcome, Lost) and outcome.reason is not Reason.TIMEOUT and not fresh:
            # What earlier pages left in the process must not decide about this one.
            outcome = self._started().ask(work, capture, shared)
        return outcome

    def _started(self) -> _Reader:
        reader = self._own.reader = _Reader(self.limits)
        with self._lock:
            self.readers = [one for one in self.readers if not one.over]
            self.readers.append(reader)
            closed = self._closed
        if closed:
            reader.kill()
            raise ReaderFailed("the readers of pages were closed while pages waited")
        return reader


class _Reader:
    """One process and the pipes to it. Used by one thread at a time; `kill` may come from another."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._shared: tuple[Any, ...] | None = None
        self.over = False
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flows.page_reader", str(limits.seconds), str(limits.memory), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            process_group=0,  # a Ctrl-C at the terminal is ours to handle
        )
        self.pid = self._process.pid
        message = self._answer(_START_WITHIN_S)
        if message is None or message[0] != READY:
            code = self._ended()
            raise ReaderFailed(
                f"the process that reads pages ended with {code} before its first page; "
                f"`{sys.executable} -m flows.page_reader 10 {limits.memory} {os.getpid()}` shows why"
            )

    def ask(self, work: str, capture: Capture, shared: tuple[Any, ...]) -> Any:
        """What the work gives for a capture; Lost, and this process over, if it did not survive it."""
        given = None if self._shared is shared else shared
        self._shared = shared
        assert self._process.stdin is not None
        try:
            pickle.dump((work, capture, given), self._process.stdin, pickle.HIGHEST_PROTOCOL)
            self._process.stdin.flush()
        except OSError:
            message = None
        else:
            message = self._answer(self._limits.seconds * _CLOCK_FACTOR)
        if message is not None and message[0] == DONE:
            return message[1]
        if message is not None and message[0] == OUT_OF_MEMORY:
            self._ended()
            return Lost(Reason.MEMORY, self._limits.says(Reason.MEMORY))
        return self._loss(self._ended())

    def _answer(self, within_s: float) -> tuple[str, Any] | None:
        """The next message; None if the process has ended or said nothing in time (it is killed then)."""
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], within_s)[0]:
            self._process.send_signal(signal.SIGPROF)  # ends it as its own timer would
        try:
            message: tuple[str, Any] = pickle.load(self._process.stdout)  # noqa: S301 - written by our own process
        except (EOFError, OSError, pickle.UnpicklingError, ValueError):
            return None
        return message

    def _loss(self, code: int) -> Lost:
        if code == -signal.SIGPROF:
            return Lost(Reason.TIMEOUT, self._limits.says(Reason.TIMEOUT))
        if code == -signal.SIGKILL:
            return Lost(Reason.MEMORY, "the process that read it was killed, as systems do when memory runs out")
        how = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        return Lost(Reason.FAULT, f"the process that read it died: {how}")

    def _ended(self) -> int:
        """Wait for the process, which has ended or is about to; its exit code."""
        self.over = True
        self._close_pipes()
        try:
            return self._process.wait(_START_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def kill(self) -> None:
        self.over = True
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._close_pipes()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):  # unsent bytes for a process that has ended
                if pipe is not None:
                    pipe.close()


def cores() -> int:
    """How many cores this process may use."""
    try:
        return max(1, len(os.sched_getaffinity(0)))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1
