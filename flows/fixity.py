"""Is one part of a run still what was written: its WARC, its index, and all that was read from it?

What is damaged is named once, where it is: a broken record does not make its index line or its article
damaged too, and a file is measured against the WARC only where the WARC is good."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flows.house import House
from flows.reading import Outcomes, source_of
from flows.workplace import working_folder
from storage import cdxj, keys
from storage.archive_records import archive_records
from storage.articles import read_articles, read_rejections
from storage.captures import foreign_capture, is_capture
from storage.errors import DamagedWarc, ObjectMissing, StoreError
from storage.keys import Part
from storage.manifest import ManifestFile
from storage.model import Article, Capture, Rejection
from storage.store import sha256_of
from storage.warc import RawRecord
from storage.warc_fixity import checked_records

MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Damage:
    """One place that is not as it was written. At most one of offset, line and row is set."""

    key: str
    problem: str
    offset: int | None = None  # of a record, in bytes from the start of the WARC
    line: int | None = None  # of an index, from 1
    row: int | None = None  # of an article or rejection file, from 1

    def __str__(self) -> str:
        places = (("record at byte", self.offset), ("line", self.line), ("row", self.row))
        place = "".join(f"{name} {number:,}: " for name, number in places if number is not None)
        return f"{self.key}: {place}{self.problem}"

    def to_json(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if value is not None}


@dataclass(slots=True)
class PartFiles:
    """A part, and every object that belongs to it by its key or by a manifest."""

    part: Part
    named: dict[str, ManifestFile] = field(default_factory=dict)  # what manifests say of them
    present: set[str] = field(default_factory=set)  # keys the store lists
    kept: set[str] = field(default_factory=set)  # keys the ledger says were kept, where no manifest is left to say
    reader: str = ""  # the extractor whose files must be there, where no manifest is left to say; empty: a manifest is

    @property
    def keys(self) -> set[str]:
        return self.present | self.named.keys() | self.kept

    @property
    def readings(self) -> list[str]:
        """Keys of article and rejection files."""
        return sorted(key for key in self.keys if not key.startswith(keys.RAW))


@dataclass(slots=True)
class WarcFacts:
    """What a WARC was found to hold."""

    file: Path | None = None  # None: not there
    damages: list[Damage] = field(default_factory=list)
    good: list[int] = field(default_factory=list)  # offsets of the records that are whole
    records: dict[tuple[int, str], RecordFacts] = field(default_factory=dict)  # captures, by offset and record id
    index: bytes = b""  # lines of the good records
    size: int = 0
    differs: bool = False  # from what its manifest says

    @property
    def whole(self) -> bool:
        return self.file is not None and not self.damages

    def take(self, capture: Capture) -> None:
        ref, day = capture.ref, f"{capture.captured_at:%Y-%m-%d}"
        known = RecordFacts(ref.length, ref.record_id, capture.url, day, capture.payload_digest)
        self.records[ref.offset, ref.record_id] = known


@dataclass(frozen=True, slots=True)
class RecordFacts:
    length: int
    record_id: str
    url: str
    day: str  # yyyy-mm-dd of its WARC-Date
    payload_digest: str


def damages_of(house: House, files: PartFiles) -> list[Damage]:
    """Every damaged place of a part. Raises StoreError where the store itself fails."""
    with working_folder() as folder:
        facts = warc_facts(house, files, folder)
        found = list(facts.damages)
        found += _index_damages(house, files, facts)
        unnamed = [key for key in files.readings if key not in files.named]
        remade = readings_made_again(house, files.part, facts) if unnamed or files.reader else {}
        for key in files.readings:
            content = _content(house, key)
            if content is None:
                found.append(Damage(key, MISSING))
            else:
                found += _reading_damages(files, facts, key, content, remade)
        if files.reader:
            absent = sorted(remade.keys() - files.keys)
            found += [Damage(key, MISSING) for key in absent if f"/extractor={files.reader}/" in key]
    return found


def _content(house: House, key: str) -> bytes | None:
    try:
        return house.store.get(key)
    except ObjectMissing:
        return None


def _differs(named: ManifestFile | None, size: int, sha256: str) -> str | None:
    """How an object differs from what its manifest says; None: it does not, or no manifest names it."""
    if named is None or (named.size, named.sha256) == (size, sha256):
        return None
    if named.size != size:
        return f"{size:,} bytes, its manifest says {named.size:,}"
    return "other bytes than its manifest says"


def _bytes_differ(named: ManifestFile | None, content: bytes) -> str | None:
    return _differs(named, len(content), hashlib.sha256(content).hexdigest())


# --- the WARC ------------------------------------------------------------------------------------


def warc_facts(house: House, files: PartFiles, folder: Path) -> WarcFacts:
    """Read the WARC of a part, past whatever is broken in it."""
    key = files.part.warc
    facts = WarcFacts()
    file = folder / f"{files.part.stem}{files.part.ending}"
    try:
        house.store.fetch(key, file)
    except ObjectMissing:
        facts.damages.append(Damage(key, MISSING))
        return facts
    facts.file, facts.size = file, file.stat().st_size
    is_ours = files.part.source != keys.IMPORTED
    facts.index = cdxj.lines(_readable(file, key, facts, is_ours), file.name)
    with file.open("rb") as stream:
        sha256, size = sha256_of(stream)
    differs = _differs(files.named.get(key), size, sha256)
    if not is_ours and differs is None and key in files.named:
        facts.damages.clear()  # it came like this: the manifest of its import names them
    facts.differs = differs is not None
    if differs and (not facts.damages or files.named[key].size != size):
        facts.damages.append(Damage(key, differs))
    return facts


def _readable(file: Path, key: str, facts: WarcFacts, is_ours: bool) -> Iterator[RawRecord]:
    """Of a WARC of ours the records that are good; of another's all that is readable, as its import took it."""
    for checked in checked_records(file) if is_ours else archive_records(file):
        if checked.problem is not None:
            facts.damages.append(Damage(key, checked.problem, offset=checked.offset))
        record = checked.record
        if record is None or (is_ours and checked.problem is not None):
            continue
        facts.good.append(checked.offset)
        if is_capture(record):
            with contextlib.suppress(DamagedWarc):  # it gave no capture when it was read, either
                facts.take(foreign_capture(record, key))
        yield record


