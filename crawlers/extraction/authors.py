"""Who wrote an article: people apart from agencies, in the order the page names them.

The source's rule, JSON-LD, meta, elements marked as author near the title, labelled lines ("كتبت: …", "بقلم …"),
and bare names beside the title or signed below the story. What a publisher calls itself is no author."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from crawlers.extraction.arabic import folded, words
from crawlers.extraction.bylines import MAX_LINE_CHARS, is_dated, label_in, people_in, source_in
from crawlers.extraction.metadata import Metadata, text_in, types_of
from crawlers.extraction.names import is_agency, looks_like_a_name
from crawlers.extraction.nobodies import is_nobody
from crawlers.extraction.page import UNSEEN, Element, ancestors, holds_the_page, marks, selected_texts, short_text
from crawlers.extraction.titles import Title, name_in_title
from crawlers.source import Source

_AUTHOR_WORDS: Final = words(
    """
    author authors byline writer writers reporter journalist authorname writername username columnist kateb katib
    postauthor articleauthor newsauthor
    """
)
_AUTHOR_PAGE = re.compile(
    r"/(?:authors?|writers?|editors?|reporters?|columnists?|journalists?|profile|كاتب|الكاتب|كتاب|محرر)/.",
    re.IGNORECASE,
)
_MAY_SAY = re.compile(r"author|byline|writer|reporter|journalist|username|columnist|kateb|katib")  # any of the words
_WORD = re.compile(r"[a-z]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER_PLACES: Final = frozenset(("aside", "footer", "nav", "form"))
_BYLINE_TAGS: Final = words("a span div p li address strong b em i small font td h3 h4 h5 h6")
_MAX_CHILDREN: Final = 6  # elements in a byline
_BESIDE = re.compile(r"\s*[|•·]\s*|\s+[-–—ـ_/]+\s+")
_NEAR_CHARS: Final = 900  # shown characters from the title to the byline below it
_NEAR_ELEMENTS: Final = 400
_DIGIT = re.compile(r"\d")
_NAME_AND_PLACE: Final = 2
_MAKER = re.compile(r"\b(?:develop|design|power|program)|تصميم|تطوير|برمجة", re.IGNORECASE)  # who made the site


@dataclass(frozen=True, slots=True)
class Authors:
    people: tuple[str, ...]
    agency: str | None  # as printed


def find_authors(
    tree: Element, metadata: Metadata, title: Title | None, signed: Sequence[str], source: Source
) -> Authors:
    """People and agency; the first place that names people says who they are.

    `signed`: the lines that `without_signature` took from the story's ends."""
    publisher = _publisher_names(metadata, source)
    if title is not None:  # columns name their writer in the page's title
        publisher |= {name for name in name_in_title(tree, title) if not looks_like_a_name(name)}
    agency: str | None = None
    for found in _places(tree, metadata, title, signed, source):
        people, said = people_in(found, publisher)
        agency = agency or said
        if people:
            return Authors(people, agency)
    return Authors((), agency or next(filter(None, map(source_in, signed)), None))


def _places(
    tree: Element, metadata: Metadata, title: Title | None, signed: Sequence[str], source: Source
) -> Iterator[list[str]]:
    yield selected_texts(tree, source.reading.authors)
    name = title.text if title is not None else ""
    yield [one for item in metadata.about(name) for one in _people(item.get("author"), metadata)]
    every = list(tree.iter())
    near = list(_around(every, title.element if title is not None else None))
    yield _labelled(near)
    yield from ([one] for one in _marked(near))
    yield [content for key in ("author", "article:author", "dc.creator", "parsely-author", "sailthru.author")
           for content in metadata.every(key)
        if not _MAKER.search(content)]  # fmt: skip
    yield from ([one] for one in _marked(every))
    yield [line for line in signed if source_in(line) is None]
    yield _labelled(every)
    yield list(islice(_bare(near), 1))


def _people(value: Any, metadata: Metadata) -> list[str]:
    if isinstance(value, list):
        return [name for one in value for name in _people(one, metadata)]
    if isinstance(value, str):
        return [value]
    if not isinstance(value, dict):
        return []
    name = text_in(value, "name")
    if name is None and value.get("@id"):
        same = (item for item in metadata.items if item.get("@id") == value["@id"])
        name = next((found for item in same if (found := text_in(item, "name"))), None)
    if "Organization" in types_of(value) and not (name and is_agency(name)):
        return []
    return [name] if name else []


