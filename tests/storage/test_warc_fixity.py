"""Each record of a WARC is held against its own digests, and what is good behind damage is still found."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from storage import warc
from storage.record_digests import digest_matches
from storage.record_reading import CheckedRecord
from storage.warc_fixity import checked_records

BLOCK = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n" + "خبر!!!".encode()


def response(number: int, **headers: str) -> warc.Record:
    payload = BLOCK.partition(b"\r\n\r\n")[2]
    fields = {
        "WARC-Record-ID": warc.new_record_id(),
        "WARC-Date": "2026-11-22T10:00:00Z",
        "WARC-Target-URI": f"https://prova.example/{number}",
        "Content-Type": warc.HTTP_RESPONSE,
        "WARC-Block-Digest": warc.digest(BLOCK),
        "WARC-Payload-Digest": warc.digest(payload),
    }
    return warc.Record("response", tuple((fields | headers).items()), BLOCK)


def written(file: Path, *records: warc.Record) -> list[int]:
    """Offsets of the records, and the size of the file."""
    placed = warc.write_warc(file, records)
    return [each.offset for each in placed] + [file.stat().st_size]


def problems(file: Path) -> list[tuple[int, int, bool]]:
    """Offset, end and whether it is good, of each stretch."""
    return [(each.offset, each.offset + each.length, each.problem is None) for each in checked_records(file)]


def test_a_whole_file_is_good_from_end_to_end(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    a, b, end = written(file, response(1), response(2))
    assert problems(file) == [(a, b, True), (b, end, True)]
    kept = [each.record for each in checked_records(file)]
    assert [record.header("WARC-Target-URI") for record in kept if record] == [
        "https://prova.example/1",
        "https://prova.example/2",
    ]


@pytest.mark.parametrize("at", [0, 1, 15, 60, -8, -2])  # -9 may hold bits that mean nothing to deflate
def test_behind_a_broken_record_the_next_good_one_is_found(tmp_path: Path, at: int) -> None:
    file = tmp_path / "a.warc.gz"
    a, b, c, end = written(file, response(1), response(2), response(3))
    content = bytearray(file.read_bytes())
    content[(b if at >= 0 else c) + at] ^= 16
    file.write_bytes(content)
    assert problems(file) == [(a, b, True), (b, c, False), (c, end, True)]


def test_a_file_that_is_cut_or_empty_or_no_warc_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    a, b, end = written(file, response(1), response(2))
    whole = file.read_bytes()
    file.write_bytes(whole[: end - 1])
    assert problems(file) == [(a, b, True), (b, end - 1, False)]
    file.write_bytes(b"")
    assert list(checked_records(file)) == [CheckedRecord(0, 0, None, "the file is empty")]
    file.write_bytes(b"\x1f\x8b\x08 no gzip behind it")
    assert problems(file) == [(0, 21, False)]


@pytest.mark.parametrize("header", ["WARC-Block-Digest", "WARC-Payload-Digest"])
def test_a_digest_that_the_bytes_do_not_give_is_named(tmp_path: Path, header: str) -> None:
    file = tmp_path / "a.warc.gz"
    written(file, response(1, **{header: warc.digest(b"other bytes")}))
    (checked,) = checked_records(file)
    assert checked.problem is not None and checked.problem.startswith(header)


def test_the_payload_of_a_revisit_lies_elsewhere_and_is_not_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "a.warc.gz"
    headers = dict(response(1).headers) | {"WARC-Payload-Digest": warc.digest(b"that of the record before")}
    written(file, warc.Record("revisit", tuple(headers.items()), BLOCK))
    assert [each.problem for each in checked_records(file)] == [None]


def test_digests_of_others_are_read_in_base32_and_hex() -> None:
    for algorithm in ("sha1", "sha256", "md5", "sha-256", "SHA1"):
        made = hashlib.new(algorithm.lower().replace("-", ""), b"x", usedforsecurity=False)
        for value in (made.hexdigest(), made.hexdigest().upper(), base64.b32encode(made.digest()).decode().rstrip("=")):
            assert digest_matches(f"{algorithm}:{value}", b"x")
            assert not digest_matches(f"{algorithm}:{value}", b"y")
    assert not digest_matches("crc32:00", b"x") and not digest_matches("sha1:?", b"x")


def test_a_record_too_large_to_be_held_is_good_if_its_digests_are(tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n" + bytes(40 << 20)
    payload = block.partition(b"\r\n\r\n")[2]
    large = response(1, **{"WARC-Block-Digest": warc.digest(block), "WARC-Payload-Digest": warc.digest(payload)})
    file = tmp_path / "a.warc.gz"
    a, b, end = written(
        file, warc.Record("response", large.headers, block), warc.Record("response", large.headers, block[:-1] + b"x")
    )
    assert problems(file) == [(a, b, True), (b, end, False)]
