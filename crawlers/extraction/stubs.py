"""Pages that are no article, told by what they are instead: a challenge, an error in words, a list, a player, a script.

Asked only where little or no text was found, so that a story about such pages stays a story."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from crawlers.extraction.arabic import alike, folded, one_line
from crawlers.extraction.lines import Line, lines_of
from crawlers.extraction.metadata import Metadata, types_of
from crawlers.extraction.page import Element
from storage.model import Reason

MAX_STUB_CHARS: Final = 700  # of text; what says more than that is no stub
_CHALLENGE = re.compile(
    r"just a moment|checking your browser|verify(?:ing)? (?:that )?you are (?:a )?human|attention required"
    r"|ddos protection|enable javascript and cookies|access (?:to this page has been )?denied|request unsuccessful"
    r"|are you a robot|unusual traffic|security check|please wait while we verify|one more step|pardon our interruption"
    r"|(?:تحقق|التحقق|نتحقق|تاكد|اثبت).{0,30}(?:متصفح|انسان|بشر|روبوت|لست)|لست روبوت|فحص المتصفح|لحظه من فضلك"
    r"|(?:تم )?(?:رفض|منع|حظر) (?:الوصول|الدخول|طلبك)|تفعيل جافا ?سكريبت|فعل(?:وا)? جافا ?سكريبت",
    re.IGNORECASE,
)
_CHALLENGE_CODE = re.compile(
    r"/cdn-cgi/challenge-platform|cf-chl-|_Incapsula_Resource|px-captcha|captcha-delivery\.com|g-recaptcha|h-captcha"
    r"|sucuri_cloudproxy|ddos-guard|__ddg|challenge-form|awswaf",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"(?<!\d)404(?!\d)|(?:page|article|content|file)?\s*(?:was |is )?(?:not found|no longer available|does ?n.t exist)"
    r"|(?:الصفحه|المقال|الخبر|المحتوي|الرابط|الموضوع|الماده)[^.]{0,40}(?:غير موجوده?|لم تعد موجوده?|غير متوفره?"
    r"|غير متاحه?|تم حذفها?|حذف|ازيلت|محذوفه?|لا توجد)"
    r"|لم (?:يتم|نتمكن من|نستطع|نجد)[^.]{0,20}(?:العثور|ايجاد|الصفحه|الخبر|المقال)|غير موجوده? علي (?:الموقع|الخادم)"
    r"|خطا في (?:الصفحه|العنوان|الرابط)",
    re.IGNORECASE,
)
_MAX_TITLE_CHARS: Final = 1_000
_MIN_HEADLINES: Final = 8
_HEADLINE_CHARS: Final = 20
_MAX_SECTION_WORDS: Final = 3
_WELCOME_LINES: Final = 2
_MIN_BELOW: Final = 4  # lines of a text that stand below headlines
_MOST: Final = 0.8
_LINKED: Final = 0.4
_MIN_SCRIPTS: Final = 3
_PLAYERS: Final = ("video", "audio", "iframe", "amp-video", "amp-iframe", "object", "embed")
_SHOPS: Final = frozenset(("single-product", "product-template-default", "catalog-product-view"))  # of <body>
_ROOTS: Final = frozenset(("app", "root", "__next", "__nuxt", "___gatsby", "main-app", "svelte", "ember-app"))


def stub_of(tree: Element, title: str, text: str) -> tuple[Reason, str] | None:
    """Why a page with little text is no article: a challenge, or an error page that says 200. None: it may be one."""
    if len(text) > MAX_STUB_CHARS:
        return None
    shown = alike(" ".join((title, _own_title(tree), text)))
    if found := _CHALLENGE.search(shown):
        return Reason.CHALLENGE, found[0]
    if found := _MISSING.search(alike(f"{title} {_own_title(tree)}")):
        return Reason.SOFT_404, found[0].strip()
    if len(text) <= MAX_STUB_CHARS / 2 and (found := _MISSING.match(alike(text))):
        return Reason.SOFT_404, found[0].strip()
    return None


def shop_of(tree: Element, metadata: Metadata) -> tuple[Reason, str] | None:
    """Why a page that sells one thing is no article; None where it is not said to, or also said to be an article."""
    types = {name for item in metadata.items for name in types_of(item)}
    if any(name.endswith(("Article", "Posting")) for name in types):
        return None
    shared = (metadata.first("og:type") or "").lower()
    body = tree.find("body")
    classes = (body.get("class") or "").split() if body is not None else []
    sells = "Product" in types or shared.partition(".")[0] == "product" or not _SHOPS.isdisjoint(classes)
    return (Reason.NO_TEXT, "a product in a shop") if sells else None


def list_of(tree: Element, metadata: Metadata, title: str, text: Sequence[str]) -> tuple[Reason, str] | None:
    """Why a page with the title of a section, a tag or a writer is no article: its text is a word of welcome above many
    headlines, or stands line by line below them. None: it may be one, as it says itself or as its text has it."""
    if not text or len(folded(title).split()) > _MAX_SECTION_WORDS or _says_it_is_an_article(metadata):
        return None
    lines = lines_of(tree).lines
    headlines = sum(_is_headline(line) for line in lines)
    said = set(text)
    below = sum(
        line.text in said and (_is_headline(before) or line.linked >= _LINKED * len(line.text))
        for before, line in pairwise(lines)
    )
    short = len(text) <= _WELCOME_LINES and len("".join(text)) <= MAX_STUB_CHARS / 2
    welcomes = short and headlines >= _MIN_HEADLINES
    if welcomes or (below >= _MIN_BELOW and below >= _MOST * len(text)):
        return Reason.LIST_PAGE, f"{max(headlines, below)} headlines, {sum(map(len, text))} letters of text"
    return None


def _is_headline(line: Line) -> bool:
    return line.is_link and len(line.text) >= _HEADLINE_CHARS


def _says_it_is_an_article(metadata: Metadata) -> bool:
    types = {name for item in metadata.items for name in types_of(item)}
    shared = (metadata.first("og:type") or "").lower()
    dated = metadata.first("article:published_time") is not None
    return shared == "article" or dated or any(name.endswith(("Article", "Posting")) for name in types)


def why_no_text(tree: Element, letters: int) -> tuple[Reason, str]:
    """What a page without a story is; NO_TEXT where nothing tells."""
    scripts = list(tree.iter("script"))
    if any(_CHALLENGE_CODE.search((script.get("src") or "") + (script.text or "")[:4000]) for script in scripts):
        return Reason.CHALLENGE, "its scripts ask for a proof"
    headlines = sum(map(_is_headline, lines_of(tree).lines))
    if headlines >= _MIN_HEADLINES:
        return Reason.LIST_PAGE, f"{headlines} headlines, {letters} letters of text"
    if any(True for _ in tree.iter(*_PLAYERS)):
        return Reason.NO_TEXT, f"a player, {letters} letters of text"
    rooted = any((element.get("id") or "").lower() in _ROOTS for element in tree.iter("div", "main", "section"))
    if rooted or len(scripts) >= _MIN_SCRIPTS:
        return Reason.NEEDS_SCRIPT, f"{len(scripts)} scripts, {letters} letters of text"
    return Reason.NO_TEXT, f"{letters} letters"


def _own_title(tree: Element) -> str:
    found = tree.find(".//title")
    return one_line((found.text or "")[:_MAX_TITLE_CHARS]) if found is not None else ""
