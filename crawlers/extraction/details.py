"""The smaller facts of an article: language, subtitle, section, tags, images with captions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, islice
from typing import Any, Final
from urllib.parse import urlsplit

from crawlers.extraction.arabic import folded, one_line
from crawlers.extraction.canonical import absolute
from crawlers.extraction.languages import language_of
from crawlers.extraction.metadata import Metadata, text_in, types_of
from crawlers.extraction.page import Element, ancestors, holds_the_page, marks, short_text, text_of
from crawlers.source import Source
from storage.model import Image

_DECK = re.compile(r"sub-?_?(?:title|headline|heading)|deck|standfirst|excerpt|summary|tagline|secondary")
_DECK_CHARS: Final = (12, 300)
_NEAR_ELEMENTS: Final = 25  # from the title to a deck below it
_NEXT_ELEMENTS: Final = 6  # for a heading that nothing marks as one
_OTHER_PLACES: Final = frozenset(("aside", "footer", "nav", "form", "header"))
_CRUMBS = re.compile(r"breadcrumb|crumbs")
_CAPTION = re.compile(r"caption|image-?_?desc|photo-?_?desc")
_HOME = frozenset(map(folded, ("الرئيسية", "الصفحة الرئيسية", "home")))
_MAX_IMAGES: Final = 30
_MAX_TAGS: Final = 50
_MAX_CAPTION_CHARS: Final = 500


def language(tree: Element, metadata: Metadata, text: str, source: Source) -> str | None:
    """What the text's letters say; what the page declares, or the source, where they leave it open."""
    declared = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    declared = declared or metadata.first("og:locale", "content-language", "language")
    return language_of(text, declared, source.language)


def subtitle(tree: Element, metadata: Metadata, title: str, place: Element | None, lines: Sequence[str]) -> str | None:
    """What stands below the title and is no part of the story: JSON-LD's, or a heading or marked element there."""
    said = next((found for item in metadata.about(title) if (found := text_in(item, "alternativeHeadline"))), None)
    if said is not None or place is None:
        return said
    known = folded("\n".join(lines))
    below = dropwhile(lambda element: element is not place, tree.iter())
    inside = set(place.iter())
    for number, element in enumerate(islice((one for one in below if one not in inside), _NEAR_ELEMENTS)):
        heads = element.tag in ("h2", "h3", "h4") and number < _NEXT_ELEMENTS
        if heads or (isinstance(element.tag, str) and _DECK.search(marks(element))):
            text = short_text(element, _DECK_CHARS[1])
            fits = len(text) >= _DECK_CHARS[0] and folded(text) not in (folded(title), "")
            if fits and folded(text) not in known and element.find(".//a") is None and not _elsewhere(element):
                return text
    return None


def section(tree: Element, metadata: Metadata, title: str) -> str | None:
    """The section a story is filed under: what machines are told, else the last step of the breadcrumb above it."""
    said = [metadata.first("article:section"), *(text_in(item, "articleSection") for item in metadata.about(title))]
    named = next((one for one in said if one), None)
    if named is not None:
        return named
    for steps in (_crumbs_told(metadata), _crumbs_shown(tree)):
        left = [step for step in steps if folded(step) not in (*_HOME, folded(title))]
        if left:
            return left[-1]
    return None


def _crumbs_told(metadata: Metadata) -> list[str]:
    for item in metadata.items:
        steps = item.get("itemListElement")
        if "BreadcrumbList" in types_of(item) and isinstance(steps, list):
            objects = [step for step in steps if isinstance(step, dict)]
            names = (text_in(step, "name") or text_in(_object(step.get("item")), "name") for step in objects)
            return [name for name in names if name]
    return []


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _crumbs_shown(tree: Element) -> list[str]:
    for element in tree.iter("nav", "ul", "ol", "div"):
        if _CRUMBS.search(marks(element)):
            return [text for link in element.iter("a") if (text := short_text(link, 60))]
    return []


def tags(tree: Element, metadata: Metadata, title: str) -> tuple[str, ...]:
    """article:tag, JSON-LD keywords, links marked as tags, else meta keywords; in order, each once."""
    told = [word for item in metadata.about(title) for word in _keywords(item.get("keywords"))]
    linked = [
        text for link in tree.iter("a") if "tag" in (link.get("rel") or "").split() and (text := short_text(link, 80))
    ]
    metas = metadata.every("keywords")[:1] or metadata.every("news_keywords")[:1]
    said = metadata.every("article:tag") or told or linked or metas
    parts = (one_line(part).strip("#") for one in said for part in re.split(r"[,،;]", one))
    return tuple(dict.fromkeys(part for part in parts if part))[:_MAX_TAGS]


def _keywords(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            yield one


def images(tree: Element, metadata: Metadata, url: str) -> tuple[Image, ...]:
    """The picture a page names for itself (og:image), then those that stand in it with a caption."""
    alts = metadata.every("og:image:alt")
    shared = [there for one in metadata.every("og:image") if (there := absolute(url, one)) is not None]
    found: dict[str, str | None] = {
        one: alts[n] if n < len(alts) else None for n, one in enumerate(dict.fromkeys(shared))
    }
    for link, caption in _captioned(tree):
        there = absolute(url, link)
        if there is not None:
            same = next((one for one in found if _file(one) == _file(there)), there)
            found[same] = caption
    return tuple(Image(one, caption) for one, caption in islice(found.items(), _MAX_IMAGES))


def _captioned(tree: Element) -> Iterator[tuple[str, str]]:
    for holder in tree.iter("figure", "div"):
        if holder.tag == "div" and "wp-caption" not in (holder.get("class") or ""):
            continue
        pictures = [link for picture in holder.iter("img", "amp-img") if (link := _link_of(picture))]
        captions = (one for one in holder.iter() if one.tag == "figcaption" or _CAPTION.search(marks(one)))
        words = next((text for one in captions if one is not holder and (text := text_of(one))), "")
        if len(pictures) == 1 and 0 < len(words) <= _MAX_CAPTION_CHARS and not _elsewhere(holder):
            yield pictures[0], words


def _link_of(picture: Element) -> str:
    names = ("data-src", "data-lazy-src", "data-original", "src")
    links = (picture.get(name) or "" for name in names)
    return next((link for link in links if link and not link.startswith("data:")), "")


def _file(url: str) -> str:
    return urlsplit(url).path.rpartition("/")[2]


def _elsewhere(element: Element) -> bool:
    return any(one.tag in _OTHER_PLACES and not holds_the_page(one) for one in ancestors(element))
