"""Write and read article files: Parquet, zstd, one row an article or a rejection.

The same articles in the same order give the same bytes, in any process with the same pyarrow. Column names
are a fixed contract (DESIGN.md, section 8). Instants are UTC with microseconds.
Source: https://parquet.apache.org/docs/file-format/"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from storage.errors import StoreError
from storage.model import Article, Comment, Image, Precision, Reason, Rejection

Row = dict[str, Any]
_T = TypeVar("_T")

_GROUP_ROWS = 1000  # rows held as Python objects at a time; about 10 MB of text
_INSTANT = pa.timestamp("us", "UTC")


def _required(name: str, kind: pa.DataType) -> pa.Field:
    return pa.field(name, kind, nullable=False)


def _list_of(kind: pa.DataType) -> pa.DataType:
    return pa.list_(_required("element", kind))


_IMAGE = pa.struct([_required("url", pa.string()), pa.field("caption", pa.string())])
_COMMENT = pa.struct(
    [
        pa.field("author", pa.string()),
        _required("text", pa.string()),
        pa.field("raw_date", pa.string()),
        pa.field("from", _INSTANT),
        pa.field("to", _INSTANT),
    ]
)
_PROVENANCE = [
    _required("captured_at", _INSTANT),
    _required("warc", pa.string()),
    _required("offset", pa.int64()),
    _required("length", pa.int64()),
    _required("record_id", pa.string()),
    _required("payload_digest", pa.string()),
]

ARTICLE_SCHEMA = pa.schema(
    [
        _required("url", pa.string()),
        pa.field("canonical_url", pa.string()),
        _required("document_key", pa.string()),
        _required("source", pa.string()),
        _required("title", pa.string()),
        pa.field("subtitle", pa.string()),
        _required("authors", _list_of(pa.string())),
        pa.field("agency", pa.string()),
        pa.field("published_at", _INSTANT),
        pa.field("published_date", pa.date32()),
        pa.field("published_raw", pa.string()),
        pa.field("published_precision", pa.string()),
        pa.field("published_method", pa.string()),
        pa.field("published_calendar", pa.string()),
        pa.field("updated_at", _INSTANT),
        _required("text", pa.string()),
        pa.field("language", pa.string()),
        pa.field("section", pa.string()),
        _required("tags", _list_of(pa.string())),
        _required("images", _list_of(_IMAGE)),
        _required("comments", _list_of(_COMMENT)),
        *_PROVENANCE,
        pa.field("charset_declared", pa.string()),
        _required("charset_used", pa.string()),
        _required("text_digest", pa.string()),
        _required("extractor", pa.string()),
        _required("flags", _list_of(pa.string())),
    ]
)
REJECTION_SCHEMA = pa.schema(
    [
        _required("url", pa.string()),
        _required("source", pa.string()),
        *_PROVENANCE,
        _required("extractor", pa.string()),
        _required("reason", pa.string()),
        _required("detail", pa.string()),
    ]
)


def write_articles(articles: Iterable[Article]) -> bytes:
    """A Parquet file of articles, in the order given. Raises StoreError on a text that is not valid Unicode."""
    return _write(articles, ARTICLE_SCHEMA)


def write_rejections(rejections: Iterable[Rejection]) -> bytes:
    """A Parquet file of rejections, in the order given. Raises StoreError as write_articles does."""
    return _write(rejections, REJECTION_SCHEMA)


def read_articles(file: bytes | BinaryIO) -> Iterator[Article]:
    """The articles of a file, in its order; a BinaryIO must be seekable.

    Raises StoreError on damage. Pages carry checksums, Parquet's footer has none: the digest of the whole
    object, in the run's manifest, is what proves it."""
    return _read(file, ARTICLE_SCHEMA, _article_of)


def read_rejections(file: bytes | BinaryIO) -> Iterator[Rejection]:
    """The rejections of a file, in its order; a BinaryIO must be seekable. Raises StoreError on damage."""
    return _read(file, REJECTION_SCHEMA, _rejection_of)


def published_days(file: bytes) -> dict[str, date | None]:
    """The day of publishing of each article, by document key. Raises StoreError if it is no article file."""
    try:
        table = pq.read_table(pa.BufferReader(file), columns=["document_key", "published_date"])
    except pa.ArrowException as error:
        raise StoreError(f"not a file of articles: {error}") from error
    return dict(zip(table["document_key"].to_pylist(), table["published_date"].to_pylist(), strict=True))


def row_count(file: bytes) -> int:
    """How many articles or rejections a file holds, from its footer. Raises StoreError on damage."""
    try:
        rows: int = pq.ParquetFile(pa.BufferReader(file)).metadata.num_rows
    except (pa.ArrowException, OSError, ValueError) as error:
        raise StoreError(f"damaged article file: {error}; replay its WARC to write it anew") from error
    return rows


