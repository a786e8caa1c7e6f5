"""Wire conformance: what a server logged as sent and received is what lies in the WARC, over http and https."""

from __future__ import annotations

import base64
import re
import ssl
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme
from fastwarc.warc import ArchiveIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator

from crawlers.events import Event
from storage import warc
from storage.http_message import parse_response
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.crawlers.crawls import job_for, outcome, records, run_job, source_at
from tests.crawlers.odd_answers import CUTS, HTML, ODD, sized
from tests.storage.test_cdxj import by_cdxj_indexer, ours

# Where readers find the payload elsewhere than HTTP puts it; the blocks they read well. FastWARC knows no end of a
# head but CR LF CR LF, and takes large heads for errors; warcio takes a line of blanks for the end.
BEYOND_FASTWARC = ("lf-only", "lf-at-the-end", "large-head", "large-header", "near-the-limit", "three-thousand")
BEYOND_WARCIO = ("fold-blank",)
PATHS = ["/", "/robots.txt", *ODD]
HOME = b"".join(b'<a href="%b">x</a>' % path.encode() for path in (*ODD, *CUTS))


@dataclass(frozen=True, slots=True)
class Crawled:
    server: ByteServer
    ended: Event
    file: Path
    by_path: dict[str, dict[str, warc.RawRecord]]  # path, then kind: the newest record

    def record(self, path: str, kind: str) -> warc.RawRecord:
        return self.by_path[path][kind]

    def about(self, path: str) -> dict[str, str]:
        lines = self.record(path, "metadata").block.decode().splitlines()
        return dict(line.split(": ", 1) for line in lines)


@pytest.fixture(scope="module", params=["http", "https"])
def crawled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp(request.param)
    answers = {"/": sized(HOME, HTML), **{path: odd.sent for path, odd in (ODD | CUTS).items()}}
    tls = None
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "https":
            authority = trustme.CA()
            authority.cert_pem.write_to_path(str(folder / "ca.pem"))
            patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert("127.0.0.1").configure_cert(tls)
        with serving_bytes(answers, tls=tls) as server:
            source = source_at(server.base, politeness={"delay": "0.001s", "concurrency": 4})
            ended = outcome(run_job(job_for(folder, source, timeout_s=20)))
    by_path: dict[str, dict[str, warc.RawRecord]] = defaultdict(dict)
    for record in records(folder):
        by_path[str(record.header("WARC-Target-URI")).removeprefix(server.base)][record.kind] = record
    (file,) = (folder / "spool/prova").glob("*.warc.gz")
    yield Crawled(server, ended, file, by_path)


def test_every_answer_is_taken_for_an_answer(crawled: Crawled) -> None:
    """But for faults of servers, and a 304 that nobody asked for."""
    refusals = ("answers 501", "answers 599", "answers 304")
    assert [line for line in crawled.ended.problems if not any(words in line for words in refusals)] == []
    assert len(ODD) >= 60


@pytest.mark.parametrize("path", PATHS)
def test_the_answer_is_kept_as_sent(crawled: Crawled, path: str) -> None:
    sent = ODD[path].answer if path in ODD else crawled.server.answered(path).answer
    response = crawled.record(path, "response")
    assert response.block == sent
    assert response.header("WARC-Truncated") is None


@pytest.mark.parametrize("path", PATHS)
def test_the_request_is_kept_as_the_server_got_it(crawled: Crawled, path: str) -> None:
    assert crawled.record(path, "request").block == crawled.server.answered(path).request


@pytest.mark.parametrize("path", PATHS)
def test_with_the_metadata_nothing_that_was_sent_is_lost(crawled: Crawled, path: str) -> None:
    about = crawled.about(path)
    before = base64.b64decode(about.get("interim-base64", ""))
    after = base64.b64decode(about.get("surplus-base64", ""))
    whole = before + crawled.record(path, "response").block + after
    assert whole == crawled.server.answered(path).answer


@pytest.mark.parametrize("path", PATHS)
def test_the_digest_of_the_real_payload_is_kept_beside_that_of_its_chunks(crawled: Crawled, path: str) -> None:
    payload = parse_response(crawled.record(path, "response").block).body
    assert crawled.about(path)["payload-digest-decoded"] == warc.digest(payload)


def test_one_exchange_one_answer_one_request_one_metadata(crawled: Crawled) -> None:
    with crawled.file.open("rb") as stream:
        found = list(warc.read_records(stream, crawled.file.name, crawled.file.stat().st_size))
    kinds = [record.kind for record in found]
    assert kinds == ["warcinfo"] + ["response", "request", "metadata"] * len(crawled.server.log)
    asked = [record.block for record in found if record.kind == "request"]
    assert sorted(asked) == sorted(logged.request for logged in crawled.server.log)
    responses = [record.header("WARC-Record-ID") for record in found if record.kind == "response"]
    for kind in ("request", "metadata"):
        assert [r.header("WARC-Concurrent-To") for r in found if r.kind == kind] == responses


