"""How we behave at a publisher's: who we say we are, whose turn it is, and answers that ask us to wait."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
)
from scrapy.http import Response

from crawlers.host_leases import SEEN_FOR_S, TRUSTED_FOR_S
from crawlers.turns import MAX_WAIT_S, CrawlEnding, HostQuiet, Turns
from storage.errors import Passing

if TYPE_CHECKING:
    from crawlers.recorder import Recorder

logger = logging.getLogger(__name__)

MAX_WAITS = 3  # times one URL may ask us to wait in one run
UNANSWERED = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
_ASKS_TO_WAIT = (429, 503)
TURN = "turn"  # key in a request's meta: its turn at the host


def user_agent(contact: str) -> str:
    """Who we are and how to reach who runs us. `contact`: a URL or a mail address."""
    return f"Mozilla/5.0 (compatible; Warraq/{version('warraq')}; +{contact})"


def seconds_to_wait(header: str | None, attempt: int, now: datetime) -> float:
    """Seconds that `Retry-After` asks for; without one, 5, 10, 20 … by attempt (from 0)."""
    unasked = 5.0 * 2.0**attempt
    if header is None:
        return unasked
    if header.isascii() and header.strip().isdigit():
        return float(header)
    try:
        until = parsedate_to_datetime(header)
    except (ValueError, OverflowError):
        return unasked
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - now).total_seconds())


def wait_asked_for(request: Request, response: Response, now: datetime) -> float:
    """Seconds that an answer of 429 or 503 asks for, or that we take for asked."""
    header = response.headers.get("Retry-After")
    return seconds_to_wait(header.decode("latin-1") if header else None, request.meta.get("waits", 0), now)


class TakeTurns:
    """Downloader middleware, the last before the wire: a turn at the host, under a lease that still holds.

    Settings read: WARRAQ_TURNS, WARRAQ_PAUSE_S, WARRAQ_CONCURRENCY, WARRAQ_RECORDER, WARRAQ_CLOCK."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._turns: Turns = crawler.settings["WARRAQ_TURNS"]
        self._pause_s: float = crawler.settings["WARRAQ_PAUSE_S"]
        self._concurrency: int = crawler.settings["WARRAQ_CONCURRENCY"]
        self._recorder: Recorder = crawler.settings["WARRAQ_RECORDER"]
        self._clock: Callable[[], datetime] = crawler.settings["WARRAQ_CLOCK"]
        self._lease_seen_at = -math.inf  # on the loop's clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> TakeTurns:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Raises PutOff while the host is not to be asked, or if the crawl ends or is no longer ours."""
        request.meta.pop(TURN, None)
        request.meta.pop("captured", None)
        turn = await self._turns.take(
            request.url,
            delay_s=self._pause_s,
            concurrency=self._concurrency,
            going_on=lambda: self._crawler.crawling,
        )
        request.meta[TURN] = turn  # whatever is raised from here on, process_exception gives it back
        if not self._lease_holds():
            raise CrawlEnding("another run has taken the source over")

    def _lease_holds(self) -> bool:
        """A process that slept through its lease's end must not ask anybody anything."""
        now = asyncio.get_running_loop().time()
        if now - self._lease_seen_at < SEEN_FOR_S:
            return True
        try:
            held = self._recorder.lease_holds()
        except Passing:
            if now - self._lease_seen_at >= TRUSTED_FOR_S:
                raise
            return True
        self._lease_seen_at = now if held else -math.inf
        return held

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status in _ASKS_TO_WAIT:  # before the next one's turn
            wait_s = wait_asked_for(request, response, self._clock())
            self._turns.hold(request.url, wait_s, f"{response.status}, asking for {wait_s:g} s")
        self._give_back(request, answered=True)
        if response.status < 500 and response.status != 429:
            self._turns.answered(request.url)
        elif response.status not in _ASKS_TO_WAIT and not request.meta.get("retry_times"):
            self._turns.failed(request.url, f"answers {response.status}")
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if (
            self._give_back(request, answered=False)
            and isinstance(exception, UNANSWERED)
            and "captured" not in request.meta
        ):
            self._turns.failed(request.url, str(exception) or type(exception).__name__)

    def _give_back(self, request: Request, *, answered: bool) -> bool:
        turn = request.meta.pop(TURN, None)
        if turn is not None:
            self._turns.give_back(turn, answered=answered)
        return turn is not None


class WaitWhenAsked:
    """Downloader middleware: a request answered with 429 or 503 is sent again when its turn comes.

    Settings read: WARRAQ_TURNS, WARRAQ_CLOCK."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._turns: Turns = crawler.settings["WARRAQ_TURNS"]
        self._clock = crawler.settings["WARRAQ_CLOCK"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WaitWhenAsked:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The request once more, for when its turn comes. Raises HostQuiet if that is too far off."""
        if response.status not in _ASKS_TO_WAIT:
            return response
        waits = request.meta.get("waits", 0)
        if waits >= MAX_WAITS:
            if response.status == 503:
                self._turns.failed(request.url, "answers 503")
            return response
        wait_s = wait_asked_for(request, response, self._clock())
        said = f"{response.status}, asking for {wait_s:g} s"
        whose = {"spider": self._crawler.spider}
        if wait_s > MAX_WAIT_S:
            raise HostQuiet(f"{request.url} answers {said}; the host is left in peace until then")
        logger.info("%s answers %d; waiting %g s, as asked", request.url, response.status, wait_s, extra=whose)
        return request.replace(
            meta={**request.meta, "waits": waits + 1}, dont_filter=True, priority=request.priority + 1
        )
