"""From a WARC in the store to articles and rejections: the one extraction of live crawls and replays.

The WARC is read back from the store, so that what is extracted is what was archived. One of ours holds captures
of one source; one of others' holds anybody's, and each capture is read with the rules of its own source."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from crawlers.extraction.article import reject
from crawlers.extraction.recurring import NOTHING, Recurring
from crawlers.extraction.version import Extractor
from crawlers.hosts import Hosts
from crawlers.source import Source
from flows.house import House
from flows.learning import extractor_of
from flows.page_pool import Lost, PagePool
from flows.telling import Told, told_by, told_by_hop
from flows.workplace import working_folder
from storage import keys
from storage.articles import ARTICLE_SCHEMA, REJECTION_SCHEMA, RowFile
from storage.bringing import bring
from storage.captures import captures_past_damage
from storage.errors import DamagedWarc, InvalidSource, ObjectDiffers
from storage.model import Article, Capture, Rejection, Tally
from storage.store import Stored

logger = logging.getLogger(__name__)
SAMPLE = 5
SourceOf = Callable[[str], Source]  # the source of a capture's URL


@dataclass(frozen=True, slots=True)
class Read:
    """What became of the captures that one source has in one WARC."""

    warc: str
    source: str
    extractor: Extractor
    tally: Tally
    files: tuple[Stored, ...]
    sample: tuple[Article, ...] = field(default=())  # the first few articles, for reports
    told: tuple[Told, ...] = ()  # what the captures tell of articles, in their order

    @property
    def new_files(self) -> int:
        return sum(stored.created for stored in self.files)


@dataclass(frozen=True, slots=True)
class ReadWarc:
    """What became of one WARC. All that is readable was read; `damages` names the rest."""

    warc: str
    reads: tuple[Read, ...]
    damages: tuple[DamagedWarc, ...] = ()


def source_of(house: House, warc_key: str) -> SourceOf:
    """The source of each capture in a WARC. Raises UnknownSource, InvalidSource."""
    part = keys.part_of(warc_key)
    if part is None:
        raise InvalidSource(warc_key, "expected a key such as raw/{source}/{yyyy}/{mm}/{dd}/{run}-{part}.warc.gz")
    if part.source == keys.IMPORTED:
        return Hosts(house.catalogue.values()).source_of
    source = house.catalogue[part.source]
    return lambda url: source


def read_warc(house: House, warc_key: str) -> Read:
    """Extract every capture of a whole WARC of ours and store the outcome, once.

    Raises DamagedWarc, and what read_past_damage does."""
    done = read_past_damage(house, warc_key)
    if done.damages:
        raise done.damages[0]
    return done.reads[0]


def read_past_damage(house: House, warc_key: str, only: frozenset[str] = frozenset()) -> ReadWarc:
    """Extract every readable capture of a WARC and store the outcome, once. `only`: of these sources; empty: of all.

    The same WARC and extractor give the same bytes; if the store holds others, ObjectDiffers is raised:
    then extraction was not pure, and nothing is overwritten. Raises StoreError, UnknownSource, ReaderFailed."""
    source_for = source_of(house, warc_key)
    outcomes = Outcomes(house, keys.stem_of(warc_key))
    part = keys.part_of(warc_key)
    if part is not None and part.source != keys.IMPORTED:
        outcomes.begin(source_for(""))  # an empty WARC is read too
    with working_folder() as folder:
        file = folder / "part"
        house.store.fetch(warc_key, file)
        outcomes.read(file, warc_key, source_for, only)
    reads = tuple(_stored(house, warc_key, each, bool(outcomes.damages)) for each in outcomes.by_source.values())
    return ReadWarc(warc_key, reads, tuple(outcomes.damages))


def _stored(house: House, warc_key: str, made: OfSource, is_damaged: bool) -> Read:
    files = []
    for key, content in made.files():
        try:
            files.append(bring(house.store, key, content))
        except ObjectDiffers:
            if not is_damaged:
                raise
            # What is there was read when the WARC was still whole: it stays.
            logger.warning("%s stays as it was read before %s was damaged", key, warc_key)
    tally = made.tally
    logger.info("read %s of %s: %d articles, %d rejected", made.source.id, warc_key, tally.articles, tally.rejected)
    return Read(warc_key, made.source.id, made.extractor, tally, tuple(files), tuple(made.sample), made.in_order())


class OfSource:
    """Articles and rejections of one source in one WARC: a file a kind and day, in the order of the captures."""

    def __init__(self, house: House, source: Source, stem: str) -> None:
        self.source = source
        self.extractor, recurring = extractor_of(house, source)
        self.told: list[Told] = []
        self.shared = (
            source,
            self.extractor.id,
            recurring,
        )  # one object: costs nothing to hand over again
        self.tally = Tally()
        self.sample: list[Article] = []
        self._stem = stem
        self._files: dict[str, RowFile] = {}

    def in_order(self) -> tuple[Told, ...]:
        return tuple(sorted(self.told, key=lambda each: each.offset))

    def add(self, outcome: Article | Rejection | None) -> None:
        self.tally.captures += 1
        told = told_by(outcome, self.source) if outcome is not None else None
        self.told += [told] if told is not None else []
        if outcome is None:
            self.tally.other += 1
            return
        is_article = isinstance(outcome, Article)
        key_of, schema = (keys.articles, ARTICLE_SCHEMA) if is_article else (keys.rejected, REJECTION_SCHEMA)
        key = key_of(self.extractor.id, self.source.id, outcome.captured_at.date(), self._stem)
        if key not in self._files:
            self._files[key] = RowFile(schema)
        self._files[key].add(outcome)
        if isinstance(outcome, Rejection):
            self.tally.reject(outcome.reason)
            return
        self.tally.articles += 1
        self.sample += [outcome] if len(self.sample) < SAMPLE else []

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Keys and bytes; once, when all is added."""
        for key in sorted(self._files):
            yield key, self._files.pop(key).close()


