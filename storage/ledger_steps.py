"""How an older ledger becomes a newer one, in place: numbered steps, all of them in one transaction.

A change of `ledger_schema` comes with a step here, its number SCHEMA_VERSION. Steps are plain SQL that SQLite and
PostgreSQL both read, and never change again: they tell what was, not what is. A test holds that the steps and
`ledger_schema` come to the same tables."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, inspect, select, update

from storage.errors import LedgerError
from storage.ledger_schema import SCHEMA_VERSION, about, insert_into, metadata

FIRST_VERSION = 2  # the oldest that can be upgraded; before it nothing was released
_OPENING = 0x77617272  # key of PostgreSQL's advisory lock: two that open an old ledger at once upgrade it once


@dataclass(frozen=True, slots=True)
class Step:
    number: int  # the schema version it leads to
    what: str  # for whoever reads this table
    statements: tuple[str, ...]


STEPS = (
    Step(
        3,
        "validators, visits and events; polling; manners at hosts and their robots.txt",
        (
            "ALTER TABLE urls ADD COLUMN found_by VARCHAR(12) NOT NULL DEFAULT ''",
            "ALTER TABLE urls ADD COLUMN visits INTEGER NOT NULL DEFAULT 0",
            "UPDATE urls SET visits = 1 WHERE captured_at IS NOT NULL",
            "DROP INDEX urls_by_state",
            "CREATE INDEX urls_by_state ON urls (source, state, found_at)",
            "CREATE INDEX urls_by_visit ON urls (source, visits, captured_at) WHERE captured_at IS NOT NULL",
            "ALTER TABLE captures ADD COLUMN etag TEXT",
            "ALTER TABLE captures ADD COLUMN last_modified TEXT",
            """CREATE TABLE events (
                source VARCHAR(60) NOT NULL, document_key TEXT NOT NULL, captured_at BIGINT NOT NULL,
                run VARCHAR(30) NOT NULL, part INTEGER NOT NULL, "offset" BIGINT NOT NULL, what VARCHAR(10) NOT NULL,
                url TEXT NOT NULL, detail TEXT NOT NULL, headline TEXT, text_digest TEXT,
                extractor VARCHAR(40) NOT NULL,
                PRIMARY KEY (source, document_key, captured_at, run, part, "offset", what))""",
            """CREATE TABLE polls (
                source VARCHAR(60) NOT NULL, url TEXT NOT NULL, polled_at BIGINT NOT NULL, brought_at BIGINT,
                quiet INTEGER NOT NULL, next_at BIGINT NOT NULL,
                PRIMARY KEY (source, url))""",
            """CREATE TABLE hosts (
                origin TEXT NOT NULL, failures INTEGER NOT NULL DEFAULT 0, down_since BIGINT, retry_at BIGINT,
                problem TEXT, lied_at BIGINT, checked_at BIGINT,
                PRIMARY KEY (origin))""",
            """CREATE TABLE robots (
                origin TEXT NOT NULL, fetched_at BIGINT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
                good_at BIGINT,
                PRIMARY KEY (origin))""",
            "ALTER TABLE leases RENAME TO leases_2",
            """CREATE TABLE leases (
                source TEXT NOT NULL, owner TEXT NOT NULL, token BIGINT NOT NULL, expires_at BIGINT NOT NULL,
                PRIMARY KEY (source))""",
            "INSERT INTO leases SELECT source, owner, token, expires_at FROM leases_2",
            "DROP TABLE leases_2",
        ),
    ),
    Step(
        4,
        "what is remembered of pages that name articles",
        (
            """CREATE TABLE link_pages (
                source VARCHAR(60) NOT NULL, task VARCHAR(40) NOT NULL, url TEXT NOT NULL, kind VARCHAR(12) NOT NULL,
                read_at BIGINT NOT NULL, whole BOOLEAN NOT NULL, changed_at BIGINT, brought_at BIGINT, follows TEXT,
                number INTEGER NOT NULL,
                PRIMARY KEY (source, task, url))""",
        ),
    ),
    Step(
        5,
        "what was read of a page that names articles; 304s that were believed; an index of what is left to do alone",
        (
            "DROP INDEX urls_by_state",
            "CREATE INDEX urls_left ON urls (source, state, found_at, document_key) WHERE state <> 'done'",
            "ALTER TABLE polls ADD COLUMN read_at BIGINT",
            "ALTER TABLE polls ADD COLUMN names_pages INTEGER NOT NULL DEFAULT 0",
            "ALTER TABLE hosts ADD COLUMN believed INTEGER NOT NULL DEFAULT 0",
        ),
    ),
    Step(
        6,
        "what feeds hold of articles that are owed",
        (
            """CREATE TABLE told_bodies (
                source VARCHAR(60) NOT NULL, document_key TEXT NOT NULL, line TEXT NOT NULL,
                PRIMARY KEY (source, document_key))""",
        ),
    ),
)


def bring_up_to_date(connection: Connection, where: str) -> None:
    """Make the tables of an empty database, or upgrade those of an older Warraq; the caller's one transaction.

    Raises LedgerError for a ledger of a newer Warraq, or of no Warraq."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_OPENING})")
    found = None
    if inspect(connection).has_table(about.name):
        found = connection.execute(select(about.c.value).where(about.c.name == "schema")).scalar_one_or_none()
    if found is None:
        metadata.create_all(connection)
        row = {"name": "schema", "value": str(SCHEMA_VERSION)}
        connection.execute(insert_into(connection, about).values(row).on_conflict_do_nothing())
        return
    for step in _steps_from(found, where):
        for statement in step.statements:
            connection.exec_driver_sql(statement)
        connection.execute(update(about).where(about.c.name == "schema").values(value=str(step.number)))


def _steps_from(found: str, where: str) -> list[Step]:
    version = int(found) if found.isdecimal() else 0
    if version > SCHEMA_VERSION:
        raise LedgerError(
            f"the ledger {where} has schema {found}, made by a newer Warraq; this one writes {SCHEMA_VERSION}: "
            "update Warraq, or name another ledger in WARRAQ_LEDGER"
        )
    if version < FIRST_VERSION:
        raise LedgerError(
            f"the ledger {where} has schema {found}, which no step leads on from; name a new one in WARRAQ_LEDGER and "
            "run `warraq rebuild`"
        )
    return [step for step in STEPS if step.number > version]
