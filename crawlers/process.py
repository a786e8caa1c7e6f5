"""A crawl process: all sources of a job in one reactor, one Scrapy crawler a source.

A crawler a source keeps delays, cookies, connections and faults apart; one process for all of them saves
the seconds that starting Scrapy costs."""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.settings import Settings

from crawlers.door import Door
from crawlers.events import Event, Events
from crawlers.host_leases import HostLeases
from crawlers.job import CrawlJob, SourceJob
from crawlers.politeness import user_agent
from crawlers.recorder import Recorder
from crawlers.robots import RobotsKeeper
from crawlers.room import Room
from crawlers.source import Source
from crawlers.spider import NewsSpider
from crawlers.turns import Turns
from crawlers.visit import Order, Visit
from storage.errors import Passing
from storage.keys import run_start
from storage.leases import Lease
from storage.ledger import Ledger

MAX_WAITS = 40  # lines, the newest
PROGRESS_EVERY_S = 0.5  # and the door is looked after
MOST_UNDER_WAY = 16  # requests of a source that are on the wire or wait for their turn
SETTINGS = {
    "ADDONS": {},
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "LOG_ENABLED": False,  # our own handler takes the root logger's records
    "STATS_DUMP": False,
    "ROBOTSTXT_OBEY": False,  # crawlers.robots.ObeyRobots does
    # The page a stranger gets; and Scrapy's cookie code asks the network for a list of domain suffixes.
    "COOKIES_ENABLED": False,
    "CONCURRENT_ITEMS": 1,  # Scrapy 2.19 starts that many tasks for every answer, and we have no items
    "REFERRER_POLICY": "no-referrer",
    "WARN_ON_GENERATOR_RETURN_VALUE": False,  # reads our source code again for every crawler
    "HTTPPROXY_ENABLED": False,  # it takes a proxy's password from the environment and would send it to publishers
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "TWISTED_DNS_RESOLVER": "scrapy.resolver.CachingHostnameResolver",  # the other one knows no IPv6
    "DOWNLOAD_HANDLERS": {
        "http": "crawlers.wire.TappedHandler",
        "https": "crawlers.wire.TappedHandler",
        "ftp": None,
        "file": None,
        "data": None,
        "s3": None,
    },
    "DOWNLOADER_MIDDLEWARES": {
        "crawlers.robots.ObeyRobots": 100,
        "crawlers.politeness.WaitWhenAsked": 560,
        "scrapy.downloadermiddlewares.redirect.MetaRefreshMiddleware": None,
        "crawlers.limits.FollowRefreshInPagesWeRead": 580,
        "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
        "crawlers.limits.DecodePagesWeRead": 590,
        "crawlers.conditional.AskIfChanged": 595,
        "crawlers.politeness.TakeTurns": 990,
    },
    "DOWNLOAD_DELAY": 0,  # pauses and concurrency are a host's, and kept by TakeTurns
    "RETRY_TIMES": 2,
    "RETRY_HTTP_CODES": [500, 502, 504, 522, 524, 408],  # 429 and 503 are politeness.py's
    "REDIRECT_MAX_TIMES": 20,
    "DOWNLOAD_WARNSIZE": 0,
    "DOWNLOAD_DELAY_JITTER": 0,  # a publisher's delay is a floor
    "DEPTH_LIMIT": 0,
    "HTTPERROR_ALLOW_ALL": True,
    "DEFAULT_REQUEST_HEADERS": {
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language": "ar,en;q=0.5",
    },
}


