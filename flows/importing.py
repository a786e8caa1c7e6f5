"""Archives that others made, taken in: their bytes as they are, an index, and where they came from.

An archive's key says its digest, so that the same file twice is one import, and a killed one goes on by being
asked for again. A WACZ is taken apart into its WARCs, whose bytes it holds as they are; its own digest, its
datapackage.json and its seal stand in the manifest. Only a broken WACZ is kept whole."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from crawlers.hosts import Hosts
from flows.house import House
from flows.import_inputs import Input
from flows.progress import Progress, Watch
from flows.workplace import working_folder
from storage import cdxj, keys
from storage.archive_records import archive_records, ending_of
from storage.bringing import bring
from storage.captures import foreign_capture, is_capture, moment_of
from storage.errors import DamagedWarc, ObjectDiffers, StoreError, WarraqError
from storage.keys import Part
from storage.manifest import Manifest, ManifestFile, read_manifest
from storage.store import Stored, sha256_of
from storage.wacz import Wacz, is_zip, plain_name, read_wacz, unpack
from storage.warc import RawRecord

OUTCOME = "imported"
DAMAGED = "imported-damaged"
MAX_NAMED = 1000  # damages of one file that its manifest names; it says how many more there are


class NoArchive(WarraqError):
    """A file in which no record can be read."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}; nothing of it was stored")


