"""The ledger's tables and how its database is opened, on SQLite (WAL) and PostgreSQL alike.

Moments are kept as microseconds since 1970 UTC, so that both databases compare and sort them the same way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Connection,
    Engine,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    create_engine,
    event,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from storage.errors import InvalidSetting, LedgerError, LedgerLocked

SCHEMA_VERSION = 2
LOCK_WAIT_S = 10.0  # longer than any transaction of ours; a lock held longer is somebody's stuck program
EXPECTED = "expected sqlite:///file or postgresql+psycopg://user@host/database"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:
        return None if value is None else _EPOCH + timedelta(microseconds=value)


metadata = MetaData()

about = Table("about", metadata, Column("name", String(40), primary_key=True), Column("value", Text, nullable=False))

urls = Table(
    "urls",
    metadata,
    Column("source", String(60), nullable=False),
    Column("document_key", Text, nullable=False),
    Column("url", Text, nullable=False),  # exactly as found
    Column("found_in", Text, nullable=False),  # URL of the feed, sitemap or section that named it
    Column("found_at", Moment, nullable=False),
    Column("dated", Moment),  # what the feed or sitemap says of its date
    Column("state", String(10), nullable=False),  # owed | done | failed | refused
    Column("tries", Integer, nullable=False, default=0),
    Column("problem", Text),  # of the last failed try
    Column("status", Integer),  # HTTP status of the last capture
    Column("captured_at", Moment),
    Column("payload_digest", Text),
    PrimaryKeyConstraint("source", "document_key"),
)
Index("urls_by_state", urls.c.source, urls.c.state)

captures = Table(
    "captures",
    metadata,
    Column("source", String(60), nullable=False),
    Column("run", String(30), nullable=False),
    Column("part", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("record_id", String(60), nullable=False),
    Column("url", Text, nullable=False),
    Column("archive_key", Text, nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("status", Integer, nullable=False),
    Column("payload_digest", Text, nullable=False),
    Column("kind", String(10), nullable=False),  # response | revisit
    Column("decoded_digest", Text, nullable=False),  # of the payload without chunks; empty: not whole, or none
    PrimaryKeyConstraint("source", "run", "part", "offset"),
)
Index("captures_by_key", captures.c.archive_key)

parts = Table(
    "parts",
    metadata,
    Column("source", String(60), nullable=False),
    Column("run", String(30), nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String(10), nullable=False),  # open | sealed | kept | read
    Column("size", BigInteger, nullable=False, default=0),
    PrimaryKeyConstraint("source", "run", "number"),
)

runs = Table(
    "runs",
    metadata,
    Column("source", String(60), nullable=False),
    Column("run", String(30), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_at", Moment),  # None: not finished, something is owed
    Column("outcome", String(20)),
    Column("counts", JSON),
    PrimaryKeyConstraint("source", "run"),
)

leases = Table(
    "leases",
    metadata,
    Column("source", String(60), primary_key=True),
    Column("owner", Text, nullable=False),  # "host:pid:run"; empty: free
    Column("token", BigInteger, nullable=False),  # grows with every new owner, never reused
    Column("expires_at", Moment, nullable=False),
)


def open_database(url: str) -> Engine:
    """Connect and make sure that the tables are there. Raises LedgerError, LedgerLocked, InvalidSetting."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise InvalidSetting(
            "WARRAQ_LEDGER", f"expected sqlite:///file or postgresql+psycopg://…, not {url!r}"
        ) from error
    if parsed.get_backend_name() == "sqlite":
        engine = _open_sqlite(url, parsed.database)
    elif parsed.drivername == "postgresql+psycopg":
        engine = create_engine(parsed, pool_pre_ping=True)
    else:
        raise InvalidSetting("WARRAQ_LEDGER", f"{EXPECTED}, not {parsed.drivername}://")
    with faults_named(engine), engine.begin() as connection:
        metadata.create_all(connection)
        _check_version(connection, str(engine.url))
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


def _check_version(connection: Connection, where: str) -> None:
    row = {"name": "schema", "value": str(SCHEMA_VERSION)}
    connection.execute(insert_into(connection, about).values(row).on_conflict_do_nothing())
    found = connection.execute(select(about.c.value).where(about.c.name == "schema")).scalar_one()
    if found != row["value"]:
        raise LedgerError(
            f"the ledger {where} has schema {found}, this Warraq writes {SCHEMA_VERSION}; name another one"
        )


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of this database's dialect: both know ON CONFLICT, with the same methods."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)


@contextmanager
def faults_named(engine: Engine) -> Iterator[None]:
    """Turn the database's exceptions into ours: one line, the place, no password."""
    where = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DBAPIError as error:
        first = str(error.orig).strip().splitlines()[0] if error.orig else type(error).__name__
        if "database is locked" in first:
            raise LedgerLocked(
                f"the ledger {where} has been locked by another program for {LOCK_WAIT_S:g} s; end it and try again"
            ) from error
        raise LedgerError(f"the ledger {where}: {first}; check WARRAQ_LEDGER") from error
    except SQLAlchemyError as error:
        raise LedgerError(f"the ledger {where}: {error}") from error
