"""Which sitemaps of an index are worth reading again, so that a daily run does not read millions of URLs.

What an index says of a sitemap's last change decides, if it says anything; else the days in its name, what it
brought before, and its place: news are added at one end."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from crawlers.discovery import Link
from crawlers.discovery.periods import period_in
from storage.link_pages import LinkPage

CLOCKS_DIFFER = timedelta(hours=1)  # between a publisher and us
EDITED_FOR = timedelta(days=35)  # a month's sitemap is looked at for so long after its last day
LOOKED_AT_AGAIN = timedelta(days=7)  # the longest that one which says nothing of its changes is left alone
MIN_DATES = 5  # in a sitemap, to tell whether they are believed
STALE_A_RUN = 5  # such ones read again in a run, beside those at the ends
_NUMBER = re.compile(r"(\d+)(?!.*\d)")


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days asked for, as moments; None: no bound."""

    since: datetime | None = None
    until: datetime | None = None  # the moment after


@dataclass(frozen=True, slots=True)
class Chosen:
    links: tuple[Link, ...]  # newest first
    unchanged: int  # read before, and not changed since
    outside: int  # of days that were not asked for


def sitemaps_to_read(
    listed: Sequence[Link], known: Mapping[str, LinkPage], bounds: Bounds, now: datetime, *, again: bool
) -> Chosen:
    """Choose from an index. `known`: when each was read before; `again`: what says nothing may be looked at again."""
    inside = [link for link in listed if not _is_outside(link, bounds)]
    fresh, silent = [], []
    for place, link in enumerate(inside):
        page = known.get(link.url)
        if page is None or not page.whole:
            fresh.append(link)
        elif link.dated is not None:
            if not _is_unchanged(link.dated, page):
                fresh.append(link)
        elif again and not _is_over(link, page, now):
            silent.append((place in (0, len(inside) - 1), link, page))
    chosen = fresh + _worth_a_look(silent, now)
    newest = sorted(chosen, key=_newness, reverse=True)
    return Chosen(tuple(newest), len(inside) - len(chosen), len(listed) - len(inside))


def not_long_after(links: Sequence[Link], until: datetime) -> list[Link]:
    """Without those that were changed last long after `until`, where the sitemap's dates of change can be believed.

    They cannot where half of them fall on one day: then a program wrote them anew. An article of the window that was
    changed more than EDITED_FOR later is missed by this; without it, a week of one year would cost all years since."""
    days = Counter(link.dated.date() for link in links if link.dated is not None)
    if len(links) < MIN_DATES or not days or max(days.values()) * 2 >= len(links):
        return list(links)
    return [link for link in links if not (link.changed and link.dated is not None and link.dated > until + EDITED_FOR)]


def _is_outside(link: Link, bounds: Bounds) -> bool:
    """Whether nothing in a sitemap can be of the days asked for: changed before them last, or named for others."""
    if bounds.since is not None and link.dated is not None and link.dated + _fuzz(link.dated) < bounds.since:
        return True
    period = period_in(link.url)
    if period is None:
        return False
    first, last = period
    too_old = bounds.since is not None and last + timedelta(days=1) < bounds.since.date()
    return too_old or (bounds.until is not None and first - timedelta(days=1) > bounds.until.date())


def _fuzz(moment: datetime) -> timedelta:
    """How much later a change may have come than an index says: a day alone says no hour."""
    return timedelta(days=1) if moment.time() == time() else CLOCKS_DIFFER


def _is_unchanged(changed: datetime, page: LinkPage) -> bool:
    if changed + _fuzz(changed) < page.read_at:
        return True
    return page.changed_at is not None and changed <= page.changed_at and changed.time() != time()


def _is_over(link: Link, page: LinkPage, now: datetime) -> bool:
    """Whether its name says that its days are long past, and it was read after them."""
    period = period_in(link.url)
    if period is None:
        return False
    ended: date = period[1]
    return page.read_at.date() > ended + EDITED_FOR or (now.date() > ended + EDITED_FOR and page.read_at.date() > ended)


def _worth_a_look(silent: list[tuple[bool, Link, LinkPage]], now: datetime) -> list[Link]:
    """Of those that say nothing of their changes: the first and the last, those that brought something when they were
    read last, and of the rest those not looked at for longest."""
    lively: list[tuple[datetime, Link]] = []
    rest: list[tuple[datetime, Link]] = []
    for at_an_end, link, page in silent:
        (lively if at_an_end or page.brought_at == page.read_at else rest).append((page.read_at, link))
    rest.sort(key=lambda pair: pair[0])
    old = [link for read_at, link in rest[:STALE_A_RUN] if now - read_at > LOOKED_AT_AGAIN]
    return [link for _, link in lively] + old


def _newness(link: Link) -> tuple[date, int]:
    period = period_in(link.url)
    number = _NUMBER.search(link.url)
    day = link.dated.date() if link.dated else period[1] if period else date.max
    return day, int(number[1]) if number and len(number[1]) < 10 else 0
