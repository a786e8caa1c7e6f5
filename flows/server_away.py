"""A Prefect server that is away stops no work: what is to be told to it waits until it answers, or is left out.

What Prefect 3.8 does by itself: a client that was just made raises at once where nobody answers; one that has spoken to
the server tries for a minute, then raises; events are kept and sent later; and a flow that holds a slot of its
deployment's concurrency limit is ended once the slot could not be renewed, from three minutes after the server went."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import httpx
from prefect.concurrency import _leases
from prefect.exceptions import PrefectHTTPStatusError

from flows.prefect_api import PrefectUnreachable, prefect_client

PATIENCE_S = 3600.0  # how long a run whose work is done waits to say so; then it stays to the automation to end it
LOOK_EVERY_S = 2.0

logger = logging.getLogger(__name__)


@contextmanager
def outlives_the_server() -> Iterator[None]:
    """Go on with the block whatever becomes of the server, and end it when the server can be told.

    Does nothing where no worker is in play, see watch.py."""
    if "PREFECT__FLOW_RUN_ID" not in os.environ:
        yield
        return
    with slots_end_nothing():
        try:
            yield
        except Exception:
            await_server()
            raise
        await_server()


@contextmanager
def slots_end_nothing() -> Iterator[None]:
    """Let a flow go on whose concurrency slot could not be renewed: leases in the ledger keep one owner a source."""

    def go_on(
        exc: BaseException,
        lease_id: UUID,
        raise_on_lease_renewal_failure: bool,
        suppress_warnings: bool,
        cancel_scope: object,
    ) -> None:
        logger.warning("the run lost its concurrency slot %s and goes on: %s", lease_id, exc)

    prefects, _leases._handle_lease_renewal_failure = _leases._handle_lease_renewal_failure, go_on
    try:
        yield
    finally:
        _leases._handle_lease_renewal_failure = prefects


def await_server(patience_s: float = PATIENCE_S) -> bool:
    """Wait until the server answers; whether it does."""
    began = time.monotonic()
    while (problem := server_problem()) is not None:
        if time.monotonic() - began > patience_s:
            logger.error("the Prefect server has not answered for %.0f s: %s", patience_s, problem)
            return False
        time.sleep(LOOK_EVERY_S)
    waited = time.monotonic() - began
    if waited > LOOK_EVERY_S:
        logger.info("waited %.0f s for the Prefect server", waited)
    return True


def server_problem() -> Exception | None:
    """Why the server does not answer, at once; None: it does.

    By a client of its own: Prefect's `get_client` gives the run's one, which would try for a minute."""
    try:
        with prefect_client() as client:
            return client.api_healthcheck()
    except PrefectUnreachable as error:
        return error


@contextmanager
def if_it_answers(what: str) -> Iterator[None]:
    """Leave the block, with a warning, where the server does not answer or fails. What it refuses is raised."""
    try:
        yield
    except httpx.TransportError as error:
        logger.warning("%s was not told to the Prefect server: %s", what, error)
    except PrefectHTTPStatusError as error:
        if error.response.status_code < httpx.codes.INTERNAL_SERVER_ERROR:
            raise
        logger.warning("%s was not told to the Prefect server: it answers %d", what, error.response.status_code)
