"""One crawl of one source: its order, what it has asked for so far, and what came of it, counted."""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from crawlers.budgets import Budgets
from crawlers.recorder import Recorder
from crawlers.revisits import counted_from, due_along, next_poll
from crawlers.source import Source
from crawlers.wire_faults import fault_in
from storage.ledger import Ledger
from storage.polls import next_polls, note_poll

logger = logging.getLogger(__name__)

MAX_PROBLEM_LINES = 200  # of one run, kept in its manifest; the count goes on


@dataclass(frozen=True, slots=True)
class Order:
    """What a crawl of a source was asked to do. Its WARCs carry it, so that a rebuilt ledger knows it again."""

    since: datetime | None = None  # items dated before it are left alone; None: none are
    until: datetime | None = None  # items dated at it or later are left alone
    limit: int | None = None  # articles to fetch at most; None: no limit
    task: str = ""  # of a backfill: its window, under which the ledger remembers how far it came
    budgets: Mapping[str, int] = field(default_factory=dict)  # those that are not as in budgets.py

    def to_text(self) -> str:
        """One line of JSON, without what is as always; empty if all is."""
        said = {name: value for name, value in asdict(self).items() if value}
        return json.dumps(said, default=datetime.isoformat) if said else ""

    @classmethod
    def from_text(cls, text: str) -> Order:
        """Raises ValueError, TypeError, if it is no order."""
        said = json.loads(text)
        moments = {name: datetime.fromisoformat(said[name]) for name in ("since", "until") if name in said}
        return cls(**(said | moments))


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
    task: str = ""  # see Order
    told_published: dict[str, datetime] = field(default_factory=dict)  # by document key; what feeds said in this visit
    told_bodies: set[str] = field(default_factory=set)  # document keys of what feeds hold the article itself of
    changed_budgets: dict[str, int] = field(default_factory=dict)
    started_at: datetime | None = None  # None: now
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)  # one line each, for the manifest
    due_at: datetime | None = None  # only pages whose next poll is due then, and what is owed or due again; None: all
    asked: set[str] = field(default_factory=set)  # document keys asked for in this visit
    looked: list[tuple[str, str, str]] = field(default_factory=list)  # of a look: URL asked for, URL of answer, problem
    budgets: Budgets = field(init=False)

    def __post_init__(self) -> None:
        self.started_at = self.started_at or self.clock()
        self.budgets = Budgets(self.problem, bool(self.task), self.changed_budgets)

    @classmethod
    def ordered(
        cls,
        source: Source,
        recorder: Recorder,
        ledger: Ledger,
        clock: Callable[[], datetime],
        order: Order,
        started_at: datetime,
        due_at: datetime | None = None,
    ) -> Visit:
        more: dict[str, Any] = {"until": order.until, "task": order.task, "changed_budgets": dict(order.budgets)}
        more |= {"started_at": started_at, "due_at": due_at}
        return cls(source, recorder, ledger, clock, order.since, order.limit, **more)

    @property
    def is_full(self) -> bool:
        """Whether as many articles as wanted were asked for."""
        return self.limit is not None and len(self.asked) >= self.limit

    def polled(
        self, url: str, at: datetime, brought: int, *, read_whole: bool = True, names_pages: bool | None = None
    ) -> None:
        """A page that names articles was asked, and brought so many new ones."""
        assert self.started_at is not None
        since = counted_from(self.started_at, at, self.source.cadence)
        note_poll(
            self.ledger,
            self.source.id,
            url,
            at,
            brought=brought,
            read_whole=read_whole and self.since is None and self.until is None,  # else not all was written down
            names_pages=names_pages,
            due_after=lambda quiet: next_poll(since, self.source.cadence, quiet),
        )

    def not_due_yet(self) -> set[str]:
        """Pages, and ways to articles, that are not to be asked yet; none where all are to be."""
        if self.due_at is None:
            return set()
        until = due_along(self.due_at, self.source.cadence)
        return {url for url, next_at in next_polls(self.ledger, self.source.id).items() if next_at > until}

    def page_problem(self, line: str) -> None:
        """A page that should have named articles did not."""
        self.counts["pages_failed"] += 1
        self.problem(line)

    def put_off(self, why: str) -> None:
        """A request that was not sent, for now: its URL stays owed, and no try of it is counted."""
        self.counts["put_off"] += 1
        if why not in self.problems:
            self.problem(why)

    def problem(self, line: str) -> None:
        """A line for the manifest; what it names is counted too, as `fault: its name`."""
        fault = fault_in(line)
        if fault is not None:
            self.counts[f"fault: {fault}"] += 1
        if len(self.problems) < MAX_PROBLEM_LINES:
            self.problems.append(line)
        logger.warning("%s: %s", self.source.id, line, extra={"source": self.source.id})
