"""Start a deployment's run and follow it, from outside Prefect."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId, LogFilterLevel
from prefect.client.schemas.sorting import LogSort

from flows.prefect_api import prefect_client
from storage.errors import WarraqError

POLL_S = 0.5


class RunFailed(WarraqError):
    """A flow run did not end as Completed."""


@dataclass(frozen=True, slots=True)
class FlowRun:
    id: str
    name: str
    state: str  # Scheduled, Pending, Running, Completed, Failed, Crashed …
    message: str


def run_deployment(
    api_url: str,
    name: str,
    parameters: dict[str, Any],
    *,
    within_s: float,
    watch: Callable[[FlowRun], None] = lambda _run: None,
) -> FlowRun:
    """Start "flow/deployment" and wait for its end. Raises RunFailed, PrefectUnreachable."""
    deadline = time.monotonic() + within_s
    with prefect_client(api_url) as client:
        deployment = client.read_deployment_by_name(name)
        run_id = client.create_flow_run_from_deployment(deployment.id, parameters=parameters).id
        while True:
            found = client.read_flow_run(run_id)
            state = found.state
            name_now, message = (state.name, state.message) if state else (None, None)
            run = FlowRun(str(run_id), found.name, name_now or "Scheduled", message or "")
            watch(run)
            if state is not None and state.is_final():
                break
            if time.monotonic() > deadline:
                raise RunFailed(f"{name} is still {run.state} after {within_s:.0f} s")
            time.sleep(POLL_S)
        if run.state != "Completed":
            raise RunFailed(f"{name} ended as {run.state}: {run.message or _last_error(client, run_id)}")
    return run


def _last_error(client: SyncPrefectClient, run_id: UUID) -> str:
    """The last error in a run's log, for runs that end without a message."""
    chosen = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]), level=LogFilterLevel(ge_=logging.ERROR))
    logs = client.read_logs(chosen, sort=LogSort.TIMESTAMP_DESC, limit=1)
    return logs[0].message if logs else "no error in its log; look at the run in the Prefect UI"
