"""Records of others' archives, in every container; what is good around damage, and each damage by its place."""

from __future__ import annotations

import contextlib
import gzip
import io
import random
import tracemalloc
import zlib
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator as FastWarc
from warcio.archiveiterator import ArchiveIterator as Warcio

from storage.archive_records import archive_records
from storage.record_reading import MAX_HELD, CheckedRecord
from tests.storage.written_archives import (
    CONTAINERS,
    SHARED,
    arc_description,
    arc_record,
    spans,
    warc_record,
)

SHARED_FILES = Path(__file__).parents[3] / "shared/fixtures/warc"
RECORDS = [warc_record(number) for number in range(6)]


def read(folder: Path, content: bytes) -> list[CheckedRecord]:
    file = folder / "given"
    file.write_bytes(content)
    return list(archive_records(file))


def numbers(found: list[CheckedRecord]) -> list[int]:
    """Of the records that are good."""
    uris = [each.record.header("WARC-Target-URI") or "" for each in found if each.record and each.problem is None]
    return [int(uri.rpartition("/")[2]) for uri in uris]


def places(found: list[CheckedRecord]) -> list[tuple[int, int]]:
    """Where damage begins and ends."""
    return [(each.offset, each.offset + each.length) for each in found if each.problem is not None]


@pytest.mark.parametrize("container", CONTAINERS)
def test_every_container_gives_every_record_and_says_where_it_lies(tmp_path: Path, container: str) -> None:
    write = CONTAINERS[container]
    content = write(RECORDS)
    found = read(tmp_path, content)
    assert numbers(found) == list(range(6)) and places(found) == []
    if container in SHARED:
        assert {(each.offset, each.length) for each in found} == {(0, len(content))}
        assert all(each.record and each.record.shared for each in found)
        return
    for each, (start, _) in zip(found, spans(write, RECORDS), strict=True):
        assert each.offset == start
        assert numbers(read(tmp_path, content[start : start + each.length])) == numbers([each]) or "dict" in container


@pytest.mark.parametrize("version", ["0.17", "0.18", "1.0", "1.1"])
@pytest.mark.parametrize("newline", [b"\r\n", b"\n"])
def test_old_versions_and_bare_line_feeds_are_read(tmp_path: Path, version: str, newline: bytes) -> None:
    records = [warc_record(number, version=version, newline=newline) for number in range(3)]
    for write in CONTAINERS.values():
        assert numbers(read(tmp_path, write(records))) == [0, 1, 2]


def test_odd_heads_are_read_as_they_are_meant(tmp_path: Path) -> None:
    folded = warc_record(1).replace(b"WARC-Date: ", b"X-Folded: a\r\n\tb\r\nWARC-Date: ")
    latin = warc_record(2).replace(b"WARC-Date: ", b"X-Latin: caf\xe9\r\nWARC-Date: ")
    spaced = warc_record(3).replace(b"Content-Length: ", b"content-length :   ")
    kindless = warc_record(4, WARC_Type="")
    first, second, third, fourth = read(tmp_path, folded + latin + spaced + kindless)
    assert [each.problem for each in (first, second, third, fourth)] == [None] * 4
    assert first.record and first.record.header("x-folded") == "a b"
    assert second.record and second.record.header("X-Latin") == "caf\N{LATIN SMALL LETTER E WITH ACUTE}"
    assert fourth.record and fourth.record.kind == "unknown"


def test_different_containers_one_after_the_other_are_all_read(tmp_path: Path) -> None:
    names = ["gzip", "plain", "zstd", "one gzip member", "plain"]
    content = b"".join(
        CONTAINERS[name]([warc_record(2 * at), warc_record(2 * at + 1)]) for at, name in enumerate(names)
    )
    found = read(tmp_path, content)
    assert numbers(found) == list(range(10)) and places(found) == []


@pytest.mark.parametrize("second_version", [False, True])
@pytest.mark.parametrize("container", ["plain", "gzip", "one gzip member"])
def test_arc_files_are_read_as_warcio_reads_version_1(tmp_path: Path, container: str, second_version: bool) -> None:
    records = [arc_description(second_version=second_version)]
    records += [arc_record(number, second_version=second_version) for number in range(4)]
    found = read(tmp_path, CONTAINERS[container](records))
    assert places(found) == []
    ours = [(each.record.header("WARC-Target-URI"), each.record.block) for each in found[1:] if each.record]
    theirs = []
    as_version_1 = [arc_description(), *(arc_record(number) for number in range(4))]  # warcio knows no other
    for record in Warcio(io.BytesIO(b"".join(as_version_1)), arc2warc=True, no_record_parse=True):
        if record.rec_type == "response":
            url = record.rec_headers.get_header("WARC-Target-URI").replace("%20", " ")
            theirs.append((url, record.raw_stream.read()))
    assert ours == theirs and len(ours) == 4
    again = read(tmp_path, CONTAINERS[container](records))
    ids = [each.record.header("WARC-Record-ID") for each in again if each.record]
    assert ids == [each.record.header("WARC-Record-ID") for each in found if each.record] and len(set(ids)) == 5


