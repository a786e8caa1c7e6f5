"""The crawl process seen from outside: start it, follow what it says, stop it, leave no orphan.

It has a session of its own, so that a signal to the flow reaches it once, from us. Its stdin stays open as
long as we live; the end of stdin tells it that we are gone."""

from __future__ import annotations

import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawlers.events import Event, read_events
from crawlers.job import CrawlJob
from storage.errors import CrawlFailed, UsageError, WarraqError

logger = logging.getLogger(__name__)

STOP_WITHIN_S = 25.0  # from SIGTERM to SIGKILL; the parts are mended if it comes to that
_LAST_LINES = 20


@dataclass(frozen=True, slots=True)
class Ended:
    """How the crawl of one source ended."""

    source: str
    outcome: str  # finished | stopped | failed | died
    counts: dict[str, int]
    problems: list[str]
    looked: list[tuple[str, str, str]] = field(default_factory=list)  # of a look, see crawlers.visit.Visit
    notes: list[str] = field(default_factory=list)  # of the whole process


class CrawlChild:
    """One crawl process. Use as a context manager: leaving it ends the process, whatever happened."""

    def __init__(self, job: CrawlJob) -> None:
        self._ids = [each.source.id for each in job.sources]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "crawlers"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        self.pid = self._process.pid
        self.progress: dict[str, dict[str, int]] = {source: {} for source in self._ids}
        self.fault: WarraqError | None = None
        self.waits_for = ""  # why nothing is fetched for now; empty: it goes on
        self._queues: dict[str, queue.SimpleQueue[Event | None]] = {s: queue.SimpleQueue() for s in self._ids}
        self._over = threading.Event()
        self._errors: list[str] = []
        self._give(job)
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._listen, self._read_errors)]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> CrawlChild:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _give(self, job: CrawlJob) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(job.model_dump_json(by_alias=True).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            logger.warning("the crawl process ended before it took its order")

    def follow(self, source: str) -> Iterator[Event]:
        """Log and progress events of a source, then its `source` event, or none if the process died."""
        while (event := self._queues[source].get()) is not None:
            yield event

    def over(self, timeout_s: float) -> bool:
        """Wait until every source has ended, or the time is up; whether they have."""
        return self._over.wait(timeout_s)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for event in read_events(self._process.stdout):
            self._take(event)
        self._process.wait()
        self._threads[1].join(timeout=2)
        for waiting in self._queues.values():
            waiting.put(None)
        self._over.set()

    def _take(self, event: Event) -> None:
        if event.kind == "fault":
            kind = UsageError if event.exit_code == UsageError.exit_code else CrawlFailed
            self.fault = kind(event.message)
        elif event.kind == "room":
            self.waits_for = event.message
            logger.warning("the crawl %s", f"waits: {event.message}" if event.message else "goes on")
        elif event.kind == "end":
            logger.debug("the crawl process has ended")
        elif event.source not in self._queues:
            logger.log(logging.getLevelNamesMapping().get(event.level, logging.INFO), "%s", event.message)
        else:
            if event.counts:
                self.progress[event.source] = event.counts
            self._queues[event.source].put(event)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self._errors.append(line.decode("utf-8", "replace").rstrip())
            del self._errors[:-_LAST_LINES]

    def death(self) -> str:
        """One line on how the process ended, with its last words."""
        code = self._process.poll()
        how = "is still running" if code is None else f"ended with exit code {code}"
        if code is not None and code < 0:
            how = f"was killed by {signal.Signals(-code).name}"
            how += " (out of memory, or killed by somebody)" if -code == signal.SIGKILL else ""
        last = f"; it last said: {self._errors[-1]}" if self._errors else ""
        return f"the crawl process {how}{last}"

    def stop(self) -> None:
        """One SIGTERM, time to seal what it holds, then SIGKILL to its group. Quiet if it has ended."""
        if self._process.poll() is None:
            logger.info("ending the crawl process %d", self.pid)
            self._process.terminate()
            try:
                self._process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self._process.wait()
        if self._process.stdin is not None:
            self._process.stdin.close()
        for thread in self._threads:
            thread.join(timeout=5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
