"""Start a run as a click in the UI does, and wait for what becomes of it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

T = TypeVar("T")
LOOK_EVERY_S = 0.2


def click(client: Any, deployment: str, **parameters: Any) -> UUID:
    found = client.read_deployment_by_name(deployment)
    run_id: UUID = client.create_flow_run_from_deployment(found.id, parameters=parameters).id
    return run_id


def state_of(client: Any, run_id: UUID) -> str:
    return str(client.read_flow_run(run_id).state.type.value)


def wait_for(
    look: Callable[[], T | None],
    *,
    within_s: float,
    what: str,
    instead: Callable[[], str] = str,
    every_s: float = LOOK_EVERY_S,
) -> T:
    """The first answer of `look` that is neither None nor False. After `within_s` the test fails, with what is
    there `instead`."""
    deadline = time.monotonic() + within_s
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {within_s:.0f} s: {what}; {instead()}"
        time.sleep(every_s)
    return found


def wait_for_state(client: Any, run_id: UUID, *states: str, within_s: float, every_s: float = LOOK_EVERY_S) -> str:
    def look() -> str | None:
        state = state_of(client, run_id)
        return state if state in states else None

    return wait_for(
        look,
        within_s=within_s,
        what=f"run {run_id} is one of {states}",
        instead=lambda: repr(_told(client, run_id)),
        every_s=every_s,
    )


def _told(client: Any, run_id: UUID) -> Any:
    return client.read_flow_run(run_id).state


def pid_in(mark: Path, *, within_s: float = 180) -> int:
    """The process id a sample flow writes as soon as it runs."""
    return int(wait_for(lambda: mark.exists() and mark.read_text(), within_s=within_s, what="the flow runs"))


def lives(pid: int) -> bool:
    """Whether a process runs. One that ended and that nobody has collected yet does not."""
    status = Path(f"/proc/{pid}/stat")
    try:
        return status.read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def kill(*pids: int) -> None:
    for pid in pids:
        os.kill(pid, signal.SIGKILL)
