"""Ledger, indexes and manifests lost, and made anew from the WARCs: row for row, byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from flows.house import House
from flows.newsroom import Newsroom, running_newsroom, write_sources
from flows.rebuilding import Rebuilt, rebuild
from flows.verifying import verify
from storage.errors import UsageError
from storage.ledger_schema import captures, events, parts, polls, runs, urls
from storage.manifest import read_manifest
from tests.flows.archives import add_run, write_source
from tests.flows.houses import crawl, house_in

TABLES = {table.name: table for table in (urls, captures, parts, runs, events, polls)}
Rows = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Rows, dict[str, bytes]]]:
    """An archive of two crawls of the newsroom, its tables, and its objects."""
    folder = tmp_path_factory.mktemp("crawled")
    with running_newsroom() as newsroom:
        write_sources(newsroom, folder / "sources")
        with house_in(folder, sources=folder / "sources") as house:
            assert crawl(house, *ids(newsroom)).owed == []
            assert crawl(house, *ids(newsroom)).owed == []
            yield folder, tables(house), {key: house.store.get(key) for key in house.store.list("")}


def ids(newsroom: Newsroom) -> list[str]:
    return sorted(newsroom.bases)


def tables(house: House) -> Rows:
    with house.ledger.engine.connect() as connection:
        found = {}
        for name, table in TABLES.items():
            rows = connection.execute(select(table).order_by(*table.primary_key.columns))
            found[name] = [dict(row._mapping) for row in rows]
        return found


def rebuilt(folder: Path, into: Path, objects: dict[str, bytes], **more: Any) -> tuple[House, Rebuilt]:
    """A new house with these objects and an empty ledger, rebuilt."""
    for key, content in objects.items():
        file = into / "archive" / key
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    with house_in(into, sources=folder / "sources") as house:
        return house, rebuild(house, watch=lambda _: None, **more)


def test_a_lost_ledger_and_lost_indexes_come_back_row_for_row_and_byte_for_byte(
    crawled: tuple[Path, Rows, dict[str, bytes]], tmp_path: Path
) -> None:
    folder, before, objects = crawled
    kept = {key: content for key, content in objects.items() if not key.endswith(".cdxj")}
    house, done = rebuilt(folder, tmp_path, kept)
    assert (done.problems, done.unknown) == ([], [])
    assert {key: house.store.get(key) for key in house.store.list("")} == objects
    assert done.indexes == sorted(objects.keys() - kept.keys(), key=lambda key: (key.split("/")[1], key))
    after = tables(house)
    for name in ("urls", "captures", "parts", "runs", "events", "polls"):
        assert after[name] == before[name], name


def test_lost_manifests_are_made_again_and_say_what_is_not_known(
    crawled: tuple[Path, Rows, dict[str, bytes]], tmp_path: Path
) -> None:
    folder, before, objects = crawled
    kept = {key: content for key, content in objects.items() if key.endswith(".warc.gz")}
    house, done = rebuilt(folder, tmp_path, kept)
    assert done.problems == []
    assert len(done.unknown) == len(done.manifests) == len(before["runs"])
    after = tables(house)
    for name in ("urls", "captures", "parts", "events", "polls"):
        assert after[name] == before[name], name
    assert [row["outcome"] for row in after["runs"]] == ["rebuilt"] * len(before["runs"])
    for old, new in zip(before["runs"], after["runs"], strict=True):
        assert new["started_at"] == old["started_at"]
        assert {name: old["counts"][name] for name in ("captures", "articles", "rejected", "other")} == new["counts"]
    for key in done.manifests:
        old, new = (read_manifest(content) for content in (objects[key], house.store.get(key)))
        assert (new.files, new.extractor, new.source, new.run) == (old.files, old.extractor, old.source, old.run)
        assert "unknown" in new.problems[0]
    everything_else = {key for key in objects if not key.startswith("runs/")}
    assert {key: house.store.get(key) for key in everything_else} == {key: objects[key] for key in everything_else}
    with house_in(tmp_path, sources=folder / "sources") as again:
        assert verify(again, watch=lambda _: None).damages == []


def test_a_rebuilt_house_owes_nothing_and_fetches_no_article_again(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            crawl(house, "rafidain-tv")
        (tmp_path / "ledger.db").unlink()
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            assert rebuild(house, watch=lambda _: None).exit_code == 0
            asked = len(newsroom.requests)
            assert crawl(house, "rafidain-tv").owed == []
            assert [seen.path_qs for seen in newsroom.requests[asked:] if "/news/" in seen.path_qs] == []


def test_the_ledger_alone_is_rebuilt_if_that_is_asked(
    crawled: tuple[Path, Rows, dict[str, bytes]], tmp_path: Path
) -> None:
    folder, before, objects = crawled
    kept = {key: content for key, content in objects.items() if not key.endswith(".cdxj")}
    house, done = rebuilt(folder, tmp_path, kept, ledger_only=True)
    assert (done.indexes, done.manifests, done.problems) == ([], [], [])
    assert list(house.store.list("")) == sorted(kept)
    assert tables(house)["captures"] == before["captures"]


def test_a_ledger_with_rows_is_left_alone(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        add_run(house, 1)
        before = tables(house)
        with pytest.raises(UsageError, match="name a new one in WARRAQ_LEDGER"):
            rebuild(house, watch=lambda _: None)
        assert tables(house) == before


def test_a_damaged_warc_is_named_and_the_others_are_rebuilt(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        broken, good = add_run(house, 1), add_run(house, 2)
    file = tmp_path / "archive" / broken.warc
    content = file.read_bytes()
    file.unlink()
    file.write_bytes(content[:-9])
    (tmp_path / "ledger.db").unlink()
    with house_in(tmp_path, sources=tmp_path / "sources") as house:
        done = rebuild(house, watch=lambda _: None)
        assert [broken.run in line for line in done.problems] == [True]
        assert done.exit_code == 1
        assert house.ledger.captures_of(good) == 2
        assert [row.finished_at is None for row in house.ledger.runs_of(good.source)] == [False, True]


def test_the_end_of_a_run_whose_manifest_is_lost_is_that_of_its_last_capture(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        part = add_run(house, 3, finish=False)
    (tmp_path / "ledger.db").unlink()
    with house_in(tmp_path, sources=tmp_path / "sources") as house:
        rebuild(house, watch=lambda _: None)
        (row,) = house.ledger.runs_of(part.source)
    assert isinstance(row.started_at, datetime)
    assert row.finished_at == row.started_at
