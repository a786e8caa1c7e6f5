"""The private server and worker, the deployments on them, and processes that are killed."""

from __future__ import annotations

import inspect
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.automations import SILENCE_S, ensure_automations
from flows.deployments import InvalidDeployments, deployments_file, read_deployments, register
from flows.prefect_api import PrefectUnreachable, prefect_client
from flows.prefect_server import PortTaken, PrefectNotStarted, PrivateServer, private_server, private_worker

from .conftest import CODE
from .prefect_runs import click, kill, lives, pid_in, state_of, wait_for, wait_for_state

SHOWN_WITHIN_S = 240  # a killed run may say "running" no longer than this


def test_a_taken_port_is_named_before_anything_is_written(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)), private_server(tmp_path / "home", port=port):
            pass
    assert not (tmp_path / "home").exists()


def test_a_server_that_dies_at_its_start_leaves_its_last_words_in_the_error(tmp_path: Path) -> None:
    (tmp_path / "prefect.db").write_bytes(b"this is no database, and long enough to be told from one" * 100)
    with pytest.raises(PrefectNotStarted, match="file is not a database"), private_server(tmp_path):
        pass


def test_no_server_at_the_address_is_said_in_one_line() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/api"
        with pytest.raises(PrefectUnreachable, match=address), prefect_client(address) as client:
            client.read_deployments()


def test_the_server_shows_the_quiet_ui_without_analytics_or_promotion(
    prefect_server: PrivateServer, client: Any
) -> None:
    with urllib.request.urlopen(f"{prefect_server.ui_url}/ui-settings") as answer:
        assert json.load(answer)["default_ui"] == "v1"
    settings = client.request("GET", "/admin/settings").json()["server"]
    assert settings["analytics_enabled"] is False
    assert settings["ui"]["show_promotional_content"] is False


def test_the_deployments_file_names_every_flow_in_two_languages() -> None:
    entries = {entry.name: entry for entry in read_deployments(deployments_file())}
    assert set(entries) == {
        "crawl",
        "crawl-due",
        "backfill",
        "replay",
        "import",
        "compare",
        "promote",
        "pause",
        "verify",
        "report",
    }
    assert [(each.cron, each.active) for each in entries["verify"].schedules] == [("30 3 * * *", True)]
    for entry in entries.values():
        assert entry.work_pool.name == "warraq"
        assert entry.concurrency_limit is not None
        assert entry.concurrency_limit.limit == 1
        assert any("\N{ARABIC LETTER ALEF}" <= letter <= "\N{ARABIC LETTER YEH}" for letter in entry.description)


