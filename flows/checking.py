"""`warraq sources check`: whether sources still work: pages that name articles, how new these are, whether they read.

A verdict a source. It is a look like that of a probe: some ten requests, kept nowhere. While it lasts the source is
leased, so that no crawl asks the publisher at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from crawlers.extraction.article import extract
from crawlers.probing.checks import SAMPLES, items_of, named_pages, newest
from crawlers.probing.families import is_own
from crawlers.probing.shapes import host_of
from crawlers.probing.site import Answer
from crawlers.source import Source
from flows.house import House
from flows.looking import Look, look_at
from flows.progress import Progress, Watch
from flows.walk import renewed
from storage.errors import SourceBusy
from storage.keys import new_run_id
from storage.leases import Lease
from storage.model import Article, Rejection
from storage.owners import is_dead, owner_name

STALE_AFTER = timedelta(days=7)
AT_ONCE = 40  # sources in one process


class Verdict(StrEnum):
    OK = "ok"
    PARTLY = "partly"  # it works, and some of its pages or articles do not
    STALE = "stale"  # it answers, and its newest article is old
    REDESIGNED = "redesigned"  # pages answer, and name no article that is known, or none that can be read
    MOVED = "moved"  # it answers from another host
    BLOCKED = "blocked"  # it turns programs away
    FORBIDDEN = "forbidden"  # robots.txt does
    UNREACHABLE = "unreachable"
    BUSY = "busy"  # somebody crawls it at this moment


@dataclass(frozen=True, slots=True)
class PageCheck:
    """One page that the source's file names."""

    url: str
    status: int  # 0: no answer
    articles: int  # that it names, by the source's patterns
    problem: str


@dataclass(frozen=True, slots=True)
class Check:
    source: Source
    verdict: Verdict
    why: str  # one line; empty if all is well
    pages: tuple[PageCheck, ...] = ()
    articles: int = 0  # different ones that are named
    newest: datetime | None = None  # by feeds, sitemaps and the articles read; None: they do not say
    read: tuple[Article | Rejection, ...] = ()  # the newest few

    @property
    def readable(self) -> int:
        return sum(isinstance(found, Article) for found in self.read)


def check_sources(
    house: House, sources: Sequence[Source], watch: Watch, *, stale_after: timedelta = STALE_AFTER
) -> list[Check]:
    """A check of each source, in their order. Raises InvalidSetting without a contact."""
    found: dict[str, Check] = {}
    done = 0
    for start in range(0, len(sources), AT_ONCE):
        batch = sources[start : start + AT_ONCE]
        with _leased(house, batch, found) as free:
            looks = look_at(house.settings, free, "check", house.clock(), _after(watch, done)) if free else {}
        for source in free:
            look = looks[source.id]
            found[source.id] = check_of(look, house.clock(), stale_after)
            done += len(look.site.answers)
    return [found[source.id] for source in sources]


def _after(watch: Watch, done: int) -> Watch:
    """The progress of a batch on top of those before it."""
    return lambda progress: watch(
        Progress(progress.phase, done + progress.done, done + progress.total, progress.sources)
    )


@contextmanager
def _leased(house: House, sources: Sequence[Source], found: dict[str, Check]) -> Iterator[list[Source]]:
    """The sources that are free, leased; the others are found busy."""
    owner = owner_name(new_run_id(house.clock()))
    leases: list[Lease] = []
    free = []
    for source in sources:
        holder = house.ledger.owner_of(source.id)
        dead = frozenset({holder}) if holder and is_dead(holder) else frozenset()
        try:
            leases.append(house.ledger.lease(source.id, owner, house.clock(), dead=dead))
            free.append(source)
        except SourceBusy as busy:
            found[source.id] = Check(source, Verdict.BUSY, str(busy))
    with renewed(house, leases):
        yield free


