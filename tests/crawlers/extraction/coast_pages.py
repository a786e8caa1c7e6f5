# ruff: noqa: E501 - markup is easier to follow by the piece
"""Another story in small publishers' own builds: magazines, wires, radios, print tables, component frameworks."""

from __future__ import annotations

from datetime import date
from typing import Final

from tests.crawlers.extraction.shapes import Shape

TITLE: Final = "بلدية الساحل تعيد فتح الكورنيش أمام المشاة بعد إصلاح أضرار العاصفة"
LINES: Final = [
    "أعادت بلدية الساحل اليوم فتح الكورنيش أمام المشاة بعد ثلاثة أسابيع من العمل على إصلاح ما خربته العاصفة الأخيرة.",
    "وقال رئيس البلدية جهاد النقاش إن الكلفة وصلت إلى أربعمئة ألف دولار، دفعت نصفها شركات محلية ونصفها الآخر صندوق الطوارئ.",
    "وذكر أن العمال استبدلوا مئتي متر من السياج الحديدي، وأعادوا رصف الممر بحجارة تقاوم الملح والرطوبة.",
    "ودعا الأهالي إلى عدم الاقتراب من الطرف الشمالي حيث لا تزال الأعمال جارية حتى نهاية الشهر.",
    "وكانت العاصفة قد ضربت المدينة في مطلع الشهر الماضي وأدت إلى انقطاع الكهرباء عن أحياء كثيرة.",
]
OTHERS: Final = [
    "افتتاح سوق السمك الجديد في المرفأ",
    "حريق في مستودع للأخشاب دون إصابات",
    "دوري السلة: النهضة يتصدر",
    "جامعة المدينة تعلن مواعيد التسجيل",
    "توقعات الطقس ليوم غد",
]
DAY: Final = date(2025, 2, 9)
WRITER: Final = "هدى العلايلي"
PAGES: Final[dict[str, Shape]] = {}


def add(name: str, html: str, *, author: str | None = WRITER, lines: list[str] = LINES) -> None:
    PAGES[name] = Shape(html.encode(), "https://news.example/story/17", author, DAY, tuple(lines))


def ps(lines: list[str]) -> str:
    return "".join(f"<p>{one}</p>" for one in lines)


def head(title: str = TITLE + " | الشراع", more: str = "") -> str:
    return f"<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{title}</title>{more}</head>"


