"""A source file for a site, from what its pages showed. What they did not show is said in its notes, not invented."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

from crawlers.document_key import document_key
from crawlers.probing.facts import UNKNOWN_COUNTRY, Facts, facts_of, zone_for
from crawlers.probing.families import Family, Standing, merged
from crawlers.probing.patterns import patterns_for
from crawlers.probing.rounds import families
from crawlers.probing.sections import MAX_SECTIONS, Listing, listings_of, paged, section_candidates
from crawlers.probing.shapes import ascii_host, shape_of
from crawlers.probing.site import Answer, Site
from crawlers.source import Source


@dataclass(frozen=True, slots=True)
class Proposal:
    source: Source
    facts: Facts
    problems: tuple[str, ...]  # why it may not work as it is; empty: it should


def propose(
    site: Site,
    reads: Callable[[str], bool | None],
    today: date,
    *,
    source_id: str | None = None,
    delay: timedelta | None = None,
) -> Proposal:
    """A source for a site.

    `reads`: whether the page at a URL was read as an article; None: it was not fetched. `delay`: between two
    requests; None: the default."""
    facts = facts_of(site)
    accepted = accepted_families(site, reads)
    words = {word for url in section_candidates(site, accepted) if (word := _last_word(url))}
    patterns = patterns_for(accepted, site.moved(), words)
    keys: dict[str, Any] = {
        "id": source_id or id_for(site),
        "name": _name(facts, site),
        "country": facts.country or UNKNOWN_COUNTRY,
        "home": _ascii(site.home.url),
        "language": facts.language or "ar",
        "timezone": zone_for(facts)[0],
        "article_url": list(patterns.article_url),
        "ignore_url": list(patterns.ignore_url),
        "former_domains": _former(site),
    }
    if delay is not None:
        keys["politeness"] = {"delay": delay, "concurrency": 1}
    found = _discovery(site, Source.model_validate(keys), accepted)
    keys["discover"] = found
    problems = _problems(site, found, accepted, reads)
    keys["enabled"] = not problems
    keys["evidence"] = _evidence(found, accepted, today)
    keys["notes"] = _notes(site, facts, problems, today)
    return Proposal(Source.model_validate(keys), facts, tuple(problems))


def accepted_families(site: Site, reads: Callable[[str], bool | None]) -> list[Family]:
    """Families that are articles: a feed says so, or a page of theirs reads as one and most do not fail to.

    Of families that were not looked into, those with headlines are taken if they are of the same coarse shape as
    one that was. A family that leads to another's articles is taken with it."""
    found = families(site)
    moved = site.moved()
    read = [family for family in found if _is_read(family, reads)]
    shapes = {family.members[0].shape.coarse for family in read}
    unseen = [
        family
        for family in found
        if family.standing is Standing.LIKELY
        and family.members[0].shape.coarse in shapes
        and not any(url in site.answers for url in family.urls)
    ]
    accepted = merged([*read, *unseen])
    for family in found:
        targets = (shape_of(moved[url]) for url in family.urls if url in moved)
        if family not in read and any(target and target.coarse in shapes for target in targets):
            accepted.append(family)
    return accepted


def _is_read(family: Family, reads: Callable[[str], bool | None]) -> bool:
    looked = [result for url in family.urls if (result := reads(url)) is not None]
    if family.standing is Standing.SURE:
        return any(looked) or not looked
    return any(looked) and sum(looked) * 2 >= len(looked)


# --- how its articles are found -------------------------------------------------------------------


def _discovery(site: Site, source: Source, accepted: Sequence[Family]) -> dict[str, Any]:
    """Feeds and sitemaps that name articles, and section pages where they name more than these."""
    feeds = _useful(site.feeds, source)
    robots = site.robots_sitemaps
    maps = [each for each in site.sitemaps if _names_articles(site, each, source)]
    listed = [each for each in maps if each.asked in robots]
    top = [each for each in maps if each.asked not in robots and not _is_child(site, each)]
    found: dict[str, Any] = {"feeds": [each.asked for each in feeds]}
    found["sitemaps"] = (["robots"] if listed else []) + [each.asked for each in top]
    if site.wordpress and _is_wordpress(site):
        found["wordpress"] = [site.wordpress]
    listings = [paged(site, each, accepted) for each in listings_of(site, accepted)]
    covered = {document_key(url, source) for each in (*site.feeds, *site.sitemaps) for url in _names(each)}
    brings = [each for each in listings if {document_key(url, source) for url in each.articles} - covered]
    complete = any(not each.is_news_sitemap for each in maps)
    if brings or (listings and not complete):
        found["sections"] = [_section(each) for each in _with_siblings(site, listings, accepted)]
    return found


def _useful(feeds: list[Answer], source: Source) -> list[Answer]:
    """Feeds with articles, without those whose every item another one has."""
    kept: list[Answer] = []
    seen: set[str] = set()
    for feed in sorted(feeds, key=lambda each: -len(each.feed_items)):
        keys = {document_key(url, source) for url in feed.feed_items if source.is_article(url)}
        if keys - seen:
            kept.append(feed)
            seen |= keys
    return kept


def _names(answer: Answer) -> list[str]:
    return answer.feed_items or [link.url for link in answer.sitemap.pages]


def _names_articles(site: Site, answer: Answer, source: Source) -> bool:
    if any(source.is_article(link.url) for link in answer.sitemap.pages):
        return True
    children = [site.answers[link.url] for link in answer.sitemap.sitemaps if link.url in site.answers]
    return any(source.is_article(link.url) for child in children for link in child.sitemap.pages)


