"""Repair makes again what can be; a verification that was ended goes on; a share of the parts takes turns."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.house import House
from flows.verifying import in_sample, verify
from storage import keys, spool
from storage.errors import UsageError
from storage.keys import Part
from storage.manifest import read_manifest
from storage.verifications import Verifications
from tests.flows.archives import (
    RUNS,
    SOURCE,
    add_run,
    damage_some,
    first_part,
    is_manifest,
    objects_in,
    overwrite,
    run_verify,
    write_source,
)
from tests.flows.conftest import ROOT
from tests.flows.houses import environment_in, house_in


def digests(stored: House) -> dict[str, str]:
    return {key: hashlib.sha256(stored.store.get(key)).hexdigest() for key in objects_in(stored)}


@pytest.mark.parametrize("how", ["flipped", "cut", "deleted"])
def test_everything_derived_is_made_again_to_the_byte(stored: House, tmp_path: Path, how: str) -> None:
    before = digests(stored)
    derived = [key for key in before if not key.endswith(".warc.gz")]
    for key in derived[::3]:
        file = tmp_path / "archive" / key
        content = file.read_bytes()
        file.unlink()
        if how != "deleted":
            file.write_bytes(content[:-7] if how == "cut" else bytes([content[0] ^ 1]) + content[1:])
    result = run_verify(stored, repair=True)
    assert result.repaired == derived[::3]
    assert (result.exit_code, result.beyond) == (0, [])
    assert run_verify(stored).damages == []
    # A manifest that is made again says so; all else is what it was.
    assert {key for key, digest in digests(stored).items() if digest != before[key]} == {
        key for key in derived[::3] if is_manifest(key)
    }
    for key in filter(is_manifest, derived[::3]):
        assert "made again" in read_manifest(stored.store.get(key)).problems[0]


def test_what_comes_from_a_damaged_warc_is_not_made_again(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    overwrite(tmp_path, part.warc, stored.store.get(part.warc)[:-30])
    (tmp_path / "archive" / part.cdxj).unlink()
    result = run_verify(stored, repair=True)
    assert (result.repaired, result.exit_code) == ([], 1)
    assert result.beyond[1] == f"{part.cdxj}: cannot be made again, {part.warc} is damaged"


@pytest.mark.parametrize("how", ["lost", "cut"])
def test_a_warc_whose_copy_is_still_in_the_spool_is_put_back(tmp_path: Path, how: str) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        part = add_run(house, 0, copy=True)
        whole = house.store.get(part.warc)
        if how == "lost":
            (tmp_path / "archive" / part.warc).unlink()
        else:
            overwrite(tmp_path, part.warc, whole[:-50])
        (tmp_path / "archive" / part.cdxj).unlink()
        result = verify(house, repair=True, watch=lambda _: None)
        assert (result.exit_code, result.beyond, sorted(result.repaired)) == (0, [], sorted([part.warc, part.cdxj]))
        assert house.store.get(part.warc) == whole


def test_a_copy_that_is_not_what_the_manifest_says_is_put_nowhere(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        part = add_run(house, 0, copy=True)
        with spool.kept_file(house.spool / SOURCE, part).open("ab") as copy:
            copy.write(b"noise")
        (tmp_path / "archive" / part.warc).unlink()
        assert verify(house, repair=True, watch=lambda _: None).exit_code == 1
        assert not house.store.exists(part.warc)


# --- shares and ends in the middle -----------------------------------------------------------------


def test_a_share_of_twenty_percent_looks_at_every_part_once_in_five_days() -> None:
    parts = [Part(SOURCE, f"2026{n:04d}T000000Z-{n:06x}", 1) for n in range(1000)]
    days = [date(2026, 11, 22) + timedelta(days=n) for n in range(5)]
    looked = [[part for part in parts if in_sample(part, 20, day)] for day in days]
    assert sorted(part for day in looked for part in day) == sorted(parts)
    assert all(150 < len(day) < 250 for day in looked)
    assert all(in_sample(part, 100, days[0]) for part in parts)


def test_a_share_names_damage_in_its_parts_only(stored: House, tmp_path: Path) -> None:
    for key in objects_in(stored):
        if key.endswith(".cdxj"):
            (tmp_path / "archive" / key).unlink()
    result = run_verify(stored, sample=25)
    assert 0 < result.parts < RUNS
    assert len(result.damaged_objects) == result.parts
    with pytest.raises(UsageError, match="percent from 1 to 100"):
        run_verify(stored, sample=0)


KILLED = """
import os, signal
from flows import verifying
from flows.house import open_house
look, seen = verifying.damages_of, []
def killed(house, files):
    seen.append(files)
    if len(seen) > 20:
        os.kill(os.getpid(), signal.SIGKILL)
    return look(house, files)
verifying.damages_of = killed
with open_house() as house:
    verifying.verify(house, watch=print)
"""


def test_a_verification_that_was_killed_goes_on_and_names_all_damage(stored: House, tmp_path: Path) -> None:
    damaged = damage_some(tmp_path / "archive", 12, seed=7)
    environment = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "sources"), PYTHONPATH=str(ROOT))
    ended = subprocess.run([sys.executable, "-c", KILLED], env=environment, cwd=tmp_path, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    looked: list[str] = []
    result = verify(counting(stored, looked), watch=lambda _: None)
    assert result.damaged_objects == sorted(each.key for each in damaged)
    assert 0 < result.resumed < RUNS
    assert len({keys.stem_of(key) for key in looked if key.endswith(".warc.gz")}) == RUNS - result.resumed
    last = Verifications(stored.ledger, stored.store.url).last()
    assert last is not None and last.started_at == result.started_at
    assert (last.finished_at, last.damages) == (result.finished_at, len(result.left))
    assert run_verify(stored).resumed == 0


def counting(stored: House, fetched: list[str]) -> House:
    """The house with a store that writes down which objects are copied out of it."""
    store = stored.store
    fetch: Callable[[str, Path], None] = store.fetch

    class Counting:
        def __getattr__(self, name: str) -> object:
            return getattr(store, name)

        def fetch(self, key: str, into: Path) -> None:
            fetched.append(key)
            fetch(key, into)

    return replace(stored, store=Counting())  # type: ignore[arg-type]


def test_the_command_names_damage_on_stdout_and_ends_with_one(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    (tmp_path / "archive" / part.cdxj).unlink()
    environment = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "sources"))

    def warraq(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "flows.cli", *words]
        return subprocess.run(
            command, env=environment | {"PYTHONPATH": str(ROOT)}, cwd=tmp_path, capture_output=True, text=True
        )

    found = warraq("verify")
    assert (found.returncode, found.stdout) == (1, f"{part.cdxj}: missing\n")
    assert "121 objects in 24 parts: 1 damaged" in found.stderr
    repaired = warraq("verify", "--repair", "--json")
    assert repaired.returncode == 0, repaired.stderr
    assert f'{{"event": "damage", "key": "{part.cdxj}", "problem": "missing", "repaired": true}}' in repaired.stdout
    assert warraq("verify").stdout == ""
