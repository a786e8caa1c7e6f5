"""What the newsroom's servers say over HTTP: an answer, and how it goes onto the wire.

Bodies are the same at every request; only the Date header moves."""

from __future__ import annotations

import gzip
import hashlib
import time
from dataclasses import dataclass, replace
from datetime import UTC
from email.utils import format_datetime

from aiohttp import HttpVersion11, web
from multidict import CIMultiDict

from flows.newsroom.stories import Story

HTML = "text/html; charset=utf-8"
_PIECE = 1500  # bytes of a chunk; small, so that every chunked page has several
_KEPT_IN_304 = ("server", "etag", "last-modified")


@dataclass(frozen=True, slots=True)
class Answer:
    """A page as stored. `headers` keep their order, case and repetitions on the wire."""

    body: bytes
    headers: tuple[tuple[str, str], ...]
    status: int = 200
    gzipped: bool = False  # Content-Encoding gzip, if the client accepts it
    chunked: bool = False
    busy_first: bool = False  # the first request is answered with BUSY

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came in."""

    publisher: str  # id of the publisher; for given pages, the host name asked for
    method: str
    path_qs: str  # raw, as sent
    headers: tuple[tuple[str, str], ...]
    time: float  # seconds on time.monotonic()
    status: int  # what was answered


def seen(publisher: str, request: web.BaseRequest, path_qs: str, status: int) -> Seen:
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in request.raw_headers)
    return Seen(publisher, request.method, path_qs, headers, time.monotonic(), status)


BUSY = Answer(
    "<p>طلبات كثيرة، حاول بعد قليل</p>".encode(),
    (("Content-Type", HTML), ("Retry-After", "1")),
    status=429,
)
MISSING = Answer("<h1>الصفحة غير موجودة</h1>".encode(), (("Content-Type", HTML),), status=404)
ONLY_GET = Answer(b"", (("Content-Type", "text/plain"), ("Allow", "GET, HEAD")), status=405)
EDITED = Answer(b"", (), status=204)


def etag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:20]}"'


def http_date(story: Story) -> str:
    """When the story last changed, for Last-Modified."""
    moment = story.revised or story.published
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def gone_answer(status: int) -> Answer:
    words = "حُذف هذا الخبر" if status == 410 else "الخبر المطلوب غير موجود"
    return Answer(f"<h1>{words}</h1>".encode(), (("Content-Type", HTML),), status=status)


def redirect(status: int, location: str) -> Answer:
    headers = (("Content-Type", HTML), ("Location", location))
    return Answer(f'<a href="{location}">{location}</a>'.encode(), headers, status=status)


async def reply(request: web.BaseRequest, answer: Answer) -> tuple[int, web.StreamResponse]:
    """Send `answer` to the client that asked; give back the status that was sent, and the response."""
    if answer.status == 200 and _is_unchanged(request, answer):
        kept = tuple(pair for pair in answer.headers if pair[0].lower() in _KEPT_IN_304)
        answer = replace(answer, body=b"", headers=kept, status=304, gzipped=False, chunked=False)
    body, headers = answer.body, CIMultiDict(answer.headers)
    if answer.gzipped:
        headers.add("Vary", "Accept-Encoding")
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            body = gzip.compress(body, mtime=0)
            headers.add("Content-Encoding", "gzip")
    if not answer.chunked or request.version < HttpVersion11 or request.method == "HEAD":
        return answer.status, web.Response(body=body, status=answer.status, headers=headers)
    response = web.StreamResponse(status=answer.status, headers=headers)
    response.enable_chunked_encoding()
    await response.prepare(request)
    for start in range(0, len(body), _PIECE):
        await response.write(body[start : start + _PIECE])
    await response.write_eof()
    return answer.status, response


def _is_unchanged(request: web.BaseRequest, answer: Answer) -> bool:
    asked_tags, tag = request.headers.get("If-None-Match"), answer.header("etag")
    if asked_tags is not None and tag is not None:
        known = {each.strip().removeprefix("W/") for each in asked_tags.split(",")}
        return tag.removeprefix("W/") in known
    asked_date, changed = request.headers.get("If-Modified-Since"), answer.header("last-modified")
    return changed is not None and asked_date == changed
