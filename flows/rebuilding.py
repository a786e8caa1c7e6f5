"""The ledger, the indexes and the manifests anew, from the WARCs in the store.

What an intact manifest still says of its run is taken from there. What only the lost ones knew is named in
`Rebuilt.unknown`: nothing is made up."""

from __future__ import annotations

import contextlib
import logging
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from crawlers.visit import Order
from flows.house import House
from flows.keeping import captures_in, take_up
from flows.learning import learn_before_first_reading
from flows.manifests import finish_run, name_current_extractor
from flows.progress import Progress, Watch
from flows.reading import noting_hops, read_warc, told_by_all
from flows.rebuilt_urls import RunReader
from flows.report import SourceReport
from flows.telling import Told
from flows.versions import note_versions
from flows.walk import renewed
from flows.workplace import working_folder
from storage import cdxj, keys
from storage.articles import read_articles, read_rejections
from storage.errors import DamagedWarc, ObjectDiffers, StoreError, UsageError, WarraqError
from storage.keys import Part, new_run_id
from storage.leases import Lease
from storage.ledger import PartState
from storage.ledger_overview import captures_by_offset, known_sources
from storage.manifest import Manifest, is_whole, read_manifest
from storage.model import Article, Rejection
from storage.owners import owner_name
from storage.warc import read_captures, whole_length

OUTCOME = "rebuilt"  # of a run whose manifest is lost: how it ended is not known
_ORDER_WITHIN = 64 << 10  # bytes of a WARC; its first record is far shorter


@dataclass(slots=True)
class Rebuilt:
    """What was made anew. `unknown` and `problems`: one line each."""

    sources: int = 0
    runs: int = 0
    parts: int = 0
    captures: int = 0
    urls: int = 0
    indexes: list[str] = field(default_factory=list)  # keys written
    manifests: list[str] = field(default_factory=list)  # keys written
    unknown: list[str] = field(default_factory=list)  # what nothing tells any more
    problems: list[str] = field(default_factory=list)  # what could not be rebuilt, and why

    @property
    def exit_code(self) -> int:
        return 1 if self.problems else 0


def rebuild(house: House, *, ledger_only: bool = False, watch: Watch) -> Rebuilt:
    """Fill an empty ledger; unless `ledger_only`, write the indexes and manifests that are missing.

    Objects that are there are not replaced: `warraq verify --repair` does that. Raises UsageError if the
    ledger has rows, StoreError, LedgerError."""
    known = known_sources(house.ledger)
    if known:
        raise UsageError(
            f"the ledger has rows of {len(known)} sources, such as {known[0]}; rebuild fills an empty one: name a new "
            "one in WARRAQ_LEDGER, or move this one away"
        )
    done = Rebuilt()
    parts = _parts_in(house)
    manifests = _manifests_in(house, done)
    sources = sorted({part.source for part in parts} | {source for source, _ in manifests})
    run = new_run_id(house.clock())
    leases = [house.ledger.lease(source, owner_name(run), house.clock()) for source in sources]
    with renewed(house, leases), _spiders_quiet():
        for number, lease in enumerate(leases):
            watch(Progress("rebuilding", number, len(leases), {}))
            own = [part for part in parts if part.source == lease.source]
            _rebuild_source(house, lease, own, manifests, ledger_only, done)
        watch(Progress("rebuilding", len(leases), len(leases), {}))
    _rebuild_imports(house, done)
    done.sources = len(sources)
    return done


def _rebuild_imports(house: House, done: Rebuilt) -> None:
    """The runs of archives that others made: all the ledger says of them stands in their manifests."""
    runs = set()
    for key in house.store.list(f"{keys.RUNS}{keys.IMPORTED}/"):
        with contextlib.suppress(StoreError):  # named among the manifests of all sources
            manifest = read_manifest(house.store.get(key))
            house.ledger.begin_run(keys.IMPORTED, manifest.run, manifest.started_at)
            house.ledger.end_run(keys.IMPORTED, manifest.run, manifest.outcome, manifest.counts, manifest.finished_at)
            runs.add(manifest.run)
    done.runs += len(runs)
    for key in house.store.list(f"{keys.RAW}{keys.IMPORTED}/"):
        part = keys.part_of(key)
        if part is not None and part.run not in runs:
            done.problems.append(f"{key}: nothing says where it came from; import the file again")


def _parts_in(house: House) -> list[Part]:
    found = (keys.part_of(key) for key in house.store.list(keys.RAW) if key.endswith(".warc.gz"))
    return sorted(part for part in found if part is not None and part.source != keys.IMPORTED)


def _manifests_in(house: House, done: Rebuilt) -> dict[tuple[str, str], Manifest]:
    found = {}
    for key in house.store.list(keys.RUNS):
        content = house.store.get(key)
        try:
            manifest = read_manifest(content)
        except StoreError as error:
            done.problems.append(f"{key}: {error}")
            continue
        if not is_whole(content):
            done.problems.append(f"{key}: its bytes do not give the digest it carries; `warraq verify --repair` next")
        elif manifest.kind == "crawl":
            found[manifest.source, manifest.run] = manifest
    return found


@contextmanager
def _spiders_quiet() -> Iterator[None]:
    """What went wrong in old runs is no news; it stands in their manifests."""
    logger = logging.getLogger("crawlers.visit")
    before, logger.disabled = logger.disabled, True
    try:
        yield
    finally:
        logger.disabled = before


