"""Replay on Dask, one task a WARC, on this machine or on many: Prefect's engine of the extra `warraq[dask]`.

Each worker opens a house of its own from its own environment, so the same WARRAQ_ variables must be set there,
with a store and a ledger that all of them reach."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache, partial
from typing import Any

from prefect.task_runners import TaskRunner

from flows.house import open_house
from flows.page_pool import Limits, PagePool, cores
from flows.reading import ReadWarc, read_past_damage
from storage.errors import InvalidSetting

LOCAL = "local"


@contextmanager
def dask_engine(address: str) -> Iterator[TaskRunner[Any]]:
    """Tasks on the scheduler of this address, as tcp://host:8786; `local`: a process a core, for this run.

    Raises InvalidSetting where the extra is not installed."""
    try:
        from prefect_dask.task_runners import DaskTaskRunner
    except ImportError as error:
        raise InvalidSetting("WARRAQ_DASK", "needs an extra: pip install 'warraq[dask]'") from error
    own = {"n_workers": cores(), "threads_per_worker": 1, "dashboard_address": None}
    runner = DaskTaskRunner(cluster_kwargs=own) if address == LOCAL else DaskTaskRunner(address=address)
    with runner:
        yield runner


def read_by_a_worker(only: frozenset[str]) -> Callable[[str], ReadWarc]:
    """What a Dask worker is sent: reads a WARC past its damage, of these sources."""
    return partial(_read, only)


def _read(only: frozenset[str], key: str) -> ReadWarc:
    with open_house(readers=1) as house:
        readers = _readers(house.settings.page_seconds, house.settings.page_memory_mb << 20)
        return read_past_damage(replace(house, readers=readers), key, only)


@cache
def _readers(seconds: float, memory: int) -> PagePool:
    """The process that reads pages for this worker, warm from WARC to WARC. It ends with the worker."""
    return PagePool(1, Limits(seconds, memory))
