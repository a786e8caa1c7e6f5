"""Servers that lie, stall, reset and hide: each outcome has a name, and what arrived is in the WARC."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from scrapy.exceptions import DownloadFailedError
from twisted.python.failure import Failure
from twisted.web.client import ResponseFailed

from crawlers.events import Event
from crawlers.wire_faults import NAMES, fault_in, named, root_cause
from storage import warc
from storage.ledger import Ledger
from tests.crawlers.byte_server import CLOSE, RESET, STALL, ByteServer, serving_bytes
from tests.crawlers.crawls import job_for, job_for_all, outcome, records, run_job, source_at
from tests.crawlers.odd_answers import CHUNKED, HTML, PAGE, chunks, head, sized

BIG = b"Content-Length: %d" % (100 << 20)
FAULTS: dict[str, tuple[bytes, str, str | None]] = {  # the answer, how the problem begins, WARC-Truncated
    "short": (head(HTML, b"Content-Length: 1000") + b"only this" + CLOSE, "closed early", "disconnect"),
    "mid-chunk": (head(HTML, CHUNKED) + b"40\r\nonly this" + CLOSE, "closed early", "disconnect"),
    "no-last-chunk": (head(HTML, CHUNKED) + chunks(PAGE)[:-5] + CLOSE, "closed early", "disconnect"),
    "half-trailer": (head(HTML, CHUNKED) + chunks(PAGE, trailers=b"X: 1\r\n")[:-2] + CLOSE, "closed", "disconnect"),
    "half-head": (b"HTTP/1.1 200 OK\r\nConte" + CLOSE, "closed early", "disconnect"),
    "only-103": (b"HTTP/1.1 103 Early Hints\r\n\r\n" + CLOSE, "closed early", "disconnect"),
    "closed": (CLOSE, "closed early", None),
    "reset": (RESET, "connection reset", None),
    "reset-in-head": (b"HTTP/1.1 200 OK\r\nX" + RESET, "connection reset", "disconnect"),
    "reset-in-body": (head(HTML, b"Content-Length: 99") + b"some" + RESET, "connection reset", "disconnect"),
    "reset-without-length": (head(HTML) + PAGE[:90] + RESET, "connection reset", "disconnect"),
    "garbage": (b"\x00\xff\x01 nothing\r\n of HTTP\r\n\r\n\r\n" + CLOSE, "not HTTP", "disconnect"),
    "bad-chunk": (head(HTML, CHUNKED) + b"zz\r\nwhat" + CLOSE, "not HTTP", "disconnect"),
    "two-lengths": (head(HTML, b"Content-Length: 2", b"Content-Length: 3") + b"ok" + CLOSE, "not HTTP", "disconnect"),
    "silent": (STALL, "timeout", None),
    "stalls": (head(HTML, b"Content-Length: 99") + b"some" + STALL, "timeout", "time"),
    "too-large": (head(HTML, BIG) + b"some" + CLOSE, "too large", "length"),
    "long-line": (head(b"X: " + b"v" * 70_000) + CLOSE, "too large", "length"),
    "long-head": (head(*[b"X: " + b"v" * 5_000] * 60) + CLOSE, "too large", "length"),
}


@dataclass(frozen=True, slots=True)
class Faulty:
    servers: dict[str, ByteServer]  # a host a fault: one that fails again and again is left in peace
    ended: Event
    problems: dict[str, str]  # path, as the ledger has it
    responses: dict[str, warc.RawRecord]
    abouts: dict[str, warc.RawRecord]


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    folder = tmp_path_factory.mktemp("faults")
    with ExitStack() as running:
        servers = {
            name: running.enter_context(serving_bytes({f"/a/{name}": answer}))
            for name, (answer, _, _) in FAULTS.items()
        }
        links = "".join(f'<a href="{server.base}/a/{name}">x</a>' for name, server in servers.items())
        home = running.enter_context(serving_bytes({"/": sized(links.encode(), HTML)}))
        ended = outcome(run_job(job_for(folder, source_at(home.base), timeout_s=2)))
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    with ledger.engine.begin() as connection:
        rows = connection.exec_driver_sql("select url, problem from urls").all()
    ledger.close()
    found = records(folder)

    def newest(kind: str) -> dict[str, warc.RawRecord]:
        return {str(r.header("WARC-Target-URI")).rpartition("/")[2]: r for r in found if r.kind == kind}

    problems = {url.rpartition("/")[2]: problem for url, problem in rows}
    yield Faulty(servers, ended, problems, newest("response"), newest("metadata"))


@pytest.mark.parametrize("name", FAULTS)
def test_the_outcome_has_a_name_in_the_ledger_and_the_report(faulty: Faulty, name: str) -> None:
    expected = FAULTS[name][1]
    assert f": {expected}" in faulty.problems[name]
    assert any(f"/a/{name}: " in line and f": {expected}" in line for line in faulty.ended.problems)
    assert any(known.startswith(expected) for known in NAMES)


@pytest.mark.parametrize("name", [name for name, fault in FAULTS.items() if fault[2] is not None])
def test_what_arrived_is_kept_and_marked(faulty: Faulty, name: str) -> None:
    sent = faulty.servers[name].answered(f"/a/{name}").answer
    record = faulty.responses[name]
    assert record.block
    assert sent.startswith(record.block)
    assert record.block == sent or name in ("long-head", "too-large")  # we leave before their end
    assert record.header("WARC-Truncated") == FAULTS[name][2]
    assert b"problem: " + FAULTS[name][1].encode() in faulty.abouts[name].block


def test_nothing_is_kept_of_an_answer_that_never_came(faulty: Faulty) -> None:
    assert not {"closed", "reset", "silent"} & set(faulty.responses)


def test_every_fault_is_counted_and_owed(faulty: Faulty) -> None:
    assert faulty.ended.counts["failed"] == len(FAULTS)
    assert faulty.ended.counts.get("fetched", 0) == 0
    by_name = {name.removeprefix("fault: "): n for name, n in faulty.ended.counts.items() if name.startswith("fault: ")}
    expected = Counter(next(name for name in NAMES if name.startswith(fault[1])) for fault in FAULTS.values())
    assert by_name == expected


def test_a_fault_is_found_in_a_line_by_its_name() -> None:
    assert fault_in("http://site.test/a: DownloadFailedError: closed early: Connection lost") == "closed early"
    assert fault_in("https://site.test/a: answers 503") == "answers 503"
    assert fault_in("https://site.test/a: GrowsTooLarge: 90 bytes as sent") == "GrowsTooLarge"
    assert fault_in("no item in the feed https://site.test/feed") is None


def test_an_answer_without_a_length_that_we_leave_is_never_whole_over_tls_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There, the end of such an answer cannot be told from a cut: who ended it can."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    home = sized(b'<a href="/a/stalls">x</a><a href="/a/pours">x</a>', HTML)
    answers = {"/": home, "/a/stalls": head(HTML) + PAGE + STALL, "/a/pours": head(HTML) + bytes(3 << 20) + CLOSE}
    with serving_bytes(answers, tls=context) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base), timeout_s=2, max_body_bytes=1 << 20)))
    kept = {str(r.header("WARC-Target-URI")).rpartition("/")[2]: r for r in records(tmp_path) if r.kind == "response"}
    assert {name: kept[name].header("WARC-Truncated") for name in ("stalls", "pours")} == {
        "stalls": "time",
        "pours": "length",
    }
    assert ended.counts["failed"] == 2


def test_a_certificate_that_proves_nothing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    past = datetime(2020, 1, 1, tzinfo=UTC)
    certificates = {
        "name": (authority.issue_cert("other.test"), "certificate of another name: "),
        "expired": (authority.issue_cert("127.0.0.1", not_after=past), "certificate not trusted: certificate has exp"),
        "stranger": (trustme.CA().issue_cert("127.0.0.1"), "certificate not trusted: unable to get local issuer"),
    }
    with ExitStack() as stack:
        sources = []
        for name, (certificate, _) in certificates.items():
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            certificate.configure_cert(context)
            server = stack.enter_context(serving_bytes({"/": sized(PAGE, HTML)}, tls=context))
            sources.append(source_at(server.base, id=name))
        events = run_job(job_for_all(tmp_path, *sources, timeout_s=10))
    said = {event.source: " ".join(event.problems) for event in events if event.kind == "source"}
    for name, (_, expected) in certificates.items():
        assert expected in said[name]


def test_memory_that_runs_out_below_scrapy_is_our_own_fault() -> None:
    failed = DownloadFailedError("x")
    failed.__cause__ = ResponseFailed([Failure(MemoryError("no page more"))])
    assert isinstance(root_cause(failed), MemoryError)
    assert named(failed, None) == "out of memory: no page more"
