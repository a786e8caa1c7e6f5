"""A backfill fetches the articles of its days and no others, goes on after a kill, and maps what is missing."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from flows.backfilling import backfill_sources
from flows.gap_map import Day, GapMap, gap_map
from flows.gap_picture import gap_picture
from flows.house import House
from flows.newsroom import EVERYONE, Newsroom, expected_articles, running_newsroom, write_sources
from flows.rebuilding import rebuild
from flows.steps import plain_steps
from flows.window import Window
from storage import keys
from storage.articles import read_articles
from storage.errors import UsageError
from storage.ledger import Ledger
from storage.ledger_overview import url_rows
from storage.link_pages import remembered
from tests.flows.houses import environment_in, house_in

NAMES = ("yawmiyat", "mudawwanat-alsafar", "arshif-aljabal")
DECEMBER = Window(date(2024, 12, 20), date(2024, 12, 26))


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with running_newsroom(publishers={name: EVERYONE[name] for name in (*NAMES, "sawt-alwaha")}) as running:
        yield running


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> Iterator[House]:
    write_sources(newsroom, tmp_path / "sources")
    with house_in(tmp_path, sources=tmp_path / "sources") as opened:
        yield opened


def backfilled(house: House, name: str, window: Window) -> GapMap:
    with plain_steps() as steps:
        report, (found,) = backfill_sources(
            house, house.catalogue.chosen([name]), window, steps=steps, watch=lambda _: None
        )
    assert report.owed == []
    return found


def ids_in_archive(house: House) -> set[str]:
    return {a.document_key for key in house.store.list(keys.ARTICLES) for a in read_articles(house.store.get(key))}


def expected_in(newsroom: Newsroom, name: str, window: Window) -> set[str]:
    mine = (each for each in expected_articles(newsroom.bases) if each.publisher == name)
    return {f"{name}:{each.id}" for each in mine if each.published and window.since <= each.published <= window.until}


WINDOWS = {
    "yawmiyat": DECEMBER,
    "mudawwanat-alsafar": Window(date(2025, 4, 20), date(2025, 5, 2)),
    "arshif-aljabal": Window(date(2025, 6, 10), date(2025, 7, 5)),
}


@pytest.mark.parametrize("name", [NAMES[0], *(pytest.param(name, marks=pytest.mark.slow) for name in NAMES[1:])])
def test_the_articles_of_the_window_come_and_no_others(name: str, house: House, newsroom: Newsroom) -> None:
    window = WINDOWS[name]
    wanted = expected_in(newsroom, name, window)
    found = backfilled(house, name, window)
    came = ids_in_archive(house)
    assert wanted and wanted <= came
    dated = {row.document_key: row.dated for row in url_rows(house.ledger, name)}
    near = timedelta(days=1)
    since, until = window.moments(house.catalogue[name].zone)
    # A sitemap tells days of change: what was changed soon after the window may be of the window.
    late = timedelta(days=36) if name == "arshif-aljabal" else near
    dates = [dated[key] for key in came - wanted]
    assert [each for each in dates if each is not None and not since - near < each < until + late] == []
    assert found.total("captured") == found.total("found") == len(wanted)
    assert {day.day for day in found.days if day.captured} == {
        each.published for each in expected_articles(newsroom.bases) if f"{name}:{each.id}" in wanted
    }
    assert set(found.gaps) == {day.day for day in found.days if not day.captured}


@pytest.mark.slow
def test_sitemaps_of_other_months_are_not_asked_for(house: House, newsroom: Newsroom) -> None:
    first = len(newsroom.requests)
    backfilled(house, "arshif-aljabal", WINDOWS["arshif-aljabal"])
    asked = {seen.path_qs for seen in newsroom.requests[first:] if "/maps/" in seen.path_qs}
    assert asked == {"/maps/sitemap-2025-06.xml.gz", "/maps/sitemap-2025-07.xml.gz", "/maps/pages.xml"}


def test_the_same_days_again_read_nothing_that_is_known(house: House, newsroom: Newsroom) -> None:
    backfilled(house, "yawmiyat", DECEMBER)
    first = len(newsroom.requests)
    again = backfilled(house, "yawmiyat", DECEMBER)
    paths = [seen.path_qs for seen in newsroom.requests[first:]]
    assert not [path for path in paths if path.startswith(("/archive/", "/read/"))]
    assert again.total("captured") > 0


@pytest.mark.slow
def test_a_ledger_rebuilt_from_a_backfill_is_equal_row_for_row(house: House, tmp_path: Path) -> None:
    backfilled(house, "yawmiyat", DECEMBER)
    ledger = Ledger(f"sqlite:///{tmp_path / 'again.db'}")
    again = replace(house, ledger=ledger)
    assert rebuild(again, watch=lambda _: None).problems == []
    for known in (url_rows, lambda of, source: remembered(of, source, DECEMBER.name)):
        before, after = (known(each, "yawmiyat") for each in (house.ledger, ledger))
        assert sorted(map(str, before)) == sorted(map(str, after)) and before
    ledger.close()


@pytest.mark.slow
def test_a_backfill_that_was_killed_goes_on_where_it_was(newsroom: Newsroom, tmp_path: Path) -> None:
    name, window = "sawt-alwaha", ["--since", "2022-02-01", "--until", "2022-04-30"]
    for file in write_sources({name: newsroom.bases[name]}, tmp_path / "sources"):
        keys_of_file = yaml.safe_load(file.read_text("utf-8"))
        keys_of_file["politeness"] = {"delay": "0.3s", "concurrency": 1}
        file.write_text(yaml.safe_dump(keys_of_file, allow_unicode=True), "utf-8")
    command = [sys.executable, "-m", "flows.cli", "backfill", name, *window, "--json"]
    world = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "sources"))
    first = len(newsroom.requests)
    killed = subprocess.Popen(command, env=world, cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 120
    while sum("node/" in seen.path_qs for seen in newsroom.requests[first:]) < 12:
        assert time.monotonic() < until and killed.poll() is None
        time.sleep(0.05)
    os.kill(killed.pid, signal.SIGKILL)
    killed.wait()
    done = subprocess.run(command, env=world, cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    days = [row for row in rows if row.get("event") == "day"]
    assert sum(row["captured"] for row in days) == sum(row["found"] for row in days) == 21
    asked = [seen.path_qs for seen in newsroom.requests[first:] if "q=node/" in seen.path_qs and seen.status == 200]
    assert len(set(asked)) == 21 and len(asked) <= 21 + 16  # what was under way at the kill is fetched once more
    assert next(tmp_path.glob("gap-map-*.svg")).read_text("utf-8").startswith("<svg")


def test_the_picture_is_drawn_from_the_right_and_weeks_stand_for_many_days() -> None:
    start = date(2024, 1, 1)
    days = [Day(start + timedelta(days=n), captured=n % 3, failed=n % 2) for n in range(400)]
    image = ElementTree.fromstring(gap_picture([GapMap("prova", "تجربة <١>", "Trial", days)]))
    assert image.get("direction") == "rtl"
    bars = [each for each in image.iter() if each.tag.endswith("}g") and each[0].tag.endswith("title")]
    assert 50 < len(bars) < 70
    first, last = (float(bar[1].get("x", "0")) for bar in (bars[0], bars[-1]))
    assert first > last
    assert any("تجربة" in (each.text or "") for each in image.iter())


def test_a_day_that_is_expected_to_have_more_is_a_gap(house: House) -> None:
    least = GapMap("x", "س", "X", [Day(date(2024, 1, 1), captured=4), Day(date(2024, 1, 2), captured=5)], expected=5)
    assert least.gaps == [date(2024, 1, 1)]
    empty = gap_map(house, house.catalogue["yawmiyat"], DECEMBER)
    assert len(empty.gaps) == len(empty.days) == 7


def test_a_window_is_whole_days_in_the_publishers_zone(house: House) -> None:
    since, until = DECEMBER.moments(house.catalogue["yawmiyat"].zone)
    assert since.astimezone(UTC) == datetime(2024, 12, 19, 20, tzinfo=UTC)
    assert until - since == timedelta(days=7)
    with pytest.raises(UsageError, match="comes before"):
        Window(DECEMBER.until, DECEMBER.since)
