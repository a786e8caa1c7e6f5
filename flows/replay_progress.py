"""How far a replay came, so that a killed one goes on where it was: a line a WARC, on the disk before the next.

The file stands for one replay of these WARCs with these readings; when all is done it is removed. A replay that
ended is done anew when it is asked for again: that proves that extraction is pure."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from crawlers.extraction.version import Extractor
from flows.house import House
from flows.learning import extractor_of
from flows.reading import Read, ReadWarc
from storage import keys
from storage.errors import DamagedWarc
from storage.growing_file import sync_folder
from storage.model import Tally
from storage.store import Stored

FOLDER = "replays"  # in the spool


class ReplayProgress:
    """What of a replay is done. Raises OSError where the spool cannot be written."""

    def __init__(self, house: House, warcs: Sequence[str], only: frozenset[str]) -> None:
        told = [house.store.url, *sorted(only), "", *warcs, "", *_readings(house, warcs)]
        self._file = house.spool / FOLDER / f"{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]}.jsonl"
        self.done = self._before()

    def _before(self) -> dict[str, ReadWarc]:
        found: dict[str, ReadWarc] = {}
        if self._file.exists():
            for line in self._file.read_text(encoding="utf-8").splitlines():
                try:
                    read = _from_json(json.loads(line))
                except (ValueError, KeyError, TypeError):
                    continue  # cut off by the end that it met
                found[read.warc] = read
        return found

    def remember(self, read: ReadWarc) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self._file.exists()
        with self._file.open("a", encoding="utf-8") as file:
            # A line that was cut off must not take the next one with it.
            file.write(f"{'' if is_new else chr(10)}{json.dumps(_to_json(read), ensure_ascii=False)}\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_folder(self._file.parent)

    def end(self) -> None:
        self._file.unlink(missing_ok=True)


def _readings(house: House, warcs: Sequence[str]) -> list[str]:
    """The extractors that this replay reads with: another reading is another replay."""
    parts = [part for part in map(keys.part_of, warcs) if part is not None]
    sources = {part.source for part in parts}
    chosen = house.catalogue.keys() if keys.IMPORTED in sources else sources & house.catalogue.keys()
    return sorted(extractor_of(house, house.catalogue[source])[0].id for source in chosen)


def _to_json(read: ReadWarc) -> dict[str, Any]:
    reads = [
        {
            "source": each.source,
            "extractor": each.extractor.id,
            "tally": asdict(each.tally),
            "files": [asdict(stored) for stored in each.files],
        }
        for each in read.reads
    ]
    damages = [[damage.offset, damage.problem] for damage in read.damages]
    return {"warc": read.warc, "reads": reads, "damages": damages}


def _from_json(row: dict[str, Any]) -> ReadWarc:
    reads = tuple(
        Read(
            row["warc"],
            each["source"],
            Extractor(each["extractor"], {}),
            Tally(**each["tally"]),
            tuple(Stored(**stored) for stored in each["files"]),
        )
        for each in row["reads"]
    )
    return ReadWarc(row["warc"], reads, tuple(DamagedWarc(row["warc"], *damage) for damage in row["damages"]))
