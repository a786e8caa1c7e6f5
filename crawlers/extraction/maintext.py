"""The text of the story: the source's rules, else trafilatura, with what it needs before and after.

Source: https://trafilatura.readthedocs.io/ (no comments, no metadata, no date search: ours replace them)."""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterable

import trafilatura

from crawlers.extraction.arabic import folded, one_line
from crawlers.extraction.furniture import without_furniture
from crawlers.extraction.page import Element, block_texts, drop, select
from crawlers.extraction.paragraphs import make_paragraphs, swap_joiners, unfold_layout_tables
from crawlers.extraction.prose import lead_above, linked_share, prose_below
from crawlers.extraction.titles import Title
from crawlers.source import Reading

_NEVER_STORY = ("figure", "figcaption", "aside", "nav", "form", "button")
_DOUBTFUL = 0.5  # more than half of the text is links to other stories


def main_text(tree: Element, title: Title | None, sites: set[str], rules: Reading, without: Iterable[Element]) -> str:
    """Paragraphs of the story with a line break between; "" if there is none. The tree is left as it was.

    `sites`: what the publisher calls itself, folded; such a line is no text.
    `without`: elements of the tree that were read as something else (comments)."""
    copied, place = _copy_without(tree, without, title.element if title is not None else None)
    for css in rules.remove:
        for element in select(copied, css):
            drop(element)
    names = sites | {folded(title.text)} if title is not None else sites
    ruled = without_furniture(_by_rule(copied, rules.body), names) if rules.body else []
    return "\n".join(ruled or _by_guess(copied, names, place))


def _copy_without(tree: Element, without: Iterable[Element], place: Element | None) -> tuple[Element, Element | None]:
    """A copy of the tree without some elements, and where `place` is in it (None if it went with them)."""
    numbers = {element: number for number, element in enumerate(tree.iter())}
    unwanted = {numbers[element] for element in without}
    copied = copy.deepcopy(tree)
    elements = list(copied.iter())
    for number in sorted(unwanted):
        drop(elements[number])
    there = elements[numbers[place]] if place is not None else None
    return copied, there if there is not None and copied in there.iterancestors() else None


def _by_rule(tree: Element, css: str) -> list[str]:
    """All that is shown of the selected bodies: a rule says where the story is, nothing needs guessing."""
    lines: list[str] = []
    for body in select(tree, css):
        for element in list(body.iter(*_NEVER_STORY)):
            drop(element)
        lines.extend(block_texts(body))
    return lines


def _by_guess(tree: Element, names: set[str], place: Element | None) -> list[str]:
    unfold_layout_tables(tree)
    make_paragraphs(tree)
    lines = without_furniture(_by_trafilatura(tree), names)
    if lines and linked_share(lines, tree) <= _DOUBTFUL:
        lead = lead_above(tree, place, lines[0]) if place is not None else []
        known = folded(" ".join(lines))
        return [line for line in without_furniture(lead, names) if folded(line) not in known] + lines
    second = without_furniture(prose_below(tree, place), names) if place is not None else []
    return second if linked_share(second, tree) <= _DOUBTFUL else []


def _by_trafilatura(tree: Element) -> list[str]:
    passed = copy.deepcopy(tree)  # trafilatura prunes what it is given
    joiners = swap_joiners(passed)
    found = trafilatura.bare_extraction(
        passed, include_comments=False, favor_precision=True, include_tables=True, with_metadata=False
    )
    text = getattr(found, "text", None) or ""
    lines = (one_line(joiners.restore(line)) for line in unicodedata.normalize("NFC", text).splitlines())
    return [line for line in lines if line]
