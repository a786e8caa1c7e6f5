"""Crawls that are killed, starved and lied to; what has to be true of the archive afterwards, however it went.

Each trial is a real `warraq crawl` of a real site, in processes that are killed by SIGKILL, then the same command
again; it returns a line for the table, or fails."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from flows.house import open_house
from flows.settings import Settings
from flows.statuses import status_of
from storage.articles import read_articles
from storage.store import Store, open_store
from storage.warc import read_records
from tests.crawlers.byte_server import ByteServer
from tests.flows.houses import environment_in

COMMAND = [sys.executable, "-m", "flows.cli"]
CRAWL = [*COMMAND, "crawl", "prova"]
SETTLE = [*COMMAND, "status", "--settle"]
ROOT = Path(__file__).parents[2]
WITHIN_S = 600.0  # what takes seconds, on a machine with much else to do


def page(number: int) -> bytes:
    words = " ".join(f"جملة الخبر رقم {number} في الفقرة {n} عن حصاد القمح في السهل." for n in range(12))
    body = f"<html lang=ar><body><h1>خبر {number}</h1><article><p>{words}</p></article></body></html>".encode()
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )


def answers(pages: int) -> dict[str, bytes]:
    links = b"".join(b"<a href=/a/%d>x</a>" % n for n in range(pages))
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(links)
    return {"/": head + links} | {f"/a/{n}": page(n) for n in range(pages)}


@dataclass
class Trial:
    """One house below a folder, at one site of so many pages; `more` are variables for the commands."""

    folder: Path
    site: ByteServer
    pages: int
    more: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        source = {
            "id": "prova",
            "name": {"ar": "تجربة", "en": "Trial"},
            "country": "XX",
            "home": f"{self.site.base}/",
            "timezone": "UTC",
            "article_url": [r"/a/(?P<id>\d+)$"],
            "politeness": {"delay": "0s", "concurrency": 4},
        }
        (self.folder / "sources").mkdir(parents=True)
        (self.folder / "sources/prova.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
        (self.folder / "temporary").mkdir()
        self.site.log.clear()
        own = {
            "WARRAQ_SOURCES": str(self.folder / "sources"),
            "WARRAQ_SPOOL_GRACE": "0s",
            "WARRAQ_READERS": "1",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.folder / "temporary"),
        }
        self.variables = environment_in(self.folder, **(own | self.more))

    @property
    def store(self) -> Store:
        return open_store(self.variables["WARRAQ_STORE"], s3_endpoint=self.variables.get("WARRAQ_S3_ENDPOINT"))

    def run(self, command: list[str], **more: str) -> subprocess.CompletedProcess[str]:
        environment = self.variables | more
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, timeout=WITHIN_S
        )

    def dies_at(self, moment: str) -> bool:
        """Run the crawl with a process of it that is to die at this moment; whether it did."""
        path = os.pathsep.join((str(ROOT / "tests/dying"), str(ROOT)))
        done = self.run(CRAWL, WARRAQ_TEST_DIE=moment, PYTHONPATH=path)
        return done.returncode == -signal.SIGKILL or "killed by SIGKILL" in done.stderr

    def kill_at(self, moment: float, target: str) -> str:
        """Start a crawl and kill the command, its crawl process, or both, at a moment of it; says which it was.

        Up to 1, that share of the pages has been asked for; beyond, so many times ten seconds after the last page."""
        wanted = round(min(moment, 1.0) * self.pages)
        silent = subprocess.DEVNULL
        with subprocess.Popen(CRAWL, cwd=self.folder, env=self.variables, stdout=silent, stderr=silent) as running:
            deadline = time.monotonic() + WITHIN_S
            while sum(each.path.startswith("/a/") for each in self.site.log) < wanted and running.poll() is None:
                assert time.monotonic() < deadline, "the crawl does not come so far"
                time.sleep(0.002)
            if moment > 1.0:
                with suppress(subprocess.TimeoutExpired):
                    running.wait((moment - 1.0) * 10)
            self.kill(running, target)
        return f"{wanted} of {self.pages} pages" + (f" and {(moment - 1) * 10:.1f} s" if moment > 1.0 else "")

    def kill(self, running: subprocess.Popen[bytes], target: str) -> None:
        children = crawl_processes(running.pid)
        for pid in {"command": [running.pid], "child": children, "both": [running.pid, *children]}[target]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue  # it had ended: a kill too late is a trial too
        running.wait(WITHIN_S)
        deadline = time.monotonic() + WITHIN_S
        while any(Path(f"/proc/{pid}").exists() for pid in children):
            assert time.monotonic() < deadline, "an orphan is left"
            time.sleep(0.05)

    def durable(self) -> set[str]:
        """Record ids that the ledger calls durable; only where it is a file of the trial's own."""
        ledger = Path(self.variables["WARRAQ_LEDGER"].removeprefix("sqlite:///"))
        if not ledger.exists():
            return set()
        with sqlite3.connect(ledger) as connection:
            try:
                return {row[0] for row in connection.execute("select record_id from captures")}
            except sqlite3.OperationalError:
                return set()  # killed before the tables were made

    def check(self, known: set[str]) -> None:
        """Everything durable is there; each page once, byte for byte, and read; every WARC whole; nothing left over."""
        with tempfile.TemporaryDirectory() as folder:
            files = []
            for key in self.store.list("raw/"):
                if key.endswith(".warc.gz"):
                    files.append(Path(folder) / key.replace("/", "_"))
                    self.store.fetch(key, files[-1])
            self._check_files(files, known)
        read = [
            article.document_key
            for key in self.store.list("articles/")
            for article in read_articles(self.store.get(key))
        ]
        assert sorted(read) == sorted(f"prova:{n}" for n in range(self.pages))
        asked = Counter(each.path for each in self.site.log if each.path.startswith("/a/"))
        assert max(asked.values()) <= 2, "a page was asked for more than once again"
        spool = Path(self.variables["WARRAQ_SPOOL"])
        assert [file for file in spool.rglob("*") if file.is_file() and file.name != "filler"] == []
        assert list(Path(self.variables["TMPDIR"]).iterdir()) == [], "a working folder is left"
        self._check_status()

    def _check_status(self) -> None:
        settings = Settings(
            store=self.variables["WARRAQ_STORE"],
            s3_endpoint=self.variables.get("WARRAQ_S3_ENDPOINT"),
            ledger=self.variables["WARRAQ_LEDGER"],
            spool=Path(self.variables["WARRAQ_SPOOL"]),
            sources=self.folder / "sources",
        )
        with open_house(settings, store_may_wait=True) as house:
            status = status_of(house)
            assert (status.exit_code, status.owed) == (0, [])

    def _check_files(self, files: list[Path], known: set[str]) -> None:
        class Arguments:
            inputs = tuple(map(str, files))
            verbose = False

        checker = Checker(Arguments())
        checker.process_all()
        assert checker.exit_value == 0
        pages: Counter[tuple[str, bytes]] = Counter()
        ids = set()
        for file in files:
            with file.open("rb") as stream:
                assert sum(1 for _ in ArchiveIterator(stream, parse_http=False)) > 0
            with file.open("rb") as stream:
                for record in read_records(stream, file.name, file.stat().st_size):
                    ids.add(record.header("WARC-Record-ID"))
                    if record.kind == "response" and "/a/" in str(record.header("WARC-Target-URI")):
                        pages[(str(record.header("WARC-Target-URI")), record.block)] += 1
        assert known <= ids, "a durable capture was lost"
        assert pages == {(f"{self.site.base}/a/{n}", page(n)): 1 for n in range(self.pages)}


def crawl_processes(parent: int) -> list[int]:
    children = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(pid) for pid in children.read_text().split()] if children.exists() else []


def killed_at_random(number: int, folder: Path, site: ByteServer, pages: int) -> str:
    dice = random.Random(number)
    target = dice.choice(["command", "child", "both"])
    trial = Trial(folder, site, pages)
    when = trial.kill_at(dice.uniform(0.0, 1.3), target)
    known = trial.durable()
    resumed = trial.run(CRAWL)
    assert resumed.returncode == 0, f"{target} after {when}: {resumed.stderr}"
    trial.check(known)
    return f"| {number} | {target} | {when} | {len(known)} | 0 |"
