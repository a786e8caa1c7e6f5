"""A publisher cannot make the crawl process connect to an inner address, by any road and in any spelling."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from crawlers.events import Event
from crawlers.job import CrawlJob
from storage.ledger import Ledger
from tests.crawlers.byte_server import ByteServer
from tests.crawlers.crawls import job_for, outcome, records, run_job, source_at
from tests.crawlers.inner_spellings import ELSEWHERE, LOOPBACK, WITH_USERINFO
from tests.crawlers.scripted import HTML, answer, ok

PUBLIC = "127.0.0.2"  # stands for the world: the one address that is listed
SPELLINGS = (*LOOPBACK, *ELSEWHERE)


@dataclass
class Trap:
    """Listens where nobody may come."""

    port: int
    came: list[str] = field(default_factory=list)
    _over: bool = False

    def listen(self, listening: socket.socket) -> None:
        while not self._over:
            try:
                connection, address = listening.accept()
            except OSError:
                return
            self.came.append(str(address))
            connection.close()


@contextmanager
def trap() -> Iterator[Trap]:
    """A trap on one port of both loopback addresses, as far as this machine has them."""
    with ExitStack() as open_:
        first = open_.enter_context(socket.create_server(("127.0.0.1", 0)))
        found = Trap(first.getsockname()[1])
        sockets = [first]
        if socket.has_ipv6:
            try:
                second = socket.create_server(("::1", found.port), family=socket.AF_INET6)
                sockets.append(open_.enter_context(second))
            except OSError:
                print("no IPv6 here: the trap listens on 127.0.0.1 alone")
        threads = [threading.Thread(target=found.listen, args=(each,), daemon=True) for each in sockets]
        for thread in threads:
            thread.start()
        yield found
        found._over = True
        for each in sockets:
            each.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


def has_ipv6() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False


@contextmanager
def publisher(answers: Mapping[str, bytes]) -> Iterator[ByteServer]:
    """A server of bytes at the address that stands for the world."""
    with socket.create_server((PUBLIC, 0)) as listening:
        server = ByteServer(answers, port=listening.getsockname()[1])
        thread = threading.Thread(target=server._accept, args=(listening,), daemon=True)
        thread.start()
        yield server
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def crawl(folder: Path, server: ByteServer, **discover: object) -> Event:
    base = f"http://{PUBLIC}:{server.port}"
    source = source_at(base, discover=discover or {"sections": [{"url": f"{base}/"}]})
    return outcome(run_job(job_for(folder, source, allow_addresses=(f"{PUBLIC}/32",)), timeout_s=120))


def url_counts(folder: Path) -> dict[str, int]:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    try:
        return ledger.url_counts("prova")
    finally:
        ledger.close()


def inner(trapped: Trap, road: str, spellings: tuple[str, ...] = SPELLINGS) -> list[str]:
    """An address of an article for every spelling, at the trap's port."""
    return [f"http://{host}:{trapped.port}/a/{road}-{number}" for number, host in enumerate(spellings)]


PAGES = {"/a/first": ok("<p>أوّل</p>", HTML), "/a/last": ok("<p>آخر</p>", HTML)}


def items(server_base: str, urls: list[str]) -> list[str]:
    return [f"{server_base}/a/first", *urls, f"{server_base}/a/last"]


def as_links(urls: list[str]) -> bytes:
    return ok("".join(f'<a href="{url}">x</a>' for url in urls), HTML)


def as_feed(urls: list[str]) -> bytes:
    entries = "".join(f"<item><link>{url}</link></item>" for url in urls)
    return ok(f'<rss version="2.0"><channel>{entries}</channel></rss>', b"Content-Type: application/rss+xml")


