"""WARC files: what goes in comes out, by three readers; what breaks is named; what was whole is kept."""

import gzip
import io
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.checker import Checker

from storage import warc
from storage.errors import DamagedWarc

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n"


def response(body: bytes, *, head: bytes = HEAD, url: str = "http://example.test/") -> warc.Record:
    block = head + body
    headers = (
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", warc.warc_date(datetime(2026, 11, 22, 10, tzinfo=UTC))),
        ("WARC-Target-URI", warc.safe_uri(url)),
        ("Content-Type", warc.HTTP_RESPONSE),
        ("WARC-Block-Digest", warc.digest(block)),
        ("WARC-Payload-Digest", warc.digest(body)),
    )
    return warc.Record("response", headers, block, deflated_to=len(head))


BODIES = [
    b"",
    b"<p>" + "خبر".encode() + b"</p>",
    os.urandom(200_000),
    b"x" * 65_535,
    gzip.compress(b"y" * 9000),
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "one.warc.gz"
    warc.write_warc(path, [response(body) for body in BODIES])
    return path


def captures(path: Path) -> list[warc.Capture]:
    with path.open("rb") as stream:
        return list(warc.read_captures(stream, path.name, path.stat().st_size))


def test_bodies_come_back_byte_for_byte(file: Path) -> None:
    assert [capture.body for capture in captures(file)] == BODIES


def test_header_case_and_repetition_are_kept(file: Path) -> None:
    names = [name for name, _ in captures(file)[1].headers]
    assert names == ["Content-Type", "set-cookie", "Set-Cookie"]


def test_each_record_is_a_gzip_member_at_its_offset(file: Path) -> None:
    whole = file.read_bytes()
    found = captures(file)
    assert found[0].ref.offset == 0
    assert sum(capture.ref.length for capture in found) == len(whole)
    for capture, body in zip(found, BODIES, strict=True):
        member = whole[capture.ref.offset : capture.ref.offset + capture.ref.length]
        assert gzip.decompress(member).endswith(body + b"\r\n\r\n")


def test_warcio_and_fastwarc_accept_every_digest(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    class Arguments:
        inputs = (str(file),)
        verbose = True

    checker = Checker(Arguments())
    checker.process_all()
    assert checker.exit_value == 0, capsys.readouterr().out
    verdicts = []
    with file.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            block_is_right = record.verify_block_digest()
            record.parse_http()
            verdicts.append((block_is_right, record.verify_payload_digest()))
    assert verdicts == [(True, True)] * len(BODIES)
    with file.open("rb") as stream:
        assert [record.raw_stream.read() for record in WarcioIterator(stream)] == BODIES


def test_what_came_compressed_is_not_deflated_again() -> None:
    body = os.urandom(50_000)
    assert len(b"".join(warc.serialized(response(body)))) < len(body) + 600


@pytest.mark.parametrize("cut", [1, 10, 700, 100_000])
def test_mending_keeps_every_complete_record(file: Path, cut: int) -> None:
    before = captures(file)
    whole = file.read_bytes()
    file.write_bytes(whole[:-cut])
    removed = warc.mend(file)
    after = captures(file)
    assert [c.ref for c in after] == [c.ref for c in before[: len(after)]]
    assert len(after) < len(before)
    assert len(whole) - cut - removed == sum(c.ref.length for c in after)


def test_mending_a_whole_file_changes_nothing(file: Path) -> None:
    whole = file.read_bytes()
    assert warc.mend(file) == 0
    assert file.read_bytes() == whole


def test_mending_cuts_a_tail_of_noise(file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole + b"\x1f\x8b\x08" + os.urandom(500))
    assert warc.mend(file) == 503
    assert file.read_bytes() == whole


def test_a_record_larger_than_the_reading_window_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "large.warc.gz"
    warc.write_warc(path, [response(b"z" * 5_000_000, head=HEAD)])
    assert warc.mend(path) == 0


def test_a_cut_file_is_damage_with_its_offset_never_a_silent_end(file: Path) -> None:
    last = captures(file)[-1]
    data = file.read_bytes()[:-40]
    with pytest.raises(DamagedWarc) as caught:
        list(warc.read_captures(io.BytesIO(data), "cut.warc.gz", len(data)))
    assert caught.value.offset == last.ref.offset


def test_a_file_without_any_record_is_damage(tmp_path: Path) -> None:
    with pytest.raises(DamagedWarc, match="byte 0"):
        list(warc.read_captures(io.BytesIO(b"<html>"), "page.html", 6))


def test_a_header_cannot_inject_a_line() -> None:
    assert warc.safe_uri("http://a/\r\nWARC-Type: x y") == "http://a/%0D%0AWARC-Type:%20x%20y"
    with pytest.raises(ValueError, match="line break"):
        warc.serialized(warc.Record("metadata", (("X", "a\r\nb"),), b""))


def test_an_existing_file_is_never_written_over(file: Path) -> None:
    with pytest.raises(FileExistsError):
        warc.WarcFile(file)
