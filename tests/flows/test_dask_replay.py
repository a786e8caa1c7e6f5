"""The replay flow on Dask: a task a WARC, in worker processes, with the same bytes as ours alone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

from flows.dask_engine import dask_engine
from flows.deployments import register
from flows.prefect_server import PrivateServer, private_worker
from storage.errors import InvalidSetting
from tests.flows.archives import SOURCE
from tests.flows.conftest import CODE
from tests.flows.houses import variables_in
from tests.flows.prefect_runs import click, wait_for_state
from tests.flows.test_replay_killed import WARCS, archived, contents, undisturbed

__all__ = ["archived", "undisturbed"]


def test_without_the_extra_the_setting_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("prefect_dask", "prefect_dask.task_runners"):  # as if it were not installed
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(InvalidSetting, match=r"WARRAQ_DASK.*pip install 'warraq\[dask\]'"), dask_engine("local"):
        pytest.fail("there is no engine")


@pytest.mark.slow
def test_a_replay_on_dask_gives_the_same_bytes(
    archived: Path, undisturbed: dict[str, bytes], prefect_server: PrivateServer, client: Any, tmp_path: Path
) -> None:
    shutil.copytree(archived, tmp_path, dirs_exist_ok=True)
    register(prefect_server.api_url, choices={"sources": [SOURCE]})
    world = CODE | variables_in(tmp_path) | {"WARRAQ_SOURCES": str(tmp_path / "sources"), "WARRAQ_DASK": "local"}
    with private_worker(prefect_server, "warraq", env=world):
        run_id = click(client, "replay/replay", sources=[SOURCE])
        ended = wait_for_state(client, run_id, "COMPLETED", "FAILED", "CRASHED", within_s=240)
    assert ended == "COMPLETED", client.read_flow_run(run_id).state.message
    tasks = client.read_task_runs(flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run_id])))
    assert len(tasks) == WARCS and all(each.name.startswith(f"extract · {SOURCE} ") for each in tasks)
    assert contents(tmp_path) == undisturbed
