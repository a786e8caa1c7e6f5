"""What follows a record's block is not what its writer should have put there: the block may be whole all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.archive_records import archive_records
from storage.record_reading import CheckedRecord
from tests.storage.written_archives import CONTAINERS, warc_record


def read(folder: Path, container: str, records: list[bytes]) -> list[CheckedRecord]:
    file = folder / "given"
    file.write_bytes(CONTAINERS[container](records))
    return list(archive_records(file))


@pytest.mark.parametrize("container", ["gzip", "zstd", "plain"])
@pytest.mark.parametrize("padding", [bytes(512), b"   "])
def test_a_record_before_padding_is_given_if_its_digest_proves_it(
    tmp_path: Path, container: str, padding: bytes
) -> None:
    found = read(tmp_path, container, [warc_record(number)[:-4] + padding for number in range(3)])
    uris = [each.record.header("WARC-Target-URI") for each in found if each.record]
    assert uris == [f"https://prova.example/{number}" for number in range(3)]
    assert any(each.problem for each in found)


def test_a_record_before_padding_that_nothing_proves_is_not_given(tmp_path: Path) -> None:
    found = read(tmp_path, "gzip", [warc_record(number, WARC_Block_Digest="")[:-4] + bytes(512) for number in range(2)])
    assert [each.record for each in found] == [None, None]
    assert all(each.problem for each in found)
