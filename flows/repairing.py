"""Make again what is derived and damaged or missing: indexes, articles and rejections, manifests, pointers.

A WARC is put back only from its copy in the spool, while there is one, if that is what its manifest says. What is
put in place of a damaged object is what its manifest says, to the byte; an index may be of other bytes, if it is
right line by line, and then the manifest says so."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from crawlers.extraction.version import Extractor
from flows.fixity import Damage, PartFiles, damages_of, readings_made_again, warc_facts
from flows.grace import restore_part
from flows.house import House
from flows.learning import extractor_of
from flows.manifests import Ending, manifest_of
from flows.readings import Pointer
from flows.survey import ORPHAN, Run, Survey, extractors_by_source, survey
from flows.workplace import working_folder
from storage import keys, spool
from storage.errors import DamagedWarc, WarraqError
from storage.keys import Part
from storage.manifest import ManifestFile
from storage.store import Stored, sha256_of


@dataclass(slots=True)
class _Work:
    house: House
    found: Survey
    repaired: list[str] = field(default_factory=list)
    beyond: list[str] = field(default_factory=list)
    renewed: dict[Run, list[Stored]] = field(default_factory=dict)  # whose digests their manifests do not know

    def put(self, key: str, content: bytes) -> Stored:
        stored = self.house.store.replace_derived(key, content)
        self.repaired.append(key)
        return stored


def repair_damages(house: House, found: Survey, damages: Sequence[Damage]) -> tuple[list[str], list[str]]:
    """Repair what can be; returns the keys that are whole again, and a line for each that is not.

    Raises StoreError, LedgerError."""
    work = _Work(house, found)
    damaged = list(dict.fromkeys(damage.key for damage in damages if damage.problem != ORPHAN))
    orphans = sorted({damage.key for damage in damages} - set(damaged))
    work.beyond += [f"{key}: {ORPHAN}; look at it and remove it yourself, if it is nothing of yours" for key in orphans]
    by_part: dict[Part, set[str]] = {}
    for key in damaged:
        part = found.part_of(key)
        if part is not None:
            by_part.setdefault(part, set()).add(key)
    for part, wanted in sorted(by_part.items()):
        _repair_part(work, found.parts[part], wanted)
    manifests = sorted({key for key in damaged if keys.run_of_manifest(key)})
    for run, stored in sorted(work.renewed.items()):
        _renew_manifest(work, run, stored)
    for key in manifests:
        _repair_manifest(work, key)
    for key in sorted(key for key in damaged if key.startswith(keys.EXTRACTORS)):
        _repair_pointer(work, key)
    _look_again(work, by_part)
    return sorted(set(work.repaired)), work.beyond


def _restore_warc(work: _Work, files: PartFiles) -> None:
    """Put a damaged or lost WARC back from its copy in the spool, if there is one and it is what the manifest says."""
    house, part = work.house, files.part
    copy = spool.whole_file(house.spool / part.source, part)
    if copy is None:
        return
    named = files.named.get(part.warc)
    with copy.open("rb") as stream:
        found = sha256_of(stream)
    try:
        if named is None:
            restored = bool(restore_part(house, part, copy))
        else:
            restored = found == (named.sha256, named.size)
            if restored:
                house.store.restore(part.warc, copy)
    except DamagedWarc as error:
        work.beyond.append(f"{part.warc}: {error}")
        return
    if restored:
        work.repaired.append(part.warc)


def _repair_part(work: _Work, files: PartFiles, wanted: set[str]) -> None:
    if files.part.warc in wanted:
        _restore_warc(work, files)
    with working_folder() as folder:
        facts = warc_facts(work.house, files, folder)
        warc = files.part.warc
        if not facts.whole:
            good = ", ".join(f"{offset:,}" for offset in facts.good) or "none"
            work.beyond.append(f"{warc}: beyond repair; whole records at bytes: {good}")
            work.beyond += [f"{key}: cannot be made again, {warc} is damaged" for key in sorted(wanted - {warc})]
            return
        made = {files.part.cdxj: facts.index}
        if wanted - made.keys() - {warc}:
            made |= readings_made_again(work.house, files.part, facts)
    for key in sorted(wanted - {warc}):
        if key not in made:
            work.beyond.append(f"{key}: cannot be made again; another version of Warraq or its source file made it")
            continue
        named, sha256 = files.named.get(key), hashlib.sha256(made[key]).hexdigest()
        if named is not None and named.sha256 != sha256 and key != files.part.cdxj:
            work.beyond.append(f"{key}: this Warraq makes other bytes of it than its manifest says")
            continue
        stored = work.put(key, made[key])
        if named is not None and named.sha256 != sha256:
            work.renewed.setdefault((files.part.source, files.part.run), []).append(stored)


def _renew_manifest(work: _Work, run: Run, stored: Iterable[Stored]) -> None:
    """Let an intact manifest say the digests of indexes that were made again."""
    manifest = work.found.manifests.get(run)
    if manifest is None:
        return
    new = {each.key: ManifestFile(each.key, each.size, each.sha256) for each in stored}
    files = tuple(new.get(file.key, file) for file in manifest.files)
    problems = (*manifest.problems, *(f"{key} was damaged and made again" for key in sorted(new)))
    work.put(keys.manifest(*run), replace(manifest, files=files, problems=problems).to_json())


def _repair_manifest(work: _Work, key: str) -> None:
    house = work.house
    source, run = keys.run_of_manifest(key) or ("", "")
    if source == keys.IMPORTED:
        work.beyond.append(f"{key}: only it said where the archive came from; put it back, or import the file again")
        return
    row = next((row for row in house.ledger.runs_of(source) if row.run == run), None)
    if row is None:
        work.beyond.append(f"{key}: the ledger does not know this run; `warraq rebuild` into a new ledger first")
        return
    if row.finished_at is None:
        work.beyond.append(f"{key}: the run is not finished; `warraq status --settle` takes it up")
        return
    # The crawl's own problems stood in the lost manifest only.
    note = f"the manifest was lost or damaged and made again on {house.clock():%Y-%m-%d}"
    ended = Ending(row.outcome or "unknown", row.finished_at, row.counts or {}, (note,))
    try:
        content = manifest_of(house, row, ended, _extractor_of(work, source, run)).to_json()
    except WarraqError as error:
        work.beyond.append(f"{key}: {error}")
        return
    work.put(key, content)


def _extractor_of(work: _Work, source: str, run: str) -> Extractor:
    """The extractor that read a run: the one of today, if it read any of it."""
    today = extractor_of(work.house, work.house.catalogue[source])[0]
    files = [each for part, each in work.found.parts.items() if (part.source, part.run) == (source, run)]
    ids = [reading.extractor for each in files for reading in map(keys.reading_of, each.readings) if reading]
    return today if not ids or today.id in ids else Extractor(ids[0], {})


def _repair_pointer(work: _Work, key: str) -> None:
    source = Path(key).stem
    extractors = extractors_by_source(work.found).get(source)
    if not extractors:
        work.beyond.append(f"{key}: no intact manifest says what has read {source}")
        return
    work.put(key, Pointer(source, extractors[0]).to_json())


def _look_again(work: _Work, parts: Iterable[Part]) -> None:
    """Only what is whole on a second look counts as repaired."""
    again = survey(work.house)
    damages = list(again.damages)
    for part in parts:
        damages += damages_of(work.house, again.parts[part]) if part in again.parts else []
    still = {damage.key: damage for damage in damages if damage.key in work.repaired}
    work.repaired = [key for key in work.repaired if key not in still]
    work.beyond += [f"{damage}, after repair too" for damage in still.values()]
