"""`python -m crawlers` on its own: how it ends, what it leaves, and that it says so in events and nothing else."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.events import Event
from crawlers.job import CrawlJob
from storage import spool, warc
from storage.keys import Part
from storage.ledger import Ledger, PartState
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.crawlers.crawls import RUN, job_for, job_for_all, outcome, run_job, source_at
from tests.crawlers.scripted import Scripted, answer, site

MANY = 400  # articles; at SLOW_S each, far more than any test waits for
SLOW_S = 0.05
PART = Part("prova", RUN, 1)


@dataclass
class Running:
    child: subprocess.Popen[bytes]
    events: list[Event] = field(default_factory=list)

    def until_fetched(self, count: int) -> None:
        """Read events until so many articles are there."""
        self.until(lambda event: event.counts.get("fetched", 0) >= count)

    def until(self, wanted: Callable[[Event], bool]) -> None:
        assert self.child.stdout is not None
        for line in self.child.stdout:
            self.events.append(Event(**json.loads(line)))
            if wanted(self.events[-1]):
                return
        raise AssertionError(f"it ended before: {self.events}")

    def ended(self, within_s: float) -> Event:
        """Read all that is left to read; the `source` event. Fails if the process is not gone in time."""
        assert self.child.stdout is not None
        began = time.monotonic()
        self.events += [Event(**json.loads(line)) for line in self.child.stdout]
        self.child.wait(within_s)
        assert time.monotonic() - began < within_s
        return outcome(self.events)


@contextmanager
def running(job: CrawlJob) -> Iterator[Running]:
    child = subprocess.Popen([sys.executable, "-m", "crawlers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None
    with child:
        child.stdin.write(job.model_dump_json(by_alias=True).encode() + b"\n")
        child.stdin.flush()
        try:
            yield Running(child)
        finally:
            child.kill()


@pytest.fixture
def slow_site() -> Iterator[ByteServer]:
    with serving_bytes(Scripted(site(MANY), seconds_each=SLOW_S)) as server:
        yield server


@contextmanager
def ledger_in(folder: Path) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    try:
        yield ledger
    finally:
        ledger.close()


def whole_captures(folder: Path) -> int:
    """Captures in the one part, sealed or, after mending, not."""
    (file,) = (folder / "spool/prova").iterdir()
    warc.mend(file)
    with file.open("rb") as stream:
        return sum(1 for _ in warc.read_captures(stream, file.name, file.stat().st_size))


def test_one_sigterm_ends_it_with_a_sealed_part_and_the_word_stopped(tmp_path: Path, slow_site: ByteServer) -> None:
    with running(job_for(tmp_path, source_at(slow_site.base))) as crawl:
        crawl.until_fetched(3)
        crawl.child.send_signal(signal.SIGTERM)
        ended = crawl.ended(within_s=180)
    assert (ended.outcome, crawl.child.returncode, crawl.events[-1].kind) == ("stopped", 0, "end")
    assert 3 <= ended.counts["fetched"] < MANY
    assert [file.name for file in (tmp_path / "spool/prova").iterdir()] == [f"{RUN}-00001.warc.gz"]
    with ledger_in(tmp_path) as ledger:
        assert ledger.url_counts("prova")["done"] == ended.counts["fetched"]
        assert ledger.captures_of(PART) == ended.counts["captures"] == whole_captures(tmp_path)
        assert [(row.part, row.state) for row in ledger.owed_parts("prova")] == [(PART, PartState.SEALED)]


def test_sigterm_does_not_wait_for_a_publisher_who_asks_us_to_wait(tmp_path: Path) -> None:
    asks = answer(b"429 Too Many Requests", b"Retry-After: 100")
    with (
        serving_bytes(Scripted(site(1, a_1=asks))) as server,
        running(job_for(tmp_path, source_at(server.base))) as crawl,
    ):
        crawl.until(lambda event: "waiting 100 s" in event.message)
        crawl.child.send_signal(signal.SIGTERM)
        assert crawl.ended(within_s=180).outcome == "stopped"
    with ledger_in(tmp_path) as ledger:
        assert ledger.url_counts("prova") == {"owed": 1}


def test_the_end_of_its_input_ends_it_too(tmp_path: Path, slow_site: ByteServer) -> None:
    with running(job_for(tmp_path, source_at(slow_site.base))) as crawl:
        crawl.until_fetched(3)
        assert crawl.child.stdin is not None
        crawl.child.stdin.close()
        ended = crawl.ended(within_s=180)
    assert (ended.outcome, crawl.child.returncode) == ("stopped", 0)
    asked = len(slow_site.log)
    with ledger_in(tmp_path) as ledger:
        assert ledger.captures_of(PART) == whole_captures(tmp_path) >= 3
    time.sleep(4 * SLOW_S)
    assert len(slow_site.log) == asked, "somebody goes on asking"


def test_after_kill_every_capture_the_ledger_knows_is_whole_in_the_file(tmp_path: Path, slow_site: ByteServer) -> None:
    with running(job_for(tmp_path, source_at(slow_site.base))) as crawl:
        crawl.until_fetched(5)
        crawl.child.kill()
        crawl.child.wait(10)
    (file,) = (tmp_path / "spool/prova").iterdir()
    assert file == spool.open_file(tmp_path / "spool/prova", PART)
    with ledger_in(tmp_path) as ledger:
        assert 0 < ledger.captures_of(PART) <= whole_captures(tmp_path)


def test_a_lost_lease_ends_the_crawl_and_nothing_is_written_down_after_it(
    tmp_path: Path, slow_site: ByteServer
) -> None:
    with ledger_in(tmp_path) as ledger, running(job_for(tmp_path, source_at(slow_site.base))) as crawl:
        crawl.until_fetched(3)
        taken = ledger.lease("prova", "another", datetime.now(UTC) + timedelta(hours=1))
        before = (ledger.captures_of(PART), ledger.url_counts("prova"), ledger.parts_of("prova", RUN))
        ended = crawl.ended(within_s=180)
        assert ended.outcome == "failed"
        assert "LeaseLost: prova: the lease of test (token 1) was taken" in " ".join(ended.problems)
        assert ended.counts["fetched"] < MANY
        assert (ledger.captures_of(PART), ledger.url_counts("prova"), ledger.parts_of("prova", RUN)) == before
        assert ledger.owner_of("prova") == taken.owner
    assert crawl.events[-1].kind == "end"


def test_several_sources_each_have_their_own_outcome(tmp_path: Path) -> None:
    with ExitStack() as servers:
        bases = [servers.enter_context(serving_bytes(Scripted(site(n)))).base for n in (1, 3)]
        nowhere = source_at("http://warraq-tests.invalid", id="nowhere")
        closed = source_at("http://127.0.0.1:9", id="closed")  # the port "discard", where nobody listens
        job = job_for_all(tmp_path, *(source_at(base, id=f"n{i}") for i, base in enumerate(bases)), nowhere, closed)
        events = run_job(job)
    ended = {event.source: event for event in events if event.kind == "source"}
    assert {name: event.counts.get("fetched", 0) for name, event in ended.items()} == {
        "n0": 1, "n1": 3, "nowhere": 0, "closed": 0,
    }  # fmt: skip
    assert all(event.outcome == "finished" for event in ended.values())
    for name, url in (("nowhere", "http://warraq-tests.invalid/"), ("closed", "http://127.0.0.1:9/")):
        assert ended[name].counts["put_off"] == 1  # without its robots.txt nothing is asked for
        assert [line for line in ended[name].problems if line.startswith(url)], ended[name].problems
    assert ended["n0"].problems == ended["n1"].problems == []


def told(order: bytes) -> tuple[int, list[Event]]:
    done = subprocess.run([sys.executable, "-m", "crawlers"], input=order, capture_output=True, timeout=30)
    return done.returncode, [Event(**json.loads(line)) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("order", [b"", b"\n", b"crawl everything\n", b"{}\n", b"\xff\xfe\n", b"[" * 100_000 + b"\n"])
def test_an_order_that_is_none_is_a_fault_with_exit_code_2(order: bytes) -> None:
    code, (event,) = told(order)
    assert (code, event.kind, event.exit_code) == (2, "fault", 2)
    assert event.message


def test_a_wrong_order_does_not_give_its_password_away() -> None:
    code, (event,) = told(b'{"ledger": "postgresql+psycopg://warraq:hunter2@127.0.0.1/x", "contact": 5}\n')
    assert (code, event.kind) == (2, "fault")
    assert "hunter2" not in event.message


def test_a_rule_that_fails_on_a_page_is_named_and_counted(tmp_path: Path, slow_site: ByteServer) -> None:
    source = source_at(
        slow_site.base, discover={"sections": [{"url": f"{slow_site.base}/", "links": "//a[. = $none]"}]}
    )
    ended = outcome(run_job(job_for(tmp_path, source)))
    assert ended.counts["pages_failed"] == 1
    assert "could not be read" in ended.problems[0]


def test_a_ledger_that_cannot_be_opened_is_a_fault_before_anything_is_fetched(
    tmp_path: Path, slow_site: ByteServer
) -> None:
    job = job_for(tmp_path, source_at(slow_site.base))
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database " * 500)
    code, events = told(
        job.model_copy(update={"ledger": f"sqlite:///{broken}"}).model_dump_json(by_alias=True).encode()
    )
    assert (code, events[-1].kind, events[-1].exit_code) == (1, "fault", 1)
    assert str(broken) in events[-1].message
    assert slow_site.log == []


def test_a_spool_that_cannot_be_used_ends_the_crawl_and_says_so(tmp_path: Path, slow_site: ByteServer) -> None:
    job = job_for(tmp_path, source_at(slow_site.base))
    (tmp_path / "spool").write_text("no folder")
    ended = outcome(run_job(job))
    assert ended.outcome == "failed"
    assert f"the spool {tmp_path / 'spool'}: " in ended.problems[-1]
    assert slow_site.log == []


LOUD = """
import os, sys
import crawlers.__main__ as process
class Loud:
    def model_validate_json(order):
        print("loud", flush=True)
        os.system("echo louder")
        return given.model_validate_json(order)
given, process.CrawlJob = process.CrawlJob, Loud
sys.exit(process.main())
"""


def test_what_a_library_prints_is_no_event(tmp_path: Path) -> None:
    with serving_bytes(Scripted(site(1))) as server:
        job = job_for(tmp_path, source_at(server.base))
        order = job.model_dump_json(by_alias=True).encode() + b"\n"
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        with subprocess.Popen([sys.executable, "-c", LOUD], **pipes) as child:
            assert child.stdin is not None and child.stdout is not None and child.stderr is not None
            child.stdin.write(order)
            child.stdin.flush()
            lines, errors = child.stdout.read().splitlines(), child.stderr.read()
    assert [json.loads(line)["kind"] for line in lines][-2:] == ["source", "end"]
    assert errors.splitlines()[:2] == [b"loud", b"louder"]
