"""Schedules fire on PostgreSQL too, where the server answers without its services and these run apart."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.deployments import register
from flows.prefect_api import prefect_client
from tests.flows.many_machines import machine, needs_redis, site
from tests.flows.prefect_runs import wait_for
from tests.flows.test_schedule_fires import _runs

WITHIN_S = 300  # on two cores that others use too


@needs_redis
@pytest.mark.slow
def test_an_interval_and_a_cron_schedule_fire_on_postgresql(
    tmp_path: Path, write_deployments: Callable[..., Path]
) -> None:
    schedules = {"interval": [{"interval": 20}], "cron": [{"cron": "* * * * *"}]}
    with site(tmp_path) as at, prefect_client(at.api_url) as client:
        for name, each in schedules.items():
            entry = {"entrypoint": "tests.flows.sample_flows.count", "parameters": {"words": ["ورّاق"]}}
            register(at.api_url, file=write_deployments(name=name, schedules=each, **entry))
        with machine(at, "one"):
            for name in schedules:
                deployment = client.read_deployment_by_name(f"count/{name}")
                found = wait_for(
                    lambda of=deployment.id: _runs(client, of, "COMPLETED"), within_s=WITHIN_S, what=f"{name} fires"
                )
                assert found[0].auto_scheduled and found[0].parameters == {"words": ["ورّاق"]}
