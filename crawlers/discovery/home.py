"""What a home page names when a source file names nothing: feeds, and sections; and which links look like articles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from crawlers.discovery import absolute
from crawlers.discovery.periods import day_in
from crawlers.discovery.sections import Page, links_in_page

_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml")
_MENU = "nav a, header a, [class*=menu] a, [class*=nav] a, [id*=menu] a, [id*=nav] a"
_LISTS = frozenset(
    (
        *("tag", "tags", "category", "categories", "cat", "topic", "topics", "section", "sections", "page", "pages"),
        *("author", "authors", "writer", "writers", "search", "archive", "archives", "rss", "feed", "feeds", "sitemap"),
        *("login", "register", "contact", "about", "privacy", "terms", "advertise", "subscribe", "newsletter", "live"),
        *("video", "videos", "photo", "photos", "gallery", "galleries", "programs"),
    )
)
_MEDIA = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|mp[34]|m3u8|zip|docx?|xlsx?|css|js|ico|xml)$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{4,}")
_WORDS_APART = re.compile(r"[^\W_]+(?:[-_+\u0640]|%20|\s)+", re.IGNORECASE)
_QUERY_ID = re.compile(
    r"(?:^|&)(?:id|aid|nid|p|article|news|story|sid|newsid|articleid|q=node/|q=news/)=?(\d{2,})(?:&|$)", re.I
)
MAX_SECTION_STEPS = 2
SLUG_WORDS = 4  # words in a path step, from which on it is a headline


@dataclass(frozen=True, slots=True)
class Named:
    feeds: tuple[str, ...]
    sections: tuple[str, ...]


def named_by_home(page: Page, is_own: Callable[[str], bool]) -> Named:
    """Feeds that a home page announces, and pages in its menus that are no articles, each once, in its order."""
    alternates = page.html.css("link[rel~=alternate]")
    written = (each.attrib.get("href", "") for each in alternates if each.attrib.get("type", "").lower() in _FEED_TYPES)
    feeds = dict.fromkeys(found for each in written if each and (found := absolute(page.url, each, page.charset)))
    menu = (link.url for link in links_in_page(page, page.url, _MENU) if is_own(link.url))
    return Named(tuple(feeds), tuple(url for url in menu if _is_section(url, page.url)))


def _is_section(url: str, home: str) -> bool:
    parts = urlsplit(url)
    steps = [step for step in parts.path.split("/") if step]
    if url.rstrip("/") == home.rstrip("/") or _MEDIA.search(parts.path) or looks_like_article(url):
        return False
    return (0 < len(steps) <= MAX_SECTION_STEPS) or bool(parts.query)


def looks_like_article(url: str) -> bool:
    """Whether an address alone looks like that of an article: a day, a long number, or a headline stands in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    steps = [step for step in parts.path.split("/") if step]
    if _MEDIA.search(parts.path) or any(step.lower() in _LISTS for step in steps[:2]):
        return False
    if _QUERY_ID.search(parts.query) or (parts.fragment.startswith("!") and _NUMBER.search(parts.fragment)):
        return True
    if not steps:
        return False
    is_headline = len(_WORDS_APART.findall(steps[-1])) >= SLUG_WORDS - 1
    return is_headline or any(_NUMBER.search(step) for step in steps) or (day_in(parts.path) is not None)
