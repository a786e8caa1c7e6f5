"""What to ask an unknown site for, round by round: each round knows the answers of those before it.

At most MAX_ASKED requests in all, so that a look is no burden."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urljoin

from crawlers.probing.families import Family, Standing, families_of
from crawlers.probing.sections import listings_of, page_guesses, section_candidates
from crawlers.probing.site import Site

MAX_ASKED = 32
MAX_FEEDS = 5
MAX_SITEMAPS = 3
_SAMPLES = 3  # articles of the main family; one of each other
_OTHER_FAMILIES = 5
_FEED_GUESSES = ("/rss.xml", "/feed", "/rss", "/atom.xml", "/feed.xml")
_SITEMAP_GUESSES = ("/sitemap.xml", "/sitemap_index.xml", "/news-sitemap.xml", "/sitemap-news.xml")


def next_round(site: Site, number: int) -> list[str] | None:
    """URLs to ask for in a round (from 0), none of them asked before; None after the last round."""
    if number >= len(ROUNDS):
        return None
    left = MAX_ASKED - len(site.answers)
    wanted = [url for url in dict.fromkeys(ROUNDS[number](site)) if url not in site.answers]
    return wanted[: max(0, left)]


def _home(site: Site) -> Sequence[str]:
    return [site.address]


def _declared(site: Site) -> Sequence[str]:
    if not site.home.is_ok:
        return [urljoin(site.address, "/robots.txt")]
    wordpress = [f"{site.wordpress}wp-json/wp/v2/posts"] if site.wordpress else []
    return [urljoin(site.home.url, "/robots.txt"), *site.declared_feeds[:MAX_FEEDS], *wordpress]


def _guessed(site: Site) -> Sequence[str]:
    """Sitemaps, and feeds where none was declared: where many sites have them."""
    if site.home.is_forbidden or (site.home.is_barred and not site.home.is_ok):
        return []
    base = site.home.url
    feeds = [] if site.feeds else [urljoin(base, guess) for guess in _FEED_GUESSES]
    sitemaps = site.robots_sitemaps[:MAX_SITEMAPS] or [urljoin(base, guess) for guess in _SITEMAP_GUESSES]
    return [*sitemaps, *feeds]


def _deeper(site: Site) -> Sequence[str]:
    """The newest sitemaps of an index, the first one, and some of the sections."""
    children = [link for each in site.sitemaps for link in each.sitemap.sitemaps]
    newest = (
        sorted(children, key=lambda link: (link.dated is not None, link.dated), reverse=True)[:2]
        if (all(link.dated for link in children))
        else children[-2:]
    )
    chosen = [link.url for link in [*newest, *children[:1]]]
    return [*chosen, *section_candidates(site, families(site))[:3]]


def _older(site: Site) -> Sequence[str]:
    return [guess for listing in listings_of(site, families(site)) for guess in page_guesses(site, listing)]


def _samples(site: Site) -> Sequence[str]:
    found = [family for family in families(site) if family.standing is not Standing.NO]
    main = next((family for family in found if family.standing >= Standing.LIKELY), None)
    chosen = [] if main is None else sample_of(main, _SAMPLES)
    for family in [family for family in found if family is not main][:_OTHER_FAMILIES]:
        chosen += sample_of(family, 1 if main else 2)
    return chosen


def sample_of(family: Family, count: int) -> list[str]:
    """Some of a family's URLs: those that feeds name first, and not all from one end."""
    ranked = sorted(family.members, key=lambda member: not member.by & {"feed", "news"})
    return [member.url for member in ranked[:count]]


def families(site: Site) -> list[Family]:
    return families_of(site.named(), site.hosts)


ROUNDS: tuple[Callable[[Site], Sequence[str]], ...] = (_home, _declared, _guessed, _deeper, _older, _samples)
