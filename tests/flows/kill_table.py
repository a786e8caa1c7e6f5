"""`make kill-table`: crawls killed, starved and lied to, each made whole by the next run; writes docs/kills.md.

The same trials are tests, marked slow. A trial that loses or doubles anything ends this with its assertion."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.crawlers.byte_server import serving_bytes
from tests.flows.kills import answers, killed_at_random
from tests.flows.starved import (
    DISK_TRIALS,
    MENDING_MOMENTS,
    MOMENTS,
    STORE_FAULTS,
    TRIALS_EACH,
    dying_at,
    slow_answers,
    with_a_full_disk,
    with_a_store_that,
)
from tests.flows.test_kills import PAGES, TRIALS
from tests.flows.test_starved import PAGES as FEW
from tests.storage.lying_s3 import lying_s3
from tests.storage.servers import seaweedfs

DOCUMENT = Path(__file__).parents[2] / "docs/kills.md"
HEAD = """# Killed, starved, lied to

Written by `make kill-table`. Each row is a real `warraq crawl` of a local site in its own processes, ended by SIGKILL
or held up, and then the same command again. A row is only written after these were found true:

- every capture that the ledger called durable when it was killed is in the store;
- every page is in the store exactly once, byte for byte as the site serves it, and read exactly once: the same set as
  an undisturbed run's;
- no page was asked for more than once again;
- warcio and FastWARC read every WARC, with every digest right; the spool is empty;
- while anything was owed, the command and `warraq status` ended with 1 and said what; at the end both end with 0.

"""
KILLS = "| trial | killed | after s | captures durable then | exit code of the next run |\n|---|---|---|---|---|"
STARVED = (
    "| trial | killed | after s | captures durable | exit code while owed | in the end |\n|---|---|---|---|---|---|"
)
DEATHS = "| process | died in | at | captures durable | exit code of the next run |\n|---|---|---|---|---|"


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    columns: str
    rows: Callable[[Path], Iterator[str]]


def _kills(folder: Path) -> Iterator[str]:
    with serving_bytes(answers(PAGES)) as site:
        for number in range(1, 1 + TRIALS):
            yield killed_at_random(number, folder / str(number), site, PAGES)


def _stores(folder: Path) -> Iterator[str]:
    with serving_bytes(answers(FEW)) as site, seaweedfs() as server, lying_s3(server) as lying:
        os.environ.update(server.environment())
        for mode in STORE_FAULTS:
            for number in range(TRIALS_EACH):
                yield with_a_store_that(number, mode, folder / f"{mode}-{number}", site, FEW, lying)


def _disks(folder: Path) -> Iterator[str]:
    with serving_bytes(slow_answers(FEW)) as site:
        for number in range(DISK_TRIALS):
            yield with_a_full_disk(number, folder / str(number), site, FEW)


def _deaths(folder: Path) -> Iterator[str]:
    with serving_bytes(answers(FEW)) as site:
        for number, moment in enumerate(MOMENTS):
            yield dying_at(moment, folder / str(number), site, FEW)
        for number, moment in enumerate(MENDING_MOMENTS):
            yield dying_at(moment, folder / f"again-{number}", site, FEW, after_a_kill=True)


SECTIONS = {
    "kills": Section(f"kill -9 at {TRIALS} random moments of a {PAGES}-page crawl", KILLS, _kills),
    "stores": Section(f"A store that refuses or lies, {FEW} pages, and a kill at a random moment", STARVED, _stores),
    "disks": Section(f"A full disk below spool and ledger, {FEW} pages", STARVED, _disks),
    "deaths": Section("A death at each step on the way to the store", DEATHS, _deaths),
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; none: all, written to {DOCUMENT.name}")
    chosen = parser.parse_args().sections
    written = [HEAD]
    for name in chosen or SECTIONS:
        section = SECTIONS[name]
        rows = []
        with tempfile.TemporaryDirectory(prefix="warraq-kills-") as folder:
            for row in section.rows(Path(folder)):
                rows.append(row)
                sys.stderr.write(row + "\n")
        written.append(f"## {section.title}\n\n{section.columns}\n" + "\n".join(rows) + "\n\n")
    text = "".join(written).rstrip() + "\n"
    if chosen:
        sys.stdout.write(text)
    else:
        DOCUMENT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