class Outcomes:
    """What the captures of one WARC give, by source."""

    def __init__(self, house: House, stem: str) -> None:
        self._house = house
        self._stem = stem
        self.by_source: dict[str, OfSource] = {}
        self.damages: list[DamagedWarc] = []

    def begin(self, source: Source) -> OfSource:
        if source.id not in self.by_source:
            self.by_source[source.id] = OfSource(self._house, source, self._stem)
        return self.by_source[source.id]

    def read(self, file: Path, name: str, source_for: SourceOf, only: frozenset[str] = frozenset()) -> None:
        """Read a file, past its damage. Raises ReaderFailed."""
        readers = self._house.readers
        asked = ((made, capture) for made, capture in self._captures(file, name, source_for, only))
        pending = ((each, readers.submit(each[1], each[0].shared)) for each in asked)
        for (made, capture), outcome in readers.in_order(pending):
            made.add(_or_rejection(capture, made.source, made.extractor.id, outcome))

    def _captures(
        self, file: Path, name: str, source_for: SourceOf, only: frozenset[str]
    ) -> Iterator[tuple[OfSource, Capture]]:
        for capture in captures_past_damage(file, name):
            if isinstance(capture, DamagedWarc):
                self.damages.append(capture)
                continue
            source = source_for(capture.url)
            if not only or source.id in only:
                made = self.begin(source)
                hop = told_by_hop(capture, source)
                made.told += [hop] if hop is not None else []
                yield made, capture

    def files(self) -> dict[str, bytes]:
        return {key: content for made in self.by_source.values() for key, content in made.files()}


def told_by_all(outcomes: Iterable[Article | Rejection], hops: Iterable[Told], source: Source) -> tuple[Told, ...]:
    """What the captures of one WARC tell, in their order."""
    told = [each for each in (told_by(outcome, source) for outcome in outcomes) if each is not None]
    return tuple(sorted([*told, *hops], key=lambda each: each.offset))


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
        yield _or_rejection(capture, source, extractor, outcome)


def _or_rejection(
    capture: Capture, source: Source, extractor: str, outcome: Article | Rejection | Lost | None
) -> Article | Rejection | None:
    if isinstance(outcome, Lost):
        return reject(capture, source, extractor, outcome.reason, outcome.detail)
    return outcome
