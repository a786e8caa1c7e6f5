"""What the ledger tells of a source's past, the same on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.keys import Part
from storage.ledger import Captured, Found, Ledger
from storage.ledger_history import COUNTS, source_history
from storage.surt import surt

NOW = datetime(2026, 11, 26, 9, 30, 7, 5, tzinfo=UTC)
FEED = "https://s.example/rss"


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    url = f"sqlite:///{tmp_path / 'l.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    ledger = Ledger(str(url))
    yield ledger
    ledger.close()


def captured(run: str, offset: int, url: str, at: datetime, status: int, digest: str) -> Captured:
    return Captured("s", run, 1, offset, 10, f"<{offset}>", url, surt(url), at, status, digest)


def test_finds_runs_and_answers_are_counted(ledger: Ledger) -> None:
    for hours, counts in ((30, {"found": 9, "captures": 3, "odd": {"a": 1}}), (6, {"found": 4}), (1, None)):
        began = NOW - timedelta(hours=hours)
        run = f"{began:%Y%m%dT%H%M%SZ}-00000{hours % 10}"
        ledger.begin_run("s", run, began)
        if counts is not None:
            ledger.end_run("s", run, "finished", counts, began)
        rows = [
            captured(run, 0, FEED, began, 200, "sha256:feed"),
            captured(run, 10, f"https://s.example/{hours}", began, 403 if hours < 10 else 200, "sha256:x"),
        ]
        ledger.reconcile(Part("s", run, 1), rows, {})
    dated = NOW - timedelta(hours=5)
    later = NOW + timedelta(days=3)
    found = [Found("a", "u/a", FEED, dated), Found("b", "u/b", FEED, dated), Found("c", "u/c", FEED, later)]
    ledger.discover("s", [*found, Found("old", "u/old", FEED, NOW - timedelta(days=900))], NOW)
    history = source_history(ledger, "s", [FEED], NOW)
    hour = datetime(2026, 11, 26, tzinfo=UTC)
    assert history.found == ((hour.replace(hour=4), 2), (hour.replace(hour=9), 1))  # a date to come is none
    assert history.newest == NOW
    assert history.first_run == NOW - timedelta(hours=30)
    assert [each.hour for each in history.looked] == [3, 3, 8]
    assert [(day.finished, day.counts) for day in history.days] == [
        (True, {"captures": 3, "found": 9}),
        (False, {"found": 4}),
    ]
    assert [run.finished for run in history.last_runs] == [True, True, False]
    assert [page.digest for page in history.pages] == ["sha256:feed"] * 3
    assert (history.statuses, history.answers, history.same_answer) == ({200: 4, 403: 2}, 2, 1)
    assert set(history.days[0].counts) <= set(COUNTS)


def test_a_source_without_a_past_has_none(ledger: Ledger) -> None:
    history = source_history(ledger, "nobody", [], NOW)
    assert (history.first_run, history.newest, history.found, history.days, history.last_runs) == (
        None,
        None,
        (),
        (),
        (),
    )
