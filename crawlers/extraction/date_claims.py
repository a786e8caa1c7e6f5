"""Every date that a page claims for itself, in order of trust, each with the way it is said.

The source's rule; JSON-LD; meta; elements marked as the date of publication; the URL; the dateline beside the
title; what the feed or news sitemap said that named the page. Dates of other stories, of comments, of the page's
head and foot are not asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from crawlers.extraction.arabic import without_marks
from crawlers.extraction.dates import Reading, age_interval, is_only_a_date, read_date, read_machine
from crawlers.extraction.metadata import Metadata, text_in
from crawlers.extraction.page import Element, ancestors, marks, selected_texts, short_text, text_of
from crawlers.extraction.surroundings import datelines_beside, is_of_another, machine_value
from crawlers.extraction.titles import Title
from crawlers.source import Source
from storage.model import Capture

_PUBLISHED_METAS: Final = (
    *("article:published_time", "og:article:published_time", "article:published", "og:published_time"),
    *("pubdate", "og:pubdate", "publishdate", "publish_date", "publish-date", "published_time"),
    *("publication_date", "dc.date.issued", "dcterms.issued", "parsely-pub-date", "article_date_original"),
    *("sailthru.date", "article.published", "cxenseparse:recs:publishtime", "rnews:datepublished", "publish_time"),
)
_VAGUE_METAS: Final = ("dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date")
_UPDATED_METAS: Final = (
    *("article:modified_time", "og:article:modified_time", "og:updated_time", "dcterms.modified"),
    *("last-modified", "article:modified", "dc.date.modified"),
)
_PUBLISHED_MARK = re.compile(r"datepublished|pubdate|published|entry-date|publish-?date|post-date|article-date|dc:date")
_UPDATED_MARK = re.compile(r"datemodified|(?:^|[\s_-])updated(?:$|[\s_-])|modified-date|update-date|last-update")
_SCRIPT_DATE = re.compile(
    r"""["'](?:datePublished|published_?(?:at|time|date)|publish_?(?:ed_)?date|pub_?date|articlePublish\w*)["']\s*:"""
    r"""\s*["']([^"']{6,40})["']""",
    re.IGNORECASE,
)
_MAX_SCRIPT_CHARS: Final = 400_000
_URL_MONTH = re.compile(r"(?<=/)(20\d\d)/(0[1-9]|1[0-2])(?=/[^/\d])")
_URL_DAY = re.compile(
    r"(?<![\d])(?P<y>(?:19|20)\d\d)(?P<s>[/-])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?![\d])"
    r"|(?<=[/_-])(?P<d3>\d{1,2})(?P<s3>[/-])(?P<m3>\d{1,2})(?P=s3)(?P<y3>20\d\d)(?=[/_-])"
    r"|(?<=/)(?P<y2>20\d\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>0[1-9]|[12]\d|3[01])(?=[/_-])"
)
_MAX_MARKED_CHARS: Final = 120
_BESIDE = re.compile(r"\s*[|•·]\s*")


@dataclass(frozen=True, slots=True)
class Claim:
    """A date, how it was found, and as what it was written."""

    method: str  # rule | json-ld | meta | time | url | text | script | discovery
    raw: str
    reading: Reading
    shown: bool = False  # readers see it; machines may be told otherwise
    vague: bool = False  # when something was made, not when it was published

    @property
    def is_whole(self) -> bool:
        """Whether it names a day, with its year."""
        return self.reading.precision not in ("month", "year") and "year-assumed" not in self.reading.flags

    def moment(self, zone: tzinfo) -> datetime | None:
        return self.reading.instant(zone)

    def day(self, zone: tzinfo) -> date:
        """The day in `zone`."""
        moment = self.reading.instant(zone)
        return moment.astimezone(zone).date() if moment is not None else self.reading.day


@dataclass(frozen=True, slots=True)
class Claims:
    """In order of trust."""

    published: list[Claim]
    edited: list[Claim]


