"""robots.txt in a crawl: asked for once a day and host, captured like any page, and obeyed before every request.

RFC 9309, section 2.3: redirects are followed five times, other 4xx allow all, what cannot be reached forbids all."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.http.request import NO_CALLBACK

from crawlers import usage
from crawlers.robots_rules import MAX_BYTES, Robots, Rules, read_robots
from crawlers.turns import PutOff, Turns
from storage.host_memory import RobotsMemory, remember_robots, robots_memory
from storage.ledger import Ledger

logger = logging.getLogger(__name__)

OUR_NAME = "warraq"  # the product token, as it stands in our User-Agent
GOOD_FOR = timedelta(days=1)  # RFC 9309, section 2.4
UNREACHABLE_FOR = timedelta(days=30)  # section 2.3.1.4: after that, the last good copy counts again
MAX_REDIRECTS = 5  # section 2.3.1.2
FORBIDDEN = "left alone, robots.txt forbids it"
_PRIORITY = 1000
UNASKED = "dont_obey_robotstxt"  # key in a request's meta, with Scrapy's own name: the request is for a robots.txt
SAID = "usage"  # key in a request's meta: what robots.txt says of AI, for the metadata record


class RobotsForbids(IgnoreRequest):
    """The publisher does not want this URL fetched."""


class RobotsUnreachable(PutOff):
    """The robots.txt cannot be had, so that nothing may be fetched for now."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an origin's robots.txt."""

    robots: Robots
    rules: Rules  # what it says to us
    status: int  # of its answer
    body: bytes
    until: datetime
    unreachable: str | None = None  # why it cannot be had; None: it was


class RobotsKeeper:
    """The robots.txt files that a crawl process knows; shared by all its sources."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], turns: Turns, *, anew: bool = False) -> None:
        """`anew`: take nothing from earlier crawls; a look at a site is to capture its robots.txt too."""
        self._anew = anew
        self._ledger = ledger
        self._clock = clock
        self._turns = turns
        self._known: dict[str, Known] = {}
        self._asking: dict[str, asyncio.Lock] = {}

    async def of(self, origin: str, fetch: Callable[[str], Awaitable[Response]]) -> Known:
        """What robots.txt says at an origin, from memory or by asking. Raises PutOff, LedgerError."""
        async with self._asking.setdefault(origin, asyncio.Lock()):
            known = self._known.get(origin)
            if known is None or known.until <= self._clock():
                remembered = self._remembered(origin)
                known = remembered or await self._asked(origin, fetch)
                self._known[origin] = known
                if known.rules.crawl_delay_s:
                    self._turns.slow_down(origin, known.rules.crawl_delay_s, just_asked=remembered is None)
            return known

    def _remembered(self, origin: str) -> Known | None:
        memory = None if self._anew else robots_memory(self._ledger, origin)
        if memory is None or _is_unreachable(memory.status) or memory.fetched_at + GOOD_FOR <= self._clock():
            return None
        return _known(memory.status, memory.body.encode("latin-1"), memory.fetched_at + GOOD_FOR)

    async def _asked(self, origin: str, fetch: Callable[[str], Awaitable[Response]]) -> Known:
        status, body = 0, b""
        try:
            response = await fetch(f"{origin}/robots.txt")
            status, body = response.status, response.body[:MAX_BYTES]
            problem = f"answers {status}"
        except PutOff:
            raise
        except IgnoreRequest as error:  # too many redirects, or an inner address: it is unavailable
            logger.info("%s/robots.txt is not to be had: %s", origin, error)
            return _known(404, b"", self._clock() + GOOD_FOR)
        except Exception as error:
            problem = f"does not come ({type(error).__name__}: {error})"
        now = self._clock()
        if _is_unreachable(status):
            return self._unreachable(origin, status, problem, now)
        body = body if 200 <= status < 300 else b""
        remember_robots(self._ledger, RobotsMemory(origin, now, status, body.decode("latin-1"), now))
        return _known(status, body, now + GOOD_FOR)

    def _unreachable(self, origin: str, status: int, problem: str, now: datetime) -> Known:
        """All is forbidden for thirty days; then the last good copy counts, if there is one."""
        before = robots_memory(self._ledger, origin)
        good_at = before.good_at if before else None
        body = before.body if before else ""
        remember_robots(self._ledger, RobotsMemory(origin, now, status, body, good_at))
        until = now + timedelta(minutes=10)
        if good_at is not None and good_at + UNREACHABLE_FOR <= now:
            return _known(status, body.encode("latin-1"), until)
        return _known(status, b"", until, f"{origin}/robots.txt {problem}; nothing is fetched until it can be read")


def _is_unreachable(status: int) -> bool:
    """Whether an answer leaves open what may be fetched. 429 asks for patience, and says nothing of the file."""
    return status == 0 or status == 429 or status >= 500


def _known(status: int, body: bytes, until: datetime, unreachable: str | None = None) -> Known:
    robots = read_robots(body)
    return Known(robots, robots.for_agent(OUR_NAME), status, body, until, unreachable)


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2].lower()}"


class ObeyRobots:
    """Downloader middleware: no request against the robots.txt of its host.

    Settings read: WARRAQ_ROBOTS, WARRAQ_AI_POLICY. A spider's own request for a robots.txt is answered from memory."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._keeper: RobotsKeeper = crawler.settings["WARRAQ_ROBOTS"]
        self._policy = usage.AiPolicy(crawler.settings["WARRAQ_AI_POLICY"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ObeyRobots:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """Raises RobotsForbids and RobotsUnreachable."""
        if request.meta.get(UNASKED):
            return None
        known = await self._keeper.of(origin_of(request.url), self._fetch)
        if known.unreachable is not None:
            raise RobotsUnreachable(known.unreachable)
        if urlsplit(request.url).path == "/robots.txt":
            return TextResponse(request.url, status=known.status, body=known.body, encoding="utf-8")
        if not known.rules.allows(request.url):
            raise RobotsForbids(FORBIDDEN)
        said = usage.said_of_site(known.robots, request.url)
        why = usage.reserved(said) if self._policy is usage.AiPolicy.OBEY else None
        if why is not None:
            raise RobotsForbids(f"left alone, {why}")
        request.meta[SAID] = said
        return None

    async def _fetch(self, url: str) -> Response:
        meta = {UNASKED: True, "redirect_ttl": MAX_REDIRECTS}
        request = Request(url, callback=NO_CALLBACK, priority=_PRIORITY, meta=meta, dont_filter=True)
        engine = self._crawler.engine
        assert engine is not None
        return await engine.download_async(request)
