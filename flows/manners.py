"""How we behaved at each host, in figures: what was asked of us, and what we kept of it. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from crawlers.politeness import seconds_to_wait
from crawlers.robots import OUR_NAME, origin_of
from crawlers.robots_rules import Rules, read_robots
from crawlers.turns import ASKED_AT_MOST, MAX_CRAWL_DELAY_S, host_of
from flows.asked import Asked, Terms
from storage.host_memory import RobotsMemory

CLOCKS_DIFFER_S = 0.02  # between the clock that pauses are kept by and the one that dates captures
MOST_LISTED = 20  # of what was not kept
_A_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class RobotsSeen:
    """One answer for a host's robots.txt."""

    url: str
    at: datetime
    status: int
    crawl_delay_s: float | None  # said to us; None: nothing
    signals: tuple[str, ...]  # Content-Signal lines


@dataclass(frozen=True, slots=True)
class ShortPause:
    at: datetime
    pause_s: float
    asked_s: float


@dataclass(frozen=True, slots=True)
class Wait:
    """An answer that asked us to wait."""

    at: datetime
    status: int  # 429 | 503
    asked_s: float | None  # by Retry-After; None: it named no time
    next_after_s: float | None  # until our next request at the host; None: there was none yet

    @property
    def kept(self) -> bool:
        if self.asked_s is None or self.next_after_s is None:
            return True
        return self.next_after_s >= self.asked_s - CLOCKS_DIFFER_S


@dataclass(slots=True)
class HostManners:
    """What happened at one host. Times in seconds, sizes in bytes."""

    host: str
    sources: list[str]  # ids
    user_agents: list[str]
    ai_policies: list[str]
    first: datetime
    last: datetime
    runs: int
    requests: int
    statuses: dict[int, int]  # 0: no status line
    received: int
    sent: int
    per_minute: float | None  # while runs went on; None: they took no time
    busiest_minute: int  # requests in any sixty seconds
    source_delay_s: float  # the longest that a source file asks for
    crawl_delay_s: float | None  # what robots.txt asks of us now; None: nothing
    one_at_a_time: bool
    pauses: int
    shortest_pause_s: float | None  # None: there was one request only
    median_pause_s: float | None
    short_pauses: list[ShortPause] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    robots: list[RobotsSeen] = field(default_factory=list)
    against_robots: list[str] = field(default_factory=list)  # URLs that were asked for against the rules
    left_alone: int = 0  # URLs that were not asked for, because the rules forbid it
    said_of_ai: list[str] = field(default_factory=list)

    @property
    def kept(self) -> bool:
        """Whether all that was asked of us was kept."""
        return not (self.short_pauses or self.against_robots) and all(wait.kept for wait in self.waits)


def manners_at_hosts(
    asked: Iterable[Asked], refused: Iterable[str] = (), remembered: Iterable[RobotsMemory] = ()
) -> list[HostManners]:
    """By host, in the order of their names.

    `refused`: URLs that were left alone. `remembered`: last copies of robots.txt, for hosts that were asked for
    none, or whose robots.txt lies elsewhere."""
    copies = {memory.origin: memory for memory in remembered}
    by_host: dict[str, list[Asked]] = defaultdict(list)
    for each in asked:
        by_host[each.host].append(each)
    left_alone = Counter(map(host_of, refused))
    return [_manners(by_host[host], copies, left_alone[host]) for host in sorted(by_host)]


def _manners(asked: list[Asked], copies: Mapping[str, RobotsMemory], left_alone: int) -> HostManners:
    asked.sort(key=lambda each: each.started)
    rules = _RulesInForce(asked, copies)
    one_at_a_time = all(each.terms.concurrency == 1 for each in asked)
    pauses = [
        (later.started - (earlier.ended if one_at_a_time else earlier.started)).total_seconds()
        for earlier, later in pairwise(asked)
    ]
    floors = _floors(asked)
    short = [
        ShortPause(later.started, round(pause_s, 3), asked_s)
        for (earlier, later), pause_s in zip(pairwise(asked), pauses, strict=True)
        if pause_s < (asked_s := max(floors[later.terms.run], rules.crawl_delay_s(later))) - CLOCKS_DIFFER_S
    ]
    busy_s = _busy_s(asked)
    against = [each.url for each in asked if each.body is None and not rules.allow(each)]
    return HostManners(
        host=asked[0].host,
        sources=_all_of(asked, "source"),
        user_agents=_all_of(asked, "user_agent"),
        ai_policies=_all_of(asked, "ai_policy"),
        first=asked[0].started,
        last=max(each.ended for each in asked),
        runs=len({each.terms.run for each in asked}),
        requests=len(asked),
        statuses=dict(sorted(Counter(each.status for each in asked).items())),
        received=sum(each.received for each in asked),
        sent=sum(each.sent for each in asked),
        per_minute=round(60 * len(asked) / busy_s, 2) if busy_s else None,
        busiest_minute=_busiest(asked),
        source_delay_s=max(floors.values()),
        crawl_delay_s=rules.seen[-1].crawl_delay_s if rules.seen else None,
        one_at_a_time=one_at_a_time,
        pauses=len(pauses),
        shortest_pause_s=round(min(pauses), 3) if pauses else None,
        median_pause_s=round(median(pauses), 3) if pauses else None,
        short_pauses=short[:MOST_LISTED],
        waits=_waits(asked),
        robots=rules.seen,
        against_robots=against[:MOST_LISTED],
        left_alone=left_alone,
        said_of_ai=sorted({f"{name}: {value}" for each in asked for name, value in each.said_of_ai}),
    )


