"""Warraq on many machines, as far as one machine can play them: PostgreSQL, Redis, SeaweedFS, a Prefect server without
its services, the services apart, and workers that share nothing but the store, the ledger and the server."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from flows.prefect_server import _SERVER_SETTINGS, _WORKER_SETTINGS, _healthy, _polls
from flows.tethered import tethered
from tests.flows.conftest import CODE
from tests.flows.houses import variables_in
from tests.flows.prefect_runs import lives, wait_for
from tests.storage.servers import PostgreSQL, SeaweedFS, free_ports, postgresql, seaweedfs

needs_redis = pytest.mark.skipif(
    importlib.util.find_spec("prefect_redis") is None or shutil.which("redis-server") is None,
    reason="needs prefect-redis and redis-server",
)
START_S = 400  # on two cores that others use too


@dataclass(frozen=True)
class Site:
    """What the machines share."""

    folder: Path
    database: PostgreSQL
    api_url: str
    environment: dict[str, str]
    s3: SeaweedFS

    @property
    def store(self) -> str:
        return f"s3://{self.s3.bucket}/{self.folder.name}"


@dataclass(frozen=True)
class Machine:
    """A worker with a spool of its own."""

    spool: Path
    variables: dict[str, str]

    def processes(self) -> list[int]:
        """All of this machine: worker, flow runs, crawl processes."""
        mark, found = f"WARRAQ_SPOOL={self.spool}".encode(), []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.append(int(folder.name))
            except OSError:
                continue
        return [pid for pid in found if pid != os.getpid() and lives(pid)]

    def lose_power(self) -> None:
        """All of it at one stroke."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.processes(), within_s=180, what="the machine is dead")

    def captured(self) -> int:
        """Bytes of captures that are durable in its spool."""
        return sum(file.stat().st_size for file in self.spool.glob("*/*.open"))


@contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Servers of a site, each a process of its own, until the block ends."""
    redis_port, port = free_ports(2)
    with ExitStack() as stack:
        database = stack.enter_context(postgresql())
        prefect_db, ledger = (stack.enter_context(database.fresh_database()) for _ in range(2))
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PREFECT_")} | CODE
        environment |= _SERVER_SETTINGS | {
            "PREFECT_HOME": str(folder / "prefect"),
            "PREFECT_API_URL": f"http://127.0.0.1:{port}/api",
            "PREFECT_API_DATABASE_CONNECTION_URL": prefect_db.replace("+psycopg", "+asyncpg"),
            "PREFECT_MESSAGING_BROKER": "prefect_redis.messaging",
            "PREFECT_MESSAGING_CACHE": "prefect_redis.messaging",
            "PREFECT_SERVER_EVENTS_CAUSAL_ORDERING": "prefect_redis.ordering",
            "PREFECT_SERVER_CONCURRENCY_LEASE_STORAGE": "prefect_redis.lease_storage",
            "PREFECT_REDIS_MESSAGING_HOST": "127.0.0.1",
            "PREFECT_REDIS_MESSAGING_PORT": str(redis_port),
            "NO_PROXY": "127.0.0.1",
            "no_proxy": "127.0.0.1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
        }
        (folder / "prefect").mkdir()
        redis = [shutil.which("redis-server") or "redis-server", "--port", str(redis_port), "--bind", "127.0.0.1"]
        start = {"env": environment, "cwd": folder}
        stack.enter_context(tethered([*redis, "--save", ""], log=folder / "redis.log", **start))
        prefect = [sys.executable, "-m", "prefect", "server"]
        subprocess.run([*prefect, "database", "upgrade", "--yes"], check=True, capture_output=True, **start)
        serve = [*prefect, "start", "--host", "127.0.0.1", "--port", str(port), "--no-services"]
        stack.enter_context(tethered(serve, log=folder / "server.log", **start))
        wait_for(lambda: _healthy("127.0.0.1", port), within_s=START_S, what="the server answers")
        stack.enter_context(tethered([*prefect, "services", "start"], log=folder / "services.log", **start))
        store = stack.enter_context(seaweedfs())
        environment |= store.environment() | {"WARRAQ_LEDGER": ledger, "WARRAQ_S3_ENDPOINT": store.endpoint}
        yield Site(folder, database, environment["PREFECT_API_URL"], environment, store)


@contextmanager
def machine(at: Site, name: str) -> Iterator[Machine]:
    """A worker that polls; what is left of the machine is ended with the block."""
    spool = at.folder / name / "spool"
    spool.mkdir(parents=True, exist_ok=True)
    ours = variables_in(at.folder) | {
        "WARRAQ_STORE": at.store,
        "WARRAQ_LEDGER": at.environment["WARRAQ_LEDGER"],
        "WARRAQ_SOURCES": str(at.folder / "sources"),
        "WARRAQ_SPOOL": str(spool),
    }
    environment = at.environment | ours | _WORKER_SETTINGS | {"PREFECT_HOME": str(at.folder / name)}
    command = [sys.executable, "-m", "prefect", "worker", "start", "--type", "process", "--pool", "warraq"]
    command += ["--name", name, "--install-policy", "never"]
    log = at.folder / f"{name}.log"
    with tethered(command, env=environment, cwd=spool, log=log, end_by=signal.SIGKILL) as child:
        wait_for(lambda: _polls(at.api_url, "warraq", name), within_s=START_S, what=f"{name} polls")
        assert child.poll() is None
        yield Machine(spool, ours)
