"""What recurs over a publisher's pages is no story: programme schedules, newsletters, clocks, repeated tails.

Learned once from many captures of a source (`sightings_of`, `learned`), then given to the reading as plain
data, so that reading stays a pure function: the data is part of the extractor, and its digest of the id."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from crawlers.decoding import Unreadable, decode_html, decoded_body
from crawlers.extraction.arabic import folded
from crawlers.extraction.bylines import is_byline
from crawlers.extraction.dates import is_only_a_date, read_date
from crawlers.extraction.lines import Line, lines_of
from crawlers.extraction.metadata import read_metadata
from crawlers.extraction.names import is_agency, looks_like_a_name
from crawlers.extraction.page import Element, TooCostly, ancestors, parse
from crawlers.extraction.titles import find_title
from crawlers.source import Source
from storage.model import Capture

MIN_PAGES: Final = 8  # stories; over fewer, what two of them share is chance
_MIN_SHARE: Final = 0.3  # of the stories; a line that stands on fewer may belong to them
_MAX_LINE_CHARS: Final = 1000
_MAX_LINES: Final = 3000  # kept, the most frequent first
_ADVERTISED_CHARS: Final = 60  # of a story that other pages advertise, longer lines may be its own lead in a teaser
_STEPS: Final = 3  # of the path that names a place on a page


@dataclass(frozen=True, slots=True)
class Recurring:
    """Lines, folded, and places of clocks. Empty: nothing was learned."""

    lines: frozenset[str] = frozenset()
    clocks: frozenset[str] = frozenset()  # places whose date is always that of the capture

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.to_json()).hexdigest() if self else ""

    def __bool__(self) -> bool:
        return bool(self.lines or self.clocks)

    def to_json(self) -> bytes:
        """The same for the same content, on every machine."""
        content = {"clocks": sorted(self.clocks), "lines": sorted(self.lines)}
        return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

    @classmethod
    def from_json(cls, content: bytes) -> Recurring:
        read = json.loads(content)
        return cls(frozenset(read["lines"]), frozenset(read["clocks"]))


NOTHING: Final = Recurring()


@dataclass(frozen=True, slots=True)
class Sightings:
    """What one page of a source shows."""

    story: str  # its title, folded: several captures of a story count once
    day: str  # of the capture, UTC
    lines: tuple[str, ...]  # folded, each once
    clocks: tuple[tuple[str, bool], ...]  # places of dates, and whether they say the day of the capture


def sightings_of(capture: Capture, source: Source) -> Sightings | None:
    """What a capture shows; None if it is no page of an article."""
    if capture.kind != "response" or capture.status != 200 or not source.is_article(capture.url):
        return None
    try:
        tree = parse(decode_html(decoded_body(capture).content, capture.header("content-type")).text)
    except (Unreadable, TooCostly):
        return None
    title = find_title(tree, read_metadata(tree), source) if tree is not None else None
    if tree is None or title is None:
        return None
    lines: dict[str, None] = {}
    clocks = []
    for line in lines_of(tree).lines:
        dated = is_only_a_date(line.text)
        if dated:
            reading = read_date(line.text)
            if reading is not None:
                near = abs(reading.day - capture.captured_at.date()) <= timedelta(days=1)
                clocks.append((_place(line.holder), near))
        plain = folded(line.text)
        if _may_recur(line, plain, dated) and plain != folded(title.text):
            lines[plain] = None
    return Sightings(folded(title.text), capture.captured_at.date().isoformat(), tuple(lines), tuple(clocks))


def _may_recur(line: Line, plain: str, dated: bool) -> bool:
    """Not what stories of a day or of a person share: days without an hour, bylines, agencies."""
    if not plain or len(line.text) > _MAX_LINE_CHARS or is_byline(line.text) or is_agency(line.text):
        return False
    if dated:
        reading = read_date(line.text)
        return reading is not None and reading.clock is not None
    return not looks_like_a_name(line.text)


def learned(pages: Iterable[Sightings]) -> Recurring:
    """What recurs over these pages; nothing if they are too few."""
    by_line: dict[str, set[str]] = defaultdict(set)
    agreeing: dict[str, set[str]] = defaultdict(set)
    at_odds: set[str] = set()
    stories: set[str] = set()
    seen: Counter[str] = Counter()
    for page in pages:
        stories.add(page.story)
        for line in page.lines:
            by_line[line].add(page.story)
        for place, agrees in page.clocks:
            seen[place] += 1
            (agreeing[place].add(page.day) if agrees else at_odds.add(place))
    if len(stories) < MIN_PAGES:
        return NOTHING
    least = max(_MIN_SHARE * len(stories), 3)
    often = {line: len(on) for line, on in by_line.items() if len(on) >= least}
    lines = sorted(often, key=lambda line: (-often[line], line))[:_MAX_LINES]
    steady = (place for place, days in agreeing.items() if len(days) > 1 and place not in at_odds)
    clocks = [place for place in steady if seen[place] >= least]
    return Recurring(frozenset(lines), frozenset(clocks))


def drop_dates(tree: Element, recurring: Recurring, title: Element | None) -> bool:
    """Take clocks, and dated lines that recur, out of the tree, in place: they date no story. Whether there was one."""
    changed, kept = False, {title, *title.iterancestors()} if title is not None else set()
    for line in lines_of(tree).lines:
        clock = bool(recurring.clocks) and _place(line.holder) in recurring.clocks
        recurs = (clock or folded(line.text) in recurring.lines) and is_only_a_date(line.text)
        if recurs and line.holder not in kept and line.holder.getparent() is not None:
            line.holder.drop_tree()
            changed = True
    return changed


def furniture_on(recurring: Recurring, title: str) -> frozenset[str]:
    """The recurring lines that are furniture on the page of a story.

    A story that others advertise may find its own lead in their teasers: there, only short lines count."""
    if folded(title) not in recurring.lines:
        return recurring.lines
    return frozenset(line for line in recurring.lines if len(line) < _ADVERTISED_CHARS)


def drop_lines(tree: Element, furniture: AbstractSet[str], title: Element | None) -> None:
    """Take blocks that hold nothing but recurring lines out of the tree, in place."""
    kept = {title, *title.iterancestors()} if title is not None else set()
    page = lines_of(tree)
    recurs = [folded(line.text) in furniture for line in page.lines]
    doomed = [
        element
        for element, part in page.parts.items()
        if part.first < part.end and element not in kept and all(recurs[part.first : part.end]) and element is not tree
    ]
    for element in doomed:
        if element.getparent() is not None and element.tag not in ("body", "html", "head"):
            element.drop_tree()


def _place(holder: Element) -> str:
    """Where on a page an element stands, as its publisher's template has it: tags and classes of its last steps."""
    steps = [holder, *ancestors(holder)][:_STEPS]
    return ">".join(f"{one.tag}.{'.'.join((one.get('class') or '').split()[:2])}" for one in reversed(steps))
