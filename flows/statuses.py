"""How the house stands: of each source the last run and capture and what is owed; the spool, the store, the
last verification. And settling: what is owed taken up without crawling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from crawlers.source import Source
from flows.house import House
from flows.report import Report
from flows.steps import Steps
from flows.walk import Watch, settle_sources
from storage import keys, spool
from storage.ledger import State
from storage.ledger_overview import known_sources, last_capture
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
    stored_bytes: int | None  # None: not asked for

    @property
    def is_owed(self) -> bool:
        return bool(self.owed or self.parts_owed or self.runs_owed or self.spool_files)


@dataclass(slots=True)
class Status:
    at: datetime
    sources: list[SourceStatus]
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
    sources = [_source_status(house, source, sizes) for source in found]
    verified = Verifications(house.ledger, house.store.url).last()
    strangers = [source for source in found if source not in house.catalogue]
    return Status(house.clock(), sources, verified, house.store.url, strangers)


def _in_spool(folder: Path) -> list[str]:
    """Sources with parts in the spool."""
    return [each.name for each in folder.iterdir() if each.is_dir() and _spooled(each)] if folder.is_dir() else []


def _spooled(folder: Path) -> list[Path]:
    endings = (spool.OPEN, spool.SEALED)
    return [file for ending in endings for file, _ in spool.parts_in(folder, folder.name, ending)]


def _source_status(house: House, source: str, sizes: bool) -> SourceStatus:
    runs = house.ledger.runs_of(source)
    urls = house.ledger.url_counts(source)
    files = _spooled(house.spool / source)
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
        spool_bytes=sum(file.stat().st_size for file in files),
        stored_bytes=_stored_bytes(house, source) if sizes else None,
    )


def _stored_bytes(house: House, source: str) -> int:
    """Bytes of a source's objects, as its manifests count them."""
    from storage.manifest import read_manifest

    manifests = house.store.list(f"{keys.RUNS}{source}/")
    return sum(file.size for key in manifests for file in read_manifest(house.store.get(key)).files)


def settle(house: House, *, steps: Steps, watch: Watch) -> Report:
    """Take up everything owed in the spool and the ledger, of every source that has a source file."""
    return settle_sources(house, _settleable(house), steps=steps, watch=watch)


def _settleable(house: House) -> Sequence[Source]:
    known = {*known_sources(house.ledger), *_in_spool(house.spool)}
    found = []
    for source in sorted(known):
        owes = house.ledger.owed_parts(source) or house.ledger.runs_of(source, unfinished=True)
        if source in house.catalogue and (owes or _spooled(house.spool / source)):
            found.append(house.catalogue[source])
    return found
