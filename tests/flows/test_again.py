"""Crawled again: nothing is transferred twice, and edits, deletions, returns and moves are noticed at once."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import yaml

from flows.house import House
from flows.newsroom import running_newsroom, write_sources
from flows.rebuilding import rebuild
from storage.events import events_of
from storage.host_memory import host_memory
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.scripted import HTML, answer, ok
from tests.flows.houses import crawl, house_in
from tests.flows.moving_pages import MOVING, PARAGRAPHS, page

pytestmark = pytest.mark.slow
LADDER = ["1s", "1s", "1s"]


class Site(Mapping[str, bytes]):
    """Pages that can be changed between two crawls, with what was asked of them."""

    def __init__(self, pages: dict[str, bytes | Callable[[int], bytes]]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __getitem__(self, path: str) -> bytes:
        self.asked.append(path)
        found = self.pages[path]
        return found if isinstance(found, bytes) else found(len(self.asked))

    def __iter__(self) -> Iterator[str]:
        return iter(self.pages)

    def __len__(self) -> int:
        return len(self.pages)


def write_source(folder: Path, base: str, **more: object) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    fields = {
        "id": "mithal", "name": {"ar": "المثال", "en": "Example"}, "country": "IQ", "home": f"{base}/",
        "timezone": "Asia/Baghdad", "article_url": [r"/news/(?P<id>\d+)"], "revisit": LADDER,
        "politeness": {"delay": "0s", "concurrency": 1},
    }  # fmt: skip
    (folder / "mithal.yaml").write_text(yaml.safe_dump(fields | more, allow_unicode=True), "utf-8")
    return folder


def history(house: House, number: int) -> list[tuple[str, str]]:
    found = events_of(house.ledger, "mithal", [f"mithal:{number}"]).get(f"mithal:{number}", [])
    return [(event.what, event.detail) for event in found]


def wait_until_due(house: House, count: int) -> None:
    source = house.catalogue["mithal"]
    until = time.monotonic() + 30
    while len(house.ledger.due("mithal", source.revisit, house.clock(), 100)) < count:
        assert time.monotonic() < until
        time.sleep(0.1)


def changed(number: int) -> bytes:
    return page("spaces", number, paragraphs=(*PARAGRAPHS[:3], f"وأعلن لاحقاً أن عدد الكتب {number} ألف كتاب."))


def test_edit_deletion_return_and_move_are_each_noticed_at_the_first_visit(tmp_path: Path) -> None:
    links = "".join(f'<a href="/news/{n}">x</a>' for n in range(1, 8))
    site = Site({"/": ok(links, HTML), "/about": ok("<p>من نحن</p>", HTML)})
    for number in range(1, 8):
        site.pages[f"/news/{number}"] = lambda asked, number=number: ok(page("views-in-the-text", asked), HTML)  # type: ignore[misc]
    with serving_bytes(site) as server, house_in(tmp_path, sources=write_source(tmp_path / "s", server.base)) as house:
        assert crawl(house, "mithal").owed == []
        wait_until_due(house, 7)
        site.pages |= {
            "/news/1": ok(changed(30), HTML),
            "/news/2": answer(b"404 Not Found", body=b"gone"),
            "/news/3": answer(b"410 Gone", body=b"gone"),
            "/news/4": answer(b"302 Found", b"Location: /"),
            "/news/5": ok("<html><h1>خطأ</h1><p>عذراً، الصفحة المطلوبة غير موجودة على هذا الموقع.</p></html>", HTML),
            "/news/6": answer(b"301 Moved Permanently", b"Location: /story/news/6"),
            "/story/news/6": ok(page("spaces", 3), HTML),
        }
        report = crawl(house, "mithal")
        assert report.owed == []
        seen = {number: history(house, number)[1:] for number in range(1, 8)}
        assert seen[1] == [("edited", "")]
        assert seen[2] == [("deleted", "404")]
        assert seen[3] == [("deleted", "410")]
        assert seen[4] == [("deleted", f"redirect to {server.base}/")]
        assert [(what, detail[:8]) for what, detail in seen[5]] == [("deleted", "soft 404")]
        assert seen[6] == [("moved", f"{server.base}/story/news/6")]
        assert seen[7] == []
        assert report.sources[0].counts["edited"] == 1
        wait_until_due(house, 6)
        back = ok(page("spaces", 9), HTML)
        site.pages |= {f"/news/{number}": back for number in (2, 3, 4, 5)}
        assert crawl(house, "mithal").owed == []
        for number in (2, 3, 4, 5):
            assert [what for what, _ in history(house, number)] == ["first", "deleted", "restored"], number
        before = {number: history(house, number) for number in range(1, 8)}
        check_rebuilt(house, tmp_path, before)


def check_rebuilt(house: House, folder: Path, before: dict[int, list[tuple[str, str]]]) -> None:
    with house_in(folder, sources=folder / "s", ledger=f"sqlite:///{folder / 'again.db'}") as again:
        assert rebuild(again, ledger_only=True, watch=lambda _: None).problems == []
        assert {number: history(again, number) for number in before} == before
        due = [
            [item.url for item in each.ledger.due("mithal", each.catalogue["mithal"].revisit, each.clock(), 99)]
            for each in (house, again)
        ]
        assert sorted(due[0]) == sorted(due[1])


def test_thirty_pages_that_move_make_no_version(tmp_path: Path) -> None:
    links = "".join(f'<a href="/news/{n}">x</a>' for n in range(1, 31))
    site = Site({"/": ok(links, HTML)})
    for number, name in enumerate(MOVING, start=1):
        site.pages[f"/news/{number}"] = lambda asked, name=name: ok(page(name, asked), HTML)  # type: ignore[misc]
    with serving_bytes(site) as server, house_in(tmp_path, sources=write_source(tmp_path / "s", server.base)) as house:
        for visit in range(2):
            assert crawl(house, "mithal").owed == []
            if visit == 0:
                wait_until_due(house, 30)
        assert site.asked.count("/news/1") == 2
        assert {number: history(house, number) for number in range(1, 31)} == {n: [("first", "")] for n in range(1, 31)}


def test_a_second_crawl_of_an_unchanged_newsroom_transfers_no_article(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            ids = sorted(newsroom.bases)
            assert crawl(house, *ids).owed == []
            first = len(newsroom.requests)
            assert crawl(house, *ids).owed == []
            again = newsroom.requests[first:]
            pages = {url for each in ids for url in house.catalogue[each].own_pages}
            asked = [(seen.publisher, newsroom.bases[seen.publisher] + seen.path_qs) for seen in again]
            assert [url for publisher, url in asked if house.catalogue[publisher].is_article(url)] == []
    assert [seen.path_qs for seen in again if seen.path_qs == "/robots.txt"] == []
    assert len(again) <= len(pages) + 2  # what the source files name, and the two files of a sitemap index
    assert sum(seen.status == 304 for seen in again) >= 4


class FeedServer(ThreadingHTTPServer):
    """A feed whose 304s are true, or not, and its articles."""

    items = 2
    honest = True

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _FeedHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: FeedServer

    def do_GET(self) -> None:
        if self.path == "/rss":
            tag = f'"v{self.server.items if self.server.honest else 1}"'
            asked = self.headers.get("If-None-Match")
            if asked is not None and (asked == tag or not self.server.honest):
                self._say(304, b"", tag)
            else:
                urls = [f"{self.server.base}/news/{n + 1}" for n in range(self.server.items)]
                links = "".join(f"<item><link>{url}</link></item>" for url in urls)
                self._say(200, f"<rss version='2.0'><channel>{links}</channel></rss>".encode(), tag)
        elif self.path.startswith("/news/"):
            self._say(200, page("spaces", int(self.path[6:])), None)
        else:
            self._say(404, b"", None)

    def _say(self, status: int, body: bytes, tag: str | None) -> None:
        self.send_response(status)
        if tag:
            self.send_header("ETag", tag)
        self.send_header("Content-Type", "application/rss+xml" if self.path == "/rss" else "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


@contextmanager
def feed_server(*, honest: bool) -> Iterator[FeedServer]:
    server = FeedServer(("127.0.0.1", 0), _FeedHandler)
    server.honest = honest
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize("honest", [True, False])
def test_a_server_that_lies_about_304_is_found_out_and_trusted_no_more(tmp_path: Path, honest: bool) -> None:
    with feed_server(honest=honest) as server:
        folder = write_source(tmp_path / "s", server.base, discover={"feeds": [f"{server.base}/rss"]}, revisit=[])
        with house_in(tmp_path, sources=folder) as house:
            for items in (2, 2, 4, 6):
                server.items = items
                assert crawl(house, "mithal").owed == []
            memory = host_memory(house.ledger, server.base.removeprefix("http://"))
            assert (memory.lied_at is None) is honest
            assert house.ledger.url_counts("mithal") == {"done": 6}
