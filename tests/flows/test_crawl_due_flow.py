"""The crawl-due deployment on a real server and worker: it crawls what is due, names the run by it, and then rests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flows.deployments import register
from flows.newsroom import running_newsroom, write_sources
from flows.pausing import crawlable, pause
from flows.prefect_server import PrivateServer, private_worker
from tests.flows.conftest import CODE
from tests.flows.houses import house_in, variables_in
from tests.flows.prefect_runs import click, wait_for_state

OURS = ("rafidain-tv", "sada-alfurat")


@pytest.mark.slow
def test_what_is_due_is_crawled_by_one_run_and_the_next_one_finds_nothing(
    prefect_server: PrivateServer, client: Any, tmp_path: Path
) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            pause(house, [source.id for source in crawlable(house) if source.id not in OURS], "the test")
        register(prefect_server.api_url)
        world = CODE | variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources")}
        with private_worker(prefect_server, "warraq", env=world):
            first, second = (_ended(client, click(client, "crawl-due/crawl-due")) for _ in range(2))
    assert first.state.type.value == "COMPLETED", first.state.message
    assert first.state.message == "34 articles; nothing is owed"
    assert first.name.startswith("crawl-due · ") and "قناة الرافد" in first.name and "صدى الفرات" in first.name
    assert second.state.message.startswith("nothing is due; next is")
    assert "لا شيء مستحق" in second.name


def _ended(client: Any, run_id: Any) -> Any:
    wait_for_state(client, run_id, "COMPLETED", "FAILED", "CRASHED", "CANCELLED", within_s=300)
    return client.read_flow_run(run_id)
