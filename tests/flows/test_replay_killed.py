"""A replay killed by SIGKILL at twenty moments, then the same command again: the same bytes as one left alone, and
no WARC extracted more than twice. So with an import."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from storage import warc
from tests.flows.archives import FIRST, SOURCE, page, run_records, write_source
from tests.flows.houses import environment_in
from tests.flows.test_damaged_replay import part
from tests.storage.written_archives import CONTAINERS, warc_record

ROOT = Path(__file__).parents[2]
WARCS, ARTICLES = 10, 4
MOMENTS = 20  # a begin and an end of each WARC


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """WARCs that nothing has read yet."""
    folder = tmp_path_factory.mktemp("unread")
    write_source(folder / "sources")
    for number in range(WARCS):
        file = folder / "archive" / part(number).warc
        file.parent.mkdir(parents=True, exist_ok=True)
        warc.write_warc(file, run_records(part(number), range(number * 10, number * 10 + ARTICLES), FIRST))
    return folder


@pytest.fixture(scope="module")
def undisturbed(archived: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("undisturbed")
    shutil.copytree(archived, folder, dirs_exist_ok=True)
    assert replay(folder).wait(120) == 0
    made = contents(folder)
    assert len(made) == WARCS * 3 + 1, "a WARC, articles and rejections each, and the pointer"
    return made


def contents(folder: Path) -> dict[str, bytes]:
    archive = folder / "archive"
    files = [file for file in archive.rglob("*") if file.is_file() and ".incoming" not in file.parts]
    return {file.relative_to(archive).as_posix(): file.read_bytes() for file in files}


def replay(folder: Path) -> subprocess.Popen[bytes]:
    more = {"WARRAQ_SOURCES": str(folder / "sources"), "WARRAQ_TEST_COUNTS": str(folder / "counts")}
    command = [sys.executable, "-m", "tests.flows.counted_replay", "replay", SOURCE, "--workers", "2"]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment_in(folder, **more),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def counts(folder: Path) -> list[str]:
    file = folder / "counts"
    return file.read_text().splitlines() if file.exists() else []


def killed_when(running: subprocess.Popen[bytes], folder: Path, lines: int) -> None:
    """Kill it, and all that it started, as soon as so many lines are there."""
    until = time.monotonic() + 120
    while len(counts(folder)) < lines and running.poll() is None:
        assert time.monotonic() < until, "it does not get there"
        time.sleep(0.002)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1, 1 + MOMENTS))
def test_a_replay_killed_at_twenty_moments_ends_as_if_it_had_not_been(
    moment: int, archived: Path, undisturbed: dict[str, bytes], tmp_path: Path
) -> None:
    shutil.copytree(archived, tmp_path, dirs_exist_ok=True)
    killed_when(replay(tmp_path), tmp_path, moment)
    before = counts(tmp_path)
    assert len(before) >= moment, "it was killed while it was at work"
    # Killed after its last word: the journal is gone, and the second replay is one of its own.
    was_over = len(before) == 2 * WARCS and not list((tmp_path / "spool" / "replays").glob("*"))
    assert replay(tmp_path).wait(120) == 0
    assert contents(tmp_path) == undisturbed
    begun = Counter(line.partition(" ")[2] for line in counts(tmp_path) if line.startswith("begin "))
    assert len(begun) == WARCS and max(begun.values()) <= 2, begun
    twice = {key for key, times in begun.items() if times == 2}
    # Done again: what was begun and not ended, and at most what each of two threads had not written down yet.
    ended = {line.removeprefix("end ") for line in before if line.startswith("end ")}
    assert was_over or len(twice & ended) <= 2, (twice, ended)
    assert not list((tmp_path / "spool" / "replays").glob("*")), "a replay that ended leaves nothing"


@pytest.mark.slow
def test_an_import_killed_on_its_way_is_one_import(tmp_path: Path) -> None:
    records = [
        warc_record(number, body=page(number), WARC_Target_URI=f"https://{SOURCE}.example/news/{number}")
        for number in range(60)
    ]
    given = tmp_path / "theirs.warc.gz"
    given.write_bytes(CONTAINERS["gzip"](records))
    whole = imported(tmp_path / "whole", given)
    assert whole.wait(120) == 0
    undisturbed = contents(tmp_path / "whole")
    manifests = [key for key in undisturbed if key.startswith("runs/")]
    assert len(manifests) == 1 and len(undisturbed) > 4
    derived = {key: content for key, content in undisturbed.items() if key not in manifests}
    for number, wanted in enumerate((".warc.gz", ".cdxj", "runs/", "articles/")):
        folder = tmp_path / str(number)
        running = imported(folder, given)
        until = time.monotonic() + 120
        while running.poll() is None and not any(wanted in key for key in names(folder)):
            assert time.monotonic() < until, wanted
            time.sleep(0.002)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert imported(folder, given).wait(120) == 0, wanted
        found = contents(folder)
        assert [key for key in found if key.startswith("runs/")] == manifests, "one import"
        assert {key: content for key, content in found.items() if key not in manifests} == derived, wanted


def names(folder: Path) -> list[str]:
    archive = folder / "archive"
    return [file.relative_to(archive).as_posix() for file in archive.rglob("*") if ".incoming" not in file.parts]


def imported(folder: Path, given: Path) -> subprocess.Popen[bytes]:
    environment = environment_in(folder, WARRAQ_SOURCES=str(write_source(folder / "sources")), WARRAQ_READERS="2")
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "import", str(given)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
