"""The quick road through a WARC takes what is plain, and whatever it leaves is read as if it were not there."""

from __future__ import annotations

import gzip
import mmap
import random
from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from storage import archive_records
from storage.quick_records import quick_records
from storage.record_reading import CheckedRecord
from tests.storage.written_archives import warc_record

SHARED = Path(__file__).parents[3] / "shared/fixtures/warc"
ODD_HEADERS = (
    b"X-Folded: a\r\n\tb\r\n",
    b"X-Latin: caf\xe9\r\n",
    b"X-Arabic: \xd8\xae\xd8\xa8\xd8\xb1\r\n",
    b"X-Tight:a\r\n",
    b"X-Wide:  a\r\n",
    b"X-Tight:a\r\nX-Wide:  b\r\n",
    b"X-Bare: a\n",
    b"X-Control: \x0ba\x1f\r\n",
    b"X-Blank: a\xc2\xa0\r\n",
    b"X-Replaced: \xef\xbf\xbd\r\n",
    b"X-Empty: \r\n",
    b"no header\r\n",
    b": nameless\r\n",
    b"content-length: 904\r\n",
    b"WARC-Type: other\r\n",
    b"warc-block-digest: sha1:AAAA\r\n",
)
ODD_ENDS = (b"", b"\r\n", b"\n\n\n\n", b"XXXX", b"WARC", b"\r\n\r\n\r\n")


def quickly(file: Path) -> list[CheckedRecord]:
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return list(quick_records(file, content, lambda _: None))


def _none(*_: object) -> Generator[CheckedRecord, None, int]:
    yield from ()
    return 0


@pytest.fixture
def carefully(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], list[CheckedRecord]]:
    """Reads a file without the quick road."""

    def read(file: Path) -> list[CheckedRecord]:
        with monkeypatch.context() as patch:
            patch.setattr(archive_records, "quick_records", _none)
            return list(archive_records.archive_records(file))

    return read


def packed(record: bytes) -> bytes:
    return gzip.compress(record, mtime=0)


def test_plain_records_are_read_quickly_and_alike(
    tmp_path: Path, carefully: Callable[[Path], list[CheckedRecord]]
) -> None:
    file = tmp_path / "plain.warc.gz"
    file.write_bytes(b"".join(packed(warc_record(number)) for number in range(9)))
    found = quickly(file)
    assert len(found) == 8  # the last one is always left
    assert all(each.problem is None and each.record for each in found)
    assert [*found, carefully(file)[-1]] == carefully(file) == list(archive_records.archive_records(file))


def test_a_wrong_digest_is_named_on_the_quick_road_too(tmp_path: Path) -> None:
    file = tmp_path / "wrong.warc.gz"
    records = [warc_record(0), warc_record(1).replace(b"<h1>", b"<h2>", 1), warc_record(2)]
    file.write_bytes(b"".join(map(packed, records)))
    good, wrong = quickly(file)
    assert good.problem is None
    assert wrong.problem is not None and wrong.problem.startswith("WARC-Block-Digest is sha256:")


def test_members_of_the_same_length_are_not_mistaken_for_each_other(
    tmp_path: Path, carefully: Callable[[Path], list[CheckedRecord]]
) -> None:
    """FastWARC stops at an empty member without a word, and two records in one member begin at one place."""
    first, second, third = (packed(warc_record(number)) for number in range(3))
    pair = packed(warc_record(3) + warc_record(4))
    for content in (first + packed(b"") + second + third, packed(b"\r\n") + first + second, first + pair + second):
        file = tmp_path / "members.warc.gz"
        file.write_bytes(content)
        assert list(archive_records.archive_records(file)) == carefully(file)


def test_whatever_is_odd_or_broken_is_read_as_with_care(
    tmp_path: Path, carefully: Callable[[Path], list[CheckedRecord]]
) -> None:
    chance = random.Random(20261128)
    file = tmp_path / "odd.warc.gz"
    taken = 0
    for _ in range(250):
        members = []
        for number in range(chance.randint(2, 5)):
            record = warc_record(number)
            if chance.random() < 0.3:
                record = record.replace(b"WARC-Date: ", chance.choice(ODD_HEADERS) + b"WARC-Date: ", 1)
            if chance.random() < 0.1:
                record = record[:-4] + chance.choice(ODD_ENDS)
            cut = chance.randrange(len(record)) if chance.random() < 0.1 else 0
            members += [packed(record[:cut]), packed(record[cut:])] if cut else [packed(record)]
        content = bytearray(b"".join(members))
        if chance.random() < 0.4:
            content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.1:
            del content[chance.randrange(len(content)) :]
        file.write_bytes(content or b"\0")
        taken += len(quickly(file))
        assert list(archive_records.archive_records(file)) == carefully(file)
    assert taken > 100


def test_the_given_files_are_read_alike_with_and_without_the_quick_road(
    carefully: Callable[[Path], list[CheckedRecord]],
) -> None:
    files = [file for file in SHARED.rglob("*") if file.is_file() and file.stat().st_size]
    if not files:
        pytest.skip("../shared/fixtures is not there")
    for file in files:
        assert list(archive_records.archive_records(file)) == carefully(file), file.name
    assert sum(len(quickly(file)) for file in files) > 100
