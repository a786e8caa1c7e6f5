"""`warraq up`: Prefect server, worker and deployments with one command, until Ctrl-C ends all of it.

What the server knows lies in one folder, so that a second start finds the same state. Runs that were going on when
the last start ended, by whatever end, are set to Crashed: with the folder locked, nobody else can be doing them."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import IO, TYPE_CHECKING

from flows.deployments import register
from flows.house import catalogue_of
from flows.prefect_api import prefect_client
from flows.prefect_server import POOL, PrivateServer, PrivateWorker, private_server, private_worker
from flows.settings import Settings
from flows.source_choices import source_choices
from flows.terminal import words
from storage.errors import InvalidSetting, UsageError, WarraqError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

PASSWORD = "PREFECT_SERVER_API_AUTH_STRING"  # noqa: S105  # the variable's name
LOCK = "up.lock"
CRAWL_DUE = "crawl-due"
LOOK_EVERY_S = 1.0
_FILE, _SQLITE = "file:", "sqlite:///"


class AlreadyUp(WarraqError):
    def __init__(self, folder: Path, holder: str) -> None:
        super().__init__(f"`warraq up` already runs on {folder}{holder}; Ctrl-C there ends it")


class Ended(WarraqError):
    """A part of the house ended by itself."""

    def __init__(self, what: str, log: Path) -> None:
        super().__init__(
            f"{what} ended by itself, and so all of it; its log is {log}; the same command starts it again"
        )


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the server is to be reached, and by which UI. `password`: user:password, None on loopback alone."""

    host: str
    port: int
    password: str | None
    is_ui_v2: bool


def run_up(settings: Settings, home: Path, listening: Listening) -> None:
    """Keep the house up until Ctrl-C or SIGTERM. Raises AlreadyUp, PortTaken, PrefectNotStarted, Ended."""
    home = home.resolve()
    choices = source_choices(catalogue_of(settings))
    with _locked(home, listening), _interruptible(), contextlib.ExitStack() as house:
        words.print("starting Prefect …")
        server = house.enter_context(
            private_server(
                home,
                host=listening.host,
                port=listening.port,
                password=listening.password,
                is_ui_v2=listening.is_ui_v2,
            )
        )
        house.enter_context(server_of_ours(server, listening.password))
        with prefect_client(server.api_url) as client:
            crash_lost_runs(client)
            names = register(server.api_url, choices={"sources": choices})
            crawls_by_itself = _is_scheduled(client)
        world = absolute_variables(settings)
        worker = house.enter_context(private_worker(server, env=world, password=listening.password))
        _say_where(settings, server, names, crawls_by_itself)
        _stay(server, worker)


def password_for(host: str, variables: Mapping[str, str]) -> str | None:
    """The password that the server asks for. Raises UsageError where there is none and others could come in."""
    password = variables.get(PASSWORD) or None
    if password is not None and not all(password.partition(":")[::2]):
        raise InvalidSetting(PASSWORD, "expected user:password")
    if password is None and not is_loopback(host):
        raise UsageError(
            f"--host {host} lets other machines in, and whoever comes in may start crawls and read all; "
            f"set {PASSWORD}=user:password first, or stay on 127.0.0.1 behind a proxy that asks who comes"
        )
    return password


def is_loopback(host: str) -> bool:
    """Whether only this machine can come in by it. Raises UsageError for what is neither an address nor localhost."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError as error:
        raise UsageError(f"--host: expected an address such as 127.0.0.1 or 0.0.0.0, not {host!r}") from error


def absolute_variables(settings: Settings) -> dict[str, str]:
    """The places of the settings as environment variables; flow processes start in a folder of their own."""
    store, ledger = settings.store, settings.ledger
    if store.startswith(_FILE) and not store.startswith(f"{_FILE}//"):
        store = f"{_FILE}{Path(store.removeprefix(_FILE)).resolve()}"
    if ledger.startswith(_SQLITE):
        ledger = f"{_SQLITE}{Path(ledger.removeprefix(_SQLITE)).resolve()}"
    return {
        "WARRAQ_STORE": store,
        "WARRAQ_LEDGER": ledger,
        "WARRAQ_SPOOL": str(settings.spool.resolve()),
        "WARRAQ_SOURCES": str(settings.sources.resolve()) if settings.sources else "",
    }


@contextlib.contextmanager
def server_of_ours(server: PrivateServer, password: str | None) -> Iterator[None]:
    """Let clients of this process give the server's password to it, and to no other server."""
    from prefect.settings import PREFECT_API_AUTH_STRING, PREFECT_API_URL, temporary_settings

    with temporary_settings({PREFECT_API_URL: server.api_url, PREFECT_API_AUTH_STRING: password}):
        yield