def _all_of(asked: Sequence[Asked], name: str) -> list[str]:
    terms: dict[Terms, None] = dict.fromkeys(each.terms for each in asked)
    return sorted({getattr(each, name) for each in terms} - {""})


def _floors(asked: Sequence[Asked]) -> dict[str, float]:
    """The longest delay that a source file asked for, by run: one process keeps it for all its sources."""
    floors: dict[str, float] = defaultdict(float)
    for each in asked:
        floors[each.terms.run] = max(floors[each.terms.run], each.terms.delay_s)
    return floors


def _busy_s(asked: Sequence[Asked]) -> float:
    """From the first request to the last answer, added up over runs."""
    began: dict[str, datetime] = {}
    ended: dict[str, datetime] = {}
    for each in asked:
        began.setdefault(each.terms.run, each.started)
        ended[each.terms.run] = max(each.ended, ended.get(each.terms.run, each.ended))
    return sum((ended[run] - began[run]).total_seconds() for run in began)


def _busiest(asked: Sequence[Asked]) -> int:
    first = most = 0
    for last, each in enumerate(asked):
        while asked[first].started <= each.started - _A_MINUTE:
            first += 1
        most = max(most, last - first + 1)
    return most


def _waits(asked: Sequence[Asked]) -> list[Wait]:
    found = []
    for place, each in enumerate(asked):
        if each.status in (429, 503):
            asked_s = seconds_to_wait(each.retry_after, 0, each.ended) if each.retry_after else None
            later = (other.started - each.ended for other in asked[place + 1 :] if other.started >= each.ended)
            after = next(later, None)
            found.append(
                Wait(
                    each.ended,
                    each.status,
                    min(asked_s, ASKED_AT_MOST.total_seconds()) if asked_s is not None else None,
                    round(after.total_seconds(), 3) if after is not None else None,
                )
            )
    return found


class _RulesInForce:
    """What robots.txt said when a request was sent. The first copy counts for what came before it too."""

    def __init__(self, asked: Sequence[Asked], copies: Mapping[str, RobotsMemory]) -> None:
        self.seen: list[RobotsSeen] = []
        self._rules: dict[str, list[tuple[datetime, Rules]]] = defaultdict(list)
        for each in asked:
            if each.body is not None:
                self._take(each.url, each.ended, each.status, each.body)
        for origin in dict.fromkeys(origin_of(each.url) for each in asked):
            copy = copies.get(origin)
            if copy is not None and copy.good_at is not None and not self._rules[origin]:
                self._take(f"{origin}/robots.txt", copy.good_at, copy.status, copy.body.encode("latin-1"))

    def _take(self, url: str, at: datetime, status: int, body: bytes) -> None:
        is_good = 200 <= status < 300
        robots = read_robots(body if is_good else b"")
        rules = robots.for_agent(OUR_NAME)
        self.seen.append(RobotsSeen(url, at, status, rules.crawl_delay_s, robots.signals))
        if is_good or (400 <= status < 500 and status != 429):
            self._rules[origin_of(url)].append((at, rules))

    def _at(self, each: Asked) -> Rules | None:
        known = self._rules.get(origin_of(each.url))
        if not known:
            return None
        return next((rules for since, rules in reversed(known) if since <= each.started), known[0][1])

    def allow(self, each: Asked) -> bool:
        rules = self._at(each)
        return rules is None or rules.allows(each.url)

    def crawl_delay_s(self, each: Asked) -> float:
        rules = self._at(each) if each.body is None else None
        return min(rules.crawl_delay_s or 0.0, MAX_CRAWL_DELAY_S) if rules else 0.0
