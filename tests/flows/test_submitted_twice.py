"""What a server submits twice is done once: two runs of one schedule, and one run taken by two processes at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from flows.deployments import register
from flows.newsroom import expected_articles, running_newsroom, write_sources
from flows.pausing import crawlable, pause
from flows.prefect_api import prefect_client
from flows.prefect_server import PrivateServer, _private_environment, private_worker
from storage.store import open_store
from tests.flows.conftest import CODE
from tests.flows.houses import each_was_captured_once, house_in, variables_in
from tests.flows.prefect_runs import click, wait_for_state

OURS = ("rafidain-tv", "sada-alfurat")
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
WITHIN_S = 300  # on two cores that others use too


@pytest.fixture
def world(tmp_path: Path, prefect_server: PrivateServer) -> Any:
    """Variables of a house in which two publishers of a running newsroom are due; and their articles' addresses."""
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            pause(house, [source.id for source in crawlable(house) if source.id not in OURS], "the test")
        register(prefect_server.api_url)
        expected = {each.url for each in expected_articles(newsroom.bases) if each.publisher in OURS}
        yield CODE | variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources")}, expected


@pytest.mark.slow
def test_a_schedule_that_fires_twice_crawls_each_source_once(
    prefect_server: PrivateServer, client: Any, tmp_path: Path, world: Any
) -> None:
    variables, expected = world
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(private_worker(prefect_server, "warraq", env=variables))
        with ThreadPoolExecutor(2) as pool:
            runs = list(pool.map(lambda _: _clicked(prefect_server), range(2)))
        ended = Counter(wait_for_state(client, run, *ENDS, within_s=WITHIN_S) for run in runs)
    assert ended == {"COMPLETED": 1, "CANCELLED": 1} or ended == {"COMPLETED": 2}
    each_was_captured_once(open_store(variables["WARRAQ_STORE"]), expected)


@pytest.mark.slow
def test_one_run_that_two_processes_take_up_is_done_once(
    prefect_server: PrivateServer, client: Any, tmp_path: Path, world: Any
) -> None:
    variables, expected = world
    run = click(client, "crawl/crawl", sources=list(OURS))
    environment = _private_environment(prefect_server.home, prefect_server.api_url, None) | variables
    command = [sys.executable, "-m", "prefect.engine"]
    environment |= {"PREFECT__FLOW_RUN_ID": str(run)}
    processes = [
        subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(2)
    ]
    for process in processes:
        process.wait(WITHIN_S)
    assert client.read_flow_run(run).state.type.value == "COMPLETED", client.read_flow_run(run).state.message
    each_was_captured_once(open_store(variables["WARRAQ_STORE"]), expected)


def _clicked(server: PrivateServer) -> Any:
    with prefect_client(server.api_url) as client:
        return click(client, "crawl-due/crawl-due")
