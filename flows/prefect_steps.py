"""Steps as Prefect tasks: one task run an item, seen in the UI, tried again where trying again can help."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import FlowRunContext
from prefect.logging.handlers import APILogHandler
from prefect.task_runners import TaskRunner
from prefect.utilities.callables import get_call_parameters

from flows.steps import Item, Pending, Result, Step
from storage.errors import Passing

RETRY_AFTER_S = (5.0, 30.0, 120.0)
_HELPED_BY_TIME = (Passing, ConnectionError)
_OURS = ("flows", "crawlers", "storage")


class PrefectSteps:
    """Runs inside a flow; each item of a step becomes a task run."""

    def __init__(self, engine: TaskRunner[Any] | None = None) -> None:
        """`engine`: what runs the tasks; None: the flow's own, threads of its process."""
        self._engine = engine

    def start(self, step: Step[Item, Result], items: Sequence[Item]) -> Sequence[Pending[Result]]:
        as_task = task(
            name=step.name,
            task_run_name=_named_after_its_item(step.name, step.label),
            retries=step.retries,
            retry_delay_seconds=list(RETRY_AFTER_S[: step.retries]),
            retry_condition_fn=_can_help,
            cache_policy=NO_CACHE,
            persist_result=False,
        )
        run = as_task(step.bounded())
        if self._engine is None:
            return [_TaskRun(run.submit(item)) for item in items]
        return [_TaskRun(self._engine.submit(run, get_call_parameters(run.fn, (item,), {}))) for item in items]


@dataclass(frozen=True, slots=True)
class _TaskRun(Generic[Result]):
    future: Any  # PrefectFuture[Result]

    def done(self) -> bool:
        return bool(self.future.state.is_final())

    def outcome(self) -> Result | Exception:
        outcome: Result | Exception = self.future.result(raise_on_failure=False)
        return outcome


def _named_after_its_item(step: str, label: Callable[[Item], str]) -> Any:
    """What Prefect calls to name a task run. It knows it by the name of its argument, not by a type."""

    def name(parameters: dict[str, Any]) -> str:
        (item,) = parameters.values()
        return f"{step} · {label(item)}"

    return name


def _can_help(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    """A store that does not answer may answer in a minute; a wrong key or a bug stays what it is."""
    return isinstance(state.result(raise_on_failure=False), _HELPED_BY_TIME)


@contextmanager
def logs_in_the_run() -> Iterator[None]:
    """Send our log records to the flow run's log; those of a task to its task run's log as well."""
    context = FlowRunContext.get()
    run_id = str(context.flow_run.id) if context and context.flow_run else None
    handler = APILogHandler()
    handler.setLevel(logging.INFO)
    handler.addFilter(lambda record: _name_run(record, run_id))
    loggers = [logging.getLogger(name) for name in _OURS]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(handler)
            logger.setLevel(level)


def _name_run(record: logging.LogRecord, run_id: str | None) -> bool:
    """Threads of ours know no run; their records belong to the flow run."""
    if FlowRunContext.get() is None and not hasattr(record, "flow_run_id"):
        record.flow_run_id = run_id
    return run_id is not None
