"""The tap keeps what went over the wire, byte for byte, and guards the private names it stands on."""

import gzip
import json
import socket
from pathlib import Path

import pytest
from OpenSSL import SSL
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient, client, http

from crawlers.wire import something_waits
from storage import warc
from tests.crawlers.byte_server import CLOSE, ByteServer, serving_bytes
from tests.crawlers.crawls import RUN, job_for, outcome, records, run_job, source_at

HTML = b"<html><body><p>" + "نصّ".encode() * 40 + b"</p></body></html>"
PACKED = gzip.compress(HTML)


def ok(body: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"Content-Length: %d" % len(body), b"", body])


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
ODD = {
    "/a/plain": ok(HTML, b"Content-Type: text/html"),
    "/a/odd-case": ok(HTML, b"cOnTeNt-TyPe:text/html", b"X-One:   1  ", b"x-ONE: 2", b"Server:"),
    "/a/cookies": ok(HTML, b"Set-Cookie: a=1; Path=/", b"Set-Cookie: b=2", b"set-cookie: c=3"),
    "/a/reason": b"HTTP/1.1 200 Tout va bien, merci\r\nContent-Length: 2\r\n\r\nok",
    "/a/no-reason": b"HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nok",
    "/a/chunked": CHUNKED + b"\r\n5;x=y\r\nabcde\r\n3\r\nfgh\r\n0\r\nT: z\r\n\r\n",
    "/a/gzip": ok(PACKED, b"Content-Type: text/html", b"Content-Encoding: gzip"),
    "/a/gzip-chunked": CHUNKED + b"Content-Encoding: gzip\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (len(PACKED), PACKED),
    "/a/empty": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "/a/no-length": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML + CLOSE,
    "/a/http-1.0": b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + HTML + CLOSE,
    "/a/gone": b"HTTP/1.1 410 Gone away\r\nContent-Length: 4\r\n\r\ngone",
    "/a/folded": b"HTTP/1.1 200 OK\r\nX-Long: one\r\n two\r\nContent-Length: 2\r\n\r\nok",
    "/a/no-colon": b"HTTP/1.1 200 OK\r\nthis is no header\r\nContent-Length: 2\r\n\r\nok",
    "/a/moved": b"HTTP/1.1 302 Found\r\nLocation: /a/plain\r\nContent-Length: 0\r\n\r\n",
    "/a/large": ok(bytes(range(256)) * 8000, b"Content-Type: application/octet-stream"),
    "/a/query?b=2&a=%D8%AE&a=1": ok(HTML),
}
HOME = b"".join(b'<a href="%b">x</a>' % path.replace("&", "&amp;").encode() for path in ODD)


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("wire")
    with serving_bytes({"/": ok(HOME, b"Content-Type: text/html"), **ODD}) as server:
        ended = outcome(run_job(job_for(folder, source_at(server.base))))
    assert ended.outcome == "finished", ended
    return server, records(folder)


def by_path(found: list[warc.RawRecord], kind: str, server: ByteServer) -> dict[str, bytes]:
    base = server.base
    return {str(r.header("WARC-Target-URI")).removeprefix(base): r.block for r in found if r.kind == kind}


@pytest.mark.parametrize("path", ["/", "/robots.txt", *ODD])
def test_the_answer_in_the_warc_is_what_the_server_sent(crawled, path: str) -> None:
    server, found = crawled
    assert by_path(found, "response", server)[path] == server.answered(path).answer


@pytest.mark.parametrize("path", ["/", "/robots.txt", *ODD])
def test_the_request_in_the_warc_is_what_the_server_got(crawled, path: str) -> None:
    server, found = crawled
    assert by_path(found, "request", server)[path] == server.answered(path).request


def test_exchanges_on_one_connection_stay_apart(crawled) -> None:
    server, found = crawled
    assert len(server.log) > len({each.connection for each in server.log}), "no connection was kept alive"
    assert len([r for r in found if r.kind == "response"]) == len(server.log)


def test_every_record_says_when_where_and_from_whom(crawled) -> None:
    _, found = crawled
    assert found[0].kind == "warcinfo"
    info = dict(line.split(": ", 1) for line in found[0].block.decode().splitlines())
    assert (info["operator"], info["source"], info["robots"]) == ("mailto:tests@warraq.invalid", "prova", "obey")
    assert info["software"].startswith("Warraq/") and "Scrapy" in info["software"]
    assert json.loads(info["settings"])["max_body_bytes"] == 64 << 20
    responses = [r for r in found if r.kind == "response"]
    requests = [r for r in found if r.kind == "request"]
    assert {r.header("WARC-IP-Address") for r in responses} == {"127.0.0.1"}
    assert [r.header("WARC-Concurrent-To") for r in requests] == [r.header("WARC-Record-ID") for r in responses]
    assert {r.header("WARC-Truncated") for r in responses} == {None}


def test_what_follows_an_answer_never_passes_for_the_next_one(tmp_path: Path) -> None:
    """The answers fill whole reads, so that what follows them is still unread when the next request could go out."""
    stolen = ok(b"stolen")
    answers = {f"/a/{n}": whole_reads(1 + n % 3) + stolen for n in range(30)}
    home = ok(b"".join(b'<a href="%b">x</a>' % path.encode() for path in answers), b"Content-Type: text/html")
    with serving_bytes({"/": home, **answers}) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
    assert ended.counts["fetched"] == len(answers)
    kept = [r.block for r in records(tmp_path) if r.kind == "response" and "/a/" in str(r.header("WARC-Target-URI"))]
    assert sorted(kept) == sorted(answer.removesuffix(stolen) for answer in answers.values())


