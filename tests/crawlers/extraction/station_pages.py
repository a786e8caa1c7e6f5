# ruff: noqa: E501 - markup is easier to follow by the piece
"""A third story, in builds of broadcasters and dailies whose marks are data for scripts and for those who listen."""

from __future__ import annotations

from datetime import date
from typing import Final

from tests.crawlers.extraction.shapes import Shape

TITLE: Final = "مرصد جبلي يفتح قبته للزوار بعد ترميم استمر أربعة أعوام"
HEAD: Final = "عدسة عمرها مئة عام"
LINES: Final = [
    "فتح المرصد الجبلي قبته للزوار مساء السبت للمرة الأولى منذ أربعة أعوام، وصعد إليه نحو ستمئة شخص سيرا على الأقدام.",
    "وقالت مديرة المرصد لمياء الحسن إن المهندسين فككوا التلسكوب القديم قطعة قطعة، ثم أعادوا تركيبه من دون محركات جديدة.",
    HEAD,
    "وصنعت العدسة قبل مئة عام في ورشة صغيرة، وما زالت صافية كأنها خرجت من الصندوق أمس، بحسب أحد الفنيين.",
    'وأضاف الفني: "نديرها باليد كما كان يفعل من سبقونا، ولا نحتاج إلا إلى قليل من الزيت".',
    "وسيستقبل المرصد تلاميذ المدارس كل أربعاء، على أن تحدد أيام الزيارة للعائلات في نهاية الشهر المقبل.",
]
OTHERS: Final = [
    "مزارعو الزعفران يقطفون أول محصول لهم في الوادي",
    "افتتاح خط جديد للحافلات يربط المرفأ بالجامعة",
    "بطلة السباحة تعود من الإصابة بميداليتين",
    "دراسة: القيلولة القصيرة تحسن الذاكرة",
]
DAY: Final = date(2024, 3, 10)
WRITER: Final = "نبيل الخوري"
PAGES: Final[dict[str, Shape]] = {}


def add(name: str, html: str, *, author: str | None = WRITER) -> None:
    PAGES[name] = Shape(html.encode(), "https://news.example/story/17", author, DAY, tuple(LINES))


def ps(lines: list[str], before: str = "", after: str = "") -> str:
    return "".join(f"{before}{f'<h2>{one}</h2>' if one == HEAD else f'<p>{one}</p>'}{after}" for one in lines)


def head(more: str = "", title: str = TITLE + " - المنارة") -> str:
    return f"<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{title}</title>{more}</head>"


def _listened_to(name: str, mark: str, inner: str) -> str:
    return f'<section role="region" aria-labelledby="{mark}"><div class="k1 k2"><a href="#end-of-{mark}" class="k3">تخطى {name} وواصل القراءة</a>{inner}<p tabindex="-1" id="end-of-{mark}" class="k4">{name} نهاية</p></div></section>'


def _pictured(caption: str) -> str:
    return f'<figure class="z1"><div class="z2"><picture><img src=a.jpg alt="{caption}"></picture><p class="z3" role="text"><span class="z4">صدر الصورة، </span><span lang="en-GB">Reuters/Example</span></p></div><figcaption class="z5"><span role="text"><span class="z4">التعليق على الصورة، </span></span><p>{caption}</p></figcaption></figure>'


