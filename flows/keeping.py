"""From the spool to the store: mend what a crash left, index, upload, prove, and only then delete.

Everything here can be done twice: objects are created once, and a part that is kept stays kept."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.house import House
from storage import cdxj, spool, warc
from storage.errors import DamagedWarc
from storage.keys import Part
from storage.ledger import Captured, PartState
from storage.store import Store, Stored, sha256_of
from storage.surt import surt

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """A part that is proved to be in the store."""

    part: Part
    files: tuple[Stored, ...]  # WARC and index


def settle_spool(house: House, source: str) -> list[str]:
    """Mend and seal what earlier runs left open; the caller holds the lease. Returns a line for each."""
    folder = house.spool / source
    lines = []
    for file, part in spool.parts_in(folder, source, spool.OPEN):
        size = file.stat().st_size
        cut = warc.mend(file)
        rows = captures_in(file, part)
        if rows:
            _take_up(house, part, rows)
            spool.seal(folder, part, house.ledger)
            lines.append(f"mended {part.stem}: {len(rows)} captures kept, {cut} bytes of an unfinished record cut off")
        else:
            house.ledger.forget_part(part)
            file.unlink()
            lines.append(f"dropped {part.stem}: no whole capture in its {size} bytes")
    known = {row.part: row.state for row in house.ledger.owed_parts(source)}
    for file, part in spool.parts_in(folder, source, spool.SEALED):
        if known.get(part) in (None, PartState.OPEN):
            _take_up(house, part, captures_in(file, part))
            house.ledger.set_part(part, PartState.SEALED, size=file.stat().st_size)
    return lines


def _take_up(house: House, part: Part, rows: Sequence[Captured]) -> None:
    """Make the ledger say of a part what its file holds; the ledger may be younger than the file."""
    house.ledger.begin_run(part.source, part.run, house.clock())
    house.ledger.reconcile(part, rows)


def captures_in(file: Path, part: Part) -> list[Captured]:
    """What the ledger should say of the captures in a whole WARC file."""
    with file.open("rb") as stream:
        return [
            Captured(
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
            )
            for capture in warc.read_captures(stream, file.name, file.stat().st_size)
        ]


def keep_part(house: House, part: Part) -> Kept:
    """Upload a sealed part and its index, prove both, then delete the local file.

    Raises StoreError and DamagedWarc, leaving the part in the spool for the next try."""
    file = spool.sealed_file(house.spool / part.source, part)
    if not file.exists():
        return _kept_before(house, part)
    whole, size = warc.whole_length(file), file.stat().st_size
    if whole < size:
        raise DamagedWarc(str(file), whole, f"{size - whole} bytes after the last whole record")
    index = cdxj.index(file, file.name)
    stored = (house.store.put(part.warc, file), house.store.put(part.cdxj, index))
    house.ledger.set_part(part, PartState.KEPT)
    file.unlink()
    logger.info("kept %s (%d bytes)", part.warc, stored[0].size)
    return Kept(part, stored)


def _kept_before(house: House, part: Part) -> Kept:
    """A crash came between the upload and the ledger's row: prove the objects, then say so."""
    stored = (described(house.store, part.warc), described(house.store, part.cdxj))
    house.ledger.set_part(part, PartState.KEPT)
    return Kept(part, stored)


def described(store: Store, key: str) -> Stored:
    """Size and digest of an object, by reading it. Raises ObjectMissing."""
    with store.open(key) as stream:
        sha256, size = sha256_of(stream)
    return Stored(key, size, sha256, created=False)