def test_every_record_names_its_protocol_and_its_cipher(crawled: Crawled) -> None:
    with crawled.file.open("rb") as stream:
        found = list(warc.read_records(stream, crawled.file.name, crawled.file.stat().st_size))
    secure = crawled.server.tls is not None
    for record in (each for each in found if each.kind == "response"):
        named = [value for name, value in record.headers if name == "WARC-Protocol"]
        assert named == [f"http/{record.block[5:8].decode()}", *(["tls/1.3"] if secure else [])]
        assert bool(record.header("WARC-Cipher-Suite")) is secure
    abouts = [record.block for record in found if record.kind == "metadata"]
    assert all((b"certificate-chain-digest: sha256:" in about) is secure for about in abouts)
    assert all(b"server-port: %d\r\n" % crawled.server.port in about for about in abouts)


def test_an_answer_may_be_cut_anywhere_on_its_way(crawled: Crawled) -> None:
    differ = [path for path, odd in CUTS.items() if crawled.record(path, "response").block != odd.answer]
    assert differ == []
    before = {path: base64.b64decode(crawled.about(path).get("interim-base64", "")) for path in CUTS}
    assert before == {path: odd.before for path, odd in CUTS.items()}


def test_connections_are_kept_and_used_again(crawled: Crawled) -> None:
    assert max(each.connection for each in crawled.server.log) < len(crawled.server.log) / 2


def test_warcio_finds_every_digest_right(crawled: Crawled) -> None:
    found = {}
    with crawled.file.open("rb") as stream:
        for record in WarcioIterator(stream, check_digests=True):
            record.raw_stream.read()
            url = str(record.rec_headers.get_header("WARC-Target-URI"))
            found[record.rec_headers.get_header("WARC-Record-ID")] = record.digest_checker.passed or (
                record.rec_type == "response" and url.endswith(BEYOND_WARCIO)
            )
    assert set(found.values()) == {True}
    assert len(found) == 1 + 3 * len(crawled.server.log)


def test_warcio_check_accepts_every_coding(crawled: Crawled) -> None:
    """The command itself, without the brotli library: it takes codings off where it can, and fails on today's."""
    hidden = "import sys; sys.modules['brotli'] = None; from warcio.cli import main; main(['check', '-v', sys.argv[1]])"
    run = subprocess.run([sys.executable, "-c", hidden, str(crawled.file)], capture_output=True, text=True)
    refused = re.findall(r"WARC-Record-ID (\S+) \w+\n +(?:payload|block) digest failed", run.stdout)
    expected = [crawled.record(f"/a/{name}", "response").header("WARC-Record-ID") for name in BEYOND_WARCIO]
    assert (refused, run.returncode) == (expected, 1), run.stdout[-500:] + run.stderr[-500:]
    assert run.stdout.count("digest pass") == 1 + 3 * len(crawled.server.log) - len(expected)


def test_warcio_check_fails_by_itself_on_brotli(crawled: Crawled) -> None:
    """When this fails, warcio has been mended: then the check above can hide nothing, and the documents say less."""
    brotli = pytest.importorskip("brotli")
    decompressor = brotli.Decompressor()
    with pytest.raises(AttributeError):
        decompressor.unused_data = None  # what warcio 1.8.1 does, warcio/bufferedreaders.py


def test_fastwarc_finds_every_digest_right(crawled: Crawled) -> None:
    wrong, seen = [], 0
    with crawled.file.open("rb") as stream:
        for record in ArchiveIterator(stream, parse_http=False):
            url, is_right = record.headers.get("WARC-Target-URI"), record.verify_block_digest()
            readable = not str(url).endswith(BEYOND_FASTWARC) and "/line-feeds/" not in str(url)
            if is_right and record.headers["WARC-Type"] == "response" and readable:
                record.parse_http()
                is_right = record.verify_payload_digest()
            seen += 1
            if not is_right:
                wrong.append(url)
    assert wrong == []
    assert seen == 1 + 3 * len(crawled.server.log)


def test_the_index_is_that_of_cdxj_indexer(crawled: Crawled) -> None:
    lines = ours(crawled.file)
    assert lines == by_cdxj_indexer(crawled.file)
    assert len(lines) == len(crawled.server.log)


def test_a_tls_end_that_could_be_a_cut_is_written_down(crawled: Crawled) -> None:
    unclean = crawled.about("/a/no-length-cut").get("connection-end") == "unclean"
    assert unclean is (crawled.server.tls is not None)
    assert "connection-end" not in crawled.about("/a/no-length")