def _rebuild_source(
    house: House,
    lease: Lease,
    parts: Sequence[Part],
    manifests: dict[tuple[str, str], Manifest],
    ledger_only: bool,
    done: Rebuilt,
) -> None:
    source = lease.source
    reader = None
    if source in house.catalogue:
        reader = RunReader(house.catalogue[source], lease, house.ledger)
    else:
        done.problems.append(f"{source}: no source file describes it; its URLs and captures are not rebuilt")
    by_run = {run: list(group) for run, group in groupby(parts, lambda part: part.run)}
    for run in sorted(by_run.keys() | {run for owner, run in manifests if owner == source}):
        manifest = manifests.get((source, run))
        house.ledger.begin_run(source, run, manifest.started_at if manifest else keys.run_start(run))
        done.runs += 1
        try:
            if reader is not None:
                hops = _rebuild_parts(house, by_run.get(run, []), reader, ledger_only, done)
                if manifest is not None and manifest.extractor is not None:
                    _rebuild_events(house, hops, manifest, manifest.extractor)
        except WarraqError as error:
            done.problems.append(f"run {run} of {source}: {error}")
            continue
        if manifest is not None:
            house.ledger.end_run(source, run, manifest.outcome, manifest.counts, manifest.finished_at)
            _set_parts(house, by_run.get(run, []), PartState.READ)
        elif reader is not None:
            _finish(house, source, run, by_run[run], ledger_only, done)
    if reader is not None and reader.unnamed:
        done.unknown.append(
            f"{source}: where {reader.unnamed:,} of its URLs were found; no page in the archive names them"
        )
    done.urls += sum(house.ledger.url_counts(source).values())


def _rebuild_parts(
    house: House, parts: Sequence[Part], reader: RunReader, ledger_only: bool, done: Rebuilt
) -> dict[Part, list[Told]]:
    """Rows of the parts and captures of one run, and of the URLs they tell of; what redirects tell, by part."""
    hops: dict[Part, list[Told]] = {part: [] for part in parts}
    if not parts:
        return hops
    with working_folder() as folder:
        for part in parts:
            file = folder / f"{part.stem}.warc.gz"
            house.store.fetch(part.warc, file)
            whole, size = whole_length(file), file.stat().st_size
            if whole < size:
                raise DamagedWarc(part.warc, whole, "no whole record follows; `warraq verify` says what is still good")
            if part == parts[0]:
                reader.begin(keys.run_start(part.run), _order_in(file))
            take_up(house, part, captures_in(file))
            house.ledger.set_part(part, PartState.KEPT, size=size)
            rows = captures_by_offset(house.ledger, part)
            with file.open("rb") as stream:
                for capture in noting_hops(read_captures(stream, part.warc, size), reader.source, hops[part]):
                    reader.read(capture, rows[capture.ref.offset])
            done.parts += 1
            done.captures += len(rows)
            if not ledger_only:
                _index(house, part, file, done)
            file.unlink()
    reader.end()
    return hops


def _rebuild_events(house: House, hops: dict[Part, list[Told]], manifest: Manifest, extractor: str) -> None:
    """What happened to articles in a run, by the readings that its manifest names."""
    source = house.catalogue[manifest.source]
    for part, of_part in sorted(hops.items()):
        outcomes: list[Article | Rejection] = []
        for file in manifest.files:
            if file.key.startswith((keys.ARTICLES, keys.REJECTED)) and keys.stem_of(file.key) == part.stem:
                content = house.store.get(file.key)
                is_article = file.key.startswith(keys.ARTICLES)
                outcomes += read_articles(content) if is_article else read_rejections(content)
        note_versions(house, part, told_by_all(outcomes, of_part, source), extractor)


def _order_in(warc: Path) -> Order:
    """What a run was asked to do, as the first record of its WARC says; as always, if it says nothing."""
    with warc.open("rb") as file:
        start = zlib.decompressobj(31).decompress(file.read(_ORDER_WITHIN), _ORDER_WITHIN)
    found = re.search(rb"^warraq-order: (.+?)\r?$", start, re.MULTILINE)
    return Order.from_text(found[1].decode()) if found else Order()


def _index(house: House, part: Part, file: Path, done: Rebuilt) -> None:
    try:
        if house.store.put(part.cdxj, cdxj.index(file, file.name)).created:
            done.indexes.append(part.cdxj)
    except ObjectDiffers as error:
        done.problems.append(f"{error}; `warraq verify --repair` next")


def _set_parts(house: House, parts: Sequence[Part], state: PartState) -> None:
    for part in parts:
        house.ledger.set_part(part, state)


def _finish(house: House, source: str, run: str, parts: Sequence[Part], ledger_only: bool, done: Rebuilt) -> None:
    """Read the parts of a run without a manifest again, which gives the same bytes, and write one."""
    if ledger_only:
        done.unknown.append(f"run {run} of {source} has no manifest; it is owed: `warraq status --settle`")
        return
    learn_before_first_reading(house, source, [part.warc for part in parts])
    for part in parts:
        read = read_warc(house, part.warc)
        name_current_extractor(house, source, read.extractor)
        note_versions(house, part, read.told, read.extractor.id)
        house.ledger.set_part(part, PartState.READ)
    note = "the manifest was lost and made again from the WARCs; outcome, counts and problems of the crawl are unknown"
    report = SourceReport(source, "", "", run, OUTCOME, problems=[note])
    row = next(row for row in house.ledger.runs_of(source) if row.run == run)
    last = max(
        (row.captured_at for part in parts for row in captures_by_offset(house.ledger, part).values()), default=None
    )
    if finish_run(house, row, OUTCOME, report, {}, ended_at=last or row.started_at):
        done.manifests.append(keys.manifest(source, run))
        done.unknown.append(f"run {run} of {source}: how it ended, and when; its end is that of its last capture")
