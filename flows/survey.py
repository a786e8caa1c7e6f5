"""What lies in the store, sorted by part: which manifest names what, what none names, which run has none.

Reads the listing, every manifest and every pointer to a current extractor; parts are looked into by
fixity.py. A run that is being crawled right now is left out: its objects are not all there yet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flows.fixity import MISSING, Damage, PartFiles
from flows.house import House
from flows.readings import read_pointer
from storage import keys
from storage.errors import ObjectMissing, StoreError
from storage.keys import Part
from storage.ledger import PartState
from storage.ledger_overview import known_sources
from storage.manifest import Manifest, is_whole, read_manifest
from storage.owners import is_dead

Run = tuple[str, str]  # source, run
ORPHAN = "named by no manifest"


@dataclass(slots=True)
class Survey:
    """The archive as it is listed. `parts` in the order of source, run and number."""

    parts: dict[Part, PartFiles] = field(default_factory=dict)
    manifests: dict[Run, Manifest | None] = field(default_factory=dict)  # None: damaged
    damages: list[Damage] = field(default_factory=list)  # of manifests and pointers; objects that none names
    unfinished: set[Run] = field(default_factory=set)  # by the ledger, and nobody is at it
    in_progress: set[Run] = field(default_factory=set)
    objects: int = 0  # manifests and pointers read

    def files_of(self, part: Part) -> PartFiles:
        files = self.parts.setdefault(part, PartFiles(part))
        if part.ending != keys.OURS:
            files.part = part  # only the key of a WARC says what it ends in
        return files

    def part_of(self, key: str) -> Part | None:
        """The part that an object belongs to. What was read from an archive of others lies with its sources."""
        part = keys.part_behind(key)
        if part is None or (part.source, part.run) in self.manifests or key.startswith(keys.RAW):
            return part
        imported = Part(keys.IMPORTED, part.run, part.number)
        return imported if (keys.IMPORTED, part.run) in self.manifests else part


def survey(house: House) -> Survey:
    """Look over the whole store. Raises StoreError, LedgerError."""
    listed = list(house.store.list(""))
    found = Survey()
    for key in listed:
        run = keys.run_of_manifest(key)
        if run is not None:
            found.manifests[run] = _manifest(house, key, found)
    _take_named(found)
    strays = [key for key in listed if not _placed(found, key)]
    _runs_without_manifest(house, found)
    known = {(part.source, part.run) for part in found.parts}
    found.damages += [Damage(key, ORPHAN) for key in _orphans(found, strays, known)]
    found.parts = {
        part: files for part, files in sorted(found.parts.items()) if (part.source, part.run) not in found.in_progress
    }
    _pointers(house, found, listed)
    _name_readers(found)
    return found


def _manifest(house: House, key: str, found: Survey) -> Manifest | None:
    found.objects += 1
    try:
        content = house.store.get(key)
        manifest = read_manifest(content)
    except ObjectMissing:
        found.damages.append(Damage(key, MISSING))
        return None
    except StoreError as error:
        found.damages.append(Damage(key, str(error).partition(";")[0]))
        return None
    if not is_whole(content):
        found.damages.append(Damage(key, "its bytes do not give the digest it carries"))
        return None
    if keys.manifest(manifest.source, manifest.run) != key:
        found.damages.append(Damage(key, f"it is the manifest of run {manifest.run} of {manifest.source}"))
        return None
    return manifest


def _take_named(found: Survey) -> None:
    for manifest in found.manifests.values():
        for file in manifest.files if manifest else ():
            part = keys.part_behind(file.key)
            if part is not None:
                found.files_of(part).named[file.key] = file


def _placed(found: Survey, key: str) -> bool:
    """Put an object where it belongs; False: nothing of ours has such a key, or no manifest names it."""
    if key.startswith(keys.EXTRACTORS) or keys.run_of_manifest(key) is not None:
        return True
    part = found.part_of(key)
    if part is None:
        return False
    manifest = found.manifests.get((part.source, part.run))
    if manifest is not None and not _belongs(key, part, manifest, found):
        return False
    if (part.source, part.run) not in found.manifests and not key.startswith(keys.RAW):
        return False  # unless its WARC is there too; see _orphans
    found.files_of(part).present.add(key)
    return True


def _belongs(key: str, part: Part, manifest: Manifest, found: Survey) -> bool:
    """Whether an intact manifest names an object, or another extractor made it from a part that it names."""
    files = found.parts.get(part)
    if files is None:
        return False
    reading = keys.reading_of(key)
    replayed = reading is not None and reading.extractor != manifest.extractor and files.part.warc in files.named
    return key in files.named or replayed


def _orphans(found: Survey, strays: Iterable[str], known: set[Run]) -> list[str]:
    """Strays, without those of runs that have parts but no manifest: there the manifest is what is missing."""
    orphans = []
    for key in strays:
        part = found.part_of(key)
        run = (part.source, part.run) if part else None
        if run in found.in_progress:
            continue
        if part is not None and run in known and run not in found.manifests:
            found.files_of(part).present.add(key)
        else:
            orphans.append(key)
    return orphans


def _runs_without_manifest(house: House, found: Survey) -> None:
    """Name the manifest that should be there: of every run with parts in the store, or known to the ledger."""
    runs = {(part.source, part.run) for part in found.parts}
    rows = {
        (row.source, row.run): row for source in known_sources(house.ledger) for row in house.ledger.runs_of(source)
    }
    for source, run in sorted((runs | rows.keys()) - found.manifests.keys()):
        key = keys.manifest(source, run)
        row = rows.get((source, run))
        if row is not None and row.finished_at is None:
            if _is_running(house, source, run):
                found.in_progress.add((source, run))
                continue
            words = "the run is not finished; `warraq status --settle` takes it up"
            if source == keys.IMPORTED:
                words = "this import is not finished; import the file again, and it goes on"
            found.damages.append(Damage(key, words))
            found.unfinished.add((source, run))
        elif house.store.exists(key):
            found.in_progress.add((source, run))  # it ended while we looked
        else:
            for kept in house.ledger.parts_of(source, run):
                if kept.state in (PartState.KEPT, PartState.READ):
                    found.files_of(kept.part).kept |= {kept.part.warc, kept.part.cdxj}
            found.damages.append(Damage(key, f"{MISSING}{_objects_of(found, source, run)}"))


def _objects_of(found: Survey, source: str, run: str) -> str:
    """In words: the objects that this run's manifest should name."""
    objects = sorted(
        key for part, files in found.parts.items() if (part.source, part.run) == (source, run) for key in files.present
    )
    return f"; nothing names the {len(objects)} objects of this run, such as {objects[0]}" if objects else ""


