"""One capture in, one article or the reason why not out. The order of the reading is here, the rest beside it.

Pure: no network, no clock, no randomness; the same capture, source and extractor give the same article."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from crawlers.decoding import Decoded, TooLarge, Unreadable, decode_html, decoded_body
from crawlers.document_key import document_key
from crawlers.extraction import details
from crawlers.extraction.arabic import folded
from crawlers.extraction.authors import find_authors
from crawlers.extraction.bylines import agency_in, without_signature
from crawlers.extraction.canonical import canonical
from crawlers.extraction.comments import find_comments
from crawlers.extraction.feed_body import TEXT_FROM_FEED, feed_body, stands_for
from crawlers.extraction.maintext import main_text
from crawlers.extraction.metadata import read_metadata
from crawlers.extraction.page import Element, Held, TooCostly, note_texts, parse
from crawlers.extraction.parts import flags_of_parts
from crawlers.extraction.published import Published, find_published
from crawlers.extraction.recurring import NOTHING, Recurring, drop_dates, furniture_on
from crawlers.extraction.stubs import list_of, shop_of, stub_of, why_no_text
from crawlers.extraction.titles import find_title, name_in_title, site_names
from crawlers.source import Source
from storage.model import Article, Capture, Headline, Reason, Rejection

MIN_TEXT_LETTERS: Final = 25  # the shortest breaking-news line is a sentence; less is a caption or a button
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_NEVER_PAGES = re.compile(
    r"(?:image|video|audio|font)/|text/(?:css|javascript|xml)|application/(?:javascript|xml|rss|atom|\w+\+xml)"
)
_FEED = re.compile(rb"<(?:rss|feed|urlset|sitemapindex|rdf:RDF)[\s>]", re.IGNORECASE)
_ROOT = re.compile(rb"<(?:!doctype\s+html|html|body)[\s>]", re.IGNORECASE)
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article)[\s>]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Refused(Exception):
    reason: Reason
    detail: str
    headline: Headline | None = None


def extract(
    capture: Capture, source: Source, extractor: str, recurring: Recurring = NOTHING
) -> Article | Rejection | None:
    """Read an article from a capture.

    None: the capture was never meant to be one (redirect hop, 304, feed, sitemap, robots.txt, image, or a
    URL that is no article of the source), or is a revisit: the capture it refers to has the article.
    Raises nothing for what a page holds but MemoryError: a fault of ours or of a
    library on a page is a Rejection with reason FAULT, so that one page never stops a run."""
    if (
        capture.kind == "revisit"
        or 100 <= capture.status < 200
        or 300 <= capture.status < 400
        or not source.is_article(capture.url)
    ):
        return None
    try:
        return _read(capture, source, extractor, recurring)
    except _Refused as refused:
        return reject(capture, source, extractor, refused.reason, refused.detail, refused.headline)
    except MemoryError:
        raise  # the process has too little of it for this page, or for any: whoever set its limit knows
    except TooLarge as error:
        return reject(capture, source, extractor, Reason.TIMEOUT, str(error))
    except Unreadable as error:
        return reject(capture, source, extractor, Reason.UNREADABLE, str(error))
    except Exception as error:  # parsers meet the whole web: whatever they raise is counted and listed by name
        return reject(capture, source, extractor, Reason.FAULT, f"{type(error).__name__}: {error}"[:500])


def _read(capture: Capture, source: Source, extractor: str, recurring: Recurring) -> Article | None:
    content, flags = _content(capture)
    if content is None:
        return None
    decoded = decode_html(content, capture.header("content-type"))
    try:
        tree = parse(decoded.text)
    except TooCostly as error:
        raise _Refused(Reason.TIMEOUT, str(error)) from error
    if tree is None:
        raise _Refused(Reason.EMPTY_BODY, "no element in the page")
    with Held(tree):
        return _article(capture, source, extractor, recurring, tree, decoded, flags)


def _content(capture: Capture) -> tuple[bytes | None, tuple[str, ...]]:
    """The decoded body of a page, with flags; None for what is no page. Raises _Refused and Unreadable."""
    if capture.status >= 400:
        raise _Refused(Reason.HTTP_STATUS, str(capture.status))
    if capture.status < 200:
        raise _Refused(Reason.UNREADABLE, "no HTTP status line")
    kind = (capture.header("content-type") or "").partition(";")[0].strip().lower()
    is_page = kind in _HTML_TYPES
    if not is_page and (_NEVER_PAGES.match(kind) or urlsplit(capture.url).path == "/robots.txt"):
        return None, ()
    if capture.truncated is not None:
        raise _Refused(Reason.TRUNCATED, capture.truncated)
    body = decoded_body(capture)
    if not body.content.strip():
        raise _Refused(Reason.EMPTY_BODY, "")
    if _FEED.search(body.content[:1000]) and not _ROOT.search(body.content[:1000]):
        return None, ()
    if not is_page and not (kind in ("", "text/plain") and _HTML.search(body.content[:4000])):
        raise _Refused(Reason.NOT_HTML, kind or "no content type")
    return body.content, body.flags


def _article(
    capture: Capture,
    source: Source,
    extractor: str,
    recurring: Recurring,
    tree: Element,
    decoded: Decoded,
    flags: tuple[str, ...],
) -> Article:
    note_texts(tree)
    metadata = read_metadata(tree)
    title = find_title(tree, metadata, source)
    if recurring and drop_dates(tree, recurring, title.element if title is not None else None):
        note_texts(tree)
    comments = find_comments(tree, source, capture.captured_at)
    name = title.text if title is not None else ""
    published = find_published(tree, metadata, title, source, capture)
    names, again = site_names(metadata, source), furniture_on(recurring, name)
    names |= name_in_title(tree, title) if title is not None else set()
    read = main_text(tree, metadata, title, names, again, source.reading, comments.elements)
    lines, signed = without_signature(read.lines, names)
    stub = stub_of(tree, name, "\n".join(lines)) or shop_of(tree, metadata)
    if stub is None and capture.told_published is None:  # feeds and news sitemaps name articles alone
        stub = list_of(tree, metadata, name, lines)
    fed: tuple[str, ...] = ()
    if stub is None and not read.sure and capture.told_body is not None:
        feed = feed_body(capture.told_body, names | again | {folded(name)}, metadata.summary())
        if stands_for(feed, lines):
            lines, signed = without_signature(feed.lines, names)
            fed = (TEXT_FROM_FEED, *(("feed-body-cut",) if capture.told_body.cut else ()))
            if capture.told_body.title and (title is None or folded(name) in names):
                name, fed = capture.told_body.title, (*fed, "title-from-feed")
    text = "\n".join(lines)
    writers = find_authors(tree, metadata, title, signed, source)
    letters = sum(map(str.isalpha, text))
    if stub is None and letters < MIN_TEXT_LETTERS:
        stub = why_no_text(tree, letters)
    if stub is not None:
        said = details.language(tree, metadata, text or name, source)
        headline = Headline(name, writers.people, local_date(published, source), said) if title is not None else None
        raise _Refused(*stub, headline)
    if not name:
        raise _Refused(Reason.NO_TITLE, "")
    canonical_url, canonical_flags = canonical(tree, metadata, capture.url, source)
    every_flag = (*capture.flags, *flags, *decoded.flags, *published.flags, *canonical_flags, *fed)
    every_flag += flags_of_parts(tree, capture.url)
    return Article(
        url=capture.url,
        canonical_url=canonical_url,
        document_key=document_key(canonical_url or capture.url, source),
        source=source.id,
        title=name,
        subtitle=details.subtitle(tree, metadata, name, title.element if title is not None else None, lines),
        authors=writers.people,
        agency=writers.agency or agency_in(lines),
        published_at=published.at,
        published_date=published.day,
        published_raw=published.raw,
        published_precision=published.precision,
        published_method=published.method,
        published_calendar=published.calendar,
        updated_at=published.updated_at,
        text=text,
        language=details.language(tree, metadata, text, source),
        section=details.section(tree, metadata, name),
        tags=details.tags(tree, metadata, name),
        images=details.images(tree, metadata, capture.url),
        comments=comments.comments,
        captured_at=capture.captured_at,
        warc=capture.ref.warc,
        offset=capture.ref.offset,
        length=capture.ref.length,
        record_id=capture.ref.record_id,
        payload_digest=capture.payload_digest,
        charset_declared=decoded.charset_declared,
        charset_used=decoded.charset_used,
        text_digest="sha256:" + hashlib.sha256(text.encode()).hexdigest(),
        extractor=extractor,
        flags=tuple(dict.fromkeys((*every_flag, *(("json-ld-damaged",) if metadata.damaged else ())))),
    )


def reject(
    capture: Capture, source: Source, extractor: str, reason: Reason, detail: str, headline: Headline | None = None
) -> Rejection:
    """A capture that was to be an article and is none, because of `reason`."""
    return Rejection(
        url=capture.url,
        source=source.id,
        captured_at=capture.captured_at,
        warc=capture.ref.warc,
        offset=capture.ref.offset,
        length=capture.ref.length,
        record_id=capture.ref.record_id,
        payload_digest=capture.payload_digest,
        extractor=extractor,
        reason=reason,
        detail=detail,
        headline=headline,
    )


def local_date(found: Article | Published, source: Source) -> str | None:
    """The date as `extract` prints it: the moment in the source's zone if that agrees with its day, else the day."""
    at, day = (found.published_at, found.published_date) if isinstance(found, Article) else (found.at, found.day)
    if day is None or at is None:
        return day.isoformat() if day else None
    local = at.astimezone(source.zone)
    return local.isoformat() if local.date() == day else day.isoformat()
