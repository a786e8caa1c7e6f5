"""Turns at a host: one request at a time, a pause between two, and quiet while it is down or asks for it.

Shared by all sources of a crawl process, because it is hosts that bear the load. The pause runs from the end of an
answer to the next request: the source's delay or the robots.txt's, whichever is longer; and from start to start it is
at least twice the smoothed time of the host's answers, so that it is busy with us half its time at most."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy.exceptions import IgnoreRequest

from storage.host_memory import HostMemory, host_memory, remember_host
from storage.ledger import Ledger

logger = logging.getLogger(__name__)

MAX_PAUSE_S = 60.0  # of what slow answers alone can bring about
MAX_CRAWL_DELAY_S = 300.0  # of what a robots.txt is obeyed for; crawler-commons stops there too
MOST_TIMES = 30.0  # what slow answers may make of the source's own delay; nothing of `0s`, which is for one's own hosts
BUSY_SHARE = 2.0  # pause over smoothed answer time
SMOOTHING = 0.3  # weight of the newest answer
FAILURES_TO_BE_DOWN = 5  # in a row
QUIET_FIRST = timedelta(minutes=1)  # after the fifth failure; doubled with each probe that fails
QUIET_AT_MOST = timedelta(hours=6)
ASKED_AT_MOST = timedelta(days=7)  # what a Retry-After is obeyed for
MAX_WAIT_S = 120.0  # a host that asks for longer is left in peace, and asked again in a later run
LOOK_EVERY_S = 0.25  # whether the crawl is to end, while we wait


class PutOff(IgnoreRequest):
    """Not to be asked for now, through no fault of the URL: it stays owed, and no try is counted."""


class HostQuiet(PutOff):
    """The host is down, or has asked to be left in peace for long."""


class CrawlEnding(PutOff):
    """The crawl is to end; what waits for its turn is not sent any more."""


def host_of(url: str) -> str:
    """Whose turn it is: the host, with its port if that is none of HTTP's own."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


@dataclass(slots=True)
class _Host:
    memory: HostMemory
    concurrency: int
    free: asyncio.Semaphore
    floor_s: float = 0.0  # of all sources that ask here
    crawl_delay_s: float = 0.0  # of its robots.txt
    smoothed_s: float = 0.0
    next_at: float = 0.0  # on the loop's clock
    starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def asked_s(self) -> float:
        """What the source files and the robots.txt ask for."""
        return max(self.floor_s, self.crawl_delay_s)

    @property
    def pause_s(self) -> float:
        slowed_s = min(BUSY_SHARE * self.smoothed_s / self.concurrency, MOST_TIMES * self.floor_s, MAX_PAUSE_S)
        return max(self.asked_s, slowed_s)


@dataclass(slots=True)
class Turn:
    """One request's turn at a host. The next one begins only once this request is on its way."""

    host: _Host
    started: float  # on the loop's clock
    waits: bool = True  # for its request to leave

    def left(self) -> None:
        """The request goes out now: pauses count from here. Twice is once."""
        if self.waits:
            self.waits = False
            self.started = asyncio.get_running_loop().time()
            self.host.next_at = max(self.host.next_at, self.started + self.host.pause_s)
            self.host.starting.release()


