"""The Prefect server goes away in the middle of a crawl: the crawl goes on, and tells of itself when it is back."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from prefect._internal.concurrency.cancellation import CancelledError
from prefect.concurrency import _leases
from prefect.settings import PREFECT_API_URL, temporary_settings

from flows.prefect_api import prefect_client
from flows.prefect_server import private_server
from flows.server_away import await_server, if_it_answers, slots_end_nothing
from storage.store import open_store
from tests.flows.houses import each_was_captured_once
from tests.flows.prefect_runs import kill, lives, state_of, wait_for, wait_for_state
from tests.flows.test_crawl_flow import place

SOURCE = "rafidain-tv"
WITHIN_S = 300  # on two cores that others use too


def _nobodys_address() -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{unused.getsockname()[1]}/api"


def test_what_cannot_be_told_to_a_server_that_is_away_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    with temporary_settings({PREFECT_API_URL: _nobodys_address()}):
        assert await_server(patience_s=0) is False
        with prefect_client() as client, if_it_answers("the name of a run"):
            client.read_deployments()
    assert "the name of a run was not told to the Prefect server" in caplog.text
    with pytest.raises(ValueError, match="ours"), if_it_answers("anything"):
        raise ValueError("ours")


def test_a_slot_that_cannot_be_renewed_ends_a_flow_of_prefects_but_none_of_ours(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(_leases, "_RENEWAL_MAX_ATTEMPTS", 1)

    def held() -> str:
        with _leases.maintain_concurrency_lease(uuid4(), 300, raise_on_lease_renewal_failure=True):
            deadline = time.monotonic() + 30
            while time.monotonic() < deadline and "goes on" not in caplog.text:
                time.sleep(0.05)
        return "went on"

    with temporary_settings({PREFECT_API_URL: _nobodys_address()}):
        with pytest.raises(CancelledError):
            held()
        with slots_end_nothing():
            assert held() == "went on" and "lost its concurrency slot" in caplog.text


@pytest.mark.slow
def test_a_crawl_ends_without_its_server_and_reports_when_it_is_back(tmp_path: Path) -> None:
    port = int(_nobodys_address().rpartition(":")[2].partition("/")[0])
    home = tmp_path / "prefect"
    with ExitStack() as stack:
        first = stack.enter_context(ExitStack())
        server = first.enter_context(private_server(home, port=port))
        with prefect_client(server.api_url) as client:
            at = stack.enter_context(place(tmp_path, server, client, "1s"))
            run_id, flow, child = at.start_crawl()
            assert _is_running(client, run_id)
            kill(server.pid)
            first.close()
        wait_for(lambda: not lives(child), within_s=WITHIN_S, what="the crawl process is done")
        wait_for(lambda: _is_settled(tmp_path), within_s=WITHIN_S, what="all is kept and read")
        assert lives(flow) and lives(at.worker.pid), "they wait for the server"
        stack.enter_context(private_server(home, port=port))
        with prefect_client(server.api_url) as client:
            ended = wait_for_state(client, run_id, "COMPLETED", "FAILED", within_s=300)
            assert ended == "COMPLETED", client.read_flow_run(run_id).state.message
            assert any(each.key == "crawl-report" for each in client.read_artifacts())
        wait_for(lambda: not lives(flow), within_s=180, what="the flow process ends")
    each_was_captured_once(open_store(f"file:{tmp_path / 'archive'}"), at.expected)


def _is_running(client: Any, run_id: Any) -> bool:
    return state_of(client, run_id) == "RUNNING"


def _is_settled(folder: Path) -> bool:
    """Whether a run was finished, with all that it owes; by its manifest, which comes last."""
    return any((folder / "archive" / "runs").glob("*/*.json"))
