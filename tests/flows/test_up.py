"""`warraq up`: what it refuses, and, with real processes, a start, a click, Ctrl-C, and a second start."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from flows.settings import Settings
from flows.up import absolute_variables, password_for
from storage.errors import InvalidSetting, UsageError

from .houses import environment_in
from .prefect_runs import lives, wait_for

START_S = 300  # on two cores that others use too


def test_another_machine_is_let_in_only_with_a_password() -> None:
    with pytest.raises(UsageError, match=r"set PREFECT_SERVER_API_AUTH_STRING=user:password first"):
        password_for("0.0.0.0", {})
    with pytest.raises(UsageError, match="PREFECT_SERVER_API_AUTH_STRING"):
        password_for("::", {"PREFECT_SERVER_API_AUTH_STRING": ""})
    with pytest.raises(InvalidSetting, match="expected user:password"):
        password_for("0.0.0.0", {"PREFECT_SERVER_API_AUTH_STRING": "secret"})
    with pytest.raises(UsageError, match=r"expected an address .* not 'news\.example'"):
        password_for("news.example", {})
    assert password_for("0.0.0.0", {"PREFECT_SERVER_API_AUTH_STRING": "a:b"}) == "a:b"
    assert [password_for(host, {}) for host in ("127.0.0.1", "::1", "localhost", "127.8.8.8")] == [None] * 4


def test_flows_get_their_places_as_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert absolute_variables(Settings(sources=Path("mine"))) == {
        "WARRAQ_STORE": f"file:{tmp_path}/warraq-data/archive",
        "WARRAQ_LEDGER": f"sqlite:///{tmp_path}/warraq-data/ledger.db",
        "WARRAQ_SPOOL": f"{tmp_path}/warraq-data/spool",
        "WARRAQ_SOURCES": f"{tmp_path}/mine",
    }
    elsewhere = Settings(store="s3://bucket/prefix", ledger="postgresql+psycopg://warraq@db/warraq")
    assert absolute_variables(elsewhere)["WARRAQ_STORE"] == "s3://bucket/prefix"
    assert absolute_variables(elsewhere)["WARRAQ_LEDGER"] == "postgresql+psycopg://warraq@db/warraq"


def test_a_folder_that_is_in_use_is_named_and_a_taken_port_too(tmp_path: Path) -> None:
    (tmp_path / "home").mkdir()
    with (tmp_path / "home" / "up.lock").open("w") as lock, socket.socket() as other:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write('{"pid": 4711, "host": "127.0.0.1", "port": 4242}')
        lock.flush()
        refused = _up(tmp_path, "home", 4242)
        assert refused.wait(60) == 1
        assert f"already runs on {tmp_path}/home (process 4711, http://127.0.0.1:4242)" in _said(tmp_path)
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert _up(tmp_path, "free", taken).wait(60) == 1
        assert f"port {taken} on 127.0.0.1 cannot be had" in _said(tmp_path)


@pytest.mark.slow
def test_a_second_start_finds_the_state_of_the_first_and_ctrl_c_leaves_no_process(tmp_path: Path) -> None:
    from flows.prefect_api import prefect_client
    from flows.runs import run_deployment

    port = _free_port()
    api = f"http://127.0.0.1:{port}/api"
    with _house_up(tmp_path, port):
        finished = run_deployment(api, "report/report", {}, within_s=300)
        with prefect_client(api) as client:
            deployment = client.read_deployment_by_name("crawl/crawl")
            lost = _a_run_that_nobody_does(client, deployment.id)
    with _house_up(tmp_path, port), prefect_client(api) as client:
        assert client.read_deployment_by_name("crawl/crawl").id == deployment.id
        found = client.read_flow_run(finished.id)
        assert (found.name, found.state.type.value) == (finished.name, "COMPLETED")
        assert client.read_flow_run(lost).state.type.value == "CRASHED"


@pytest.mark.slow
def test_a_password_keeps_strangers_out_and_lets_the_worker_in(tmp_path: Path) -> None:
    port = _free_port()
    with _house_up(tmp_path, port, PREFECT_SERVER_API_AUTH_STRING="editor:secret") as processes:
        assert len(processes) == 3  # the worker polls, so it was let in
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/api/version")


def _a_run_that_nobody_does(client: object, deployment_id: object) -> object:
    """As a power cut leaves one: it says that it runs."""
    from prefect.client.orchestration import SyncPrefectClient
    from prefect.states import Running

    assert isinstance(client, SyncPrefectClient)
    client.pause_deployment(deployment_id)
    run = client.create_flow_run_from_deployment(deployment_id, state=Running())  # type: ignore[arg-type]
    return run.id


@contextmanager
def _house_up(folder: Path, port: int, **more: str) -> Iterator[list[int]]:
    """Our processes while it is up: the command, the server and the worker. All of them end by Ctrl-C."""
    command = _up(folder, "home", port, **more)
    try:
        wait_for(lambda: "Ctrl-C ends" in _said(folder) or command.poll(), within_s=START_S, what="the house is up")
        assert command.poll() is None, _said(folder)
        processes = [command.pid, *_children(command.pid)]
        yield processes
    finally:
        command.send_signal(signal.SIGINT)
        code = command.wait(60)
    assert code == 0, _said(folder)
    wait_for(lambda: not any(map(lives, processes)), within_s=180, what="no process is left")


def _up(folder: Path, home: str, port: int, **more: str) -> subprocess.Popen[bytes]:
    with (folder / "said").open("wb") as sink:
        return subprocess.Popen(
            [sys.executable, "-m", "flows.cli", "up", "--folder", home, "--port", str(port)],
            cwd=folder, env=environment_in(folder, **more), stdout=sink, stderr=subprocess.STDOUT,
        )  # fmt: skip


def _said(folder: Path) -> str:
    return " ".join((folder / "said").read_text("utf-8").split())


def _children(pid: int) -> list[int]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        found += [int(folder.name)] if parent == pid else []
    return [each for each in found if each != os.getpid()]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
