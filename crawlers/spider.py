"""NewsSpider: one spider, driven by a Source. It finds articles and fetches those that are owed.

It keeps no page: the tap below it has recorded every exchange already. Its callbacks only say which
capture answers which URL, and follow links."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any

import scrapy
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawlers.addresses import AddressRefused
from crawlers.conditional import REVISIT, confirms
from crawlers.discovery import Link
from crawlers.limits import AS_SENT, TOLD_BODY, TOLD_PUBLISHED, VIA
from crawlers.link_pages import LinkPages
from crawlers.list_walks import ListWalks
from crawlers.numbered import numbered_articles
from crawlers.robots import RobotsForbids
from crawlers.turns import CrawlEnding, PutOff
from crawlers.visit import Visit
from storage.errors import WarraqError
from storage.ledger import Found, answers_for_good
from storage.told_bodies import keys_with_bodies

MAX_REVISITS = 5_000  # articles that are looked at again in one run; the others stay due


class NewsSpider(scrapy.Spider):
    """Discovery pages first, then articles; every outcome is counted in the visit."""

    name = "news"

    def __init__(self, visit: Visit, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.visit = visit
        self.source = visit.source
        self.pages = LinkPages(visit, self._page, self._claimed_at_once)
        self.walks = ListWalks(self.pages)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> NewsSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        crawler.signals.connect(spider.callback_failed, signal=signals.spider_error)
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """Ask for what the source file names, and for what earlier runs still owe."""
        found = self.source.discover
        self.visit.told_bodies |= keys_with_bodies(self.visit.ledger, self.source.id)
        for feed in found.feeds:
            for request in self.pages.feed(feed):
                yield request
        for sitemap in found.sitemaps:
            for request in self.pages.sitemap_named(sitemap):
                yield request
        for request in self.walks.first_pages():
            yield request
        if not (found.feeds or found.sitemaps or found.sections or found.wordpress):
            for request in self.walks.home():
                yield request
        for batch in numbered_articles(self.visit):
            assert self.visit.started_at is not None
            discovered = self.visit.ledger.discover(self.source.id, batch, self.visit.started_at)
            for request in self._claimed_at_once(discovered.owed):
                yield request
        owed = self.visit.ledger.owed(self.source.id)
        asked_for = (item for item in owed if not self.pages.outside(_link_of(item)))
        for request in self._articles(self._claimed(asked_for)):
            yield request
        if not self.visit.task:  # a backfill looks at nothing again
            due = self.visit.ledger.due(self.source.id, self.source.revisit, self.visit.clock(), MAX_REVISITS)
            for request in self._articles(self._claimed(due), again=True):
                yield request

    # --- asking ----------------------------------------------------------------------------------

    def _page(self, url: str, callback: Callable[..., Any], *, priority: int, **arguments: Any) -> Request:
        return self._request(url, callback, self.page_failed, priority=priority, cb_kwargs=arguments)

    def _request(self, url: str, callback: Any, errback: Any, *, as_sent: bool = False, **more: Any) -> Request:
        # The ledger knows what was asked for; Scrapy's filter would drop a redirect to a page already fetched.
        meta = {"download_slot": self.source.id, AS_SENT: as_sent}
        return Request(url, callback=callback, errback=errback, meta=meta, dont_filter=True, **more)

    def callback_failed(self, failure: Any, response: Response, spider: scrapy.Spider) -> None:
        """A bug of ours, or a rule of the source that does not run: named, not only logged by Scrapy."""
        self.visit.page_problem(f"{response.url} could not be read: {_in_a_word(failure)}")

    def page_failed(self, failure: Any) -> None:
        if failure.check(WarraqError):
            return  # a fault of ours, which ends the crawl and is its problem
        if self._put_off(failure):
            return
        if failure.check(AddressRefused):
            self.visit.counts["refused_address"] += 1
        self.visit.page_problem(f"{failure.request.url}: {_in_a_word(failure)}")

    # --- articles --------------------------------------------------------------------------------

    def _claimed_at_once(self, owed: Iterable[Found]) -> Iterator[Request]:
        """Pages are read side by side, and each is to ask for what it was the first to name."""
        return self._articles(list(self._claimed(owed)))

    def _articles(self, claimed: Iterable[Found], *, again: bool = False) -> Iterator[Request]:
        for item in claimed:
            self.visit.counts["revisits"] += again
            key = {"key": item.document_key}
            request = self._request(item.url, self.article_answered, self.article_failed, as_sent=True, cb_kwargs=key)
            request.meta[REVISIT] = again
            request.meta[VIA] = item.found_in
            request.meta[TOLD_PUBLISHED] = self.visit.told_published.get(item.document_key)
            if item.document_key in self.visit.told_bodies and not again:
                request.meta[TOLD_BODY] = item.document_key
            yield request

    def _claimed(self, owed: Iterable[Found]) -> Iterator[Found]:
        """Those that this visit has not asked for yet, as it now does."""
        visit = self.visit
        for item in owed:
            if item.document_key in visit.asked:
                continue
            if visit.is_full:
                return
            visit.asked.add(item.document_key)
            visit.counts["asked"] += 1
            yield item

    def article_answered(self, response: Response, key: str) -> None:
        """The capture lies in the recorder; say which URL it answers."""
        if confirms(response):
            self.visit.recorder.done(key, response.meta["captured"])
            self.visit.counts["unchanged"] += 1
        elif answers_for_good(response.status):
            self.visit.recorder.done(key, response.meta["captured"])
            self.visit.counts["fetched" if response.status == 200 else "gone"] += 1
        else:
            self._failed(key, response.url, f"answers {response.status}")

    def article_failed(self, failure: Any) -> None:
        request, why = failure.request, failure.value
        if failure.check(WarraqError):
            return  # a fault of ours, which ends the crawl; the URL stays owed
        if self._put_off(failure):
            return
        if failure.check(AddressRefused):
            self.visit.counts["refused_address"] += 1
            if why.final:
                self._refused(request, _in_a_word(failure), "inner address")
                return
        elif failure.check(RobotsForbids):
            self._refused(request, str(why), "robots.txt")
            return
        self._failed(request.cb_kwargs["key"], request.url, _in_a_word(failure))

    def _put_off(self, failure: Any) -> bool:
        """Whether a request was not sent for a reason that will pass."""
        if failure.check(PutOff) and not failure.check(CrawlEnding):
            self.visit.put_off(str(failure.value))
        return bool(failure.check(PutOff))

    def _refused(self, request: Request, problem: str, why: str) -> None:
        """Nothing is owed: asking again would change nothing."""
        self.visit.counts["refused"] += 1
        self.visit.problem(f"{request.url}: {problem}")
        self.visit.recorder.refused(request.cb_kwargs["key"], why)

    def _failed(self, key: str, url: str, problem: str) -> None:
        self.visit.counts["failed"] += 1
        self.visit.problem(f"{url}: {problem}")
        self.visit.recorder.failed(key, problem)


def _link_of(item: Found) -> Link:
    return Link(item.url, item.dated, changed=item.found_by == "sitemap")


def _in_a_word(failure: Any) -> str:
    """The exception behind a failure as one line."""
    text = " ".join(str(failure.value).split())
    return f"{failure.type.__name__}: {text}"[:300] if text else str(failure.type.__name__)