@dataclass(slots=True)
class Imported:
    """What became of one file. `damages`: one line each, by file and offset."""

    name: str  # as it was given
    status: str = "failed"  # imported | already | failed
    run: str = ""
    warcs: list[str] = field(default_factory=list)  # object keys
    records: int = 0
    captures: int = 0
    sources: dict[str, int] = field(default_factory=dict)  # captures by the source of their host
    damages: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Who takes in what, from where. Kept in the manifest."""

    origin: str  # absolute path or s3:// URL
    name: str
    by: str


@dataclass(slots=True)
class _Archive:
    """One WARC or ARC file as it was looked through."""

    file: Path
    name: str
    index: list[str] = field(default_factory=list)
    records: int = 0
    unindexed: int = 0
    first: datetime | None = None
    last: datetime | None = None
    sources: Counter[str] = field(default_factory=Counter)
    damages: list[str] = field(default_factory=list)
    more_damages: int = 0


def import_inputs(house: House, inputs: Sequence[Input], by: str, watch: Watch) -> Iterator[Imported]:
    """Take in each file; what is wrong with one is told and does not stop the others."""
    hosts = Hosts(house.catalogue.values())
    for number, each in enumerate(inputs):
        watch(Progress("importing", number, len(inputs), {}))
        imported = Imported(each.origin)
        try:
            with working_folder() as folder, each.file(folder) as file:
                _import(house, file, Provenance(each.origin, each.name, by), folder, hosts, imported)
        except (WarraqError, OSError) as error:
            imported.status = "failed"
            imported.damages.append(str(error) if isinstance(error, WarraqError) else f"{each.origin}: {error}")
        yield imported
    watch(Progress("importing", len(inputs), len(inputs), {}))


def _import(house: House, file: Path, come: Provenance, folder: Path, hosts: Hosts, done: Imported) -> None:
    with file.open("rb") as stream:
        sha256, size = sha256_of(stream)
    package = read_wacz(file) if is_zip(file) else None
    archives = list(_unpacked(file, package, folder, done)) if package is not None else [(file, come.name)]
    if package is not None:
        done.damages += [f"{come.name}: {problem}" for problem in package.problems]
    looked = [_looked_through(archive, name, hosts) for archive, name in archives]
    readable = [each for each in looked if each.records]
    if not readable:
        problem = next((line for each in looked for line in each.damages), "it holds no WARC and no ARC file")
        raise NoArchive(come.origin, problem.partition(": ")[2] or problem)
    first = min((each.first for each in readable if each.first), default=None)
    run, manifest = _run_for(house, sha256, first)
    done.run = run
    if manifest is not None:
        _told_again(manifest, done)
        return
    started = house.clock()
    house.ledger.begin_run(keys.IMPORTED, run, started)
    files: list[Stored] = []
    for number, archive in enumerate(looked, 1):
        if archive.records:
            files += _stored(house, Part(keys.IMPORTED, run, number, ending_of(archive.file)), archive, done)
        done.damages += archive.damages
    facts = {
        "from": come.origin,
        "name": come.name,
        "by": come.by,
        "on": started.isoformat(),
        "sha256": sha256,
        "size": size,
        "names": [each.name for each in looked],
        "sources": done.sources,
        "first_capture": first.isoformat() if first else None,
        "last_capture": max((each.last for each in readable if each.last), default=started).isoformat(),
    }
    if package is not None:
        facts["wacz"] = {"datapackage": package.datapackage, "seal": package.seal}
    _finish(house, run, started, facts, files, done)
    done.status = "imported"


def _unpacked(file: Path, package: Wacz, folder: Path, done: Imported) -> Iterator[tuple[Path, str]]:
    """The WARCs of a package and of the packages in it, as files."""
    for number, entry in enumerate([*package.entries, *package.packages]):
        inner = folder / f"{number:05d}"
        inner.mkdir()
        target = inner / "content"
        problem = unpack(file, entry, target, package.stated.get(entry.name))
        if problem:
            done.damages.append(f"{file.name}/{entry.name} {problem}")
        if not target.exists():
            continue
        nested = read_wacz(target) if entry in package.packages else None
        if nested is None:
            yield target, plain_name(entry.name)
            continue
        done.damages += [f"{entry.name}: {line}" for line in nested.problems]
        nested.packages = []  # a package in a package in a package has never been seen
        yield from _unpacked(target, nested, inner, done)


def _looked_through(file: Path, name: str, hosts: Hosts) -> _Archive:
    """Every record of an archive, once: its index, whose its captures are, and its damage."""
    found = _Archive(file, name)
    for checked in archive_records(file):
        if checked.problem is not None:
            _tell(found, checked.offset, checked.problem)
        if checked.record is not None:
            _take(checked.record, found, hosts)
    if found.more_damages:
        found.damages.append(f"{name}: damaged at {found.more_damages:,} more places")
    return found


def _take(record: RawRecord, found: _Archive, hosts: Hosts) -> None:
    found.records += 1
    found.unindexed += record.shared
    line = cdxj.lines([record], "").decode()
    found.index += [line] if line else []
    moment = moment_of(record.header("WARC-Date"))
    if moment is not None:
        found.first = min(found.first or moment, moment)
        found.last = max(found.last or moment, moment)
    if is_capture(record):
        try:
            found.sources[hosts.source_of(foreign_capture(record, found.name).url).id] += 1
        except DamagedWarc as damage:
            _tell(found, damage.offset, damage.problem)


def _tell(found: _Archive, offset: int, problem: str) -> None:
    if len(found.damages) < MAX_NAMED:
        found.damages.append(f"{found.name}: damaged at byte {offset:,}: {problem}")
    else:
        found.more_damages += 1


def _run_for(house: House, sha256: str, first: datetime | None) -> tuple[str, Manifest | None]:
    """The run of an archive, and its manifest if it was imported before.

    Two archives can begin in one second and with the same digits: then the next ones are taken."""
    moment = first or datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    for at in range(0, 60, 6):
        run = keys.imported_run_id(moment, sha256[at:])
        key = keys.manifest(keys.IMPORTED, run)
        if not house.store.exists(key):
            return run, None
        manifest = read_manifest(house.store.get(key))
        if manifest.settings.get("import", {}).get("sha256") == sha256:
            return run, manifest
    raise StoreError(f"no run is left for an archive with the digest {sha256}")


def _told_again(manifest: Manifest, done: Imported) -> None:
    done.status = "already"
    done.warcs = [file.key for file in manifest.files if not file.key.endswith(".cdxj")]
    done.records, done.captures = manifest.counts["records"], manifest.counts["captures"]
    done.sources = dict(manifest.settings["import"]["sources"])
    done.damages = list(manifest.problems)


def _stored(house: House, part: Part, archive: _Archive, done: Imported) -> list[Stored]:
    index = _index(archive, Path(part.warc).name)
    stored = [bring(house.store, part.warc, archive.file), bring(house.store, part.cdxj, index)]
    done.warcs.append(part.warc)
    done.records += archive.records
    done.captures += archive.sources.total()
    for source, count in sorted(archive.sources.items()):
        done.sources[source] = done.sources.get(source, 0) + count
    if archive.unindexed:
        done.notes.append(
            f"{archive.name}: {archive.unindexed:,} records share a compressed piece with others; they are read one "
            "after the other, and stand in no index, which could not lead to them"
        )
    return stored


def _index(archive: _Archive, filename: str) -> bytes:
    lines = (line.replace('"filename": ""', f'"filename": "{filename}"') for line in archive.index)
    return "".join(sorted(lines)).encode("utf-8")


def _finish(
    house: House, run: str, started: datetime, facts: dict[str, Any], files: Sequence[Stored], done: Imported
) -> None:
    outcome = DAMAGED if done.damages else OUTCOME
    counts = {"captures": done.captures, "damages": len(done.damages), "records": done.records}
    manifest = Manifest(
        kind="import",
        source=keys.IMPORTED,
        run=run,
        started_at=started,
        finished_at=house.clock(),
        outcome=outcome,
        counts=counts,
        files=tuple(ManifestFile(stored.key, stored.size, stored.sha256) for stored in files),
        settings={"import": facts},
        problems=tuple(done.damages),
    )
    key = keys.manifest(keys.IMPORTED, run)
    try:
        house.store.put(key, manifest.to_json())
    except ObjectDiffers:  # another import of the same file ended first: its word stands
        manifest = read_manifest(house.store.get(key))
    house.ledger.end_run(keys.IMPORTED, run, manifest.outcome, manifest.counts, manifest.finished_at)
