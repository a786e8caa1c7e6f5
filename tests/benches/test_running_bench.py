"""The bench of runs, small: it counts what it says, and its page holds the goals against it."""

from __future__ import annotations

import pytest

from tests.benches.running import Result, measure, page


@pytest.mark.slow
def test_a_few_publishers_are_crawled_by_one_process_with_a_task_run_each() -> None:
    result = measure(3, 1)
    assert (result.state, result.crawl_processes, result.task_runs) == ("COMPLETED", 1, 3)
    assert all(0 < each < 120 for each in result.clicks_s) and result.command_s > 0
    assert f"| {result.task_runs} |" in page(result)


@pytest.mark.parametrize(
    ("changed", "reached"),
    [({}, True), ({"clicks_s": [26.0]}, False), ({"run_s": 121.0}, False), ({"task_runs": 299}, False),
     ({"crawl_processes": 2}, False), ({"state": "FAILED"}, False)],
)  # fmt: skip
def test_a_goal_that_is_missed_is_said(changed: dict[str, object], reached: bool) -> None:
    given = {"count": 300, "clicks_s": [9.0, 8.0, 10.0], "command_s": 100.0, "run_s": 110.0, "crawl_processes": 1,
             "task_runs": 300, "state": "COMPLETED", "message": "600 articles"}  # fmt: skip
    result = Result(**(given | changed))  # type: ignore[arg-type]
    assert result.reached is reached
    if not changed:
        assert "| under 25 s | 9.0 s |" in page(result) and "| under 20 s | 10.0 s |" in page(result)
