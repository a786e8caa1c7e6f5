"""Walks from a list page back to older ones: sections, date archives, WordPress, the home page.

A walk ends where everything was known before the last walk that came to its end. One page more is looked at, because
pinned items, or what another way had found, may fill a page; a walk that was cut short does not count as one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from crawlers.conditional import IN_FULL_ALWAYS
from crawlers.discovery import Link, TooMuchToRead
from crawlers.discovery.home import looks_like_article, named_by_home
from crawlers.discovery.periods import is_archive
from crawlers.discovery.sections import Page, links_in_page, next_page, read_page
from crawlers.discovery.wordpress import FEW_PER_PAGE, PAST_THE_END, PER_PAGE, Window, posts_url, read_posts
from crawlers.document_key import document_key
from crawlers.link_pages import LinkPages, content_type, ways_to
from crawlers.source import Section
from storage.link_pages import LinkPage, known_before

LOOK_PAST = 1  # pages that bring nothing new, before the one that ends a walk
_TOO_MANY = ("rest_invalid_param", "rest_post_invalid_per_page")


@dataclass(slots=True)
class Walk:
    """One walk through a list, from its first page or from where a backfill stopped."""

    url: str  # of its first page, under which it is remembered
    kind: str  # section | archive | home | wordpress
    section: Section
    before: LinkPage | None  # the last whole walk; None: there was none
    seen: set[str] = field(default_factory=set)  # document keys
    pages: set[str] = field(default_factory=set)  # addresses asked for
    quiet: int = 0  # pages in a row that brought nothing new
    older: int = 0  # pages in a row with nothing but what is older than asked for
    per_page: int = PER_PAGE  # of WordPress
    plain: bool = False  # WordPress without pretty permalinks
    above: tuple[str, ...] = ()  # the home page that named it; empty: the source file does


class ListWalks:
    """All walks of one visit."""

    def __init__(self, pages: LinkPages) -> None:
        self._pages = pages
        self._visit = pages.visit
        self._guessed: set[str] = set()  # sections that a home page names, not the source file

    def first_pages(self) -> Iterator[Request]:
        found = self._visit.source.discover
        for section in found.sections:
            if is_archive(section.url):
                for url in self._pages.archive(section.url):
                    yield from self._begin(url, "archive", section.model_copy(update={"url": url}))
            else:
                yield from self._begin(section.url, "section", section)
        for base in found.wordpress:
            yield from self._begin(base, "wordpress", Section(url=base))

    def home(self) -> Iterator[Request]:
        home = self._visit.source.home
        yield from self._begin(home, "home", Section(url=home))

    def _begin(self, url: str, kind: str, section: Section, above: tuple[str, ...] = ()) -> Iterator[Request]:
        row = self._pages.known.get(url)
        until = self._visit.until
        if self._visit.task and row is not None and row.whole and (until is None or row.read_at >= until):
            return
        walk = Walk(url, kind, section, None if self._visit.task else row, above=above)
        self._visit.budgets.spend("section_pages", url, of=url)
        if self._visit.task and row is not None and row.follows is not None:
            yield from self._ask(walk, row.follows, row.number)
        else:
            yield from self._ask(walk, self._posts(walk, 1) if kind == "wordpress" else url, 1)

    def _ask(self, walk: Walk, url: str, number: int) -> Iterator[Request]:
        walk.pages.add(url)
        read = self.read_posts if walk.kind == "wordpress" else self.read_list
        whole_before = walk.before is not None and walk.before.whole
        is_way = number == 1 and walk.kind != "archive"
        way, above = (walk.url, walk.above) if is_way else ("", (walk.url, *walk.above))
        for request in self._pages.page(url, read, way=way, above=above, walk=walk, number=number):
            # An unchanged first page of a walk that came to its end leads to nothing new; any other has to be read.
            request.meta[IN_FULL_ALWAYS] = number > 1 or walk.kind in ("home", "wordpress") or not whole_before
            yield request

    def _posts(self, walk: Walk, number: int) -> str:
        window = Window(self._visit.since, self._visit.until)
        return posts_url(walk.url, number, window, per_page=walk.per_page, plain=walk.plain)

    # --- reading ---------------------------------------------------------------------------------

    def read_list(self, response: Response, walk: Walk, number: int) -> Iterator[Request]:
        ended = response.status in (404, 410) and (number > 1 or walk.kind == "archive")
        if ended:
            self._end(walk, response)
            return
        if not self._pages.answers(response):
            return
        try:
            page = read_page(response.body, response.url, content_type(response))
            links = links_in_page(page, response.url, walk.section.links)
        except TooMuchToRead as error:
            self._pages.too_much(response, error)
            return
        kind = "home" if walk.kind == "home" else "section"
        yield from self._pages.take(links, response, kind, chosen=walk.section.links is not None)
        if walk.kind == "home" and number == 1:
            yield from self._probe(page, ways_to(response))
        follows = next_page(page, response.url, walk.section, number)
        yield from self._go_on(walk, self._articles_among(links, walk), follows, number + 1, response)

    def read_posts(self, response: Response, walk: Walk, number: int) -> Iterator[Request]:
        sent = {
            name.decode("latin-1").lower(): values[-1].decode("latin-1") for name, values in response.headers.items()
        }
        posts = read_posts(response.body, response.url, sent)
        if posts.error == PAST_THE_END:
            self._end(walk, response)
        elif posts.error in _TOO_MANY and walk.per_page > FEW_PER_PAGE:
            walk.per_page = FEW_PER_PAGE
            yield from self._ask(walk, self._posts(walk, number), number)
        elif (
            posts.error
            and not walk.plain
            and number == 1
            and (response.status in (200, 404) or posts.error == "rest_no_route")
        ):
            walk.plain = True
            yield from self._ask(walk, self._posts(walk, number), number)
        elif posts.error or response.status != 200:
            why = posts.error or f"answers {response.status}"
            self._visit.page_problem(
                f"WordPress at {walk.url} gives no posts: {why} ({response.status} {response.url})"
            )
        else:
            self._visit.counts["pages"] += 1
            yield from self._pages.take(posts.links, response, "wordpress")
            is_last = not posts.links or (posts.pages is not None and number >= posts.pages)
            follows = None if is_last else self._posts(walk, number + 1)
            yield from self._go_on(walk, list(posts.links), follows, number + 1, response)

    def _articles_among(self, links: Iterable[Link], walk: Walk) -> list[Link]:
        source = self._visit.source
        guess = walk.section.links is None and not source.article_url
        return [each for each in links if source.is_article(each.url) and (not guess or looks_like_article(each.url))]

    def _go_on(
        self, walk: Walk, links: list[Link], follows: str | None, number: int, response: Response
    ) -> Iterator[Request]:
        """Ask for the page that follows, unless the walk has come to where it was before, or past its window."""
        if number == 2 and not links and walk.kind != "home" and walk.url not in self._guessed:
            self._visit.problem(f"no article is linked on {response.url}")
        self._count(walk, links)
        is_over = follows is None or walk.quiet > LOOK_PAST or walk.older > LOOK_PAST or follows in walk.pages
        if is_over:
            self._end(walk, response)
            return
        assert follows is not None
        if self._visit.is_full:
            return
        if self._visit.task:
            moment = response.meta["captured"].captured_at
            self._pages.note(LinkPage(walk.url, walk.kind, moment, False, follows=follows, number=number))
        if self._visit.budgets.spend("section_pages", follows, of=walk.url):
            yield from self._ask(walk, follows, number)
        elif not self._visit.task:
            self._end(walk, response)  # as far as a crawl goes; a backfill goes on from there

    def _count(self, walk: Walk, links: list[Link]) -> None:
        """How many pages in a row brought nothing new, or nothing of the days asked for."""
        source = self._visit.source
        by_key = {document_key(link.url, source): link for link in links}
        fresh = by_key.keys() - walk.seen
        known: dict[str, datetime | None] = {}
        if walk.before is not None:
            known = known_before(self._visit.ledger, source.id, fresh, walk.before.read_at)
        walk.quiet = 0 if fresh - known.keys() else walk.quiet + 1
        walk.seen |= fresh
        if self._visit.since is not None:
            assert self._visit.started_at is not None
            dates = known_before(self._visit.ledger, source.id, by_key, self._visit.clock())
            dated = (Link(link.url, link.dated or dates.get(key)) for key, link in by_key.items())
            is_older = bool(links) and all(self._pages.outside(link) == "older" for link in dated)
            walk.older = walk.older + 1 if is_older else 0

    def _end(self, walk: Walk, response: Response) -> None:
        """A walk has come to its end: the next one goes back to where this one began."""
        if not self._visit.is_full:
            moment = response.meta["captured"].captured_at
            self._pages.note(LinkPage(walk.url, walk.kind, moment, whole=True))

    # --- the home page ---------------------------------------------------------------------------

    def _probe(self, page: Page, above: tuple[str, ...]) -> Iterator[Request]:
        """Look at what a home page names, where the source file names nothing."""
        visit = self._visit
        named = named_by_home(page, visit.source.is_own_page)
        pages = self._pages
        yield from pages.page(visit.source.robots_url, pages.read_robots, way="", above=above, optional=True)
        for feed in named.feeds:
            if visit.budgets.spend("probed_pages", feed):
                yield from pages.feed(feed, above)
        for url in named.sections:
            if url == visit.source.home or (visit.source.article_url and visit.source.is_article(url)):
                continue
            if not visit.budgets.spend("probed_pages", url):
                return
            self._guessed.add(url)
            yield from self._begin(url, "section", Section(url=url), above)
