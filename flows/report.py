"""What a walk came to: numbers a source, and what is owed. Made for people by artifacts.py and the command."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from storage.events import Event, What
from storage.model import Article, Tally


@dataclass(slots=True)
class SourceReport:
    """One source in a crawl or a replay."""

    source: str
    name_ar: str
    name_en: str
    run: str = ""
    outcome: str = "finished"  # finished | stopped | failed | died | busy
    counts: dict[str, int] = field(default_factory=dict)  # of the crawl process
    tally: Tally = field(default_factory=Tally)
    warcs: list[str] = field(default_factory=list)  # object keys
    articles: list[str] = field(default_factory=list)  # object keys of the Parquet files
    created: int = 0  # article and rejection files that were not there before
    identical: int = 0  # files whose very bytes were there already
    owed: list[str] = field(default_factory=list)  # what is not done, and why; one line each
    problems: list[str] = field(default_factory=list)  # what went wrong on the way; one line each
    sample: list[Article] = field(default_factory=list)
    seconds: float = 0.0  # from the begin of the crawl process to the end of this source in it

    def note_events(self, events: Iterable[Event]) -> None:
        """Count what happened to articles since they were captured before."""
        for event in events:
            if event.what != What.FIRST:
                self.counts[event.what] = self.counts.get(event.what, 0) + 1

    @property
    def bytes_received(self) -> int:
        return self.counts.get("bytes", 0)


@dataclass(slots=True)
class Report:
    """A whole crawl or replay."""

    kind: str  # crawl | replay
    started_at: datetime
    finished_at: datetime
    sources: list[SourceReport]
    notes: list[str] = field(default_factory=list)  # such as parts mended from an earlier crash

    @property
    def owed(self) -> list[str]:
        return [f"{each.source}: {line}" for each in self.sources for line in each.owed]

    @property
    def exit_code(self) -> int:
        """0: nothing is owed. 1: something is, and `owed` says what."""
        return 1 if self.owed else 0
