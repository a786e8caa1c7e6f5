"""One crawl of one source: its order, what it has asked for so far, and what came of it, counted."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from crawlers.budgets import Budgets
from crawlers.recorder import Recorder
from crawlers.source import Source
from crawlers.wire_faults import fault_in
from storage.ledger import Ledger

logger = logging.getLogger(__name__)

MAX_PROBLEM_LINES = 200  # of one run, kept in its manifest; the count goes on


@dataclass(slots=True)
class Visit:
    """One crawl of one source: what it is to do, and what came of it so far."""

    source: Source
    recorder: Recorder
    ledger: Ledger
    clock: Callable[[], datetime]
    since: datetime | None  # items dated before it are left alone; None: none are
    limit: int | None  # articles to fetch at most; None: no limit
    until: datetime | None = None  # items dated at it or later are left alone
    task: str = ""  # of a backfill: its window, under which the ledger remembers how far it came
    changed_budgets: dict[str, int] = field(default_factory=dict)
    started_at: datetime | None = None  # None: now
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)  # one line each, for the manifest
    asked: set[str] = field(default_factory=set)  # document keys asked for in this visit
    looked: list[tuple[str, str, str]] = field(default_factory=list)  # of a look: URL asked for, URL of answer, problem
    budgets: Budgets = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.started_at or self.clock()
        self.budgets = Budgets(self.problem, bool(self.task), self.changed_budgets)

    @property
    def is_full(self) -> bool:
        """Whether as many articles as wanted were asked for."""
        return self.limit is not None and len(self.asked) >= self.limit

    def page_problem(self, line: str) -> None:
        """A page that should have named articles did not."""
        self.counts["pages_failed"] += 1
        self.problem(line)

    def problem(self, line: str) -> None:
        """A line for the manifest; what it names is counted too, as `fault: its name`."""
        fault = fault_in(line)
        if fault is not None:
            self.counts[f"fault: {fault}"] += 1
        if len(self.problems) < MAX_PROBLEM_LINES:
            self.problems.append(line)
        logger.warning("%s: %s", self.source.id, line, extra={"source": self.source.id})
