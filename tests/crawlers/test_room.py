"""Large answers: kept whole up to their limit, in memory once, and bounded together when there are many at once."""

from __future__ import annotations

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawlers.room import Room
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import job_for, job_for_all, outcome, run_job, source_at
from tests.crawlers.measured import run_measured
from tests.crawlers.scripted import Scripted, ok, site
from tests.crawlers.test_limits import ENDLESS, MAY_TAKE_MB, ORDINARY_MB, pouring, responses


def test_a_file_of_thirty_megabytes_is_kept_whole(tmp_path: Path) -> None:
    pdf = ok(os.urandom(30 << 20), b"Content-Type: application/pdf")
    with serving_bytes(Scripted({**site(2), "/a/1": pdf})) as server:
        measured = run_measured(job_for(tmp_path, source_at(server.base)))
    assert (measured.outcome().counts["fetched"], measured.outcome().problems) == (2, [])
    assert responses(tmp_path)["/a/1"].block == pdf
    assert measured.peak_mb < ORDINARY_MB + 60, "a body is to lie in memory once"


def test_framing_without_content_is_cut(tmp_path: Path) -> None:
    chunks_of_one = {"/a/1": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 10_000)}
    with pouring(chunks_of_one) as base:
        ended = outcome(run_job(job_for(tmp_path, source_at(base))))
    assert "too large" in ended.problems[0] and "bytes of framing" in ended.problems[0]
    assert responses(tmp_path)["/a/1"].header("WARC-Truncated") == "length"


class Answer:
    """A guest that remembers being told to give up."""

    told = ""

    def give_up(self, words: str) -> None:
        self.told = words


def test_the_largest_of_too_many_bytes_has_to_go() -> None:
    room, small, large, late = Room(100), Answer(), Answer(), Answer()
    room.take(small, 30)
    room.take(large, 60)
    room.take(late, 20)
    assert [bool(each.told) for each in (small, large, late)] == [False, True, False]
    room.take(late, 40)
    room.leave(small)
    room.leave(small)
    room.take(late, 40)
    assert not late.told, "what has left takes no room"
    room.take(late, 1)
    assert late.told


@pytest.mark.slow
def test_many_endless_bodies_at_once_are_bounded_together_and_honest_ones_arrive(tmp_path: Path) -> None:
    honest = {"/a/1": ok(os.urandom(20 << 20), b"Content-Type: application/pdf"), "/a/2": ok("<p>خبر</p>" * 400_000)}
    greedy = {"delay": "0s", "concurrency": 4}
    with ExitStack() as open_:
        bases = [open_.enter_context(pouring(ENDLESS)) for _ in range(4)]
        server = open_.enter_context(serving_bytes(Scripted({**site(2), **honest})))
        sources = [source_at(base, id=f"endless{n}", politeness=greedy) for n, base in enumerate(bases)]
        measured = run_measured(job_for_all(tmp_path, source_at(server.base), *sources))
    assert measured.outcome().counts["fetched"] == 2
    assert all(measured.outcome(f"endless{n}").counts["failed"] == len(ENDLESS) for n in range(len(bases)))
    whole = {path: record for path, record in responses(tmp_path).items() if path in honest}
    assert {path: record.block for path, record in whole.items()} == honest
    assert measured.peak_mb < ORDINARY_MB + MAY_TAKE_MB
