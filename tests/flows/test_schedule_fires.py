"""With a wrong SQLAlchemy (2.1) no scheduled run is ever created, while the UI shows the schedule active.
So schedules are watched firing, on a real server with a real worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.deployments import register
from flows.prefect_server import PrivateServer, PrivateWorker

from .prefect_runs import wait_for

FIRES_WITHIN_S = 120


@pytest.mark.slow
def test_a_schedule_of_twenty_seconds_fires(
    prefect_server: PrivateServer,
    prefect_worker: PrivateWorker,
    client: Any,
    write_deployments: Callable[..., Path],
) -> None:
    file = write_deployments(
        name="every-20-seconds",
        entrypoint="tests.flows.sample_flows.count",
        parameters={"words": ["ورّاق"]},
        schedules=[{"interval": 20}],
    )
    started = time.monotonic()
    register(prefect_server.api_url, file=file)
    deployment = client.read_deployment_by_name("count/every-20-seconds")
    try:
        (run, *_) = wait_for(
            lambda: _runs(client, deployment.id, "COMPLETED"),
            within_s=FIRES_WITHIN_S - (time.monotonic() - started),
            what="a scheduled run completes",
        )
    finally:
        client.pause_deployment(deployment.id)
    assert run.auto_scheduled
    assert run.parameters == {"words": ["ورّاق"]}


def test_a_cron_schedule_has_its_next_runs_made_in_the_zone_it_names(
    prefect_server: PrivateServer, client: Any, write_deployments: Callable[..., Path]
) -> None:
    file = write_deployments(
        name="every-morning",
        entrypoint="tests.flows.sample_flows.count",
        pool="unserved",
        parameters={"words": []},
        schedules=[{"cron": "0 6 * * *", "timezone": "Asia/Baghdad"}],
    )
    register(prefect_server.api_url, file=file)
    deployment = client.read_deployment_by_name("count/every-morning")
    runs = wait_for(
        lambda: _runs(client, deployment.id, "SCHEDULED"), within_s=FIRES_WITHIN_S, what="runs are scheduled"
    )
    hours = {(run.expected_start_time.hour, run.expected_start_time.minute) for run in runs}
    assert hours == {(3, 0)}  # UTC; Baghdad is three hours ahead all year


def _runs(client: Any, deployment_id: Any, state: str) -> list[Any]:
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterDeploymentId,
        FlowRunFilterState,
        FlowRunFilterStateType,
    )
    from prefect.client.schemas.objects import StateType

    wanted = FlowRunFilter(
        deployment_id=FlowRunFilterDeploymentId(any_=[deployment_id]),
        state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType(state)])),
    )
    return list(client.read_flow_runs(flow_run_filter=wanted))
