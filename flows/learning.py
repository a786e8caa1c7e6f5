"""What recurs on a source's pages, learned from its archived captures and kept beside the archive.

`extractors/{source}/recurring-{number}.json`: written once, never changed; the newest is part of the source's
extractor. It is learned before the first reading of a source, and again only when somebody asks for it
(`warraq replay ID --learn`): so a crawl and its replay, today or in years, read with the same data."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from crawlers.extraction.recurring import NOTHING, Recurring, Sightings, learned
from crawlers.extraction.version import Extractor, extractor_for
from crawlers.source import Source
from flows.house import House
from flows.workplace import working_folder
from storage import keys
from storage.errors import StoreError
from storage.warc import read_captures

logger = logging.getLogger(__name__)

MAX_PAGES = 400  # of a source; more tell nothing new


def recurring_of(house: House, source: str) -> Recurring:
    """What was learned of a source last; nothing if it never was. Raises StoreError."""
    found = list(house.store.list(keys.learned_of(source)))
    if not found:
        return NOTHING
    try:
        return Recurring.from_json(house.store.get(found[-1]))
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"damaged object {found[-1]}: {error}; `warraq replay {source} --learn` learns anew"
        ) from error


def extractor_of(house: House, source: Source) -> tuple[Extractor, Recurring]:
    """The extractor of a source as it reads today, and what it has learned. Raises StoreError."""
    recurring = recurring_of(house, source.id)
    return extractor_for(source, recurring), recurring


def learn_before_first_reading(house: House, source: str, warc_keys: Sequence[str]) -> None:
    """Learn from the WARCs of a source that nothing has read yet. Raises StoreError, DamagedWarc."""
    if warc_keys and not house.store.exists(keys.current_extractor(source)):
        learn(house, house.catalogue[source], warc_keys)


def learn(house: House, source: Source, warc_keys: Sequence[str]) -> Recurring:
    """What recurs over the pages in some WARCs, kept if it is news. Raises StoreError, DamagedWarc."""
    pages: list[Sightings] = []
    for key in warc_keys:
        pages += _pages_in(house, source, key, MAX_PAGES - len(pages))
        if len(pages) >= MAX_PAGES:
            break
    found = learned(pages)
    known = list(house.store.list(keys.learned_of(source.id)))
    if found and found != recurring_of(house, source.id):
        house.store.put(keys.learned(source.id, len(known) + 1), found.to_json())
        logger.info("%s: %d lines recur over %d pages", source.id, len(found.lines), len(pages))
    return found


def _pages_in(house: House, source: Source, key: str, most: int) -> Iterator[Sightings]:
    with working_folder() as folder:
        file = folder / "part.warc.gz"
        house.store.fetch(key, file)
        with file.open("rb") as stream:
            captures = (one for one in read_captures(stream, key, file.stat().st_size) if source.is_article(one.url))
            for _, page in house.readers.outcomes(captures, source, work="sightings"):
                if most <= 0:
                    return
                if isinstance(page, Sightings):
                    most -= 1
                    yield page
