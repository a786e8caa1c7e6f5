"""A Prefect server and worker of our own, for as long as a block lasts.

Private means: on 127.0.0.1 if nothing else is asked for, everything below one folder, nothing taken from the user's
Prefect profile or PREFECT_ variables, no telemetry, no promotion, no page of another site may talk to it from
somebody's browser, and the UI that asks no outside host (version 1; version 2 asks an analytics host even with
analytics off; seen with Prefect 3.8.8)."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from storage.errors import WarraqError

from .prefect_api import prefect_client
from .tethered import tethered

HOST = "127.0.0.1"
POOL = "warraq"
START_S = 300.0  # a cold start takes 8 to 24 s on two slow cores, minutes where others use them too
_POLL_S = 0.1
_LOG_LINES = 15

_SERVER_SETTINGS = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_UI_API_URL": "/api",  # below whatever address a browser came by
    "PREFECT_CLI_PROMPT": "false",
    # In memory by default: a server that restarts while a run holds the one slot of its deployment would
    # let no other run start, ever.
    "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect.server.concurrency.lease_storage.filesystem",
}
# Each task run is three events. Taken one by one, as by default, those of 300 sources keep a core busy for a minute;
# in batches they cost a third. A task run is seen a second later for it.
_SERVER_SETTINGS |= {
    f"PREFECT_SERVER_SERVICES_{name}": number
    for name, number in {
        "TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
        "EVENT_PERSISTER_READ_BATCH_SIZE": "200",
        "EVENT_PERSISTER_BATCH_SIZE": "200",
        "TRIGGERS_READ_BATCH_SIZE": "100",
    }.items()
}
_WORKER_SETTINGS = {
    "PREFECT_WORKER_QUERY_SECONDS": "2",  # 10 by default: what a user waits after a click
    "PREFECT_WORKER_HEARTBEAT_SECONDS": "10",
    # How often it looks for cancelled runs once its event stream is gone; it gives up for good after three times.
    "PREFECT_RUNNER_POLL_FREQUENCY": "300",
    # A worker ends, and its runs with it, after twelve requests that failed. By default it tries each for a minute,
    # so it would outlive its server by a quarter of an hour; like this, by most of an hour.
    "PREFECT_CLIENT_MAX_RETRIES": "7",
}


class PortTaken(WarraqError):
    def __init__(self, host: str, port: int, problem: str) -> None:
        super().__init__(f"port {port} on {host} cannot be had ({problem}); end what has it, or choose another port")
        self.port = port


class PrefectNotStarted(WarraqError):
    """A Prefect process ended or said nothing at its start; the message ends with its last words."""

    def __init__(self, what: str, problem: str, log: Path) -> None:
        words = log.read_text("utf-8", "replace").splitlines()[-_LOG_LINES:]
        super().__init__("\n".join([f"{what} {problem}; its log is {log}:", *words]))


@dataclass(frozen=True, slots=True)
class PrivateServer:
    api_url: str
    ui_url: str
    home: Path  # PREFECT_HOME: database, logs
    log: Path
    pid: int
    lives: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class PrivateWorker:
    name: str
    pool: str
    log: Path  # of the worker and of what flow processes print
    pid: int
    lives: Callable[[], bool]


@contextlib.contextmanager
def private_server(
    home: Path,
    *,
    host: str = HOST,
    port: int | None = None,
    password: str | None = None,
    is_ui_v2: bool = False,
    start_s: float = START_S,
) -> Iterator[PrivateServer]:
    """Run a Prefect server while the block lasts. `port` None: any free one. `home` may hold the database
    of an earlier server, which is continued. `password`: what the API asks for, as user:password.

    Raises PortTaken before anything is started or written, PrefectNotStarted if it does not answer."""
    port = _free_port(host, port)
    home = home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    near = reachable(host)
    root = f"http://[{near}]:{port}" if ":" in near else f"http://{near}:{port}"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", host, "--port", str(port)]
    environment = _private_environment(home, f"{root}/api", password) | {
        "PREFECT_SERVER_UI_V2_ENABLED": str(is_ui_v2).lower(),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": root,
    }
    with tethered(command, env=environment, cwd=home, log=log) as child:
        _await_start("the Prefect server", child, log, start_s, lambda: _healthy(near, port))
        yield PrivateServer(f"{root}/api", root, home, log, child.pid, lambda: child.poll() is None)


def reachable(host: str) -> str:
    """The address by which this machine itself reaches a server that listens on `host`."""
    return HOST if host in ("0.0.0.0", "::", "localhost") else host  # noqa: S104


@contextlib.contextmanager
def private_worker(
    server: PrivateServer,
    pool: str = POOL,
    *,
    limit: int | None = None,
    env: Mapping[str, str] | None = None,
    password: str | None = None,
    start_s: float = START_S,
) -> Iterator[PrivateWorker]:
    """Run a process worker while the block lasts; make the work pool if there is none.

    `limit`: how many runs at once, None for no limit. `env` goes to the flow processes, on top of our own
    environment; paths in it must be absolute, for each run starts in an empty folder.
    At the end of the block running flows are ended and reported as crashed (see watch.py).
    Raises PrefectNotStarted."""
    ensure_pool(server.api_url, pool)
    name = f"private-{os.getpid()}-{time.time_ns()}"
    log = server.home / "worker.log"
    command = [sys.executable, "-m", "prefect", "worker", "start", "--type", "process", "--pool", pool]
    command += ["--name", name, "--install-policy", "never", "--no-create-pool-if-not-found"]
    command += [] if limit is None else ["--limit", str(limit)]
    environment = _private_environment(server.home, server.api_url, password) | _WORKER_SETTINGS | dict(env or {})
    # A worker that is asked to end kills its flow processes without a word, and their runs stay "running".
    # Killed itself, it leaves them to notice, clean up and report.
    with tethered(command, env=environment, cwd=server.home, log=log, end_by=signal.SIGKILL) as child:
        _await_start("the Prefect worker", child, log, start_s, lambda: _polls(server.api_url, pool, name))
        yield PrivateWorker(name, pool, log, child.pid, lambda: child.poll() is None)


def ensure_pool(api_url: str | None = None, pool: str = POOL) -> None:
    """Make a process work pool if there is none of this name. Raises PrefectUnreachable."""
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    with prefect_client(api_url) as client, contextlib.suppress(ObjectAlreadyExists):
        client.create_work_pool(WorkPoolCreate(name=pool, type="process", base_job_template=template))


def _private_environment(home: Path, api_url: str, password: str | None) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")}
    bare = ",".join(filter(None, [inherited.get("NO_PROXY") or inherited.get("no_proxy"), urlsplit(api_url).hostname]))
    secret = {"PREFECT_SERVER_API_AUTH_STRING": password, "PREFECT_API_AUTH_STRING": password} if password else {}
    return (
        inherited
        | _SERVER_SETTINGS
        | secret
        | {
            "PREFECT_HOME": str(home),
            "PREFECT_API_URL": api_url,
            "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.db'}",
            "NO_PROXY": bare,
            "no_proxy": bare,
            # deploy/prefect.yaml says `python`, which must be this one in an environment nobody activated
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)]),
        }
    )


def _free_port(host: str, wanted: int | None) -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As uvicorn does: a port left in TIME_WAIT is free, one that is listened on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, wanted or 0))
        except OSError as error:
            raise PortTaken(host, wanted or 0, error.strerror or str(error)) from error
        port: int = probe.getsockname()[1]
        return port


def _await_start(
    what: str, child: subprocess.Popen[bytes], log: Path, start_s: float, started: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + start_s
    while not started():
        if child.poll() is not None:
            raise PrefectNotStarted(what, f"ended at its start with code {child.returncode}", log)
        if time.monotonic() > deadline:
            raise PrefectNotStarted(what, f"did not answer within {start_s:.0f} s", log)
        time.sleep(_POLL_S)


def _healthy(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=5)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        return False  # not there yet
    finally:
        connection.close()


def _polls(api_url: str, pool: str, name: str) -> bool:
    with prefect_client(api_url) as client:
        return any(worker.name == name for worker in client.read_workers_for_work_pool(pool))