def as_json(article: Article) -> Row:
    """An article as JSON values, named as its columns: dates as 2020-03-05, instants as 2020-03-05T09:24:00Z."""
    return {name: _json_of(value) for name, value in _as_row(article).items()}


def reject_as_json(rejection: Rejection) -> Row:
    """A rejection as JSON values, as as_json does."""
    return {name: _json_of(value) for name, value in _as_row(rejection).items()}


def _as_row(of: Article | Rejection | Image | Comment) -> Row:
    """Column names to values; `from_` of a comment becomes `from`, which is no name in Python."""
    kept = (field.name for field in fields(of) if field.name != "headline")
    return {name.rstrip("_"): _plain(getattr(of, name)) for name in kept}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_as_row(item) if isinstance(item, Image | Comment) else item for item in value]
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError(f"expected an aware instant, not {value}")
    return str(value) if isinstance(value, StrEnum) else value


def _json_of(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_json_of(item) for item in value]
    if isinstance(value, dict):
        return {name: _json_of(item) for name, item in value.items()}
    return value


def _write(items: Iterable[Article] | Iterable[Rejection], schema: pa.Schema) -> bytes:
    file = RowFile(schema)
    for item in items:
        file.add(item)
    return file.close()


class RowFile:
    """A Parquet file in the making; holds no more than a group of its rows as Python objects."""

    def __init__(self, schema: pa.Schema) -> None:
        """`schema`: ARTICLE_SCHEMA or REJECTION_SCHEMA."""
        self._schema = schema
        self._bytes = io.BytesIO()
        self._writer = pq.ParquetWriter(self._bytes, schema, compression="zstd", write_page_checksum=True)
        self._group: list[Row] = []

    def add(self, item: Article | Rejection) -> None:
        """The next row. Raises StoreError on a text that is not valid Unicode."""
        self._group.append(_as_row(item))
        if len(self._group) == _GROUP_ROWS:
            self._flush()

    def close(self) -> bytes:
        """The whole file. Raises StoreError as add does."""
        if self._group:
            self._flush()
        self._writer.close()
        return self._bytes.getvalue()

    def _flush(self) -> None:
        group, self._group = self._group, []
        try:
            self._writer.write_table(pa.Table.from_pylist(group, self._schema))
        except UnicodeEncodeError as error:
            raise StoreError(
                f"rows of {group[0]['warc']} cannot be written: {error.reason} in "
                f"{error.object[max(0, error.start - 20) : error.end]!r}; extraction must not let it through"
            ) from error


def _read(file: bytes | BinaryIO, schema: pa.Schema, row_of: Callable[[Row], _T]) -> Iterator[_T]:
    try:
        source = pa.BufferReader(file) if isinstance(file, bytes) else file
        parquet = pq.ParquetFile(source, page_checksum_verification=True)
        found = {field.name: field.type for field in parquet.schema_arrow}
        wrong = [field.name for field in schema if found.get(field.name) != field.type]
        if wrong:
            raise StoreError(f"not a file of this kind: no column {', '.join(wrong)} of the type expected")
        rows = 0
        for batch in parquet.iter_batches(_GROUP_ROWS, columns=schema.names):
            rows += batch.num_rows
            yield from map(row_of, batch.to_pylist())
        # pyarrow ends quietly where a damaged page header says that nothing more comes.
        if rows != parquet.metadata.num_rows:
            raise OSError(f"{rows} of {parquet.metadata.num_rows} rows")
    except (pa.ArrowException, OSError, ValueError) as error:
        reason = " ".join(str(error).split())
        raise StoreError(f"damaged article file: {reason}; replay its WARC to write it anew") from error


def _article_of(row: Row) -> Article:
    precision = row["published_precision"]
    return Article(
        **{
            **row,
            "authors": tuple(row["authors"]),
            "tags": tuple(row["tags"]),
            "flags": tuple(row["flags"]),
            "images": tuple(Image(**image) for image in row["images"]),
            "comments": tuple(map(_comment_of, row["comments"])),
            "published_precision": None if precision is None else Precision(precision),
            "published_at": _utc(row["published_at"]),
            "updated_at": _utc(row["updated_at"]),
            "captured_at": _utc(row["captured_at"]),
        }
    )


def _comment_of(row: Row) -> Comment:
    return Comment(row["author"], row["text"], row["raw_date"], _utc(row["from"]), _utc(row["to"]))


def _rejection_of(row: Row) -> Rejection:
    return Rejection(**{**row, "captured_at": _utc(row["captured_at"]), "reason": Reason(row["reason"])})


def _utc(instant: datetime | None) -> datetime | None:
    return None if instant is None else instant.astimezone(UTC)
