"""A crawl process that the memory runs out for: the run says so, and the next one takes up what is left, once."""

from __future__ import annotations

import resource
from pathlib import Path

import pytest

from storage.store import open_store
from tests.flows.houses import each_was_captured_once
from tests.flows.prefect_runs import click, kill, wait_for_state
from tests.flows.test_crawl_flow import WITHIN_S, Place, place

ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")


def the_next_run_takes_it_up(at: Place, folder: Path) -> None:
    again = click(at.client, "crawl/crawl", sources=["rafidain-tv"])
    ended = wait_for_state(at.client, again, *ENDS, within_s=300)
    assert ended == "COMPLETED", at.client.read_flow_run(again).state.message
    each_was_captured_once(open_store(f"file:{folder / 'archive'}"), at.expected)


@pytest.mark.slow
def test_a_crawl_process_that_the_kernel_kills_is_named_and_taken_up(
    tmp_path: Path, prefect_server: object, client: object
) -> None:
    with place(tmp_path, prefect_server, client, "1s") as at:
        run_id, _, child = at.start_crawl()
        kill(child)
        assert wait_for_state(at.client, run_id, *ENDS, within_s=WITHIN_S) == "FAILED"
        message = at.client.read_flow_run(run_id).state.message
        assert "was killed by SIGKILL (out of memory, or killed by somebody)" in message
        the_next_run_takes_it_up(at, tmp_path)


@pytest.mark.slow
def test_a_crawl_process_that_gets_no_more_memory_is_named(
    tmp_path: Path, prefect_server: object, client: object
) -> None:
    with place(tmp_path, prefect_server, client, "1s") as at:
        run_id, _, child = at.start_crawl()
        resource.prlimit(child, resource.RLIMIT_DATA, (1, 1))  # no page more, not one
        assert wait_for_state(at.client, run_id, *ENDS, within_s=WITHIN_S) == "FAILED"
        message = at.client.read_flow_run(run_id).state.message
        assert any(word in message for word in ("MemoryError", "Cannot allocate memory", "was killed by")), message