def test_behind_a_damaged_arc_record_the_next_one_is_found(tmp_path: Path) -> None:
    for container in ("plain", "gzip"):
        write = CONTAINERS[container]
        records = [arc_description(), *(arc_record(number) for number in range(4))]
        content = bytearray(write(records))
        start = spans(write, records)[2][0]
        content[start : start + 24] = b"?" * 24
        found = read(tmp_path, bytes(content))
        responses = [each for each in found if each.record and each.record.kind == "response"]
        assert numbers(responses) == [0, 2, 3]
        assert [place[0] for place in places(found)] == [start]


BREAKS = {
    "a flipped bit": lambda content, at: content[:at] + bytes([content[at] ^ 8]) + content[at + 1 :],
    "zeros": lambda content, at: content[:at] + bytes(40) + content[at + 40 :],
    "garbage put in": lambda content, at: content[:at] + b"\x1f\x8b\x08 WARC/1.0 nonsense" * 5 + content[at:],
    "bytes taken out": lambda content, at: content[:at] + content[at + 10 :],
}


@pytest.mark.parametrize("how", BREAKS)
@pytest.mark.parametrize("container", [name for name in CONTAINERS if name not in SHARED])
def test_one_damaged_record_is_named_by_its_place_and_all_others_are_read(
    tmp_path: Path, container: str, how: str
) -> None:
    write = CONTAINERS[container]
    content = write(RECORDS)
    start, end = spans(write, RECORDS)[3]
    at = end - 60 if container == "plain" else (start + end) // 2
    found = read(tmp_path, BREAKS[how](content, at))
    assert numbers(found) == [0, 1, 2, 4, 5]
    assert places(found)[0][0] == start


@pytest.mark.parametrize("container", CONTAINERS)
def test_a_file_cut_anywhere_gives_what_is_whole_and_names_the_rest(tmp_path: Path, container: str) -> None:
    write = CONTAINERS[container]
    content = write(RECORDS)
    chosen = random.Random(container)
    whole = spans(write, RECORDS)
    for cut in sorted(chosen.sample(range(1, len(content)), 25)):
        found = read(tmp_path, content[:cut])
        if container not in SHARED:
            complete = sum(end <= cut for _, end in whole)
            given = numbers(found)
            # A plain record, or the block within a cut member, may be whole without the empty lines at its end.
            assert given[:complete] == list(range(complete)) and len(given) <= complete + 1
            assert (
                places(found) or len(given) > complete or cut in (0, *(end for _, end in whole)) or cut <= whole[0][0]
            )
        else:
            assert places(found) == [(0, cut)]


