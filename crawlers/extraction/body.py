"""Where on the page the story stands: the element that holds its lines, found by where prose gathers.

Source of the idea: paragraphs vote for the elements around them, as readability and newspaper do."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import Final

from crawlers.extraction.arabic import folded
from crawlers.extraction.bylines import is_dated
from crawlers.extraction.lines import HEADINGS, Line, Page, Part, lines_of
from crawlers.extraction.page import Element, marks, text_of

_DECAY: Final = 0.6  # of a vote, for each level up
_LEVELS: Final = 6
_MAX_VOTE: Final = 600  # characters; one huge block (a policy, a licence) is not a story of many paragraphs
_GAIN: Final = 0.35  # what a larger element must add to the prose, in parts of what there is
_BODY_MARK = ("articlebody", "article-body", "entry-content", "post-content", "article-content", "story-body")
_PULL_QUOTES: Final = ("pullquote", "pull-quote", "pull_quote")
_BODY_BONUS: Final = 1.5
_MAX_ASIDE: Final = 0.5
_MIN_HEADLINE_CHARS: Final = 15
_MIN_LINKED: Final = 0.4
_MIN_REGION_CHARS: Final = 120
_MIN_REGION_SHARE: Final = 0.15  # of the prose below the title; less is a deck or a caption
_ALONE_SHARE: Final = 0.5  # for a single line: breaking news
_MIN_LEAD_CHARS: Final = 80
_MIN_LEAD_WORDS: Final = 8
_SENTENCE_ENDS: Final = (".", "!", "\N{ARABIC QUESTION MARK}", "…", "»", '"', "”", ":")


@dataclass(frozen=True, slots=True)
class Story:
    """What the page's own build says of the story."""

    lines: list[Line]
    share: float  # of the prose below the title that is in it, 0.0 to 1.0: little means doubt


def find_story(tree: Element, title: Element | None) -> Story:
    """The story below the title, with a lead that stands apart from it. The tree is left as it was."""
    page = lines_of(tree)
    start = page.parts[title].end if title is not None and title in page.parts else 0
    votes = _votes(page, *_region(page, title, start))
    if not votes:
        return Story([], 0.0)
    order = {element: number for number, element in enumerate(page.parts)}
    best = max(votes, key=lambda element: (votes[element], -order[element]))
    part = page.parts[_grown(best, page, start)]
    first = max(part.first, start)
    lines = _trimmed(_without_pull_quotes([line for line in page.lines[first : part.end] if not _is_aside(line)]))
    prose = sum(len(line.text) for line in lines if line.is_prose)
    whole = sum(len(line.text) for line in page.lines[start:] if line.is_prose)
    return Story([*_lead(page.lines[start:first], lines), *lines], prose / max(1, whole))


def _lead(between: list[Line], lines: list[Line]) -> list[Line]:
    """A whole sentence between the title and the story; [] where there are several: those are other stories."""
    if not any(line.is_prose for line in lines):
        return []
    known = folded(" ".join(line.text for line in lines))
    leads = {line.text: line for line in between if _is_sentence(line)}
    return [line for line in leads.values() if folded(line.text) not in known] if len(leads) == 1 else []


def _is_sentence(line: Line) -> bool:
    long = len(line.text) >= _MIN_LEAD_CHARS and len(line.text.split()) >= _MIN_LEAD_WORDS
    whole = long and line.text.endswith(_SENTENCE_ENDS) and "://" not in line.text
    return whole and line.linked == 0 and line.holder.tag not in HEADINGS


def _region(page: Page, title: Element | None, start: int) -> tuple[int, int]:
    """Where to look: the lines below the title in the nearest element around it that holds a story's worth of
    them, up to the headline of the next story."""
    first, end = start, len(page.lines)
    whole = sum(len(line.text) for line in page.lines[start:] if line.is_prose)
    for around in title.iterancestors() if title is not None and title in page.parts else ():
        part = page.parts[around]
        prose = [len(line.text) for line in page.lines[start : part.end] if line.is_prose]
        enough = sum(prose) >= max(_MIN_REGION_CHARS, _MIN_REGION_SHARE * whole)
        if enough and (len(prose) > 1 or sum(prose) >= _ALONE_SHARE * whole):
            end = part.end
            break
    seen = 0
    for number, line in enumerate(page.lines[start:end], start):
        if line.holder.tag == "h1" and seen >= _MIN_REGION_CHARS:
            return first, number
        seen += len(line.text) if line.is_prose else 0
    return first, end


