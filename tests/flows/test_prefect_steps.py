"""Steps as task runs: named, and tried again only where trying again can help."""

from collections.abc import Iterator
from typing import Any

import pytest
from prefect import flow
from prefect.settings import PREFECT_API_URL, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings

from flows import prefect_steps
from flows.prefect_api import prefect_client
from flows.prefect_server import PrivateServer
from flows.prefect_steps import PrefectSteps
from flows.steps import Step, plain_steps
from storage.errors import StoreDenied, StoreUnreachable
from tests.flows.prefect_runs import wait_for


@pytest.fixture(autouse=True)
def on_our_server(prefect_server: PrivateServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(prefect_steps, "RETRY_AFTER_S", (0.0, 0.0))
    # The thread that sends logs outlives the server, and would hold up the end of the suite for a minute.
    with temporary_settings({PREFECT_API_URL: prefect_server.api_url, PREFECT_LOGGING_TO_API_ENABLED: False}):
        yield


def run(step: Step[str, str], *items: str) -> list[Any]:
    @flow
    def walk() -> list[Any]:
        return [each.outcome() for each in PrefectSteps().start(step, items)]

    return walk()


class Store:
    """Fails a number of times before it answers."""

    def __init__(self, error: Exception, failures: int) -> None:
        self.error = error
        self.failures = failures
        self.asked = 0

    def keep(self, item: str) -> str:
        self.asked += 1
        if self.asked <= self.failures:
            raise self.error
        return f"kept {item}"


def test_a_store_that_comes_back_is_asked_again() -> None:
    store = Store(StoreUnreachable("nobody answers"), failures=2)
    assert run(Step("keep", store.keep, str, retries=2), "a") == ["kept a"]
    assert store.asked == 3


def test_a_store_that_refuses_us_is_asked_once() -> None:
    store = Store(StoreDenied("wrong key"), failures=9)
    (outcome,) = run(Step("keep", store.keep, str, retries=2), "a")
    assert isinstance(outcome, StoreDenied)
    assert store.asked == 1


def test_one_failing_item_does_not_stop_the_others() -> None:
    def keep(item: str) -> str:
        if item == "b":
            raise StoreDenied("not b")
        return item

    outcomes = run(Step("keep", keep, str), "a", "b", "c")
    assert [type(each) for each in outcomes] == [str, StoreDenied, str]


def test_each_item_is_a_task_run_that_its_label_names(prefect_server: PrivateServer) -> None:
    assert run(Step("extract", lambda item: item * 2, lambda item: f"{item} {{in braces}}"), "a", "b") == ["aa", "bb"]
    like = {"task_runs": {"name": {"like_": "in braces"}}}

    def ended(client: Any) -> set[tuple[str, str]]:
        found = client.request("POST", "/task_runs/filter", json=like).json()
        return {(each["name"], each["state_type"]) for each in found}

    wanted = {(f"extract · {item} {{in braces}}", "COMPLETED") for item in "ab"}
    with prefect_client(prefect_server.api_url) as client:
        wait_for(lambda: ended(client) == wanted, within_s=30, what="two task runs are shown")


def test_no_more_items_are_worked_on_at_once_than_asked_for() -> None:
    busy: list[str] = []
    most: list[int] = []

    def work(item: str) -> str:
        busy.append(item)
        most.append(len(busy))
        busy.remove(item)
        return item

    with plain_steps() as steps:
        pending = steps.start(Step("work", work, str, at_once=1), [str(n) for n in range(50)])
        assert sorted(str(each.outcome()) for each in pending) == sorted(str(n) for n in range(50))
    assert max(most) == 1
