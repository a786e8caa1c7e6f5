"""What every flow of ours does around its work."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flows.prefect_steps import logs_in_the_run
from flows.server_away import outlives_the_server
from flows.watch import watched_worker


@contextmanager
def at_work() -> Iterator[None]:
    """End with the worker, log in the run, and go on while the Prefect server is away."""
    with watched_worker(), logs_in_the_run(), outlives_the_server():
        yield
