"""The daily verification as a flow: Failed when damage is found, with a report that names it first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterFlowRunId, ArtifactFilterKey
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from flows.fixity import Damage
from flows.house import House
from flows.prefect_server import PrivateServer
from flows.verify import markdown, verify
from flows.verifying import Verification
from tests.flows.archives import first_part
from tests.flows.houses import variables_in

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def on_our_server(
    prefect_server: PrivateServer, stored: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    for name, value in (variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources")}).items():
        monkeypatch.setenv(name, value)
    # The thread that sends logs outlives the server, and would hold up the end of the suite for a minute.
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_LOGGING_TO_API_ENABLED: False}):
        yield


def report_of(client: Any, state: Any) -> str:
    wanted = ArtifactFilter(
        key=ArtifactFilterKey(any_=["verify-report"]),
        flow_run_id=ArtifactFilterFlowRunId(any_=[state.state_details.flow_run_id]),
    )
    (artifact,) = client.read_artifacts(artifact_filter=wanted)
    return str(artifact.data)


def test_the_flow_fails_on_damage_and_completes_once_it_is_repaired(
    on_our_server: None, stored: House, tmp_path: Path, client: Any
) -> None:
    sound = verify(return_state=True)
    assert (sound.name, sound.message) == ("Completed", "121 objects in 24 parts: nothing is damaged")
    part = first_part(stored)
    (tmp_path / "archive" / part.cdxj).unlink()
    failed = verify(return_state=True)
    assert (failed.name, failed.message) == ("Failed", f"{part.cdxj}: missing")
    assert "Damaged" in report_of(client, failed)
    assert verify(repair=True, return_state=True).name == "Completed"


def test_the_report_names_damage_first_in_two_languages_and_stays_small() -> None:
    damages = [Damage(f"raw/x/{number}.warc.gz", "record <b>odd</b> | *", offset=number) for number in range(500)]
    result = Verification(NOON, NOON, 100, 600, 3000, 0, damages, repaired=["raw/x/7.warc.gz"], beyond=["it is lost"])
    report = markdown(result)
    order = [report.index(word) for word in ("500 damaged", "التالف 499", "## Damaged", "## Beyond", "## Made again")]
    assert order == sorted(order)
    assert "<b>odd" not in report and "399 more" in report
    assert len(report) < 30_000
    sound = markdown(Verification(NOON, NOON, 10, 6, 30, 0, []))
    assert "nothing is damaged" in sound and "سليمة" in sound and "##" not in sound
