"""A comparison as one page of HTML, for eyes: both readings of some captures side by side, each word that differs
marked. Stands alone: no script, no request, no style from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher
from html import escape

from flows.comparing import Comparison, Pair
from storage.model import Article, Rejection

_SHOWN_WORDS = 1500  # of a text; a page is to be read
_WORDS = re.compile(r"\s+|\S+")
_STYLE = """
:root { color-scheme: light dark; --a: #b3261e22; --b: #1b873f2e; --line: #8885; }
body { font: 16px/1.7 "Noto Naskh Arabic", "Noto Sans Arabic", system-ui, sans-serif; margin: 2rem auto;
  max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; } .wide { overflow-x: auto; }
th, td { border: 1px solid var(--line); padding: .3rem .5rem; vertical-align: top; } .sums td { text-align: right; }
th small { display: block; font-weight: normal; } .pair { margin: 1.5rem 0; table-layout: fixed; }
.pair th:first-child { width: 7rem; } .pair td { overflow-wrap: anywhere; } .text { white-space: pre-line; }
del { background: var(--a); text-decoration: line-through; } ins { background: var(--b); text-decoration: none; }
.none { opacity: .6; } h3 { margin-bottom: 0; } h3 a { font-weight: normal; overflow-wrap: anywhere; }
"""
COLUMNS = (
    ("source", "Source", "الناشر"),
    ("read", "Captures", "اللقطات"),
    ("same", "Same", "متطابقة"),
    ("different", "Different", "مختلفة"),
    ("title", "Title", "العنوان"),
    ("date", "Date", "التاريخ"),
    ("date_gained", "Date gained", "تاريخ جديد"),
    ("date_lost", "Date lost", "تاريخ مفقود"),
    ("text", "Text", "النص"),
    ("similarity", "Text similarity", "تشابه النص"),
    ("authors", "Authors", "الكتّاب"),
    ("comments", "Comments", "التعليقات"),
    ("other", "Other fields", "حقول أخرى"),
    ("newly_rejected", "Newly rejected", "مرفوضة الآن"),
    ("newly_read", "Newly read", "مقروءة الآن"),
)
_ROWS = (
    ("title", "Title", "العنوان"),
    ("date", "Date", "التاريخ"),
    ("authors", "Authors", "الكتّاب"),
    ("text", "Text", "النص"),
    ("comments", "Comments", "التعليقات"),
)


def page(found: Sequence[Comparison], a: str, b: str, at: datetime) -> str:
    """The whole page, UTF-8."""
    samples = "".join(_source(each) for each in found if each.pairs)
    none = "<p>Nothing differs. <span lang=ar dir=rtl>لا فرق بين القراءتين.</span></p>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(a)} · {escape(b)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>Two readings compared · <span lang=ar dir=rtl>مقارنة قراءتين</span></h1>"
        f"<p>A: <code>{escape(a)}</code> · B: <code>{escape(b)}</code> · {at:%Y-%m-%d %H:%M} UTC</p>"
        f"<p>Marked: <del>only in A · في الأولى وحدها</del> <ins>only in B · في الثانية وحدها</ins></p>"
        f"<div class=wide>{_sums(found)}</div>{samples or none}</html>\n"
    )


def _sums(found: Sequence[Comparison]) -> str:
    heads = "".join(f"<th>{english}<small lang=ar dir=rtl>{arabic}</small>" for _, english, arabic in COLUMNS)
    rows = "".join("<tr>" + "".join(f"<td>{cell(each, name)}" for name, _, _ in COLUMNS) for each in found)
    return f"<table class=sums><tr>{heads}{rows}</table>"


def cell(found: Comparison, name: str) -> str:
    value = getattr(found, name)
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def _source(found: Comparison) -> str:
    ids = f"A <code>{escape(found.a)}</code> · B <code>{escape(found.b)}</code>"
    pairs = "".join(map(_pair, found.pairs))
    most = "The captures that differ most. <span lang=ar dir=rtl>اللقطات الأكثر اختلافًا.</span>"
    return f"<h2>{escape(found.source)}</h2><p>{ids}. {most}</p>{pairs}"


def _pair(pair: Pair) -> str:
    url = escape(pair.url)
    link = f'<a href="{url}">{url}</a>' if pair.url.startswith(("http://", "https://")) else url
    rows = [
        f"<tr><th>{english}<small lang=ar dir=rtl>{arabic}</small>{_cells(pair, name)}"
        for name, english, arabic in _ROWS
        if name in ("title", "text") or name in pair.differing
    ]
    names = (("A", "القراءة الأولى"), ("B", "القراءة الثانية"))
    heads = "<tr><th>" + "".join(f"<th>{name} <small lang=ar dir=rtl>{arabic}</small>" for name, arabic in names)
    return f"<h3>{link}</h3><table class=pair>{heads}{''.join(rows)}</table>"


def _cells(pair: Pair, name: str) -> str:
    a, b = (_words(each, name) for each in (pair.a, pair.b))
    one_alone = a is None or b is None
    marked = (_plain(pair.a, a, name), _plain(pair.b, b, name)) if one_alone else marks(a or "", b or "")
    return "".join(f'<td dir="auto" class="{name}">{each}' for each in marked)


def _words(outcome: object, name: str) -> str | None:
    """What a reading says; None: it is no article."""
    if not isinstance(outcome, Article):
        return None
    if name == "date":
        moment = f"{outcome.published_at:%Y-%m-%d %H:%M} UTC" if outcome.published_at else outcome.published_date
        return f"{moment or '—'} ({outcome.published_raw or 'no date on the page'})"
    if name == "authors":
        return "، ".join(outcome.authors) or "—"
    if name == "comments":
        return "\n".join(f"{each.author or '—'}: {each.text}" for each in outcome.comments) or "—"
    return str(getattr(outcome, name))


def _plain(outcome: object, words: str | None, name: str) -> str:
    if words is not None:
        shown = _WORDS.findall(words)[: 2 * _SHOWN_WORDS]
        return escape("".join(shown))
    if isinstance(outcome, Rejection):
        return f"<span class=none>rejected · مرفوضة: {escape(outcome.reason)} {escape(outcome.detail)}</span>"
    return "<span class=none>no article · ليست مقالة</span>"


def marks(a: str, b: str) -> tuple[str, str]:
    """Both texts as HTML; words that only one has are marked."""
    ours, theirs = (_WORDS.findall(each)[: 2 * _SHOWN_WORDS] for each in (a, b))
    left: list[str] = []
    right: list[str] = []
    for what, start, end, begin, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        first, second = escape("".join(ours[start:end])), escape("".join(theirs[begin:stop]))
        left.append(first if what == "equal" or not first else f"<del>{first}</del>")
        right.append(second if what == "equal" or not second else f"<ins>{second}</ins>")
    return "".join(left), "".join(right)