@contextlib.contextmanager
def _locked(home: Path, listening: Listening) -> Iterator[None]:
    """The folder, for us alone. A lock dies with its process, however that ends."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        file = (home / LOCK).open("a+", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{home} cannot be used: {error.strerror}; name another with --folder") from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyUp(home, _holder(file)) from None
        file.truncate(0)
        file.write(json.dumps({"pid": os.getpid(), "host": listening.host, "port": listening.port}))
        file.flush()
        yield


def _holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        said = json.loads(file.read())
        return f" (process {said['pid']}, http://{said['host']}:{said['port']})"
    except (ValueError, KeyError, TypeError):
        return ""  # it has only just begun


def crash_lost_runs(client: SyncPrefectClient) -> int:
    """Set runs to Crashed that say they go on though nothing can be doing them; how many."""
    from prefect.client.schemas.filters import (
        FlowRunFilter,
        FlowRunFilterState,
        FlowRunFilterStateType,
        WorkPoolFilter,
        WorkPoolFilterName,
    )
    from prefect.client.schemas.objects import StateType
    from prefect.states import Crashed

    going_on = [StateType.RUNNING, StateType.PENDING, StateType.CANCELLING]
    wanted = FlowRunFilter(state=FlowRunFilterState(type=FlowRunFilterStateType(any_=going_on)))
    pool = WorkPoolFilter(name=WorkPoolFilterName(any_=[POOL]))
    lost = client.read_flow_runs(flow_run_filter=wanted, work_pool_filter=pool)
    for run in lost:
        client.set_flow_run_state(run.id, Crashed(message="It was going on when `warraq up` ended."), force=True)
    return len(lost)


@contextlib.contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C and SIGTERM, once: all ends in order, and that is no failure."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    try:
        yield
    except KeyboardInterrupt:
        words.print("ended; what was going on is taken up by the next start")


def _stop(_number: int, _frame: FrameType | None) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    words.print("ending: runs that go on have 30 s to come to their end …")
    raise KeyboardInterrupt


def _is_scheduled(client: SyncPrefectClient) -> bool:
    """Whether the schedule of the whole catalogue is switched on."""
    found = client.read_deployment_by_name(f"{CRAWL_DUE}/{CRAWL_DUE}")
    return not found.paused and any(schedule.active for schedule in found.schedules)


def _say_where(settings: Settings, server: PrivateServer, names: list[str], crawls_by_itself: bool) -> None:
    words.print(f"[bold]Prefect UI[/bold]  {server.ui_url}", highlight=False)
    words.print(f"deployments: {', '.join(name.partition('/')[2] for name in names)}", highlight=False)
    words.print(f"archive: {settings.store}", highlight=False, soft_wrap=True)
    if crawls_by_itself:
        words.print("what is due is crawled every five minutes")
    else:
        words.print(
            f"nothing is crawled by itself yet: switch on the schedule of {CRAWL_DUE} in the UI, at Deployments"
        )
    if settings.contact is None:
        words.print("WARRAQ_CONTACT is not set: nothing can be crawled before it is, and `warraq up` started again")
    words.print("Ctrl-C ends all of it.")


def _stay(server: PrivateServer, worker: PrivateWorker) -> None:
    waiting = threading.Event()
    while not waiting.wait(LOOK_EVERY_S):
        if not server.lives():
            raise Ended("the Prefect server", server.log)
        if not worker.lives():
            raise Ended("the Prefect worker", worker.log)
