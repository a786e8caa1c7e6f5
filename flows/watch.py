"""A flow process notices that its worker has died.

A worker killed with `kill -9` leaves its flow processes behind: nobody reports for them, nobody cancels
them. A watched flow sends itself SIGTERM then. Prefect turns that into an exception in the main thread, the
same as on a cancel, so the clean-up of the flow runs, and Prefect sets the run to Crashed."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Iterator

from .tethered import TETHER_VARIABLE

POLL_S = 1.0
GRACE_S = 30.0  # for clean-up and the report to the server; then the process is killed

logger = logging.getLogger(__name__)


@contextlib.contextmanager
def watched_worker(*, poll_s: float = POLL_S, grace_s: float = GRACE_S) -> Iterator[None]:
    """End this process by SIGTERM, after `grace_s` by SIGKILL, when the worker that started it is gone.

    Wrap the whole body of a flow in it, clean-up inside:

        @flow
        def crawl(sources: list[str]) -> None:
            with watched_worker():
                ...

    Does nothing where no worker is in play: in a command, in a test, in a flow called by a flow of ours."""
    if "PREFECT__FLOW_RUN_ID" not in os.environ:  # set by workers and runners for the process of a run
        yield
        return
    done = threading.Event()
    worker = int(os.environ.get(TETHER_VARIABLE, os.getppid()))
    watcher = threading.Thread(target=_watch, args=(worker, done, poll_s, grace_s), name="worker-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()


def _watch(worker: int, done: threading.Event, poll_s: float, grace_s: float) -> None:
    while os.getppid() == worker:
        if done.wait(poll_s):
            return
    _close_output()
    logger.error("the worker (process %d) is gone: ending this run", worker)
    os.kill(os.getpid(), signal.SIGTERM)
    # Not `done`: the report to the server comes after the flow's own end, and may hang if it is gone too.
    threading.Event().wait(grace_s)
    os.kill(os.getpid(), signal.SIGKILL)


def _close_output() -> None:
    """Let stdout and stderr lead nowhere. They lead to the dead worker: the next line logged there would
    make Rich, and with it Prefect's console log, raise SystemExit in whatever thread logs it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for output in (1, 2):
        os.dup2(nowhere, output)
    os.close(nowhere)
