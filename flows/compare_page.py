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
_BETWEEN = re.compile(r"</(del|ins)>(\s+)<\1>")  # words that differ one after the other are one mark
_STYLE = """
:root { color-scheme: light dark; --a: #c62b1f2b; --b: #1b873f33; --line: #8885; --quiet: #8882; --bad: #c62b1f; }
body { font: 17px/1.8 "Noto Naskh Arabic", "Noto Sans Arabic", system-ui, sans-serif; margin: 2rem auto;
  max-width: 80rem; padding: 0 1rem; } h1 { font-size: 1.6rem; } h2 { margin-top: 3rem; }
small { font-weight: normal; opacity: .75; } code, .num { unicode-bidi: isolate; direction: ltr; }
table { border-collapse: collapse; width: 100%; } .wide { overflow-x: auto; } .sums { font-size: .9rem; }
th, td { border: 1px solid var(--line); padding: .35rem .6rem; vertical-align: top; text-align: start; }
th { background: var(--quiet); } th small { display: block; } .sums td { font-variant-numeric: tabular-nums; }
.sums .all td { font-weight: bold; background: var(--quiet); } .zero { opacity: .35; } .bad { color: var(--bad); }
.pair { margin: .4rem 0 2rem; table-layout: fixed; } .pair th:first-child { width: 8rem; }
.pair td { overflow-wrap: anywhere; } .text { white-space: pre-line; } h3 { margin: 1.5rem 0 0; font-size: 1.1rem; }
del { background: var(--a); text-decoration: line-through; } ins { background: var(--b); text-decoration: none; }
.none { opacity: .8; } .facts span { border: 1px solid var(--line); border-radius: 1rem; padding: 0 .7rem;
  margin-inline-end: .4rem; font-size: .85rem; } .facts a { overflow-wrap: anywhere; font-size: .85rem; }
"""
_BAD = ("date_lost", "newly_rejected")
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
_ROWS = {
    "title": ("Title", "العنوان"),
    "subtitle": ("Deck", "العنوان الفرعي"),
    "date": ("Date", "التاريخ"),
    "updated_at": ("Updated", "آخر تحديث"),
    "authors": ("Authors", "الكتّاب"),
    "agency": ("Agency", "الوكالة"),
    "section": ("Section", "القسم"),
    "tags": ("Tags", "الوسوم"),
    "language": ("Language", "اللغة"),
    "canonical_url": ("Canonical URL", "الرابط الأصلي"),
    "document_key": ("Document key", "مفتاح الوثيقة"),
    "images": ("Images", "الصور"),
    "text": ("Text", "النص"),
    "comments": ("Comments", "التعليقات"),
}
_NOTHING = "—"


def page(found: Sequence[Comparison], a: str, b: str, at: datetime) -> str:
    """The whole page, UTF-8."""
    samples = "".join(_source(each) for each in found if each.pairs)
    none = "<p>لا فرق بين القراءتين. <small lang=en dir=ltr>Nothing differs.</small></p>"
    return (
        f'<!doctype html><html lang="ar" dir="rtl"><meta charset="utf-8"><title>{escape(a)} · {escape(b)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<h1>مقارنة قراءتين <small lang=en>Two readings compared</small></h1>"
        f"<p>{_names(a, b)} · <span class=num>{at:%Y-%m-%d %H:%M} UTC</span>"
        f"<br>في القراءة الأولى وحدها: <del>only in A</del> · في الثانية وحدها: <ins>only in B</ins></p>"
        f"<div class=wide>{_sums(found)}</div>{samples or none}</html>\n"
    )


def _names(a: str, b: str) -> str:
    return " · ".join(
        f"<span class=num>{name}: <code>{escape(said)}</code></span>" for name, said in (("A", a), ("B", b))
    )


def _sums(found: Sequence[Comparison]) -> str:
    heads = "".join(f"<th>{arabic}<small lang=en>{english}</small>" for _, english, arabic in COLUMNS)
    rows = "".join("<tr>" + "".join(_number(each, name) for name, _, _ in COLUMNS) for each in found)
    return f"<table class=sums><tr>{heads}{rows}{_totals(found) if len(found) > 1 else ''}</table>"


def _number(found: Comparison, name: str) -> str:
    value = getattr(found, name)
    kind = "zero" if value == 0 else "bad" if name in _BAD else ""
    return f'<td class="{kind}">{cell(found, name)}'


def _totals(found: Sequence[Comparison]) -> str:
    """One line more: the sum of each column; of the similarity, the mean over the articles that both have."""
    both = sum(each.same + each.different for each in found)
    likeness = sum(each.similarity * (each.same + each.different) for each in found) / both if both else 1.0
    cells = []
    for name, _, _ in COLUMNS:
        if name == "source":
            cells.append("الكل <small lang=en>all</small>")
        else:
            cells.append(f"{likeness:.1%}" if name == "similarity" else f"{sum(getattr(e, name) for e in found):,}")
    return "<tr class=all>" + "".join(f"<td>{each}" for each in cells)


