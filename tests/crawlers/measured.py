"""Run a crawl process and measure it: how much memory it took at its peak, and when its sources ended."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from crawlers.events import Event
from crawlers.job import CrawlJob

_PEAK = re.compile(r"^VmHWM:\s+(\d+) kB", re.MULTILINE)
_NOW = re.compile(r"^VmRSS:\s+(\d+) kB", re.MULTILINE)
_LOOK_EVERY_S = 0.02


@dataclass(frozen=True, slots=True)
class Measured:
    events: list[Event]
    peak_mb: float  # the most that was in memory at one time, of the crawl process alone
    ended_s: dict[str, float]  # by source: from the order to the `source` event
    memory_mb: list[tuple[int, float]]  # what was in memory when so many articles were fetched, in that order

    def outcome(self, source: str = "prova") -> Event:
        return next(event for event in self.events if event.kind == "source" and event.source == source)


def run_measured(job: CrawlJob) -> Measured:
    """Run `python -m crawlers` to its end."""
    peak: list[float] = [0.0]
    over = threading.Event()
    child = subprocess.Popen([sys.executable, "-m", "crawlers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None and child.stdout is not None
    watching = threading.Thread(target=_watch, args=(Path(f"/proc/{child.pid}/status"), peak, over))
    with child:
        watching.start()
        child.stdin.write(job.model_dump_json(by_alias=True).encode() + b"\n")
        child.stdin.flush()
        began, events, ended_s, memory_mb = time.monotonic(), [], {}, []
        for line in child.stdout:
            events.append(Event(**json.loads(line)))
            if events[-1].kind == "progress":
                memory_mb.append((events[-1].counts.get("fetched", 0), _now_mb(child.pid)))
            if events[-1].kind == "source":
                ended_s[events[-1].source] = time.monotonic() - began
        over.set()
        watching.join()
    return Measured(events, peak[0], ended_s, memory_mb)


def _now_mb(pid: int) -> float:
    found = _NOW.search(Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def _watch(status: Path, peak: list[float], over: threading.Event) -> None:
    """The kernel keeps the highest mark itself, so that looking now and then misses no peak but one at the very end."""
    while not over.wait(_LOOK_EVERY_S):
        try:
            found = _PEAK.search(status.read_text())
        except OSError:
            return
        if found is not None:
            peak[0] = int(found[1]) / 1024
