"""How the ledger's database is opened, on SQLite (WAL) and PostgreSQL alike, and its faults in our words."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from storage.errors import InvalidSetting, LedgerError, LedgerUnreachable
from storage.ledger_faults import LOCK_WAIT_S, ledger_fault
from storage.ledger_steps import bring_up_to_date

logger = logging.getLogger(__name__)

ASK_AGAIN_S = 1.0
CONNECT_WAIT_S = 10  # for a server to answer, before it counts as gone
EXPECTED = "expected sqlite:///file or postgresql+psycopg://user@host/database"


def open_database(url: str) -> Engine:
    """Connect, and make the tables or bring older ones up to date. Raises LedgerError, LedgerLocked, InvalidSetting."""

    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidSetting("WARRAQ_LEDGER", EXPECTED) from error  # and not what it is: it may hold a password
    if "@" in (parsed.host or ""):
        raise InvalidSetting("WARRAQ_LEDGER", "an @ in the user's name or password is written %40")
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(url, parsed.database)
    elif parsed.drivername == "postgresql+psycopg":
        engine = create_engine(parsed, pool_pre_ping=True, connect_args={"connect_timeout": CONNECT_WAIT_S})
    else:
        raise InvalidSetting("WARRAQ_LEDGER", f"{EXPECTED}, not {parsed.drivername}://")
    try:
        with faults_named(engine), engine.begin() as connection:
            bring_up_to_date(connection, shown(engine.url))
    except LedgerError:
        engine.dispose()
        raise
    return engine


def _open_sqlite(url: str, file: str | None) -> Engine:
    if file and file != ":memory:":
        try:
            Path(file).parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LedgerError(
                f"the ledger's folder {Path(file).parent} cannot be made: {error.strerror}; set WARRAQ_LEDGER"
            ) from error
    engine = create_engine(url, connect_args={"timeout": LOCK_WAIT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves, below
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a row in the ledger means durable

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        # Taking the write lock first makes waiting work; an upgrade from a read lock fails at once.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")

    return engine


def shown(url: URL) -> str:
    """Where the ledger is, for people: no password, also where it stands among the parameters."""
    return url.set(query={}).render_as_string(hide_password=True)


@contextmanager
def begun(engine: Engine, wait_s: float) -> Iterator[Connection]:
    """A transaction. A server that does not answer is asked again for `wait_s`, before anything was done."""
    with faults_named(engine), ExitStack() as stack:
        yield _asked_for(engine, wait_s, stack)


def _asked_for(engine: Engine, wait_s: float, stack: ExitStack) -> Connection:
    try:
        with faults_named(engine):
            return stack.enter_context(engine.begin())
    except LedgerUnreachable as error:
        if wait_s <= 0:
            raise
        logger.warning("%s; asked again", error)
        time.sleep(ASK_AGAIN_S)
    return _asked_for(engine, wait_s - ASK_AGAIN_S, stack)


@contextmanager
def faults_named(engine: Engine) -> Iterator[None]:
    """Turn the database's exceptions into ours: one line, the place, no password."""
    where = shown(engine.url)
    try:
        yield
    except DBAPIError as error:
        raise ledger_fault(error, where) from error
    except SQLAlchemyError as error:
        raise LedgerError(f"the ledger {where}: {error}") from error
