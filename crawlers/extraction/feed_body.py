"""What the feed that named a page holds of its article: one more opinion, asked where the page's own text is doubted.

It may stand for a text that the page loads by script. It never stands for a text that is sure, and a teaser (cut
short, a summary, "read more") never stands for anything."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from crawlers.extraction.arabic import alike, folded
from crawlers.extraction.furniture import without_furniture
from crawlers.extraction.page import TooCostly, block_texts, drop, parse
from crawlers.extraction.paragraphs import join_rows, make_paragraphs, unfold_layout_tables
from crawlers.extraction.places import drop_furniture
from crawlers.extraction.word_shares import COVERED, shared
from storage.model import ToldBody

TEXT_FROM_FEED: Final = "text-from-feed"  # flag of an article whose text its page does not show
NEVER_STORY: Final = ("figure", "figcaption", "aside", "nav", "form", "button", "iframe")
MIN_CHARS: Final = 250  # of a text that a feed calls the content
_MIN_SUMMARY_CHARS: Final = 600  # of one that it calls a description
_MIN_SUMMARY_LINES: Final = 3
_LIKE: Final = 0.5  # of the words: less has another subject
_END_CHARS: Final = 40  # of a line, where it is seen whether it breaks off
_LINE_CHARS: Final = 200  # of what a content system puts below a text
_CREDIT = re.compile(
    r"(?:the (?:post|article) .* (?:appeared first on|first appeared on) .*|l.article .* est apparu en premier sur .*"
    r"|.*(?:ظهرت?|نشرت?) (?:المقال|المقاله|التدوينه|الخبر|الموضوع|هذا|هذه)?.*(?:اولا|لاول مره) (?:علي|في) .*"
    r"|(?:المصدر|source) ?: ?https?://.*)",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"continue reading\b.{0,200}|(?:read (?:more|the rest|full)|more|full story|اقرا (?:المزيد|باقي|بقيه|كامل)"
    r"|متابعه القراءه|اكمل القراءه|(?:ل?لمزيد|المزيد|قراءه المزيد|(?:ل?ال)?تفاصيل|بقيه الخبر|لقراءه)\b)[^:]{0,40}",
    re.IGNORECASE,
)
_CUT_SHORT = re.compile(r"(?:\[\s*(?:…|\.{2,})\s*\]|…|\.{3,})\W*$")
_ENDS: Final = (".", "!", "\N{ARABIC QUESTION MARK}", "?", "»", '"', "”", ")", ":", "،")


@dataclass(frozen=True, slots=True)
class FeedBody:
    lines: list[str]
    whole: bool  # it can be the article, not only its beginning


def feed_body(told: ToldBody, names: AbstractSet[str], summary: str | None) -> FeedBody:
    """The lines of a body, cleaned as pages are. `names`: as for main_text; `summary`: what the page says of itself."""
    try:
        tree = parse(f"<html><body><article>{told.html}</article></body></html>")
    except TooCostly:
        tree = None
    if tree is None:
        return FeedBody([], whole=False)
    unfold_layout_tables(tree)
    join_rows(tree)
    make_paragraphs(tree)
    drop_furniture(tree, None)
    for element in list(tree.iter(*NEVER_STORY)):
        drop(element)
    every = block_texts(tree)
    if told.cut:
        every = every[:-1]
    while every and len(every[-1]) <= _LINE_CHARS and _CREDIT.fullmatch(alike(every[-1])):
        every.pop()
    lines = without_furniture(every, names)
    return FeedBody(lines, bool(every) and not _breaks_off(every[-1]) and _is_whole(lines, told, summary))


def _breaks_off(line: str) -> bool:
    """Whether the last line of a body says that there is more."""
    return bool(
        _CUT_SHORT.search(line[-_END_CHARS:])
        or (len(line) <= _LINE_CHARS and _MORE.fullmatch(alike(line).strip(" .»>←…[]()")))
    )


def _is_whole(lines: list[str], told: ToldBody, summary: str | None) -> bool:
    size = sum(map(len, lines))
    if size < MIN_CHARS:
        return False
    if told.summary and (size < _MIN_SUMMARY_CHARS or len(lines) < _MIN_SUMMARY_LINES):
        return False
    if len(lines) == 1 and not lines[0].endswith(_ENDS):
        return False
    return folded(" ".join(lines)) not in folded(summary or "")


def stands_for(feed: FeedBody, lines: list[str]) -> bool:
    """Whether a feed's body is to be read instead of the doubted text of its page."""
    if not feed.whole or shared(lines, feed.lines) >= COVERED:
        return False
    longer = sum(map(len, feed.lines)) > sum(map(len, lines))
    return longer or shared(lines, feed.lines) < _LIKE
