"""A ledger on PostgreSQL that is restarted, or cuts its connections, while a crawl goes on."""

from __future__ import annotations

import shlex
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest

from crawlers.job import CrawlJob, SourceJob
from storage import warc
from storage.errors import LedgerUnreachable
from storage.keys import Part
from storage.ledger import Ledger
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.crawlers.crawls import NOW, RUN, records, source_at
from tests.crawlers.scripted import Scripted, site
from tests.crawlers.test_process import running
from tests.flows.prefect_runs import wait_for
from tests.storage import servers

ARTICLES = 80


@pytest.fixture
def given() -> Iterator[ByteServer]:
    with serving_bytes(Scripted(site(ARTICLES), seconds_each=0.02)) as server:
        yield server


def job_with(url: str, folder: Path, server: ByteServer, **more: Any) -> CrawlJob:
    ledger = Ledger(url)
    source = source_at(server.base)
    lease = ledger.lease(source.id, "test", NOW)
    ledger.begin_run(source.id, RUN, NOW)
    ledger.close()
    job = SourceJob(source=source, run=RUN, owner=lease.owner, token=lease.token)
    order = {"sources": (job,), "ledger": url, "spool": folder, "contact": "mailto:tests@warraq.invalid"}
    return CrawlJob.model_validate(order | {"allow_addresses": ("127.0.0.0/8",), "part_bytes": 1 << 30} | more)


class Restarting:
    """A PostgreSQL of the test's own that can be stopped and started again where it was."""

    def __init__(self, server: servers.PostgreSQL) -> None:
        with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            row = connection.execute("SHOW data_directory").fetchone()
        assert row is not None
        self._data = Path(str(row[0]))
        self._program, *self._options = shlex.split((self._data / "postmaster.opts").read_text())

    def control(self, *words: str) -> None:
        command = [Path(self._program).with_name("pg_ctl"), "-D", self._data, "-w", "-s", *words]
        log = self._data.parent / "restarted.log"
        with log.open("ab") as output:
            user = servers.unprivileged()
            as_user = {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            subprocess.run(command, check=True, stdout=output, stderr=output, cwd=self._data.parent, **as_user)

    def stop(self) -> None:
        self.control("stop", "-m", "fast")  # breaks every connection off

    def start(self) -> None:
        self.control("start", "-o", shlex.join(self._options))


@pytest.fixture
def restarting() -> Iterator[tuple[str, Restarting]]:
    """The URL of an empty database, and the server that has it."""
    with ExitStack() as stack:
        try:
            server = stack.enter_context(servers.postgresql())
        except servers.NotInstalled as error:
            pytest.skip(str(error))
        again = Restarting(server)
        with psycopg.connect(server.url("postgres").replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("CREATE DATABASE ledger")
        yield server.url("ledger"), again
        if server.answers():
            again.stop()


@pytest.mark.slow
def test_a_ledger_that_is_restarted_costs_no_capture_and_no_second_fetch(
    tmp_path: Path, given: ByteServer, restarting: tuple[str, Restarting]
) -> None:
    url, server = restarting
    with running(job_with(url, tmp_path / "spool", given)) as crawl:
        crawl.until_fetched(10)
        server.stop()
        crawl.until(lambda event: event.kind == "room" and "does not answer" in event.message)
        asked = len(given.log)
        time.sleep(1)
        assert len(given.log) <= asked + 1  # what was on its way
        server.start()
        ended = crawl.ended(within_s=180)
    assert (ended.outcome, ended.counts["fetched"]) == ("finished", ARTICLES)
    fetched = Counter(each.path for each in given.log if each.path.startswith("/a/"))
    assert fetched == {f"/a/{n}": 1 for n in range(1, ARTICLES + 1)}
    ledger = Ledger(url)
    assert ledger.url_counts("prova") == {"done": ARTICLES}
    assert ledger.captures_of(Part("prova", RUN, 1)) == sum(each.kind == "response" for each in records(tmp_path))
    ledger.close()


@pytest.mark.slow
def test_a_ledger_that_stays_away_ends_the_crawl_and_everything_is_in_the_spool(
    tmp_path: Path, given: ByteServer, restarting: tuple[str, Restarting]
) -> None:
    url, server = restarting
    ledger = Ledger(url)
    with running(job_with(url, tmp_path / "spool", given, patience_s=1.0)) as crawl:
        crawl.until_fetched(10)
        wait_for(lambda: ledger.url_counts("prova")["done"] >= 9, within_s=180, what="captures are durable")
        ledger.close()
        server.stop()
        ended = crawl.ended(within_s=180)
    assert ended.outcome == "failed"
    assert "does not answer" in ended.problems[-1] and "WARRAQ_PATIENCE" in ended.problems[-1]
    (file,) = (tmp_path / "spool/prova").iterdir()
    assert warc.mend(file) == 0
    with file.open("rb") as stream:
        kept = [each.url for each in warc.read_captures(stream, file.name, file.stat().st_size)]
    assert len(kept) == len(set(kept)) >= 10
    with pytest.raises(LedgerUnreachable, match="does not answer"):
        Ledger(url)
    waiting = threading.Thread(target=lambda: (time.sleep(1.5), server.start()))
    with ExitStack() as stack:
        server.start()
        ledger = Ledger(url, wait_s=20.0)
        stack.callback(ledger.close)
        server.stop()
        waiting.start()
        assert ledger.url_counts("prova")["done"] >= 9  # asked again until it answers
        waiting.join()