def claims_of(tree: Element, metadata: Metadata, title: Title | None, source: Source, capture: Capture) -> Claims:
    """What a page claims of its publication and of its last edit. Only claims that can be read are here."""
    beside = _beside(tree, title)
    marked = [element for element in _hinted(tree) if _is_the_storys(element, title)]
    said = (
        *_said_by_machines(tree, metadata, title, source),
        *(_Said("time", *_value(one)) for one in marked if _is_marked(one, _PUBLISHED_MARK)),
        *_said_by_the_url(capture.url),
        *_shown_to_readers(tree, title, beside, capture),
        *_in_scripts(tree),
        *([_Said("discovery", capture.told_published.isoformat())] if capture.told_published is not None else []),
        *_vague(metadata, title),
    )
    edits = (
        *(_Said("json-ld", value) for item in _items(metadata, title) if (value := _field(item, "dateModified"))),
        *(_Said("meta", value) for name in _UPDATED_METAS for value in metadata.every(name)),
        *(_Said("meta", value) for value in _in_head(tree, "datemodified")),
        *(_Said("time", *_value(one)) for one in marked if _is_marked(one, _UPDATED_MARK)),
    )
    published = list(_read(said, capture, source.zone))
    labelled = [one for one in published if one.reading.labelled_update and one.method in ("text", "time")]
    return Claims([one for one in published if one not in labelled], [*_read(edits, capture, source.zone), *labelled])


@dataclass(frozen=True, slots=True)
class _Said:
    method: str
    raw: str
    shown: bool = False
    vague: bool = False


def _read(said: Iterable[_Said], capture: Capture, zone: tzinfo) -> Iterator[Claim]:
    for one in said:
        read = read_date if one.shown else read_machine
        reading = read(one.raw, capture.captured_at, zone)
        if reading is None and (one.method in ("rule", "time") or one.shown):
            reading = _day_of_age(one.raw, capture.captured_at, zone)
        if reading is not None:
            yield Claim(one.method, one.raw, reading, one.shown, one.vague)


def _day_of_age(raw: str, captured_at: datetime, zone: tzinfo) -> Reading | None:
    """The day that an age lies in; None if it can lie in two: "two hours ago" at one o'clock is no day."""
    interval = age_interval(raw, captured_at, zone)
    if interval is None:
        return None
    first, last = (moment.astimezone(zone) for moment in interval)
    ends_at_midnight = last.hour == last.minute == last.second == 0
    whole_day = ends_at_midnight and (last - first).total_seconds() <= 25 * 3600
    if first.date() != last.date() and not whole_day:
        return None
    return Reading(first.date(), "day", flags=("from-age",))


def _items(metadata: Metadata, title: Title | None) -> list[dict[str, Any]]:
    return metadata.about(title.text if title is not None else "")


def _field(item: dict[str, Any], key: str) -> str | None:
    value = item.get(key)
    return str(value) if isinstance(value, int | float) else text_in(item, key)


def _said_by_machines(tree: Element, metadata: Metadata, title: Title | None, source: Source) -> Iterator[_Said]:
    for text in selected_texts(tree, source.reading.published):
        yield _Said("rule", text)
    for item in _items(metadata, title):
        if (said := _field(item, "datePublished")) is not None:
            yield _Said("json-ld", said)
    for name in _PUBLISHED_METAS:
        for value in metadata.every(name):
            yield _Said("meta", value)
    for value in _in_head(tree, "datepublished"):
        yield _Said("meta", value)


def _said_by_the_url(url: str) -> Iterator[_Said]:
    path = unquote(urlsplit(url).path)
    found, month = _URL_DAY.search(path), _URL_MONTH.search(path)
    if found is None and month is not None:
        yield _Said("url", f"{month[1]}-{month[2]}")
    elif found is not None and found["y3"]:
        yield _Said("url", f"{found['d3']}/{found['m3']}/{found['y3']}")
    elif found is not None:
        year, number, day = (found[name] or found[f"{name}2"] for name in ("y", "m", "d"))
        yield _Said("url", f"{year}-{number}-{day}")


