"""Status says what is owed and what was last done; settling takes up the spool without fetching."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from flows.house import House
from flows.statuses import settle, status_of
from flows.steps import plain_steps
from flows.verifying import verify
from storage import keys, spool, warc
from storage.keys import Part
from storage.ledger import Found, PartState
from storage.owners import owner_name
from tests.flows.archives import FIRST, SOURCE, objects_in, run_records, write_source
from tests.flows.conftest import ROOT
from tests.flows.houses import environment_in, house_in

PART = Part(SOURCE, "20261122T100000Z-abc123", 1)


def left_behind(house: House, ending: str) -> Path:
    """A part in the spool, as a crawl that was killed leaves it: the last record is cut when still open."""
    folder = house.spool / SOURCE
    file = folder / f"{PART.stem}{ending}"
    warc.write_warc(file, run_records(PART, [1, 2, 3], FIRST))
    house.ledger.begin_run(SOURCE, PART.run, FIRST)
    house.ledger.set_part(PART, PartState.OPEN)
    if ending == spool.OPEN:
        with file.open("r+b") as stream:
            stream.truncate(file.stat().st_size - 5)
    return file


def settled(house: House) -> int:
    with plain_steps() as steps:
        return settle(house, steps=steps, watch=lambda _: None).exit_code


def test_a_finished_house_owes_nothing(stored: House) -> None:
    status = status_of(stored, sizes=True)
    (row,) = status.sources
    assert (status.exit_code, status.owed) == (0, [])
    assert (row.last_outcome, row.parts_owed, row.runs_owed, row.spool_files) == ("finished", 0, 0, 0)
    assert row.last_run == max(run.run for run in stored.ledger.runs_of(SOURCE))
    assert row.last_capture == max(run.started_at for run in stored.ledger.runs_of(SOURCE))
    raw_and_read = [key for key in objects_in(stored) if not key.startswith(("runs/", "extractors/"))]
    assert row.stored_bytes == sum(len(stored.store.get(key)) for key in raw_and_read)


def test_the_last_verification_is_told_and_its_damage_is_warned_of(stored: House, tmp_path: Path) -> None:
    assert "run `warraq verify`" in status_of(stored).warnings[0]
    verify(stored, watch=lambda _: None)
    assert status_of(stored).warnings == []
    (tmp_path / "archive" / keys.current_extractor(SOURCE)).unlink()
    verify(stored, watch=lambda _: None)
    assert status_of(stored).warnings == ["the last verification found damage in 1 places; run `warraq verify`"]


def test_what_a_killed_crawl_left_is_owed_until_it_is_settled(tmp_path: Path) -> None:
    for number, ending in enumerate((spool.OPEN, spool.SEALED)):
        folder = tmp_path / str(number)
        with house_in(folder, sources=write_source(folder / "sources")) as house:
            left_behind(house, ending)
            (line,) = status_of(house).owed
            assert "1 parts to store or read, 1 runs to finish, 1 files in the spool" in line
            assert settled(house) == 0
            assert status_of(house).owed == []
            assert house.ledger.captures_of(PART) == (3 if ending == spool.OPEN else 4)
            assert [row.outcome for row in house.ledger.runs_of(SOURCE)] == ["interrupted"]
            assert house.store.exists(keys.manifest(SOURCE, PART.run))
            before = objects_in(house)
            assert settled(house) == 0
            assert objects_in(house) == before


def test_a_source_that_is_being_crawled_is_not_settled(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        file = left_behind(house, spool.OPEN)
        house.ledger.lease(SOURCE, owner_name("another"), house.clock())
        assert settled(house) == 1
        assert file.exists() and objects_in(house) == []


def test_urls_that_wait_to_be_fetched_are_owed_and_settling_does_not_fetch_them(stored: House) -> None:
    url = f"https://{SOURCE}.example/news/77"
    stored.ledger.discover(SOURCE, [Found(f"{SOURCE}:77", url, f"https://{SOURCE}.example/rss")], FIRST)
    assert settled(stored) == 0
    assert status_of(stored).owed == [f"{SOURCE}: 1 URLs to fetch"]


def test_a_source_that_no_file_describes_is_named(tmp_path: Path) -> None:
    with house_in(tmp_path) as house:
        left_behind(house, spool.SEALED)
        status = status_of(house)
        assert status.exit_code == 1
        assert status.warnings[0] == f"{SOURCE}: no source file describes it; what it owes cannot be read"


def test_the_command_settles_and_tells(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        left_behind(house, spool.SEALED)

    def warraq(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows.cli", *words]
        environment = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "sources"), PYTHONPATH=str(ROOT))
        return subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True)

    owed = warraq("status", "--json")
    rows = [json.loads(line) for line in owed.stdout.splitlines()]
    assert owed.returncode == 1
    assert (rows[0]["source"], rows[0]["parts_owed"]) == (SOURCE, 1)
    assert rows[-1]["event"] == "status" and len(rows[-1]["owed"]) == 1
    done = warraq("status", "--settle", "--sizes")
    assert done.returncode == 0, done.stderr
    assert SOURCE in done.stdout and "never verified" in done.stderr
    (tmp_path / "ledger.db").unlink()
    made = warraq("rebuild")
    assert (made.returncode, made.stdout) == (
        0,
        "1 sources, 1 runs, 1 parts, 4 captures, 4 urls; 0 indexes and 0 manifests written\n",
    )
    assert "where 4 of its URLs were found" in made.stderr
    again = warraq("rebuild")
    assert again.returncode == 2 and "WARRAQ_LEDGER" in again.stderr


def test_the_table_cuts_no_word_short_on_a_narrow_terminal(stored: House, tmp_path: Path) -> None:
    environment = environment_in(tmp_path, COLUMNS="80", PYTHONPATH=str(ROOT))
    command = [sys.executable, "-m", "flows.cli", "status"]
    shown = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert "…" not in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert f" {SOURCE} " in shown and " finished " in shown