ROW: Final = '<div dir="rtl" class="c1 e2">'
PODCAST: Final = '<div class="p1"><img src=p.jpg></div><div class="p2"><strong><a href="/podcasts/p7"><span id="podcast-promo">قصة اليوم</span></a></strong><p class="p3">شرح لأهم ما يحدث حولك في عشر دقائق، كل صباح من الاثنين إلى الجمعة</p><p class="p4">الحلقات</p></div>'
SUGGESTED: Final = (
    '<div class="s1"><strong><span id="recommendations-heading">قصص مقترحة</span></strong></div><ul>'
    + "".join(
        f'<li><div><div class="s2"><img src={n}.jpg></div><div class="s3"><a href="/n/{n}">{one}</a></div></div></li>'
        for n, one in enumerate(OTHERS)
    )
    + "</ul>"
)
add(
    "listened-to",
    head('<meta name="article:published_time" content="2024-03-10T13:52:13.299Z">')
    + f'<body><div id="root"><header role="banner"><nav>{"".join(f"<li><a href=/{n}>{one}</a></li>" for n, one in enumerate(OTHERS))}</nav></header><main role="main"><div class="c0 e2"><h1 id="content" tabindex="-1">{TITLE}</h1></div>{_pictured("القبة بعد غروب الشمس مساء السبت 9 مارس/آذار 2024")}<section role="region" aria-labelledby="article-byline" class="b1"><strong id="article-byline" aria-hidden="true" class="z4">Article information</strong><ul role="list"><li><span role="text"><span class="z4">Author, </span><span class="b2">{WRITER}</span></span></li><li><span role="text"><span class="z4">Role, </span><span class="b3">المنارة - الجبل</span></span></li><li><div class="c1 e2"><time datetime="2024-03-10">10 مارس/ آذار 2024</time></div></li></ul></section>{ps(LINES[:2], ROW, "</div>")}<div class="c1 e2">{_listened_to("قصص مقترحة", "recommendations", SUGGESTED)}</div>{ps(LINES[2:4], ROW, "</div>")}<section><div class="m1"><div class="m2"><a href="/tv/n9">حكاية مرصد على قمة جبل: كيف نجا من الحريق</a><time datetime="2024-02-26">26 فبراير/ شباط 2024</time></div></div></section><div class="m3">{_listened_to("قصة اليوم", "podcast-promo", PODCAST)}</div>{ps(LINES[4:5], ROW, "</div>")}{_pictured("فني ينظف العدسة")}{ps(LINES[5:], ROW, "</div>")}<section role="region" aria-labelledby="related-topics"><h2 id="related-topics">مواضيع ذات صلة</h2><ul><li><a href=/t/1>علوم</a></li><li><a href=/t/2>فلك</a></li></ul></section></main></div></body>',
)
add(
    "footer-above",
    head()
    + f'<body class="node-type-article"><div class="block block-block"><span>المؤسس: الحبيب شيخة - الأحد 10 مارس 2024</span></div><h1 class="title" id="page-title">{TITLE}</h1><div class="block block-system"><article class="node node-article clearfix"><footer class="submitted clearfix"><div class="field field-name-date-paper"><div class="field-items"><div class="field-item even"><span class="date-display-single">الأحد 10 مارس 2024</span></div></div></div></footer><div class="content"><div class="field field-name-body"><p>تحقيق: {WRITER}</p>{ps(LINES)}</div></div><section class="comments"><h2 class="title comment-form">إضافة تعليق جديد</h2><form><label>اسمك</label><input></form></section></article></div></body>',
)
add(
    "named-by-data",
    head('<meta property="article:published_time" content="2024-03-10T09:00:00+02:00">')
    + f'<body><div id="__next"><main><div data-component="headline-block"><h1>{TITLE}</h1></div><div data-component="byline-block"><div><span>{WRITER}</span><span>مراسل المنارة للعلوم، كتب عن الفضاء أكثر من عشرين عاما</span></div></div>{ps(LINES[:3])}<div data-component="links-block" data-testid="related-links"><p>ما تحتاج إلى معرفته عن التلسكوبات القديمة وأماكنها في المنطقة</p><ul><li><a href=/n/1>{OTHERS[0]}</a></li></ul></div>{ps(LINES[3:])}<div data-testid="newsletter-signup"><p>رسالة أسبوعية عن السماء والنجوم، تصلك كل خميس مجانا.</p></div></main></div></body>',
)
add(
    "list-among-lines",
    head()
    + f'<body><div class="row"><h1>{TITLE}</h1><p class="sign">بقلم: {WRITER} 10/3/2024</p><div class="text">{ps(LINES[:4])}<div><h3 class="small-title">أخبار مقترحة</h3><div class="cards">{"".join(f"<div class=one><img src={n}.jpg><a href=/n/{n}><p class=card-title>{one}</p></a></div>" for n, one in enumerate(OTHERS))}</div></div>{ps(LINES[4:])}</div></div></body>',
)
