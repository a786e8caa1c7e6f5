"""Steps of a walk, and who runs them: plain threads for the command line, Prefect tasks for flows.

Both run the same actions on the same items, so that what a flow does is what the command does."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Result_co = TypeVar("Result_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Step(Generic[Item, Result]):
    """One kind of work, done for each of several items."""

    name: str
    action: Callable[[Item], Result]
    label: Callable[[Item], str]  # what a person reads for one item
    retries: int = 0  # times to try again where trying again can help
    at_once: int = 0  # items worked on at the same time; 0: all of them

    def bounded(self) -> Callable[[Item], Result]:
        """The action, which waits for its turn when `at_once` others are at it."""
        if not self.at_once:
            return self.action
        turns = threading.BoundedSemaphore(self.at_once)

        def in_turn(item: Item) -> Result:
            with turns:
                return self.action(item)

        return in_turn


class Pending(Protocol[Result_co]):
    def done(self) -> bool: ...

    def outcome(self) -> Result_co | Exception:
        """Wait, and give the result, or the exception that ended the step."""


class Steps(Protocol):
    def start(self, step: Step[Item, Result], items: Sequence[Item]) -> Sequence[Pending[Result]]:
        """Begin the step for every item, side by side; returns at once."""


@dataclass(frozen=True, slots=True)
class _Work(Generic[Result]):
    wait: Callable[[], Result]
    done: Callable[[], bool]

    def outcome(self) -> Result | Exception:
        try:
            return self.wait()
        except Exception as error:
            return error


class PlainSteps:
    """Steps as threads of this process. A failed step is not tried again: the person at the terminal is there."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool

    def start(self, step: Step[Item, Result], items: Sequence[Item]) -> Sequence[Pending[Result]]:
        action = step.bounded()
        futures = [self._pool.submit(action, item) for item in items]
        return [_Work(future.result, future.done) for future in futures]


@contextmanager
def plain_steps(most: int = 64) -> Iterator[PlainSteps]:
    """`most`: threads at once. Following a source takes a thread that waits, so there may be many."""
    pool = ThreadPoolExecutor(most, thread_name_prefix="step")
    try:
        yield PlainSteps(pool)
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