def test_a_schedule_that_names_no_parameters_can_run() -> None:
    from prefect.flows import load_flow_from_entrypoint

    scheduled = [entry for entry in read_deployments(deployments_file()) if entry.schedules]
    assert {"verify", "report"} <= {entry.name for entry in scheduled}
    for entry in scheduled:
        flow = load_flow_from_entrypoint(entry.entrypoint, use_placeholder_flow=False)
        for schedule in entry.schedules:
            inspect.signature(flow.fn).bind(**entry.parameters, **schedule.parameters)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("deployments: [", "expected"),
        ("deployments: [{name: x, work_pool: {name: p}}]", r"deployments\.0\.entrypoint"),
        ("deployments: [{name: x, entrypoint: a.b, work_pool: {name: p}, shedules: []}]", "shedules"),
    ],
)
def test_a_mistake_in_the_deployments_file_is_named_with_its_place(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "prefect.yaml"
    file.write_text(content)
    with pytest.raises(InvalidDeployments, match=problem) as raised:
        read_deployments(file)
    assert str(file) in str(raised.value)


def test_registering_twice_changes_nothing_and_keeps_the_users_schedule(
    prefect_server: PrivateServer, client: Any, write_deployments: Callable[..., Path]
) -> None:
    file = write_deployments(name="twice", entrypoint="tests.flows.sample_flows.count", pool="unserved")
    assert register(prefect_server.api_url, file=file) == ["count/twice"]
    first = client.read_deployment_by_name("count/twice")
    _add_schedule(prefect_server, first.id)
    assert register(prefect_server.api_url, file=file) == ["count/twice"]
    again = client.read_deployment_by_name("count/twice")
    assert again.id == first.id
    assert [schedule.schedule.cron for schedule in again.schedules] == ["0 5 * * *"]
    assert len(client.read_automations_by_name("warraq: no heartbeat")) == 1


def _add_schedule(server: PrivateServer, deployment_id: Any) -> None:
    from prefect.client.schemas.actions import DeploymentScheduleCreate
    from prefect.client.schemas.schedules import CronSchedule

    schedule = DeploymentScheduleCreate(schedule=CronSchedule(cron="0 5 * * *"))
    with prefect_client(server.api_url) as client:
        answer = client.request(
            "POST",
            "/deployments/{id}/schedules",
            path_params={"id": deployment_id},
            json=[schedule.model_dump(mode="json")],
        )
    assert answer.status_code == 201


def test_an_automation_that_is_right_is_not_written_again(prefect_server: PrivateServer, client: Any) -> None:
    (name,) = ensure_automations(prefect_server.api_url)
    (before,) = client.read_automations_by_name(name)
    ensure_automations(prefect_server.api_url)
    (after,) = client.read_automations_by_name(name)
    assert after.trigger == before.trigger  # ids included: an update would have given new ones


def test_the_form_offers_the_choices_and_the_server_refuses_others(
    prefect_server: PrivateServer, client: Any, write_deployments: Callable[..., Path]
) -> None:
    from prefect.exceptions import PrefectHTTPStatusError

    file = write_deployments(name="choosy", entrypoint="tests.flows.sample_flows.count", pool="unserved")
    register(prefect_server.api_url, file=file, choices={"words": ["قلم", "ورق"]})
    words = client.read_deployment_by_name("count/choosy").parameter_openapi_schema["properties"]["words"]
    assert words["items"]["enum"] == ["قلم", "ورق"]
    assert words["title"] == "Words · الكلمات"
    assert words["description"] == "What to count. ما يُعدّ."
    with pytest.raises(PrefectHTTPStatusError, match="'حبر' is not one of"):
        click(client, "count/choosy", words=["حبر"])
    assert click(client, "count/choosy", words=["ورق"])


def test_a_run_whose_process_is_killed_shows_as_crashed(
    prefect_worker: Any, prefect_server: PrivateServer, client: Any, tmp_path: Path, linger: Callable[..., Any]
) -> None:
    run, flow_pid = linger("flow-killed", pool="warraq")
    kill(flow_pid)
    assert wait_for_state(client, run, "CRASHED", "FAILED", within_s=SHOWN_WITHIN_S) == "CRASHED"


def test_when_the_worker_is_killed_its_run_cleans_up_ends_and_shows_as_crashed(
    prefect_server: PrivateServer, client: Any, tmp_path: Path, linger: Callable[..., Any]
) -> None:
    with private_worker(prefect_server, "worker-killed", env=CODE) as worker:
        run, flow_pid = linger("worker-killed", pool="worker-killed")
        kill(worker.pid)
        assert wait_for_state(client, run, "CRASHED", "FAILED", within_s=SHOWN_WITHIN_S) == "CRASHED"
        wait_for(lambda: not lives(flow_pid), within_s=180, what="the flow process ends")
    assert (tmp_path / "worker-killed.cleaned").exists()


@pytest.mark.slow
def test_when_the_worker_is_ended_its_run_cleans_up_and_shows_as_crashed(
    prefect_server: PrivateServer, client: Any, tmp_path: Path, linger: Callable[..., Any]
) -> None:
    with private_worker(prefect_server, "worker-ended", env=CODE):
        run, flow_pid = linger("worker-ended", pool="worker-ended")
    assert not lives(flow_pid)
    assert (tmp_path / "worker-ended.cleaned").exists()
    assert state_of(client, run) == "CRASHED"


@pytest.mark.slow
def test_when_worker_and_process_are_killed_at_one_stroke_the_server_finds_the_run_crashed(
    prefect_server: PrivateServer, client: Any, linger: Callable[..., Any]
) -> None:
    with private_worker(prefect_server, "both-killed", env=CODE) as worker:
        run, flow_pid = linger("both-killed", pool="both-killed")
        kill(worker.pid, flow_pid)
        assert state_of(client, run) == "RUNNING"
        within_s = SHOWN_WITHIN_S
        assert within_s > SILENCE_S
        assert wait_for_state(client, run, "CRASHED", "FAILED", within_s=within_s) == "CRASHED"


@pytest.mark.slow
def test_server_and_worker_end_when_the_program_that_started_them_is_killed(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys, time\n"
        "from flows.prefect_server import private_server, private_worker\n"
        "with private_server(pathlib.Path(sys.argv[1])) as server, private_worker(server) as worker:\n"
        "    print(server.pid, worker.pid, flush=True)\n"
        "    time.sleep(300)\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | CODE) as starter:
        assert starter.stdout
        children = [int(pid) for pid in starter.stdout.readline().split()]
        assert len(children) == 2
        assert all(map(lives, children))
        starter.send_signal(signal.SIGKILL)
    wait_for(lambda: not any(map(lives, children)), within_s=180, what="server and worker end")


@pytest.fixture
def linger(
    prefect_server: PrivateServer, client: Any, write_deployments: Callable[..., Path], tmp_path: Path
) -> Callable[..., Any]:
    """Start a run that waits, on the given pool; its id and process id, once it runs."""

    def start(name: str, *, pool: str) -> Any:
        file = write_deployments(name=name, entrypoint="tests.flows.sample_flows.linger", pool=pool)
        register(prefect_server.api_url, file=file)
        mark = tmp_path / name
        run = click(client, f"linger/{name}", mark=str(mark))
        wait_for_state(client, run, "RUNNING", within_s=SHOWN_WITHIN_S)
        return run, pid_in(mark)

    return start