def whole_reads(count: int) -> bytes:
    """An answer of a whole number of Twisted's reads."""
    body = b"x" * (65536 * count)
    return ok(body[: 2 * len(body) - len(ok(body))])


def test_a_connection_on_which_something_waits_is_not_used_again() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert not something_waits(ours)
        theirs.send(b"HTTP/1.1 200 OK")
        assert something_waits(ours)
        ours.recv(99)
        assert not something_waits(ours)
        theirs.close()
        assert something_waits(ours)


def test_bodies_that_break_off_are_kept_and_marked(tmp_path: Path) -> None:
    answers = {
        "/": ok(b'<a href="/a/short">x</a><a href="/a/mid-chunk">x</a>', b"Content-Type: text/html"),
        "/a/short": b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this" + CLOSE,
        "/a/mid-chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\nonly this" + CLOSE,
    }
    with serving_bytes(answers) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
    broken = [r for r in records(tmp_path) if r.kind == "response" and "/a/" in str(r.header("WARC-Target-URI"))]
    assert broken
    assert {r.header("WARC-Truncated") for r in broken} == {"disconnect"}
    assert all(r.block == server.answered(str(r.header("WARC-Target-URI"))[len(server.base) :]).answer for r in broken)
    assert ended.counts["failed"] == 2


def test_an_inner_address_is_not_spoken_to(tmp_path: Path) -> None:
    with serving_bytes({"/": ok(HOME)}) as server:
        job = job_for(tmp_path, source_at(server.base), allow_addresses=())
        ended = outcome(run_job(job))
    assert server.log == []
    assert "AddressRefused" in " ".join(ended.problems)


GUARDED = [
    (http11, "_LenientHTTP11ClientProtocol"),
    (http11, "_LenientHTTP11ClientFactory"),
    (http11, "_LenientHTTPClientParser"),
    (http11, "_BindAddressAgent"),
    (http11, "_ScrapyAgent"),
    (http11._ScrapyAgent, "_get_agent"),
    (http11._ScrapyAgent, "_cb_bodyready"),
    (_newclient.HTTP11ClientProtocol, "_finishResponse"),
    (_newclient.HTTP11ClientProtocol, "dataReceived"),
    (_newclient.HTTP11ClientProtocol, "connectionLost"),
    (_newclient.HTTP11ClientProtocol, "_giveUp"),
    (_newclient.HTTP11ClientProtocol, "_parser"),
    (_newclient.HTTP11ClientProtocol, "_currentRequest"),
    (_newclient.HTTPParser, "headerReceived"),
    (_newclient.HTTPParser, "allHeadersReceived"),
    (_newclient.HTTPParser, "lineLengthExceeded"),
    (_newclient.HTTPParser, "MAX_LENGTH"),
    (_newclient.HTTPClientParser, "_transferDecoders"),
    (_newclient.HTTPClientParser, "statusReceived"),
    (_newclient, "RequestNotSent"),
    (client._RetryingHTTP11ClientProtocol, "_shouldRetry"),
    (http, "_DataLoss"),
    (_newclient, "STATUS"),
    (_newclient, "HEADER"),
    (SSL, "_ffi"),
    (SSL._lib, "SSL_get_verify_result"),
    (SSL._lib, "X509_verify_cert_error_string"),
    (client.Agent, "_getEndpoint"),
    (client.HTTPConnectionPool, "getConnection"),
    (client.HTTPConnectionPool, "_factory"),
]


@pytest.mark.parametrize(("owner", "name"), GUARDED, ids=lambda value: str(getattr(value, "__name__", value)))
def test_the_private_names_below_the_tap_are_there(owner: object, name: str) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} any more: see wire.py, framing.py before moving the bound"


def test_a_page_that_names_articles_is_kept_once_and_then_referred_to(tmp_path: Path) -> None:
    """The home page of a second run, unchanged, is a revisit of the first run's."""
    robots = ok(b"User-agent: *\nAllow: /\n", b"Content-Type: text/plain")
    answers = {"/": ok(HTML, b"Content-Type: text/html"), "/robots.txt": robots}
    later = RUN.replace("T10", "T11")
    with serving_bytes(answers) as server:
        for run, captures in ((RUN, 2), (later, 1)):  # robots.txt holds for a day
            source = source_at(server.base, discover={"sections": [{"url": f"{server.base}/"}]})
            assert outcome(run_job(job_for(tmp_path, source, run=run))).counts["captures"] == captures
    found = [r for r in records(tmp_path) if r.kind in warc.CAPTURE_KINDS]
    assert [r.kind for r in found] == ["response", "response", "revisit"]
    first = {r.header("WARC-Record-ID"): r for r in found[:2]}
    for revisit in found[2:]:
        original = first[revisit.header("WARC-Refers-To")]
        assert revisit.header("WARC-Refers-To-Target-URI") == original.header("WARC-Target-URI")
        assert revisit.header("WARC-Refers-To-Date") == original.header("WARC-Date")
