"""Datelines beside a title: what a reader would take for the date of the story, by place alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile

from crawlers.extraction.arabic import one_line
from crawlers.extraction.bylines import is_dated
from crawlers.extraction.dates import is_only_a_date, read_date, read_machine
from crawlers.extraction.page import UNSEEN, Element, ancestors, holds_the_page, marks, short_text, text_of

_MAX_DATELINE_CHARS = 120
_HEADLINE_CHARS = 20  # a link of this length beside a date is another story's headline
_AGE = re.compile(r"\W*(?:منذ|قبل|من)\s")
_DIGIT = re.compile(r"\d")
_MAX_ELEMENTS = 20  # icons and spans of a dateline; also a bound on the work for a deep tree
_CHARS_AFTER = 700  # shown characters from the title to a date below it: deck, byline, share buttons
_CHARS_BEFORE = 400
_PROSE_CHARS = 60  # a text node of this length is prose: a deck, or the story
_MAX_PROSE = 500  # so much of it is no deck: the story has begun
_MAX_ABOVE = 200  # elements looked at before the title, for each of its earlier neighbours
_LEVELS_ABOVE = 4  # a date above the title shares a near ancestor with it; a clock in the page's head does not
_ROOTS = ("html", "body")
_HEAD = re.compile(r"(?<![a-z])(?:top|topbar|clock|today|masthead|navbar|nav|menu|ticker|breaking)(?![a-z])")
_OTHER_PLACES = frozenset(("a", "aside", "footer", "nav", "form"))
_MACHINE_FIELDS = ("datetime", "content", "data-datetime", "data-date", "data-timestamp", "data-time", "title")
_MAX_CARD_CHARS = 600
_MAX_CARDS = 12  # neighbours built alike that are looked into, among the first
_MAX_BESIDE = 200
_LEVELS_IN_A_TEASER = 3
_OTHER_STORIES = re.compile(
    r"(?:^|[\s_-])(?:comments?|related|sidebar|widgets?|popular|latest|most|ticker|breaking|recommended|trending|also)"
    r"(?:$|[\s_-])"
)


@dataclass(frozen=True, slots=True)
class _Dateline:
    element: Element
    place: int  # shown characters before it, counted from the title: negative above it
    after_prose: bool


def datelines_beside(tree: Element, title: Element) -> list[Element]:
    """Datelines around the title, nearest first; none from links, asides, lists of stories and tails."""
    found = [one for one in (*_below(tree, title), *_above(title)) if not is_of_another(one.element, title)]
    found.sort(key=lambda one: abs(one.place))
    return [_narrowest(one.element) for one in found if not one.after_prose or _is_alone(tree, one.element)]


def is_of_another(element: Element, title: Element | None) -> bool:
    """Whether something stands with another story, or with readers' comments: in a list beside a headline, in an
    <article> without the title, in a box that is named so. What holds the title too tells nothing."""
    around_title = set(ancestors(title)) if title is not None else set[Element]()
    for level, parent in enumerate((element, *ancestors(element))):
        if parent in around_title:
            return False
        if level <= _LEVELS_IN_A_TEASER and _is_teaser(parent, title):
            return True
        if parent.tag in ("aside", "footer", "nav", "a") and not _heads_the_story(parent):
            return True
        if parent.tag == "article" and title is not None and not _is_only_article(parent):
            return True
        if parent.tag == "li" and any(len(short_text(link, 300)) >= _HEADLINE_CHARS for link in parent.iter("a")):
            return True
        if parent.tag not in _ROOTS and (_OTHER_STORIES.search(marks(parent)) or _is_one_of_many(parent)):
            return True
    return False


def _is_teaser(element: Element, title: Element | None) -> bool:
    """Whether half of what an element says, or more, is a link with another headline."""
    whole = short_text(element, _MAX_CARD_CHARS) if element.tag not in _ROOTS else ""
    if len(whole) < _HEADLINE_CHARS:
        return False
    own = text_of(title) if title is not None else ""
    told = (short_text(link, _MAX_CARD_CHARS) for link in islice(element.iter("a"), _MAX_ELEMENTS) if link.get("href"))
    return any(_HEADLINE_CHARS <= len(text) >= len(whole) / 2 and text != own for text in told)


def _is_one_of_many(element: Element) -> bool:
    """Whether its neighbours are built like it, each with a headline to follow and a number: cards of stories."""
    beside = islice(element.getparent() if element.getparent() is not None else (), _MAX_BESIDE)
    like = (
        one
        for one in beside
        if one is not element and one.tag == element.tag and one.get("class") == element.get("class")
    )
    return any(
        _may_be_dated(one) and any(len(short_text(link, _MAX_CARD_CHARS)) >= _HEADLINE_CHARS for link in one.iter("a"))
        for one in islice(like, _MAX_CARDS)
    )


def _may_be_dated(card: Element) -> bool:
    return _DIGIT.search(short_text(card, _MAX_CARD_CHARS)) is not None or any(
        one.get("datetime") or one.get("content") for one in islice(card.iter("time", "meta", "span"), _MAX_ELEMENTS)
    )


def machine_value(element: Element) -> str | None:
    """The date that an element holds for machines; None if it holds none."""
    given = dict(element.items())
    for field in _MACHINE_FIELDS if given else ():
        said = given.get(field)
        if (
            said
            and len(said) <= _MAX_DATELINE_CHARS
            and (is_only_a_date(said) or (field != "title" and read_machine(said) is not None))
        ):
            return str(said)
    return None


def _narrowest(dateline: Element) -> Element:
    """The smallest element that says the same moment: without the byline or the section beside it."""
    whole = _moment(dateline)
    for child in dateline:
        if _is_dateline(child) and _moment(child) == whole:
            return _narrowest(child)
    return dateline


def _moment(element: Element) -> tuple[object, ...] | None:
    reading = read_date(text_of(element))
    return (reading.day, reading.clock, reading.zone, reading.labelled_update) if reading is not None else None


def _below(tree: Element, title: Element) -> Iterator[_Dateline]:
    inside, taken = set(title.iter()), set[Element]()
    place = prose = 0
    for element in islice(_from(tree, title), 1, None):
        if place > _CHARS_AFTER or prose > _MAX_PROSE:
            return
        if not isinstance(element.tag, str) or element.tag in UNSEEN:
            continue
        if element not in inside and element not in taken and _is_dateline(element):
            taken.update(element.iter())
            yield _Dateline(element, place, after_prose=prose > 0)
        own = _own_chars(element)
        place += own
        prose += own if own >= _PROSE_CHARS and element not in inside else 0


def _from(tree: Element, title: Element) -> Iterator[Element]:
    return dropwhile(lambda element: element is not title, tree.iter())


def _above(title: Element) -> Iterator[_Dateline]:
    """Walk back from the title through its near ancestors' earlier children."""
    place, step = 0, title
    for _ in range(_LEVELS_ABOVE):
        for sibling in step.itersiblings(preceding=True):
            for element in reversed(list(islice(sibling.iter(), _MAX_ABOVE))):
                if _is_dateline(element) and not _is_dateline(element.getparent()) and not _in_head(element):
                    yield _Dateline(element, -place, after_prose=False)
                place += _own_chars(element)
                if place > _CHARS_BEFORE:
                    return
        step = step.getparent()
        if step is None or step.tag in _ROOTS or step.getparent() is None or step.getparent().tag in _ROOTS:
            return