def check_of(look: Look, now: datetime, stale_after: timedelta) -> Check:
    """What a look says of a source."""
    source, site = look.source, look.site
    named = [site.get(url) for url in named_pages(source)]
    answers = [answer for answer in site.answers.values() if answer.asked not in newest(source, site, SAMPLES)]
    pages = tuple(_page(source, answer) for answer in answers)
    items = {item.url: item.dated for answer in answers for item in items_of(source, answer)}
    samples = [(site.get(url), look.capture(url)) for url in newest(source, site, SAMPLES)]
    read = [extract(capture, source, "check") for _, capture in samples if capture is not None]
    articles = tuple(each for each in read if each is not None)
    dates = [each for each in items.values() if each is not None and each <= now + timedelta(days=1)]
    dates += [moment for each in articles if isinstance(each, Article) and (moment := _published(each, source))]
    last = max(dates, default=None)
    verdict, why = _verdict(look, named, pages, [answer for answer, _ in samples], articles)
    if verdict in (Verdict.OK, Verdict.PARTLY) and last is not None and now - last > stale_after:
        verdict, why = Verdict.STALE, f"its newest article is {(now - last).days} days old"
    return Check(source, verdict, why, pages, len(items), last, articles)


def _published(article: Article, source: Source) -> datetime | None:
    """When an article was published; the start of its day if the page gives no more."""
    if article.published_at is not None or article.published_date is None:
        return article.published_at
    return datetime.combine(article.published_date, datetime.min.time(), source.zone)


def _page(source: Source, answer: Answer) -> PageCheck:
    problem = answer.problem or ("" if answer.is_ok else f"answers {answer.status}")
    return PageCheck(answer.asked, answer.status, len({item.url for item in items_of(source, answer)}), problem)


def _verdict(
    look: Look,
    named: Sequence[Answer],
    pages: Sequence[PageCheck],
    samples: Sequence[Answer],
    articles: Sequence[Article | Rejection],
) -> tuple[Verdict, str]:
    """By the first thing that is wrong, the gravest first."""
    works = [answer for answer in named if answer.is_ok and not answer.is_barred]
    if not works:
        return _nothing_works(look, named)
    elsewhere = [answer.url for answer in works if not _is_at_home(look.source, answer)]
    if len(elsewhere) == len(works):
        return Verdict.MOVED, f"it answers from {host_of(elsewhere[0])}"
    if not any(page.articles for page in pages):
        links = sum(_named_by(answer) for answer in works)
        return Verdict.REDESIGNED, f"its pages name {links} addresses, and none of them is known for an article"
    if samples and all(answer.is_barred or answer.is_forbidden for answer in samples):
        kept_out = Verdict.FORBIDDEN if all(answer.is_forbidden for answer in samples) else Verdict.BLOCKED
        return kept_out, "its lists can be read, its articles cannot"
    bad = [each for each in articles if isinstance(each, Rejection)]
    if samples and len(bad) == len(articles):
        first = bad[0] if bad else None
        return Verdict.REDESIGNED, "none of its newest articles can be read" + (f": {first.reason}" if first else "")
    failed = [page for page in pages if page.problem]
    if failed:
        return Verdict.PARTLY, f"{failed[0].url}: {failed[0].problem}"
    if bad:
        return Verdict.PARTLY, f"{bad[0].url} cannot be read: {bad[0].reason}"
    return Verdict.OK, ""


def _nothing_works(look: Look, named: Sequence[Answer]) -> tuple[Verdict, str]:
    if named and all(answer.is_forbidden for answer in named):
        return Verdict.FORBIDDEN, "robots.txt forbids every page that names its articles"
    if any(answer.is_barred for answer in named):
        answer = next(each for each in named if each.is_barred)
        how = f"answers {answer.status}" if answer.status != 200 else "answers with a page that tests who asks"
        return Verdict.BLOCKED, f"{answer.asked} {how}"
    gone = next((answer for answer in named if 400 <= answer.status < 500), None)
    if gone is not None:
        return Verdict.REDESIGNED, f"{gone.asked} answers {gone.status}"
    first = next((answer for answer in named if answer.problem or answer.status), None)
    if first is None:
        return Verdict.UNREACHABLE, look.problem or "nothing was asked for"
    return Verdict.UNREACHABLE, f"{first.asked}: {first.problem or f'answers {first.status}'}"


def _is_at_home(source: Source, answer: Answer) -> bool:
    """Whether an answer came from the host that was asked, or from one of the source's."""
    hosts = frozenset({host_of(answer.asked), host_of(source.home), *source.former_domains})
    return is_own(host_of(answer.url), hosts)


def _named_by(answer: Answer) -> int:
    return len(answer.feed_items or answer.sitemap.pages or answer.sitemap.sitemaps or answer.links)
