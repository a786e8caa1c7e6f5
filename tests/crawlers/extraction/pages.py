"""Pages of our own writing in the shapes that Arabic news sites have."""

from __future__ import annotations

TITLE = "مكتبة الحي القديم تفتح أبوابها بعد عامين من الترميم"
PARAGRAPHS = [
    "افتتحت بلدية المدينة صباح اليوم مكتبة الحي القديم بعد أعمال ترميم استمرت عامين كاملين وشملت القاعات والحديقة.",
    "وقالت مديرة المكتبة إن الرفوف تضم الآن أكثر من أربعين ألف كتاب، بينها ركن جديد للأطفال وقاعة هادئة للباحثين.",
    "وأضافت أن الاستعارة مجانية لسكان الحي، وأن الأبواب مفتوحة كل يوم من الثامنة صباحا حتى السادسة مساء.",
]
STORY = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)


def page(body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="ar"><head><title>{TITLE} | المثال</title>{head}</head><body>{body}</body></html>'
    )


COMMENTERS = ["سعاد من الحي", "قارئ قديم", "أبو ليث", "منى", "طالبة"]
COMMENTS = [
    "خبر جميل وطال انتظاره، شكرا لكل من عمل على الترميم.",
    "نتمنى أن تبقى مفتوحة يوم الجمعة أيضا.",
    "كنت أقرأ فيها وأنا صغير، رحم الله أيامها.",
    "أين ركن الكتب المترجمة؟",
    "هل يمكن الاستعارة لمن يسكن خارج الحي؟",
]


def comments_page() -> str:
    items = "".join(
        f'<li><div class="who"><b>{who}</b><span class="ago">·منذ 6 سنوات {number} أشهر</span></div><p>{words}</p></li>'
        for number, (who, words) in enumerate(zip(COMMENTERS, COMMENTS, strict=True), start=3)
    )
    return page(
        f"<main><h1>{TITLE}</h1><div><h2>{TITLE}</h2>{STORY}</div>"
        f"<section><h3>التعليقات (5)</h3><ul>{items}</ul><span>5</span></section></main>"
        "<section><h3>الأكثر قراءة</h3><ul><li><a href=/a>حديقة جديدة قرب النهر</a><span>منذ 3 ساعات</span></li>"
        "<li><a href=/b>سوق الكتب يعود نهاية الأسبوع</a><span>منذ يومين</span></li></ul></section>"
    )


def tail_page() -> str:
    programmes = "".join(
        f"<div class=item><a href=/p/{day}>Play</a><h3><a href=/p/{day}>نافذة على الحي - الحلقة {day} | 2025</a></h3>"
        f"<p>نافذة على الحي - الحلقة {day} | 2025</p><span>{hour:02}:00 | 2025-12-{day}</span></div>"
        for hour, day in enumerate(range(31, 11, -1))
    )
    share = "".join(f"<li>{name}</li>" for name in ("+A", "-A", "facebook", "Twitter", "Whatsapp", "telegram"))
    return page(
        "<div class=top><span>الأحد 22-11-2026</span></div>"
        f"<div class=story><h1>{TITLE}</h1><div class=when>2020-03-05 | 12:24</div><img src=/x.jpg>"
        f"<h2>{TITLE}</h2><div class=body>{STORY}<p>&gt;&gt; تابع قناة المثال على منصة X</p></div>"
        f"<ul>{share}</ul></div>"
        f"<div class=programmes><h2>آخر الحلقات</h2>{programmes}</div><h2>الأكثر مشاهدة</h2>"
        "<div><a href=/c>خبر آخر عن الطقس في المدينة</a><span>13:25 | 2025-12-31</span></div>"
    )
