"""Archives of others, taken in by the command: bytes, index, provenance, sources, articles; twice is once."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import warnings
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cdxj_indexer.main import CDXJIndexer

from flows.house import House
from flows.import_inputs import inputs_of
from flows.importing import Imported, import_inputs
from flows.rebuilding import rebuild
from flows.replaying import replay_warcs, sources_meant, warcs_to_replay
from flows.report import Report
from flows.steps import plain_steps
from storage import keys
from storage.articles import read_articles
from storage.manifest import read_manifest
from storage.store import Store
from tests.flows.archives import overwrite, page, run_verify, write_source
from tests.flows.houses import environment_in, house_in
from tests.storage.written_archives import CONTAINERS, SHARED, arc_description, arc_record, spans, warc_record

SOURCE = "sahifa"


@pytest.fixture
def house(tmp_path: Path) -> Any:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        yield house


def taken(house: House, *files: Path | str) -> list[Imported]:
    inputs = inputs_of([str(file) for file in files], house.settings.s3_endpoint)
    return list(import_inputs(house, inputs, "somebody@somewhere", lambda _: None))


def replayed(house: House, warcs: list[str], *sources: str) -> Report:
    with plain_steps() as steps:
        only = sources_meant(house, sources)
        return replay_warcs(house, warcs, steps=steps, watch=lambda _: None, only=only)


def record(number: int, host: str = "sahifa.example") -> bytes:
    return warc_record(number, body=page(number), WARC_Target_URI=f"https://{host}/news/{number}")


def written(file: Path, content: bytes) -> Path:
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_bytes(content)
    return file


def articles_in(store: Store) -> list[tuple[str, str, int, str]]:
    """Source, URL, offset and record id of every article."""
    found = []
    for key in store.list(keys.ARTICLES):
        found += [(row.source, row.url, row.offset, row.record_id) for row in read_articles(store.get(key))]
    return sorted(found)


@pytest.mark.parametrize("container", ["gzip", "one gzip member", "zstd with a dictionary", "arc"])
def test_bytes_stay_and_each_capture_is_read_with_its_own_source(house: House, tmp_path: Path, container: str) -> None:
    endings = {"plain": ".warc", "arc": ".arc", "arc.gz": ".arc.gz"}
    ending = endings.get(container, ".warc.zst" if "zstd" in container else ".warc.gz")
    records = [record(1), record(2, "m.sahifa.example"), record(3, "www.elsewhere.example")]
    if container.startswith("arc"):
        records = [arc_description(), arc_record(7)]
    write = CONTAINERS["plain" if container == "arc" else "gzip" if container == "arc.gz" else container]
    file = written(tmp_path / "given.bin", write(records))
    (done,) = taken(house, file)
    (key,) = done.warcs
    assert (done.status, done.damages) == ("imported", []) and key.endswith(ending)
    assert house.store.get(key) == file.read_bytes()
    report = replayed(house, done.warcs)
    assert report.owed == []
    if not container.startswith("arc"):
        assert done.sources == {SOURCE: 2, keys.IMPORTED: 1}
        found = [(source, url) for source, url, _, _ in articles_in(house.store)]
        # The source file describes no m. host: its rule for what is an article decides, as in a crawl.
        assert (SOURCE, "https://sahifa.example/news/1") in found
        assert (keys.IMPORTED, "https://www.elsewhere.example/news/3") in found
        if container not in SHARED:
            starts = [start for start, _ in spans(write, records)]
            assert {offset for _, _, offset, _ in articles_in(house.store)} <= set(starts)
    assert run_verify(house).damages == []
    again = replayed(house, done.warcs)
    assert [each.created for each in again.sources] == [0] * len(again.sources)


def test_the_manifest_says_where_it_came_from_and_twice_is_once(house: House, tmp_path: Path) -> None:
    file = written(tmp_path / "in" / "theirs.warc.gz", CONTAINERS["gzip"]([record(1), record(2)]))
    (done,) = taken(house, file)
    manifest = read_manifest(house.store.get(keys.manifest(keys.IMPORTED, done.run)))
    facts = manifest.settings["import"]
    assert (facts["from"], facts["name"], facts["by"]) == (str(file), "theirs.warc.gz", "somebody@somewhere")
    assert facts["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest() and facts["on"].startswith("20")
    assert manifest.kind == "import" and manifest.counts == {"captures": 2, "damages": 0, "records": 2}
    before = list(house.store.list(""))
    other = written(tmp_path / "in" / "renamed.bin", file.read_bytes())
    (again,) = taken(house, other)
    assert (again.status, again.warcs, again.sources) == ("already", done.warcs, done.sources)
    assert list(house.store.list("")) == before


def test_the_index_is_that_of_cdxj_indexer(house: House, tmp_path: Path) -> None:
    records = [record(number) for number in range(4)]
    records.append(warc_record(9, WARC_Target_URI="https://prova.example/a b"))
    for container in ("gzip", "plain"):
        file = written(tmp_path / container, CONTAINERS[container](records))
        (done,) = taken(house, file)
        part = keys.part_of(done.warcs[0])
        assert part is not None
        kept = tmp_path / "archive" / part.warc
        output = io.StringIO()
        CDXJIndexer(output, [str(kept)], sort=True).process_all()
        assert house.store.get(part.cdxj).decode() == output.getvalue()


def test_broken_files_give_what_is_readable_and_the_rest_is_named(house: House, tmp_path: Path) -> None:
    records = [record(number) for number in range(4)]
    content = bytearray(CONTAINERS["gzip"](records))
    start, end = spans(CONTAINERS["gzip"], records)[1]
    content[(start + end) // 2] ^= 0xFF
    broken = written(tmp_path / "broken.warc.gz", bytes(content[:-5]))
    empty = written(tmp_path / "empty.warc.gz", b"")
    text = written(tmp_path / "notes.warc", b"just a text\n")
    whole = written(tmp_path / "whole.warc.gz", CONTAINERS["gzip"]([record(8)]))
    done = taken(house, broken, empty, text, whole)
    assert [each.status for each in done] == ["imported", "failed", "failed", "imported"]
    assert done[0].records >= 2 and f"broken.warc.gz: damaged at byte {start:,}:" in done[0].damages[0]
    assert "nothing of it was stored" in done[1].damages[0] and str(text) in done[2].damages[0]
    report = replayed(house, [key for each in done for key in each.warcs])
    assert len([line for line in report.owed if f"damaged at byte {start}" in line]) == 1
    urls = [url for _, url, _, _ in articles_in(house.store)]
    assert {f"https://sahifa.example/news/{number}" for number in (0, 2, 8)} <= set(urls)
    assert run_verify(house).damages == []  # they came like this
    overwrite(tmp_path, done[0].warcs[0], bytes(content[: len(content) // 2]))
    assert {damage.key for damage in run_verify(house).damages} >= {done[0].warcs[0]}


def wacz(records: list[bytes], *, digest: str | None = None) -> bytes:
    inner = CONTAINERS["gzip"](records)
    stated = digest or hashlib.sha256(inner).hexdigest()
    resource = {"name": "data.warc.gz", "path": "archive/data.warc.gz", "hash": f"sha256:{stated}", "bytes": len(inner)}
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as opened:
        opened.writestr("archive/data.warc.gz", inner)
        opened.writestr("datapackage.json", json.dumps({"profile": "data-package", "resources": [resource]}))
    return package.getvalue()


def test_a_wacz_is_taken_apart_and_held_against_its_digests(house: House, tmp_path: Path) -> None:
    good = written(tmp_path / "good.wacz", wacz([record(1), record(2)]))
    bad = written(tmp_path / "bad.wacz", wacz([record(3)], digest="0" * 64))
    cut = written(tmp_path / "cut.wacz", wacz([record(4), record(5)])[:-60])
    done = taken(house, good, bad, cut)
    assert house.store.get(done[0].warcs[0]) == CONTAINERS["gzip"]([record(1), record(2)]) and not done[0].damages
    manifest = read_manifest(house.store.get(keys.manifest(keys.IMPORTED, done[0].run)))
    assert manifest.settings["import"]["wacz"]["datapackage"]["profile"] == "data-package"
    assert "has not the digest" in done[1].damages[0] and done[1].records == 1
    assert done[2].warcs[0].endswith(".wacz") and done[2].records == 2 and done[2].damages
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as opened:
        opened.writestr("first.wacz", good.read_bytes())
    (several,) = taken(house, written(tmp_path / "several.wacz", package.getvalue()))
    assert several.records == 2


def test_a_path_that_stands_twice_in_a_wacz_loses_nothing(house: House, tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as package, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # zipfile's own, of the duplicate
        for numbers in ((0, 1), (2,), (2,)):
            package.writestr("archive/data.warc.gz", b"".join(gzip.compress(record(each), mtime=0) for each in numbers))
    (done,) = taken(house, written(tmp_path / "a.wacz", content.getvalue()))
    assert (done.status, done.records, done.captures) == ("imported", 3, 3)
    told = "a.wacz: archive/data.warc.gz stands there more than once, with other bytes; each is read"
    assert done.damages.count(told) == 1


def test_a_capture_whose_date_cannot_be_read_is_named(house: House, tmp_path: Path) -> None:
    records = [warc_record(0), warc_record(1, WARC_Date="yesterday"), warc_record(2, WARC_Date="")]
    (done,) = taken(house, written(tmp_path / "a.warc", b"".join(records)))
    assert (done.status, done.records, done.captures) == ("imported", 3, 1)
    at = [len(records[0]), len(records[0]) + len(records[1])]
    assert done.damages == [
        f"a.warc: damaged at byte {at[0]:,}: its WARC-Date is 'yesterday'",
        f"a.warc: damaged at byte {at[1]:,}: its WARC-Date is None",
    ]


def test_a_zip_bomb_is_left_where_it_gets_too_big(house: House, tmp_path: Path) -> None:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as opened, opened.open("archive/a.warc", "w") as entry:
        entry.write(warc_record(1, Content_Length=str(150 << 20)))
        for _ in range(150):
            entry.write(bytes(1 << 20))
    (done,) = taken(house, written(tmp_path / "bomb.wacz", package.getvalue()))
    assert any("inflates to more than" in line for line in done.damages)


def test_imports_are_rebuilt_row_for_row_and_replayed_by_source_day_and_url(house: House, tmp_path: Path) -> None:
    days = ("2026-11-20T01:00:00Z", "2026-11-22T01:00:00Z")
    records = [
        warc_record(at, body=page(at), WARC_Target_URI=f"https://sahifa.example/news/{at}", WARC_Date=day)
        for at, day in enumerate(days)
    ]
    ours = taken(house, written(tmp_path / "ours.warc", b"".join(records)))[0].warcs
    taken(house, written(tmp_path / "other.warc", record(5, "else.example")))
    from datetime import date

    def meant(*sources: str, **more: Any) -> list[str]:
        given = {"since": None, "until": None, "url": None} | more
        return warcs_to_replay(house, sources, given["since"], given["until"], [], given["url"])

    assert meant(SOURCE) == ours and len(meant()) == len(meant("imported")) == 2
    assert meant(SOURCE, since=date(2026, 11, 21), until=date(2026, 11, 23)) == ours
    assert meant(SOURCE, until=date(2026, 11, 19)) == meant(SOURCE, since=date(2026, 11, 23)) == []
    assert meant(url="https://sahifa.example/news/*") == meant(url="sahifa.example/*") == ours
    assert meant(url="*/nowhere/*") == []
    report = replayed(house, meant(SOURCE), SOURCE)
    assert [each.source for each in report.sources] == [SOURCE]
    rows = house.ledger.runs_of(keys.IMPORTED)
    with house_in(tmp_path, sources=tmp_path / "sources", ledger=f"sqlite:///{tmp_path / 'new.db'}") as new:
        assert rebuild(new, watch=lambda _: None).problems == []
        assert new.ledger.runs_of(keys.IMPORTED) == rows and len(rows) == 2


def test_an_import_killed_in_the_middle_goes_on(house: House, tmp_path: Path) -> None:
    """The WARC and its index are there, the manifest is not: as kill -9 leaves it."""
    file = written(tmp_path / "theirs.warc.gz", gzip.compress(record(1)))
    (done,) = taken(house, file)
    key = keys.manifest(keys.IMPORTED, done.run)
    (tmp_path / "archive" / key).unlink()
    assert any(damage.key == key for damage in run_verify(house).damages)
    (again,) = taken(house, file)
    assert (again.status, again.warcs) == ("imported", done.warcs)
    assert run_verify(house).damages == []


def test_the_command_tells_what_it_did_and_ends_with_1_if_something_is_broken(house: House, tmp_path: Path) -> None:
    folder = tmp_path / "in"
    written(folder / "a.warc.gz", CONTAINERS["gzip"]([record(1)]))
    written(folder / "readme.txt", b"no archive")
    written(folder / "below" / "b.warc", record(2)[:-400])
    environment = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "sources"), WARRAQ_READERS="1")
    command = [sys.executable, "-m", "flows.cli", "import", "--json", str(folder)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 1, ended.stderr
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    files = {Path(row["name"]).name: row for row in rows if row["event"] == "imported"}
    assert files["a.warc.gz"]["status"] == "imported" and files.keys() == {"a.warc.gz", "b.warc"}
    assert "b.warc" in ended.stderr and "there" in ended.stderr
    assert {row["source"]: row["tally"]["articles"] for row in rows if row["event"] == "source"}[SOURCE] == 1
