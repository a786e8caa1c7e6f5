"""Article files: what goes in comes out, the same bytes every time, under the names of the contract."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from dataclasses import fields, replace
from datetime import UTC, date, datetime, timedelta, timezone

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from storage.articles import (
    ARTICLE_SCHEMA,
    REJECTION_SCHEMA,
    as_json,
    read_articles,
    read_rejections,
    reject_as_json,
    write_articles,
    write_rejections,
)
from storage.errors import StoreError
from storage.model import Article, Comment, Image, Precision, Reason, Rejection

ZWNJ, TATWEEL = "\N{ZERO WIDTH NON-JOINER}", "\N{ARABIC TATWEEL}"
FULL = Article(
    url="https://news.example/خبر/1?a=1&b=2",
    canonical_url="https://news.example/1",
    document_key="news.example:1",
    source="example",
    title=f"عنوانٌ فيه تَشْكيل و{TATWEEL} و«اقتباس»",
    subtitle="سطر ثانٍ",
    authors=("أمل", "ب. ت."),
    agency="وكالة",
    published_at=datetime(2020, 3, 5, 9, 24, 0, 123456, tzinfo=UTC),
    published_date=date(2020, 3, 5),
    published_raw="٥ آذار ٢٠٢٠",
    published_precision=Precision.MINUTE,
    published_method="json-ld",
    published_calendar="gregorian",
    updated_at=datetime(2020, 3, 5, 12, 24, tzinfo=timezone(timedelta(hours=3))),
    text=f"فقرة أولى می{ZWNJ}رود\nفقرة ثانية \N{GRINNING FACE} \N{RIGHT-TO-LEFT MARK}ABC 123\t\N{NO-BREAK SPACE}",
    language="ar",
    section="محليات",
    tags=("اقتصاد", ""),
    images=(Image("https://news.example/1.jpg", "صورة"), Image("https://news.example/2.jpg", None)),
    comments=(
        Comment("قارئ", "نعم", "منذ 6 سنوات", datetime(2013, 1, 1, tzinfo=UTC), datetime(2014, 1, 1, tzinfo=UTC)),
        Comment(None, "لا", None, None, None),
    ),
    captured_at=datetime(2026, 11, 22, 14, 5, 1, tzinfo=UTC),
    warc="raw/example/2026/11/22/20261122T140501Z-3fa9c2-00001.warc.gz",
    offset=2**40,
    length=1,
    record_id="<urn:uuid:00000000-0000-4000-8000-000000000000>",
    payload_digest="sha256:00",
    charset_declared="windows-1256",
    charset_used="windows-1256",
    text_digest="sha256:01",
    extractor="x1",
    flags=("late",),
)
BARE = replace(
    FULL,
    **dict.fromkeys(
        [
            "canonical_url",
            "subtitle",
            "agency",
            "published_at",
            "published_date",
            "published_raw",
            "published_precision",
            "published_method",
            "published_calendar",
            "updated_at",
            "language",
            "section",
            "charset_declared",
        ]
    ),
    **dict.fromkeys(["authors", "tags", "images", "comments", "flags"], ()),
    title="",
    text="",
)
REJECTION = Rejection(
    url=FULL.url,
    source="example",
    captured_at=FULL.captured_at,
    warc=FULL.warc,
    offset=0,
    length=10,
    record_id=FULL.record_id,
    payload_digest="",
    extractor="x1",
    reason=Reason.HTTP_STATUS,
    detail="404",
)
COLUMNS = (
    "url canonical_url document_key source title subtitle authors agency published_at published_date "
    "published_raw published_precision published_method published_calendar updated_at text language section "
    "tags images comments captured_at warc offset length record_id payload_digest charset_declared "
    "charset_used text_digest extractor flags"
)


def test_articles_come_back_as_they_went_in() -> None:
    articles = [FULL, BARE, replace(FULL, url="https://news.example/3")]
    assert list(read_articles(write_articles(articles))) == articles
    assert list(read_articles(io.BytesIO(write_articles(iter(articles))))) == articles


def test_rejections_come_back_as_they_went_in() -> None:
    rejections = [replace(REJECTION, reason=reason, detail=f"لأن {reason}") for reason in Reason]
    back = list(read_rejections(write_rejections(rejections)))
    assert back == rejections
    assert all(type(rejection.reason) is Reason for rejection in back)


def test_types_come_back_too() -> None:
    (back,) = read_articles(write_articles([FULL]))
    assert type(back.published_precision) is Precision
    assert back.captured_at.tzinfo is UTC
    assert back.comments[0].from_ is not None and back.comments[0].from_.tzinfo is UTC
    assert back.updated_at == datetime(2020, 3, 5, 9, 24, tzinfo=UTC)


def test_no_articles_make_a_file_with_no_rows() -> None:
    assert list(read_articles(write_articles([]))) == []
    assert list(read_rejections(write_rejections([]))) == []


def test_more_articles_than_a_row_group_keep_their_order() -> None:
    articles = [replace(BARE, offset=number) for number in range(2500)]
    content = write_articles(articles)
    assert pq.ParquetFile(io.BytesIO(content)).num_row_groups == 3
    assert [article.offset for article in read_articles(content)] == list(range(2500))


def test_the_columns_are_those_of_the_contract() -> None:
    table = pq.read_table(io.BytesIO(write_articles([FULL])))
    assert table.column_names == COLUMNS.split()
    assert table.schema.field("published_at").type == pa.timestamp("us", "UTC")
    assert table.schema.field("published_date").type == pa.date32()
    (row,) = table.to_pylist()
    assert row["images"][1] == {"url": "https://news.example/2.jpg", "caption": None}
    assert list(row["comments"][0]) == ["author", "text", "raw_date", "from", "to"]


def test_the_schemas_follow_the_model() -> None:
    assert ARTICLE_SCHEMA.names == [field.name for field in fields(Article)]
    kept = [field.name for field in fields(Rejection) if field.name != "headline"]
    assert REJECTION_SCHEMA.names == kept


def test_the_same_articles_give_the_same_bytes_in_another_process() -> None:
    program = (
        "import hashlib; from storage.articles import *; from tests.storage.test_articles import *;"
        "print(hashlib.sha256(write_articles([FULL, BARE] * 600)).hexdigest(),"
        "hashlib.sha256(write_rejections([REJECTION] * 50)).hexdigest())"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(filter(None, sys.path))},
        ).stdout.split()
        for seed in ("1", "2")
    ]
    here = [
        hashlib.sha256(content).hexdigest()
        for content in (write_articles([FULL, BARE] * 600), write_rejections([REJECTION] * 50))
    ]
    assert said == [here, here]


def test_json_has_the_names_of_the_columns_and_iso_dates() -> None:
    found = json.loads(json.dumps(as_json(FULL), ensure_ascii=False))
    assert list(found) == COLUMNS.split()
    assert found["title"] == FULL.title
    assert found["published_at"] == "2020-03-05T09:24:00.123456Z"
    assert found["updated_at"] == "2020-03-05T09:24:00Z"
    assert found["published_date"] == "2020-03-05"
    assert found["published_precision"] == "minute"
    assert found["comments"][0]["from"] == "2013-01-01T00:00:00Z"
    assert found["comments"][1] == {"author": None, "text": "لا", "raw_date": None, "from": None, "to": None}
    assert found["authors"] == ["أمل", "ب. ت."]
    assert as_json(BARE)["published_at"] is None and as_json(BARE)["images"] == []
    assert reject_as_json(REJECTION)["reason"] == "http-status"
    assert reject_as_json(REJECTION)["captured_at"] == "2026-11-22T14:05:01Z"


@pytest.mark.parametrize("cut", [0, 4, 100, -1])
def test_a_damaged_file_says_what_to_do(cut: int) -> None:
    content = write_articles([FULL])
    with pytest.raises(StoreError, match=r"damaged article file: .*; replay its WARC"):
        list(read_articles(content[:cut]))


def test_a_changed_byte_in_the_pages_is_noticed_or_harmless() -> None:
    articles = [FULL, BARE] * 20
    content = write_articles(articles)
    pages_end = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    noticed = 0
    for position in range(5, pages_end, 61):
        damaged = bytearray(content)
        damaged[position] ^= 0x55
        try:
            assert list(read_articles(bytes(damaged))) == articles
        except StoreError:
            noticed += 1
    assert noticed > 20


def test_a_file_of_rejections_is_no_file_of_articles() -> None:
    with pytest.raises(StoreError, match="no column canonical_url"):
        list(read_articles(write_rejections([REJECTION])))


def test_a_reason_of_a_later_release_is_named() -> None:
    rows = pq.read_table(io.BytesIO(write_rejections([REJECTION]))).to_pylist()
    file = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([{**rows[0], "reason": "too-new"}], REJECTION_SCHEMA), file)
    with pytest.raises(StoreError, match="'too-new' is not a valid Reason"):
        list(read_rejections(file))


def test_a_lone_surrogate_is_named_and_not_written() -> None:
    with pytest.raises(StoreError, match=r"00001.warc.gz cannot be written: surrogates not allowed"):
        write_articles([FULL, replace(FULL, text="نص \ud83d")])


def test_an_instant_without_a_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="expected an aware instant"):
        write_articles([replace(FULL, captured_at=datetime(2026, 1, 1))])  # noqa: DTZ001
