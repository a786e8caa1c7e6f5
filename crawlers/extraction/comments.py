"""Readers' comments as records: who, what, and the printed age as an interval.

The source's rules come first; else a list is read whose items hold an age beside a name, below a heading
"التعليقات" or in an element marked as comments. The reader says what it took, so that the article's text
can be read without it."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from crawlers.extraction.arabic import alike, one_line
from crawlers.extraction.dates import Interval, age_interval, is_only_a_date, read_date
from crawlers.extraction.page import Element, ancestors, block_texts, marks, select, selected_texts, short_text
from crawlers.source import CommentRules, Source
from storage.model import Comment

_HEADING = re.compile(
    r"[(\[]?\d*[)\]]?\s*(?:(?:ال)?تعليقات?(?: (?:القراء|الزوار|المتابعين))?|(?:اراء|ردود|مشاركات) (?:القراء|الزوار)"
    r"|comments?)"
    r"\s*:?\s*[(\[]?\s*\d*\s*[)\]]?"
)
_MARK = re.compile(r"(?<![a-z])comments?(?![a-z])|(?<![a-z])commentlist|disqus|usercomment|تعليق")
_SAYS = re.compile(r"\s*(?:يقول|تقول|قال|قالت|كتب|كتبت|علق|says|said|wrote)?\s*:?\s*$", re.IGNORECASE)
_BULLETS = " ·•|،,-–—"
_AGE_TAGS = ("time", "span", "small", "div", "p", "a", "em", "i", "b", "strong", "li", "td", "abbr", "h5", "h6")
_BUTTON = re.compile(r"(?:رد|الرد|اعجاب|ابلاغ|تبليغ|ابلاغ عن اساءه|حذف|مشاركه|reply|like|\d+|[·•|])")
_HEADING_TAGS = ("h2", "h3", "h4", "h5", "h6", "div", "span", "p", "strong", "b", "font", "td", "th", "legend")
_WHOLE_PAGE = ("html", "body", "article", "main")
_MAX_HEADING_CHARS = 40
_MAX_AGE_CHARS = 60
_MAX_AGE_CHILDREN = 3
_MAX_NAME_CHARS = 80


@dataclass(frozen=True, slots=True)
class Found:
    comments: tuple[Comment, ...]
    elements: tuple[Element, ...]  # what they were read from, headings included


def find_comments(tree: Element, source: Source, captured_at: datetime) -> Found:
    """Comments in page order; none is not an error."""
    if source.reading.comments is not None:
        return _by_rules(tree, source.reading.comments, source, captured_at)
    headings = [element for element in tree.iter(*_HEADING_TAGS) if _is_heading(element)]
    among = _among_comments(tree, headings)
    ages = _age_elements(among, tree, captured_at)
    larger = _holders_of_several(ages, headings)
    items = {age: _item_of(age, among, larger) for age in ages}
    taken: list[Element] = []
    comments: list[Comment] = []
    for age in ages:
        item = items[age]
        parts = [item] if item is not age else _flat_item(age, set(ages), named=False)
        comment = _read_item(parts, age, source, captured_at)
        if comment is None and item is not age:  # a row with name and age; the words are in the next
            parts = _flat_item(item, set(items.values()), named=True)
            comment = _read_item(parts, age, source, captured_at)
        if comment is not None:
            taken.extend(parts)
            comments.append(comment)
    return Found(tuple(comments), (*taken, *headings) if comments else ())


def _by_rules(tree: Element, rules: CommentRules, source: Source, captured_at: datetime) -> Found:
    items = select(tree, rules.item)
    comments = []
    for item in items:
        raw = next(iter(selected_texts(item, rules.date)), None)
        author = next(iter(selected_texts(item, rules.author)), None)
        texts = selected_texts(item, rules.text) if rules.text else _body(item, author, raw)
        if texts:
            comments.append(_comment(author, "\n".join(texts), raw, source, captured_at))
    return Found(tuple(comments), tuple(items))


def _is_heading(element: Element) -> bool:
    text = short_text(element, _MAX_HEADING_CHARS)
    return bool(text) and _names_comments(text) and len(element) < 4


@lru_cache(maxsize=1024)  # asked for an element, and for each of those in it
def _names_comments(text: str) -> bool:
    return _HEADING.fullmatch(alike(text)) is not None


def _among_comments(tree: Element, headings: list[Element]) -> set[Element]:
    """Every element in a part marked as comments, or between a heading of comments and the next heading."""
    parts = [one for one in tree.iter() if _is_marked(marks(one)) and one.tag not in _WHOLE_PAGE]
    for heading in headings:
        while heading.getnext() is None and heading.getparent().tag not in _WHOLE_PAGE:
            heading = heading.getparent()
        for follower in heading.itersiblings():
            if follower.tag in ("h1", "h2", "h3"):
                break
            parts.append(follower)
    return {element for part in parts for element in part.iter()}


def _is_marked(said: str) -> bool:
    may_be = "comment" in said or "disqus" in said or "تعليق" in said  # no mark is without one of them
    return may_be and _MARK.search(said) is not None


def _age_elements(among: set[Element], tree: Element, captured_at: datetime) -> list[Element]:
    """Elements whose whole text is an age or a date, in page order; of nested ones the outermost."""
    found: list[Element] = []
    inside: set[Element] = set()
    for element in tree.iter(*_AGE_TAGS):
        if element in among and element not in inside and _is_age(element, captured_at):
            found.append(element)
            inside.update(element.iterdescendants())
    return found


def _is_age(element: Element, captured_at: datetime) -> bool:
    text = one_line(element.text_content()) if len(element) <= _MAX_AGE_CHILDREN else ""
    return 3 <= len(text) <= _MAX_AGE_CHARS and _interval(text, captured_at, UTC) is not None


def _holders_of_several(ages: list[Element], headings: list[Element]) -> set[Element]:
    """Every element that holds two ages or more, or a heading: larger than one comment."""
    counts = Counter(parent for age in ages for parent in ancestors(age))
    several = {element for element, count in counts.items() if count > 1}
    return several | {parent for heading in headings for parent in (heading, *ancestors(heading))}


def _item_of(age: Element, among: set[Element], larger: set[Element]) -> Element:
    """The largest element among comments that holds this age and is not larger than one comment."""
    item = age
    for parent in ancestors(age):
        if parent not in among or parent in larger:
            break
        item = parent
    return item


def _flat_item(age: Element, ages: set[Element], *, named: bool) -> list[Element]:
    """The neighbours of an age that make one comment where items have no element of their own: the name
    before it, if that is not in it (`named`), and what follows up to the next name or heading."""
    before = None if named else age.getprevious()
    parts = [age] if before is None else [before, age]
    for follower in age.itersiblings():
        after = follower.getnext()
        if (
            follower in ages
            or follower.tag in ("h1", "h2", "h3")
            or (not named and after is not None and after in ages)
        ):
            break
        parts.append(follower)
    return parts


def _read_item(parts: list[Element], age: Element, source: Source, captured_at: datetime) -> Comment | None:
    raw = one_line(age.text_content())
    lines = [line for part in parts for line in block_texts(part)]
    position = next((number for number, line in enumerate(lines) if raw in line), None)
    if position is None:
        return None
    before = [line for line in (*lines[:position], lines[position].partition(raw)[0].strip(" ·•|-")) if line]
    after = [line for line in (lines[position].partition(raw)[2].strip(" ·•|-"), *lines[position + 1 :]) if line]
    after = [line for line in after if not _BUTTON.fullmatch(alike(line).lower())]
    named = (before[-1:] if after else before[:1]) or [""]  # the age may stand above or below the words
    words = after or before[1:]
    name = _SAYS.sub("", named[0])
    author = name if 0 < len(name) <= _MAX_NAME_CHARS else None
    return _comment(author, "\n".join(words), raw.strip(_BULLETS), source, captured_at) if words else None


def _body(item: Element, author: str | None, raw: str | None) -> list[str]:
    return [line for line in block_texts(item) if line not in (author, raw)]


def _comment(author: str | None, text: str, raw: str | None, source: Source, captured_at: datetime) -> Comment:
    interval = _interval(raw, captured_at, source.zone) if raw else None
    since, until = interval if interval is not None else (None, None)
    return Comment(author, text, raw, since, until)


def _interval(raw: str, captured_at: datetime, zone: tzinfo) -> Interval | None:
    """The interval of an age, or of a printed date: its minute or its day."""
    age = age_interval(raw, captured_at, zone)
    if age is not None or not is_only_a_date(raw):
        return age
    reading = read_date(raw)
    return reading.interval(zone) if reading is not None else None
