"""A parsed page: the tree, and the questions every reader asks of it (text of an element, css, order)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import lxml.html
from lxml import etree

from crawlers.extraction.arabic import one_line

# lxml's stubs know too little of lxml.html to be of help; an element is an element.
Element = Any

UNSEEN: Final = frozenset(
    ("script", "style", "noscript", "template", "iframe", "svg", "select", "option", "textarea", "head")
)
BLOCKS: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption"),
        *("figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav"),
        *("ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)

_MARKS: Final = ("class", "id", "itemprop", "itemtype", "rel", "role")
# Opening ones. The largest real page measured has 2,500; so many would cost about the 10 s that a page has.
MAX_TAGS: Final = 50_000
_TAG = re.compile(r"<[a-zA-Z]")
MAX_SHORT_CHARS: Final = 1_000  # that short_text is asked for at most


class _Noting(lxml.html.HtmlElement):  # type: ignore[misc]
    """An element with room for what is asked of it again and again. Nothing is there until it is put in."""

    __slots__ = ("end", "first", "marked", "texts")  # see note_texts and marks


# One for forms and their fields too: lxml.html else asks Python code for the class of each element.
_ONE_CLASS: Final = etree.ElementDefaultClassLookup(element=_Noting)


class TooCostly(Exception):
    """More tags than can be read in the time of a page, or nested beyond what the parser follows."""


def parse(text: str) -> Element | None:
    """The tree of an HTML text; None if there is no element in it. Raises TooCostly, MemoryError."""
    if text.count("<") > MAX_TAGS and (tags := len(_TAG.findall(text))) > MAX_TAGS:
        raise TooCostly(f"{tags} tags: at most {MAX_TAGS} are read in the time of a page")
    # Bytes, because lxml refuses str with an XML encoding declaration; surrogates cannot be encoded.
    content = text.encode("utf-8", "replace")
    # huge_tree: 2,048 levels instead of 256, which old pages pass with tags that nobody closes
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    parser.set_element_class_lookup(_ONE_CLASS)
    try:
        tree = lxml.html.document_fromstring(content, parser=parser)
    except etree.ParserError:  # "Document is empty"
        return None
    except etree.XMLSyntaxError as error:
        if getattr(error, "code", None) == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError("the tree of the page") from error
        raise
    last = parser.error_log.last_error
    if last is not None and "depth" in last.message:
        raise TooCostly("elements nested without end: they are followed for 2,048 levels")
    return tree


class Held:
    """While it lasts, lxml keeps its Python object of each element. Else it makes one anew whenever a walk comes by,
    which takes longer than most of what is asked of it."""

    def __init__(self, tree: Element) -> None:
        self._elements = list(tree.iter())

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None:
        self._elements.clear()


def text_of(element: Element) -> str:
    """What a reader sees of an element, on one line; words of different blocks do not fuse."""
    return one_line(" ".join(block_texts(element)))


class _Texts:
    """The texts of a page, in order, without white space around them and without empty ones."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.ends: list[int] = [0]  # characters up to each


def note_texts(tree: Element) -> None:
    """Note at each element which texts of the page are its own, so that short_text need not walk.

    For a tree that is held; to be done again when it has changed."""
    texts = _Texts()
    parts, ends = texts.parts, texts.ends
    size = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            element.first = len(parts)
            text = element.text
        else:
            element.texts, element.end = texts, len(parts)
            text = element.tail
        if text and (part := text.strip()):
            size += len(part)
            parts.append(part if len(part) <= MAX_SHORT_CHARS else "")
            ends.append(size)


def short_text(element: Element, limit: int) -> str:
    """The text of an element if it has at most `limit` characters, else ""; `limit`: up to MAX_SHORT_CHARS."""
    texts = getattr(element, "texts", None)
    if texts is not None:
        first, end = element.first, element.end
        if end - first > limit or texts.ends[end] - texts.ends[first] > limit:
            return ""
        return one_line(" ".join(texts.parts[first:end])) if end > first else ""
    if len(element) == 0:
        text = (element.text or "").strip()
        return one_line(text) if 0 < len(text) <= limit else ""
    parts: list[str] = []
    size = 0
    for text in element.itertext():
        if part := text.strip():
            parts.append(part)
            size += len(part)
            if size > limit:
                return ""
    return one_line(" ".join(parts)) if len(parts) <= limit else ""


def block_texts(element: Element) -> list[str]:
    """Texts of an element, one for each paragraph, block or <br>, in order; empty ones left out."""
    lines: list[list[str]] = [[]]
    _collect(element, lines)
    return [line for line in (one_line("".join(parts)) for parts in lines) if line]


def _collect(top: Element, lines: list[list[str]]) -> None:
    # iterwalk, not recursion: real pages nest deeper than Python's stack
    unseen = 0  # how many open elements are never shown
    for event, element in etree.iterwalk(top, events=("start", "end")):
        hides = element.tag in UNSEEN
        breaks = element.tag in BLOCKS or element.tag == "br"
        if event == "start":
            unseen += hides
            if breaks:
                lines.append([])
            if not unseen and element.text:
                lines[-1].append(element.text)
            continue
        unseen -= hides
        if breaks:
            lines.append([])
        if element is not top and element.tail and not unseen:
            lines[-1].append(element.tail)


def select(tree: Element, css: str) -> list[Element]:
    """Elements that a css rule of a source file selects, in document order. Raises on a wrong rule."""
    return list(tree.cssselect(css))


def selected_texts(tree: Element, css: str | None) -> list[str]:
    """Texts of the selected elements; for <time> and <meta> the machine-readable value."""
    if css is None:
        return []
    texts = (one_line(found.get("datetime") or found.get("content") or text_of(found)) for found in select(tree, css))
    return [text for text in texts if text]


def holds_the_page(element: Element) -> bool:
    """Whether a <form> is around the whole page, as WebForms has it, and no form in it."""
    parent = element.getparent()
    return element.tag == "form" and (
        (parent is not None and parent.tag == "body") or element.find(".//h1") is not None
    )


def marks(element: Element) -> str:
    """Class, id, itemprop and the like of an element in one lower-case string, for matching words in it."""
    try:
        said: str = element.marked
    except AttributeError:
        keys = element.keys()
        said = " ".join([value for name in _MARKS if name in keys and (value := element.get(name))]).lower()
        element.marked = said
    return said


def drop(element: Element) -> None:
    """Take an element out of its tree; the text after it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def ancestors(element: Element) -> Iterator[Element]:
    """Parents from the nearest to the root."""
    return iter(element.iterancestors())
