"""Pages that name articles: which to ask for, how to read them, and what of them goes into the ledger.

Feeds, sitemaps, robots files and home pages are here; pages that lead to older ones are in list_walks.py. The
readers in discovery/ are pure; here is what a crawl makes of what they find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Protocol
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from crawlers.budgets import is_endless
from crawlers.conditional import confirms
from crawlers.discovery import Link, TooMuchToRead
from crawlers.discovery.feeds import check_feed, links_in_feed
from crawlers.discovery.home import looks_like_article
from crawlers.discovery.periods import archive_pages, day_in, is_archive
from crawlers.discovery.pruning import Bounds, not_long_after, sitemaps_to_read
from crawlers.discovery.sitemaps import read_sitemap, sitemaps_in_robots
from crawlers.document_key import document_key
from crawlers.visit import Visit
from storage.ledger import Found
from storage.link_pages import CRAWL, LinkPage, remember, remembered

FOUND_FIRST = 10  # priority of pages that name articles over the articles themselves
_WAY = "way"  # key in a request's meta: under which the polls of its page are remembered
_ABOVE = "above"  # key in a request's meta: the ways that led to it
_GUESSED = ("section", "home")  # kinds of pages that link other things than articles too
_A_DAY = timedelta(days=1)


class Ask(Protocol):
    def __call__(self, url: str, callback: Callable[..., Any], *, priority: int, **arguments: Any) -> Request: ...


class LinkPages:
    """Reads pages that name articles, for one visit; asks for what follows from them."""

    def __init__(self, visit: Visit, ask: Ask, articles: Callable[[Iterable[Found]], Iterator[Request]]) -> None:
        self.visit = visit
        self.known = remembered(visit.ledger, visit.source.id, visit.task or CRAWL)
        self._ask = ask
        self._articles = articles
        self._sitemaps: set[str] = set()
        self._not_due = visit.not_due_yet()

    # --- asking ----------------------------------------------------------------------------------

    def page(
        self,
        url: str,
        callback: Callable[..., Any],
        *,
        rank: int = 0,
        way: str | None = None,
        above: tuple[str, ...] = (),
        **arguments: Any,
    ) -> Iterator[Request]:
        """One request, if it is due and the run's budget has it. `rank`: above others of its kind.

        `way`: under which its polls are remembered; None: its address; empty: asked whenever its turn comes.
        `above`: the ways that led here, which have brought what this one brings."""
        way = url if way is None else way
        if way not in self._not_due and self.visit.budgets.spend("link_pages", url):
            request = self._ask(url, callback, priority=FOUND_FIRST + rank, **arguments)
            request.meta[_WAY] = way
            request.meta[_ABOVE] = above
            yield request

    def feed(self, url: str, above: tuple[str, ...] = ()) -> Iterator[Request]:
        yield from self.page(url, self.read_feed, above=above)

    def sitemap_named(self, sitemap: str) -> Iterator[Request]:
        """A sitemap as a source file names it: `robots`, a date archive, or an address."""
        if sitemap == "robots":
            yield from self.page(self.visit.source.robots_url, self.read_robots)
        elif is_archive(sitemap):
            yield from self._sitemaps_at([Link(url) for url in self.archive(sitemap)], 1)
        else:
            yield from self._sitemaps_at([Link(sitemap)], 0)

    def archive(self, template: str) -> list[str]:
        """The addresses of a date archive that are to be read, newest first: of the window, or of the last days."""
        visit = self.visit
        assert visit.started_at is not None
        zone = visit.source.zone
        today = visit.started_at.astimezone(zone).date()
        last = min(today, (visit.until - _A_DAY / 2).astimezone(zone).date()) if visit.until else today
        most = visit.budgets.limit("archive_pages")
        first = visit.since.astimezone(zone).date() if visit.since else last - _A_DAY * min(most, 10_000)
        wanted: list[str] = []
        for url, (_, ended) in archive_pages(template, first, last):
            page = self.known.get(url)
            margin = timedelta(0) if visit.task else _A_DAY
            over = page is not None and page.whole and page.read_at.astimezone(zone).date() - ended > margin
            if over:
                continue
            if len(wanted) >= most:
                if visit.since is not None:
                    visit.budgets.tell("archive_pages", url)
                break
            wanted.append(url)
        return wanted

    def _sitemaps_at(self, links: Sequence[Link], depth: int, above: tuple[str, ...] = ()) -> Iterator[Request]:
        visit = self.visit
        for place, link in enumerate(links):
            if link.url in self._sitemaps:
                continue
            if depth > visit.budgets.limit("sitemap_depth"):
                visit.budgets.tell("sitemap_depth", link.url)
                return
            if not visit.budgets.spend("sitemaps", link.url):
                return
            self._sitemaps.add(link.url)
            rank = max(0, len(links) - place) if depth else 0
            # The days of an archive, and what an index says has changed, are asked whatever they brought before.
            way = "" if depth and (not above or link.dated is not None) else None
            yield from self.page(link.url, self.read_sitemap, rank=rank, way=way, above=above, depth=depth, listed=link)

    def _polled(
        self, response: Response, brought: int, *, read_whole: bool = True, names_pages: bool | None = None
    ) -> None:
        """Write down that a page was asked, and with it the way that it is; what it brought, all above it brought."""
        visit, meta = self.visit, response.meta
        from_memory = response.url == visit.source.robots_url
        at = visit.started_at if from_memory else meta["captured"].captured_at
        assert at is not None
        visit.polled(response.url, at, brought, read_whole=read_whole, names_pages=names_pages)
        for way in {meta[_WAY], *(meta[_ABOVE] if brought else ())} - {"", response.url}:
            visit.polled(way, at, brought, read_whole=False)

    # --- reading ---------------------------------------------------------------------------------

    def answers(self, response: Response) -> bool:
        if response.status == 200:
            self.visit.counts["pages"] += 1
            return True
        if confirms(response):
            self.visit.counts["pages_unchanged"] += 1
            self._polled(response, 0, read_whole=False)
            return False
        self._polled(response, 0, read_whole=False)
        self.visit.page_problem(f"{response.url}: answers {response.status}")
        return False

    def too_much(self, response: Response, why: object) -> None:
        self._polled(response, 0, read_whole=False)
        self.visit.page_problem(f"{response.url} is not read: {why}")

    def read_feed(self, response: Response) -> Iterator[Request]:
        if self.answers(response):
            try:
                check_feed(response.body)
            except TooMuchToRead as error:
                self.too_much(response, error)
                return
            links = links_in_feed(response.body, response.url, content_type(response))
            if not links:
                self.visit.page_problem(f"no item in the feed {response.url}")
            yield from self.take(links, response, "feed")

    def read_robots(self, response: Response, optional: bool = False) -> Iterator[Request]:
        if optional and response.status != 200:
            return
        if self.answers(response):
            self._polled(response, 0, read_whole=False)
            listed = sitemaps_in_robots(response.body, response.url)
            if not (listed or optional):
                self.visit.page_problem(f"no sitemap listed in {response.url}")
            yield from self._sitemaps_at([Link(url) for url in dict.fromkeys(listed)], 0, ways_to(response))

    def read_sitemap(self, response: Response, depth: int, listed: Link) -> Iterator[Request]:
        visit, captured_at = self.visit, response.meta["captured"].captured_at
        if depth and response.status in (404, 410) and is_a_day_of(listed.url, visit):
            return  # a day without news
        if not self.answers(response):
            was = self.known.get(listed.url)
            if confirms(response) and was is not None:
                self.note(replace(was, read_at=captured_at, changed_at=listed.dated))
            return
        sitemap = read_sitemap(response.body, response.url)
        if sitemap.too_much:
            self.too_much(response, sitemap.too_much)
        elif not (sitemap.pages or sitemap.sitemaps):
            visit.page_problem(f"nothing in the sitemap {response.url}")
        elif sitemap.broken:
            visit.problem(f"the sitemap {response.url} breaks off; what it holds up to there is taken")
        before = len(visit.asked)
        older = visit.counts["older"] + visit.counts["newer"]
        pages = not_long_after(sitemap.pages, visit.until) if visit.until else sitemap.pages
        visit.counts["newer"] += len(sitemap.pages) - len(pages)
        yield from self.take(pages, response, "sitemap", names_pages=bool(sitemap.sitemaps))
        if depth and sitemap.pages and not sitemap.sitemaps:
            whole = sitemap.whole and (bool(visit.task) or visit.counts["older"] + visit.counts["newer"] == older)
            was = self.known.get(listed.url)
            brought = captured_at if len(visit.asked) > before else was.brought_at if was else None
            self.note(LinkPage(listed.url, "sitemap", captured_at, whole, listed.dated, brought))
        yield from self._children(sitemap.sitemaps, captured_at, depth, ways_to(response))

    def _children(self, listed: Sequence[Link], now: datetime, depth: int, above: tuple[str, ...]) -> Iterator[Request]:
        if not listed:
            return
        visit = self.visit
        bounds = Bounds(visit.since, visit.until)
        again = not visit.task
        chosen = sitemaps_to_read(listed, self.known, bounds, now, again=again)
        visit.counts["sitemaps_unchanged"] += chosen.unchanged
        visit.counts["sitemaps_outside"] += chosen.outside
        yield from self._sitemaps_at(chosen.links, depth + 1, above)

    def note(self, page: LinkPage) -> None:
        """Remember a page that was read; written after the URLs that it named."""
        self.known[page.url] = page
        remember(self.visit.ledger, self.visit.source.id, self.visit.task or CRAWL, page)

    # --- what they name --------------------------------------------------------------------------

    def take(
        self, links: Iterable[Link], page: Response, kind: str, *, chosen: bool = False, names_pages: bool = False
    ) -> Iterator[Request]:
        """Write a page's article links down, as found when it was captured, and ask for those that are owed.

        `chosen`: by a rule of the source file, so that none has to look like an article."""
        visit = self.visit
        guess = kind in _GUESSED and not chosen and not visit.source.article_url
        found: dict[str, Found] = {}
        for link in links:
            if not visit.source.is_article(link.url) or (guess and not looks_like_article(link.url)):
                visit.counts["not_articles"] += 1
                continue
            outside = self.outside(link)
            if outside:
                visit.counts[outside] += 1
                continue
            key = document_key(link.url, visit.source)
            if kind == "feed" or not self._is_trap(link.url, key, kind):
                found.setdefault(key, Found(key, link.url, page.url, link.dated, kind, link.told_body))
                if link.dated is not None and not link.changed:
                    visit.told_published.setdefault(key, link.dated)
        visit.counts["found"] += len(found.keys() - visit.asked)
        at = page.meta["captured"].captured_at
        discovered = visit.ledger.discover(visit.source.id, list(found.values()), at)
        owed = discovered.owed
        visit.told_bodies |= {item.document_key for item in owed if found[item.document_key].told_body}
        self._polled(page, discovered.new, names_pages=names_pages)
        fresh = sum(item.document_key not in visit.asked for item in owed)
        if visit.budgets.spent["new_urls "] > visit.budgets.limit("new_urls"):
            visit.budgets.tell("new_urls", page.url)
            return
        visit.budgets.spent["new_urls "] += fresh
        yield from self._articles(owed)

    def outside(self, link: Link) -> str:
        """`older` or `newer`, of a link whose date, or the day in its address, is not asked for; else empty.

        A date of change says only how new an article is at most."""
        visit = self.visit
        if visit.since is not None and link.dated is not None and link.dated < visit.since:
            return "older"
        if visit.until is not None and link.dated is not None and link.dated >= visit.until and not link.changed:
            return "newer"
        day = day_in(link.url) if link.dated is None or link.changed else None
        if day is not None and visit.since is not None and day < visit.since.date() - _A_DAY:
            return "older"
        if day is not None and visit.until is not None and day > visit.until.date() + _A_DAY:
            return "newer"
        return ""

    def _is_trap(self, url: str, key: str, kind: str) -> bool:
        visit, parts = self.visit, urlsplit(url)
        if kind in _GUESSED and is_endless(parts.path):
            visit.counts["traps"] += 1
            return True
        has_id = key.startswith(f"{visit.source.id}:")
        if has_id or not parts.query or visit.source.article_url or key in visit.asked:
            return False
        return not visit.budgets.spend("query_variants", url, of=parts.path)


def ways_to(page: Response) -> tuple[str, ...]:
    """The way that a page is, and those above it."""
    return (page.meta[_WAY], *page.meta[_ABOVE])


def is_a_day_of(url: str, visit: Visit) -> bool:
    """Whether an address comes out of one of the source's date archives."""
    found = visit.source.discover
    templates = [*found.sitemaps, *(section.url for section in found.sections)]
    return any(is_archive(each) and url.startswith(each.partition("{")[0]) for each in templates)


def content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
