"""The backfill as a flow: it leaves its gap map as picture, words and table in the UI."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from flows.backfill import backfill
from flows.newsroom import EVERYONE, running_newsroom, write_sources
from flows.prefect_server import PrivateServer
from tests.flows.houses import variables_in


@pytest.mark.slow
def test_the_flow_leaves_a_gap_map_for_people(
    prefect_server: PrivateServer, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_newsroom(publishers={"yawmiyat": EVERYONE["yawmiyat"]}) as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        for name, value in (variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources")}).items():
            monkeypatch.setenv(name, value)
        with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_LOGGING_TO_API_ENABLED: False}):
            state = backfill(["yawmiyat"], since=date(2024, 12, 25), until=date(2024, 12, 28), return_state=True)
    assert state.name == "Completed", state.message
    run = ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id])
    left = {each.key: each for each in client.read_artifacts(artifact_filter=ArtifactFilter(flow_run_id=run))}
    assert {"gap-map", "gaps", "gap-table", "backfill-report"} <= left.keys()
    assert str(left["gap-map"].data).startswith("data:image/svg+xml;base64,")
    assert "يوميات" in str(left["gaps"].data) and "خريطة الفجوات" in str(left["gaps"].data)
    assert '"captured"' in str(left["gap-table"].data) and "2024-12-27" in str(left["gap-table"].data)
