"""The tap keeps what went over the wire, byte for byte, and guards the private names it stands on."""

import gzip
from ipaddress import ip_network
from pathlib import Path

import pytest
from scrapy.core.downloader.handlers import http11
from twisted.web import _newclient, client

from crawlers import wire
from storage import warc
from tests.crawlers.byte_server import CLOSE, ByteServer, serving_bytes
from tests.crawlers.crawls import job_for, outcome, records, run_job, source_at

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
    assert b"operator: mailto:tests@warraq.invalid" in found[0].block
    responses = [r for r in found if r.kind == "response"]
    requests = [r for r in found if r.kind == "request"]
    assert {r.header("WARC-IP-Address") for r in responses} == {"127.0.0.1"}
    assert [r.header("WARC-Concurrent-To") for r in requests] == [r.header("WARC-Record-ID") for r in responses]
    assert {r.header("WARC-Truncated") for r in responses} == {None}


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


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("93.184.216.34", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("169.254.169.254", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("224.0.0.1", False),
        ("0.0.0.0", False),
        ("192.0.2.7", True),
    ],
)
def test_public_and_listed_addresses_may_be_fetched(address: str, may: bool) -> None:
    assert wire._may_be_fetched(address, (ip_network("192.0.2.0/24"),)) is may


GUARDED = [
    (http11, "_LenientHTTP11ClientProtocol"),
    (http11, "_LenientHTTP11ClientFactory"),
    (http11, "_BindAddressAgent"),
    (http11, "_ScrapyAgent"),
    (http11._ScrapyAgent, "_get_agent"),
    (http11._ScrapyAgent, "_cb_bodyready"),
    (_newclient.HTTP11ClientProtocol, "_finishResponse"),
    (_newclient.HTTP11ClientProtocol, "dataReceived"),
    (client.Agent, "_getEndpoint"),
    (client.HTTPConnectionPool, "getConnection"),
    (client.HTTPConnectionPool, "_factory"),
]


@pytest.mark.parametrize(("owner", "name"), GUARDED, ids=lambda value: str(getattr(value, "__name__", value)))
def test_the_private_names_below_the_tap_are_there(owner: object, name: str) -> None:
    assert hasattr(owner, name), f"{owner} has no {name} any more: look at crawlers/wire.py before moving the bound"
