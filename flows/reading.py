"""From a WARC in the store to articles and rejections: the one extraction of live crawls and replays.

The WARC is read back from the store, so that what is extracted is what was archived."""

from __future__ import annotations

import logging
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from crawlers.extraction.article import reject
from crawlers.extraction.recurring import NOTHING, Recurring
from crawlers.extraction.version import Extractor
from crawlers.source import Source
from flows.house import House
from flows.learning import extractor_of
from flows.page_pool import Lost, PagePool
from flows.telling import Told, told_by, told_by_hop
from storage import keys
from storage.articles import write_articles, write_rejections
from storage.bringing import bring
from storage.errors import InvalidSource
from storage.model import Article, Capture, Rejection, Tally
from storage.store import Stored
from storage.warc import read_captures

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Read:
    """What became of one WARC."""

    warc: str
    source: str
    extractor: Extractor
    tally: Tally
    files: tuple[Stored, ...]
    sample: tuple[Article, ...] = field(default=())  # the first few articles, for reports
    told: tuple[Told, ...] = field(default=())  # of the articles, in the order of the captures

    @property
    def new_files(self) -> int:
        return sum(stored.created for stored in self.files)


SAMPLE = 5


def source_of(house: House, warc_key: str) -> Source:
    """The source whose captures a WARC holds. Raises UnknownSource, InvalidSource."""
    part = keys.part_of(warc_key)
    if part is None:
        raise InvalidSource(warc_key, "expected a key such as raw/{source}/{yyyy}/{mm}/{dd}/{run}-{part}.warc.gz")
    return house.catalogue[part.source]


def read_warc(house: House, warc_key: str) -> Read:
    """Extract every capture of a WARC and store the outcome, once.

    The same WARC and extractor give the same bytes; if the store holds others, ObjectDiffers is raised:
    then extraction was not pure, and nothing is overwritten. Raises StoreError, DamagedWarc, UnknownSource."""
    source = source_of(house, warc_key)
    extractor, recurring = extractor_of(house, source)
    with tempfile.TemporaryDirectory(prefix="warraq-") as folder:
        file = Path(folder) / "part.warc.gz"
        house.store.fetch(warc_key, file)
        hops: list[Told] = []
        outcomes, tally = outcomes_of(house.readers, file, warc_key, source, extractor.id, recurring, hops)
    stem = keys.stem_of(warc_key)
    files = [bring(house.store, key, content) for key, content in files_of(outcomes, extractor.id, source.id, stem)]
    logger.info("read %s: %d articles, %d rejected", warc_key, tally.articles, tally.rejected)
    sample = tuple(outcome for outcome in outcomes if isinstance(outcome, Article))[:SAMPLE]
    told = told_by_all(outcomes, hops, source)
    return Read(warc_key, source.id, extractor, tally, tuple(files), sample, told)


def told_by_all(outcomes: Iterable[Article | Rejection], hops: Iterable[Told], source: Source) -> tuple[Told, ...]:
    """What the captures of one WARC tell, in their order."""
    told = [each for each in (told_by(outcome, source) for outcome in outcomes) if each is not None]
    return tuple(sorted([*told, *hops], key=lambda each: each.offset))


def files_of(
    outcomes: Sequence[Article | Rejection], extractor: str, source: str, stem: str
) -> Iterator[tuple[str, bytes]]:
    """Keys and bytes of the article and rejection files that hold these outcomes: a file a kind and day."""
    articles: dict[date, list[Article]] = defaultdict(list)
    rejections: dict[date, list[Rejection]] = defaultdict(list)
    for outcome in outcomes:
        if isinstance(outcome, Article):
            articles[outcome.captured_at.date()].append(outcome)
        else:
            rejections[outcome.captured_at.date()].append(outcome)
    for day, found in sorted(articles.items()):
        yield keys.articles(extractor, source, day, stem), write_articles(found)
    for day, refused in sorted(rejections.items()):
        yield keys.rejected(extractor, source, day, stem), write_rejections(refused)


def outcomes_of(
    readers: PagePool,
    file: Path,
    name: str,
    source: Source,
    extractor: str,
    recurring: Recurring,
    hops: list[Told] | None = None,
) -> tuple[list[Article | Rejection], Tally]:
    """Articles and rejections of a WARC file in the order of its captures. Raises DamagedWarc, ReaderFailed.

    `hops`: gets what redirects tell."""
    tally = Tally()
    outcomes: list[Article | Rejection] = []
    with file.open("rb") as stream:
        captures = read_captures(stream, name, file.stat().st_size)
        captures = captures if hops is None else noting_hops(captures, source, hops)
        for outcome in read_pages(readers, captures, source, extractor, recurring):
            tally.captures += 1
            if outcome is None:
                tally.other += 1
                continue
            outcomes.append(outcome)
            if isinstance(outcome, Rejection):
                tally.reject(outcome.reason)
            else:
                tally.articles += 1
    return outcomes, tally


def noting_hops(captures: Iterable[Capture], source: Source, hops: list[Told]) -> Iterator[Capture]:
    """The captures as they are; what redirects among them tell is added to `hops`."""
    for capture in captures:
        told = told_by_hop(capture, source)
        if told is not None:
            hops.append(told)
        yield capture


def read_pages(
    readers: PagePool, captures: Iterable[Capture], source: Source, extractor: str, recurring: Recurring = NOTHING
) -> Iterator[Article | Rejection | None]:
    """What each capture gives, in their order; a page that breaks its limits is a Rejection that says so."""
    for capture, outcome in readers.outcomes(captures, source, extractor, recurring):
        if isinstance(outcome, Lost):
            yield reject(capture, source, extractor, outcome.reason, outcome.detail)
        else:
            yield outcome