def test_in_one_broken_gzip_member_the_records_before_the_fault_are_read(tmp_path: Path) -> None:
    records = [warc_record(number, body=random.Random(number).randbytes(9000)) for number in range(6)]
    content = bytearray(gzip.compress(b"".join(records)))
    content[len(content) // 2] ^= 0xFF
    found = read(tmp_path, bytes(content))
    assert numbers(found)[:2] == [0, 1]
    assert places(found)[-1] == (0, len(content))
    cut = read(tmp_path, bytes(content[: len(content) // 2]))
    assert numbers(cut) == [0, 1] and places(cut) == [(0, len(content) // 2)]


def test_a_wrong_content_length_costs_one_record_at_most(tmp_path: Path) -> None:
    length = int(RECORDS[1].partition(b"Content-Length: ")[2].partition(b"\r\n")[0])
    for wrong in (0, 7, length - 3, length + 3, length + 400, 10**12):
        for container in ("gzip", "plain", "zstd"):
            records = [RECORDS[0], warc_record(1, Content_Length=str(wrong)), *RECORDS[2:4]]
            found = read(tmp_path, CONTAINERS[container](records))
            assert numbers(found) == [0, 2, 3], (container, wrong)
            assert places(found), (container, wrong)
    for wrong_text in ("-1", "many", "1e3", "\N{ARABIC-INDIC DIGIT FIVE}"):
        found = read(tmp_path, RECORDS[0] + warc_record(1, Content_Length=wrong_text) + RECORDS[2])
        assert numbers(found) == [0, 2] and len(places(found)) == 1


def test_records_without_empty_lines_between_them_are_read(tmp_path: Path) -> None:
    bare = [record[:-4] for record in RECORDS]
    for container in CONTAINERS:
        assert numbers(read(tmp_path, CONTAINERS[container](bare))) == list(range(6))


def test_a_record_that_goes_on_in_the_next_gzip_member_is_one_record(tmp_path: Path) -> None:
    half = len(RECORDS[0]) // 2
    content = gzip.compress(RECORDS[0][:half]) + gzip.compress(RECORDS[0][half:]) + gzip.compress(RECORDS[1])
    found = read(tmp_path, content)
    assert numbers(found) == [0, 1] and places(found) == []


def test_a_payload_digest_may_be_that_of_the_body_without_its_chunks(tmp_path: Path) -> None:
    from storage.warc import digest

    block = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    for stated, good in ((b"abc", True), (b"3\r\nabc\r\n0\r\n\r\n", True), (b"abd", False)):
        head = (
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://prova.example/7\r\n"
            f"WARC-Payload-Digest: {digest(stated)}\r\nContent-Length: {len(block)}\r\n\r\n"
        )
        (found,) = read(tmp_path, head.encode() + block + b"\r\n\r\n")
        assert (found.problem is None) is good and found.record is not None


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"\n\n", b"just a text\nof two lines\n", b"PK\x03\x04 a zip", b"\x00" * 5000, b"WARC/1.0\r\n" * 500),
        *(b"\x1f\x8b\x08" * 3000, b"\x28\xb5\x2f\xfd" * 3000, b"\x1f\x8b", b"\x5d\x2a\x4d\x18\xff\xff\xff\xff"),
        *(gzip.compress(content, mtime=0) for content in (b"", b"a text", bytes(1 << 22))),
    ],
)
def test_what_is_no_archive_is_no_silent_zero(tmp_path: Path, content: bytes) -> None:
    found = read(tmp_path, content)
    assert numbers(found) == []
    assert places(found) or not content.strip()


def test_a_huge_record_is_read_in_little_memory_and_its_digests_are_checked(tmp_path: Path) -> None:
    size = 200 << 20
    head = warc_record(1, Content_Length=str(size), WARC_Block_Digest="", WARC_Payload_Digest="").partition(
        b"\r\n\r\n"
    )[0]
    compress = zlib.compressobj(1, zlib.DEFLATED, 31)
    pieces = [compress.compress(head + b"\r\n\r\n")]
    pieces += [compress.compress(bytes(1 << 20)) for _ in range(200)]
    pieces += [compress.compress(b"\r\n\r\n"), compress.flush(), gzip.compress(RECORDS[2])]
    tracemalloc.start()
    found = read(tmp_path, b"".join(pieces))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert numbers(found) == [1, 2] and places(found) == []
    assert found[0].record and MAX_HELD <= len(found[0].record.block) == size - found[0].record.left_out
    assert peak < 4 * MAX_HELD


def test_the_given_files_are_read_as_warcio_and_fastwarc_read_them() -> None:
    if not SHARED_FILES.is_dir():
        pytest.skip("../shared/fixtures is not there")
    differ = []
    for file in sorted(SHARED_FILES.rglob("*arc*")):
        if not file.is_file() or file.suffix == ".cdx":
            continue
        ours = list(archive_records(file))
        assert ours, file
        records = [
            (each.record.kind, (each.record.header("WARC-Target-URI") or "").strip("<>"), len(each.record.block))
            for each in ours
            if each.record
        ]
        if not (records == by_warcio(file) == by_fastwarc(file)) or any(each.problem for each in ours):
            differ.append(file.name)
    # ARC: FastWARC reads none. One gzip member: warcio reads none. Blanks in URLs: warcio escapes them. Cut or
    # wrong ones: each differs from each, and we name the damage.
    assert differ == [
        "clipped.warc.gz",
        "bad.arc",
        "example-bad-non-chunked.warc.gz",
        "example-bad.warc.gz.bad",
        "example-digest.warc",
        "example-space-in-target-uri.warc.gz",
        "example-space-in-url.arc",
        "example-trunc.warc",
        "example-wrong-chunks.warc.gz",
        "example.arc",
        "example.arc.gz",
    ]


def by_warcio(file: Path) -> list[tuple[str, str, int]]:
    found = []
    with file.open("rb") as stream, contextlib.redirect_stderr(io.StringIO()), contextlib.suppress(Exception):
        for record in Warcio(stream, no_record_parse=True, arc2warc=True):
            url = (record.rec_headers.get_header("WARC-Target-URI") or "").strip("<>")
            found.append((record.rec_type, url, len(record.raw_stream.read())))
    return found


def by_fastwarc(file: Path) -> list[tuple[str, str, int]]:
    found = []
    with file.open("rb") as stream, contextlib.suppress(OSError):
        for record in FastWarc(stream, parse_http=False):
            url = (record.headers.get("WARC-Target-URI") or "").strip("<>")
            found.append((str(record.record_type), url, len(record.reader.read())))
    return found
