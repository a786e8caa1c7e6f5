"""Trials with a store that refuses or lies, with a full disk, and with a death at each step on the way to the store."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import time
from pathlib import Path

from tests.crawlers.byte_server import ByteServer
from tests.crawlers.scripted import Scripted
from tests.flows.kills import COMMAND, CRAWL, SETTLE, WITHIN_S, Trial, answers
from tests.small_disks import fill, small_disk
from tests.storage.lying_s3 import LyingS3

STORE_FAULTS = ("refusing", "busy", "torso", "losing", "forgetful")
TARGETS = ("command", "child", "both")
TRIALS_EACH = 1  # each mode has its own target
DISK_TRIALS = 3
NO_ROOM_FOR = {  # where it is, and bytes that are left there
    "archive": ({"WARRAQ_STORE": "file:{disk}/archive"}, 0),
    "reading": ({"TMPDIR": "{disk}"}, 8_192),  # where not even a few bytes find room, Python takes another folder
}

# A process, and where in our own code it dies: module, function, at its call or its return, at which time.
MOMENTS = (
    "crawlers|storage.growing_file|sync|call|1",  # nothing written
    "crawlers|storage.growing_file|sync|return|2",  # bytes durable, ledger without them
    "crawlers|storage.ledger|record|return|1",  # rows written
    "crawlers|storage.spool|seal|call|1",  # closed, not renamed
    "crawlers|storage.growing_file|sync_folder|return|2",  # renamed, ledger says open
    "crawlers|storage.spool|seal|return|1",
    "flows.cli|flows.keeping|bring_part|call|1",  # before the upload
    "flows.cli|storage.bringing|bring|return|1",  # WARC stored, no index
    "flows.cli|storage.bringing|bring|return|2",  # both stored, ledger without it
    "flows.cli|storage.spool|keep|call|1",  # ledger says kept, file not marked
    "flows.cli|storage.spool|keep|return|1",
    "flows.cli|flows.reading|read|call|1",  # the part lies in a working folder
    "flows.cli|storage.bringing|bring|return|3",  # articles stored, part not read in the ledger
    "flows.cli|flows.manifests|name_current_extractor|return|1",
    "flows.cli|flows.settling|_read_part|return|1",  # read in the ledger, no manifest
    "flows.cli|flows.manifests|manifest_of|return|1",
    "flows.cli|storage.ledger|end_run|call|1",  # manifest stored, run open in the ledger
    "flows.cli|storage.ledger|end_run|return|1",
    "flows.cli|flows.grace|_release_one|call|1",
    "flows.cli|flows.grace|_release_one|return|1",  # copy deleted
    "flows.cli|storage.leases|release|call|1",
)
# The same in the run that takes up what a killed crawl left: the second death in a row.
MENDING_MOMENTS = (
    "flows.cli|storage.warc|mend|call|1",
    "flows.cli|storage.warc|mend|return|1",  # cut, not taken up
    "flows.cli|flows.keeping|take_up|return|1",  # in the ledger, not sealed
    "flows.cli|storage.spool|seal|return|1",
)


def slow_answers(pages: int) -> Scripted:
    """The same site, slow enough for a disk to fill up meanwhile."""
    return Scripted(answers(pages), seconds_each=0.15)


def owed_everywhere(trial: Trial, done: subprocess.CompletedProcess[str]) -> None:
    """The command ended with 1 and said what is owed, and status says the same."""
    assert done.returncode == 1 and "owed" in done.stderr, (done.returncode, done.stderr)
    status = trial.run([*COMMAND, "status", "--json"])
    assert status.returncode == 1, status.stdout
    assert json.loads(status.stdout.splitlines()[-1])["owed"]


def with_a_store_that(number: int, mode: str, folder: Path, site: ByteServer, pages: int, lying: LyingS3) -> str:
    """A crawl whose store fails this way, killed at random; the same again; then it is settled with an honest store."""
    dice = random.Random(f"{mode} {number}")
    target = TARGETS[(STORE_FAULTS.index(mode) + number) % len(TARGETS)]
    store = {"WARRAQ_STORE": f"s3://{lying.server.bucket}/{mode}-{number}", "WARRAQ_S3_ENDPOINT": lying.endpoint}
    trial = Trial(folder, site, pages, store | lying.server.environment())
    lying.lies.clear()
    lying.mode = mode
    when = trial.kill_at(dice.uniform(0.0, 1.3), target)
    known = trial.durable()
    again = trial.run(CRAWL)
    if again.returncode or mode != "forgetful":  # that one forgets each object once; in the end it has them all
        owed_everywhere(trial, again)
    known |= trial.durable()
    lying.mode = "honest"
    settled = trial.run(SETTLE)
    assert settled.returncode == 0, settled.stderr
    trial.check(known)
    assert lying.lies or mode in ("refusing", "busy")
    return f"| {mode} {number} | {target} | {when} | {len(known)} | {again.returncode} | {settled.returncode} |"


def with_a_full_disk(number: int, folder: Path, site: ByteServer, pages: int) -> str:
    """A crawl whose disk, with spool and ledger on it, fills up; killed, stopped, or given room."""
    dice = random.Random(f"disk {number}")
    what = ("killed", "given room", "stopped")[number % 3]
    target, leave = dice.choice(["command", "child", "both"]), dice.choice([0, 8_192, 40_000])
    with small_disk(folder / "disk", 8 << 20) as disk:
        more = {"WARRAQ_SPOOL": str(disk / "spool"), "WARRAQ_LEDGER": f"sqlite:///{disk / 'ledger.db'}"}
        trial = Trial(folder / "house", site, pages, more)
        command = [*CRAWL, "--json"]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(command, cwd=trial.folder, env=trial.variables, **pipes) as running:
            assert running.stdout is not None
            filler = None
            for line in running.stdout:
                progress = json.loads(line)
                if filler is None and progress.get("done", 0) >= 5:
                    filler = fill(disk, leave)
                if progress.get("waits_for"):
                    break
            else:
                raise AssertionError("it did not wait for room")
            asked = len(site.log)
            time.sleep(0.7)
            assert len(site.log) <= asked + 4, "it went on asking"  # what was on its way
            known = trial.durable()
            if what == "killed":
                trial.kill(running, target)
            elif what == "stopped":
                running.send_signal(signal.SIGTERM)
            assert filler is not None
            if what == "stopped":
                assert running.wait(WITHIN_S) != 0
            filler.unlink()
            running.stdout.read()
        assert (running.returncode == 0) == (what == "given room"), running.returncode
        resumed = trial.run(CRAWL)
        assert resumed.returncode == 0, resumed.stderr
        trial.check(known)
    named = target if what == "killed" else what
    return f"| disk full {number}, {leave:,} bytes left | {named} | | {len(known)} | {running.returncode} | 0 |"


def with_no_room_for(what: str, folder: Path, site: ByteServer, pages: int) -> str:
    """A crawl whose archive, or whose reading, has a disk of its own that is full; then it is given room."""
    with small_disk(folder / "disk", 4 << 20) as disk:
        at, leave = NO_ROOM_FOR[what]
        filler = fill(disk, leave)
        trial = Trial(folder / "house", site, pages, {name: value.format(disk=disk) for name, value in at.items()})
        done = trial.run(CRAWL)
        owed_everywhere(trial, done)
        assert "room" in done.stderr, done.stderr
        known = trial.durable()
        assert len(known) == pages + 2
        filler.unlink()
        settled = trial.run(SETTLE)
        assert settled.returncode == 0, settled.stderr
        trial.check(known)
    return f"| disk of the {what} full, {leave:,} bytes left | given room | | {len(known)} | {done.returncode} | 0 |"


def dying_at(moment: str, folder: Path, site: ByteServer, pages: int, *, after_a_kill: bool = False) -> str:
    """A crawl that dies at this moment, or the run after one that was killed; then the same again, to its end."""
    trial = Trial(folder, site, pages)
    if after_a_kill:
        trial.kill_at(0.7, "both")
    assert trial.dies_at(moment), f"nothing died at {moment}"
    known = trial.durable()
    resumed = trial.run(CRAWL)
    assert resumed.returncode == 0, resumed.stderr
    trial.check(known)
    process, module, function, event, times = moment.split("|")
    second = ", in the run after a kill" if after_a_kill else ""
    return f"| {process} | `{module}.{function}` | {event} {times}{second} | {len(known)} | 0 |"
