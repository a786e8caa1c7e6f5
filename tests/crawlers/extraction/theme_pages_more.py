# ruff: noqa: E501 - markup is easier to follow by the piece
"""More pages of `theme_pages`: large publishers' own systems, old tables, forums, and stories that others' boxes cut."""

from __future__ import annotations

import json
from typing import Final

from tests.crawlers.extraction.theme_pages import (
    BIO,
    HEAD,
    ISO,
    LD,
    LINES,
    OTHERS,
    PAGES,
    PROSE,
    TITLE,
    WRITER,
    add,
    head,
    links,
    ps,
)

add(
    "amp-whole",
    f"""<!doctype html><html ⚡ lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{TITLE}</title><script type="application/ld+json">{LD}</script></head><body><amp-sidebar id="sidebar"><nav><a>الرئيسية</a></nav></amp-sidebar><header class="headerbar"><a>السنبلة</a></header><amp-auto-ads></amp-auto-ads><article class="amp-wp-article"><header class="amp-wp-article-header"><h1 class="amp-wp-title">{TITLE}</h1><div class="amp-wp-meta amp-wp-byline"><span class="amp-wp-author author vcard">{WRITER}</span></div><div class="amp-wp-meta amp-wp-posted-on"><time datetime="{ISO}">قبل سنتين</time></div></header><figure class="amp-wp-article-featured-image"><amp-img src=/a.jpg></amp-img><figcaption class="wp-caption-text">تلاميذ في الطابور</figcaption></figure><div class="amp-wp-article-content">{ps(LINES[:3])}<amp-ad type=doubleclick></amp-ad>{ps(LINES[3:5])}<div class="amp-related"><span>قد يهمك:</span> <a href=/n/1>{OTHERS[0]}</a></div>{ps(LINES[5:])}</div><div class="amp-wp-share"><amp-social-share type=twitter></amp-social-share></div><footer class="amp-wp-article-footer"><div class="amp-wp-meta amp-wp-tax-category">التصنيفات: <a>محليات</a></div><div class="amp-wp-meta amp-wp-comments-link"><a>اترك تعليقا</a></div></footer></article><amp-embed type=taboola></amp-embed><footer class="amp-wp-footer"><div><h2>السنبلة</h2><a>عودة إلى الأعلى</a></div></footer></body></html>""",
)
__all__ = ["PAGES"]
_LINES_APART: Final = "<br>\n<br>\n"
_NEXT: Final = json.dumps(
    {
        "props": {
            "pageProps": {"article": {"title": TITLE, "body": ps(LINES), "related": [{"title": one} for one in OTHERS]}}
        }
    },
    ensure_ascii=False,
)
add(
    "next-rendered",
    head(
        f'<meta property="og:title" content="{TITLE}"><meta property="article:published_time" content="2024-01-18T06:40:00.000Z">'
    )
    + f"""<body><div id="__next"><header class="Header_root__x1"><nav><ul><li><a href=/>الرئيسية</a></li></ul></nav></header><div class="Ticker_bar__k2"><div class="Ticker_item__a1">{OTHERS[0]}</div></div><main class="Article_main__q9"><div class="Breadcrumb_list__z"><a>محليات</a></div><h1 class="Article_title__o3">{TITLE}</h1><div class="Article_meta__u7"><a href="/authors/rana-ahmad" class="Author_name__t5">{WRITER}</a><span class="Article_dot__1">·</span><span>18 يناير 2024</span><span>·</span><span>3 دقائق قراءة</span></div><div class="Article_share__h1"><button>مشاركة</button><button>حفظ</button><button>استمع</button></div><div class="Article_body__w8"><div class="RichText_text__e4">{ps(LINES[:2])}</div><div class="AdSlot_root__p0"><span>إعلان</span></div><div class="RichText_text__e4">{ps(LINES[2:4])}</div><div class="ReadAlso_card__f2"><span class="ReadAlso_label__j3">اقرأ أيضاً</span><a href=/n/1><h3>{OTHERS[1]}</h3></a></div><div class="RichText_text__e4">{ps(LINES[4:])}</div></div><div class="Tags_list__y"><a>#تعليم</a><a>#القرية</a></div></main><section class="Related_root__r"><h2>المزيد من محليات</h2>{"".join(f'<a class="Card_root__c" href=/n/{n}><h3>{one}</h3><span>22 نوفمبر 2026</span></a>' for n, one in enumerate(OTHERS))}</section></div><script id="__NEXT_DATA__" type="application/json">{_NEXT}</script></body></html>""",
)
add(
    "arc",
    head(f'<script type="application/ld+json">{LD}</script>')
    + f"""<body><div id="fusion-app"><div class="b-header-nav-chain"><a>السنبلة</a></div><section class="b-right-rail"><div class="b-headline"><h1 class="c-heading">{TITLE}</h1></div><div class="b-subheadline"><h2 class="c-heading">المديرة: الأهالي عملوا في أيام العطل</h2></div><div class="b-byline"><span class="b-byline__by">بواسطة</span> <a class="b-byline__author" href="/author/rana"><span>{WRITER}</span></a></div><time class="b-date c-date" datetime="2024-01-18T06:40:00.000Z">18 يناير 2024 الساعة 9:40 صباحا</time><figure class="b-lead-art c-media-item"><img src=/a.jpg><figcaption class="c-media-item__fig-caption"><span class="c-media-item__caption">تلميذتان أمام السبورة. </span><span class="c-media-item__credit">(تصوير سعاد الخطيب)</span></figcaption></figure><article class="b-article-body">{ps(LINES[:2])}<div class="b-article-body__interstitial-link-block"><p class="c-paragraph">[ <a href=/n/2>{OTHERS[2]}</a> ]</p></div>{ps(LINES[2:])}<div id="arcad-feature-x" class="c-ad"><div class="b-ads__label">إعلان</div></div></article><div class="b-author-bio"><h2>{WRITER}</h2><p>{BIO}</p></div><div class="b-results-list"><h2>الأحدث</h2>{links("article", "b-results-list__card")}</div></section></div><script>Fusion.globalContent={_NEXT}</script></body></html>""",
)
add(
    "aljazeera-like",
    head(f'<meta name="twitter:title" content="{TITLE}"><script type="application/ld+json">{LD}</script>')
    + f"""<body><div id="root"><header class="site-header"><a>السنبلة</a></header><div class="container--white"><main id="main-content-area"><header class="article-header"><div class="topics"><a href=/c>أخبار</a>|<a href=/k>تعليم</a></div><h1>{TITLE}</h1><p class="article__subhead css-1wt8oh6"></p><div class="article-info-block"><div class="article-b-l"><div class="article-author-name"><span class="article-author-name-item"><a class="author-link" href="/author/rana">{WRITER}</a></span></div><div class="article-dates"><div class="date-simple"><span class="screen-reader-text">تاريخ النشر </span><span aria-hidden="true">18/1/2024</span></div><span class="article-dates__published">آخر تحديث: 18/1/2024 10:15 (بتوقيت مكة المكرمة)</span></div></div></div></header><figure class="article-featured-image"><img src=/a.jpg><figcaption>التلاميذ ينتظرون فتح البوابة (السنبلة)</figcaption></figure><div class="wysiwyg wysiwyg--all-content" aria-live="polite">{ps(LINES[:2])}<div class="more-on"><h2 class="more-on__heading">اقرأ أيضا</h2><span class="screen-reader-text">list of 2 items</span><ul class="more-on__list"><li><span class=screen-reader-text>list 1 of 2</span><a href=/n/0><h3>{OTHERS[0]}</h3></a></li><li><span class=screen-reader-text>list 2 of 2</span><a href=/n/1><h3>{OTHERS[1]}</h3></a></li></ul><span class=screen-reader-text>end of list</span></div><div class="container--ads"><span class="ad-label">إعلان</span></div>{ps(LINES[2:])}<div class="article-source"><span>المصدر</span>: <span>السنبلة + الأناضول</span></div></div></main></div></div></body></html>""",
)
add(
    "bbc-like",
    head(title=TITLE + " - السنبلة نيوز عربي")
    + f"""<body><div id="root"><div class="ws-focus-indicator"><a class="css-1q0x1qg" href="#content">إذهب الى المحتوى</a><main role="main" class="css-1ww"><div class="bbc-1cvxiy9"><h1 class="bbc-14gqcmb e1p3vdyi0" id="content" tabindex="-1">{TITLE}</h1></div><figure class="bbc-1qn0xuy"><div class="bbc-j1srjl"><img alt="صورة" src=/a.jpg></div><figcaption class="css-ad"><span class="visually-hidden">التعليق على الصورة، </span><p dir=rtl>امتلأت الصفوف في اليوم الأول</p></figcaption></figure><div class="bbc-19j92fr ebmt73l0"><section role="region" aria-labelledby="article-byline" class="bbc-1rjqn4p"><strong class="visually-hidden" id="article-byline">Article information</strong><ul role=list class="bbc-byline"><li><span class="visually-hidden">Author, </span><span class="bbc-1ypcc2">{WRITER}</span></li><li><span class="visually-hidden">Role, </span><span>السنبلة نيوز عربي</span></li></ul></section></div><div class="bbc-19j92fr ebmt73l0"><time class="bbc-11ro" datetime="2024-01-18">18 يناير/ كانون الثاني 2024</time></div>{"".join(f'<div dir="rtl" class="bbc-19j92fr ebmt73l0"><p class="bbc-1wdokz0 e17g058b0" dir="rtl">{one}</p></div>' for one in LINES[:2])}<section class="bbc-hktvs e1p" role="region" aria-labelledby="recommendations-heading"><a href="#end-of-recommendations" class="bbc-skip">تخطى قصص مقترحة وواصل القراءة</a><strong id="recommendations-heading">قصص مقترحة</strong><ul>{links()}</ul><p tabindex="-1" id="end-of-recommendations" class="bbc-end">قصص مقترحة نهاية</p></section><div dir=rtl class="bbc-19j92fr"><h2 class="bbc-1ai">{HEAD}</h2></div>{"".join(f'<div dir="rtl" class="bbc-19j92fr ebmt73l0"><p class="bbc-1wdokz0 e17g058b0" dir="rtl">{one}</p></div>' for one in LINES[3:])}<section class="bbc-social"><a href="#x">تخطى Twitter مشاركة</a><p>هل تسمح بعرض المحتوى من Twitter؟</p><p>تحتوي هذه الصفحة على محتوى من موقع Twitter. موافقتكم مطلوبة قبل عرض أي مواد لأنها قد تتضمن ملفات ارتباط (كوكيز) وغيرها من الأدوات التقنية.</p><p>نهاية Twitter مشاركة</p></section></main></div></div></body></html>""",
)
add(
    "table-1256",
    f"""<html dir=rtl><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1256"><title>جريدة السنبلة</title></head><body topmargin=0><table border=0 width=760 align=center cellspacing=0><tr><td bgcolor=#003366><font color=white size=2>&nbsp;الأحد 22/11/2026م &nbsp; العدد 4410</font></td></tr><tr><td><table width=100%><tr><td width=150 valign=top bgcolor=#eeeeee><p><a href=1.htm>الصفحة الأولى</a></p><p><a href=2.htm>محليات</a></p><p><a href=3.htm>عربي ودولي</a></p><p><a href=4.htm>رياضة</a></p></td><td valign=top><p align=center><b><font size=5 color=#cc0000 face="Traditional Arabic">{TITLE}</font></b></p><p align=right><font size=3 color=#000080>كتبت/ {WRITER}</font></p><p align=right><font size=2>الخميس 18 يناير 2024م</font></p>{"".join(f'<p align=justify dir=rtl><font face="Simplified Arabic" size=4>{one}</font></p>' for one in PROSE)}<p align=left><a href="javascript:print()"><font size=2>طباعة الصفحة</font></a> | <a href=back.htm><font size=2>عودة</font></a></p></td></tr></table></td></tr><tr><td align=center><font size=1>جميع الحقوق محفوظة لجريدة السنبلة 2004 - 2026</font></td></tr></table></body></html>""",
    text=PROSE,
    enc="cp1256",
)
add(
    "forum",
    head(title=f"{TITLE} | منتدى السنبلة")
    + f"""<body><div class="p-body-header"><div class="p-title"><h1 class="p-title-value">{TITLE}</h1></div><ul class="listInline"><li><a class="username">{WRITER}</a></li><li><time class="u-dt" datetime="2024-01-18T09:40:00+0300">18 يناير 2024</time></li></ul></div><div class="block-body js-replyNewMessageContainer"><article class="message message--post" data-author="{WRITER}"><div class="message-cell message-cell--user"><h4 class="message-name"><a class="username">{WRITER}</a></h4><h5 class="userTitle message-userTitle">عضو نشيط</h5><dl class="pairs"><dt>إنضم</dt><dd>3 مارس 2011</dd><dt>المشاركات</dt><dd>1,822</dd></dl></div><div class="message-cell message-cell--main"><header class="message-attribution"><a><time>18 يناير 2024</time></a><a>#1</a></header><div class="message-content"><article class="message-body"><div class="bbWrapper">{_LINES_APART.join(PROSE)}</div></article></div><aside class="message-signature"><div class="bbWrapper">العلم نور والجهل ظلام، فاحرص على أن تتعلم كل يوم شيئا جديدا ما حييت.</div></aside></div></article></div><div class="block-outer">يجب تسجيل الدخول أو التسجيل كي تتمكن من الرد هنا.</div></body></html>""",
    text=PROSE,
)
add(
    "plain-calls",
    head()
    + f"""<body><div class=top><a href=/>السنبلة</a></div><div class=c1><h1>{TITLE}</h1><p><i>{WRITER}</i></p><p>18-01-2024 | 09:40</p><div class=c2><img src=/a.jpg><p>{PROSE[0]}</p><p>إعلان</p><p>{PROSE[1]}</p><p><strong>تابع آخر الأخبار عبر قناة السنبلة على واتساب <a href=https://wa.me/1>اضغط هنا</a></strong></p><p><strong>{HEAD}</strong></p><p>{PROSE[2]}</p><p>حمّل تطبيق السنبلة الآن من <a href=/g>Google Play</a></p><p>{PROSE[3]}</p><p>اقرأ أيضا : <a href=/n/0>{OTHERS[0]}</a></p><p>{PROSE[4]}</p><p>للاشتراك في النشرة البريدية اضغط هنا</p><p>عدد المشاهدات: 3456</p><p>شارك</p></div></div><div class=c3><h4>لا يفوتك</h4>{links("p")}</div></body></html>""",
)
add(
    "writer-card",
    head()
    + f"""<body><main><h1>{TITLE}</h1><div class=info><span>الخميس، ١٨ كانون الثاني ٢٠٢٤</span></div><div class="post">{ps(LINES)}</div><div class="w-card"><img src=/w.jpg><h4>{WRITER}</h4><p>{BIO}</p><a href=/w/1>كل مقالات الكاتب</a></div><div class=np><div><b>الخبر السابق</b><p><a href=/n/1>{OTHERS[0]}</a></p></div><div><b>الخبر التالي</b><p><a href=/n/2>{OTHERS[1]}</a></p></div></div></main></body></html>""",
)
add(
    "pull-quotes",
    head()
    + f"""<body><article><h1>{TITLE}</h1><div class="byline">بقلم: {WRITER}</div><div class="pubdate">نشر في 18 يناير 2024، 09:40 ص</div><div class="txt">{ps(LINES[:3])}<div class="pull-quote">كنت تلميذا هنا، واليوم أرى ابنتي تجلس على المقعد نفسه</div>{ps(LINES[3:5])}<blockquote class="twitter-tweet"><p lang="ar" dir="rtl">صباح الخير يا مدرستنا القديمة، كم اشتقنا إليك <a href=https://twitter.com/hashtag/x>#القرية</a></p>&mdash; رنا (@rana) <a href=https://twitter.com/rana/status/1>January 18, 2024</a></blockquote>{ps(LINES[5:])}</div><div class="emoji-box"><h5>ما رأيك في الخبر؟</h5><span>أعجبني 12</span><span>أحزنني 3</span></div></article></body></html>""",
)
add(
    "divs-nbsp",
    head(f'<meta itemprop="datePublished" content="{ISO}">')
    + f"""<body><div class=wrap><div class=col><div class=ttl><h1>{TITLE}</h1></div><div class=by><a href="/writers/31">{WRITER}</a></div><div class=body>{"<div>&nbsp;</div>".join(f'<div dir="rtl">{"<strong>" + one + "</strong>" if one == HEAD else one}</div>' for one in LINES)}<div>&nbsp;</div><div dir=rtl>(وكالات)</div></div></div><div class=col2><div class=h>الأكثر قراءة</div>{links("div")}</div></div></body></html>""",
)
add(
    "mobile-text-nodes",
    head(title=TITLE)
    + f"""<body><div class=bar><a href=/>☰</a></div><div class=detail><h1>{TITLE}</h1><small>2024/01/18 - 09:40</small><img src=/a.jpg><div class=sub></div><center><ins class="adsbygoogle"></ins></center>{"<br/><br/>".join(PROSE[:3])}<center><ins class="adsbygoogle"></ins></center>{"<br/><br/>".join(PROSE[3:])}<br/><br/><a class=tagx href=/t1>القرية</a> <a class=tagx href=/t2>مدارس</a></div><div class=rel><b>مواضيع ذات صلة</b><br>{"<br>".join(f"<a href=/n/{n}>{one}</a>" for n, one in enumerate(OTHERS))}</div></body></html>""",
    author=None,
    text=PROSE,
)
add(
    "linked-words",
    head(f'<script type="application/ld+json">{LD}</script>')
    + f"""<body><div id="app"><article class="post"><h1 class="post__title">{TITLE}</h1><p class="post__lead" hidden></p><section class="post__body">{"".join(f'<p><span class="drop">{one[0]}</span>{one[1:30]}<a href="/k/{n}">{one[30:60]}</a>{one[60:]}</p>' if one != HEAD else f"<h3><strong>{one}</strong></h3>" for n, one in enumerate(LINES))}</section><ul class="post__keys"><li><a href=/k/1>القرية</a></li><li><a href=/k/2>التعليم</a></li></ul></article></div></body></html>""",
)
add(
    "photo-credits",
    head()
    + f"""<body><div class="article"><h1>{TITLE}</h1><p class="meta">السنبلة – {WRITER} – 18 جانفي 2024</p><div class="image"><img src=/1.jpg><div class="desc">صورة أرشيفية للمدرسة - تصوير: سامي ناصر</div></div>{ps(LINES[:2])}<p><img src=/2.jpg></p><p><em>(تصوير: سامي ناصر)</em></p>{ps(LINES[2:])}<p>© السنبلة 2024</p></div></body></html>""",
)
add(
    "list-inside",
    head(f'<meta property="article:published_time" content="{ISO}">')
    + f"""<body><article><h1>{TITLE}</h1><address class="author">{WRITER}</address><div class="content">{ps(LINES[:3])}<ul><li>اثنا عشر صفا جديدا تتسع لمئتين وعشرين تلميذا.</li><li>مختبر للعلوم ومكتبة صغيرة في الطابق الأول.</li><li>ملعب لكرة السلة سيفتح قبل نهاية الشتاء.</li></ul>{ps(LINES[3:])}</div><section class="newsletter-box"><h3>النشرة الأسبوعية</h3><p>اشترك ليصلك أهم ما كتبنا كل أسبوع في رسالة واحدة من دون إعلانات.</p><form><input type=email><button>اشترك</button></form></section></article></body></html>""",
    text=[
        *LINES[:3],
        "اثنا عشر صفا جديدا تتسع لمئتين وعشرين تلميذا.",
        "مختبر للعلوم ومكتبة صغيرة في الطابق الأول.",
        "ملعب لكرة السلة سيفتح قبل نهاية الشتاء.",
        *LINES[3:],
    ],
)
add(
    "source-at-end",
    head()
    + f"""<body><div class=main><h1>{TITLE}</h1><span class=dt>نُشر: 18-01-2024 الساعة 09:40 بتوقيت بغداد</span><div class=tools>حجم الخط: <a>كبير</a> <a>صغير</a> | <a>استمع للخبر</a></div><div class=post-text>{ps(LINES)}<p>المصدر: رويترز</p><p>ر.أ</p></div><div>كلمات مفتاحية: <a href=/t>تعليم</a>، <a href=/t>القرية</a></div></div></body></html>""",
    author=None,
)
