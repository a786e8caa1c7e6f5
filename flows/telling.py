"""What one capture tells of one article: it is there, gone, or elsewhere; and what a reader would call the article.

A clock, a counter, an advertisement or a token makes other bytes and the same article. Told apart are versions by the
headline and the lines of the text, without lines that only count or tell the time."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urljoin

from crawlers.document_key import document_key
from crawlers.extraction.feed_body import TEXT_FROM_FEED
from crawlers.source import Source
from storage.model import Article, Capture, Reason, Rejection

_SAYS_IT_IS_GONE = re.compile(
    r"(?:الصفحة|الرابط|المقال|الخبر|المادة|المحتوى|الموضوع)[^.\n]{0,40}(?:غير موجود|غير متوفر|غير متاح|حذف|إزال)"
    r"|\b(?:page|article|story|content)\b[^.\n]{0,40}\b(?:not found|no longer|removed|deleted|does not exist)\b",
    re.IGNORECASE,
)
_GONE_CHARS = 300  # a text that says so at greater length is an article about it
_NO_ARTICLE = (Reason.SOFT_404, Reason.LIST_PAGE, Reason.NO_TEXT, Reason.NO_TITLE, Reason.EMPTY_BODY)
_COUNTS = re.compile(
    r"مشاهد|قراء|زيار|تعليق|مشارك|إعجاب|اعجاب|متابع|زوار|متصل|مرات|دقائق للقراءة|وقت القراءة"
    r"|آخر تحديث|اخر تحديث|حُدّث|تم التحديث|الساعة الآن|التوقيت|بتوقيت|الوقت الآن|منذ|قبل"
    r"|views?|reads?|shares?|comments?|likes?|visitors?|online|updated|ago|now",
    re.IGNORECASE,
)
_VOLATILE_CHARS = 70  # a longer line is a sentence, whatever it counts
_CLOCK = re.compile(r"[\d\u0660-\u0669\s:/.,\-|()]+(?:ص|م|am|pm|gmt|utc)?[\d\s:/.,\-|()+]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Told:
    """What one capture tells of one article."""

    url: str
    document_key: str
    captured_at: datetime
    offset: int
    target: str | None = None  # of a redirect; None: it is none
    gone: str | None = None  # how the article is gone; None: it is not
    headline: str | None = None  # None: no article in it
    text_digest: str | None = None
    from_feed: bool = False  # the page itself does not show the text
    only_bare: bool = False  # it is gone only in that the page shows no text


def version_digest(article: Article) -> str:
    """A digest of what a reader would call the article: its headline, and its lines that are no counters or clocks."""
    lines = [" ".join(line.split()) for line in article.text.split("\n")]
    kept = [line for line in lines if line and not _is_volatile(line)]
    return "sha256:" + hashlib.sha256("\n".join([" ".join(article.title.split()), *kept]).encode()).hexdigest()


def _is_volatile(line: str) -> bool:
    if _CLOCK.fullmatch(line):
        return True
    return len(line) <= _VOLATILE_CHARS and bool(_COUNTS.search(line)) and any(letter.isdigit() for letter in line)


def told_by(outcome: Article | Rejection, source: Source) -> Told | None:
    """What a reading tells; None: nothing that is certain."""
    key = document_key(outcome.url, source)
    told = Told(outcome.url, key, outcome.captured_at, outcome.offset)
    if isinstance(outcome, Article):
        if len(outcome.text) <= _GONE_CHARS and _SAYS_IT_IS_GONE.search(outcome.text):
            return replace(told, gone="soft 404: its text says that there is no such page")
        from_feed = TEXT_FROM_FEED in outcome.flags
        return replace(told, headline=outcome.title, text_digest=version_digest(outcome), from_feed=from_feed)
    if outcome.reason is Reason.HTTP_STATUS and outcome.detail in ("404", "410"):
        return replace(told, gone=outcome.detail)
    if outcome.reason in _NO_ARTICLE:
        gone = f"soft 404: no article in it any more ({outcome.reason})"  # it says 200
        return replace(told, gone=gone, only_bare=outcome.reason is not Reason.SOFT_404)
    return None


def told_by_hop(capture: Capture, source: Source) -> Told | None:
    """What a redirect at an article's URL tells; None: the capture is no such thing."""
    location = capture.header("Location")
    if not 300 <= capture.status < 400 or location is None or not source.is_article(capture.url):
        return None
    key = document_key(capture.url, source)
    target = urljoin(capture.url, location)
    return Told(capture.url, key, capture.captured_at, capture.ref.offset, target=target)
