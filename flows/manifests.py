"""The last object of a run: its manifest. And the pointer to a source's current extractor, where there is none."""

from __future__ import annotations

import functools
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from crawlers.extraction.version import Extractor
from flows.house import House
from flows.keeping import described
from flows.learning import extractor_of
from flows.readings import Pointer
from flows.report import SourceReport
from storage import keys
from storage.articles import row_count
from storage.errors import ObjectDiffers, ObjectMissing
from storage.keys import Part
from storage.ledger import PartState, RunRow
from storage.manifest import Manifest, ManifestFile, is_whole, read_manifest
from storage.store import Stored

_SOFTWARE = ("warraq", "scrapy", "twisted", "trafilatura", "lxml", "fastwarc", "pyarrow", "prefect", "sqlalchemy")


def finish_run(
    house: House,
    row: RunRow,
    outcome: str,
    report: SourceReport,
    files: dict[str, Stored],
    ended_at: datetime | None = None,
) -> bool:
    """Write the manifest of a run whose parts are all read; whether it could be. Raises StoreError, and
    ObjectMissing where the store has lost one of `files` since: then its part is owed once more.

    `files` holds what is known of the run's objects; the rest is looked up in the store. `ended_at` None: now.
    The ledger's row then says what the manifest says, so that it can be made again from it."""
    parts = house.ledger.parts_of(row.source, row.run)
    if any(part.state != PartState.READ for part in parts):
        return False
    key = keys.manifest(row.source, row.run)
    if not _is_there_whole(house, key):
        _see_that_none_is_lost(house, row, files)
        ended = Ending(outcome, ended_at or house.clock(), report.counts, tuple(report.problems))
        extractor = extractor_of(house, house.catalogue[row.source])[0]
        house.store.replace_derived(key, manifest_of(house, row, ended, extractor, files).to_json())
    written = read_manifest(house.store.get(key))
    house.ledger.end_run(row.source, row.run, written.outcome, written.counts, written.finished_at)
    return True


def _see_that_none_is_lost(house: House, row: RunRow, files: dict[str, Stored]) -> None:
    for key in sorted(files):
        part = keys.part_behind(key)
        if part is not None and (part.source, part.run) == (row.source, row.run) and not house.store.exists(key):
            house.ledger.set_part(part, PartState.KEPT)
            raise ObjectMissing(key, house.store.url)


def _is_there_whole(house: House, key: str) -> bool:
    """Whether a crash came between a manifest and the ledger's row: then that manifest stands."""
    try:
        return is_whole(house.store.get(key))
    except ObjectMissing:
        return False


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run ended."""

    outcome: str
    finished_at: datetime
    counts: dict[str, int]  # of the crawl process
    problems: tuple[str, ...]


def manifest_of(
    house: House, row: RunRow, ended: Ending, extractor: Extractor, files: dict[str, Stored] | None = None
) -> Manifest:
    """The manifest of a run whose parts are in the ledger and whose objects are in the store.

    Raises StoreError, UnknownSource."""
    files = files or {}
    source = house.catalogue[row.source]
    parts = [each.part for each in house.ledger.parts_of(row.source, row.run)]
    read = _extracted(house, parts, extractor)
    keys_of_run = sorted([key for part in parts for key in (part.warc, part.cdxj)] + read)
    found = [files.get(key) or described(house.store, key) for key in keys_of_run]
    return Manifest(
        kind="crawl",
        source=row.source,
        run=row.run,
        started_at=row.started_at,
        finished_at=ended.finished_at,
        outcome=ended.outcome,
        counts=ended.counts | _stored_counts(house, parts, read),
        extractor=extractor.id,
        extractor_spelled=extractor.spelled,
        files=tuple(ManifestFile(stored.key, stored.size, stored.sha256) for stored in found),
        software=dict(_software()),
        settings={"source": source.model_dump(mode="json", by_alias=True), "contact": house.settings.contact},
        problems=ended.problems,
    )


@functools.cache
def _software() -> dict[str, str]:
    """Names and versions. Each is read from a file of its package."""
    return {name: version(name) for name in _SOFTWARE} | {"python": platform.python_version()}


def _extracted(house: House, parts: Sequence[Part], extractor: Extractor) -> list[str]:
    """Keys of what this extractor made of the parts of one run, day by day, so that old days cost nothing."""
    if not parts:
        return []
    first = keys.run_day(parts[0].run)
    days = [first + timedelta(days=n) for n in range((house.clock().date() - first).days + 1)]
    kinds = (keys.articles, keys.rejected)
    wanted = {kind(extractor.id, part.source, day, part.stem) for kind in kinds for part in parts for day in days}
    folders = sorted({key.rpartition("/")[0] + "/" for key in wanted})
    return [key for folder in folders for key in house.store.list(folder) if key in wanted]


def _stored_counts(house: House, parts: Sequence[Part], read: Sequence[str]) -> dict[str, int]:
    """What the stored files hold: right also where a crash came between the reading and the manifest."""
    captures = sum(house.ledger.captures_of(part) for part in parts)
    articles = sum(row_count(house.store.get(key)) for key in read if key.startswith(keys.ARTICLES))
    rejected = sum(row_count(house.store.get(key)) for key in read if key.startswith(keys.REJECTED))
    return {
        "captures": captures,
        "articles": articles,
        "rejected": rejected,
        "other": captures - articles - rejected,
    }


def name_current_extractor(house: House, source: str, extractor: Extractor) -> None:
    """Make this extractor the source's current one, if it has none yet."""
    key = keys.current_extractor(source)
    if house.store.exists(key):
        return
    try:
        house.store.put(key, Pointer(source, extractor.id).to_json())
    except ObjectDiffers:
        return  # another run was first; it is theirs
