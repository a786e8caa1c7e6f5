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
        self._blocks: list[tuple[Element, Part]] = []  # that are open, from the root, which counts as one
        self._texts: list[str] = []  # since the last break
        self._linked = 0  # characters of them that are links

    def over(self, tree: Element) -> Page:
        parts: dict[Element, Part] = {}
        open_parts: list[tuple[Part, bool]] = []  # of blocks and inline elements; whether it is a link
        lines, blocks, texts = self._lines, self._blocks, self._texts
        unseen = links = 0
        for event, element in etree.iterwalk(tree, events=("start", "end")):
            tag = element.tag
            is_block = tag in BLOCKS
            if texts and (is_block or tag == "br"):
                self._flush()
            if event == "start":
                is_link = tag == "a" and _leads_away(element)
                part = Part(len(lines), 0)
                open_parts.append((part, is_link))
                if is_block or not blocks:
                    blocks.append((element, part))
                links += is_link
                unseen += tag in UNSEEN
                text = element.text
            else:
                part, is_link = open_parts.pop()
                if is_block and element is not tree:
                    blocks.pop()
                end = part.end = len(lines)
                parts[element] = part
                if part.first < end and open_parts:
                    above = open_parts[-1][0]
                    above.prose += part.prose
                    above.linked += part.linked
                    above.other += part.other
                links -= is_link
                unseen -= tag in UNSEEN
                text = element.tail if element is not tree else None
            if text and not unseen and (texts or not text.isspace()):
                texts.append(text)
                if links:
                    self._linked += len(text.strip())
        return Page(lines, parts)

    def _flush(self) -> None:
        text = one_line("".join(self._texts))
        linked, self._linked = self._linked, 0
        self._texts.clear()
        if not text:
            return
        holder, part = self._blocks[-1]
        line = Line(text, holder, min(linked, len(text)))
        self._lines.append(line)
        if line.is_prose:
            part.prose += len(text)
        elif line.is_link:
            part.linked += len(text)
        else:
            part.other += len(text)
