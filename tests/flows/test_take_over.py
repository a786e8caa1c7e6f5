"""A machine loses its power in the middle of a crawl; another takes over, nothing is lost, nothing fetched twice."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest
import yaml

from flows.deployments import register
from flows.house import House, open_house
from flows.newsroom import expected_articles, running_newsroom, write_sources
from flows.prefect_api import prefect_client
from flows.settings import Settings
from flows.statuses import settle, status_of
from flows.steps import plain_steps
from tests.flows.houses import CONTACT, each_was_captured_once
from tests.flows.many_machines import Machine, Site, machine, needs_redis, site
from tests.flows.prefect_runs import click, wait_for, wait_for_state

SOURCE = "rafidain-tv"
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
WITHIN_S = 600  # on two cores that others use too


@needs_redis
@pytest.mark.slow
def test_a_machine_that_dies_is_taken_over_with_nothing_lost_and_nothing_fetched_twice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_newsroom() as newsroom, site(tmp_path) as at:
        for name, value in at.s3.environment().items():
            monkeypatch.setenv(name, value)
        for file in write_sources(newsroom, tmp_path / "sources"):
            source = yaml.safe_load(file.read_text("utf-8")) | {"politeness": {"delay": "2s", "concurrency": 1}}
            file.write_text(yaml.safe_dump(source, allow_unicode=True), "utf-8")
        register(at.api_url)
        with prefect_client(at.api_url) as client, machine(at, "one") as one:
            lost = click(client, "crawl/crawl", sources=[SOURCE])
            wait_for(lambda: one.captured() > 20_000, within_s=WITHIN_S, what="some articles are durable")
            one.lose_power()
            assert wait_for_state(client, lost, *ENDS, within_s=WITHIN_S) == "CRASHED"
            with machine(at, "two") as two:
                second = click(client, "crawl/crawl", sources=[SOURCE])
                # what is on the dead machine's disk is owed, by name, until somebody switches it on again
                assert wait_for_state(client, second, *ENDS, within_s=WITHIN_S) == "FAILED"
                assert "machine that captured it" in client.read_flow_run(second).state.message
                assert two.captured() == 0 and one.captured() > 0
        expected = {each.url for each in expected_articles(newsroom.bases) if each.publisher == SOURCE}
        with house_of(at, one) as house, plain_steps() as steps:
            assert settle(house, steps=steps, watch=lambda _: None).owed == []
            assert status_of(house).owed == []
            each_was_captured_once(house.store, expected)


def house_of(at: Site, of: Machine) -> AbstractContextManager[House]:
    settings = Settings(
        store=at.store,
        s3_endpoint=at.s3.endpoint,
        ledger=at.environment["WARRAQ_LEDGER"],
        spool=of.spool,
        sources=at.folder / "sources",
        contact=CONTACT,
    )
    return open_house(settings)
