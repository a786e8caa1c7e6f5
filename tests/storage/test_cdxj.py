"""Our index lines against those of cdxj-indexer, on the same files."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage import cdxj, warc
from storage.errors import StoreError

SHARED = Path(__file__).parents[3] / "shared/fixtures/warc"
OURS_ALONE = ("etag", "last-modified")


def by_cdxj_indexer(file: Path) -> list[tuple[str, str, dict[str, str]]]:
    """In a process of its own: it leaves temporary files open, which is an error in ours."""
    run = [sys.executable, "-W", "ignore", "-c", "from cdxj_indexer.main import main; main()", str(file)]
    return parsed(subprocess.run(run, check=True, capture_output=True, text=True).stdout)


def parsed(text: str) -> list[tuple[str, str, dict[str, str]]]:
    rows = [line.split(" ", 2) for line in text.splitlines()]
    return sorted(((key, stamp, json.loads(fields)) for key, stamp, fields in rows), key=repr)


def ours(file: Path) -> list[tuple[str, str, dict[str, str]]]:
    rows = parsed(cdxj.index(file, file.name).decode())
    return [(key, stamp, {n: v for n, v in fields.items() if n not in OURS_ALONE}) for key, stamp, fields in rows]


def record(kind: str, url: str, head: bytes, body: bytes) -> warc.Record:
    headers = (
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", "2026-11-22T10:00:00Z"),
        ("WARC-Target-URI", warc.safe_uri(url)),
        ("Content-Type", warc.HTTP_RESPONSE),
        ("WARC-Payload-Digest", warc.digest(body)),
    )
    return warc.Record(kind, headers, head + body)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "part.warc.gz"
    html = b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "x"\r\n\r\n'
    warc.write_warc(
        path,
        [
            record("response", "http://b.test/خبر?z=1&a=2", html, b"<p>one</p>"),
            record("response", "http://a.test/", b"HTTP/1.1 301 Moved\r\nLocation: /x\r\n\r\n", b""),
            record("revisit", "http://a.test/feed", b"HTTP/1.1 304 Not Modified\r\n\r\n", b""),
            record("request", "http://a.test/", b"GET / HTTP/1.1\r\n\r\n", b""),
        ],
    )
    return path


def test_our_lines_equal_cdxj_indexers(file: Path) -> None:
    assert ours(file) == by_cdxj_indexer(file)
    assert len(ours(file)) == 3


def test_lines_are_sorted_and_hold_the_validators(file: Path) -> None:
    text = cdxj.index(file, file.name).decode()
    assert text.splitlines() == sorted(text.splitlines())
    assert '"etag": "\\"x\\""' in text


def test_an_offset_and_length_cut_out_one_whole_record(file: Path) -> None:
    key, _, fields = next(row for row in ours(file) if row[0].startswith("test,b)"))
    at, length = int(fields["offset"]), int(fields["length"])
    piece = file.read_bytes()[at : at + length]
    (found,) = warc.read_captures(io.BytesIO(piece), file.name, length)
    assert key == "test,b)/%d8%ae%d8%a8%d8%b1?a=2&z=1"
    assert found.body == b"<p>one</p>"


@pytest.mark.parametrize(
    "name",
    [
        "webrecorder__warcio/example.warc.gz",
        "iipc__warc-specifications/20130729-heritrix-original.warc.gz",
        "iipc__warc-specifications/hello-world.warc.gz",
        "apache__stormcrawler/test.warc.gz",
    ],
)
def test_lines_for_warcs_of_other_makers_equal_cdxj_indexers(name: str) -> None:
    file = SHARED / name
    if not file.exists():
        pytest.skip("../shared/fixtures is not there")
    assert ours(file) == by_cdxj_indexer(file)


def test_a_line_is_read_back_as_it_was_written_and_a_broken_one_is_named(file: Path) -> None:
    text = cdxj.index(file, file.name).decode()
    lines = [cdxj.read_line(line) for line in text.splitlines(keepends=True)]
    assert [(line.archive_key, line.timestamp) for line in lines] == [
        tuple(row.split(" ")[:2]) for row in text.splitlines()
    ]
    fields = [json.loads(row.split(" ", 2)[2]) for row in text.splitlines()]
    assert [(str(line.offset), str(line.length)) for line in lines] == [
        (each["offset"], each["length"]) for each in fields
    ]
    assert {line.filename for line in lines} == {file.name}
    for broken in ("", "a b", "a b {", 'a b {"url": "x"}', text.splitlines()[0].replace('"offset": "', '"offset": "x')):
        with pytest.raises(StoreError, match="not a line of an index"):
            cdxj.read_line(broken)