def _own_chars(element: Element) -> int:
    shown = element.text if isinstance(element.tag, str) and element.tag not in UNSEEN else None
    text = (shown or "") + " " + (element.tail or "")
    return 0 if text.isspace() else len(one_line(text))


def _in_head(element: Element) -> bool:
    """Whether a date above the title is today's, in the head of the page. The title is not in there too."""
    above = (element, *islice(ancestors(element), _LEVELS_ABOVE))
    return any(one.tag not in _ROOTS and (one.tag == "nav" or _HEAD.search(marks(one))) for one in above)


def _is_alone(tree: Element, element: Element) -> bool:
    """Whether nothing on the page is built like it: dates of a list of stories come in numbers."""
    like = (one for one in tree.iter(element.tag) if one.get("class") == element.get("class"))
    return sum(1 for one in like if _is_dateline(one)) == 1


def _is_dateline(element: Element) -> bool:
    if not isinstance(element.tag, str):
        return False
    machine = machine_value(element)
    shown = short_text(element, _MAX_DATELINE_CHARS)
    if machine is None and not (_DIGIT.search(shown) or _AGE.match(shown)):  # nearly all elements end here
        return False
    small = sum(1 for _ in islice(element.iter(), _MAX_ELEMENTS + 1)) <= _MAX_ELEMENTS
    if not small or any(len(one_line(text_of(link))) >= _HEADLINE_CHARS for link in element.iter("a")):
        return False
    if machine is None:
        text = text_of(element)
        if not (6 <= len(text) <= _MAX_DATELINE_CHARS and is_dated(text)):
            return False
    return not any(map(_is_elsewhere, (element, *ancestors(element))))


def _is_elsewhere(element: Element) -> bool:
    if element.tag not in _OTHER_PLACES or (element.tag == "a" and element.get("href") is None):
        return False
    return not _heads_the_story(element) and not holds_the_page(element)


def _heads_the_story(element: Element) -> bool:
    """Whether a <footer> is the head of the page's only <article>, as Drupal builds it: date and byline above."""
    above = element.getparent()
    return element.tag == "footer" and above is not None and _is_only_article(above) and element.getnext() is not None


def _is_only_article(element: Element) -> bool:
    """Whether it is the page's only one, without a headline: that of the story stands above it, then."""
    if element.tag != "article" or _has_headline(element):
        return False
    *_, root = ancestors(element)
    prose = sum(len(short_text(one, _MAX_CARD_CHARS)) for one in islice(element.iter("p"), _MAX_ELEMENTS))
    return prose >= _MAX_PROSE and sum(1 for _ in islice(root.iter("article"), 2)) == 1


def _has_headline(element: Element) -> bool:
    """Whether a heading stands above its prose; one below is of a part of the story, or of what follows it."""
    above = takewhile(lambda one: _own_chars(one) < _PROSE_CHARS, element.iter())
    return any(one.tag in ("h1", "h2", "h3", "h4") for one in above)
