"""Thirty page templates of one Arabic article; in each something moves at every request that is no part of it."""

from __future__ import annotations

import random
from collections.abc import Callable

HEADLINE = "افتتاح مكتبة عامة جديدة في حي الزهور"
PARAGRAPHS = (
    "افتتح مجلس المدينة صباح اليوم مكتبة عامة جديدة في حي الزهور، بحضور عدد من الأدباء والمعلمين وأهالي الحي.",
    "وتضم المكتبة أكثر من عشرين ألف كتاب، وقاعة للأطفال، وركناً للمخطوطات تبرعت به أسرة أحد الوراقين القدامى.",
    "وقال مدير المكتبة إن الأبواب ستبقى مفتوحة حتى العاشرة ليلاً طوال أيام الأسبوع، وإن الاستعارة مجانية للجميع.",
    "وأضاف أن المرحلة الثانية تشمل بناء مسرح صغير للحكواتي ومختبراً لترميم الكتب النادرة قبل نهاية العام المقبل.",
)
LIST = ("سوق الورق يعود", "مهرجان الخط العربي", "ندوة عن الترجمة", "معرض الصور القديمة", "أمسية شعرية في النادي")
Part = Callable[[random.Random], str]


def _n(chance: random.Random, most: int = 90_000) -> int:
    return chance.randrange(1, most)


def _time(chance: random.Random) -> str:
    return f"{chance.randrange(24):02}:{chance.randrange(60):02}:{chance.randrange(60):02}"


def _token(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


def _mixed(chance: random.Random) -> str:
    return "".join(f'<li><a href="/news/{_n(chance)}">{title}</a></li>' for title in chance.sample(LIST, 4))


# Name, where it stands (head, top, before the text, in it, after it, bottom), and what it is.
MOVING: dict[str, tuple[str, Part]] = {
    "clock-in-the-header": ("top", lambda c: f"<div id=clock>{_time(c)}</div>"),
    "clock-in-words": ("top", lambda c: f"<p>الساعة الآن {_time(c)} بتوقيت بغداد</p>"),
    "views-above-the-text": ("before", lambda c: f"<span class=views>عدد المشاهدات: {_n(c)}</span>"),
    "views-in-the-text": ("in", lambda c: f"<p>عدد المشاهدات : {_n(c)}</p>"),
    "read-by": ("after", lambda c: f"<p>قرأ هذا الخبر {_n(c)} شخصاً، مرات القراءة اليوم {_n(c)}</p>"),
    "reading-time": ("before", lambda c: f"<p>وقت القراءة: {_n(c, 9)} دقائق</p>"),
    "age-of-the-story": ("before", lambda c: f"<p class=ago>منذ {_n(c, 59)} دقيقة</p>"),
    "last-updated": ("before", lambda c: f"<p>آخر تحديث: {_time(c)}</p>"),
    "count-of-comments": ("after", lambda c: f"<h4>التعليقات ({_n(c, 300)})</h4>"),
    "shares": ("after", lambda c: f"<ul><li>مشاركة {_n(c)}</li><li>إعجاب {_n(c)}</li></ul>"),
    "likes-in-english": ("after", lambda c: f"<p>{_n(c)} likes · {_n(c)} shares</p>"),
    "csrf-in-a-form": ("after", lambda c: f'<form><input type=hidden name=csrf value="{_token(c)}"></form>'),
    "csrf-in-the-head": ("head", lambda c: f'<meta name="csrf-token" content="{_token(c)}">'),
    "nonce-of-a-script": ("head", lambda c: f'<script nonce="{_token(c)}">var t="{_token(c)}";</script>'),
    "session-in-links": ("after", lambda c: f'<a href="/news/5?sid={_token(c)}">التالي</a>'),
    "banner": ("in", lambda c: f'<div class="ad"><img src="/b/{_token(c)}.gif" alt="إعلان"></div>'),
    "banner-with-words": ("after", lambda c: f"<aside class=ads><p>إعلان: {c.choice(LIST)} {_n(c)}</p></aside>"),
    "script-of-an-ad": ("in", lambda c: f"<script>ads.push('{_token(c)}')</script>"),
    "related-in-another-order": ("after", lambda c: f"<aside><h4>اقرأ أيضاً</h4><ul>{_mixed(c)}</ul></aside>"),
    "most-read": ("bottom", lambda c: f"<aside><h4>الأكثر قراءة</h4><ul>{_mixed(c)}</ul></aside>"),
    "ticker": ("top", lambda c: f"<div class=ticker><ul>{_mixed(c)}</ul></div>"),
    "weather": ("top", lambda c: f"<div class=weather>بغداد {_n(c, 45)}°</div>"),
    "currencies": ("top", lambda c: f"<table><tr><td>الدولار</td><td>{_n(c)}</td></tr></table>"),
    "visitors-online": ("bottom", lambda c: f"<p>المتواجدون الآن: {_n(c, 900)} زائر</p>"),
    "rendered-in": ("bottom", lambda c: f"<!-- {_token(c)} --><small>0.{_n(c, 999)} s</small>"),
    "picture-that-busts-caches": ("in", lambda c: f'<img src="/i/1.jpg?v={_n(c)}" alt="المكتبة">'),
    "modified-in-json-ld": (
        "head",
        lambda c: (
            f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{HEADLINE}","dateModified":'
            f'"2026-11-{c.randrange(1, 28):02}T10:00:00+03:00"}}</script>'
        ),
    ),
    "ids-of-elements": ("before", lambda c: f'<div id="x{_token(c)}" class="c-{_token(c)[:6]}"></div>'),
    "spaces": ("after", lambda c: "\n" * c.randrange(1, 9) + " " * c.randrange(9)),
    "poll": ("bottom", lambda c: f"<aside>هل تزور المكتبات؟ <b>نعم {_n(c, 100)}%</b></aside>"),
}


def page(name: str, seed: int, *, headline: str = HEADLINE, paragraphs: tuple[str, ...] = PARAGRAPHS) -> bytes:
    """The article in a template, as the `seed`th visitor gets it."""
    where, part = MOVING[name]
    moving = part(random.Random(f"{name}{seed}"))
    at = {place: moving if place == where else "" for place in ("head", "top", "before", "in", "after", "bottom")}
    text = [f"<p>{paragraph}</p>" for paragraph in paragraphs]
    text.insert(2, at["in"])
    return (
        f"<!DOCTYPE html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{headline} | صحيفة المثال</title>"
        f"{at['head']}</head><body><header><a href='/'>صحيفة المثال</a>{at['top']}</header><main><article>"
        f"<h1>{headline}</h1>{at['before']}<div class=body>{''.join(text)}</div>{at['after']}</article></main>"
        f"<footer>{at['bottom']}جميع الحقوق محفوظة</footer></body></html>"
    ).encode()