def as_sitemap(urls: list[str]) -> bytes:
    entries = "".join(f"<url><loc>{url}</loc></url>" for url in urls)
    return ok(f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>')


def test_no_link_to_an_inner_address_is_followed(tmp_path: Path) -> None:
    """On a section's page, in a feed, and in a sitemap."""
    answers = dict(PAGES)
    with trap() as trapped, publisher(answers) as server:
        base = f"http://{PUBLIC}:{server.port}"
        for path, written in (("/s", as_links), ("/f.xml", as_feed), ("/m.xml", as_sitemap)):
            page = f"{path[1]}-article"
            answers[f"/a/{page}"] = ok("<p>خبر</p>", HTML)
            urls = inner(trapped, page, (*SPELLINGS, *WITH_USERINFO))
            answers[path] = written([*items(base, urls), f"{base}/a/{page}"])
        discover = {"sections": [{"url": f"{base}/s"}], "feeds": [f"{base}/f.xml"], "sitemaps": [f"{base}/m.xml"]}
        ended = crawl(tmp_path, server, **discover)
    assert trapped.came == []
    assert ended.outcome == "finished", ended.problems
    assert ended.counts["fetched"] == 5, "the links before and behind were to be followed"
    assert ended.counts["refused_address"] >= 3 * len(SPELLINGS)
    assert url_counts(tmp_path).get("owed", 0) == 0, ended.problems[:5]


def test_no_redirect_to_an_inner_address_is_followed(tmp_path: Path) -> None:
    answers = dict(PAGES)
    with trap() as trapped, publisher(answers) as server:
        base = f"http://{PUBLIC}:{server.port}"
        targets = inner(trapped, "to", (*SPELLINGS, *WITH_USERINFO))
        for number, target in enumerate(targets):
            location = b"Location: " + target.encode()
            answers[f"/a/moved-{number}"] = answer(b"302 Found", location)
        answers["/"] = as_links(items(base, [f"{base}/a/moved-{number}" for number in range(len(targets))]))
        ended = crawl(tmp_path, server)
    assert trapped.came == []
    assert ended.counts["fetched"] == 2
    assert ended.counts["refused_address"] >= len(SPELLINGS)
    assert ended.counts["captures"] == 4 + len(targets), "each redirect itself is captured"


def test_no_page_of_links_at_an_inner_address_is_asked_for(tmp_path: Path) -> None:
    """Named by robots.txt, by an index of sitemaps, by a section as its next page, or by a refresh."""
    answers = dict(PAGES)
    with trap() as trapped, publisher(answers) as server:
        base = f"http://{PUBLIC}:{server.port}"
        listed = "".join(f"Sitemap: {url}\n" for url in [f"{base}/m.xml", *inner(trapped, "robots")])
        answers["/robots.txt"] = ok(f"User-agent: *\nAllow: /\n{listed}")
        nested = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in inner(trapped, "index"))
        answers["/m.xml"] = ok(f"<sitemapindex>{nested}</sitemapindex>")
        older = f'<a href="/a/first">x</a><a rel="next" href="http://127.1:{trapped.port}/a/next">x</a>'
        answers["/s"] = ok(older, HTML)
        answers["/r"] = ok(f'<meta http-equiv="refresh" content="0;url=http://[::1]:{trapped.port}/a/r">', HTML)
        sections = [{"url": f"{base}/s", "links": "a:not([rel])"}, {"url": f"{base}/r"}]
        ended = crawl(tmp_path, server, sitemaps=["robots"], sections=sections)
    assert trapped.came == []
    assert ended.counts["fetched"] == 1
    assert ended.counts["refused_address"] >= 2 * (len(SPELLINGS) - 4) + 2


def run_with_dns(job: CrawlJob, answers: dict[str, list[str]]) -> list[Event]:
    program = [sys.executable, "-m", "tests.crawlers.lying_dns", json.dumps(answers)]
    order = job.model_dump_json(by_alias=True).encode() + b"\n"
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin is not None and child.stdout is not None
        child.stdin.write(order)
        child.stdin.flush()
        return [Event(**json.loads(line)) for line in child.stdout]


def test_a_name_that_leads_inside_is_refused_and_tried_again_in_the_next_run(tmp_path: Path) -> None:
    names = {f"n{number}.example": [address] for number, address in enumerate(["127.0.0.1", "0.0.0.0", "127.9.9.9"])}
    names["turns.example"] = [PUBLIC, "127.0.0.1"]  # nobody listens at the first, and we ask again
    answers = dict(PAGES)
    with trap() as trapped, publisher(answers) as server:
        base = f"http://world.example:{server.port}"
        answers["/"] = as_links(items(base, [f"http://{name}:{trapped.port}/a/{name}" for name in names]))
        job = job_for(tmp_path, source_at(base), allow_addresses=(f"{PUBLIC}/32",))
        ended = outcome(run_with_dns(job, names | {"world.example": [PUBLIC]}))
    assert trapped.came == []
    assert (ended.counts["fetched"], ended.counts["refused_address"], ended.counts["failed"]) == (2, 3, 3)
    assert ended.counts["put_off"] == 1  # turns.example: its robots.txt cannot be had
    assert url_counts(tmp_path) == {"done": 2, "owed": 4}
    assert any("n0.example leads to 127.0.0.1, which is not a public address" in line for line in ended.problems)


