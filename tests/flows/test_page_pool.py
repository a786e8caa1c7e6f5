"""Pages that would stop, fill or crash a run become rejections by name; the pool lives on. Real processes and bombs."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.page_pool import Limits, Lost, PagePool, ReaderFailed
from flows.reading import read_pages
from storage.model import Article, Reason, Rejection
from tests.crawlers.conftest import make_capture, make_source
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

GOOD = page(f"<article><h1>{TITLE}</h1>{STORY}</article>")
MANY_PARAGRAPHS = page(f"<h1>{TITLE}</h1><div>{'<p>جملة قصيرة هنا</p>' * 45_000}</div>")
SOURCE = make_source()


@pytest.fixture(scope="module")
def pool() -> Iterator[PagePool]:
    with PagePool(2, Limits(seconds=1.0)) as pool:
        yield pool


def _read(pool: PagePool, *pages: str) -> list[Article | Rejection | None]:
    return list(read_pages(pool, [make_capture(one) for one in pages], SOURCE, "x"))


def _good(outcome: object) -> bool:
    return isinstance(outcome, Article) and outcome.text == "\n".join(PARAGRAPHS)


def test_a_page_that_takes_too_long_is_a_rejection_and_the_pool_lives_on(pool: PagePool) -> None:
    first, bomb, *rest = _read(pool, GOOD, MANY_PARAGRAPHS, GOOD, GOOD)
    assert isinstance(bomb, Rejection)
    assert (bomb.reason, bomb.detail) == (Reason.TIMEOUT, "more than 1 s of processor time")
    assert all(map(_good, (first, *rest)))


def test_a_page_that_takes_too_much_memory_is_a_rejection() -> None:
    wide = page(f'<h1>{TITLE}</h1><div data-x="{"x" * 15_000_000}">{STORY}</div>')
    with PagePool(1, Limits(seconds=60, memory=96 << 20)) as pool:
        first, bomb, last = _read(pool, GOOD, wide, GOOD)
    assert isinstance(bomb, Rejection)
    assert (bomb.reason, bomb.detail) == (Reason.MEMORY, "more than 96 MB of memory")
    assert _good(first) and _good(last)


def test_outcomes_come_in_the_order_of_the_captures(pool: PagePool) -> None:
    pages = [page(f"<article><h1>{TITLE} رقم {number}</h1>{STORY}</article>") for number in range(12)]
    pages = [one.replace(f"<title>{TITLE}", f"<title>{TITLE} رقم {number}") for number, one in enumerate(pages)]
    titles = [outcome.title for outcome in _read(pool, *pages) if isinstance(outcome, Article)]
    assert titles == [f"{TITLE} رقم {number}" for number in range(12)]


def test_processes_stay_warm() -> None:
    with PagePool(1) as pool:
        _read(pool, GOOD)
        before = [reader.pid for reader in pool.readers]
        _read(pool, GOOD, GOOD)
        assert [reader.pid for reader in pool.readers] == before


def test_a_process_that_is_killed_is_replaced_and_its_page_read_again() -> None:
    with PagePool(1, Limits(seconds=2)) as alone:
        _read(alone, GOOD)
        outcomes = alone.outcomes([make_capture(MANY_PARAGRAPHS)], SOURCE, "x")
        reader = alone.readers[0].pid
        killed = subprocess.Popen([sys.executable, "-c", _KILL_WHEN_BUSY, str(reader)])
        ((_, outcome),) = list(outcomes)  # read again in a fresh process, which nobody kills
        assert killed.wait(60) == 0
        assert outcome == Lost(Reason.TIMEOUT, "more than 2 s of processor time")
        assert alone.readers[-1].pid != reader
        assert _good(_read(alone, GOOD)[0])


# Waits until the process has worked for a while beyond its start, then kills it as an OOM killer would.
_KILL_WHEN_BUSY = """
import os, signal, sys, time
pid = int(sys.argv[1])
def ticks():
    return sum(map(int, open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[11:13]))
start = ticks()
while ticks() < start + 10:
    time.sleep(0.01)
os.kill(pid, signal.SIGKILL)
"""

_PARENT = """
import sys
from flows.page_pool import PagePool, Limits
from tests.crawlers.conftest import make_capture, make_source
from tests.flows.test_page_pool import MANY_PARAGRAPHS, GOOD
pool = PagePool(1, Limits(seconds=300))
list(pool.outcomes([make_capture(GOOD)], make_source(), "x"))
print(pool.readers[0].pid, flush=True)
list(pool.outcomes([make_capture(MANY_PARAGRAPHS)], make_source(), "x"))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a busy process ends after its page")
def test_no_process_outlives_a_killed_parent_even_in_the_middle_of_a_page() -> None:
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, cwd=Path(__file__).parents[2])
    assert parent.stdout is not None
    reader = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 20
    while _lives(reader) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _lives(reader)


def _lives(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_reader_that_cannot_start_is_a_fault_not_a_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with PagePool(1) as pool, pytest.raises(ReaderFailed, match="ended with 1 before its first page"):
        _read(pool, GOOD)


def test_a_closed_pool_reads_nothing_more_and_leaves_no_process() -> None:
    pool = PagePool(1)
    _read(pool, GOOD)
    (reader,) = pool.readers
    pool.close()
    pool.close()
    with pytest.raises(ProcessLookupError):
        os.kill(reader.pid, signal.SIGCONT)
    with pytest.raises(ReaderFailed, match="closed"):
        _read(pool, GOOD)
