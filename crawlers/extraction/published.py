"""When an article was published, and when it was last edited: candidates in order of trust.

The source's rule, JSON-LD, meta, <time>, a dateline beside the title, the URL. The first that can be read
and is not after the capture wins. Clocks in page heads, other stories' dates and tails are not asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final
from urllib.parse import unquote, urlsplit

from crawlers.extraction.dates import Reading, is_only_a_date, read_date
from crawlers.extraction.metadata import Metadata, text_in
from crawlers.extraction.page import Element, ancestors, marks, selected_texts, text_of
from crawlers.extraction.surroundings import datelines_beside
from crawlers.extraction.titles import Title
from crawlers.source import Source
from storage.model import Capture, Precision

_PUBLISHED_METAS: Final = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time"),
    *("datepublished", "pubdate", "og:pubdate", "publishdate", "publish_date", "publish-date", "published_time"),
    *("publication_date", "dc.date.issued", "dcterms.issued", "dcterms.created", "parsely-pub-date"),
    *("sailthru.date", "article.published", "cxenseparse:recs:publishtime", "datecreated", "dc.date"),
)
_UPDATED_METAS: Final = (
    *("article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified"),
    *("last-modified", "article:modified"),
)
_PUBLISHED_MARK = re.compile(r"datepublished|pubdate|published|entry-date|publish-date")
_OTHER_PLACES = frozenset(("aside", "footer", "nav", "li"))
_URL_DAY = re.compile(
    r"(?<![\d])(?P<y>(?:19|20)\d\d)(?P<s>[/-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d])"
    r"|(?<=/)(?P<y2>20\d\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])(?=[/_-])"
)
_AHEAD: Final = timedelta(days=1)  # clocks of publishers and zones that were not printed


@dataclass(frozen=True, slots=True)
class Published:
    """All None where the page does not say."""

    at: datetime | None = None  # UTC; None without a time of day
    day: date | None = None  # in the source's zone
    raw: str | None = None
    precision: Precision | None = None
    method: str | None = None
    calendar: str | None = None
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Candidate:
    method: str
    raw: str


def find_published(
    tree: Element, metadata: Metadata, title: Title | None, source: Source, capture: Capture
) -> Published:
    """The best date of publication; an empty Published rather than a wrong one."""
    for candidate in _candidates(tree, metadata, title, source, capture.url):
        reading = read_date(candidate.raw)
        if reading is None or (reading.labelled_update and candidate.method in ("text", "time")):
            continue
        published = _published(candidate, reading, source)
        if _not_after(published, capture.captured_at):
            return published
    return Published()


def find_updated(
    tree: Element, metadata: Metadata, title: Title | None, source: Source, capture: Capture
) -> datetime | None:
    """The moment of the last edit, UTC; None if no time of day is given for it."""
    raws = [text_in(item, "dateModified") for item in metadata.about(title.text if title else "")]
    raws += [metadata.first(name) for name in _UPDATED_METAS]
    raws += [_value(found) for found in tree.iter("time", "span") if "datemodified" in marks(found)]
    for raw in raws:
        reading = read_date(raw) if raw else None
        moment = reading.instant(source.zone) if reading is not None else None
        if moment is not None and moment <= capture.captured_at + _AHEAD:
            return moment
    return None


def _candidates(
    tree: Element, metadata: Metadata, title: Title | None, source: Source, url: str
) -> Iterator[_Candidate]:
    for text in selected_texts(tree, source.reading.published):
        yield _Candidate("rule", text)
    for item in metadata.about(title.text if title else ""):
        for key in ("datePublished", "dateCreated"):
            if (value := text_in(item, key)) is not None:
                yield _Candidate("json-ld", value)
    for name in _PUBLISHED_METAS:
        for value in metadata.every(name):
            yield _Candidate("meta", value)
    for element in tree.iter("time", "span", "div", "p", "abbr"):
        if _PUBLISHED_MARK.search(marks(element)) and not _elsewhere(element, title):
            yield _Candidate("time", _value(element))
    if title is not None and title.element is not None:
        for element in datelines_beside(tree, title.element):
            yield _Candidate("time" if element.tag == "time" else "text", _value(element))
    found = _URL_DAY.search(unquote(urlsplit(url).path))
    if found is not None:
        year, month, day = (found[name] or found[f"{name}2"] for name in ("y", "m", "d"))
        yield _Candidate("url", f"{year}-{month}-{day}")


def _elsewhere(element: Element, title: Title | None) -> bool:
    """Whether a marked date belongs to another story: in a list, a link or an <article> without the title."""
    for parent in (element, *ancestors(element)):
        if parent.tag in _OTHER_PLACES or parent.tag == "a":
            return True
        if parent.tag == "article":
            return title is not None and title.element is not None and title.element not in parent.iter()
    return len(text_of(element)) > 120


def _value(element: Element) -> str:
    """The machine-readable value if it is a date, else the text."""
    machine = element.get("datetime") or element.get("content") or ""
    return machine if machine and is_only_a_date(machine) else text_of(element)


def _published(candidate: _Candidate, reading: Reading, source: Source) -> Published:
    at = reading.instant(source.zone)
    day = at.astimezone(_local(source, reading.zone)).date() if at is not None else reading.day
    assumed = at is not None and reading.zone is None
    return Published(
        at=at,
        day=day,
        raw=candidate.raw,
        precision=Precision(reading.precision),
        method=candidate.method,
        calendar=reading.calendar,
        flags=("zone-assumed",) if assumed else (),
    )


def _local(source: Source, written: tzinfo | None) -> tzinfo:
    """The zone that days are counted in. No publisher lives in UTC: there it stands for "not known",
    and the offset that the page itself writes is the best that is known of its zone."""
    return written if written is not None and source.timezone in ("UTC", "Etc/UTC") else source.zone


def _not_after(published: Published, captured_at: datetime) -> bool:
    if published.at is not None:
        return published.at <= captured_at + _AHEAD
    return published.day is not None and published.day <= (captured_at.astimezone(UTC) + _AHEAD).date()
