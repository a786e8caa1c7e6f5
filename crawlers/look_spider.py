"""LookSpider: asks a site for a few pages, round by round, to see how it can be crawled or whether that works still.

Like NewsSpider it keeps no page: the tap records every exchange. What answered which request goes into the visit,
so that whoever reads the WARC knows it without following redirects again."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response

from crawlers.limits import AS_SENT
from crawlers.probing import checks, rounds
from crawlers.probing.site import Answer, Site
from crawlers.visit import Visit

logger = logging.getLogger(__name__)

NextRound = Callable[[Site, int], list[str] | None]


class LookSpider(scrapy.Spider):
    """One look at one source; each round begins when the one before it has ended."""

    name = "look"

    def __init__(self, visit: Visit, kind: str, **more: Any) -> None:
        super().__init__(**more)
        self.visit = visit
        self.source = visit.source
        self._site = Site(visit.source.home)
        self._next: NextRound = checks.rounds_for(visit.source) if kind == "check" else rounds.next_round
        self._round = 0
        self._waiting = 0

    async def start(self) -> AsyncIterator[Request]:
        for request in self._following():
            yield request

    def _following(self) -> Iterator[Request]:
        """The requests of the next round that has any; none if the look is over."""
        while self._waiting == 0:
            wanted = self._next(self._site, self._round)
            if wanted is None:
                return
            self._round += 1
            self._waiting = len(wanted)
            self.visit.counts["asked"] += len(wanted)
            for priority, url in enumerate(wanted):
                # Articles are read from the WARC; here their links are looked at too, so they are decoded as well.
                meta = {"download_slot": self.source.id, AS_SENT: False}
                yield Request(
                    url,
                    callback=self.answered,
                    errback=self.failed,
                    cb_kwargs={"asked": url},
                    meta=meta,
                    dont_filter=True,
                    priority=-priority,
                )

    def answered(self, response: Response, asked: str) -> Iterator[Request]:
        kind = (response.headers.get("Content-Type") or b"").decode("latin-1")
        self.visit.counts["fetched"] += 1
        return self._noted(Answer(asked, response.url, response.status, kind, response.body))

    def failed(self, failure: Any) -> Iterator[Request]:
        asked = failure.request.cb_kwargs["asked"]
        text = " ".join(str(failure.value).split())
        problem = text if "robots.txt" in text else f"{failure.type.__name__}: {text}"[:300]
        self.visit.counts["failed"] += 1
        return self._noted(Answer(asked, failure.request.url, problem=problem))

    def _noted(self, answer: Answer) -> Iterator[Request]:
        self._waiting -= 1
        self._site.add(answer)
        self.visit.looked.append((answer.asked, answer.url, answer.problem))
        yield from self._following()
