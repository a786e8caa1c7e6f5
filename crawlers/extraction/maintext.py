"""The text of the story: the source's rules, else what the build of the page says, with second opinions in doubt.

The first opinion is ours (`body.py`): where prose gathers below the title, once furniture is out. It costs a
tenth of trafilatura, and keeps joiners. Where it is in doubt, trafilatura and the JSON-LD articleBody are
asked, and the text that what the page says of itself bears out is taken: one of them, never a union.
Source: https://trafilatura.readthedocs.io/"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import trafilatura

from crawlers.extraction.arabic import folded, one_line
from crawlers.extraction.body import find_story
from crawlers.extraction.furniture import without_furniture
from crawlers.extraction.metadata import Metadata, article_body
from crawlers.extraction.page import Element, Held, block_texts, drop, select
from crawlers.extraction.paragraphs import join_rows, make_paragraphs, swap_joiners, unfold_layout_tables
from crawlers.extraction.places import drop_furniture
from crawlers.extraction.recurring import drop_lines
from crawlers.extraction.titles import Title
from crawlers.extraction.word_shares import COVERED, shared
from crawlers.source import Reading

_NEVER_STORY = ("figure", "figcaption", "aside", "nav", "form", "button")
_SURE_SHARE = 0.5  # of the prose below the title: a story that holds less of it is doubted
_SURE_CHARS = 250
_MIN_BODY_CHARS = 80
_MIN_SUMMARY_CHARS = 40


@dataclass(frozen=True, slots=True)
class MainText:
    lines: list[str]  # paragraphs; [] if there is no story
    sure: bool  # nothing speaks against it


def main_text(
    tree: Element,
    metadata: Metadata,
    title: Title | None,
    sites: AbstractSet[str],
    recurring: AbstractSet[str],
    rules: Reading,
    without: Iterable[Element],
) -> MainText:
    """The story of a page. The tree is left as it was.

    `sites`: what the publisher calls itself, folded; `recurring`: lines that recur on its pages: no text, both.
    `without`: elements of the tree that were read as something else (comments)."""
    copied, place = _copy_without(tree, without, title.element if title is not None else None)
    with Held(copied):
        for css in rules.remove:
            for element in select(copied, css):
                drop(element)
        if recurring:
            drop_lines(copied, recurring, place)
        names = sites | recurring | ({folded(title.text)} if title is not None else set())
        ruled = without_furniture(_by_rule(copied, rules.body), names) if rules.body else []
        if ruled:
            return MainText(ruled, sure=True)
        return _by_guess(copied, names, place, metadata, title.text if title is not None else "")


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
    unfold_layout_tables(tree)
    join_rows(tree)
    for body in select(tree, css):
        for element in list(body.iter(*_NEVER_STORY)):
            drop(element)
        lines.extend(block_texts(body))
    return lines


def _by_guess(
    tree: Element, names: AbstractSet[str], place: Element | None, metadata: Metadata, title: str
) -> MainText:
    unfold_layout_tables(tree)
    join_rows(tree)
    make_paragraphs(tree)
    drop_furniture(tree, place)
    story = find_story(tree, place)
    first = without_furniture([line.text for line in story.lines], names)
    told = without_furniture(article_body(metadata, title), names)
    if sum(map(len, told)) >= _MIN_BODY_CHARS:
        if _covers(first, told):
            return MainText(first, sure=True)
        return _nearest(told, [first, _by_trafilatura(tree, names)])
    summary = metadata.summary()
    sure = story.share >= _SURE_SHARE and sum(map(len, first)) >= _SURE_CHARS
    if sure or _bears_out(summary, first):
        return MainText(first, sure=True)
    second = _by_trafilatura(tree, names)
    borne_out = _bears_out(summary, second)
    return MainText(second if borne_out or not first else first, sure=borne_out)


def _by_trafilatura(tree: Element, names: AbstractSet[str]) -> list[str]:
    passed = copy.deepcopy(tree)  # trafilatura prunes what it is given
    joiners = swap_joiners(passed)
    found = trafilatura.bare_extraction(
        passed, include_comments=False, favor_precision=True, include_tables=True, with_metadata=False
    )
    text = getattr(found, "text", None) or ""
    lines = (one_line(joiners.restore(line)) for line in unicodedata.normalize("NFC", text).splitlines())
    return without_furniture([line for line in lines if line], names)


def _nearest(told: list[str], opinions: Sequence[list[str]]) -> MainText:
    """The opinion that holds most of the text the page gives to machines; that text itself if none holds it.

    It comes last, because it has no paragraphs of its own as often as not, and may be cut short."""
    best = max(opinions, key=lambda lines: shared(lines, told))
    return MainText(best, sure=True) if _covers(best, told) else MainText(told, sure=False)


def _covers(lines: list[str], told: list[str]) -> bool:
    return shared(lines, told) >= COVERED


def _bears_out(summary: str | None, lines: list[str]) -> bool:
    """Whether a story begins, somewhere, as the page's own summary of it does."""
    begin = " ".join(folded(summary or "").split()[:7])
    return len(begin) >= _MIN_SUMMARY_CHARS / 2 and begin in folded(" ".join(lines))
