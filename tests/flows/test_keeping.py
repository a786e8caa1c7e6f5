"""From the spool to the store: whatever a crash left is mended, taken up or dropped, and no whole capture is lost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml

from flows.house import House
from flows.keeping import answered_by, captures_in, keep_part, settle_spool, take_up
from storage import spool, warc
from storage.errors import DamagedWarc, ObjectDiffers, SpoolError, StoreUnreachable
from storage.keys import Part
from storage.ledger import Found, PartRow, PartState
from storage.model import Capture, CaptureRef
from storage.store import open_store
from tests.crawlers.crawls import source_at
from tests.flows.houses import house_in

PART = Part("prova", "20261122T100000Z-abc123", 1)
NEXT = replace(PART, number=2)
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def house_at(folder: Path) -> AbstractContextManager[House]:
    """A house that knows the source `prova`."""
    source = source_at("https://prova.example", article_url=[r"/(?P<id>\d+)$"]).model_dump(mode="json", by_alias=True)
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources/prova.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
    return house_in(folder, sources=folder / "sources")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_at(tmp_path) as opened:
        opened.ledger.begin_run(PART.source, PART.run, opened.clock())
        yield opened


def record(kind: str, number: int = 0) -> warc.Record:
    block = b"software: tests\r\n" if kind == "warcinfo" else f"HTTP/1.1 200 OK\r\n\r\nخبر {number}".encode()
    headers = [
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", "2026-11-22T10:00:00Z"),
        ("Content-Type", warc.HTTP_RESPONSE if kind == "response" else "application/warc-fields"),
        ("WARC-Payload-Digest", warc.digest(block)),
    ]
    if kind == "response":
        headers.append(("WARC-Target-URI", f"https://prova.example/{number}"))
    return warc.Record(kind, tuple(headers), block)


def written(house: House, captures: int, *, part: Part = PART, ending: str = spool.OPEN) -> Path:
    """A file in the spool, and the ledger as the crawl process leaves it: rows for all that was made durable."""
    file = house.spool / part.source / f"{part.stem}{ending}"
    warc.write_warc(file, [record("warcinfo"), *(record("response", n) for n in range(captures))])
    house.ledger.set_part(part, PartState.OPEN)
    take_up(house, part, captures_in(file))
    return file


def cut(file: Path, bytes_off: int) -> None:
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - bytes_off)


def in_spool(house: House) -> list[str]:
    return sorted(file.name for file in house.spool.rglob("*") if file.is_file())


def owed(house: House) -> list[PartRow]:
    return house.ledger.owed_parts(PART.source)


def test_a_part_cut_in_the_middle_of_a_record_keeps_every_whole_capture(house: House) -> None:
    file = written(house, 3)
    cut(file, 7)
    (line,) = settle_spool(house, "prova")
    assert line.startswith(f"mended {PART.stem}: 2 captures kept, ")
    assert in_spool(house) == [f"{PART.stem}.warc.gz"]
    sealed = spool.sealed_file(house.spool / "prova", PART)
    assert [capture.url for capture in captures_in(sealed)] == ["https://prova.example/0", "https://prova.example/1"]
    assert house.ledger.captures_of(PART) == 2
    assert owed(house) == [PartRow(PART, PartState.SEALED, sealed.stat().st_size)]


def test_a_url_whose_capture_was_durable_and_not_yet_written_down_is_not_asked_for_again(house: House) -> None:
    cut(written(house, 3), 7)
    urls = [Found(f"prova:{n}", f"https://prova.example/{n}", "https://prova.example/", None) for n in range(3)]
    house.ledger.discover("prova", urls, house.clock())
    house.ledger.reconcile(PART, [], {})
    settle_spool(house, "prova")
    assert [each.url for each in house.ledger.owed("prova")] == ["https://prova.example/2"]


def test_a_chain_of_redirects_answers_its_first_url_only_with_its_last() -> None:
    def capture(url: str, status: int, location: str | None = None, truncated: str | None = None) -> Capture:
        headers = (("Location", location),) if location else ()
        ref = CaptureRef("w", len(url), 1, "<urn:uuid:1>")
        return Capture(ref, f"https://prova.example{url}", NOON, status, headers, b"", "", truncated)

    source = source_at("https://prova.example", article_url=[r"/s/(?P<id>\d+)$", r"/(?P<id>\d+)$"])
    moved = capture("/s/1", 302, "/1")
    assert answered_by([moved, capture("/1", 200)], source)["prova:1"].status == 200
    assert answered_by([moved], source) == {}
    assert answered_by([moved, capture("/1", 503)], source) == {}
    assert answered_by([capture("/2", 200, truncated="disconnect"), capture("/3", 429)], source) == {}
    assert answered_by([capture("/s/4", 301, "/s/4")], source) == {}
    assert list(answered_by([capture("/5", 410)], source)) == ["prova:5"]


def test_captures_that_the_ledger_did_not_hear_of_are_written_down(house: House) -> None:
    written(house, 3)
    house.ledger.reconcile(PART, [], {})
    settle_spool(house, "prova")
    assert house.ledger.captures_of(PART) == 3


@pytest.mark.parametrize("length", [0, 1, 40, None])
def test_a_part_with_nothing_whole_in_it_is_dropped(house: House, length: int | None) -> None:
    file = written(house, 0)
    if length is not None:
        cut(file, file.stat().st_size - length)
    (line,) = settle_spool(house, "prova")
    assert line.startswith(f"dropped {PART.stem}: no whole capture")
    assert (in_spool(house), owed(house), house.ledger.captures_of(PART)) == ([], [], 0)


def test_to_settle_twice_is_to_settle_once(house: House) -> None:
    cut(written(house, 3), 7)
    settle_spool(house, "prova")
    before = (in_spool(house), owed(house))
    assert settle_spool(house, "prova") == []
    assert (in_spool(house), owed(house)) == before


@pytest.mark.parametrize("known", [True, False])
def test_a_sealed_part_that_the_ledger_does_not_know_as_sealed_is_taken_up(house: House, known: bool) -> None:
    file = written(house, 2, ending=spool.SEALED)
    if not known:
        house.ledger.forget_part(PART)
    assert settle_spool(house, "prova") == []
    assert owed(house) == [PartRow(PART, PartState.SEALED, file.stat().st_size)]


@pytest.mark.parametrize("ending", [spool.OPEN, spool.SEALED])
def test_with_a_new_ledger_all_of_the_spool_is_taken_up_with_its_run(tmp_path: Path, ending: str) -> None:
    with house_at(tmp_path) as house:
        written(house, 2, ending=ending)
    (tmp_path / "ledger.db").unlink()
    with house_at(tmp_path) as house:
        settle_spool(house, "prova")
        assert [row.part for row in owed(house)] == [PART]
        assert [row.run for row in house.ledger.runs_of("prova", unfinished=True)] == [PART.run]
        assert house.ledger.captures_of(PART) == 2


def test_other_files_and_other_sources_are_left_alone(house: House) -> None:
    strangers = ["notes.warc.gz", f"{PART.run}-x.warc.gz.open", ".hidden.warc.gz", f"{PART.stem}.cdxj"]
    (house.spool / "prova").mkdir(parents=True)
    for name in strangers:
        (house.spool / "prova" / name).write_bytes(b"x")
    written(house, 1, part=replace(PART, source="other"))
    assert settle_spool(house, "prova") == settle_spool(house, "none") == []
    assert in_spool(house) == sorted([*strangers, f"{PART.stem}.warc.gz.open"])


def test_parts_are_settled_from_the_oldest(house: House) -> None:
    for part in (NEXT, PART):
        cut(written(house, 2, part=part), 7)
    assert [line.split(":")[0] for line in settle_spool(house, "prova")] == [
        f"mended {PART.stem}",
        f"mended {NEXT.stem}",
    ]


# --- keeping ---------------------------------------------------------------------------------------


def sealed(house: House, captures: int = 2) -> bytes:
    written(house, captures)
    settle_spool(house, "prova")
    return spool.sealed_file(house.spool / "prova", PART).read_bytes()


def test_a_kept_part_is_in_the_store_with_its_index_and_stays_for_its_grace(house: House) -> None:
    content = sealed(house)
    kept = keep_part(house, PART)
    assert [file.key for file in kept.files] == [PART.warc, PART.cdxj]
    assert house.store.get(PART.warc) == content
    assert len(house.store.get(PART.cdxj).splitlines()) == 2
    assert (in_spool(house), [row.state for row in owed(house)]) == ([f"{PART.stem}.warc.gz.kept"], [PartState.KEPT])


def test_to_keep_twice_is_to_keep_once(house: House) -> None:
    sealed(house)
    first, second = keep_part(house, PART), keep_part(house, PART)
    assert [(f.key, f.size, f.sha256) for f in second.files] == [(f.key, f.size, f.sha256) for f in first.files]
    assert [file.created for file in second.files] == [False, False]


def test_a_crash_between_the_upload_and_the_ledgers_row_loses_nothing(house: House) -> None:
    content = sealed(house)
    keep_part(house, PART)
    house.ledger.set_part(PART, PartState.SEALED)
    copy = spool.kept_file(house.spool / "prova", PART)
    copy.rename(spool.sealed_file(house.spool / "prova", PART))  # or before the local file was marked
    assert [file.created for file in keep_part(house, PART).files] == [False, False]
    house.ledger.set_part(PART, PartState.SEALED)
    copy.unlink()
    assert keep_part(house, PART).files[0].size == len(content)
    assert [row.state for row in owed(house)] == [PartState.KEPT]


def test_a_part_that_is_neither_here_nor_there_is_missing_and_not_called_kept(house: House) -> None:
    house.ledger.set_part(PART, PartState.SEALED)
    with pytest.raises(SpoolError, match="it lies on the machine that captured it"):
        keep_part(house, PART)
    assert [row.state for row in owed(house)] == [PartState.SEALED]


def test_other_bytes_under_the_same_key_stay_and_so_does_the_part(house: House) -> None:
    content = sealed(house)
    house.store.put(PART.warc, b"another")
    with pytest.raises(ObjectDiffers):
        keep_part(house, PART)
    assert house.store.get(PART.warc) == b"another"
    assert spool.sealed_file(house.spool / "prova", PART).read_bytes() == content
    assert [row.state for row in owed(house)] == [PartState.SEALED]


@pytest.mark.parametrize("missing", [1, 5, 25])
def test_a_damaged_sealed_part_is_named_and_stays(house: House, missing: int) -> None:
    sealed(house)
    cut(spool.sealed_file(house.spool / "prova", PART), missing)
    with pytest.raises(DamagedWarc, match=PART.stem):
        keep_part(house, PART)
    assert in_spool(house) == [f"{PART.stem}.warc.gz"]


def test_where_nobody_answers_the_part_waits_in_the_spool(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "x")
    content = sealed(house)
    down = replace(house, store=open_store("s3://bucket", s3_endpoint="http://127.0.0.1:9"))
    with pytest.raises(StoreUnreachable):
        keep_part(down, PART)
    assert spool.sealed_file(house.spool / "prova", PART).read_bytes() == content
    assert [row.state for row in owed(house)] == [PartState.SEALED]
    assert keep_part(house, PART).files[0].created