class CrawlProcess:
    """Runs a job to its end. One to a process: a Twisted reactor starts once."""

    def __init__(self, job: CrawlJob, events: Events, clock: Callable[[], datetime]) -> None:
        """Open the ledger; raises LedgerError before anything is fetched."""
        self._job = job
        self._events = events
        self._clock = clock
        self._ledger = Ledger(job.ledger)
        self._room = Room()
        self._hosts = HostLeases(self._ledger, clock, job.sources[0].owner)
        self._turns = Turns(self._ledger, clock, self._hosts.hold)
        self._robots = RobotsKeeper(self._ledger, clock, self._turns, anew=any(each.look for each in job.sources))
        self._process = AsyncCrawlerProcess(Settings(SETTINGS))
        self._visits: list[Visit] = []
        self._said: dict[str, dict[str, int]] = {}
        self._waits: list[str] = []
        self._door = Door(job.spool, job.spool_bytes, job.patience_s, time.monotonic, self._tell_room)

    def run(self) -> None:
        """Crawl every source; returns when all have ended and their parts are sealed."""
        from twisted.internet import reactor

        for each in self._job.sources:
            self._start(each, reactor)
        self._door.check()
        ticker = self._process_loop(reactor)
        gc.freeze()  # all that was imported and made so far stays: no collection needs to look at it
        self._process.start()
        ticker.stop()
        self._ledger.close()
        self._events.say(Event("end"))

    def _process_loop(self, reactor: Any) -> Any:
        from twisted.internet.task import LoopingCall

        ticker = LoopingCall(self._tick)
        ticker.clock = reactor
        ticker.start(PROGRESS_EVERY_S, now=False)
        return ticker

    def _start(self, each: SourceJob, reactor: Any) -> None:
        source = each.source
        crawler = self._process.create_crawler(_spider_of(each))
        faults: list[Exception] = []

        def end_for(error: Exception) -> None:
            faults.append(error)
            engine = _engine_of(crawler)
            if engine is not None and engine.running:  # else it is told again, at the next check
                crawler.stop()

        job = self._job
        order = Order(each.since or job.since, each.until, job.limit, each.task, job.budgets)
        recorder = Recorder(
            lease=Lease(source.id, each.owner, each.token),
            run=each.run,
            folder=self._job.spool / source.id,
            ledger=self._ledger,
            clock=self._clock,
            later=reactor.callLater,
            about={
                "operator": self._job.contact,
                "http-header-user-agent": user_agent(self._job.contact),
                "robots": "obey",
                "description": f"crawl of {source.id} ({source.home})",
                "source": source.id,
                "settings": json.dumps(_settings_said(source, self._job)),
                **({"warraq-order": order.to_text()} if order.to_text() else {}),
            },
            on_fault=end_for,
            part_bytes=self._job.part_bytes,
            door=self._door,
        )
        self._door.writers.append(recorder)
        started = run_start(each.run)
        visit = Visit.ordered(source, recorder, self._ledger, self._clock, order, started, job.due_at)
        self._visits.append(visit)
        self._set_up(crawler, source, recorder)
        task = self._process.crawl(crawler, visit=visit, **({"kind": each.look} if each.look else {}))
        task.add_done_callback(lambda done: self._ended(visit, crawler, done, faults))

    def _set_up(self, crawler: Crawler, source: Any, recorder: Recorder) -> None:
        polite = source.politeness
        own = {
            "USER_AGENT": user_agent(self._job.contact),
            "DOWNLOAD_TIMEOUT": self._job.timeout_s,
            "DOWNLOAD_MAXSIZE": self._job.max_body_bytes,
            "CONCURRENT_REQUESTS_PER_DOMAIN": MOST_UNDER_WAY,
            "CONCURRENT_REQUESTS": MOST_UNDER_WAY,
            "WARRAQ_PAUSE_S": polite.delay.total_seconds(),
            "WARRAQ_CONCURRENCY": polite.concurrency,
            "WARRAQ_TURNS": self._turns,
            "WARRAQ_ROBOTS": self._robots,
            "WARRAQ_AI_POLICY": self._job.ai_policy,
            "WARRAQ_RECORDER": recorder,
            "WARRAQ_ROOM": self._room,
            "WARRAQ_DOOR": self._door,
            "WARRAQ_CLOCK": self._clock,
            "WARRAQ_ALLOWED": self._job.allow_addresses,
            "WARRAQ_CONNECT_TO": self._job.connect_to,
        }
        crawler.settings.setdict(own, priority="cmdline")

    def _ended(self, visit: Visit, crawler: Crawler, done: asyncio.Task[None], faults: list[Exception]) -> None:
        """Seal what was captured and say how it went; a part that cannot be sealed is mended by the next run."""
        self._door.writers.remove(visit.recorder)
        error = done.exception() or (faults[0] if faults else None)
        if error is None or isinstance(error, Passing):
            try:
                visit.recorder.seal()
            except Exception as failed:
                error = error or failed
        if error is not None:
            visit.problem(f"{type(error).__name__}: {error}")
        reason = crawler.stats.get_value("finish_reason")
        outcome = "failed" if error else "finished" if reason == "finished" else "stopped"
        self._events.say(
            Event(
                "source",
                visit.source.id,
                outcome=outcome,
                counts=_counts(visit),
                problems=visit.problems,
                notes=list(self._waits),
                looked=visit.looked,
            )
        )

    def _tick(self) -> None:
        self._door.check()
        self._hosts.renew()
        self._tell_progress()

    def _tell_room(self, why: str, waited_s: float) -> None:
        """Say that nothing is fetched for now, and why; or that it goes on."""
        self._events.say(Event("room", message=why))
        self._waits.append(f"nothing was fetched for now: {why}" if why else f"it went on after {waited_s:.0f} s")
        del self._waits[:-MAX_WAITS]

    def _tell_progress(self) -> None:
        for visit in self._visits:
            counts = _counts(visit)
            if self._said.get(visit.source.id) != counts:
                self._said[visit.source.id] = counts
                self._events.say(Event("progress", visit.source.id, counts=counts))


def _spider_of(each: SourceJob) -> type[Spider]:
    if not each.look:
        return NewsSpider
    from crawlers.look_spider import LookSpider  # a tenth of all imports, for looks alone

    return LookSpider


def _engine_of(crawler: Crawler) -> Any:
    """None: its crawl has not begun, and Scrapy raises where it is asked for."""
    try:
        return crawler.engine
    except RuntimeError:
        return None


def _settings_said(source: Source, job: CrawlJob) -> dict[str, object]:
    """What the captures of a crawl depend on, for its warcinfo record."""
    return {
        "delay_s": source.politeness.delay.total_seconds(),
        "concurrency": source.politeness.concurrency,
        "timeout_s": job.timeout_s,
        "max_body_bytes": job.max_body_bytes,
        "part_bytes": job.part_bytes,
        "headers": SETTINGS["DEFAULT_REQUEST_HEADERS"],
        "redirects": SETTINGS["REDIRECT_MAX_TIMES"],
        "retries": SETTINGS["RETRY_TIMES"],
        "verify_certificates": SETTINGS["DOWNLOAD_VERIFY_CERTIFICATES"],
        "ai_policy": job.ai_policy,
        "cookies": SETTINGS["COOKIES_ENABLED"],
    }


def _counts(visit: Visit) -> dict[str, int]:
    recorder = visit.recorder
    return dict(visit.counts) | {"captures": recorder.captures, "bytes": recorder.bytes_received}
