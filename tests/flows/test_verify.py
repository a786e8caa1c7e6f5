"""Verify names exactly what is damaged, and where."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from flows.house import House
from storage import keys
from storage.articles import read_articles, write_articles
from storage.keys import Part
from storage.owners import owner_name
from storage.store import open_store
from tests.flows.archives import (
    RUNS,
    SOURCE,
    add_run,
    damage_some,
    first_part,
    objects_in,
    overwrite,
    run_verify,
    write_source,
)
from tests.flows.houses import house_in
from tests.storage.servers import SeaweedFS


def reading(stored: House, part: Part, kind: str) -> str:
    return next(key for key in stored.store.list(kind) if part.stem in key)


def test_a_sound_archive_is_found_sound(stored: House) -> None:
    result = run_verify(stored)
    assert (result.damages, result.objects, result.parts) == ([], 5 * RUNS + 1, RUNS)
    assert result.exit_code == 0


@pytest.mark.parametrize("seed", range(5))
def test_twelve_damaged_objects_of_121_are_named_and_no_others(stored: House, tmp_path: Path, seed: int) -> None:
    damaged = damage_some(tmp_path / "archive", 12, seed)
    result = run_verify(stored)
    assert result.damaged_objects == sorted(each.key for each in damaged)
    assert result.exit_code == 1


@pytest.mark.slow
def test_fifty_damaged_objects_of_2000_are_named_and_no_others(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        for number in range(400):
            add_run(house, number)
        shutil.copytree(tmp_path / "archive", tmp_path / "sound")
        assert len(objects_in(house)) == 2001
        for seed in range(3):
            shutil.rmtree(tmp_path / "archive")
            shutil.copytree(tmp_path / "sound", tmp_path / "archive")
            damaged = damage_some(tmp_path / "archive", 50, seed)
            assert run_verify(house).damaged_objects == sorted(each.key for each in damaged)


def test_damage_on_s3_is_named_and_repaired(
    tmp_path: Path, seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in seaweedfs.environment().items():
        monkeypatch.setenv(name, value)
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as local:
        far = open_store(f"s3://{seaweedfs.bucket}/verify", s3_endpoint=seaweedfs.endpoint)
        house = replace(local, store=far)
        part = [add_run(house, number) for number in range(4)][1]
        assert run_verify(house).damages == []
        client, article = seaweedfs.client(), reading(house, part, keys.ARTICLES)
        index = bytearray(far.get(part.cdxj))
        index[40] ^= 4
        client.put_object(Bucket=seaweedfs.bucket, Key=f"verify/{part.cdxj}", Body=bytes(index))
        client.put_object(Bucket=seaweedfs.bucket, Key=f"verify/{article}", Body=far.get(article)[:-20])
        client.delete_object(Bucket=seaweedfs.bucket, Key=f"verify/{keys.manifest(part.source, part.run)}")
        damaged = sorted([part.cdxj, article, keys.manifest(part.source, part.run)])
        assert run_verify(house).damaged_objects == damaged
        assert run_verify(house, repair=True).repaired == damaged
        assert run_verify(house).damages == []


# --- where -----------------------------------------------------------------------------------------


def test_a_record_whose_bytes_are_not_its_digest_is_named_by_its_offset(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    content = bytearray(stored.store.get(part.warc))
    second = content.index(b"\x1f\x8b\x08", 10)
    content[second + 60] ^= 1
    overwrite(tmp_path, part.warc, bytes(content))
    (damage,) = run_verify(stored).damages
    assert (damage.key, damage.offset) == (part.warc, second)
    (beyond,) = run_verify(stored, repair=True).beyond
    third = content.index(b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff", second + 10)
    assert beyond == f"{part.warc}: beyond repair; whole records at bytes: 0, {third:,}"
    assert stored.store.get(part.warc) == bytes(content)


@pytest.mark.parametrize("field", ["url", "digest", "offset", "length"])
def test_an_index_line_that_says_something_else_is_named_by_its_number(
    stored: House, tmp_path: Path, field: str
) -> None:
    part = first_part(stored)
    lines = stored.store.get(part.cdxj).decode().splitlines(keepends=True)
    before, _, after = lines[1].partition(f'"{field}": "')
    lines[1] = f'{before}"{field}": "{"9" if after[0] != "9" else "8"}{after[1:]}'
    overwrite(tmp_path, part.cdxj, "".join(lines).encode())
    damages = run_verify(stored).damages
    assert {damage.key for damage in damages} == {part.cdxj}
    assert damages[0].line == 2


def test_an_article_that_is_not_its_capture_s_is_named_by_its_row(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    key = reading(stored, part, keys.ARTICLES)
    (article,) = read_articles(stored.store.get(key))
    for changed, word in (
        (replace(article, text=article.text + " زيادة"), "text_digest"),
        (replace(article, offset=article.offset + 1), "no capture begins"),
        (replace(article, payload_digest="sha256:AAAA"), "payload_digest"),
        (replace(article, source="other"), "source"),
    ):
        overwrite(tmp_path, key, write_articles([changed]))
        (damage,) = run_verify(stored).damages
        assert (damage.key, damage.row) == (key, 1)
        assert word in damage.problem


def test_two_warcs_in_each_other_s_place_are_the_only_ones_named(stored: House, tmp_path: Path) -> None:
    first, second = [key for key in objects_in(stored) if key.endswith(".warc.gz")][:2]
    contents = stored.store.get(first), stored.store.get(second)
    overwrite(tmp_path, first, contents[1])
    overwrite(tmp_path, second, contents[0])
    assert run_verify(stored).damaged_objects == [first, second]


def test_a_run_of_which_only_articles_are_left_is_known_by_the_ledger(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    gone = sorted([part.warc, part.cdxj, keys.manifest(part.source, part.run)])
    for key in gone:
        (tmp_path / "archive" / key).unlink()
    assert run_verify(stored).damaged_objects == gone
    for kind in (keys.ARTICLES, keys.REJECTED):
        (tmp_path / "archive" / reading(stored, part, kind)).unlink()
    assert run_verify(stored).damaged_objects == gone


def test_one_changed_number_in_a_manifest_is_damage(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    key = keys.manifest(part.source, part.run)
    overwrite(tmp_path, key, stored.store.get(key).replace(b'"captures": 2', b'"captures": 3'))
    (damage,) = run_verify(stored).damages
    assert (damage.key, damage.problem) == (key, "its bytes do not give the digest it carries")


def test_objects_that_no_manifest_names_are_named_and_left_alone(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    strays = [
        f"raw/{SOURCE}/2026/11/01/notes.txt",
        replace(part, number=7).warc,
        keys.articles("x1", SOURCE, date(2026, 11, 1), "20200101T000000Z-abcdef-00001"),
        "runs/readme.md",
        "stranger/file",
        keys.current_extractor("nobody"),
    ]
    for key in strays:
        stored.store.put(key, b"stray")
    assert run_verify(stored).damaged_objects == sorted(strays)
    repaired = run_verify(stored, repair=True)
    assert (repaired.repaired, len(repaired.beyond)) == ([], len(strays))
    assert all(stored.store.get(key) == b"stray" for key in strays)


def test_what_another_extractor_read_is_no_orphan_but_must_fit_its_captures(stored: House, tmp_path: Path) -> None:
    part = first_part(stored)
    key = reading(stored, part, keys.ARTICLES)
    (article,) = read_articles(stored.store.get(key))
    other = keys.articles("x2", SOURCE, article.captured_at.date(), part.stem)
    stored.store.put(other, write_articles([replace(article, extractor="x2")]))
    assert run_verify(stored).damages == []
    overwrite(tmp_path, other, write_articles([replace(article, extractor="x2", record_id="<urn:uuid:0>")]))
    assert run_verify(stored).damaged_objects == [other]


def test_a_run_that_owes_its_manifest_is_named_and_one_that_is_running_is_not(stored: House) -> None:
    part = add_run(stored, RUNS, finish=False)
    (damage,) = run_verify(stored).damages
    assert damage.key == keys.manifest(part.source, part.run)
    assert "not finished" in damage.problem
    stored.ledger.lease(part.source, owner_name(part.run), stored.clock())
    assert run_verify(stored).damages == []