def _vague(metadata: Metadata, title: Title | None) -> Iterator[_Said]:
    for name in _VAGUE_METAS:
        for value in metadata.every(name):
            yield _Said("meta", value, vague=True)
    for key in ("dateCreated", "uploadDate"):
        for item in _items(metadata, title):
            if (said := _field(item, key)) is not None:
                yield _Said("json-ld", said, vague=True)


def _in_head(tree: Element, name: str) -> Iterator[str]:
    """Metas of the page's head: in its body they can be another story's microdata."""
    for meta in tree.iterfind("head/meta"):
        names = (meta.get("name"), meta.get("itemprop"), meta.get("property"))
        if meta.get("content") and name in [(one or "").lower() for one in names]:
            yield str(meta.get("content"))


def _beside(tree: Element, title: Title | None) -> list[Element]:
    return datelines_beside(tree, title.element) if title is not None and title.element is not None else []


def _shown_to_readers(tree: Element, title: Title | None, beside: list[Element], capture: Capture) -> list[_Said]:
    """Datelines beside the title, then a labelled one anywhere; before them where they only say the day of the capture,
    as the head of a newspaper does."""
    near = [_Said("time" if one.tag == "time" else "text", *_value(one)) for one in beside]
    labelled = [_Said("text", text, shown=True) for text in _labelled(tree, title)]
    days = [reading.day for one in near if (reading := (read_date if one.shown else read_machine)(one.raw)) is not None]
    today = capture.captured_at.date()
    return [*labelled, *near] if all(abs((day - today).days) <= 1 for day in days) else [*near, *labelled]


def _labelled(tree: Element, title: Title | None) -> list[str]:
    """Lines anywhere that say "تاريخ النشر" and a date; none if there are several: then they are of several stories."""
    found: dict[str, None] = {}
    for element in tree.iter("p", "div", "span", "font", "td", "li", "small", "em"):
        whole = short_text(element, _MAX_MARKED_CHARS) if "نشر" in without_marks(element.text or "") else ""
        text = next(filter(is_only_a_date, _BESIDE.split(whole)), "")
        if text and not is_of_another(element, title.element if title is not None else None):
            reading = read_date(text)
            if reading is not None and reading.labelled_published:
                found[text] = None
    return list(found) if len(found) == 1 else []


def _hinted(tree: Element) -> Iterator[Element]:
    """Elements whose attributes may say that they hold a date; a quick look at many."""
    for element in tree.iter("time", "span", "div", "p", "abbr", "meta", "em", "small"):
        said = " ".join(element.values())
        if ("ate" in said or "ublish" in said or "odified" in said or element.tag == "time") and (
            _is_marked(element, _PUBLISHED_MARK) or _is_marked(element, _UPDATED_MARK)
        ):
            yield element


def _is_marked(element: Element, mark: re.Pattern[str]) -> bool:
    said = f"{marks(element)} {element.get('property') or ''}".lower()
    return mark.search(said) is not None or (mark is _PUBLISHED_MARK and "pubdate" in element.attrib)


def _is_the_storys(element: Element, title: Title | None) -> bool:
    """Whether a marked date belongs to this story: a few words, not in a list of stories, a link, another's box."""
    if is_of_another(element, title.element if title is not None else None) or any(
        one.tag == "li" for one in ancestors(element)
    ):
        return False
    return machine_value(element) is not None or bool(short_text(element, _MAX_MARKED_CHARS))


def _value(element: Element) -> tuple[str, bool]:
    """The machine-readable value if there is one, else the text, and whether it is the text."""
    machine = machine_value(element)
    return (machine, False) if machine is not None else (text_of(element), True)


def _in_scripts(tree: Element) -> Iterator[_Said]:
    """What the data of a script-built page says, if it says it once: else they are those of a list of stories."""
    found: set[str] = set()
    for script in tree.iter("script"):
        text = script.text or ""
        if "ublish" in text and "ld+json" not in (script.get("type") or ""):
            found.update(match[1] for match in _SCRIPT_DATE.finditer(text[:_MAX_SCRIPT_CHARS]))
    days = {reading.day for said in found if (reading := read_machine(said)) is not None}
    if len(days) == 1:
        yield _Said("script", max(found, key=len))
