"""The backfill deployment, started as by a click: it leaves its gap map as picture, words and table in the UI."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId

from flows.deployments import register
from flows.newsroom import EVERYONE, running_newsroom, write_sources
from flows.prefect_server import PrivateServer, private_worker
from tests.flows.conftest import CODE
from tests.flows.houses import variables_in
from tests.flows.prefect_runs import click, wait_for_state


@pytest.mark.slow
def test_the_flow_leaves_a_gap_map_for_people(prefect_server: PrivateServer, client: Any, tmp_path: Path) -> None:
    with running_newsroom(publishers={"yawmiyat": EVERYONE["yawmiyat"]}) as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        register(prefect_server.api_url, choices={"sources": ["yawmiyat"]})
        world = CODE | variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources")}
        with private_worker(prefect_server, "warraq", env=world):
            days = {"since": "2024-12-25", "until": "2024-12-28"}
            run_id = click(client, "backfill/backfill", sources=["yawmiyat"], **days)
            ended = wait_for_state(client, run_id, "COMPLETED", "FAILED", "CRASHED", within_s=180)
    assert ended == "COMPLETED", client.read_flow_run(run_id).state.message
    of_run = ArtifactFilter(flow_run_id=ArtifactFilterFlowRunId(any_=[run_id]))
    left = {each.key: each for each in client.read_artifacts(artifact_filter=of_run)}
    assert {"gap-map", "gap-table", "backfill-report"} <= left.keys()
    assert "](data:image/svg+xml;base64," in str(left["gap-map"].data)
    assert "يوميات" in str(left["gap-map"].data) and "خريطة الفجوات" in str(left["gap-map"].data)
    assert '"captured"' in str(left["gap-table"].data) and "2024-12-27" in str(left["gap-table"].data)
