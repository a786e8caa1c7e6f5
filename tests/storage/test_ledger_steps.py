"""A ledger of an older Warraq becomes one of this Warraq in place, with all its rows, on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, inspect, text

from storage import ledger_steps
from storage.errors import LedgerError
from storage.ledger import Ledger
from storage.ledger_schema import SCHEMA_VERSION
from storage.ledger_steps import STEPS, Step

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
# The tables as version 2 made them.
VERSION_2 = (
    "CREATE TABLE about (name VARCHAR(40) NOT NULL, value TEXT NOT NULL, PRIMARY KEY (name))",
    """CREATE TABLE urls (source VARCHAR(60) NOT NULL, document_key TEXT NOT NULL, url TEXT NOT NULL,
        found_in TEXT NOT NULL, found_at BIGINT NOT NULL, dated BIGINT, state VARCHAR(10) NOT NULL,
        tries INTEGER NOT NULL, problem TEXT, status INTEGER, captured_at BIGINT, payload_digest TEXT,
        PRIMARY KEY (source, document_key))""",
    "CREATE INDEX urls_by_state ON urls (source, state)",
    """CREATE TABLE captures (source VARCHAR(60) NOT NULL, run VARCHAR(30) NOT NULL, part INTEGER NOT NULL,
        "offset" BIGINT NOT NULL, length BIGINT NOT NULL, record_id VARCHAR(60) NOT NULL, url TEXT NOT NULL,
        archive_key TEXT NOT NULL, captured_at BIGINT NOT NULL, status INTEGER NOT NULL, payload_digest TEXT NOT NULL,
        kind VARCHAR(10) NOT NULL, decoded_digest TEXT NOT NULL, PRIMARY KEY (source, run, part, "offset"))""",
    "CREATE INDEX captures_by_key ON captures (archive_key)",
    """CREATE TABLE parts (source VARCHAR(60) NOT NULL, run VARCHAR(30) NOT NULL, number INTEGER NOT NULL,
        state VARCHAR(10) NOT NULL, size BIGINT NOT NULL, PRIMARY KEY (source, run, number))""",
    """CREATE TABLE runs (source VARCHAR(60) NOT NULL, run VARCHAR(30) NOT NULL, started_at BIGINT NOT NULL,
        finished_at BIGINT, outcome VARCHAR(20), counts JSON, PRIMARY KEY (source, run))""",
    """CREATE TABLE leases (source VARCHAR(60) NOT NULL, owner TEXT NOT NULL, token BIGINT NOT NULL,
        expires_at BIGINT NOT NULL, PRIMARY KEY (source))""",
    "INSERT INTO about VALUES ('schema', '2')",
    """INSERT INTO urls VALUES
        ('sada', 'sada:1', 'http://s.test/1', 'http://s.test/', 1, NULL, 'owed', 0, NULL, NULL, NULL, NULL),
        ('sada', 'sada:2', 'http://s.test/2', 'http://s.test/', 2, 5, 'done', 0, NULL, 200, 3, 'sha256:x')""",
    "INSERT INTO leases VALUES ('sada', 'a', 7, 0)",
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/ledger.db"
    return str(request.getfixturevalue("postgres_url"))


def run(url: str, *statements: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    engine.dispose()


def shape(url: str) -> dict[str, Any]:
    """Tables, columns, keys and indexes as the database itself tells them."""
    engine = create_engine(url)
    with engine.connect() as connection:
        seen = inspect(connection)
        found = {
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in seen.get_columns(table)},
                "key": seen.get_pk_constraint(table)["constrained_columns"],
                "indexes": sorted((i["name"], tuple(i["column_names"])) for i in seen.get_indexes(table)),
            }
            for table in seen.get_table_names()
            if not table.startswith("verif")
        }
    engine.dispose()
    return found


def test_the_steps_and_the_tables_of_today_come_to_the_same(url: str, tmp_path: Path, request: Any) -> None:
    run(url, *VERSION_2)
    Ledger(url).close()
    upgraded = shape(url)
    run(url, *(f"DROP TABLE {table}" for table in upgraded))
    Ledger(url).close()
    assert upgraded == shape(url)


def test_an_older_ledger_keeps_its_rows_and_works(url: str) -> None:
    run(url, *VERSION_2)
    ledger = Ledger(url)
    assert ledger.url_counts("sada") == {"owed": 1, "done": 1}
    assert [item.url for item in ledger.owed("sada")] == ["http://s.test/1"]
    assert ledger.lease("sada", "b", NOW).token == 8
    with ledger.engine.connect() as connection:
        visits = connection.execute(text("SELECT visits FROM urls ORDER BY document_key")).scalars().all()
    assert visits == [0, 1]
    ledger.close()


def test_a_newer_ledger_is_refused_and_left_as_it_is(url: str) -> None:
    Ledger(url).close()
    newer = SCHEMA_VERSION + 1
    run(url, f"UPDATE about SET value = '{newer}' WHERE name = 'schema'")
    before = shape(url)
    with pytest.raises(LedgerError, match=f"schema {newer}, made by a newer Warraq; this one writes {SCHEMA_VERSION}"):
        Ledger(url)
    assert shape(url) == before


@pytest.mark.parametrize("found", ["1", "0", "two", "-3"])
def test_a_ledger_that_no_step_leads_on_from_is_named(url: str, found: str) -> None:
    Ledger(url).close()
    run(url, f"UPDATE about SET value = '{found}' WHERE name = 'schema'")
    with pytest.raises(LedgerError, match="which no step leads on from"):
        Ledger(url)


def test_a_step_that_fails_leaves_everything_as_it_was(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run(url, *VERSION_2)
    before = shape(url)
    broken = (*STEPS, Step(SCHEMA_VERSION + 1, "broken", ("ALTER TABLE urls ADD COLUMN more TEXT", "NO SQL AT ALL")))
    monkeypatch.setattr(ledger_steps, "STEPS", broken)
    with pytest.raises(LedgerError):
        Ledger(url)
    assert shape(url) == before
    monkeypatch.undo()
    Ledger(url).close()


def test_eight_that_open_an_old_ledger_at_once_upgrade_it_once(url: str) -> None:
    run(url, *VERSION_2)
    faults: list[Exception] = []

    def open_it() -> None:
        try:
            Ledger(url).close()
        except Exception as error:
            faults.append(error)

    threads = [threading.Thread(target=open_it) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timedelta(minutes=1).total_seconds())
    assert faults == []
    ledger = Ledger(url)
    assert ledger.url_counts("sada") == {"owed": 1, "done": 1}
    ledger.close()


def test_each_version_has_its_step() -> None:
    assert [step.number for step in STEPS] == list(range(ledger_steps.FIRST_VERSION + 1, SCHEMA_VERSION + 1))
