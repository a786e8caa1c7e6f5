"""The bench of polling, small: it measures what it says, and sees a host that is asked too soon."""

from __future__ import annotations

import pytest

from tests.benches.polling import DELAY_S, EVERY_S, Poll, Result, measure, page, result_of
from tests.benches.press import Simulated


@pytest.mark.slow
def test_a_few_publishers_are_polled_with_their_pauses_kept_and_no_article_lost() -> None:
    result = measure(4, 1)
    (poll,) = result.polls
    assert (result.first.due, poll.due, result.first.owed, poll.owed) == (4, 4, 0, 0)
    assert (result.too_short, result.shortest_gap_s >= DELAY_S - 0.02) == (0, True)
    assert poll.articles == len(result.fresh_s) > 0
    assert all(0 < each < EVERY_S + poll.wall_s for each in result.fresh_s)
    assert 0 < result.share < 1
    assert f"| 1 | 4 | {poll.articles} |" in page(result)


def test_requests_that_come_too_soon_are_seen_at_each_host_by_itself() -> None:
    all_of_them = [Simulated("a", 96.0, (0.0, 1000.0)), Simulated("b", 96.0, (0.0,))]
    polls = [Poll(10_000.0, 0.0, 50.0, 1.0, 2, 1, 0), Poll(10_100.0, 800.0, 50.0, 90.0, 2, 1, 0)]
    log = [("10000", "a", "/rss", "200"), ("10000.5", "b", "/rss", "200"), ("10003", "a", "/news/1", "200"),
           ("10100", "a", "/rss", "200"), ("10101.5", "a", "/news/2", "200")]  # fmt: skip
    result = result_of(2, polls, log, 9_000.0, all_of_them)
    assert (result.too_short, result.shortest_gap_s, result.requests) == (1, 1.5, 5)
    assert result.fresh_s == [10_101.5 + 800 - 9_000 - 1000]
    assert isinstance(result, Result) and result.share == 0.1
    assert not result.reached
