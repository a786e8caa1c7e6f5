"""A crawl fetches nothing that it could not keep: it waits for room, says so, goes on by itself, and loses nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawlers.events import Event
from crawlers.job import CrawlJob
from storage import warc
from storage.growing_file import GrowingFile
from storage.ledger import Ledger
from storage.spool import RESERVE_BYTES, shortage, used_bytes
from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.crawlers.crawls import job_for, outcome, records, source_at
from tests.crawlers.scripted import HTML, Scripted, ok, site
from tests.crawlers.test_process import Running, running
from tests.small_disks import files_end_at, fill, small_disk

ARTICLES = 80
SLOW_S = 0.01


@pytest.fixture
def given() -> Iterator[ByteServer]:
    pages: dict[str, Any] = {
        f"/a/{n}": ok(b"<p>" + os.urandom(6000).hex().encode(), HTML) for n in range(1, ARTICLES + 1)
    }
    with serving_bytes(Scripted(site(ARTICLES) | pages, seconds_each=SLOW_S)) as server:
        yield server


def job_at(folder: Path, server: ByteServer, **more: Any) -> CrawlJob:
    return job_for(folder, source_at(server.base), **more)


def waits(event: Event) -> bool:
    return event.kind == "room" and event.message != ""


def asked(server: ByteServer) -> Counter[str]:
    return Counter(each.path for each in server.log if each.path.startswith("/a/"))


def nothing_is_asked(server: ByteServer, for_s: float = 1.2) -> bool:
    time.sleep(0.3)  # what was on its way when the door was shut
    before = len(server.log)
    time.sleep(for_s)
    return len(server.log) == before


def whole(running_: Running, folder: Path, server: ByteServer) -> None:
    """It ended, and every page was asked for once, is there once, and is written down."""
    ended = running_.ended(within_s=180)
    assert (ended.outcome, ended.counts["fetched"]) == ("finished", ARTICLES)
    found = Counter(str(each.header("WARC-Target-URI")) for each in records(folder) if each.kind == "response")
    assert {url: count for url, count in found.items() if "/a/" in url} == {
        f"{server.base}/a/{n}": 1 for n in range(1, ARTICLES + 1)
    }
    assert max(asked(server).values()) == 1
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    assert ledger.url_counts("prova") == {"done": ARTICLES}
    ledger.close()


def mended_captures(folder: Path) -> int:
    (file,) = (folder / "spool/prova").iterdir()
    warc.mend(file)
    with file.open("rb") as stream:
        return len(list(warc.read_captures(stream, file.name, file.stat().st_size)))


# --- the disk --------------------------------------------------------------------------------------


def test_a_write_that_fails_half_way_is_made_good_at_the_same_place(tmp_path: Path) -> None:
    file = GrowingFile(tmp_path / "new/part")
    pieces = [os.urandom(3000) for _ in range(8)]
    for number, piece in enumerate(pieces):
        file.add([piece])
        if number == 1:
            file.sync()
        if number in (3, 5):
            with files_end_at(10_000), pytest.raises(OSError, match="too large"):
                file.sync()
    assert (tmp_path / "new/part").stat().st_size == 10_000
    assert file.waiting == 6 * 3000
    file.close()
    file.close()
    assert (tmp_path / "new/part").read_bytes() == b"".join(pieces)


def test_a_crawl_waits_while_its_disk_is_full_and_goes_on_when_there_is_room(tmp_path: Path, given: ByteServer) -> None:
    with small_disk(tmp_path / "spool", 2 << 20) as disk, running(job_at(tmp_path, given)) as crawl:
        crawl.until_fetched(10)
        filler = fill(disk, leave=20_000)
        crawl.until(waits)
        assert "is full (" in crawl.events[-1].message and str(disk) in crawl.events[-1].message
        assert nothing_is_asked(given)
        filler.unlink()
        whole(crawl, tmp_path, given)
        notes = outcome(crawl.events).notes
        assert "nothing was fetched for now: the disk of the spool" in notes[0]
        assert notes[-1].startswith("it went on after ")


@pytest.mark.slow
def test_a_disk_that_is_full_to_the_last_byte_tears_no_record(tmp_path: Path, given: ByteServer) -> None:
    with small_disk(tmp_path / "spool", 2 << 20) as disk, running(job_at(tmp_path, given)) as crawl:
        crawl.until_fetched(10)
        filler = fill(disk, leave=0)  # no reserve is left: a write fails half way
        crawl.until(waits)
        assert nothing_is_asked(given)
        filler.unlink()
        whole(crawl, tmp_path, given)


@pytest.mark.slow
def test_a_ledger_on_a_full_disk_is_waited_for_too(tmp_path: Path, given: ByteServer) -> None:
    with small_disk(tmp_path / "disk", 6 << 20) as disk:
        job = job_at(disk, given, spool=tmp_path / "spool")
        with running(job) as crawl:
            crawl.until_fetched(10)
            filler = fill(disk, leave=0)
            crawl.until(waits)
            assert "ledger" in crawl.events[-1].message
            assert nothing_is_asked(given)
            filler.unlink()
            ended = crawl.ended(within_s=180)
        assert (ended.outcome, ended.counts["fetched"]) == ("finished", ARTICLES)
        assert max(asked(given).values()) == 1
        with sqlite3.connect(disk / "ledger.db") as connection:
            assert connection.execute("select count(*) from urls where state = 'done'").fetchone() == (ARTICLES,)


@pytest.mark.slow
def test_a_quota_ends_no_crawl_either(tmp_path: Path, given: ByteServer) -> None:
    with running(job_at(tmp_path, given)) as crawl:
        crawl.until_fetched(10)
        with files_end_at(60_000, crawl.child.pid):  # the WARC, and the ledger's log
            crawl.until(waits)
            assert nothing_is_asked(given)
        whole(crawl, tmp_path, given)


def test_where_no_room_comes_the_crawl_ends_and_names_it_and_owes_the_rest(tmp_path: Path, given: ByteServer) -> None:
    with small_disk(tmp_path / "spool", 2 << 20) as disk, running(job_at(tmp_path, given, patience_s=1.0)) as crawl:
        crawl.until_fetched(10)
        fill(disk, leave=20_000)
        ended = crawl.ended(within_s=180)
        assert ended.outcome == "failed"
        assert "NoRoom: the disk of the spool" in ended.problems[-1]
        assert "no room within 1 s (WARRAQ_PATIENCE)" in ended.problems[-1]
        ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
        states = ledger.url_counts("prova")
        ledger.close()
        assert set(states) == {"done", "owed"} and sum(states.values()) == ARTICLES
        assert 10 <= states["done"] <= mended_captures(tmp_path)


@pytest.mark.slow
def test_a_crawl_that_waits_can_be_stopped(tmp_path: Path, given: ByteServer) -> None:
    with small_disk(tmp_path / "spool", 2 << 20) as disk, running(job_at(tmp_path, given)) as crawl:
        crawl.until_fetched(10)
        fill(disk, leave=0)
        crawl.until(waits)
        crawl.child.send_signal(signal.SIGTERM)
        ended = crawl.ended(within_s=180)
        assert ended.outcome in ("stopped", "failed")  # failed: what it held in memory is not in the file
        ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
        done = ledger.url_counts("prova").get("done", 0)
        ledger.close()
        assert mended_captures(tmp_path) >= done


# --- the spool -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_spool_that_holds_all_it_may_is_sealed_and_waited_for(tmp_path: Path, given: ByteServer) -> None:
    with running(job_at(tmp_path, given, spool_bytes=200_000)) as crawl:
        crawl.until(waits)
        assert "may hold 200,000 (WARRAQ_SPOOL_BYTES)" in crawl.events[-1].message
        assert nothing_is_asked(given)
        carried = tmp_path / "carried"
        carried.mkdir()
        while asked(given).total() < ARTICLES:
            for file in (tmp_path / "spool/prova").glob("*.warc.gz"):  # as the carrier does
                file.rename(carried / file.name)
            time.sleep(0.1)
        ended = crawl.ended(within_s=180)
        assert (ended.outcome, ended.counts["fetched"]) == ("finished", ARTICLES)
        for file in carried.iterdir():
            file.rename(tmp_path / "spool/prova" / file.name)
        urls = [str(each.header("WARC-Target-URI")) for each in records(tmp_path) if each.kind == "response"]
        assert len(urls) == len(set(urls)) == ARTICLES + 2  # robots.txt and the home page
        assert used_bytes(tmp_path / "spool") > 400_000


def test_the_reserve_is_a_share_of_a_small_disk(tmp_path: Path) -> None:
    disk = os.statvfs(tmp_path)
    assert shortage(tmp_path, 1 << 40, 0) == "" or disk.f_bavail * disk.f_frsize < RESERVE_BYTES
    assert "holds 5 bytes" in shortage(tmp_path, 5, 5)
    assert "holds 9 bytes" in shortage(tmp_path, 10, 9, waiting=True)
    with small_disk(tmp_path / "small", 1 << 20) as small:
        assert shortage(small, 1 << 40, 0) == ""
        fill(small, leave=4096)
        assert "is full" in shortage(small, 1 << 40, 0)


# --- the ledger ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_ledger_that_another_program_holds_is_waited_for(tmp_path: Path, given: ByteServer) -> None:
    with running(job_at(tmp_path, given)) as crawl:
        crawl.until_fetched(5)
        with sqlite3.connect(tmp_path / "ledger.db", isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            crawl.until(waits)
            assert "locked by another program" in crawl.events[-1].message
            other.execute("ROLLBACK")
        whole(crawl, tmp_path, given)