def _around(every: Sequence[Element], title: Element | None) -> Iterator[Element]:
    """Elements from a little above the title to the first prose below it, the nearest first."""
    if title is None:
        return
    at = next((number for number, element in enumerate(every) if element is title), 0)
    shown = 0
    for element in islice(every, at, at + _NEAR_ELEMENTS):
        yield element
        if isinstance(element.tag, str) and element.tag not in UNSEEN:
            shown += len((element.text or "").strip()) + len((element.tail or "").strip())
        if shown > _NEAR_CHARS:
            break
    yield from reversed(every[max(0, at - 40) : at])


def _marked(elements: Iterable[Element]) -> Iterator[str]:
    """Texts of elements marked as an author, or that link to an author's page, outside sidebars and comments."""
    for element in elements:
        if element.tag not in _BYLINE_TAGS:
            continue
        linked = element.tag == "a" and _is_an_authors(element.get("href") or "")
        if not linked and not (_MAY_SAY.search(marks(element)) and _says_author(element)):
            continue
        text = short_text(element, MAX_LINE_CHARS)
        if text and not _elsewhere(element) and not _only_heard(element):
            yield text


@lru_cache(maxsize=4096)
def _is_an_authors(link: str) -> bool:
    return _AUTHOR_PAGE.search(unquote(link)) is not None


def _says_author(element: Element) -> bool:
    given = " ".join([value for name in ("class", "id", "itemprop", "rel") if (value := element.get(name))])
    return _names_an_author(given)


@lru_cache(maxsize=4096)
def _names_an_author(given: str) -> bool:
    return not _AUTHOR_WORDS.isdisjoint(_WORD.findall(_CAMEL.sub("-", given).lower()))


def _only_heard(element: Element) -> bool:
    """Whether an element is hidden from those who see the page: what it says is a label."""
    return any(mark in marks(element) for mark in ("visually-hidden", "visuallyhidden", "sr-only", "screen-reader"))


def _elsewhere(element: Element) -> bool:
    around = (one for one in (element, *ancestors(element)) if one.tag not in ("html", "body"))
    return any((one.tag in _OTHER_PLACES and not holds_the_page(one)) or "comment" in marks(one) for one in around)


def _labelled(elements: Iterable[Element]) -> list[str]:
    """The first short line that says who wrote it: "كتبت: …", "بقلم …"."""
    for element in elements:
        if element.tag in _BYLINE_TAGS and (text := short_text(element, MAX_LINE_CHARS)):
            said = label_in(text)
            if said is not None and len(element) <= _MAX_CHILDREN and not _elsewhere(element):
                return [said]
    return []


def _bare(elements: Iterable[Element]) -> Iterator[str]:
    """Names that stand alone, or beside a date, a house or an agency."""
    for element in elements:
        if element.tag not in _BYLINE_TAGS or not (text := short_text(element, MAX_LINE_CHARS).rstrip(" :")):
            continue
        first, day = text[: _until_a_digit(text)].strip(), text[_until_a_digit(text) :]
        if looks_like_a_name(first) and is_dated(day):  # "سلمى الهاشمي 5 مارس 2020"
            text = first
        parts = _BESIDE.split(text)
        names = list(filter(looks_like_a_name, parts))
        if names and _stand_alone(parts, element.tag) and not _elsewhere(element):
            yield from names


def _stand_alone(parts: list[str], tag: str) -> bool:
    """Whether a name is all there is, or a word, a date, a house or an agency stands beside it."""
    if len(parts) == _NAME_AND_PLACE and tag not in ("a", "h3", "h4") and 1 in map(_words, parts):
        return True
    return len(parts) == 1 or any(is_dated(part) or is_nobody(part) or is_agency(part) for part in parts if part)


def _words(text: str) -> int:
    return len(text.split())


def _until_a_digit(text: str) -> int:
    found = _DIGIT.search(text)
    return found.start() if found is not None else len(text)


def _publisher_names(metadata: Metadata, source: Source) -> set[str]:
    labels = (urlsplit(source.home).hostname or "").removeprefix("www.").split(".")
    said = [metadata.first("og:site_name", "application-name"), source.name.ar, source.name.en, labels[0]]
    said += [(metadata.first("twitter:site") or "").lstrip("@"), metadata.first("dc.publisher", "publisher")]
    said += [
        name
        for item in metadata.articles()
        if isinstance(of := item.get("publisher"), dict) and (name := text_in(of, "name"))
    ]
    return {plain for name in said if name and len(plain := folded(name)) > 2}
