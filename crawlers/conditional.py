"""Asking whether a page has changed: validators of the last durable capture, and servers that lie about them.

A 304 counts only if it answers validators of a capture that the archive has. Now and then a page is asked for in
full all the same. If it has changed, the old validators are tried once more: a server that still says 304 lies, and
is trusted no more for a month."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from crawlers.limits import AS_SENT
from crawlers.recorder import Recorder
from crawlers.robots import UNASKED
from crawlers.turns import Turns
from storage import warc
from storage.host_memory import HostMemory
from storage.ledger import Captured
from storage.polls import poll_of
from storage.surt import surt

logger = logging.getLogger(__name__)

VALIDATES = "validates"  # key in a request's meta: the capture whose validators it carries
REVISIT = "revisit"  # key in a request's meta: the article has a capture already
IN_FULL_ALWAYS = "in_full_always"  # key in a request's meta: what the page leads to is needed, changed or not
_IN_FULL = "in_full"  # key in a request's meta: no validators, to see whether 304s are true; holds the capture
_PROBE = "probe"  # key in a request's meta: validators of a page known to have changed
_ANEW = "anew"  # key in a request's meta: a 304 came that nobody asked for
BELIEVED_AT_MOST = 20  # 304s of a host between two tests of its word
BELIEVED_FOR = timedelta(days=1)
DISTRUSTED_FOR = timedelta(days=30)


class AskIfChanged:
    """Downloader middleware: conditional requests, and what comes of them.

    Settings read: WARRAQ_RECORDER, WARRAQ_TURNS, WARRAQ_CLOCK."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._recorder: Recorder = crawler.settings["WARRAQ_RECORDER"]
        self._turns: Turns = crawler.settings["WARRAQ_TURNS"]
        self._clock: Callable[[], datetime] = crawler.settings["WARRAQ_CLOCK"]

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> AskIfChanged:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        meta = request.meta
        for name in ("If-None-Match", "If-Modified-Since"):
            request.headers.pop(name, None)
        meta.pop(VALIDATES, None)
        meta.pop(_IN_FULL, None)
        if meta.get(UNASKED) or meta.get(_ANEW) or meta.get(IN_FULL_ALWAYS):
            return
        if _PROBE in meta:
            _put_validators(request, meta[_PROBE])
            return
        earlier = self._earlier(request)
        if earlier is None:
            return
        memory = self._turns.memory_of(request.url)
        if _is_distrusted(memory, self._clock()):
            return
        if _is_to_be_tested(memory, self._clock(), is_article=bool(meta.get(AS_SENT))):
            meta[_IN_FULL] = earlier
            return
        _put_validators(request, earlier)
        meta[VALIDATES] = earlier

    def _earlier(self, request: Request) -> Captured | None:
        """The capture that may be confirmed: whole, with validators, and read to its end."""
        ledger, source = self._recorder.ledger, self._recorder.lease.source
        if request.meta.get(AS_SENT):
            if not request.meta.get(REVISIT):
                return None
        else:
            poll = poll_of(ledger, source, request.url)
            if poll is None or poll.read_at is None or poll.names_pages:
                return None
        earlier = ledger.newest_capture(source, surt(request.url))
        if earlier is None or earlier.status != 200 or earlier.url != warc.safe_uri(request.url):
            return None
        if not request.meta.get(AS_SENT) and poll is not None and poll.read_at and earlier.captured_at > poll.read_at:
            return None
        return earlier if earlier.etag or earlier.last_modified else None

    async def process_response(self, request: Request, response: Response) -> Request | Response:
        meta = request.meta
        if response.status == 304 and VALIDATES in meta:
            self._turns.memory_of(request.url).believed += 1
            self._turns.remember(request.url)
        elif response.status == 304 and not meta.get(_ANEW) and _PROBE not in meta:
            more = {**meta, _ANEW: True}
            return request.replace(
                headers={**request.headers, "Cache-Control": "no-cache"}, meta=more, dont_filter=True
            )
        if response.status == 200 and _IN_FULL in meta:
            await self._judge(request, meta[_IN_FULL], meta.get("captured"))
        return response

    async def _judge(self, request: Request, earlier: Captured, now_captured: Captured | None) -> None:
        """A page that was asked for in full: has it changed, and would the server have said so?"""
        memory = self._turns.memory_of(request.url)
        changed = now_captured is not None and now_captured.kind == "response"
        if changed and await self._still_says_304(request, earlier):
            memory.lied_at = self._clock()
            line = f"{memory.origin} says 304 of pages that have changed; its 304s are not asked for any more"
            self._problem(line)
        memory.checked_at, memory.believed = self._clock(), 0
        self._turns.remember(request.url)

    async def _still_says_304(self, request: Request, earlier: Captured) -> bool:
        engine = self._crawler.engine
        assert engine is not None
        meta: dict[str, Any] = {_PROBE: earlier, "dont_retry": True, "dont_redirect": True}
        try:
            probe = Request(request.url, callback=NO_CALLBACK, meta=meta, dont_filter=True)
            return (await engine.download_async(probe)).status == 304
        except Exception as error:  # the page itself is here; that the test failed proves nothing
            logger.info("%s: its 304s could not be tested: %s", request.url, error)
            return False

    def _problem(self, line: str) -> None:
        visit = getattr(self._crawler.spider, "visit", None)
        if visit is not None:
            visit.problem(line)


def _put_validators(request: Request, earlier: Captured) -> None:
    if earlier.etag:
        request.headers["If-None-Match"] = earlier.etag.encode("latin-1", "ignore")
    if earlier.last_modified:
        request.headers["If-Modified-Since"] = earlier.last_modified.encode("latin-1", "ignore")


def _is_distrusted(memory: HostMemory, now: datetime) -> bool:
    return memory.lied_at is not None and memory.lied_at + DISTRUSTED_FOR > now


def _is_to_be_tested(memory: HostMemory, now: datetime, *, is_article: bool) -> bool:
    """Whether the next page is asked for in full. Pages that name articles go first: they are small."""
    if memory.believed >= BELIEVED_AT_MOST:
        return True
    untested = memory.checked_at is None or memory.checked_at + BELIEVED_FOR <= now
    return untested and memory.believed > 0 and not is_article


def confirms(response: Response) -> bool:
    """Whether an answer is a 304 about a capture that the archive has; any other 304 says nothing."""
    return response.status == 304 and response.meta["captured"].kind == "revisit"
