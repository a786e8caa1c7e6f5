"""A page as lines of text: what a reader sees between two line breaks, with where it stands and how much is links.

Also how much prose each element holds. One walk over the tree gives both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lxml import etree

from crawlers.extraction.arabic import one_line
from crawlers.extraction.page import BLOCKS, UNSEEN, Element

PROSE_CHARS: Final = 40  # a shorter line is a heading, a button, a name
_SHORT_PROSE: Final = 25  # unless it ends as a sentence does
ENDS: Final = (".", "!", "\N{ARABIC QUESTION MARK}", "…", "»", "”", ":", "،", "؛")
_LINKED: Final = 0.5
_BREAKS: Final = BLOCKS | {"br"}
HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


@dataclass(frozen=True, slots=True)
class Line:
    text: str
    holder: Element  # the nearest block around it
    linked: int  # characters of it that are links

    @property
    def is_link(self) -> bool:
        """Whether it is nothing but a link, or links."""
        return self.linked >= 0.8 * len(self.text)

    @property
    def is_prose(self) -> bool:
        size = len(self.text)
        if self.linked > _LINKED * size or self.holder.tag in HEADINGS:
            return False
        return size >= PROSE_CHARS or (size >= _SHORT_PROSE and self.text.endswith(ENDS))


@dataclass(slots=True)
class Part:
    """What an element holds: its lines are `lines[first:end]`."""

    first: int
    end: int
    prose: int = 0  # characters of prose
    linked: int = 0  # characters of other lines that are links
    other: int = 0  # of lines that are neither


@dataclass(frozen=True, slots=True)
class Page:
    lines: list[Line]
    parts: dict[Element, Part]


def lines_of(tree: Element) -> Page:
    """The lines of a tree in page order, and what each element holds."""
    return _Walk().over(tree)


def _leads_away(link: Element) -> bool:
    """Whether an <a> leads to another page; "#top" and buttons do not."""
    return not (link.get("href") or "#").startswith(("#", "javascript:"))


class _Walk:
    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._parts: dict[Element, Part] = {}
        self._open: list[tuple[Element, Part]] = []  # blocks and inline elements from the root
        self._texts: list[str] = []
        self._linked = 0
        self._links = 0  # open <a>
        self._unseen = 0

    def over(self, tree: Element) -> Page:
        for event, element in etree.iterwalk(tree, events=("start", "end")):
            if event == "start":
                self._start(element, element.tag)
            else:
                self._end(element, element.tag, element is not tree)
        return Page(self._lines, self._parts)

    def _start(self, element: Element, tag: str) -> None:
        if tag in _BREAKS and self._texts:
            self._flush()
        self._open.append((element, Part(len(self._lines), 0)))
        if tag in UNSEEN:
            self._unseen += 1
        elif tag == "a" and _leads_away(element):
            self._links += 1
        if not self._unseen and (text := element.text):
            self._take(text)

    def _end(self, element: Element, tag: str, has_tail: bool) -> None:
        if tag in _BREAKS and self._texts:
            self._flush()
        _, part = self._open.pop()
        part.end = len(self._lines)
        self._parts[element] = part
        if self._open and part.first < part.end:
            above = self._open[-1][1]
            above.prose += part.prose
            above.linked += part.linked
            above.other += part.other
        if tag in UNSEEN:
            self._unseen -= 1
        elif tag == "a" and _leads_away(element):
            self._links -= 1
        if has_tail and not self._unseen and (text := element.tail):
            self._take(text)

    def _take(self, text: str) -> None:
        self._texts.append(text)
        if self._links:
            self._linked += len(text.strip())

    def _flush(self) -> None:
        text = one_line("".join(self._texts))
        linked, self._linked = self._linked, 0
        self._texts.clear()
        if not text or not self._open:
            return
        holder, part = next(
            ((element, part) for element, part in reversed(self._open) if element.tag in BLOCKS), self._open[0]
        )
        line = Line(text, holder, min(linked, len(text)))
        self._lines.append(line)
        if line.is_prose:
            part.prose += len(text)
        elif line.is_link:
            part.linked += len(text)
        else:
            part.other += len(text)
