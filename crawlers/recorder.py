"""Tapped exchanges to WARC records, made durable in groups: bytes, then fsync, then the ledger's rows.

A URL is done only when its capture's bytes are on the disk; the wait is at most GROUP_S or GROUP_SIZE
captures. Each start writes to a new file; a part is sealed by size or at the end of its source's crawl.
Where the disk is full or the ledger does not answer, everything is held until a later flush succeeds."""

from __future__ import annotations

import platform
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path

from crawlers.door import Door
from crawlers.exchange import Exchange
from crawlers.records import (
    Answer,
    answer_of,
    metadata_record,
    repeats,
    request_record,
    response_record,
    revisit_record,
)
from storage import spool, warc
from storage.errors import Passing, WarraqError
from storage.http_message import validators
from storage.keys import Part
from storage.leases import Lease, lost
from storage.ledger import Captured, Ledger, PartState
from storage.surt import surt
from storage.told_bodies import body_of

GROUP_S = 0.25  # seconds a capture may wait for the disk
GROUP_SIZE = 32  # captures that may wait together
PART_BYTES = 1 << 30  # the customary size of a WARC file, WARC 1.1 annex C


@dataclass(slots=True)
class Recorder:
    """Writes the captures of one source's run into parts below the spool."""

    lease: Lease
    run: str
    folder: Path  # the source's own folder in the spool
    ledger: Ledger
    clock: Callable[[], datetime]
    later: Callable[[float, Callable[[], None]], object]  # the reactor's callLater
    about: Mapping[str, str]  # what the warcinfo record says
    on_fault: Callable[[Exception], None]  # the disk, the ledger or the lease failed: this crawl must end
    part_bytes: int = PART_BYTES
    door: Door | None = None  # None: nobody is told how full the spool is, or that something is held back
    captures: int = 0
    bytes_received: int = 0
    held_back: str = ""  # why what was recorded is not durable for now; empty: nothing is held back
    _file: warc.WarcFile | None = None
    _part: Part | None = None
    _number: int = 0
    _info_id: str = ""
    _named: bool = False  # the ledger knows of the open part
    _seal_soon: bool = False
    _closed: list[Part] = field(default_factory=list)  # and not yet sealed
    _waiting: list[Captured] = field(default_factory=list)
    _done: dict[str, Captured] = field(default_factory=dict)
    _unfetched: list[Callable[[], None]] = field(default_factory=list)  # what to write down of URLs without a capture
    _flush_planned: bool = False

    def record(self, exchange: Exchange) -> Captured:
        """Append an exchange; it is durable after the next flush. Raises like `flush`."""
        try:
            row = self._append(exchange)
        except (WarraqError, OSError) as error:
            self.on_fault(error)
            raise
        if self.door is not None:
            self.door.grew(row.length)
        return row

    def _append(self, exchange: Exchange) -> Captured:
        file, info = self._open_file(), self._info_id
        answer = answer_of(exchange)
        earlier, profile = self._repeated(exchange, answer)
        if earlier is None:
            response = response_record(exchange, answer, info)
        else:
            response = revisit_record(exchange, answer, info, earlier, profile)
        headers = dict(response.headers)
        record_id = headers["WARC-Record-ID"]
        etag, last_modified = validators(answer.message.headers)
        placed = file.append(response)
        file.append(request_record(exchange, info, record_id))
        told_body = self._told_body(exchange) if earlier is None and answer.message.status == 200 else ""
        file.append(metadata_record(exchange, answer, info, record_id, earlier, told_body))
        row = Captured(
            source=self.lease.source,
            run=self.run,
            part=self._number,
            offset=placed.offset,
            length=placed.length,
            record_id=record_id,
            url=headers["WARC-Target-URI"],
            archive_key=surt(exchange.url),
            captured_at=exchange.started_at.replace(microsecond=0),
            status=answer.message.status,
            payload_digest=headers.get("WARC-Payload-Digest", ""),
            kind=response.kind,
            decoded_digest=answer.decoded_digest if earlier is None else "",
            etag=etag,
            last_modified=last_modified,
        )
        self.captures += 1
        self.bytes_received += len(exchange.received)
        self._waiting.append(row)
        if file.size >= self.part_bytes:
            self._seal_soon = True
        self._plan_flush()
        return row

    def _repeated(self, exchange: Exchange, answer: Answer) -> tuple[Captured | None, str]:
        """The earlier capture, durable like all that the ledger knows, that has this payload; and how so."""
        if exchange.first_time or answer.truncated is not None:
            return None, ""
        if answer.message.status == 304:  # it confirms the capture that it was asked about, or none
            earlier = exchange.validates
        else:
            try:
                earlier = self.ledger.newest_capture(self.lease.source, surt(exchange.url))
            except Passing:
                return None, ""  # better kept twice than not at all
        profile = repeats(answer, exchange, earlier) if earlier is not None else None
        return (earlier, profile) if profile is not None else (None, "")

    def _told_body(self, exchange: Exchange) -> str:
        """What the feed that named the page holds of it; empty: nothing, or the ledger does not answer now."""
        try:
            return body_of(self.ledger, self.lease.source, exchange.told_body_of) if exchange.told_body_of else ""
        except Passing:
            return ""  # the capture of the feed has it still

    def lease_holds(self) -> bool:
        """Whether the source is still ours; if not, this crawl ends."""
        if self.ledger.holds(self.lease):
            return True
        self.on_fault(lost(self.lease))
        return False

    def done(self, document_key: str, capture: Captured) -> None:
        """The URL of this document key has been fetched; say so once the capture is durable."""
        self._done[document_key] = capture
        self._plan_flush()

    def failed(self, document_key: str, problem: str) -> None:
        """The URL of this document key could not be fetched; one try is counted."""
        now = self.clock()
        self._unfetched.append(lambda: self.ledger.failed(self.lease, document_key, problem, now))
        self._plan_flush()

    def refused(self, document_key: str, why: str) -> None:
        """The URL of this document key is not to be fetched: nothing is owed."""
        now = self.clock()
        self._unfetched.append(lambda: self.ledger.refused(self.lease, document_key, why, now))
        self._plan_flush()

    def _plan_flush(self) -> None:
        if self.held_back:
            return  # the door's next check tries again
        waiting = len(self._waiting) + len(self._done) + len(self._unfetched)
        if self._seal_soon or waiting >= GROUP_SIZE:
            self.flush()
        elif not self._flush_planned:
            self._flush_planned = True
            self.later(GROUP_S, self.flush)

    def flush(self) -> None:
        """Make everything appended durable, then write it down.

        Where that fails for a reason that may pass, all is held, `held_back` says why, and it can be called
        again. Raises LeaseLost, LedgerError, SpoolError, after `on_fault` was told."""
        self._flush_planned = False
        try:
            self._write_down()
        except Passing as error:
            self.held_back = str(error)
            if self.door is not None:
                self.door.shut(self.held_back)
        except WarraqError as error:
            self.on_fault(error)
            raise
        else:
            self.held_back = ""

    def seal_soon(self) -> None:
        """Close the open part, if there is one with captures, and give it its final name; or with the next flush."""
        self._seal_soon = self._file is not None
        self.flush()

    def give_up(self, why: WarraqError) -> None:
        """Wait no longer: the crawl ends, for this reason."""
        self.on_fault(why)

    def seal(self) -> None:
        """Make everything durable and give the open part its final name, or raise why not. Quiet if nothing is open."""
        self._seal_soon = self._file is not None
        self._write_down()

    def _write_down(self) -> None:
        """What is done is let go of, so that it goes on from there when it is called again."""
        with spool.faults_named(self.folder):
            if self._file is not None and self._part is not None:
                self._file.sync()
                if not self._named:
                    self.ledger.set_part(self._part, PartState.OPEN)
                    self._named = True
            if self._waiting or self._done:
                self.ledger.record(self.lease, self._waiting, self._done, self.clock())
                self._waiting, self._done = [], {}
            while self._unfetched:
                self._unfetched[0]()
                del self._unfetched[0]
            if self._seal_soon and self._file is not None and self._part is not None:
                self._file.close()
                self._closed.append(self._part)
                self._file = self._part = None
                self._seal_soon = False
            while self._closed:
                spool.seal(self.folder, self._closed[0], self.ledger)
                del self._closed[0]

    def _open_file(self) -> warc.WarcFile:
        if self._file is None:
            self._number += 1
            self._part = Part(self.lease.source, self.run, self._number)
            self._file = warc.WarcFile(spool.open_file(self.folder, self._part))
            self._named = False
            self._info_id = warc.new_record_id()
            self._file.append(_info_record(self._info_id, self._part, self.about, self.clock()))
        return self._file


def _info_record(record_id: str, part: Part, about: Mapping[str, str], now: datetime) -> warc.Record:
    fields = {
        "software": f"Warraq/{version('warraq')} (Scrapy {version('scrapy')}; Python {platform.python_version()})",
        "format": "WARC File Format 1.1",
        "conformsTo": "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": part.run,
        **about,
    }
    block = warc.fields_block(fields)
    headers = (
        ("WARC-Record-ID", record_id),
        ("WARC-Date", warc.warc_date(now)),
        ("WARC-Filename", f"{part.stem}.warc.gz"),
        ("Content-Type", warc.WARC_FIELDS),
        ("WARC-Block-Digest", warc.digest(block)),
    )
    return warc.Record("warcinfo", headers, block)