class Turns:
    """The hosts that a crawl process asks."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], hold: Callable[[str], None]) -> None:
        """`hold`: see that a host is ours to ask now, or raise PutOff."""
        self._ledger = ledger
        self._hold = hold
        self._clock = clock
        self._hosts: dict[str, _Host] = {}

    def _host(self, name: str, concurrency: int = 1) -> _Host:
        if name not in self._hosts:
            memory = host_memory(self._ledger, name)
            self._hosts[name] = _Host(memory, concurrency, asyncio.Semaphore(concurrency))
        return self._hosts[name]

    async def take(self, url: str, *, delay_s: float, concurrency: int, going_on: Callable[[], bool]) -> Turn:
        """Wait for a turn at the URL's host; `left` and `give_back` must follow.

        Raises PutOff if the host is not to be asked now, CrawlEnding as soon as `going_on` says no."""
        host = self._host(host_of(url), concurrency)
        host.floor_s = max(host.floor_s, delay_s)
        await host.free.acquire()
        try:
            await host.starting.acquire()
            try:
                await self._wait(host, going_on)
            except BaseException:
                host.starting.release()
                raise
        except BaseException:
            host.free.release()
            raise
        return Turn(host, asyncio.get_running_loop().time())

    async def _wait(self, host: _Host, going_on: Callable[[], bool]) -> None:
        now = asyncio.get_running_loop().time
        while True:
            if not going_on():
                raise CrawlEnding("the crawl is ending")
            self._check_quiet(host)
            left_s = host.next_at - now()
            if left_s <= 0:
                self._hold(host.memory.origin)
                return
            await asyncio.sleep(min(left_s, LOOK_EVERY_S))

    def _check_quiet(self, host: _Host) -> None:
        until = host.memory.retry_at
        if until is None or until <= self._clock():
            return
        why = (
            f"is down ({host.memory.problem})" if host.memory.down_since else f"asks for quiet ({host.memory.problem})"
        )
        raise HostQuiet(f"{host.memory.origin} {why}; not asked again before {until:%Y-%m-%d %H:%M:%S} UTC")

    def give_back(self, turn: Turn, *, answered: bool) -> None:
        """The exchange is over. `answered`: it tells how long the host takes."""
        host = turn.host
        turn.left()
        took_s = asyncio.get_running_loop().time() - turn.started
        if answered:
            share = SMOOTHING if host.smoothed_s else 1.0
            host.smoothed_s = share * took_s + (1 - share) * host.smoothed_s
        host.next_at = max(host.next_at, turn.started + host.pause_s)
        if host.concurrency == 1:  # when the request left is not known: at the latest it was with the answer
            host.next_at = max(host.next_at, asyncio.get_running_loop().time() + host.asked_s)
        host.free.release()

    def slow_down(self, url: str, crawl_delay_s: float, *, just_asked: bool) -> None:
        """What the host's robots.txt asks for between two requests. `just_asked`: the first of them was for itself."""
        host = self._host(host_of(url))
        host.crawl_delay_s = min(crawl_delay_s, MAX_CRAWL_DELAY_S)
        logger.info("%s: robots.txt asks for %g s between two requests", url, crawl_delay_s)
        if just_asked:
            host.next_at = max(host.next_at, asyncio.get_running_loop().time() + host.crawl_delay_s)

    def memory_of(self, url: str) -> HostMemory:
        """What is remembered of the URL's host; `remember` writes changes down."""
        return self._host(host_of(url)).memory

    def remember(self, url: str) -> None:
        remember_host(self._ledger, self.memory_of(url))

    # --- hosts that are down or ask for quiet ----------------------------------------------------

    def answered(self, url: str) -> None:
        """The host answered as a healthy one does."""
        memory = self._host(host_of(url)).memory
        if memory.failures or memory.retry_at is not None:
            if memory.down_since is not None:
                logger.info("%s answers again; it was down since %s", memory.origin, memory.down_since)
            memory.failures, memory.down_since, memory.retry_at, memory.problem = 0, None, None, None
            remember_host(self._ledger, memory)

    def failed(self, url: str, problem: str) -> None:
        """The host did not answer, or with a fault of its own; after some of these in a row it is left in peace."""
        memory = self._host(host_of(url)).memory
        memory.failures += 1
        memory.problem = problem
        over = memory.failures - FAILURES_TO_BE_DOWN
        if over >= 0:
            now = self._clock()
            memory.down_since = memory.down_since or now
            memory.retry_at = now + min(QUIET_AT_MOST, QUIET_FIRST * 2 ** min(over, 20))
            logger.warning("%s is down: %s; quiet until %s", memory.origin, problem, memory.retry_at)
            remember_host(self._ledger, memory)

    def hold(self, url: str, seconds: float, problem: str) -> None:
        """The host asks to be left in peace for a while: nobody of ours asks it anything until then.

        A short while is waited for; for a longer one its requests are put off, in later runs too."""
        host = self._host(host_of(url))
        if seconds <= MAX_WAIT_S:
            host.next_at = max(host.next_at, asyncio.get_running_loop().time() + seconds)
            return
        host.memory.problem = problem
        host.memory.retry_at = self._clock() + timedelta(seconds=min(seconds, ASKED_AT_MOST.total_seconds()))
        remember_host(self._ledger, host.memory)
