"""What is due, by cadence and by what pages brought; and its crawl, which asks for nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from crawlers.revisits import counted_from, next_poll
from flows.due import Due, crawl_due, due_sources
from flows.house import House
from flows.newsroom import Newsroom, running_newsroom, write_sources
from flows.report import Report
from flows.steps import plain_steps
from storage.errors import UsageError
from storage.ledger import Captured, Found
from storage.polls import note_poll, poll_of
from tests.flows.houses import house_in
from tests.flows.test_again import write_source

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
CADENCE = timedelta(minutes=15)
FEED, ROBOTS = "http://127.0.0.1:1/rss", "http://127.0.0.1:1/robots.txt"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """One source with a feed and what its robots.txt lists, every quarter of an hour; articles again after an hour."""
    more = {"discover": {"feeds": [FEED], "sitemaps": ["robots"]}, "cadence": "15m", "revisit": ["1h"]}
    folder = write_source(tmp_path / "sources", "http://127.0.0.1:1", **more)
    with house_in(tmp_path, sources=folder) as opened:
        yield opened


def poll(house: House, url: str, at: datetime, *, brought: int, quiet_before: int = 0) -> None:
    for number in range(quiet_before, -1, -1):
        note_poll(
            house.ledger, "mithal", url, at - CADENCE * number,
            brought=brought if not number else 0, read_whole=True, names_pages=None,
            due_after=lambda quiet: next_poll(at, CADENCE, quiet),
        )  # fmt: skip


def minutes_to_wait(house: House, now: datetime = NOON) -> float:
    """0: it is due."""
    found = due_sources(house, now, ["mithal"])
    assert len(found.sources) + len(found.later) == 1
    return (found.later[0][0] - now).total_seconds() / 60 if found.later else 0


def test_a_source_is_due_at_first_and_then_by_its_cadence(house: House) -> None:
    assert minutes_to_wait(house) == 0
    house.ledger.begin_run("mithal", "20261126T120000Z-000000", NOON)
    assert minutes_to_wait(house) == 15
    for url in (FEED, ROBOTS):
        poll(house, url, NOON + timedelta(seconds=40), brought=3)
    almost = NOON + timedelta(minutes=14, seconds=58)  # a schedule fires early, and the feed had to wait for its turn
    assert minutes_to_wait(house, almost) == 0
    assert minutes_to_wait(house, NOON + timedelta(minutes=10)) == pytest.approx(5 + 40 / 60)


@pytest.mark.parametrize(("waited_min", "next_min"), [(0, 15), (5, 15), (7.5, 15), (10, 17.5), (40, 47.5)])
def test_a_page_that_had_to_wait_in_its_run_loses_no_turn(waited_min: float, next_min: float) -> None:
    since = counted_from(NOON, NOON + timedelta(minutes=waited_min), CADENCE)
    assert next_poll(since, CADENCE, 0) == NOON + timedelta(minutes=next_min)


def test_a_source_whose_ways_bring_nothing_is_asked_more_rarely(house: House) -> None:
    house.ledger.begin_run("mithal", "20261126T120000Z-000000", NOON)
    for url in (FEED, ROBOTS):
        poll(house, url, NOON, brought=0, quiet_before=7)
    assert minutes_to_wait(house) == 30
    poll(house, FEED, NOON + timedelta(seconds=1), brought=0, quiet_before=99)
    assert minutes_to_wait(house) == 30, "the other way is still asked twice as often"
    poll(house, ROBOTS, NOON + timedelta(seconds=2), brought=1)
    assert minutes_to_wait(house) == pytest.approx(15 + 2 / 60)


def test_what_is_owed_or_to_be_looked_at_again_makes_a_quiet_source_due(house: House) -> None:
    run = "20261126T120000Z-000000"
    house.ledger.begin_run("mithal", run, NOON)
    for url in (FEED, ROBOTS):
        poll(house, url, NOON, brought=0, quiet_before=99)
    later = NOON + timedelta(minutes=20)
    assert minutes_to_wait(house, later) == 100
    house.ledger.discover("mithal", [Found("mithal:1", "http://127.0.0.1:1/news/1", FEED)], NOON)
    assert minutes_to_wait(house, NOON + timedelta(minutes=5)) > 0, "but not before its cadence has passed"
    assert minutes_to_wait(house, later) == 0
    lease = house.ledger.lease("mithal", "here:1:run", NOON)
    house.ledger.record(lease, [], {"mithal:1": captured(run)}, NOON)
    assert minutes_to_wait(house, later) == 100
    assert minutes_to_wait(house, NOON + timedelta(hours=1)) == 0, "its article is to be looked at again"


def captured(run: str) -> Captured:
    return Captured(
        source="mithal", run=run, part=1, offset=0, length=1, record_id="<r>", url="http://127.0.0.1:1/news/1",
        archive_key="k", captured_at=NOON, status=200, payload_digest="sha256:1",
    )  # fmt: skip


def test_a_broken_source_file_is_named_and_holds_up_no_other(tmp_path: Path, house: House) -> None:
    (tmp_path / "sources" / "alkharban.yaml").write_text("id: alkharban\nname: [", "utf-8")
    with house_in(tmp_path, sources=tmp_path / "sources") as again:
        found = due_sources(again, NOON)
    assert "mithal" in [source.id for source in found.sources]
    assert all(source.enabled for source in found.sources)
    assert "alkharban.yaml" in found.broken["alkharban"]


def test_where_no_source_is_enabled_that_is_said(house: House) -> None:
    fields = house.catalogue["mithal"].model_dump(mode="json", by_alias=True) | {"enabled": False}
    nobody = replace(house, catalogue={"mithal": house.catalogue["mithal"].model_validate(fields)})  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no source is enabled"):
        due_sources(nobody, NOON)


# --- the crawl -----------------------------------------------------------------------------------


def crawled(house: House, ids: list[str], *, ahead: timedelta = timedelta(0)) -> tuple[Due, Report]:
    """Crawl what is due by a clock that runs ahead."""
    with plain_steps() as steps:
        clock = house.clock
        later = replace(house, clock=lambda: clock() + ahead)
        return crawl_due(later, ids, steps=steps, watch=lambda _: None)


def asked(newsroom: Newsroom, since: int) -> list[str]:
    return sorted(f"{seen.publisher} {seen.path_qs}" for seen in newsroom.requests[since:])


@pytest.mark.slow
def test_a_crawl_of_what_is_due_asks_the_sources_that_are_due_and_of_them_the_pages_that_are(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        ids = sorted(newsroom.bases)
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            found, report = crawled(house, ids)
            assert (len(found.sources), report.owed) == (4, [])
            first = len(newsroom.requests)
            found, report = crawled(house, ids)
            assert (found.sources, report.sources, report.exit_code) == ([], [], 0)
            assert found.words().startswith("nothing is due; next is ")
            assert len(newsroom.requests) == first
            house.ledger.lease("rafidain-tv", "elsewhere:1:run", house.clock() + timedelta(hours=2))
            found, report = crawled(house, ids, ahead=timedelta(hours=1, minutes=1))
            assert (len(found.sources), report.owed, report.exit_code) == (4, [], 0)
            outcomes = {each.source: each.outcome for each in report.sources}
            assert outcomes.pop("rafidain-tv") == "busy" and set(outcomes.values()) == {"finished"}
            assert "elsewhere:1:run" in "".join(report.notes)
            again = asked(newsroom, first)
    assert again and not [line for line in again if line.startswith("rafidain-tv")]
    assert "marsad-almaghreb /rss" in again and "marsad-almaghreb /sitemap-news.xml" in again


@pytest.mark.slow
def test_a_quiet_page_is_left_alone_when_its_source_is_asked(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            crawled(house, ["marsad-almaghreb"])
            source = house.catalogue["marsad-almaghreb"]
            feed = next(iter(source.discover.feeds))
            at = house.clock()
            note_poll(
                house.ledger, source.id, feed, at, brought=0, read_whole=True, names_pages=None,
                due_after=lambda quiet: at + timedelta(hours=4),
            )  # fmt: skip
            first = len(newsroom.requests)
            found, report = crawled(house, [source.id], ahead=source.cadence)
            assert (len(found.sources), report.owed) == (1, [])
            again = asked(newsroom, first)
            found, report = crawled(house, [source.id], ahead=timedelta(hours=4))
            last = asked(newsroom, first + len(again))
    assert "marsad-almaghreb /sitemap-news.xml" in again and "marsad-almaghreb /rss" not in again
    assert "marsad-almaghreb /rss" in last


@pytest.mark.slow
def test_a_sitemap_index_is_as_lively_as_what_it_names(tmp_path: Path) -> None:
    """Its own text names no article; what its files bring is counted for it, and for the robots.txt that lists it."""
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            crawled(house, ["rafidain-tv"])

            base = newsroom.bases["rafidain-tv"]
            polls = {
                path: poll_of(house.ledger, "rafidain-tv", base + path) for path in ("/robots.txt", "/sitemap.xml")
            }
            keys = yaml.safe_load((tmp_path / "sources" / "rafidain-tv.yaml").read_text("utf-8"))
    assert keys["discover"]["sitemaps"] == ["robots"]
    assert {path: each is not None and each.quiet for path, each in polls.items()} == dict.fromkeys(polls, 0)
