from __future__ import annotations

import http.client
import socket
import ssl
from pathlib import Path

import trustme

from flows.newsroom import GivenPage, PageServer, running_pages

ARABIC_PATH = "/%D8%AE%D8%A8%D8%B1/7?a=1&b=%D9%86"
PAGES = (
    GivenPage("https://news.example/" + ARABIC_PATH[1:], "خبر".encode("cp1256"), "text/html; charset=windows-1256"),
    GivenPage("http://news.example/plain", b"<p>1</p>", headers=(("x-ODD", "1"), ("x-ODD", "2"))),
    GivenPage("http://other.example/plain", b"<p>2</p>"),
)


def ask(server: PageServer, host: str, target: str) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    try:
        connection.request("GET", target, headers={"Host": host})
        answer = connection.getresponse()
        return answer.status, answer.getheaders(), answer.read()
    finally:
        connection.close()


def test_given_pages_answer_under_their_host_names_and_exact_paths() -> None:
    with running_pages(PAGES) as server:
        assert ask(server, "news.example", "/plain")[::2] == (200, b"<p>1</p>")
        assert ask(server, f"OTHER.example:{server.port}", "/plain")[::2] == (200, b"<p>2</p>")
        status, headers, body = ask(server, "news.example", ARABIC_PATH)
        assert (status, body.decode("cp1256")) == (200, "خبر")
        assert ("Content-Type", "text/html; charset=windows-1256") in headers
        missing = [ask(server, host, path)[0] for host, path in (("news.example", "/"), ("x.example", "/plain"))]
        assert missing == [404, 404]
        assert [seen.publisher for seen in server.requests][:2] == ["news.example", "other.example"]
        assert server.tls_port is None


def test_headers_of_a_given_page_keep_case_and_repetition() -> None:
    with running_pages(PAGES) as server:
        headers = ask(server, "news.example", "/plain")[1]
    assert [pair for pair in headers if pair[0] == "x-ODD"] == [("x-ODD", "1"), ("x-ODD", "2")]


def test_a_proxy_request_line_finds_the_page_too() -> None:
    with running_pages(PAGES) as server:
        assert ask(server, "proxy.example", "http://other.example/plain")[::2] == (200, b"<p>2</p>")


def test_each_host_has_a_feed_of_its_pages() -> None:
    with running_pages(PAGES) as server:
        feed = ask(server, "news.example", "/feed.xml")[2].decode()
    assert f"<link>https://news.example{ARABIC_PATH.replace('&', '&amp;')}</link>" in feed
    assert "<link>http://news.example/plain</link>" in feed and "other.example" not in feed


def test_a_page_may_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(b"\xff\x00bytes")
    with running_pages([GivenPage("http://file.example", file)]) as server:
        assert ask(server, "file.example", "/")[2] == b"\xff\x00bytes"


def test_the_same_pages_answer_over_tls() -> None:
    authority = trustme.CA()
    server_side, client_side = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), ssl.create_default_context()
    authority.issue_cert("news.example").configure_cert(server_side)
    authority.configure_trust(client_side)
    request = f"GET {ARABIC_PATH} HTTP/1.1\r\nHost: news.example\r\nConnection: close\r\n\r\n".encode()
    with running_pages(PAGES, server_side) as server:
        assert server.tls_port
        with (
            socket.create_connection(("127.0.0.1", server.tls_port), timeout=10) as plain,
            client_side.wrap_socket(plain, server_hostname="news.example") as secure,
        ):
            secure.sendall(request)
            answer = b"".join(iter(lambda: secure.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 200") and answer.endswith("خبر".encode("cp1256"))
