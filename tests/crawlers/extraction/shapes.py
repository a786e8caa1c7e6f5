# ruff: noqa: E501 - markup is easier to follow by the piece
"""Pages in builds that nobody tuned the reading for: themes, forums, tables with <font>, odd places for title and date."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

TITLE: Final = "موسم الزيتون يعود بضعف المحصول بعد خمس سنوات عجاف"
LINES: Final = [
    "قالت وزارة الزراعة في بيان صدر مساء الأربعاء إن محصول الزيتون هذا العام سيزيد على ضعف ما كان عليه في العام الماضي.",
    "وأوضح البيان أن الأمطار المبكرة ساعدت الأشجار في الجبل والساحل معا، وأن المعاصر ستفتح قبل موعدها بأسبوعين.",
    'وفي حديث لنا قال المزارع عبد الرحمن الشامي: "هذه أول سنة منذ خمس سنوات نبيع فيها بسعر يغطي ما ننفقه".',
    "لكن اتحاد الفلاحين حذر من أن الأسعار قد تنخفض إذا لم تفتح الأسواق الخارجية، وطالب بخفض رسوم التصدير.",
    "ويعمل في قطاف الزيتون نحو أربعين ألف عامل موسمي، معظمهم من النساء والطلاب الذين ينتظرون هذا الموسم كل عام.",
]
DAY: Final = date(2023, 10, 11)
_OTHERS: Final = [
    ("البلدية تغلق الجسر القديم أسبوعا للصيانة", "12/11/2026"),
    ("انقطاع الكهرباء عن حي الورود لليوم الثالث على التوالي", "10/11/2026"),
    ("نادي الشباب يتعاقد مع مدرب جديد حتى نهاية الموسم", "21/11/2026"),
    ("افتتاح معرض الكتاب بمشاركة مئتي دار نشر عربية", "20/11/2026"),
    ("أسعار الذهب اليوم في السوق المحلية", "22/11/2026"),
]


@dataclass(frozen=True, slots=True)
class Shape:
    html: bytes
    url: str
    author: str | None
    day: date | None
    lines: tuple[str, ...]


SHAPES: Final[dict[str, Shape]] = {}


def _add(
    name: str,
    html: str,
    *,
    author: str | None = None,
    day: date | None = DAY,
    text: Sequence[str] = LINES,
    url: str = "https://news.example/story/17",
    enc: str = "utf-8",
) -> None:
    SHAPES[name] = Shape(html.encode(enc, "xmlcharrefreplace"), url, author, day, tuple(text))


def _ps(tag: str = "p", lines: Sequence[str] = LINES) -> str:
    return "".join(f"<{tag}>{line}</{tag}>" for line in lines)


def _br(sep: str = "<br><br>") -> str:
    return sep.join(LINES)


def _head(t: str = TITLE + " - البيدر", more: str = "") -> str:
    return f"<!doctype html><html lang=ar dir=rtl><head><meta charset=utf-8><title>{t}</title>{more}</head>"


_LIST: Final = (
    "<ul>"
    + "".join(f"<li><a href=/n/{n}>{t}</a> <span class=date>{d}</span></li>" for n, (t, d) in enumerate(_OTHERS))
    + "</ul>"
)
_CARDS: Final = "".join(
    f"<div class=item><a href=/n/{n}><img src=/{n}.jpg></a><h3><a href=/n/{n}>{t}</a></h3><span>{d}</span></div>"
    for n, (t, d) in enumerate(_OTHERS)
)
_add(
    "td-newspaper",
    _head(more='<meta property="og:site_name" content="البيدر"><meta property="og:title" content="' + TITLE + '">')
    + f"""<body class="post-template-default single tdb_template"><div class="td-header-wrap"><div class="td-header-top-menu"><div class="td_data_time">الأحد, نوفمبر 22, 2026</div></div><div class=tdb-menu><a href=/>الرئيسية</a></div></div>
