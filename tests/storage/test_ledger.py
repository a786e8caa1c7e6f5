"""The ledger, the same tests on SQLite and on PostgreSQL."""

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import ledger_database
from storage.errors import InvalidSetting, LeaseLost, LedgerError, LedgerLocked, SourceBusy
from storage.keys import Part
from storage.leases import LEASE_FOR
from storage.ledger import MAX_TRIES, Captured, Found, Ledger, PartState

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
RUN = "20261122T100000Z-abc123"
PART = Part("sada", RUN, 1)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/data/ledger.db"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture
def ledger(url: str):
    opened = Ledger(url)
    yield opened
    opened.close()


def found(*numbers: int) -> list[Found]:
    return [Found(f"sada:{n}", f"http://sada.test/{n}", "http://sada.test/feed", NOW) for n in numbers]


def captured(number: int, offset: int = 0) -> Captured:
    return Captured(
        "sada", RUN, 1, offset, 100, f"<urn:uuid:{number}>", f"http://sada.test/{number}", f"test,sada)/{number}",
        NOW, 200, "sha256:x",
    )  # fmt: skip


def test_a_url_found_twice_is_owed_once(ledger: Ledger) -> None:
    twin = Found("sada:1", "http://sada.test/amp/1", "http://sada.test/", None)
    assert ledger.discover("sada", [*found(1, 2), twin], NOW).owed == found(1, 2)
    assert ledger.discover("sada", [twin], NOW).owed == [twin]
    assert [item.url for item in ledger.owed("sada")] == ["http://sada.test/1", "http://sada.test/2"]


def test_a_durable_capture_is_no_longer_owed(ledger: Ledger) -> None:
    lease = ledger.lease("sada", "a", NOW)
    ledger.discover("sada", found(1, 2), NOW)
    ledger.record(lease, [captured(1)], {"sada:1": captured(1)}, NOW)
    assert ledger.discover("sada", found(1, 2), NOW).owed == found(2)
    assert ledger.url_counts("sada") == {"done": 1, "owed": 1}
    assert ledger.captures_of(PART) == 1


def test_a_thousand_urls_are_one_call(ledger: Ledger) -> None:
    many = found(*range(1500))
    assert len(ledger.discover("sada", many, NOW).owed) == 1500
    assert ledger.url_counts("sada") == {"owed": 1500}


def test_sources_do_not_see_each_other(ledger: Ledger) -> None:
    ledger.discover("sada", found(1), NOW)
    assert list(ledger.owed("other")) == []
    assert ledger.discover("other", found(1), NOW).owed == found(1)


def test_a_url_that_fails_again_and_again_is_left_alone_and_listed(ledger: Ledger) -> None:
    lease = ledger.lease("sada", "a", NOW)
    ledger.discover("sada", found(1), NOW)
    for _ in range(MAX_TRIES - 1):
        ledger.failed(lease, "sada:1", "timeout", NOW)
    assert list(ledger.owed("sada")) == found(1)
    ledger.failed(lease, "sada:1", "timeout", NOW)
    assert list(ledger.owed("sada")) == []
    assert ledger.url_counts("sada") == {"failed": 1}


def test_moments_come_back_aware_and_exact(ledger: Ledger) -> None:
    moment = datetime(2026, 11, 22, 10, 0, 0, 123456, tzinfo=UTC)
    ledger.begin_run("sada", RUN, moment)
    ledger.end_run("sada", RUN, "finished", {"articles": 3}, moment + timedelta(seconds=1))
    (row,) = ledger.runs_of("sada")
    assert (row.started_at, row.counts) == (moment, {"articles": 3})
    assert ledger.runs_of("sada", unfinished=True) == []


def test_parts_walk_from_open_to_read(ledger: Ledger) -> None:
    for state in (PartState.OPEN, PartState.SEALED, PartState.KEPT):
        ledger.set_part(PART, state, size=10)
        assert [row.state for row in ledger.owed_parts("sada")] == [state]
    ledger.set_part(PART, PartState.READ)
    assert ledger.owed_parts() == []
    assert [row.size for row in ledger.parts_of("sada", RUN)] == [10]


def test_what_several_sources_owe_is_asked_at_once(ledger: Ledger) -> None:
    mine, others, done = (Part(source, RUN, 1) for source in ("sada", "rafidain", "done"))
    for part in (mine, others, Part("marsad", RUN, 1)):
        ledger.set_part(part, PartState.SEALED, size=10)
    ledger.set_part(done, PartState.READ)
    asked = ["sada", "rafidain", "done", *(f"nobody-{number}" for number in range(1000))]
    assert {row.part for row in ledger.owed_parts_of(asked)} == {mine, others}
    assert ledger.owed_parts_of([]) == []


