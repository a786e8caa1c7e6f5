"""One measured run of the replay bench, in a process of its own: `python -m tests.benches.replay_runs WHAT …`.

`memory`: the same `extract` on the captures of a WARC, held in memory, in one process.
`replay`: the walk of `warraq replay`, with so many processes that read pages; imports and their start left out.
`index FILE`: what reading and indexing a WARC costs us, FastWARC and cdxj-indexer.
Prints one JSON object. Seconds of CPU are of the process and of all that work for it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cdxj_indexer.main import CDXJIndexer
from fastwarc.warc import ArchiveIterator

from crawlers.extraction.article import extract
from flows.house import House, open_house
from flows.reading import read_past_damage
from flows.replaying import replay_warcs
from flows.steps import plain_steps
from storage import cdxj
from storage.archive_records import archive_records
from storage.captures import captures_past_damage
from storage.model import Article, Capture
from tests.benches.replay_archive import SOURCE

_TICKS = os.sysconf("SC_CLK_TCK")


def in_memory(house: House, warcs: list[str]) -> dict[str, Any]:
    source = house.catalogue[SOURCE]
    captures: list[Capture] = []
    for key in warcs:
        file = house.settings.spool / "bench.warc.gz"
        house.store.fetch(key, file)
        captures += [each for each in captures_past_damage(file, key) if isinstance(each, Capture)]
        file.unlink()
    extract(captures[0], source, "bench")
    began, spent = time.monotonic(), time.process_time()
    read = [extract(each, source, "bench") for each in captures]
    articles = sum(isinstance(each, Article) for each in read)
    cost = {"wall_s": time.monotonic() - began, "cpu_s": time.process_time() - spent}
    return {"pages": len(captures), "articles": articles, **cost}


def replayed(house: House, warcs: list[str], workers: int) -> dict[str, Any]:
    first, *others = warcs
    read_past_damage(house, first)  # starts the processes and warms them
    before = _spent(house)
    began = time.monotonic()
    with plain_steps() as steps:
        report = replay_warcs(house, others, steps=steps, watch=lambda _: None, at_once=workers)
    wall = time.monotonic() - began
    counts = [each.tally for each in report.sources]
    found = {"pages": sum(each.captures for each in counts), "articles": sum(each.articles for each in counts)}
    readers = max((_peak_mb(reader.pid) for reader in house.readers.readers), default=0.0)
    peaks = {"main_mb": _peak_mb(os.getpid()), "reader_mb": readers}
    return {**found, "wall_s": wall, "cpu_s": _spent(house) - before, **peaks}


def _spent(house: House) -> float:
    """Seconds of CPU, of this process and of those that read pages for it."""
    total = time.process_time()
    for reader in house.readers.readers:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{reader.pid}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def _peak_mb(pid: int) -> float:
    """Of the program itself: what `getrusage` tells holds also what started it, before the program was there."""
    with contextlib.suppress(OSError):
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return max(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
    return 0.0


def indexed(file: Path) -> dict[str, Any]:
    contestants: dict[str, Callable[[Path], int]] = {
        "ours_read": lambda file: sum(each.problem is None for each in archive_records(file)),
        "fastwarc": by_fastwarc,
        "ours_both": lambda file: cdxj.lines(
            (each.record for each in archive_records(file) if each.record), file.name
        ).count(b"\n"),
        "ours_index": lambda file: cdxj.index(file, file.name).count(b"\n"),
        "cdxj_indexer": by_cdxj_indexer,
    }
    found: dict[str, Any] = {name: {"count": 0, "cpu_s": []} for name in contestants}
    for number in range(4):
        for name, run in contestants.items():
            began = time.process_time()
            found[name]["count"] = run(file)
            if number:  # the first round only warms
                found[name]["cpu_s"].append(time.process_time() - began)
    assert found["ours_read"]["count"] == found["fastwarc"]["count"], "one of them finds a digest wrong"
    assert found["ours_index"]["count"] == found["cdxj_indexer"]["count"]
    return found


def by_fastwarc(file: Path) -> int:
    """Each record with its head and block in hand, and its digests checked, in the order of FastWARC's own `check`:
    once the head of an answer is parsed, the digest of the block cannot be."""
    good = 0
    for record in ArchiveIterator(str(file), parse_http=False):
        record.headers.to_tuples()
        is_good = record.verify_block_digest()
        if record.headers.get("WARC-Payload-Digest") is not None:
            record.parse_http()
            record.http_headers.to_tuples()
            is_good = record.verify_payload_digest() and is_good
        record.reader.read()
        good += is_good
    return good


def by_cdxj_indexer(file: Path) -> int:
    lines = io.StringIO()
    with contextlib.redirect_stderr(io.StringIO()):
        CDXJIndexer(lines, [str(file)], sort=True).process_all()
    return lines.getvalue().count("\n")


def main() -> None:
    what, *given = sys.argv[1:]
    if what == "index":
        said = indexed(Path(given[0]))
    else:
        workers, warcs = int(given[0]), given[1:]
        with open_house(readers=workers) as house:
            said = in_memory(house, warcs) if what == "memory" else replayed(house, warcs, workers)
    print(json.dumps(said))


if __name__ == "__main__":
    main()