<article class="td-post"><div class="td-post-header"><ul class="td-category"><li><a href=/c>اقتصاد</a></li></ul><header class="td-post-title"><h1 class="entry-title">{TITLE}</h1><div class="td-module-meta-info"><div class="td-post-author-name">بواسطة <a href="/author/salma">سلمى حداد</a><div>-</div></div><span class="td-post-date"><time class="entry-date updated td-module-date" datetime="2023-10-11T19:20:00+03:00">أكتوبر 11, 2023</time></span><div class="td-post-views"><span>1542</span></div></div></header></div>
<div class="td-post-sharing-top"><a>Facebook</a><a>Twitter</a></div><div class="td-post-content tagdiv-type"><div class="td-post-featured-image"><figure><img src=/a.jpg><figcaption class="wp-caption-text">مزارع يقطف الزيتون</figcaption></figure></div>{_ps(lines=LINES[:2])}<div class="td-a-rec">اعلان</div><p><strong>اقرأ أيضا: <a href=/n/1>{_OTHERS[0][0]}</a></strong></p>{_ps(lines=LINES[2:])}</div>
<footer><div class="td-post-source-tags"><ul class="td-tags"><li><span>الوسوم</span></li><li><a href=/t>زيتون</a></li></ul></div><div class="td-block-row td-post-next-prev"><div><span>المقال السابق</span><a href=/n/2>{_OTHERS[1][0]}</a></div></div><div class="author-box-wrap"><div class="desc"><a>سلمى حداد</a><div class="td-author-description">صحفية تكتب في الاقتصاد والزراعة منذ عشر سنوات وتعيش في الجبل مع أسرتها وكلبين.</div></div></div></footer></article>
<div class="td-pb-span4 td-main-sidebar">{_CARDS}</div></body></html>""",
    author="سلمى حداد",
)
_add(
    "drupal9",
    _head()
    + f"""<body class="path-node page-node-type-article"><header role=banner><a href=/>البيدر</a><h1 class="site-name">البيدر</h1></header><main><div class="block-page-title-block"><h1 class="page-title"><span class="field field--name-title">{TITLE}</span></h1></div><article role="article" about="/node/17" class="node node--type-article"><footer class="node__meta"><div class="node__submitted">أرسلت بواسطة <span class="field--name-uid"><a>admin</a></span> في <span class="field--name-created">أربعاء, 10/11/2023 - 19:20</span></div></footer><div class="node__content"><div class="field field--name-field-image"><img src=/x.jpg></div><div class="text-formatted field field--name-body">{_ps()}</div><div class="field--name-field-tags"><div class="field__label">الوسوم</div><div class="field__items"><div><a href=/t>زيتون</a></div></div></div><ul class="links inline"><li><a href=/login>سجل الدخول</a> لإضافة تعليقات</li></ul></div></article></main><aside>{_LIST}</aside></body></html>""",
)
_add(
    "joomla3",
    _head()
    + f"""<body class="site com_content view-article"><div class="item-page" itemscope itemtype="https://schema.org/Article"><div class="page-header"><h2 itemprop="headline">{TITLE}</h2></div><dl class="article-info muted"><dt class="article-info-term">التفاصيل</dt><dd class="createdby" itemprop="author">كتب بواسطة: <span itemprop="name">نادر قاسم</span></dd><dd class="category-name">المجموعة: <a href=/c>محليات</a></dd><dd class="published"><time datetime="2023-10-11T16:20:00+00:00" itemprop="datePublished">نشر بتاريخ: 11 تشرين1/أكتوير 2023</time></dd><dd class="hits">الزيارات: 903</dd></dl><div itemprop="articleBody">{_ps()}</div><ul class="pager pagenav"><li class="previous"><a href=/a>السابق</a></li><li class="next"><a href=/b>التالي</a></li></ul></div></body></html>""",
    author="نادر قاسم",
)
_add(
    "asp-font",
    f"""<HTML><HEAD><META http-equiv=Content-Type content="text/html; charset=windows-1256"><TITLE>صحيفة البيدر اليومية</TITLE></HEAD><BODY dir=rtl bgcolor=#ffffff><TABLE width=770 align=center><TR><TD colspan=3><FONT face=Tahoma size=1>الأحد 22 نوفمبر 2026 - السنة 14 - العدد 5021</FONT></TD></TR><TR><TD width=120 valign=top><TABLE>{"".join(f"<TR><TD><A href=s.asp?id={i}><FONT size=2>{x}</FONT></A></TD></TR>" for i, x in enumerate(["الأولى", "محليات", "اقتصاد", "رياضة", "منوعات", "أرشيف"]))}</TABLE></TD><TD valign=top><P align=center><FONT face="Simplified Arabic" size=5 color=#990000><B>{TITLE}</B></FONT></P><P><FONT size=2 color=gray>كتب - وليد منصور:</FONT></P><FONT face="Simplified Arabic" size=4>{_br("<BR>&nbsp;&nbsp;&nbsp;")}</FONT><P><FONT size=1>تاريخ النشر: 11/10/2023</FONT></P></TD><TD width=160 valign=top><FONT size=2><B>أخبار أخرى</B><BR>{"<BR>".join(f"<A href=n.asp?id={i}>{t}</A>" for i, (t, d) in enumerate(_OTHERS))}</FONT></TD></TR><TR><TD colspan=3><FONT size=1>جميع الحقوق محفوظة لصحيفة البيدر 2009-2026</FONT></TD></TR></TABLE></BODY></HTML>""",
    author="وليد منصور",
    enc="cp1256",
)
_add(
    "amp",
    f"""<!doctype html><html ⚡ lang=ar dir=rtl><head><meta charset=utf-8><title>{TITLE}</title><link rel=canonical href="https://news.example/story/17"><script type="application/ld+json">{json.dumps({"@context": "http://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": "2023-10-11T16:20:00Z", "author": {"@type": "Person", "name": "سلمى حداد"}}, ensure_ascii=False)}</script></head><body><amp-sidebar id=s><ul><li><a href=/>الرئيسية</a></li></ul></amp-sidebar><header class=amp-header>البيدر</header><main><h1>{TITLE}</h1><amp-img src=/a.jpg></amp-img><div class="amp-wp-article-content">{_ps(lines=LINES[:3])}<amp-ad></amp-ad>{_ps(lines=LINES[3:])}</div><amp-list src=/r></amp-list></main></body></html>""",
    author="سلمى حداد",
)
_add(
    "vbulletin",
    _head(t=TITLE + " - منتديات البيدر")
    + f"""<body><div class=navbar><a href=/>منتديات البيدر</a> &gt; <a href=/f>أخبار</a></div><table class="tborder" id="post17"><tr><td class="thead">#1 &nbsp; 11-10-2023, 07:20 PM</td></tr><tr><td class="alt2"><a class="bigusername" href=/u>وليد منصور</a> <div class=smallfont>تاريخ التسجيل: Mar 2010<br>المشاركات: 1,204</div></td></tr><tr><td class="alt1" id="td_post_17"><div class="smallfont"><strong>{TITLE}</strong></div><hr><div id="post_message_17">{_br()}</div></td></tr></table><div>الساعة الآن 04:33 AM.</div></body></html>""",
    author="وليد منصور",
)
_add(
    "h1-site",
    _head()
    + f"""<body><div id=top><h1><a href=/>البيدر</a></h1><div id=now>22/11/2026 14:05</div></div><div id=c><h2 class=t>{TITLE}</h2><h5>الأربعاء 11 أكتوبر 2023 - 19:20</h5>{_ps()}</div>{_LIST}</body></html>""",
)
_add(
    "nine-h1",
    _head()
    + f"""<body><h1>البيدر</h1><h1>عاجل</h1>{"".join(f"<h1><a href=/n/{i}>{t}</a></h1>" for i, (t, d) in enumerate(_OTHERS))}<div class=art><h1>{TITLE}</h1><i>11/10/2023</i><div>{_ps()}</div></div><h1>تواصل معنا</h1></body></html>""",
)
_add(
    "title-span",
    _head()
    + f"""<body><table><tr><td><span id="ctl00_lblTitle" class="bigT">{TITLE}</span><br><span id="ctl00_lblDate">11/10/2023 07:20:00 م</span><br><span id="ctl00_lblBody">{_br()}</span></td></tr></table></body></html>""",
)
_add(
    "author-under-image",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><div class=media><img src=/a.jpg><div class=cap>مزارع في الجبل (رويترز)</div></div><div class=line><img class=avatar src=/s.jpg><a href="/writers/12">سلمى حداد</a> <span>•</span> <span>11 أكتوبر 2023</span></div>{_ps()}</article></body></html>""",
    author="سلمى حداد",
)
_add(
    "date-url",
    _head()
    + f"""<body><div class=a><h1>{TITLE}</h1>{_ps()}</div><div class=b><h3>أحدث الأخبار</h3>{_CARDS}</div></body></html>""",
    url="https://news.example/2023/10/11/olive-season",
)
_add(
    "clock-only",
    _head()
    + f"""<body><div class="header"><div class="date-time">الأحد 22 نوفمبر 2026 م</div></div><div class=a><h1>{TITLE}</h1>{_ps()}</div></body></html>""",
    day=None,
)
_add(
    "widget-dates",
    _head()
    + f"""<body><div class=a><h1>{TITLE}</h1>{_ps()}</div><div class=w><h3>آخر الأخبار</h3>{_CARDS}</div><div class=w2>{_LIST}</div></body></html>""",
    day=None,
)
_add(
    "updated-first",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><div class=times><span>آخر تحديث: 15 أكتوبر 2023 - 10:00</span> <span>نشر في: 11 أكتوبر 2023 - 19:20</span></div>{_ps()}</article></body></html>""",
)
_add(
    "updated-first-one",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><p class=times>آخر تحديث 15/10/2023 10:00 | نشر في 11/10/2023 19:20</p>{_ps()}</article></body></html>""",
)
_add(
    "canonical-other",
    _head(more='<link rel=canonical href="https://other.example.org/x/1">')
    + f"""<body><article><h1>{TITLE}</h1><time datetime="2023-10-11">11 أكتوبر 2023</time>{_ps()}</article></body></html>""",
)
_add(
    "blogger",
    _head(t="البيدر: " + TITLE)
    + f"""<body><div class="main section"><h2 class="date-header"><span>الأربعاء، 11 أكتوبر 2023</span></h2><div class="post hentry"><h3 class="post-title entry-title">{TITLE}</h3><div class="post-body entry-content" id="post-body-17"><div class="separator"><img src=/a.jpg></div>{_br("<br /><br />")}<div style="clear: both;"></div></div><div class="post-footer"><span class="post-author vcard">مرسلة بواسطة <span class="fn"><span>سلمى حداد</span></span></span> <span class="post-timestamp">في <abbr class="published" title="2023-10-11T19:20:00+03:00">7:20 م</abbr></span></div></div></div><div class="sidebar"><h2>أرشيف المدونة الإلكترونية</h2><ul><li>2026 (12)</li><li>2023 (40)</li></ul></div></body></html>""",
    author="سلمى حداد",
)
_add(
    "jannah",
    _head(more='<meta property="article:published_time" content="2023-10-11T16:20:00+00:00">')
    + f"""<body class=post-template-default><div id=the-post class="container-wrapper post-content"><header class="entry-header-outer"><nav id=breadcrumb><a href=/>الرئيسية</a>/<a href=/c>اقتصاد</a></nav><div class=entry-header><h1 class="post-title entry-title">{TITLE}</h1><div class="post-meta"><span class="author-meta single-author"><span class="meta-item meta-author-wrapper"><span class=meta-author><a href=/author/salma class=author-name>سلمى حداد</a></span></span></span><span class="date meta-item">11 أكتوبر 2023</span><span class="meta-reading-time">دقيقة واحدة</span></div></div></header><div class="entry-content entry clearfix">{_ps(lines=LINES[:3])}<div class="stream-item">اعلان</div><div id="inline-related-post" class="mag-box"><div><h3>مقالات ذات صلة</h3></div><ul><li><a href=/n/1>{_OTHERS[0][0]}</a></li></ul></div>{_ps(lines=LINES[3:])}</div><div id="post-extra-info"><div class="theiaStickySidebar"><div>شاركها</div></div></div></div><div class="post-components"><div class="about-author container-wrapper"><p>صحفية تكتب في الاقتصاد منذ عشر سنوات.</p></div><div id=related-posts>{_CARDS}</div></div></body></html>""",
    author="سلمى حداد",
)
_add(
    "quoted-lists",
    _head()
    + f"""<body><section class=news><h1>{TITLE}</h1><div>11-10-2023</div><div class=txt><p>{LINES[0]}</p><blockquote>{LINES[1]}</blockquote><h2>أرقام الموسم</h2><ul><li>أربعون ألف عامل موسمي في القطاف.</li><li>مئتا معصرة في الجبل والساحل.</li><li>ثلاثة أسواق خارجية جديدة.</li></ul><p>{LINES[2]}</p><ol><li>خفض الرسوم</li><li>فتح الأسواق</li></ol><p>{LINES[3]}</p></div></section></body></html>""",
    text=[
        LINES[0],
        LINES[1],
        "أرقام الموسم",
        "أربعون ألف عامل موسمي في القطاف.",
        "مئتا معصرة في الجبل والساحل.",
        "ثلاثة أسواق خارجية جديدة.",
        LINES[2],
        "خفض الرسوم",
        "فتح الأسواق",
        LINES[3],
    ],
)
_add(
    "short-breaking",
    _head()
    + f"""<body><header><a href=/>البيدر</a></header><div class=x><span class=tag>عاجل</span><h1>{TITLE}</h1><span>11/10/2023 19:20</span><div class=y><p>{LINES[0]}</p></div></div><div class=more><h3>المزيد</h3>{_CARDS}</div></body></html>""",
    text=LINES[:1],
)
_add(
    "div-lines",
    _head()
    + f"""<body><div class=holder><div class=hh>{TITLE}</div><div class=dd>2023/10/11 19:20</div><div class=bb>{"".join(f"<div>{x}</div><div>&nbsp;</div>" for x in LINES)}</div></div></body></html>""",
)
_add(
    "og-title-differs",
    _head(t="البيدر | الصفحة الرئيسية", more='<meta property="og:title" content="البيدر">')
    + f"""<body><div><h1>{TITLE}</h1><small>نشر: 11 تشرين الأول 2023</small>{_ps()}</div></body></html>""",
)
_add(
    "hijri",
    _head()
    + f"""<body><div><h1>{TITLE}</h1><span>الأربعاء 26 ربيع الأول 1445هـ - 11 أكتوبر 2023م</span>{_ps()}</div></body></html>""",
)
_add(
    "hijri-only",
    _head() + f"""<body><div><h1>{TITLE}</h1><span>الأربعاء 26 ربيع الأول 1445 هـ</span>{_ps()}</div></body></html>""",
)
_add(
    "maghrebi",
    _head()
    + f"""<body><div class=single><h1>{TITLE}</h1><div>هسبيدر - نادر قاسم</div><div>الأربعاء 11 أكتوبر 2023 - 19:20</div>{_ps()}</div></body></html>""",
    author="نادر قاسم",
)
_add(
    "gutenberg-popup",
    _head()
    + f"""<body><div class="wp-site-blocks"><main><h1 class="wp-block-post-title">{TITLE}</h1><div class="wp-block-post-date"><time datetime="2023-10-11T19:20:00+03:00">11/10/2023</time></div><div class="entry-content wp-block-post-content">{_ps(lines=LINES[:2])}<div class="wp-block-group newsletter-inline"><p>اشترك في نشرتنا البريدية لتصلك أهم الأخبار كل صباح قبل غيرك.</p><form><input></form></div>{_ps(lines=LINES[2:])}<p>للمزيد من الأخبار تابعوا قناتنا على تلغرام</p><p>المصدر: البيدر</p></div></main></div></body></html>""",
)
_add(
    "infinite-scroll",
    _head()
    + f"""<body><div class=feed><article id=a17><h1>{TITLE}</h1><time>11 أكتوبر 2023</time>{_ps()}</article><article id=a18><h1>{_OTHERS[0][0]}</h1><time>12 نوفمبر 2026</time><p>أعلنت البلدية إغلاق الجسر القديم أمام السيارات أسبوعا كاملا لإصلاح الفواصل المعدنية فيه.</p><p>وقال مهندس البلدية إن العمل سيجري ليلا ونهارا حتى لا تطول مدة الإغلاق على الناس.</p></article></div></body></html>""",
)
_add(
    "photo-caption-p",
    _head()
    + f"""<body><div class=page><h1>{TITLE}</h1><p class=info>سلمى حداد | 11 أكتوبر 2023</p><p><img src=/a.jpg><br><em>مزارع يقطف الزيتون في الجبل - تصوير: نادر قاسم</em></p>{_ps()}</div></body></html>""",
    author="سلمى حداد",
)
_add(
    "kicker-deck",
    _head()
    + f"""<body><article><div class=kicker>زراعة</div><h1>{TITLE}</h1><h2 class=deck>الأمطار المبكرة والمعاصر تفتح قبل موعدها بأسبوعين</h2><div class=by><a href=/author/x rel=author>سلمى حداد</a></div><time datetime=2023-10-11T16:20:00Z></time>{_ps()}</article></body></html>""",
    author="سلمى حداد",
)
_add(
    "iframe-tweets",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><span>11/10/2023</span>{_ps(lines=LINES[:2])}<blockquote class="twitter-tweet"><p>الزيتون هذه السنة غير كل سنة pic.twitter.com/abc</p>— مزارع (@m) <a href=x>October 10, 2023</a></blockquote>{_ps(lines=LINES[2:])}</article></body></html>""",
)
_add(
    "liveblog",
    _head(
        more='<script type="application/ld+json">'
        + json.dumps(
            {
                "@type": "LiveBlogPosting",
                "headline": TITLE,
                "datePublished": "2023-10-11T05:00:00Z",
                "liveBlogUpdate": [
                    {
                        "@type": "BlogPosting",
                        "headline": "",
                        "datePublished": f"2023-10-11T0{9 - i}:00:00Z",
                        "articleBody": x,
                    }
                    for i, x in enumerate(LINES)
                ],
            },
            ensure_ascii=False,
        )
        + "</script>"
    )
    + f"""<body><h1>{TITLE}</h1><div class=live>{"".join(f"<div class=entry><time>{12 - i}:00</time><p>{x}</p></div>" for i, x in enumerate(LINES))}</div></body></html>""",
)
_add(
    "printed-relative",
    _head() + f"""<body><article><h1>{TITLE}</h1><span class=ago>قبل 3 ساعات</span>{_ps()}</article></body></html>""",
    day=date(2026, 11, 22),
)
_add(
    "byline-inside",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><time>11 أكتوبر 2023</time><p>بيروت - سلمى حداد</p>{_ps()}</article></body></html>""",
    author="سلمى حداد",
)
_add(
    "signature-end",
    _head()
    + f"""<body><article><h1>{TITLE}</h1><time>11 أكتوبر 2023</time>{_ps()}<p>* سلمى حداد - كاتبة لبنانية</p></article></body></html>""",
    author="سلمى حداد",
)
