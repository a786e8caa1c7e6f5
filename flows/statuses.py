"""How the house stands: of each source the last run and capture and what is owed; the spool, the store, the
last verification. And settling: what is owed taken up without crawling."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawlers.source import Source
from flows.house import House
from flows.progress import Watch
from flows.report import Report
from flows.steps import Steps
from flows.walk import settle_sources
from storage import keys, spool
from storage.ledger import State
from storage.ledger_overview import known_sources, last_capture
from storage.pauses import Pause, Pauses
from storage.verifications import VerificationRow, Verifications

VERIFY_WITHIN = timedelta(days=2)  # the flow runs daily; one may be missed


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """One source. Counts are of URLs, or of parts where they say so."""

    source: str
    last_run: str | None  # None: never crawled
    last_outcome: str | None  # None: not finished
    last_capture: datetime | None
    owed: int  # found and not yet fetched
    failed: int
    refused: int
    parts_owed: int  # not yet proved to be in the store, or not read
    runs_owed: int  # without a manifest
    spool_files: int
    spool_bytes: int
    copies: int  # files in the spool that are proved to be in the store, and wait for their grace to end
    copies_bytes: int
    stored_bytes: int | None  # None: not asked for
    paused_since: datetime | None = None  # None: it is not paused

    @property
    def is_owed(self) -> bool:
        return bool(self.owed or self.parts_owed or self.runs_owed or self.spool_files)


@dataclass(frozen=True, slots=True)
class SpoolStatus:
    """How full the spool is. A crawl waits where there is no room in it."""

    folder: str
    used_bytes: int
    limit_bytes: int
    free_bytes: int  # on its disk
    no_room: str  # why crawls wait for now; empty: there is room


@dataclass(slots=True)
class Status:
    at: datetime
    sources: list[SourceStatus]
    spool: SpoolStatus
    store_problem: str  # why nothing can be stored for now; empty: the store answers
    verified: VerificationRow | None  # the last verification of this store; None: there was none
    store: str
    strangers: list[str] = field(default_factory=list)  # ids with rows or files that no source file describes

    @property
    def owed(self) -> list[str]:
        """A line for each source that owes something."""
        return [f"{each.source}: {_debts(each)}" for each in self.sources if each.is_owed]

    @property
    def warnings(self) -> list[str]:
        """What should be seen to, though nothing is owed by it."""
        lines = [f"{each}: no source file describes it; what it owes cannot be read" for each in self.strangers]
        lines += [f"crawls wait: {self.spool.no_room}"] if self.spool.no_room else []
        lines += [f"nothing can be stored: {self.store_problem}"] if self.store_problem else []
        last = self.verified
        if last is None or last.finished_at is None or self.at - last.finished_at > VERIFY_WITHIN:
            lines.append("no verification has ended in the last two days; run `warraq verify`")
        elif last.damages:
            lines.append(f"the last verification found damage in {last.damages} places; run `warraq verify`")
        return lines

    @property
    def exit_code(self) -> int:
        return 1 if self.owed else 0


def _debts(each: SourceStatus) -> str:
    counts = (
        (each.owed, "URLs to fetch"),
        (each.parts_owed, "parts to store or read"),
        (each.runs_owed, "runs to finish"),
        (each.spool_files, f"files in the spool ({each.spool_bytes:,} bytes)"),
    )
    return ", ".join(f"{count:,} {words}" for count, words in counts if count)


def status_of(house: House, *, sizes: bool = False) -> Status:
    """Raises LedgerError; with `sizes`, which reads the size of each WARC, StoreError too."""
    found = sorted({*known_sources(house.ledger), *_in_spool(house.spool)})
    paused = Pauses(house.ledger).all()
    sources = [_source_status(house, source, sizes, paused.get(source)) for source in found]
    verified = Verifications(house.ledger, house.store.url).last()
    strangers = [source for source in found if source not in house.catalogue and source != keys.IMPORTED]
    problem = house.store_problem
    return Status(house.clock(), sources, _spool_status(house), problem, verified, house.store.url, strangers)


def _spool_status(house: House) -> SpoolStatus:
    folder, limit = house.spool, house.settings.spool_bytes
    with spool.faults_named(folder):
        used, disk = spool.used_bytes(folder), os.statvfs(folder)
        free = disk.f_bavail * disk.f_frsize
        return SpoolStatus(str(folder), used, limit, free, spool.shortage(folder, limit, used))


def _in_spool(folder: Path) -> list[str]:
    """Sources with parts, or copies of parts, in the spool."""
    if not folder.is_dir():
        return []
    return [each.name for each in folder.iterdir() if each.is_dir() and any(each.glob(f"*{spool.SEALED}*"))]


def _spooled(folder: Path) -> list[Path]:
    endings = (spool.OPEN, spool.SEALED)
    return [file for ending in endings for file, _ in spool.parts_in(folder, folder.name, ending)]


def _source_status(house: House, source: str, sizes: bool, pause: Pause | None) -> SourceStatus:
    runs = house.ledger.runs_of(source)
    urls = house.ledger.url_counts(source)
    files = _spooled(house.spool / source)
    copies = [file for file, _ in spool.parts_in(house.spool / source, source, spool.KEPT)]
    return SourceStatus(
        source=source,
        last_run=runs[0].run if runs else None,
        last_outcome=runs[0].outcome if runs else None,
        last_capture=last_capture(house.ledger, source),
        owed=urls.get(State.OWED, 0),
        failed=urls.get(State.FAILED, 0),
        refused=urls.get(State.REFUSED, 0),
        parts_owed=len(house.ledger.owed_parts(source)),
        runs_owed=sum(row.finished_at is None for row in runs),
        spool_files=len(files),
        spool_bytes=_size_of(files),
        copies=len(copies),
        copies_bytes=_size_of(copies),
        stored_bytes=_stored_bytes(house, source) if sizes else None,
        paused_since=pause.since if pause else None,
    )


def _size_of(files: Sequence[Path]) -> int:
    """Bytes of these files; a crawl may move them while we look."""
    total = 0
    for file in files:
        with suppress(FileNotFoundError):
            total += file.stat().st_size
    return total


def _stored_bytes(house: House, source: str) -> int:
    """Bytes of a source's objects, as its manifests count them."""
    from storage.manifest import read_manifest

    manifests = house.store.list(f"{keys.RUNS}{source}/")
    return sum(file.size for key in manifests for file in read_manifest(house.store.get(key)).files)


def settle(house: House, *, steps: Steps, watch: Watch) -> Report:
    """Take up everything owed in the spool and the ledger, of every source that has a source file.

    Copies whose grace is over go, once the store has proved that it has what they hold."""
    return settle_sources(house, _settleable(house), steps=steps, watch=watch)


def _settleable(house: House) -> Sequence[Source]:
    known = {*known_sources(house.ledger), *_in_spool(house.spool)}
    found = []
    for source in sorted(known):
        owes = house.ledger.owed_parts(source) or house.ledger.runs_of(source, unfinished=True)
        files = [*_spooled(house.spool / source), *spool.parts_in(house.spool / source, source, spool.KEPT)]
        if source in house.catalogue and (owes or files):
            found.append(house.catalogue[source])
    return found
