"""The last object of a run: its manifest. And the pointer to a source's current extractor, where there is none."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version

from crawlers.extraction.version import Extractor, extractor_for
from flows.house import House
from flows.keeping import described
from flows.report import SourceReport
from storage import keys
from storage.errors import ObjectDiffers
from storage.ledger import PartState, RunRow
from storage.manifest import Manifest, ManifestFile
from storage.store import Stored

_SOFTWARE = ("warraq", "scrapy", "twisted", "trafilatura", "lxml", "fastwarc", "pyarrow", "prefect", "sqlalchemy")


def finish_run(house: House, row: RunRow, outcome: str, report: SourceReport, files: dict[str, Stored]) -> bool:
    """Write the manifest of a run whose parts are all read; whether it could be. Raises StoreError.

    `files` holds what is known of the run's objects; the rest is looked up in the store."""
    parts = house.ledger.parts_of(row.source, row.run)
    if any(part.state != PartState.READ for part in parts):
        return False
    key = keys.manifest(row.source, row.run)
    if not house.store.exists(key):
        house.store.put(key, _manifest(house, row, outcome, report, files).to_json())
    house.ledger.end_run(row.source, row.run, outcome, report.counts, house.clock())
    return True


def _manifest(house: House, row: RunRow, outcome: str, report: SourceReport, files: dict[str, Stored]) -> Manifest:
    source = house.catalogue[row.source]
    extractor = extractor_for(source)
    raw = [key for part in house.ledger.parts_of(row.source, row.run) for key in (part.part.warc, part.part.cdxj)]
    stems = {keys.stem_of(key) for key in raw}
    read = [key for key in _extracted(house, source.id, extractor) if keys.stem_of(key) in stems]
    found = [files.get(key) or described(house.store, key) for key in sorted([*raw, *read])]
    tally = report.tally
    return Manifest(
        kind="crawl",
        source=row.source,
        run=row.run,
        started_at=row.started_at,
        finished_at=house.clock(),
        outcome=outcome,
        counts=report.counts
        | {"captures": tally.captures, "articles": tally.articles, "rejected": tally.rejected, "other": tally.other},
        extractor=extractor.id,
        extractor_spelled=extractor.spelled,
        files=tuple(ManifestFile(stored.key, stored.size, stored.sha256) for stored in found),
        software={name: version(name) for name in _SOFTWARE} | {"python": platform.python_version()},
        settings={"source": source.model_dump(mode="json", by_alias=True), "contact": house.settings.contact},
        problems=tuple(report.problems),
    )


def _extracted(house: House, source: str, extractor: Extractor) -> list[str]:
    """Keys of what this extractor made of a source."""
    prefixes = (f"{kind}extractor={extractor.id}/source={source}/" for kind in (keys.ARTICLES, keys.REJECTED))
    return [key for prefix in prefixes for key in house.store.list(prefix)]


def name_current_extractor(house: House, source: str, extractor: Extractor) -> None:
    """Make this extractor the source's current one, if it has none yet."""
    key = keys.current_extractor(source)
    if house.store.exists(key):
        return
    content = json.dumps({"source": source, "extractor": extractor.id}, indent=1) + "\n"
    try:
        house.store.put(key, content.encode())
    except ObjectDiffers:
        return  # another run was first; it is theirs
