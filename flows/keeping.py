"""From the spool to the store: mend what a crash left, index, upload, prove. Then see grace.py.

Everything here can be done twice: objects are created once, and a part that is kept stays kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urljoin

from crawlers.document_key import document_key
from crawlers.source import Source
from flows.house import House
from storage import cdxj, spool, warc
from storage.bringing import bring
from storage.errors import DamagedWarc, ObjectMissing, SpoolError
from storage.http_message import validators
from storage.keys import Part
from storage.ledger import Captured, PartState, answers_for_good
from storage.model import Capture
from storage.store import Store, Stored, sha256_of
from storage.surt import surt

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is proved to be in the store."""

    part: Part
    files: tuple[Stored, ...]  # WARC and index


def settle_spool(house: House, source: str) -> list[str]:
    """Mend and seal what earlier runs left open; the caller holds the lease. Returns a line for each.

    Raises SpoolError, LedgerError, DamagedWarc; what was done until then need not be done again."""
    with spool.faults_named(house.spool / source):
        return _settle_files(house, source, house.spool / source)


def _settle_files(house: House, source: str, folder: Path) -> list[str]:
    lines = []
    for file, part in spool.parts_in(folder, source, spool.OPEN):
        size = file.stat().st_size
        cut = warc.mend(file)
        captures = captures_in(file)
        if captures:
            take_up(house, part, captures)
            spool.seal(folder, part, house.ledger)
            lines.append(
                f"mended {part.stem}: {len(captures)} captures kept, {cut} bytes of an unfinished record cut off"
            )
        else:
            house.ledger.forget_part(part)
            file.unlink()
            lines.append(f"dropped {part.stem}: no whole capture in its {size} bytes")
    known = {row.part: row.state for row in house.ledger.owed_parts(source)}
    for file, part in spool.parts_in(folder, source, spool.SEALED):
        if known.get(part) in (None, PartState.OPEN):
            take_up(house, part, captures_in(file))
            house.ledger.set_part(part, PartState.SEALED, size=file.stat().st_size)
    for file, part in spool.parts_in(folder, source, spool.KEPT):
        if not any(row.part == part for row in house.ledger.parts_of(source, part.run)):  # a new ledger
            take_up(house, part, captures_in(file))
            house.ledger.set_part(part, PartState.KEPT, size=file.stat().st_size)
    return lines


def take_up(house: House, part: Part, captures: Sequence[Capture]) -> None:
    """Make the ledger say of a part what its file holds; the ledger may be younger than the file."""
    house.ledger.begin_run(part.source, part.run, house.clock())
    rows = {capture.ref.offset: _row_of(capture, part) for capture in captures}
    known = part.source in house.catalogue  # a source file may go; its captures stay
    answered = answered_by(captures, house.catalogue[part.source]) if known else {}
    done = {key: rows[capture.ref.offset] for key, capture in answered.items()}
    house.ledger.reconcile(part, list(rows.values()), done)


def captures_in(file: Path) -> list[Capture]:
    """The captures of a whole WARC file, without their bodies: a part may hold a gigabyte. Raises DamagedWarc."""
    with file.open("rb") as stream:
        captures = warc.read_captures(stream, file.name, file.stat().st_size)
        return [replace(capture, body=b"") for capture in captures]


def _row_of(capture: Capture, part: Part) -> Captured:
    etag, last_modified = validators(capture.headers)
    return Captured(
        source=part.source,
        run=part.run,
        part=part.number,
        offset=capture.ref.offset,
        length=capture.ref.length,
        record_id=capture.ref.record_id,
        url=capture.url,
        archive_key=surt(capture.url),
        captured_at=capture.captured_at,
        status=capture.status,
        payload_digest=capture.payload_digest,
        kind=capture.kind,
        decoded_digest=capture.decoded_digest,
        etag=etag,
        last_modified=last_modified,
    )


def answered_by(captures: Sequence[Capture], source: Source) -> dict[str, Capture]:
    """Document keys whose URLs these captures answer for good, with the last hop of each."""
    whole = {capture.url: capture for capture in captures if capture.truncated is None}
    ends = ((document_key(url, source), _end_of(capture, whole)) for url, capture in whole.items())
    return {key: end for key, end in ends if end is not None and settles(end)}


def settles(capture: Capture) -> bool:
    """Whether a capture answers its URL for good: a 304 does, if it confirms an earlier capture."""
    return answers_for_good(capture.status) or (capture.status == 304 and capture.kind == "revisit")


def _end_of(capture: Capture, whole: Mapping[str, Capture]) -> Capture | None:
    """Where a chain of redirects ends; None if it leads out of these captures, or never ends."""
    end: Capture | None = capture
    for _ in range(len(whole)):
        target = end.header("Location") if end is not None and 300 <= end.status < 400 else None
        if end is None or target is None:
            return end
        end = whole.get(urljoin(end.url, target))
    return None


def keep_part(house: House, part: Part) -> Kept:
    """Upload a sealed part and its index, and prove both; the local file stays for its grace.

    Raises StoreError, DamagedWarc, SpoolError, LedgerError, leaving the part in the spool for the next try."""
    folder = house.spool / part.source
    with spool.faults_named(folder):
        file = spool.whole_file(folder, part)
        if file is None:
            return _kept_before(house, part)
        stored = bring_part(house, part, file)
        house.ledger.set_part(part, PartState.KEPT)
        spool.keep(folder, part, house.clock())
    logger.info("kept %s (%d bytes)", part.warc, stored[0].size)
    return Kept(part, stored)


def bring_part(house: House, part: Part, file: Path) -> tuple[Stored, Stored]:
    """Bring a part's closed file and its index into the store. Raises StoreError, DamagedWarc, OSError."""
    whole, size = warc.whole_length(file), file.stat().st_size
    if whole < size:
        raise DamagedWarc(str(file), whole, f"{size - whole} bytes after the last whole record")
    index = cdxj.index(file, f"{part.stem}{spool.SEALED}")
    return bring(house.store, part.warc, file), bring(house.store, part.cdxj, index)


def _kept_before(house: House, part: Part) -> Kept:
    """A crash came between the upload and the ledger's row: prove the objects, then say so."""
    try:
        stored = (described(house.store, part.warc), described(house.store, part.cdxj))
    except ObjectMissing as missing:
        raise SpoolError(
            f"{missing}, and its file is not in this spool: it lies on the machine that captured it; a worker there, "
            "or `warraq status --settle`, brings it"
        ) from missing
    house.ledger.set_part(part, PartState.KEPT)
    return Kept(part, stored)


def described(store: Store, key: str) -> Stored:
    """Size and digest of an object, by reading it. Raises ObjectMissing."""
    with store.open(key) as stream:
        sha256, size = sha256_of(stream)
    return Stored(key, size, sha256, created=False)