def _is_running(house: House, source: str, run: str) -> bool:
    owner = house.ledger.owner_of(source)
    return owner.endswith(f":{run}") and not is_dead(owner)


# --- pointers ------------------------------------------------------------------------------------


def _pointers(house: House, found: Survey, listed: Iterable[str]) -> None:
    """Each source that was read has a pointer, and each pointer names an extractor that read something."""
    made = extractors_by_source(found)
    busy = {source for source, _ in found.in_progress}
    there = {key for key in listed if key.startswith(keys.EXTRACTORS) and not keys.is_learned(key)}
    for source, extractors in sorted(made.items()):
        key = keys.current_extractor(source)
        if key not in there:
            found.damages += [Damage(key, MISSING)] if extractors else []
            continue
        found.objects += 1
        content = house.store.get(key)
        if not _names_one_of(content, source, extractors) and source not in busy:
            found.damages.append(Damage(key, "it names no extractor that has read this source"))
    expected = {keys.current_extractor(source) for source in made.keys() | busy}
    found.damages += [Damage(key, ORPHAN) for key in sorted(there - expected)]


def _names_one_of(content: bytes, source: str, extractors: list[str]) -> bool:
    try:
        pointer = read_pointer(content)
    except StoreError:
        return False
    return pointer.source == source and pointer.extractor in extractors


def _name_readers(found: Survey) -> None:
    """Where a manifest is lost, what was read from the run's other files tells which extractor read all of it."""
    made = extractors_by_source(found)
    for part, files in found.parts.items():
        run = (part.source, part.run)
        if found.manifests.get(run) is None and run not in found.unfinished:
            own = [reading.extractor for reading in map(keys.reading_of, files.readings) if reading]
            files.reader = (own or made[part.source] or [""])[0]


def extractors_by_source(found: Survey) -> dict[str, list[str]]:
    """Which extractors have read parts of a source, oldest run first."""
    made: dict[str, list[str]] = {part.source: [] for part in found.parts}
    for (source, _), manifest in sorted(found.manifests.items()):
        if manifest is not None and manifest.extractor and manifest.files:
            made.setdefault(source, []).append(manifest.extractor)
    for files in found.parts.values():
        for reading in filter(None, map(keys.reading_of, files.readings)):
            made.setdefault(reading.part.source, []).append(reading.extractor)
    return {source: list(dict.fromkeys(extractors)) for source, extractors in made.items()}
