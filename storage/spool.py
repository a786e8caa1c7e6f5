"""The spool: where parts lie between the wire and the store, `{spool}/{source}/{run}-{part}.warc.gz[.open]`.

A file with `.open` is being written; without it, it is whole and waits to be kept."""

from __future__ import annotations

from pathlib import Path

from storage import warc
from storage.keys import RUN_ID, Part
from storage.ledger import Ledger, PartState

SEALED = ".warc.gz"
OPEN = ".warc.gz.open"


def open_file(folder: Path, part: Part) -> Path:
    return folder / f"{part.stem}{OPEN}"


def sealed_file(folder: Path, part: Part) -> Path:
    return folder / f"{part.stem}{SEALED}"


def seal(folder: Path, part: Part, ledger: Ledger) -> Path:
    """Give a closed open part its final name and say so in the ledger; returns the sealed file."""
    sealed = open_file(folder, part).rename(sealed_file(folder, part))
    warc.sync_folder(folder)
    ledger.set_part(part, PartState.SEALED, size=sealed.stat().st_size)
    return sealed


def parts_in(folder: Path, source: str, ending: str) -> list[tuple[Path, Part]]:
    """Files of a source with this ending, oldest first; files that are no parts are left alone."""
    found = ((file, _part_of(source, file.name.removesuffix(ending))) for file in sorted(folder.glob(f"*{ending}")))
    return [(file, part) for file, part in found if part is not None]


def _part_of(source: str, stem: str) -> Part | None:
    run, _, number = stem.rpartition("-")
    return Part(source, run, int(number)) if RUN_ID.fullmatch(run) and number.isdigit() else None