add(
    "bs5-cards",
    head()
    + f"<body><div class='container'><div class='row'><div class='col-lg-9'><div class='card border-0'><div class='card-body'><span class='badge bg-danger'>محليات</span><h1 class='card-title h3'>{TITLE}</h1><div class='d-flex text-muted small'><span><i class='bi bi-person'></i> {WRITER}</span><span><i class='bi bi-calendar'></i> 9 شباط 2025</span><span><i class='bi bi-eye'></i> 4,210 مشاهدة</span></div><div class='ratio ratio-16x9'><img src=a.jpg></div><div class='card-text lh-lg fs-5'>{ps(LINES)}</div><div class='d-flex gap-2'><span>شارك:</span><a class='btn btn-sm'>فيسبوك</a><a class='btn btn-sm'>واتساب</a></div></div></div><h5>أخبار مشابهة</h5><div class='row'>{''.join(f'<div class=col-md-4><div class=card><img src={i}.jpg><div class=card-body><a href=/{i} class=stretched-link><h6>{o}</h6></a><small>22 تشرين الثاني 2026</small></div></div></div>' for i, o in enumerate(OTHERS))}</div></div></div></div></body>",
)
add(
    "table-print",
    head(title="الشراع")
    + f"<body><table><tr><td><h3>{TITLE}</h3></td></tr><tr><td>هدى العلايلي / خاص الشراع</td></tr><tr><td>الأحد 09 شباط 2025</td></tr><tr><td><div style='text-align:justify'>{'<br/><br/>'.join(LINES)}</div></td></tr><tr><td><a href=#>أعلى الصفحة</a> | <a href=/>الرئيسية</a></td></tr></table></body>",
)
add(
    "weekly-mag",
    head()
    + f"<body><div id=mag><p class=issue>العدد 233 | الأحد 9 شباط 2025</p><h2 class=headline>{TITLE}</h2><h4 class=reporter>تحقيق: {WRITER}</h4><div class=cols><div class=c1>{ps(LINES[:3])}</div><div class=c2>{ps(LINES[3:])}</div></div></div><div id=foot>هيئة التحرير | أعداد سابقة | اتصل بنا</div></body>",
)
add(
    "agency-wire",
    head()
    + f"<body><main><h1>{TITLE}</h1><div class=stamp>09/02/2025 11:32</div><div class=txt><p>الساحل - 9 - 2 (الشراع) -- {LINES[0]}</p>{ps(LINES[1:])}<p>ه.ع / ج.ن</p></div></main></body>",
    author=None,
    lines=["الساحل - 9 - 2 (الشراع) -- " + LINES[0], *LINES[1:]],
)
add(
    "svelte",
    head(
        more=f"<meta property='article:published_time' content='2025-02-09T09:00:00+02:00'><meta name='author' content='{WRITER}'>"
    )
    + f"<body><div id=svelte><nav class='svelte-1x'><a href=/>الشراع</a></nav><article class='svelte-9k'><h1 class='svelte-9k'>{TITLE}</h1><p class='svelte-9k standfirst'>رئيس البلدية يحذر من الاقتراب من الطرف الشمالي</p>{''.join(f'<p class=svelte-2b>{x}</p>' for x in LINES)}<div class='svelte-7 cta'><p>هل أعجبك المقال؟ شاركه مع أصدقائك</p></div></article><section class='svelte-r'><h3>قد يعجبك أيضا</h3>{''.join(f'<a href=/{i} class=svelte-r><h4>{o}</h4><p>{o} وتفاصيل أخرى تجدونها في هذا الخبر الكامل على موقعنا</p></a>' for i, o in enumerate(OTHERS))}</section></div></body>",
)
add(
    "amp-story-more",
    head()
    + f"<body><article><h1>{TITLE}</h1><div class=when>منشور بتاريخ ٩ فبراير ٢٠٢٥ ١١:٣٢ ص</div><div class=who>{WRITER}</div>{ps(LINES[:2])}<p><b>لقراءة المزيد: <a href=/1>{OTHERS[0]}</a></b></p><p><a href=/2><strong>{OTHERS[1]}</strong></a></p>{ps(LINES[2:4])}<p>&nbsp;</p><p>شاهد الفيديو:</p><iframe src=https://youtube.com/x></iframe>{ps(LINES[4:])}</article></body>",
    lines=[*LINES[:4], "شاهد الفيديو:", *LINES[4:]],
)
add(
    "radio",
    head()
    + f"<body><div class=ticker><span>مباشر</span> برنامج الصباح</div><div class=news><h1 class=t>{TITLE}</h1><span class=date>الأحد 09 فيفري 2025 - 11:32</span><div class=audio><span>00:00</span></div><article>{ps(LINES)}</article><div class=author><img><span>{WRITER}</span></div></div><div class=prog><h3>برامجنا</h3><ul>{''.join(f'<li><a href=/p{i}>حلقة اليوم من برنامج الصباح {i}</a> 0{i}:30</li>' for i in range(1, 7))}</ul></div></body>",
)
add(
    "ld-graph",
    head(
        more='<script type="application/ld+json">{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"الشراع"},{"@type":"Person","@id":"#p","name":"'
        + WRITER
        + '"},{"@type":"NewsArticle","headline":"'
        + TITLE
        + '","author":{"@id":"#p"},"datePublished":"2025-02-09T09:00:00Z","publisher":{"@type":"Organization","name":"الشراع"}}]}</script>'
    )
    + f"<body><div class=w><h1>{TITLE}</h1><div class=b>{''.join(f'<div><p><span style=x>{x}</span></p></div>' for x in LINES)}</div><div class=s>الكلمات المفتاحية: <a href=/t>كورنيش</a></div></div></body>",
)
add(
    "bilingual",
    head()
    + f"<body><div class=lang><a href=/en>English</a><a href=/fr>Français</a></div><main><h1>{TITLE}</h1><div>By <a href=/author/huda>{WRITER}</a></div><div>Published: 9 Feb 2025</div><section>{ps(LINES)}</section><p class=tr>This article is also available in English</p></main></body>",
    lines=LINES,
)
add(
    "comments-fb",
    head()
    + f"<body><h1>{TITLE}</h1><p><small>كتبت هدى العلايلي | ٢٠٢٥/٠٢/٠٩</small></p><div id=article-content>{ps(LINES)}</div><h3>تعليقات القراء</h3><div class=c><b>أبو سامر</b> <i>قبل يومين</i><p>ممتاز، الحمد لله على السلامة وشكرا للبلدية على جهودها الكبيرة.</p></div><div class=c><b>مواطن</b> <i>قبل 3 أيام</i><p>ومتى تصلحون شارع المدرسة؟</p></div></body>",
)
