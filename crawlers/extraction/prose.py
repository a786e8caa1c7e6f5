"""A second opinion on where the story is: prose near the title, and how much of a text is other stories' links.

Asked where the first opinion is doubtful: very short articles lose against long lists of headlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from crawlers.extraction.arabic import folded, one_line
from crawlers.extraction.page import BLOCKS, UNSEEN, Element, ancestors

_MIN_LINE_CHARS = 40  # shorter lines are headings, buttons and names
_MIN_STORY_CHARS = 80
_MIN_LEAD_WORDS = 8
_LINKED: Final = 0.5
_LEVELS = 8
_NOT_STORY = frozenset(("figure", "figcaption", "aside", "nav", "form", "button", "footer", "a"))
_SENTENCE_ENDS = (".", "!", "\N{ARABIC QUESTION MARK}", "…", "»", '"', "”", ":")


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    place: int  # number of its element in document order


def linked_share(lines: list[str], tree: Element) -> float:
    """How much of a text is nothing but the text of links, 0.0 to 1.0: a list of headlines is 1.0."""
    links = {folded(one_line("".join(link.itertext()))) for link in tree.iter("a")}
    links = {link for link in links if len(link) >= 15}
    total = sum(map(len, lines))
    linked = sum(len(line) for line in lines if _is_linked(folded(line), links))
    return linked / total if total else 0.0


def _is_linked(line: str, links: set[str]) -> bool:
    return any(len(link) >= _LINKED * len(line) and link in line for link in links)


def prose_below(tree: Element, title: Element) -> list[str]:
    """Lines of prose that follow the title in the nearest ancestor that holds a story's worth of them."""
    order = {element: number for number, element in enumerate(tree.iter())}
    end = max(order[element] for element in title.iter())
    for level, parent in enumerate(ancestors(title)):
        if level == _LEVELS or parent.tag == "html":
            break
        lines = [line.text for line in _prose(parent, order) if line.place > end]
        if sum(len(line) for line in lines if len(line) >= _MIN_LINE_CHARS) >= _MIN_STORY_CHARS:
            return lines
    return []


def lead_above(tree: Element, title: Element, first_line: str) -> list[str]:
    """Whole sentences between the title and the first line of the story: a lead that stands apart from it.

    [] where the first line is not found below the title, or where the way there holds several: those are
    other stories, not a lead."""
    order = {element: number for number, element in enumerate(tree.iter())}
    end = max(order[element] for element in title.iter())
    wanted = folded(first_line)[:60]
    for level, parent in enumerate(ancestors(title)):
        if level == _LEVELS or parent.tag in ("html", "body"):
            break
        lines = [line for line in _prose(parent, order) if line.place > end]
        first = next((number for number, line in enumerate(lines) if folded(line.text).startswith(wanted)), None)
        if first is not None:
            leads = list(dict.fromkeys(line.text for line in lines[:first] if _is_sentence(line.text)))
            return leads if len(leads) == 1 else []
    return []


def _is_sentence(text: str) -> bool:
    long = len(text) >= _MIN_STORY_CHARS and len(text.split()) >= _MIN_LEAD_WORDS
    return long and text.endswith(_SENTENCE_ENDS) and "://" not in text


def _prose(top: Element, order: dict[Element, int]) -> list[_Line]:
    """Lines of blocks that hold text of their own, outside figures, links and forms."""
    lines = []
    for element in top.iter():
        holds = element.tag in BLOCKS and element.tag not in _NOT_STORY and _own_text(element)
        if holds and not any(one.tag in _NOT_STORY or one.tag in UNSEEN for one in ancestors(element)):
            text = one_line(" ".join(_inline_texts(element)))
            lines.append(_Line(text, order[element]))
    return [line for line in lines if line.text]


def _own_text(element: Element) -> bool:
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    inline = any(child.tag not in BLOCKS and child.tag not in UNSEEN and child.tag != "a" for child in element)
    return bool(own.strip()) or inline


def _inline_texts(element: Element) -> list[str]:
    texts = [element.text or ""]
    for child in element:
        if child.tag not in BLOCKS and child.tag not in UNSEEN:
            texts.append("".join(child.itertext()))
        texts.append(child.tail or "")
    return texts
