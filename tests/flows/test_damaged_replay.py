"""A hundred WARCs of which one is damaged, in each of ten ways: 99 are done, one is quarantined, by file and offset,
and every record that can be read in it is read."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.house import House
from flows.replaying import replay_warcs
from flows.report import Report
from flows.steps import plain_steps
from storage import warc
from storage.articles import read_articles
from storage.keys import Part
from tests.flows.archives import FIRST, SOURCE, run_records, write_source
from tests.flows.houses import house_in

WARCS = 100
ARTICLES = 5  # in the one that is damaged; the others have one
HIT = 3  # of its records: warcinfo, five articles, a 404


@dataclass(frozen=True)
class Way:
    damage: Callable[[bytes, list[int]], bytes]  # the file, and where its records begin and the last one ends
    lost: tuple[int, ...] = (2,)  # articles that cannot be read


def _flipped(content: bytes, starts: list[int]) -> bytes:
    middle = (starts[HIT] + starts[HIT + 1]) // 2
    return content[:middle] + bytes([content[middle] ^ 0x10]) + content[middle + 1 :]


def _within(change: Callable[[bytes], bytes]) -> Callable[[bytes, list[int]], bytes]:
    """The record is taken out of its gzip member, changed, and put back in a good one."""

    def damage(content: bytes, starts: list[int]) -> bytes:
        record = gzip.decompress(content[starts[HIT] : starts[HIT + 1]])
        return content[: starts[HIT]] + gzip.compress(change(record), mtime=0) + content[starts[HIT + 1] :]

    return damage


WAYS = {
    "a bit flipped": Way(_flipped),
    "a block of zeros": Way(lambda file, at: file[: at[HIT] + 40] + bytes(200) + file[at[HIT] + 240 :]),
    "bytes missing": Way(lambda file, at: file[: at[HIT] + 50] + file[at[HIT] + 90 :]),
    "the begin of a record missing": Way(lambda file, at: file[: at[HIT]] + file[at[HIT] + 30 :]),
    "other bytes between": Way(lambda file, at: file[: at[HIT]] + b"no record\n" * 30 + file[at[HIT] :], lost=()),
    "cut in a record": Way(lambda file, at: file[: at[HIT] + 100], lost=(2, 3, 4)),
    "a wrong size behind a record": Way(  # whose digest proves it
        lambda file, at: file[: at[HIT + 1] - 4] + b"\0\0\0\1" + file[at[HIT + 1] :], lost=()
    ),
    "no head": Way(_within(lambda record: b"NOPE" + record[4:])),
    "a length too long": Way(_within(lambda record: record.replace(b"Content-Length: ", b"Content-Length: 9", 1))),
    "other bytes than the digest says": Way(_within(lambda record: record.replace(b"<p>", b"<b>", 1)), lost=()),
}


def part(number: int) -> Part:
    return Part(SOURCE, f"{FIRST:%Y%m%dT%H%M%SZ}-{number:06x}", 1)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("hundred")
    for number in range(WARCS):
        file = folder / "archive" / part(number).warc
        file.parent.mkdir(parents=True, exist_ok=True)
        numbers = range(number * 10, number * 10 + (ARTICLES if number == WARCS // 2 else 1))
        warc.write_warc(file, run_records(part(number), numbers, FIRST))
    with house_in(folder, sources=write_source(folder / "sources"), readers=2) as house:
        assert replayed(house).exit_code == 0
        yield house


def replayed(house: House) -> Report:
    with plain_steps() as steps:
        return replay_warcs(house, [part(number).warc for number in range(WARCS)], steps=steps, watch=lambda _: None)


def test_ten_ways_are_tried() -> None:
    assert len(WAYS) == 10


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_of_a_hundred_warcs_the_damaged_one_is_quarantined_and_read(way: str, house: House) -> None:
    hit, meant = part(WARCS // 2), WAYS[way]
    archive = Path(house.settings.store.removeprefix("file:"))
    file = archive / hit.warc
    whole = file.read_bytes()
    with file.open("rb") as stream:
        starts = [each.offset for each in warc.read_records(stream, file.name, len(whole))] + [len(whole)]
    of_hit = list(archive.rglob(f"{hit.stem}.parquet"))
    kept = {each: each.read_bytes() for each in of_hit}
    assert len(kept) == 2, "articles and rejections"
    try:
        file.unlink()
        file.write_bytes(meant.damage(whole, starts))
        for each in of_hit:
            each.unlink()
        report = replayed(house)
        articles = next((each for each in of_hit if "articles" in each.parts), None)
        assert articles is not None
        numbers = [int(each.document_key.rpartition(":")[2]) for each in read_articles(articles.read_bytes())]
    finally:
        file.unlink()
        file.write_bytes(whole)
        for each, content in kept.items():
            each.unlink(missing_ok=True)
            each.write_bytes(content)
    (source,) = report.sources
    assert report.exit_code == 1 and source.outcome == "quarantined" and len(source.warcs) == WARCS
    assert all(line.startswith(f"quarantined: {hit.warc}: damaged at byte ") for line in source.owed), source.owed
    assert f"at byte {starts[HIT]}:" in source.owed[0], (source.owed, starts)
    expected = [number for number in range(ARTICLES) if number not in meant.lost]
    assert numbers == [(WARCS // 2) * 10 + number for number in expected]
    assert source.identical >= WARCS - 1, "what was there of the others is the same to the byte"
