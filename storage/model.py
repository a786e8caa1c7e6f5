"""The nouns of the house: captures, articles, comments, rejections, and the tally of a reading.

All instants are aware and in UTC. None always means "not known", never "now" and never empty."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class CaptureRef:
    """Where a capture lies: enough to read its record again, alone."""

    warc: str  # object key of the WARC, or the path of a file outside the store
    offset: int  # bytes from the start of the WARC to the record (its gzip member)
    length: int  # bytes of the record as stored (compressed)
    record_id: str  # WARC-Record-ID, with its angle brackets


@dataclass(frozen=True, slots=True)
class ToldBody:
    """What the feed that named a page holds of its article."""

    html: str  # as the feed has it
    title: str = ""  # as the feed has it; empty: it has none
    summary: bool = False  # the feed calls it a description, which may be all of the article or its beginning
    cut: bool = False  # the rest, beyond what is kept of a body, is left out


@dataclass(frozen=True, slots=True)
class Capture:
    """One HTTP response as kept in a WARC."""

    ref: CaptureRef
    url: str  # WARC-Target-URI, as written
    captured_at: datetime  # WARC-Date, UTC
    status: int  # HTTP status; 0: the status line could not be read
    headers: tuple[tuple[str, str], ...]  # as received: order, case and repetition kept; latin-1
    body: bytes  # transfer coding taken off, content coding still on
    payload_digest: str  # WARC-Payload-Digest as written; "" if the record has none
    truncated: str | None = None  # WARC-Truncated: "length", "time", "disconnect"; None: whole
    flags: tuple[str, ...] = ()  # oddities met while reading, such as "not-chunked"
    kind: str = "response"  # or "revisit": the head of an answer whose payload an earlier capture has
    decoded_digest: str = ""  # of the payload, transfer coding taken off; "": cut short, or a revisit
    told_published: datetime | None = None  # UTC; what the feed or news sitemap that named the page says of it
    told_body: ToldBody | None = None  # None: no feed named the page, or it held no body worth keeping

    def header(self, name: str) -> str | None:
        """First value of an HTTP header, case ignored; None if it was not sent."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True, slots=True)
class Image:
    url: str
    caption: str | None


@dataclass(frozen=True, slots=True)
class Comment:
    """A reader's comment. A relative age gives an interval, resolved against the capture's WARC-Date."""

    author: str | None
    text: str
    raw_date: str | None  # as printed: "منذ 6 سنوات 6 أشهر"
    from_: datetime | None  # earliest moment the raw date can mean, UTC; the column is called `from`
    to: datetime | None  # latest moment it can mean, UTC


class Precision(StrEnum):
    SECOND = "second"
    MINUTE = "minute"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Reason(StrEnum):
    """Why a capture that was to be an article gave none."""

    NO_TEXT = "no-text"  # a page, but no article text in it
    LIST_PAGE = "list-page"  # headlines of stories, and none of its own
    CHALLENGE = "challenge"  # asks for a proof that nobody automatic reads; says 200 or not
    SOFT_404 = "soft-404"  # says in words that there is no such page, and 200 in its status
    NEEDS_SCRIPT = "needs-script"  # the text is loaded by a script
    HTTP_STATUS = "http-status"  # 404, 410, 500 …; the detail holds the status
    NOT_HTML = "not-html"
    EMPTY_BODY = "empty-body"
    TRUNCATED = "truncated"
    UNREADABLE = "unreadable"  # content coding or charset could not be undone
    NO_TITLE = "no-title"
    TIMEOUT = "timeout"  # takes longer than a page may, or would by its size and depth
    MEMORY = "memory"
    FAULT = "fault"  # a bug of ours or of a library; the detail names the exception


@dataclass(frozen=True, slots=True)
class Article:
    """One article as read from one capture. Column names are a fixed contract (DESIGN.md, section 8)."""

    url: str
    canonical_url: str | None
    document_key: str
    source: str
    title: str
    subtitle: str | None
    authors: tuple[str, ...]
    agency: str | None
    published_at: datetime | None  # UTC; None: the page does not give an instant
    published_date: date | None  # day in the source's zone
    published_raw: str | None
    published_precision: Precision | None
    published_method: str | None
    published_calendar: str | None
    updated_at: datetime | None
    text: str  # paragraphs, "\n" between them; NFC, logical order
    language: str | None
    section: str | None
    tags: tuple[str, ...]
    images: tuple[Image, ...]
    comments: tuple[Comment, ...]
    captured_at: datetime
    warc: str
    offset: int
    length: int
    record_id: str
    payload_digest: str
    charset_declared: str | None
    charset_used: str
    text_digest: str  # "sha256:" + hex over the UTF-8 text
    extractor: str
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Headline:
    """What a page says of a story although it does not hold its text: a picture, a video, a teaser."""

    title: str
    authors: tuple[str, ...]
    date: str | None  # as `extract` prints it
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A capture that was to be an article and is not, with the reason."""

    url: str
    source: str
    captured_at: datetime
    warc: str
    offset: int
    length: int
    record_id: str
    payload_digest: str
    extractor: str
    reason: Reason
    detail: str
    headline: Headline | None = None  # not kept in files: the capture has it; None: the page names no story


@dataclass(slots=True)
class Tally:
    """What became of the captures of one or more WARCs. Every capture is in exactly one count."""

    captures: int = 0
    articles: int = 0
    rejected: int = 0
    other: int = 0  # feeds, sitemaps, robots files, redirect hops: never meant to be articles
    reasons: dict[str, int] = field(default_factory=dict)  # rejected, by reason

    def reject(self, reason: Reason) -> None:
        self.rejected += 1
        self.reasons[reason] = self.reasons.get(reason, 0) + 1

    def add(self, more: Tally) -> None:
        self.captures += more.captures
        self.articles += more.articles
        self.rejected += more.rejected
        self.other += more.other
        for reason, count in more.reasons.items():
            self.reasons[reason] = self.reasons.get(reason, 0) + count
