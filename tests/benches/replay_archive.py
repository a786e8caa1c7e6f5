"""Archives for the replay bench: the same pages as we keep them, and as CC-NEWS does.

Real pages of `../shared/quality` beside the repository where they are, else made-up ones (publisher.py)."""

from __future__ import annotations

import gzip
import hashlib
import json
from base64 import b32encode
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import yaml

from storage import warc
from storage.keys import Part
from tests.benches.publisher import page

QUALITY = Path(__file__).parents[3] / "shared" / "quality"
SOURCE = "qiyas"
HOME = "https://qiyas.example"
CAPTURED = datetime(2026, 11, 22, 10, tzinfo=UTC)


def bench_pages() -> tuple[list[bytes], str]:
    """Pages as HTML, and what they are in words."""
    listed = QUALITY / "pages.jsonl"
    if not listed.exists():
        return [page(number).encode() for number in range(20)], "made-up pages of 80 KB"
    stems = [json.loads(line)["stem"] for line in listed.read_text(encoding="utf-8").splitlines()]
    return [(QUALITY / "pages" / f"{stem}.html").read_bytes() for stem in stems], f"{len(stems)} real pages"


def numbered(pages: Sequence[bytes], number: int) -> bytes:
    """A page with a number in nearly each of its paragraphs: some readers leave out what they have read before."""
    html = pages[number % len(pages)]
    for word in (" في ", " من ", " على "):
        html = html.replace(word.encode(), f"{word}{number} ".encode())
    return html


def write_bench_source(folder: Path) -> Path:
    """A source file that takes every page for an article, without any rule; its folder, for WARRAQ_SOURCES."""
    fields = {
        "id": SOURCE,
        "name": {"ar": "صحيفة القياس", "en": "The Measure"},
        "country": "IQ",
        "home": f"{HOME}/",
        "timezone": "Asia/Baghdad",
        "article_url": [r"/a/(?P<id>\d+)$"],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{SOURCE}.yaml").write_text(yaml.safe_dump(fields, allow_unicode=True), "utf-8")
    return folder


def part_of_bench(number: int) -> Part:
    return Part(SOURCE, f"20261122T10{number:02}00Z-{number:06x}", 1)


def write_as_ours(file: Path, pages: Sequence[bytes], numbers: range) -> None:
    """As a crawl writes them: bodies as sent in gzip, request and metadata beside each, SHA-256."""
    file.parent.mkdir(parents=True, exist_ok=True)
    warc.write_warc(file, (record for number in numbers for record in _ours(number, numbered(pages, number))))


def _ours(number: int, html: bytes) -> Iterator[warc.Record]:
    url, body = f"{HOME}/a/{number}", gzip.compress(html, 6, mtime=0)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    capture = warc.new_record_id()
    stated = (("Content-Type", warc.HTTP_RESPONSE), ("WARC-Payload-Digest", warc.digest(body)))
    yield _record("response", capture, url, head + body, stated, len(head))
    beside = ("WARC-Concurrent-To", capture)
    request = f"GET /a/{number} HTTP/1.1\r\nHost: qiyas.example\r\nAccept: */*\r\n\r\n".encode()
    yield _record("request", warc.new_record_id(), url, request, (("Content-Type", warc.HTTP_REQUEST), beside))
    fields = warc.fields_block({"via": f"{HOME}/rss", "fetchTimeMs": "120"})
    yield _record("metadata", warc.new_record_id(), url, fields, (("Content-Type", warc.WARC_FIELDS), beside))


def _record(
    kind: str, name: str, url: str, block: bytes, more: tuple[tuple[str, str], ...], deflated_to: int = -1
) -> warc.Record:
    headers = (
        ("WARC-Record-ID", name),
        ("WARC-Date", warc.warc_date(CAPTURED)),
        ("WARC-Target-URI", url),
        ("WARC-Block-Digest", warc.digest(block)),
        *more,
    )
    return warc.Record(kind, headers, block, deflated_to)


def write_as_cc_news(file: Path, pages: Sequence[bytes], count: int) -> None:
    """Responses with plain HTML, deflated by the WARC alone, and their requests; SHA-1."""
    file.parent.mkdir(parents=True, exist_ok=True)
    records = []
    for number in range(count):
        url, body = f"{HOME}/a/{number}", numbered(pages, number)
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body)
        request = f"GET /a/{number} HTTP/1.1\r\nHost: qiyas.example\r\n\r\n".encode()
        for kind, block, start in (("request", request, len(request)), ("response", head + body, len(head))):
            headers = (
                ("WARC-Record-ID", warc.new_record_id()),
                ("WARC-Date", warc.warc_date(CAPTURED)),
                ("WARC-Target-URI", url),
                ("Content-Type", f"application/http; msgtype={kind}"),
                ("WARC-Block-Digest", _sha1(block)),
                ("WARC-Payload-Digest", _sha1(block[start:])),
            )
            records.append(warc.Record(kind, headers, block))
    warc.write_warc(file, records)


def _sha1(content: bytes) -> str:
    return "sha1:" + b32encode(hashlib.sha1(content, usedforsecurity=False).digest()).decode("ascii")
