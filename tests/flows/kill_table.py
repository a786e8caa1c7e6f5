"""`make kill-table`: crawls killed, starved and lied to, each made whole by the next run; writes docs/kills.md.

The same trials are tests, marked slow. A trial that loses or doubles anything ends this with its assertion, once the
others of its section are over; with a journal, the same command again goes on from there."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from tests.crawlers.byte_server import serving_bytes
from tests.flows.kills import answers, killed_at_random
from tests.flows.starved import (
    DISK_TRIALS,
    MENDING_MOMENTS,
    MOMENTS,
    NO_ROOM_FOR,
    STORE_FAULTS,
    TRIALS_EACH,
    dying_at,
    slow_answers,
    with_a_full_disk,
    with_a_store_that,
    with_no_room_for,
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
- nothing of the killed processes' work is left in the folder for temporary files;
- while anything was owed, the command and `warraq status` ended with 1 and said what; at the end the command ended
  with 0, and the status says that nothing is owed.

"""
KILLS = "| trial | killed | after s | captures durable then | exit code of the next run |\n|---|---|---|---|---|"
STARVED = (
    "| trial | killed | after s | captures durable | exit code while owed | in the end |\n|---|---|---|---|---|---|"
)
DEATHS = "| process | died in | at | captures durable | exit code of the next run |\n|---|---|---|---|---|"


Row = Callable[[Path], str]  # a trial, in a folder of its own, to its row


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    columns: str
    trials: Callable[[ExitStack], Iterator[Row]]


def _kills(_: ExitStack) -> Iterator[Row]:
    for number in range(1, 1 + TRIALS):

        def trial(folder: Path, number: int = number) -> str:
            with serving_bytes(answers(PAGES)) as site:
                return killed_at_random(number, folder, site, PAGES)

        yield trial


def _stores(running: ExitStack) -> Iterator[Row]:
    server = running.enter_context(seaweedfs())
    os.environ.update(server.environment())
    for number, mode in product(range(TRIALS_EACH), STORE_FAULTS):

        def trial(folder: Path, mode: str = mode, number: int = number) -> str:
            with serving_bytes(answers(FEW)) as site, lying_s3(server) as lying:
                return with_a_store_that(number, mode, folder, site, FEW, lying)

        yield trial


def _disks(_: ExitStack) -> Iterator[Row]:
    for number in range(DISK_TRIALS):

        def trial(folder: Path, number: int = number) -> str:
            with serving_bytes(slow_answers(FEW)) as site:
                return with_a_full_disk(number, folder, site, FEW)

        yield trial
    for what in NO_ROOM_FOR:

        def no_room(folder: Path, what: str = what) -> str:
            with serving_bytes(answers(FEW)) as site:
                return with_no_room_for(what, folder, site, FEW)

        yield no_room


def _deaths(_: ExitStack) -> Iterator[Row]:
    for moment, after_a_kill in [*((each, False) for each in MOMENTS), *((each, True) for each in MENDING_MOMENTS)]:

        def trial(folder: Path, moment: str = moment, after_a_kill: bool = after_a_kill) -> str:
            with serving_bytes(answers(FEW)) as site:
                return dying_at(moment, folder, site, FEW, after_a_kill=after_a_kill)

        yield trial


SECTIONS = {
    "kills": Section(f"kill -9 at {TRIALS} random moments of a {PAGES}-page crawl", KILLS, _kills),
    "stores": Section(f"A store that refuses or lies, {FEW} pages, and a kill at a random moment", STARVED, _stores),
    "disks": Section(f"A full disk below spool and ledger, archive, or reading, {FEW} pages", STARVED, _disks),
    "deaths": Section("A death at each step on the way to the store", DEATHS, _deaths),
}


def rows_of(name: str, at_once: int, journal: Path | None) -> Iterator[str]:
    """The rows of a section, in its order; so many trials go on at the same time.

    A row that the journal has, from a run that was broken off, is taken from there."""
    known = _rows_in(journal) if journal else {}
    with (
        tempfile.TemporaryDirectory(prefix="warraq-kills-") as folder,
        ExitStack() as running,
        ThreadPoolExecutor(at_once) as pool,
    ):

        def row(number: int, trial: Row) -> str:
            key = f"{name} {number}"
            if key not in known:
                done = trial(Path(folder) / str(number))
                if journal:
                    with journal.open("a", encoding="utf-8") as file:
                        file.write(f"{key}\t{done}\n")
                sys.stderr.write(f"{done}\n")
                return done
            return known[key]

        rows = [pool.submit(row, number, trial) for number, trial in enumerate(SECTIONS[name].trials(running), start=1)]
        yield from [each.result() for each in rows]


def _rows_in(journal: Path) -> dict[str, str]:
    if not journal.exists():
        return {}
    return dict(line.split("\t", 1) for line in journal.read_text("utf-8").splitlines())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", help=f"of {', '.join(SECTIONS)}; none: all, written to {DOCUMENT.name}")
    parser.add_argument("--at-once", type=int, default=2, metavar="N", help="trials that go on at the same time")
    parser.add_argument("--journal", type=Path, help="keep rows there, and go on from those that are there already")
    asked = parser.parse_args()
    written = [HEAD]
    for name in asked.sections or SECTIONS:
        section = SECTIONS[name]
        rows = "\n".join(rows_of(name, asked.at_once, asked.journal))
        written.append(f"## {section.title}\n\n{section.columns}\n{rows}\n\n")
    if left_out := [section.title for name, section in SECTIONS.items() if name not in (asked.sections or SECTIONS)]:
        written.append(f"Left out of this run: {'; '.join(left_out)}.\n")
    text = "".join(written).rstrip() + "\n"
    if asked.sections:
        sys.stdout.write(text)
    else:
        DOCUMENT.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
