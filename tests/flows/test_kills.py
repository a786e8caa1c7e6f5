"""kill -9 at random moments of a crawl, then the same command again: nothing lost, nothing twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.flows.kills import answers, killed_at_random

PAGES = 300
TRIALS = 50


@pytest.fixture(scope="module")
def site() -> Iterator[ByteServer]:
    with serving_bytes(answers(PAGES)) as server:
        yield server


@pytest.mark.parametrize("number", [0, *(pytest.param(n, marks=pytest.mark.slow) for n in range(1, 1 + TRIALS))])
def test_a_crawl_killed_at_a_random_moment_is_made_whole_by_the_next(
    number: int, tmp_path: Path, site: ByteServer
) -> None:
    assert killed_at_random(number, tmp_path / "house", site, PAGES)
