"""How we behave at a publisher's: who we say we are, robots.txt delays, and answers that ask us to wait."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from typing import Any

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

logger = logging.getLogger(__name__)

MAX_WAITS = 3  # times one URL may ask us to wait in one run
MAX_WAIT_S = 120.0  # a publisher that asks for longer is asked again in the next run
LOOK_EVERY_S = 0.5  # whether the crawl is to end, while we wait
MAX_CRAWL_DELAY_S = 60.0
_ASKS_TO_WAIT = (429, 503)


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


class WaitWhenAsked:
    """Downloader middleware: on 429 and 503, wait as asked and ask again."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._clock = crawler.settings["WARRAQ_CLOCK"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WaitWhenAsked:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        waits = request.meta.get("waits", 0)
        if response.status not in _ASKS_TO_WAIT or waits >= MAX_WAITS:
            return response
        header = response.headers.get("Retry-After")
        wait_s = seconds_to_wait(header.decode("latin-1") if header else None, waits, self._clock())
        if wait_s > MAX_WAIT_S:
            return response
        whose = {"spider": self._crawler.spider}
        logger.info("%s answers %d; waiting %g s, as asked", request.url, response.status, wait_s, extra=whose)
        if not await self._waited(wait_s):
            return response
        return request.replace(
            meta={**request.meta, "waits": waits + 1}, dont_filter=True, priority=request.priority + 1
        )

    async def _waited(self, seconds: float) -> bool:
        """Wait; False as soon as the crawl is to end, which would have to wait for us."""
        clock = asyncio.get_running_loop().time
        until = clock() + seconds
        while self._crawler.crawling:
            left_s = until - clock()
            if left_s <= 0:
                return True
            await asyncio.sleep(min(left_s, LOOK_EVERY_S))
        return False


class CrawlDelay:
    """Extension: act on robots.txt's Crawl-delay, which Scrapy reads and leaves alone."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        crawler.signals.connect(self._parsed, signal=signals.robots_parsed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> CrawlDelay:
        return cls(crawler)

    def _parsed(self, robotparser: Any, request: Request) -> None:
        asked = robotparser.rp.crawl_delay(self._crawler.settings["USER_AGENT"])
        if not asked:
            return
        delay_s = min(float(asked), MAX_CRAWL_DELAY_S)
        downloader: Any = self._crawler.engine.downloader
        _, slot = downloader._get_slot(request)
        if delay_s > slot.delay:
            whose = {"spider": self._crawler.spider}
            logger.info("robots.txt asks for %g s between requests (%s)", delay_s, request.url, extra=whose)
            slot.delay = delay_s