def cell(found: Comparison, name: str) -> str:
    value = getattr(found, name)
    if isinstance(value, float):
        return f"{value:.1%}"
    return f"{value:,}" if isinstance(value, int) else escape(str(value))


def _source(found: Comparison) -> str:
    pairs = "".join(map(_pair, found.pairs))
    most = "اللقطات الأكثر اختلافًا. <small lang=en>The captures that differ most.</small>"
    return f"<h2>{escape(found.source)}</h2><p>{_names(found.a, found.b)} · {most}</p>{pairs}"


def _pair(pair: Pair) -> str:
    one_alone = not (isinstance(pair.a, Article) and isinstance(pair.b, Article))
    shown = [name for name in _ROWS if name in ("title", "text") or _differs(pair, name)]
    rows = []
    for number, name in enumerate(("title", "text") if one_alone else shown):
        english, arabic = _ROWS[name]
        cells = _one_alone(pair, name, number) if one_alone else _cells(pair, name)
        rows.append(f"<tr><th>{arabic}<small lang=en>{english}</small>{cells}")
    names = (("A", "القراءة الأولى"), ("B", "القراءة الثانية"))
    heads = "<tr><th>" + "".join(f"<th>{arabic} <small lang=en>{name}</small>" for name, arabic in names)
    either = pair.a if isinstance(pair.a, Article) else pair.b
    title = escape(either.title) if isinstance(either, Article) else ""
    table = f"<table class=pair>{heads}{''.join(rows)}</table>"
    return f"<h3 dir=auto>{title}</h3><div class=facts>{_facts(pair)}</div>{table}"


def _facts(pair: Pair) -> str:
    url = escape(pair.url)
    link = f'<a href="{url}" dir=ltr>{url}</a>' if pair.url.startswith(("http://", "https://")) else url
    if isinstance(pair.a, Article) and isinstance(pair.b, Article):
        return f"<span>تشابه النص <b>{pair.similarity:.1%}</b></span> {link}"
    what = "مرفوضة الآن <small lang=en>newly rejected</small>"
    if isinstance(pair.b, Article):
        what = "مقروءة الآن <small lang=en>newly read</small>"
    return f"<span>{what}</span> {link}"


def _differs(pair: Pair, name: str) -> bool:
    return _words(pair.a, name) != _words(pair.b, name)


def _cells(pair: Pair, name: str) -> str:
    a, b = (_words(each, name) or "" for each in (pair.a, pair.b))
    marked = zip((a, b), marks(a, b), strict=True)
    shown = (words if words == _NOTHING else mark for words, mark in marked)  # that dash is ours
    return "".join(f'<td dir="auto" class="{name}">{each}' for each in shown)


def _one_alone(pair: Pair, name: str, number: int) -> str:
    """What the one says; what the other has instead stands beside it once."""
    cells = []
    for outcome in (pair.a, pair.b):
        words = _words(outcome, name)
        if words is not None:
            cells.append(f'<td dir="auto" class="{name}">{escape("".join(_shown(words)))}')
        elif number == 0:
            cells.append(f"<td rowspan=2>{_no_article(outcome)}")
    return "".join(cells)


def _words(outcome: object, name: str) -> str | None:
    """What a reading says; None: it is no article."""
    if not isinstance(outcome, Article):
        return None
    if name == "date":
        moment = f"{outcome.published_at:%Y-%m-%d %H:%M} UTC" if outcome.published_at else outcome.published_date
        return f"{moment or _NOTHING} ({outcome.published_raw or 'no date on the page'})"
    if name == "comments":
        return "\n".join(f"{each.author or _NOTHING}: {each.text}" for each in outcome.comments) or _NOTHING
    if name == "images":
        return "\n".join(f"{each.url} {each.caption or ''}".strip() for each in outcome.images) or _NOTHING
    value = getattr(outcome, name)
    return "، ".join(value) or _NOTHING if isinstance(value, tuple) else str(value or _NOTHING)


def _no_article(outcome: object) -> str:
    if isinstance(outcome, Rejection):
        said = f"<code>{escape(outcome.reason)}</code> <span dir=auto>{escape(outcome.detail)}</span>"
        return f"<span class=none>مرفوضة <small lang=en>rejected</small>: {said}</span>"
    return "<span class=none>ليست مقالة <small lang=en>no article</small></span>"


def _shown(text: str) -> list[str]:
    return _WORDS.findall(text)[: 2 * _SHOWN_WORDS]


def marks(a: str, b: str) -> tuple[str, str]:
    """Both texts as HTML; words that only one has are marked."""
    ours, theirs = _shown(a), _shown(b)
    left: list[str] = []
    right: list[str] = []
    for what, start, end, begin, stop in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        first, second = escape("".join(ours[start:end])), escape("".join(theirs[begin:stop]))
        left.append(first if what == "equal" or not first else f"<del>{first}</del>")
        right.append(second if what == "equal" or not second else f"<ins>{second}</ins>")
    first, second = (_BETWEEN.sub(r"\2", "".join(side)) for side in (left, right))
    return first, second