@pytest.mark.skipif(not has_ipv6(), reason="no IPv6 on this machine")
def test_a_name_with_both_kinds_of_address_is_reached_by_the_public_one_alone(tmp_path: Path) -> None:
    """`::1` stands for the world here, in one case; what else the name leads to is never spoken to."""
    names = {"six.example": ["::1"], "both.example": ["127.0.0.1 ::1"], "inner.example": ["127.0.0.1 ::ffff:127.0.0.1"]}
    answers = {**PAGES, "/robots.txt": answer(b"404 Not Found")}
    with (
        socket.create_server(("::1", 0), family=socket.AF_INET6) as listening,
        socket.create_server(("127.0.0.1", listening.getsockname()[1])) as inside,
    ):
        server = ByteServer(answers, port=listening.getsockname()[1])
        threading.Thread(target=server._accept, args=(listening,), daemon=True).start()
        links = [f"http://{name}:{server.port}/a/{name[0]}" for name in names]
        answers |= {"/": as_links(links), "/a/s": ok("<p>1</p>", HTML), "/a/b": ok("<p>2</p>", HTML)}
        job = job_for(tmp_path, source_at(f"http://six.example:{server.port}"), allow_addresses=("::1/128",))
        ended = outcome(run_with_dns(job, names))
        listening.shutdown(socket.SHUT_RDWR)
        inside.setblocking(False)
        with pytest.raises(BlockingIOError):
            inside.accept()  # nobody came
    assert (ended.counts["fetched"], ended.counts["refused_address"]) == (2, 1), ended.problems
    responses = [record for record in records(tmp_path) if record.kind == "response"]
    assert {record.header("WARC-IP-Address") for record in responses} == {"::1"}


def test_a_target_of_connect_to_must_be_public_or_listed_too(tmp_path: Path) -> None:
    with trap() as trapped:
        job = job_for(
            tmp_path,
            source_at("http://world.example"),
            allow_addresses=(f"{PUBLIC}/32",),
            connect_to={"world.example:80": f"127.0.0.1:{trapped.port}"},
        )
        ended = outcome(run_job(job))
    assert trapped.came == []
    assert ended.counts["refused_address"] == 1
    assert "127.0.0.1 is not a public address" in ended.problems[0]


SCHEMES = (
    "file:///etc/passwd",
    "ftp://127.0.0.1:{}/a/x",
    "gopher://127.0.0.1:{}/a/x",
    "data:text/html,a/x",
    "javascript:alert('/a/x')",
    "s3://bucket/a/x",
    "ws://127.0.0.1:{}/a/x",
    "dict://127.0.0.1:{}/a/x",
)


def test_no_scheme_but_http_and_https_is_asked_for(tmp_path: Path) -> None:
    """By link, redirect or refresh."""
    answers = dict(PAGES)
    with trap() as trapped, publisher(answers) as server:
        base = f"http://{PUBLIC}:{server.port}"
        targets = [scheme.format(trapped.port) for scheme in SCHEMES]
        moved = [f"{base}/a/moved-{number}" for number in range(len(targets))]
        for number, target in enumerate(targets):
            answers[f"/a/moved-{number}"] = answer(b"301 Moved", f"Location: {target}".encode())
        refresh = f'<meta http-equiv="refresh" content="0;url={targets[0]}">'
        answers["/"] = ok(refresh + "".join(f'<a href="{url}">x</a>' for url in items(base, targets + moved)), HTML)
        ended = crawl(tmp_path, server)
    assert trapped.came == []
    assert ended.counts["asked"] == 2 + len(moved), "a link of another scheme is no article"
    assert ended.counts["captures"] == 4 + len(moved)
    assert ended.counts["fetched"] == 2
