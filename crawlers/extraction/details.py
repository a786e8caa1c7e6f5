"""The smaller facts of an article: authors, language, section, tags, images, canonical URL."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.extraction import arabic
from crawlers.extraction.languages import language_of
from crawlers.extraction.metadata import Metadata, text_in
from crawlers.extraction.page import Element
from crawlers.source import Source
from storage.model import Image

# Hosts whose last two labels are a suffix anyone registers under: com.sa, net.jo, org.eg, co.uk …
_SECOND_LEVEL: Final = frozenset(("com", "net", "org", "gov", "edu", "co", "ac", "info", "mil", "press"))


def language(tree: Element, metadata: Metadata, text: str, source: Source) -> str | None:
    """What the text's letters say; what the page declares, or the source, where they leave it open."""
    declared = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    declared = declared or metadata.first("og:locale", "content-language", "language")
    return language_of(text, declared, source.language)


def subtitle(metadata: Metadata, title: str) -> str | None:
    return next((found for item in metadata.about(title) if (found := text_in(item, "alternativeHeadline"))), None)


def section(metadata: Metadata, title: str) -> str | None:
    said = metadata.first("article:section")
    found = (text_in(item, "articleSection") for item in metadata.about(title))
    return said or next((one for one in found if one), None)


def tags(metadata: Metadata) -> tuple[str, ...]:
    """article:tag, else keywords; in order, each once."""
    said = metadata.every("article:tag") or metadata.every("keywords")[:1] or metadata.every("news_keywords")[:1]
    parts = (arabic.one_line(part) for one in said for part in re.split(r"[,،;]", one))
    return tuple(dict.fromkeys(part for part in parts if part))


def images(metadata: Metadata, url: str) -> tuple[Image, ...]:
    """The pictures a page names for itself (og:image), without those that are no http URL."""
    captions = metadata.every("og:image:alt")
    found = dict.fromkeys(absolute for one in metadata.every("og:image") if (absolute := _absolute(url, one)))
    return tuple(Image(one, captions[number] if number < len(captions) else None) for number, one in enumerate(found))


def canonical(tree: Element, url: str) -> tuple[str | None, tuple[str, ...]]:
    """The page's canonical URL, and flags: one that names another publisher is refused."""
    for link in tree.iter("link"):
        if "canonical" in (link.get("rel") or "").lower().split() and link.get("href"):
            absolute = _absolute(url, link.get("href").strip())
            if absolute is None:
                return None, ("canonical-unusable",)
            if registrable(absolute) != registrable(url):
                return None, ("canonical-elsewhere",)
            return absolute, ()
    return None, ()


def _absolute(url: str, link: str) -> str | None:
    try:
        absolute = urljoin(url, link)
        usable = urlsplit(absolute).scheme in ("http", "https") and urlsplit(absolute).hostname
    except ValueError:
        return None
    return absolute if usable else None


def registrable(url: str) -> str:
    """The part of a host that a publisher registers: example.com, example.com.sa; an address as it is."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    labels = host.split(".")
    if ":" in host or host.replace(".", "").isdigit():
        return host
    wide = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if wide else -2 :])
