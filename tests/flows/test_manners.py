"""What a politeness report says of exchanges, kept or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawlers.source import Name
from flows.asked import Asked, Terms
from flows.manners import HostManners, manners_at_hosts
from flows.politeness_report import Politeness
from flows.politeness_words import as_markdown, as_text
from storage.host_memory import RobotsMemory

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
BASE = "https://mithal.example"
TERMS = Terms("mithal", "20261126T120000Z-000000", 2.0, 1, "Warraq/1", "mailto:a@b.example", "record")
ROBOTS = b"User-agent: *\nDisallow: /secret\nCrawl-delay: 5\nContent-Signal: ai-train=no\n"


def asked(at_s: float, path: str = "/", *, took_s: float = 1.0, **more: object) -> Asked:
    started = NOON + timedelta(seconds=at_s)
    plain = Asked(TERMS, BASE + path, started, started + timedelta(seconds=took_s), 200, 100, 1000, None, (), None)
    return replace(plain, **more)  # type: ignore[arg-type]


def manners(*exchanges: Asked, **more: object) -> HostManners:
    (found,) = manners_at_hosts(exchanges, **more)  # type: ignore[arg-type]
    return found


def test_pauses_run_from_the_end_of_an_answer_to_the_next_request() -> None:
    found = manners(asked(0), asked(3), asked(6.5, took_s=0.5))
    assert (found.requests, found.pauses, found.shortest_pause_s, found.median_pause_s) == (3, 2, 2.0, 2.25)
    assert (found.received, found.sent, found.busiest_minute, found.per_minute) == (3000, 300, 3, 25.71)
    assert found.kept


def test_a_pause_that_is_shorter_than_asked_is_named() -> None:
    found = manners(asked(0), asked(3), asked(5.5))
    assert [(each.pause_s, each.asked_s) for each in found.short_pauses] == [(1.5, 2.0)]
    assert not found.kept


def test_several_at_a_time_are_held_against_the_time_between_their_starts() -> None:
    two = replace(TERMS, concurrency=2)
    found = manners(asked(0, terms=two, took_s=9), asked(2, terms=two, took_s=9))
    assert (found.shortest_pause_s, found.one_at_a_time, found.kept) == (2.0, False, True)


def test_a_crawl_delay_counts_from_the_copy_that_says_it() -> None:
    robots = asked(0, "/robots.txt", body=ROBOTS)
    found = manners(robots, asked(3), asked(9), asked(15))
    assert [(each.pause_s, each.asked_s) for each in found.short_pauses] == [(2.0, 5.0)]
    assert found.crawl_delay_s == 5.0
    assert manners(robots, asked(6), asked(12)).kept


def test_a_copy_from_an_earlier_day_counts_where_none_was_asked_for() -> None:
    copy = RobotsMemory(BASE, NOON, 200, ROBOTS.decode(), NOON - timedelta(hours=3))
    found = manners(asked(0, "/secret/1"), asked(3), remembered=[copy])
    assert found.against_robots == [f"{BASE}/secret/1"]
    assert [each.asked_s for each in found.short_pauses] == [5.0]
    assert [(each.at, each.status) for each in found.robots] == [(NOON - timedelta(hours=3), 200)]


@pytest.mark.parametrize(("retry_after", "next_s", "kept"), [("30", 31.0, True), ("30", 9.0, False), (None, 9.0, True)])
def test_who_asks_us_to_wait_is_waited_for(retry_after: str | None, next_s: float, kept: bool) -> None:
    found = manners(asked(0, status=429, retry_after=retry_after), asked(1 + next_s))
    asked_s = 30.0 if retry_after else None
    assert [(each.status, each.asked_s, each.next_after_s, each.kept) for each in found.waits] == [
        (429, asked_s, next_s, kept)
    ]
    assert found.kept is kept


def test_the_busiest_minute_is_any_sixty_seconds() -> None:
    found = manners(*(asked(at, took_s=0) for at in (0, 58, 59, 60, 61, 118, 200)))
    assert found.busiest_minute == 4


def test_hosts_stand_apart_with_what_was_left_alone_at_each() -> None:
    other = asked(0.1, url="https://cdn.example/a")
    here, there = manners_at_hosts([asked(0), other, asked(3)], [f"{BASE}/secret", f"{BASE}/secret/2"])
    assert (here.host, here.requests, here.left_alone) == ("cdn.example", 1, 0)
    assert (there.host, there.requests, there.left_alone, there.kept) == ("mithal.example", 2, 2, True)


def test_the_report_says_all_of_it_in_both_languages() -> None:
    said = (("content-signal", "ai-train=no"),)
    exchanges = asked(0, "/robots.txt", body=ROBOTS), asked(9, said_of_ai=said, status=503, retry_after="7"), asked(12)
    day = NOON.date()
    names = {"mithal": Name(ar="المثال", en="Example")}
    report = Politeness(day, day, NOON, "mailto:a@b.example", names, [manners(*exchanges)], [])
    assert report.exit_code == 1
    words = ("mithal.example", "المثال", "5 s by Crawl-delay", "503 for 7 s, next request after 2 s (too soon)")
    more = ("content-signal: ai-train=no (our policy: record)", "Warraq/1", "mailto:a@b.example")
    for text in (as_text(report), as_markdown(report)):
        assert [word for word in (*words, *more) if word not in text] == []
    assert "لم نلتزم ببعض ما طُلب منا" in as_markdown(report)
    rows = list(report.rows())
    assert rows[0]["names"] == {"mithal": {"ar": "المثال", "en": "Example"}}
    assert (rows[0]["kept"], rows[1]["hosts"]) == (False, 1)
