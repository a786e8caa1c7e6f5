"""Exchanges as WARC records: revisits that resolve, metadata, and values that cannot inject a line."""

from __future__ import annotations

import base64
import gzip
import io
import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from crawlers.exchange import Exchange
from crawlers.extraction.article import extract
from crawlers.recorder import Recorder
from crawlers.records import IDENTICAL, NOT_MODIFIED
from flows.keeping import captures_in
from storage import cdxj, spool, warc
from storage.errors import DamagedWarc
from storage.ledger import Captured, Ledger
from tests.crawlers.crawls import NOW, RUN, source_at
from tests.crawlers.odd_answers import CHUNKED, HTML, PAGE, chunks, head, sized

FEED = "http://site.test/feed.xml"


class House:
    """A recorder whose clock stands still between exchanges, and whose groups end when told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.lease = self.ledger.lease("prova", "test", NOW)
        self.faults: list[Exception] = []
        self.recorder = Recorder(
            self.lease,
            RUN,
            folder / "spool/prova",
            self.ledger,
            lambda: self.now,
            lambda seconds, call: None,
            {"operator": "mailto:tests@warraq.invalid\r\nWARC-Type: response"},
            self.faults.append,
        )

    def exchange(self, received: bytes, url: str = FEED, *, complete: bool = True, first: bool = False) -> Exchange:
        self.now += timedelta(minutes=1)
        exchange = Exchange(url, lambda: self.now, self.now, first_time=first)
        exchange.begin("192.0.2.1", 80)
        exchange.sent += b"GET / HTTP/1.1\r\nHost: site.test\r\n\r\n"
        exchange.receive(received)
        exchange.complete, exchange.ended_at = complete, self.now
        exchange.problem = None if complete else "closed early: as it happens"
        return exchange

    def capture(self, received: bytes, url: str = FEED, **how: bool) -> Captured:
        row = self.recorder.record(self.exchange(received, url, **how))
        self.recorder.flush()
        return row

    @property
    def file(self) -> Path:
        return next((self.folder / "spool/prova").glob(f"*{spool.SEALED}"))

    def records(self) -> list[warc.RawRecord]:
        self.recorder.seal()
        with self.file.open("rb") as stream:
            return list(warc.read_records(stream, "x", self.file.stat().st_size))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.recorder.seal()
    house.ledger.close()


def test_the_same_payload_again_is_a_revisit_that_resolves(house: House) -> None:
    first = house.capture(sized(PAGE, HTML))
    again = sized(PAGE, HTML, b"Date: later")
    row = house.capture(again)
    revisit = next(r for r in house.records() if r.kind == "revisit")
    assert revisit.block == again[: -len(PAGE)]
    assert revisit.header("WARC-Profile") == IDENTICAL
    assert revisit.header("WARC-Refers-To") == first.record_id
    assert revisit.header("WARC-Refers-To-Target-URI") == FEED
    assert revisit.header("WARC-Refers-To-Date") == warc.warc_date(first.captured_at)
    assert revisit.header("WARC-Payload-Digest") == first.payload_digest
    assert (row.kind, row.decoded_digest, row.status) == ("revisit", "", 200)


def test_not_modified_is_a_revisit_with_its_head(house: House) -> None:
    first = house.capture(sized(PAGE, HTML))
    answer = head(b'ETag: "1"', status=b"HTTP/1.1 304 Not Modified")
    house.capture(answer)
    revisit = next(r for r in house.records() if r.kind == "revisit")
    assert (revisit.block, revisit.header("WARC-Profile")) == (answer, NOT_MODIFIED)
    assert revisit.header("WARC-Refers-To") == first.record_id
    assert revisit.header("WARC-Payload-Digest") is None


def test_the_chunks_of_a_revisit_can_be_put_together_again(house: House) -> None:
    house.capture(sized(PAGE, HTML))
    body = chunks(PAGE, 900, form=b"%04X;part", trailers=b"X-Sum: 1\r\n")
    answer = head(HTML, CHUNKED) + body
    row = house.capture(answer)
    assert row.kind == "revisit"
    found = house.records()
    about = dict(line.split(": ", 1) for line in found[-1].block.decode().splitlines())
    assert about["payload-digest-decoded"] == warc.digest(PAGE)
    lines, at, rebuilt = base64.b64decode(about["chunk-lines-base64"]), 0, b""
    while not lines.startswith(b"0\r\n"):
        line, _, lines = lines.partition(b"\r\n")
        size = int(line.partition(b";")[0], 16)
        rebuilt += line + b"\r\n" + PAGE[at : at + size] + b"\r\n"
        at += size
    assert rebuilt + lines == body


def test_a_revisit_never_refers_to_a_revisit(house: House) -> None:
    first = house.capture(sized(PAGE, HTML))
    for _ in range(3):
        house.capture(sized(PAGE, HTML))
    refers = {r.header("WARC-Refers-To") for r in house.records() if r.kind == "revisit"}
    assert refers == {first.record_id}


@pytest.mark.parametrize(
    ("earlier", "later", "how"),
    [
        (sized(PAGE, HTML), sized(PAGE + b"<p>", HTML), {}),
        (sized(PAGE, HTML), sized(PAGE, HTML, status=b"HTTP/1.1 404 Not Found"), {}),
        (sized(b"", HTML), sized(b"", HTML), {}),
        (sized(PAGE, HTML), sized(PAGE, HTML)[:-5], {"complete": False}),
        (sized(PAGE, HTML), sized(PAGE, HTML), {"first": True}),
        (b"\0garbage", b"\0garbage", {"complete": False}),
    ],
    ids=["other-payload", "other-status", "empty", "cut-short", "an-article", "garbage"],
)
def test_what_is_not_the_same_is_kept_itself(house: House, earlier: bytes, later: bytes, how: dict[str, bool]) -> None:
    house.capture(earlier)
    row = house.capture(later, **how)
    assert row.kind == "response"
    assert [r.block for r in house.records() if r.kind == "response"] == [earlier, later]


def test_a_capture_that_was_cut_short_is_never_referred_to(house: House) -> None:
    house.capture(sized(PAGE, HTML), complete=False)
    assert house.capture(sized(PAGE, HTML)).kind == "response"


def test_a_capture_that_is_not_durable_is_never_referred_to(house: House) -> None:
    house.recorder.record(house.exchange(sized(PAGE, HTML)))
    assert house.recorder.record(house.exchange(sized(PAGE, HTML))).kind == "response"


def test_another_url_of_the_same_archive_key_is_not_the_same(house: House) -> None:
    first = house.capture(sized(PAGE, HTML), "http://site.test/Feed.xml")
    second = house.capture(sized(PAGE, HTML), "http://www.site.test/feed.xml")
    assert first.archive_key == second.archive_key
    assert second.kind == "response"


def test_a_304_to_a_first_request_is_kept_itself(house: House) -> None:
    assert house.capture(head(status=b"HTTP/1.1 304 Not Modified")).kind == "response"


def test_the_file_says_of_each_capture_what_the_ledger_was_told(house: House) -> None:
    rows = [
        house.capture(sized(PAGE, HTML)),
        house.capture(sized(PAGE, HTML)),
        house.capture(head(HTML, CHUNKED) + chunks(PAGE), "http://site.test/other"),
        house.capture(sized(PAGE, HTML)[:-9], "http://site.test/cut", complete=False),
    ]
    house.recorder.seal()
    read = captures_in(house.file)
    assert [(c.kind, c.decoded_digest, c.payload_digest) for c in read] == [
        (row.kind, row.decoded_digest, row.payload_digest) for row in rows
    ]
    assert rows[2].decoded_digest == warc.digest(PAGE) != rows[2].payload_digest


def test_a_revisit_is_no_article_of_its_own(house: House) -> None:
    url = "http://site.test/a/1"
    house.capture(sized(PAGE, HTML), url)
    house.capture(sized(PAGE, HTML), url)
    house.recorder.seal()
    with house.file.open("rb") as stream:
        captures = list(warc.read_captures(stream, "x", house.file.stat().st_size))
    outcomes = [extract(capture, source_at("http://site.test"), "x1") for capture in captures]
    assert outcomes[0] is not None
    assert outcomes[1] is None


def test_what_a_feed_told_of_a_page_is_read_back_with_its_capture(house: House) -> None:
    told = datetime(2021, 3, 5, 7, 15, tzinfo=UTC)
    exchange = house.exchange(sized(PAGE, HTML), "http://site.test/a/1")
    exchange.via, exchange.told_published = FEED, told
    house.recorder.record(exchange)
    house.capture(sized(PAGE, HTML), "http://site.test/a/2")
    metadata = next(record for record in house.records() if record.kind == "metadata")
    assert f"via: {FEED}\r\nvia-published: 2021-03-05T07:15:00Z\r\n".encode() in metadata.block
    with house.file.open("rb") as stream:
        captures = list(warc.read_captures(stream, "x", house.file.stat().st_size))
    assert [(capture.url[-1], capture.told_published) for capture in captures] == [("1", told), ("2", None)]


def test_a_capture_before_damage_is_given_before_the_damage_is_named(house: House) -> None:
    house.capture(sized(PAGE, HTML), "http://site.test/a/1")
    house.capture(sized(PAGE, HTML), "http://site.test/a/2")
    house.recorder.seal()
    content = house.file.read_bytes()[:-30]
    found = []
    with pytest.raises(DamagedWarc):
        for capture in warc.read_captures(io.BytesIO(content), "x", len(content)):
            found.append(capture.url[-1])
    assert found == ["1", "2"]


def test_warcio_and_fastwarc_read_revisits_and_metadata(house: House) -> None:
    house.capture(sized(PAGE, HTML))
    house.capture(sized(PAGE, HTML))
    house.recorder.seal()
    with house.file.open("rb") as stream:
        checked = {}
        for record in WarcioIterator(stream, check_digests=True):
            record.raw_stream.read()
            checked[record.rec_headers.get_header("WARC-Record-ID")] = record.digest_checker.passed
    assert False not in checked.values()
    with house.file.open("rb") as stream:
        blocks = [record.verify_block_digest() for record in ArchiveIterator(stream, parse_http=False)]
    assert blocks == [True] * 7
    assert b'"mime": "warc/revisit"' in cdxj.index(house.file, "x.warc.gz")


@pytest.mark.parametrize("odd", ["\r\nWARC-Type: x", "\n", "\r", "\0", " ", "\t", "\x7f"], ids=repr)
def test_no_value_can_inject_a_line(house: House, odd: str) -> None:
    exchange = house.exchange(sized(PAGE, HTML, b"X: " + odd.encode() + b"WARC/1.1"), f"http://site.test/{odd}x")
    exchange.problem = f"closed early{odd}WARC-Type: response"
    house.recorder.record(exchange)
    found = house.records()
    assert [record.kind for record in found] == ["warcinfo", "response", "request", "metadata"]
    for record in found:
        names = [name for name, _ in record.headers]
        assert names.count("WARC-Type") == 1
        assert all(not set(value) & set("\r\n\0") for _, value in record.headers)
    assert all(line.count(b"\r") == 1 for record in (found[0], found[3]) for line in record.block.splitlines(True))
    assert not any(line.startswith(b"WARC-Type") for line in found[3].block.splitlines())


def _pages(count: int) -> list[bytes]:
    """Pages of about 80 KB of letters, as hard to compress as prose."""
    dice = random.Random(7)
    words = ["".join(dice.choices("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", k=dice.randint(2, 8))) for _ in range(3000)]
    return [
        ("<p>" + "</p>\n<p>".join(" ".join(dice.choices(words, k=40)) for _ in range(190))).encode()
        for _ in range(count)
    ]


def test_a_record_costs_little_and_takes_no_more_than_zlib_would(house: House) -> None:
    """The sink's figures: CPU a record for answers that came compressed, and size against zlib-6 for all."""
    pages = _pages(20)
    packed = [sized(gzip.compress(page), HTML, b"Content-Encoding: gzip") for page in pages]
    spent = []
    for n in range(200):
        exchange = house.exchange(packed[n % 20], f"http://site.test/a/{n}", first=True)
        before = time.thread_time()
        house.recorder.record(exchange)
        spent.append(time.thread_time() - before)
    for page in pages:
        house.recorder.record(house.exchange(sized(page, HTML), "http://site.test/plain", first=True))
    found = house.records()
    file = house.file.read_bytes()
    members = (file[record.offset : record.offset + record.length] for record in found)
    zlib_bytes = sum(len(gzip.compress(gzip.decompress(member), 6)) for member in members)
    per_record_ms = statistics.median(spent) / 3 * 1000
    ratio = len(file) / zlib_bytes
    print(f"{per_record_ms:.3f} ms a record, {ratio:.4f} of zlib-6")
    assert per_record_ms <= 0.25
    assert ratio <= 1.0
