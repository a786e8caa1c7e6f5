"""kill -9 at random moments of a crawl, then the same command again: nothing lost, nothing twice."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from storage.articles import read_articles
from storage.store import open_store
from storage.warc import read_records
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.flows.houses import environment_in

PAGES = 300
TRIALS = 50
COMMAND = [sys.executable, "-m", "flows.cli", "crawl", "prova"]


def page(number: int) -> bytes:
    words = " ".join(f"جملة الخبر رقم {number} في الفقرة {n} عن حصاد القمح في السهل." for n in range(12))
    body = f"<html lang=ar><body><h1>خبر {number}</h1><article><p>{words}</p></article></body></html>".encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )


def answers() -> dict[str, bytes]:
    links = b"".join(b"<a href=/a/%d>x</a>" % n for n in range(PAGES))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(links)
    return {"/": head + links} | {f"/a/{n}": page(n) for n in range(PAGES)}


@pytest.fixture(scope="module")
def site() -> Iterator[ByteServer]:
    with serving_bytes(answers()) as server:
        yield server


def environment(folder: Path, site: ByteServer) -> dict[str, str]:
    source = {
        "id": "prova",
        "name": {"ar": "تجربة", "en": "Trial"},
        "country": "XX",
        "home": f"{site.base}/",
        "timezone": "UTC",
        "article_url": [r"/a/(?P<id>\d+)$"],
        "politeness": {"delay": "0s", "concurrency": 4},
    }
    (folder / "sources").mkdir(parents=True)
    (folder / "sources/prova.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
    return environment_in(folder, WARRAQ_SOURCES=str(folder / "sources"))


def crawl_processes(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in children.read_text().split()] if children.exists() else []


def kill_after(seconds: float, target: str, variables: dict[str, str], folder: Path) -> None:
    """Start a crawl and kill -9 the command, its crawl process, or both, so many seconds later."""
    running = subprocess.Popen(COMMAND, cwd=folder, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    children = crawl_processes(running.pid)
    victims = {"command": [running.pid], "child": children, "both": [running.pid, *children]}[target]
    for pid in victims:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it had ended: a kill too late is a trial too
    running.wait(60)
    deadline = time.monotonic() + 40
    while any(Path(f"/proc/{pid}").exists() for pid in children):
        assert time.monotonic() < deadline, "an orphan is left"
        time.sleep(0.05)


def durable(folder: Path) -> set[str]:
    """Record ids that the ledger calls durable."""
    ledger = folder / "ledger.db"
    if not ledger.exists():
        return set()
    with sqlite3.connect(ledger) as connection:
        try:
            return {row[0] for row in connection.execute("select record_id from captures")}
        except sqlite3.OperationalError:
            return set()  # killed before the tables were made


def check(folder: Path, site: ByteServer, known: set[str]) -> None:
    files = sorted((folder / "archive/raw").rglob("*.warc.gz"))

    class Arguments:
        inputs = tuple(map(str, files))
        verbose = False

    checker = Checker(Arguments())
    checker.process_all()
    assert checker.exit_value == 0
    urls: Counter[str] = Counter()
    ids = set()
    for file in files:
        with file.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream, parse_http=False)) > 0
        with file.open("rb") as stream:
            for record in read_records(stream, file.name, file.stat().st_size):
                ids.add(record.header("WARC-Record-ID"))
                if record.kind == "response" and "/a/" in str(record.header("WARC-Target-URI")):
                    urls[str(record.header("WARC-Target-URI"))] += 1
    assert known <= ids, "a durable capture was lost"
    assert urls == {f"{site.base}/a/{n}": 1 for n in range(PAGES)}
    store = open_store(f"file:{folder / 'archive'}")
    keys = [article.document_key for key in store.list("articles/") for article in read_articles(store.get(key))]
    assert sorted(keys) == sorted(f"prova:{n}" for n in range(PAGES))
    asked = Counter(each.path for each in site.log if each.path.startswith("/a/"))
    assert max(asked.values()) <= 2, "a page was asked for more than once again"
    assert [file for file in (folder / "spool").rglob("*") if file.is_file()] == []


def trial(number: int, folder: Path, site: ByteServer) -> str:
    dice = random.Random(number)
    target = dice.choice(["command", "child", "both"])
    seconds = dice.uniform(0.8, 5.0)
    variables = environment(folder, site)
    site.log.clear()
    kill_after(seconds, target, variables, folder)
    known = durable(folder)
    resumed = subprocess.run(COMMAND, cwd=folder, env=variables, capture_output=True, text=True, timeout=120)
    assert resumed.returncode == 0, f"{target} after {seconds:.2f} s: {resumed.stderr}"
    check(folder, site, known)
    return f"{number:2} {target:7} killed after {seconds:.2f} s, {len(known):3} captures durable then"


@pytest.mark.parametrize("number", range(1))
def test_a_crawl_killed_at_a_random_moment_is_made_whole_by_the_next(
    number: int, tmp_path: Path, site: ByteServer
) -> None:
    assert trial(number, tmp_path, site)


@pytest.mark.slow
def test_fifty_crawls_killed_at_random_moments_are_made_whole(
    tmp_path: Path, site: ByteServer, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [trial(number, tmp_path / str(number), site) for number in range(1, 1 + TRIALS)]
    with capsys.disabled():
        print("\n" + "\n".join(rows))
    assert len(rows) == TRIALS
