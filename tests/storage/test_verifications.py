"""What was verified is remembered, by store and share, until the verification has ended."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage.ledger import Ledger
from storage.verifications import Verifications, VerifiedPart

NOW = datetime(2026, 11, 22, 3, 30, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
PART = VerifiedPart("prova", "20261122T100000Z-abc123-00001", 4, [{"key": "raw/x", "problem": "missing"}])


@pytest.fixture(params=["sqlite", "postgresql"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    sqlite = request.param == "sqlite"
    opened = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}" if sqlite else request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()


def test_an_unfinished_verification_goes_on_with_what_it_knew(ledger: Ledger) -> None:
    first = Verifications(ledger, "file:a")
    began = first.begin(100, NOW)
    first.remember(began, [PART])
    again = Verifications(ledger, "file:a")
    assert again.begin(100, LATER) == began == NOW
    assert again.remembered(began) == [PART]
    last = again.last()
    assert last is not None and (last.started_at, last.finished_at) == (NOW, None)


def test_another_share_another_store_and_an_old_one_begin_anew(ledger: Ledger) -> None:
    Verifications(ledger, "file:a").begin(100, NOW)
    assert Verifications(ledger, "file:a").begin(10, LATER) == LATER
    assert Verifications(ledger, "file:b").begin(100, LATER + timedelta(hours=1)) == LATER + timedelta(hours=1)
    assert Verifications(ledger, "file:a").begin(100, NOW + timedelta(days=8)) == NOW + timedelta(days=8)


def test_a_finished_verification_is_told_and_its_parts_are_forgotten(ledger: Ledger) -> None:
    records = Verifications(ledger, "file:a")
    assert records.last() is None
    began = records.begin(100, NOW)
    records.remember(began, [PART])
    records.finish(began, 9, 1, LATER)
    assert records.remembered(began) == []
    last = records.last()
    assert last is not None
    assert (last.finished_at, last.objects, last.damages, last.sample) == (LATER, 9, 1, 100)
    assert records.begin(100, LATER) == LATER