def test_reconciling_makes_the_rows_those_of_the_file(ledger: Ledger) -> None:
    lease = ledger.lease("sada", "a", NOW)
    ledger.record(lease, [captured(1, 0), captured(2, 100)], {}, NOW)
    ledger.discover("sada", found(1, 3), NOW)
    ledger.reconcile(PART, [captured(1, 0), captured(3, 100), captured(4, 200)], {"sada:3": captured(3, 100)})
    assert ledger.captures_of(PART) == 3
    assert list(ledger.owed("sada")) == found(1)


def test_one_owner_a_source(ledger: Ledger) -> None:
    ledger.lease("sada", "host:1:run", NOW)
    with pytest.raises(SourceBusy, match="host:1:run"):
        ledger.lease("sada", "host:2:run", NOW + timedelta(seconds=5))
    ledger.lease("other", "host:2:run", NOW)


def test_a_lease_that_ran_out_or_whose_owner_is_dead_can_be_taken(ledger: Ledger) -> None:
    first = ledger.lease("sada", "a", NOW)
    second = ledger.lease("sada", "b", NOW + LEASE_FOR + timedelta(seconds=1))
    third = ledger.lease("sada", "c", NOW, dead=frozenset({"b"}))
    assert first.token < second.token < third.token
    assert ledger.owner_of("sada") == "c"


def test_a_zombie_writes_nothing(ledger: Ledger) -> None:
    zombie = ledger.lease("sada", "a", NOW)
    ledger.lease("sada", "b", NOW + LEASE_FOR + timedelta(seconds=1))
    ledger.discover("sada", found(1), NOW)
    with pytest.raises(LeaseLost):
        ledger.record(zombie, [captured(1)], {"sada:1": captured(1)}, NOW)
    assert ledger.captures_of(PART) == 0
    assert list(ledger.owed("sada")) == found(1)


def test_a_released_lease_is_free_at_once(ledger: Ledger) -> None:
    lease = ledger.lease("sada", "a", NOW)
    ledger.release([lease], NOW)
    assert ledger.lease("sada", "b", NOW).token == lease.token + 1


def test_of_sixteen_that_ask_at_once_one_gets_the_lease(url: str) -> None:
    first = Ledger(url)
    winners, losers = [], []

    def ask(number: int) -> None:
        own = Ledger(url)
        try:
            winners.append(own.lease("sada", f"owner-{number}", NOW))
        except SourceBusy as busy:
            losers.append(busy)
        finally:
            own.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.close()
    assert (len(winners), len(losers)) == (1, 15)


def test_a_locked_ledger_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_database, "LOCK_WAIT_S", 0.2)
    path = tmp_path / "ledger.db"
    ledger = Ledger(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(LedgerLocked, match="locked by another program"):
        ledger.begin_run("sada", RUN, NOW)
    holder.close()
    ledger.close()


def test_reading_does_not_wait_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger = Ledger(f"sqlite:///{path}")
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    assert list(ledger.owed("sada")) == []
    holder.close()
    ledger.close()


@pytest.mark.parametrize("url", ["mysql://x/y", "nonsense", "postgresql://u@h/d"])
def test_a_ledger_url_that_cannot_be_meant_is_named(url: str) -> None:
    with pytest.raises(InvalidSetting, match="WARRAQ_LEDGER: expected sqlite"):
        Ledger(url)


@pytest.mark.parametrize("url", ["user:hunter2@127.0.0.1:1/none", "user@127.0.0.1:1/none?password=hunter2"])
def test_a_password_stays_out_of_the_message(url: str) -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger(f"postgresql+psycopg://{url}")
    assert "hunter2" not in str(caught.value)
    assert "127.0.0.1" in str(caught.value)


@pytest.mark.parametrize("url", ["hunter2", "postgresql+psycopg://user:x@hunter2@127.0.0.1/none"])
def test_what_may_be_a_part_of_a_password_is_not_said(url: str) -> None:
    with pytest.raises(InvalidSetting) as caught:
        Ledger(url)
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.write_text("not a database " * 100)
    with pytest.raises(LedgerError, match=r"ledger\.db"):
        Ledger(f"sqlite:///{path}")