def _is_child(site: Site, answer: Answer) -> bool:
    return any(answer.asked == link.url for each in site.sitemaps for link in each.sitemap.sitemaps)


def _is_wordpress(site: Site) -> bool:
    posts = site.get(f"{site.wordpress}wp-json/wp/v2/posts")
    return posts.is_ok and posts.body.lstrip()[:1] == b"["


def _with_siblings(site: Site, listings: Sequence[Listing], accepted: Sequence[Family]) -> list[Listing]:
    """The listings, and links of the home page that are of the shape of one of them: not each was looked at."""
    known = {each.url: each for each in listings}
    shapes = {shape.coarse: each for each in listings if each.url != site.home.url and (shape := shape_of(each.url))}
    for url in section_candidates(site, accepted):
        shape = shape_of(url)
        like = shapes.get(shape.coarse) if shape is not None else None
        if like is not None and url not in known and url not in site.answers:
            known[url] = Listing(
                url, frozenset(), like.pages if (like.pages or "").startswith("?") else None, like.older
            )
    return list(known.values())[:MAX_SECTIONS]


def _section(listing: Listing) -> dict[str, str]:
    pages = {"pages": listing.pages} if listing.pages else {}
    return {"url": listing.url} | pages | ({"older": listing.older} if listing.older else {})


# --- what to call it ------------------------------------------------------------------------------


def id_for(site: Site) -> str:
    """From the host: its name without "www." and its ending, or all of an address."""
    host = (urlsplit(site.home.url).hostname or "site").removeprefix("www.")
    port = urlsplit(site.home.url).port
    labels = host.split(".")
    number = re.fullmatch(r"[\d.]+|[0-9a-f:]+", host)
    generic = {"com", "net", "org", "gov", "co", "news", "info", "edu", "ac"}
    while len(labels) > 1 and not number and (len(labels[-1]) == 2 or labels[-1] in generic or labels[-1].isalpha()):
        labels.pop()
        if not labels[-1] or (len(labels) > 1 and labels[-1] not in generic):
            break
    name = "-".join(labels) if not number else host
    name = f"{name}-{port}" if number and port else name
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:60] or "site"


def _name(facts: Facts, site: Site) -> dict[str, str]:
    host = (urlsplit(site.home.url).hostname or "").removeprefix("www.")
    return {"ar": facts.name_ar or facts.name_en or host, "en": facts.name_en or host}


def _former(site: Site) -> list[str]:
    began, now = (urlsplit(url).hostname or "" for url in (site.address, site.home.url))
    bare = [host.removeprefix("www.") for host in (began, now)]
    return [began] if bare[0] != bare[1] and not bare[1].endswith(f".{bare[0]}") else []


def _ascii(url: str) -> str:
    """The URL with its host as DNS knows it."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    return url.replace(host, ascii_host(host), 1)


def _last_word(url: str) -> str | None:
    """The word that a section is called by in its URL."""
    shape = shape_of(url)
    words = [step.text for step in shape.places if step.kind == "word"] if shape is not None else []
    return words[-1] if words else None


# --- what it rests on ------------------------------------------------------------------------------


def _evidence(found: dict[str, Any], accepted: Sequence[Family], today: date) -> list[dict[str, Any]]:
    kinds = {"feeds": "feed", "sitemaps": "sitemap", "wordpress": "wordpress", "sections": "section"}
    seen = [kinds[key] for key in kinds if found.get(key)]
    rows = [{"what": kind, "level": "validated", "as_of": today} for kind in seen]
    count = sum(len(family.members) for family in accepted)
    if accepted:
        rows.append({"what": f"article_url, from {count} links", "level": "validated", "as_of": today})
    return rows


def _problems(
    site: Site, found: dict[str, Any], accepted: Sequence[Family], reads: Callable[[str], bool | None]
) -> list[str]:
    """Why a crawl by this file would not bring what it should."""
    home = site.home
    if home.is_forbidden:
        return ["robots.txt forbids us the home page"]
    if home.status == 0:
        return [f"no answer: {home.problem}"]
    if home.is_barred:
        return [f"it turns programs away: {home.status}, or a page that tests who asks"]
    problems = [] if home.is_ok else [f"the home page answers {home.status}"]
    if not any(found.values()):
        problems.append("no feed, no sitemap and no page that lists articles was found")
    if not accepted:
        problems.append("no articles were recognised among its links")
    elif not any(reads(url) for family in accepted for url in family.urls):
        problems.append("no sample could be read as an article")
    return problems


def _notes(site: Site, facts: Facts, problems: Sequence[str], today: date) -> str:
    zone, why = zone_for(facts)
    lines = [f"Probed {today.isoformat()} with {len(site.answers)} requests."]
    lines += [f"Not enabled: {'; '.join(problems)}."] if problems else []
    if facts.country is None:
        lines.append(f"Its country is not known: {UNKNOWN_COUNTRY} stands for that.")
    else:
        lines.append(f"Country by {facts.country_from}.")
    lines.append(f"Time zone {zone}: {why}.")
    if facts.software:
        lines.append(f"Software: {facts.software}.")
    declared = facts.charset_declared or "none"
    if declared.lower() != facts.charset_used:
        lines.append(f"Charset declared: {declared}; read as {facts.charset_used}.")
    lines.append(f"JSON-LD of articles: {'yes' if facts.json_ld else 'no'}. AMP: {'yes' if facts.amp else 'no'}.")
    if urljoin(site.address, "/") != urljoin(site.home.url, "/"):
        lines.append(f"Asked for as {site.address}.")
    return " ".join(lines)
