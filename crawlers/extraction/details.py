"""The smaller facts of an article: authors, language, section, tags, images, canonical URL."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote, urljoin, urlsplit

from crawlers.extraction import arabic
from crawlers.extraction.languages import language_of
from crawlers.extraction.metadata import Metadata, text_in, types_of
from crawlers.extraction.page import Element, ancestors, marks, selected_texts, short_text, text_of
from crawlers.source import Source
from storage.model import Image

_BYLINE = re.compile(
    r"^(?:(?:كتبت?|بقلم|by|written by)\b\s*[:/|\-]*|(?:تحرير|[إا]عداد|الكاتب|المحرر)\s*[:/|\-]+)\s*", re.IGNORECASE
)
_BYLINE_MARK = re.compile(r"(?:^|[\s_-])(?:author|byline|writer)(?:[\s_-]?name)?(?:$|\s)")
_AUTHOR_PAGE = re.compile(r"/(?:authors?|writers?|editors?|reporters?|كاتب|الكاتب|كتاب)/.", re.IGNORECASE)
_LOGIN = re.compile(r"[a-z0-9._-]+")  # what content systems call their users; no name is printed so
_NOBODY = frozenset(map(arabic.folded, ("admin", "editor", "الموقع", "الإدارة", "أدمن", "المحرر", "المدير")))
_WRITTEN_BY = re.compile(r"كتبت?\s*[:/]|بقلم\b")
_MAX_BYLINE_CHILDREN = 3
_MAX_NAME_CHARS = 60
# Hosts whose last two labels are a suffix anyone registers under: com.sa, net.jo, org.eg, co.uk …
_SECOND_LEVEL: Final = frozenset(("com", "net", "org", "gov", "edu", "co", "ac", "info", "mil", "press"))


def authors(tree: Element, metadata: Metadata, title: str, source: Source) -> tuple[str, ...]:
    """Names of people, in order: the source's rule, JSON-LD, meta, an element marked as author.

    The publisher's own names, URLs and accounts are not authors."""
    ruled = selected_texts(tree, source.reading.authors)
    if ruled:
        return _names(ruled, set())
    publisher = _publisher_names(metadata, source)
    people = [name for item in metadata.about(title) for name in _people(item.get("author"), metadata)]
    metas = [content for key in ("author", "article:author") for content in metadata.every(key)]
    for found in (people, metas, _marked(tree), _written_by(tree)):
        names = _names(found, publisher)
        if names:
            return names
    return ()


def _people(value: Any, metadata: Metadata) -> list[str]:
    if isinstance(value, list):
        return [name for one in value for name in _people(one, metadata)]
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict) or "Organization" in types_of(value):
        return []
    name = text_in(value, "name")
    if name is None and value.get("@id"):
        same = (item for item in metadata.items if item.get("@id") == value["@id"])
        name = next((found for item in same if (found := text_in(item, "name"))), None)
    return [name] if name else []


def _marked(tree: Element) -> list[str]:
    """The first element marked as an author, or link to an author's page, that is not in a sidebar."""
    for element in tree.iter("a", "span", "div", "p", "address"):
        linked = element.tag == "a" and _AUTHOR_PAGE.search(unquote(element.get("href") or ""))
        if not linked and not _BYLINE_MARK.search(marks(element)):
            continue
        text = text_of(element)
        elsewhere = any(one.tag in ("aside", "footer", "nav", "li", "form") for one in ancestors(element))
        if 0 < len(text) <= _MAX_NAME_CHARS and not elsewhere:
            return [text]
    return []


def _written_by(tree: Element) -> list[str]:
    """The first short line that says who wrote it: "كتبت: …", "بقلم …"."""
    for element in tree.iter("span", "div", "p", "li", "strong", "h4", "h5"):
        text = short_text(element, _MAX_NAME_CHARS) if len(element) <= _MAX_BYLINE_CHILDREN else ""
        if _WRITTEN_BY.match(text):
            return [text]
    return []


def _names(found: list[str], publisher: set[str]) -> tuple[str, ...]:
    names: list[str] = []
    for text in found:
        name = _BYLINE.sub("", arabic.one_line(arabic.without_direction(text))).strip(" ،,:|-")
        plain = arabic.folded(name)
        usable = 2 < len(name) <= _MAX_NAME_CHARS and not re.search(r"https?:|www\.|@|\d{3}", name)
        usable = usable and not _LOGIN.fullmatch(name)
        if usable and plain and not any(plain == one or one in plain for one in publisher) and name not in names:
            names.append(name)
    return tuple(names)


def _publisher_names(metadata: Metadata, source: Source) -> set[str]:
    labels = (urlsplit(source.home).hostname or "").removeprefix("www.").split(".")
    said = [metadata.first("og:site_name", "application-name"), source.name.ar, source.name.en, labels[0]]
    return {folded for name in said if name and len(folded := arabic.folded(name)) > 2} | _NOBODY


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
