"""How long a robots.txt counts, and what counts while it cannot be had. RFC 9309, sections 2.3.1 and 2.4."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy.http import Response

from crawlers.robots import Known, RobotsKeeper
from crawlers.turns import Turns
from storage.ledger import Ledger

ORIGIN = "https://mithal.example"
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
RULES = b"User-agent: *\nDisallow: /secret\n"
DAY = timedelta(days=1)


class Publisher:
    """A robots.txt that is asked for by crawl after crawl; each has a keeper of its own."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.asked = 0

    def crawl(self, now: datetime, status: int, body: bytes = b"") -> Known:
        """What a crawl at that moment goes by, if the publisher answers so. Status 0: it does not answer."""

        async def fetch(url: str) -> Response:
            assert url == f"{ORIGIN}/robots.txt"
            self.asked += 1
            if status == 0:
                raise ConnectionRefusedError("refused")
            return Response(url, status=status, body=body)

        async def ask() -> Known:
            keeper = RobotsKeeper(self.ledger, lambda: now, Turns(self.ledger, lambda: now, lambda host: None))
            return await keeper.of(ORIGIN, fetch)

        return asyncio.run(ask())


@pytest.fixture
def publisher(tmp_path: Path) -> Iterator[Publisher]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    yield Publisher(ledger)
    ledger.close()


def forbids_only_the_secret(known: Known) -> bool:
    rules = known.rules
    return known.unreachable is None and rules.allows(f"{ORIGIN}/a") and not rules.allows(f"{ORIGIN}/secret/1")


def test_a_copy_counts_for_a_day_and_is_not_asked_for_again(publisher: Publisher) -> None:
    assert forbids_only_the_secret(publisher.crawl(NOON, 200, RULES))
    assert forbids_only_the_secret(publisher.crawl(NOON + DAY - timedelta(minutes=1), 500))
    assert publisher.asked == 1
    assert publisher.crawl(NOON + DAY, 404).rules.allows(f"{ORIGIN}/secret/1")
    assert publisher.asked == 2


@pytest.mark.parametrize("status", [500, 503, 429, 0])
def test_what_cannot_be_had_forbids_all_for_thirty_days_and_then_the_last_good_copy_counts(
    publisher: Publisher, status: int
) -> None:
    publisher.crawl(NOON, 200, RULES)
    for days in (1, 15, 29):
        known = publisher.crawl(NOON + days * DAY, status)
        assert known.unreachable is not None and "nothing is fetched until it can be read" in known.unreachable
    assert publisher.asked == 4, "it is asked for again by each crawl"
    assert forbids_only_the_secret(publisher.crawl(NOON + 30 * DAY, status))
    assert forbids_only_the_secret(publisher.crawl(NOON + 300 * DAY, status))
    assert publisher.crawl(NOON + 301 * DAY, 200, b"").rules.allows(f"{ORIGIN}/secret/1")


def test_without_a_good_copy_all_stays_forbidden(publisher: Publisher) -> None:
    for days in (0, 31, 400):
        assert publisher.crawl(NOON + days * DAY, 500).unreachable is not None


def test_an_unreachable_one_is_asked_for_again_within_minutes_by_the_same_crawl(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    now = [NOON]
    answers = [Response(f"{ORIGIN}/robots.txt", status=500), Response(f"{ORIGIN}/robots.txt", status=200, body=RULES)]

    async def fetch(_: str) -> Response:
        return answers.pop(0)

    async def crawl() -> list[Known]:
        keeper = RobotsKeeper(ledger, lambda: now[0], Turns(ledger, lambda: now[0], lambda host: None))
        first = await keeper.of(ORIGIN, fetch)
        second = await keeper.of(ORIGIN, fetch)
        now[0] += timedelta(minutes=10)
        return [first, second, await keeper.of(ORIGIN, fetch)]

    first, second, third = asyncio.run(crawl())
    ledger.close()
    assert first.unreachable and second is first
    assert forbids_only_the_secret(third) and not answers
