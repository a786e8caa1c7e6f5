"""Two workers never ask one host side by side, nor does one that wakes up after its lease was taken."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from crawlers.events import Event, read_events
from crawlers.job import CrawlJob, SourceJob
from crawlers.source import Source
from storage.ledger import Ledger
from storage.ledger_schema import leases
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.crawlers.crawls import NOW, outcome, run_job, source_at
from tests.crawlers.scripted import Scripted, site

pytestmark = pytest.mark.slow
FIRST, SECOND = "20261122T100000Z-aaaaaa", "20261122T100001Z-bbbbbb"


def job(folder: Path, worker: str, source: Source, run: str) -> CrawlJob:
    """The order of a worker, under the source's lease, with a name in its User-Agent that tells it in the log."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    ledger = Ledger(url)
    lease = ledger.lease(source.id, f"{worker}:1:{run}", datetime.now(UTC))
    ledger.begin_run(source.id, run, NOW)
    ledger.close()
    order = SourceJob(source=source, run=run, owner=lease.owner, token=lease.token)
    return CrawlJob.model_validate(
        {
            "sources": (order,), "ledger": url, "spool": folder / worker, "contact": f"mailto:{worker}@warraq.invalid",
            "allow_addresses": ("127.0.0.0/8",), "part_bytes": 1 << 30,
        }
    )  # fmt: skip


@contextmanager
def at_work(order: CrawlJob) -> Iterator[tuple[int, Callable[[], list[Event]]]]:
    """A crawl process that goes on beside the test: its pid, and its events, once it has ended."""
    child = subprocess.Popen([sys.executable, "-m", "crawlers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None and child.stdout is not None
    child.stdin.write(order.model_dump_json(by_alias=True).encode() + b"\n")
    child.stdin.flush()
    pipe = child.stdout
    try:
        yield child.pid, lambda: list(read_events(pipe))
    finally:
        child.kill()
        child.wait()
        child.stdin.close()
        pipe.close()


def asked_by(server: ByteServer) -> list[str]:
    """The workers whose requests the server saw, in its order."""
    return ["elder" if b"mailto:elder@" in each.request else "younger" for each in list(server.log)]


def wait_until(happened: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < until
        time.sleep(0.02)


def let_leases_run_out(folder: Path) -> None:
    """As if their time had passed without a renewal."""
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    with ledger.writing() as connection:
        connection.execute(update(leases).values(expires_at=NOW))
    ledger.close()


def test_two_workers_with_sources_on_one_host_do_not_ask_it_side_by_side(tmp_path: Path) -> None:
    with serving_bytes(Scripted(site(12), seconds_each=0.1)) as server:
        one, two = (source_at(server.base, id=name, article_url=["/a/"]) for name in ("one", "two"))
        with at_work(job(tmp_path, "elder", one, FIRST)) as (_, events):
            wait_until(lambda: len(server.log) >= 2)
            put_off = outcome(run_job(job(tmp_path, "younger", two, SECOND)))
            assert "younger" not in asked_by(server)
            elder = next(event for event in events() if event.kind == "source")
        assert put_off.counts["put_off"] >= 1 and put_off.counts.get("captures", 0) == 0
        assert any("is being asked by another run, elder:1:" in line for line in put_off.problems)
        assert (elder.outcome, elder.counts["fetched"]) == ("finished", 12)
        ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
        ledger.release_hosts(f"elder:1:{FIRST}", datetime.now(UTC))
        ledger.close()
        late = outcome(run_job(job(tmp_path, "younger", two, SECOND)))
        assert (late.outcome, late.counts["fetched"]) == ("finished", 12)
        seen = asked_by(server)
    assert seen == sorted(seen), "all of the elder's come before the younger's"


def test_a_worker_that_wakes_up_after_its_lease_asks_nobody_anything(tmp_path: Path) -> None:
    """Stopped in the middle, as a laptop that is closed; another takes the source over, and then it is woken."""
    with serving_bytes(Scripted(site(30), seconds_each=0.1)) as server:
        source = source_at(server.base)
        with at_work(job(tmp_path, "elder", source, FIRST)) as (pid, events):
            wait_until(lambda: len(server.log) >= 5)
            wait_until(lambda: stopped(pid, tmp_path))
            let_leases_run_out(tmp_path)
            younger = outcome(run_job(job(tmp_path, "younger", source, SECOND)))
            before = asked_by(server)
            os.kill(pid, signal.SIGCONT)
            ended = next(event for event in events() if event.kind == "source")
        after = asked_by(server)
    assert (younger.outcome, younger.counts["captures"]) == ("finished", len(before) - before.count("elder"))
    assert before == sorted(before)
    assert after == before, "the elder sent nothing more"
    assert ended.outcome == "failed" and any("was taken by another run" in line for line in ended.problems)


def stopped(pid: int, folder: Path) -> bool:
    """Stop a worker; or let it go on, if it holds the lock of the ledger's file, which nobody else could open then."""
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "T")
    try:
        with sqlite3.connect(folder / "ledger.db", timeout=0, isolation_level=None) as connection:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
    except sqlite3.OperationalError:
        os.kill(pid, signal.SIGCONT)
        return False
    return True
