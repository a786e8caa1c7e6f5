"""The ledger's tables, on SQLite and PostgreSQL alike.

Moments are kept as microseconds since 1970 UTC, so that both databases compare and sort them the same way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects import postgresql, sqlite

SCHEMA_VERSION = 6  # each version has its step in ledger_steps.py
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(moment: datetime) -> int:
    """How a moment is kept."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as microseconds since 1970 UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:
        return None if value is None else microseconds(value)

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
    Column(
        "found_by", String(12), nullable=False, server_default=text("''")
    ),  # feed | sitemap | section …; empty: not known
    # Captures that answered it since its text last changed, from 1: says which rung of the revisit ladder is next.
    Column("visits", Integer, nullable=False, server_default=text("0")),
    PrimaryKeyConstraint("source", "document_key"),
)
NOT_DONE = text("state <> 'done'")  # written out wherever the index below is to be used: databases prove it so only
Index(
    "urls_left",
    urls.c.source,
    urls.c.state,
    urls.c.found_at,
    urls.c.document_key,
    sqlite_where=NOT_DONE,
    postgresql_where=NOT_DONE,
)
_CAPTURED = urls.c.captured_at.is_not(None)
Index(
    "urls_by_visit",
    urls.c.source,
    urls.c.visits,
    urls.c.captured_at,
    sqlite_where=_CAPTURED,
    postgresql_where=_CAPTURED,
)

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
    Column("etag", Text),  # as sent
    Column("last_modified", Text),  # as sent
    PrimaryKeyConstraint("source", "run", "part", "offset"),
)
Index("captures_by_key", captures.c.archive_key)

# What feeds hold of articles that are owed; it goes into the WARC with the capture, and from here.
told_bodies = Table(
    "told_bodies",
    metadata,
    Column("source", String(60), nullable=False),
    Column("document_key", Text, nullable=False),
    Column("line", Text, nullable=False),  # see metadata_fields.body_line
    PrimaryKeyConstraint("source", "document_key"),
)

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
    Column("source", Text, primary_key=True),  # its id, or "host:" and a host that several sources share
    Column("owner", Text, nullable=False),  # "host:pid:run"; empty: free
    Column("token", BigInteger, nullable=False),  # grows with every new owner, never reused
    Column("expires_at", Moment, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("source", String(60), nullable=False),
    Column("document_key", Text, nullable=False),
    Column("captured_at", Moment, nullable=False),
    Column("run", String(30), nullable=False),  # with part and offset: the capture that tells of it
    Column("part", Integer, nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("what", String(10), nullable=False),  # first | edited | deleted | restored | moved
    Column("url", Text, nullable=False),  # of the capture
    Column("detail", Text, nullable=False),  # how it was deleted, where it moved; empty: nothing to say
    Column("headline", Text),  # None: the capture has no article
    Column("text_digest", Text),
    Column("extractor", String(40), nullable=False),  # the reading that was compared
    PrimaryKeyConstraint("source", "document_key", "captured_at", "run", "part", "offset", "what"),
)

polls = Table(
    "polls",
    metadata,
    Column("source", String(60), nullable=False),
    Column("url", Text, nullable=False),  # of a page that names articles
    Column("polled_at", Moment, nullable=False),
    Column("brought_at", Moment),  # when it last named an article that was new; None: never yet
    Column("quiet", Integer, nullable=False),  # polls since then
    Column("next_at", Moment, nullable=False),
    Column("read_at", Moment),  # when the capture was made whose links were all written down; None: none yet
    Column("names_pages", Integer, nullable=False, server_default=text("0")),  # 1: it names other such pages
    PrimaryKeyConstraint("source", "url"),
)

# What is remembered of pages that name articles, beside their captures; see link_pages.py.
link_pages = Table(
    "link_pages",
    metadata,
    Column("source", String(60), nullable=False),
    Column("task", String(40), nullable=False),  # empty: crawls; else a backfill's window
    Column("url", Text, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("read_at", Moment, nullable=False),
    Column("whole", Boolean, nullable=False),
    Column("changed_at", Moment),
    Column("brought_at", Moment),
    Column("follows", Text),
    Column("number", Integer, nullable=False),
    PrimaryKeyConstraint("source", "task", "url"),
)

# How it stands with a host, whichever source asks. Of this moment, and not rebuilt: it is found out again.
hosts = Table(
    "hosts",
    metadata,
    Column("origin", Text, primary_key=True),  # scheme, host and port
    Column("failures", Integer, nullable=False, server_default=text("0")),  # in a row
    Column("down_since", Moment),  # None: it answers
    Column("retry_at", Moment),  # not to be asked before
    Column("problem", Text),  # of the last failure
    Column("lied_at", Moment),  # when it last said 304 of a page that was another; None: never
    Column("checked_at", Moment),  # when its word was last put to the test
    Column("believed", Integer, nullable=False, server_default=text("0")),  # 304s since then
)

# The last robots.txt of a host. The captures in the archive are the lasting copy; not rebuilt, but asked for again.
robots = Table(
    "robots",
    metadata,
    Column("origin", Text, primary_key=True),
    Column("fetched_at", Moment, nullable=False),  # the last try
    Column("status", Integer, nullable=False),  # of the last try; 0: no answer
    Column("body", Text, nullable=False),  # the rules of the last good answer
    Column("good_at", Moment),  # when `body` came; None: there is none
)


def insert_into(connection: Connection, table: Table) -> Any:
    """An INSERT of this database's dialect: both know ON CONFLICT, with the same methods."""
    dialect: Any = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table)