# --- the index -----------------------------------------------------------------------------------


def _index_damages(house: House, files: PartFiles, facts: WarcFacts) -> list[Damage]:
    key = files.part.cdxj
    content = _content(house, key)
    if content is None:
        return [Damage(key, MISSING)] if key in files.keys or facts.file is not None else []
    differs = _bytes_differ(files.named.get(key), content)
    if differs is None and (content == facts.index or facts.file is None or facts.differs):
        return []  # the manifest bears it out, and not the WARC
    found = list(_line_damages(key, content, facts))
    if not found and (differs or (key not in files.named and facts.whole)):
        found = [Damage(key, differs or "not the index that its WARC gives")]
    return found


def _line_damages(key: str, content: bytes, facts: WarcFacts) -> Iterator[Damage]:
    """Lines that no record answers or that say something else of it, and records without a line."""
    wanted = {line.offset: line for line in map(cdxj.read_line, facts.index.decode().splitlines())}
    seen: set[int] = set()
    unread = False  # then a missing line may well be one that could not be read
    for number, text in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        try:
            line = cdxj.read_line(text)
        except StoreError as error:
            yield Damage(key, str(error), line=number)
            unread = True
            continue
        seen.add(line.offset)
        record = wanted.get(line.offset)
        if record is None:
            if facts.whole:
                yield Damage(key, f"no capture begins at byte {line.offset:,} of the WARC", line=number)
            continue
        wrong = [name for name in cdxj.IndexLine.__slots__ if getattr(line, name) != getattr(record, name)]
        if wrong:
            yield Damage(key, f"{', '.join(wrong)} not as in the record", line=number)
    if facts.file is not None and not unread:
        for offset in sorted(wanted.keys() - seen):
            yield Damage(key, f"no line for the record at byte {offset:,} of the WARC")


# --- articles and rejections ---------------------------------------------------------------------


def _reading_damages(
    files: PartFiles, facts: WarcFacts, key: str, content: bytes, remade: dict[str, bytes]
) -> list[Damage]:
    differs = _bytes_differ(files.named.get(key), content)
    if differs is None and key in remade and remade[key] != content:
        differs = "not what its WARC gives"
    if facts.differs and differs is None and key in files.named:
        facts = WarcFacts()  # the manifest bears this file out, and not the WARC: nothing to measure it against
    try:
        found = list(_row_damages(files.part, facts, key, content))
    except (StoreError, ValueError) as error:
        return [Damage(key, differs or str(error).partition(";")[0])]
    if not found and differs:
        found = [Damage(key, differs)]
    return found


def _row_damages(part: Part, facts: WarcFacts, key: str, content: bytes) -> Iterator[Damage]:
    reading = keys.reading_of(key)
    if reading is None:
        raise StoreError(f"{key}: not a key of an article or rejection file")
    rows: Iterable[Article | Rejection] = (
        read_articles(content) if key.startswith(keys.ARTICLES) else read_rejections(content)
    )
    for number, row in enumerate(rows, 1):
        problem = _row_problem(row, part.warc, reading, facts)
        if problem:
            yield Damage(key, problem, row=number)


def _row_problem(row: Article | Rejection, warc: str, reading: keys.Reading, facts: WarcFacts) -> str | None:
    """What a row says that its capture, its key or its own text does not bear out."""
    if (row.source, row.extractor, row.warc) != (reading.part.source, reading.extractor, warc):
        return "source, extractor or warc are not those of its key"
    if row.captured_at.date() != reading.day:
        return f"captured on {row.captured_at:%Y-%m-%d}, which is not the day of its key"
    if isinstance(row, Article) and row.text_digest != f"sha256:{hashlib.sha256(row.text.encode()).hexdigest()}":
        return "text_digest is not that of its text"
    record = facts.records.get((row.offset, row.record_id))
    if record is None:
        return f"no capture begins at byte {row.offset:,} of {row.warc} under this record id" if facts.whole else None
    said = (row.length, row.payload_digest, row.captured_at.date().isoformat())
    if said != (record.length, record.payload_digest, record.day):
        return f"length, payload_digest or day are not those of the record at byte {row.offset:,}"
    return None


def readings_made_again(house: House, part: Part, facts: WarcFacts) -> dict[str, bytes]:
    """What this Warraq reads from the WARC, by key; empty where the WARC is damaged or its source unknown."""
    if not facts.whole or facts.file is None or (part.source not in house.catalogue and part.source != keys.IMPORTED):
        return {}
    outcomes = Outcomes(house, part.stem)
    outcomes.read(facts.file, part.warc, source_of(house, part.warc))
    return outcomes.files()
