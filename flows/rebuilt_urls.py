"""Which URLs a run found, fetched and was refused, from its captures alone.

The spider itself is led through the captured pages: the same code that wrote the lost rows writes the new
ones. What left no capture (a host that never answered) cannot be known, and such a URL is owed again."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from twisted.python.failure import Failure

from crawlers.decoding import Unreadable, decoded_body
from crawlers.document_key import document_key
from crawlers.process import SETTINGS
from crawlers.robots import FORBIDDEN, OUR_NAME, RobotsForbids, origin_of
from crawlers.robots_rules import read_robots
from crawlers.source import Source
from crawlers.spider import NewsSpider
from crawlers.visit import Order, Visit
from flows.keeping import settles
from storage.leases import Lease
from storage.ledger import Captured, Found, Ledger
from storage.model import Capture

_ASKED_AGAIN = frozenset({*cast(list[int], SETTINGS["RETRY_HTTP_CODES"]), 429, 503})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
NOWHERE = ""  # found_in of a URL, where nothing in the archive names it
_CODINGS = ("content-encoding", "transfer-encoding")


@dataclass(slots=True)
class _Past:
    """Stands where the spider's recorder stood: the captures are written down already."""

    lease: Lease
    ledger: Ledger
    moment: datetime

    def done(self, document_key: str, capture: Captured) -> None:
        self.ledger.record(self.lease, [], {document_key: capture}, self.moment)

    def failed(self, document_key: str, problem: str) -> None:
        self.ledger.failed(self.lease, document_key, problem, self.moment)

    def refused(self, document_key: str, why: str) -> None:
        self.ledger.refused(self.lease, document_key, why, self.moment)


@dataclass(slots=True)
class RunReader:
    """Leads a spider through the captures of one run, in their order."""

    source: Source
    lease: Lease
    ledger: Ledger
    robots: dict[str, Response] = field(default_factory=dict)  # by origin, of this run or an earlier one
    _waiting: dict[str, list[Request]] = field(default_factory=lambda: defaultdict(list))
    _held: dict[str, tuple[Request, Response, datetime]] = field(default_factory=dict)  # may yet be answered better
    _pages: dict[str, bytes] = field(default_factory=dict)  # last bodies of pages that name articles, for revisits
    _unasked: dict[str, Captured] = field(default_factory=dict)  # articles that no page of this run names
    unnamed: int = 0  # URLs of which the archive holds the article, and nothing that names it
    _past: _Past | None = None
    _spider: NewsSpider | None = None

    def begin(self, started_at: datetime, order: Order) -> None:
        self._past = _Past(self.lease, self.ledger, started_at)
        past = self._past
        visit = Visit.ordered(self.source, cast(Any, past), self.ledger, lambda: past.moment, order, started_at)
        self._spider = NewsSpider(visit)
        self._waiting.clear()
        self._held.clear()
        self._unasked.clear()
        self._await(asyncio.run(_all_of(self._spider)))
        for origin, response in self.robots.items():  # which the live run had in its memory
            request = self._request_for(f"{origin}/robots.txt")
            if request is not None:
                self._answer(request, response)

    def read(self, capture: Capture, row: Captured) -> None:
        """The next capture of the run."""
        assert self._past is not None
        self._past.moment = capture.captured_at
        response = self._response(capture)
        if urlsplit(capture.url).path == "/robots.txt":
            self.robots[origin_of(capture.url)] = response
        request = self._request_for(capture.url)
        if request is None:
            if self.source.is_article(capture.url) and settles(capture):
                self._unasked[capture.url] = row
            return
        request = request.replace(meta={**request.meta, "captured": row})
        location = capture.header("Location")
        if capture.status in _REDIRECTS and location is not None:
            self._await([request.replace(url=urljoin(capture.url, location))])
        elif capture.status in _ASKED_AGAIN or (capture.status == 304 and capture.kind != "revisit"):
            self._held[_plain(capture.url)] = (request, response, capture.captured_at)
        else:
            self._answer(request, response)

    def end(self) -> None:
        """What was asked again in vain has failed; what was never asked may have been forbidden."""
        assert self._past is not None
        for request, response, moment in list(self._held.values()):
            self._past.moment = moment
            self._answer(request, response)
        for requests in list(self._waiting.values()):
            for request in requests:
                if not self._may_be_asked(request.url):
                    failure: Any = Failure(RobotsForbids(FORBIDDEN))  # type: ignore[no-untyped-call]
                    failure.request = request
                    if request.errback is not None:
                        request.errback(failure)

        self._take_unasked()

    def _may_be_asked(self, url: str) -> bool:
        response = self.robots.get(origin_of(url))
        if response is None or not 200 <= response.status < 300:
            return True
        return read_robots(response.body).for_agent(OUR_NAME).allows(url)

    def _take_unasked(self) -> None:
        """Articles that are in the archive, though what named them is not: done, and found nowhere."""
        for url, row in self._unasked.items():
            found = Found(document_key(url, self.source), url, NOWHERE)
            if self.ledger.discover(self.source.id, [found], row.captured_at).owed:
                self.ledger.record(self.lease, [], {found.document_key: row}, row.captured_at)
                self.unnamed += 1

    def _request_for(self, url: str) -> Request | None:
        if self._waiting.get(_plain(url)):
            return self._waiting[_plain(url)].pop(0)
        held = self._held.pop(_plain(url), None)
        return held[0] if held else None

    def _await(self, requests: Iterable[Request]) -> None:
        for request in requests:
            self._waiting[_plain(request.url)].append(request)

    def _answer(self, request: Request, response: Response) -> None:
        response.request = request
        answer = request.callback(response, **request.cb_kwargs) if request.callback else None
        if isinstance(answer, Iterator):
            self._await(answer)

    def _response(self, capture: Capture) -> Response:
        """The response as the spider saw it: codings taken off. A revisit has the body of its page before."""
        try:
            body = decoded_body(capture).content
        except Unreadable:
            body = capture.body
        if "/robots.txt" in capture.url or any(_plain(capture.url) in each for each in (self._waiting, self._pages)):
            body = body or self._pages.get(_plain(capture.url), b"")
            self._pages[_plain(capture.url)] = body
        sent: dict[str, list[str]] = defaultdict(list)
        for name, value in capture.headers:
            if name.lower() not in _CODINGS:
                sent[name].append(value)
        headers = Headers(sent, encoding="latin-1")
        kind = responsetypes.from_args(headers=headers, url=capture.url, body=body)
        return kind(url=capture.url, status=capture.status or 200, headers=headers, body=body)


async def _all_of(spider: NewsSpider) -> list[Request]:
    return [request async for request in spider.start()]


def _plain(url: str) -> str:
    return url.partition("#")[0]