def _votes(page: Page, start: int, end: int) -> dict[Element, float]:
    votes: dict[Element, float] = defaultdict(float)
    for line in page.lines[start:end]:
        if not line.is_prose:
            continue
        vote = float(min(len(line.text), _MAX_VOTE))
        above = line.holder if line.holder.tag not in ("p", "li", "blockquote") else line.holder.getparent()
        for _ in range(_LEVELS):
            if above is None or above.tag == "html":
                break
            votes[above] += vote
            vote *= _DECAY
            above = above.getparent()
    for element in votes:
        if any(mark in marks(element) for mark in _BODY_MARK):
            votes[element] *= _BODY_BONUS
    return votes


def _grown(place: Element, page: Page, start: int) -> Element:
    """The largest element around the place that adds more of the same, and little else."""
    while (parent := place.getparent()) is not None and parent.tag != "html":
        if _same_lines(page.parts[parent], page.parts[place]):
            place = parent
            continue
        if not _adds(parent, place, page, start):
            higher = parent.getparent()
            if higher is None or higher.tag == "html" or not _adds(higher, parent, page, start):
                return place
            parent = higher
        place = parent
    return place


def _same_lines(one: Part, other: Part) -> bool:
    return (one.first, one.end) == (other.first, other.end)


def _adds(parent: Element, place: Element, page: Page, start: int) -> bool:
    inner, outer = page.parts[place], page.parts[parent]
    before = page.lines[max(outer.first, start) : max(inner.first, start)]
    after = page.lines[inner.end : outer.end]
    prose = sum(len(line.text) for line in (*before, *after) if line.is_prose)
    rest = sum(len(line.text) for line in (*before, *after) if not line.is_prose)
    if prose == 0 or rest > _MAX_ASIDE * prose:
        return False
    kind = (place.tag, place.get("class"))
    twins = [page.parts[one] for one in parent if one is not place and (one.tag, one.get("class")) == kind]
    if any(twin.prose and not _has_headline(page, twin) for twin in twins):
        return True
    opens_anew = bool(after) and not after[0].is_prose  # with a heading, a name: another part of the page
    return prose >= _GAIN * max(1, inner.prose) and not opens_anew


def _has_headline(page: Page, part: Part) -> bool:
    return any(line.holder.tag == "h1" for line in page.lines[part.first : part.end])


def _is_aside(line: Line) -> bool:
    """A line that is nothing but a link is another story, or a button; a date may stand beside it."""
    if line.is_link:
        return len(line.text) > 2
    if line.linked < _MIN_HEADLINE_CHARS or line.linked < _MIN_LINKED * len(line.text):
        return False
    linked = " ".join(text_of(link) for link in line.holder.iter("a"))
    rest = line.text.replace(linked, " ").strip(" -|·•")
    return rest != line.text and is_dated(rest)


def _without_pull_quotes(lines: list[Line]) -> list[Line]:
    """Without what is called a pull quote and stands in the story once more."""
    quoted = [
        line for line in lines if any(map(_is_pull_quote, (line.holder, *islice(line.holder.iterancestors(), 3))))
    ]
    rest = folded(" ".join(line.text for line in lines if line not in quoted)) if quoted else ""
    return [line for line in lines if line not in quoted or folded(line.text) not in rest]


def _is_pull_quote(element: Element) -> bool:
    return any(mark in marks(element) for mark in _PULL_QUOTES)


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without headings at its ends: the deck above it, and the name of what was left out below."""
    start, end = 0, len(lines)
    while start < end and lines[start].holder.tag in HEADINGS:
        start += 1
    while end and lines[end - 1].holder.tag in HEADINGS:
        end -= 1
    return lines[start:end]
