# ruff: noqa: E501 - markup is easier to follow by the piece
"""Pages in the templates of themes and systems that Arabic newsrooms use, with all that they put into a story.

Written with their answers before they were read for the first time. Words and names are ours."""

from __future__ import annotations

import json
from datetime import date
from typing import Final

from tests.crawlers.extraction.shapes import Shape

TITLE: Final = "مدرسة القرية تستقبل تلاميذها من جديد بعد سبع سنوات من الإغلاق"
HEAD: Final = "عودة طال انتظارها"
LINES: Final = [
    "عاد مئتان وعشرون تلميذا صباح الخميس إلى مقاعد مدرسة القرية، بعد سبع سنوات أمضوها في خيام وبيوت مستأجرة.",
    "وقالت المديرة رحاب العلي إن ترميم المبنى كلف أقل مما كان متوقعا، لأن الأهالي تطوعوا للعمل في أيام العطل.",
    HEAD,
    'وقال أحد الآباء وهو ينتظر عند البوابة: "كنت تلميذا هنا، واليوم أرى ابنتي تجلس على المقعد نفسه".',
    "وتضم المدرسة اثني عشر صفا ومختبرا ومكتبة صغيرة، ويعمل فيها ثمانية عشر معلما نصفهم من أبناء القرية.",
    "ومن المقرر أن تفتح روضة للأطفال في الطابق الأرضي مع بداية العام الدراسي المقبل، بحسب مديرية التربية.",
]
DAY: Final = date(2024, 1, 18)
PROSE: Final = [line for line in LINES if line != HEAD]
WRITER: Final = "رنا الأحمد"
OTHERS: Final = [
    "وزير الري يتفقد السد الجديد ويعد بافتتاحه قبل الصيف",
    "ارتفاع أسعار الخبز في ثلاث محافظات ابتداء من الغد",
    "المنتخب يتأهل إلى ربع النهائي بركلات الترجيح",
    "وفاة الفنان القدير صاحب أشهر أغاني الثمانينيات",
]
PAGES: Final[dict[str, Shape]] = {}


def add(name: str, html: str, *, author: str | None = WRITER, day: date | None = DAY, text: list[str] = LINES,
        url: str = "https://news.example/story/17", enc: str = "utf-8") -> None:  # fmt: skip
    PAGES[name] = Shape(html.encode(enc, "xmlcharrefreplace"), url, author, day, tuple(text))


def ps(lines: list[str], heading: str = "h2") -> str:
    return "".join(f"<{heading}>{one}</{heading}>" if one == HEAD else f"<p>{one}</p>" for one in lines)


def head(more: str = "", title: str = TITLE + " - صحيفة السنبلة") -> str:
    return f'<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>{more}</head>'


def links(tag: str = "li", cls: str = "") -> str:
    return "".join(f'<{tag} class="{cls}"><a href="/n/{n}">{one}</a></{tag}>' for n, one in enumerate(OTHERS))


ISO: Final = "2024-01-18T09:40:00+03:00"
LD: Final = json.dumps(
    {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, "datePublished": ISO,
     "author": {"@type": "Person", "name": WRITER}}, ensure_ascii=False
)  # fmt: skip
BIO: Final = "صحفية تكتب في شؤون التعليم والطفولة منذ أحد عشر عاما، حازت جائزة أفضل تحقيق محلي مرتين، وتعيش مع أسرتها في العاصمة."

add(
    "jannah-whole",
    head(f'<meta property="article:published_time" content="{ISO}">')
    + f"""<body class="rtl single-post"><div id="tie-container"><div class="breaking"><span class="breaking-title">عاجل</span><ul id="breaking-news-in-header">{links(cls="news-item")}</ul></div><nav id="breadcrumb"><a href=/>الرئيسية</a><em class=delimiter>/</em><a href=/c>محليات</a><em class=delimiter>/</em><span class=current>{TITLE}</span></nav><div class="main-content tie-col-md-8"><article id="the-post" class="container-wrapper post-content tie-standard"><header class="entry-header-outer"><div class="entry-header"><span class="post-cat-wrap"><a class="post-cat" href=/c>محليات</a></span><h1 class="post-title entry-title">{TITLE}</h1><div class="single-post-meta post-meta clearfix"><span class="author-meta single-author with-avatars"><span class="meta-item meta-author-wrapper"><span class="meta-author-avatar"><img src=/w.jpg></span><span class="meta-author"><a href="/author/rana" class="author-name tie-icon">{WRITER}</a></span></span></span><span class="date meta-item tie-icon">18 يناير، 2024</span><div class="tie-alignright"><span class="meta-comment tie-icon meta-item fa-before">0</span><span class="meta-views meta-item"><span class="tie-icon-fire"></span> 1٬204 </span><span class="meta-reading-time meta-item"><span class="tie-icon-bookmark"></span> دقيقة واحدة</span></div></div></div></header>
<div class="featured-area"><figure class="single-featured-image"><img src=/a.jpg><figcaption class="single-caption-text"><span class="tie-icon-camera"></span> تلاميذ في الساحة صباح الخميس</figcaption></figure></div><div class="share-buttons share-buttons-top"><div class="share-links"><a>فيسبوك</a><a>‫X</a><a>واتساب</a></div></div>
<div class="entry-content entry clearfix"><div class="stream-item stream-item-above-post-content">إعلان</div>{ps(LINES[:2])}<div id="inline-related-post" class="mag-box mini-posts-box"><div class="container-wrapper"><div class="widget-title the-global-title"><div class="the-subtitle">مقالات ذات صلة</div></div><div class="mag-box-container clearfix"><ul class="posts-items posts-list-container">{links(cls="widget-single-post-item")}</ul></div></div></div>{ps(LINES[2:4])}<div class="stream-item in-post stream-item-in-post">إعلان</div>{ps(LINES[4:])}<p>المصدر: <a href=/x>السنبلة</a> + وكالات</p><p>تابعنا على <a href=https://t.me/x>قناتنا في تلغرام</a></p><div class="post-bottom-meta post-bottom-tags post-tags-modern"><div class="post-bottom-meta-title"><span class="tie-icon-tags"></span> الوسوم</div><span class="tagcloud"><a rel=tag href=/t>تعليم</a> <a rel=tag href=/t>القرية</a></span></div></div>
<div class="toggle-post-content clearfix"><a id="toggle-post-button" class="button">أظهر المزيد</a></div></article><div class="post-components"><div class="about-author container-wrapper about-author-1"><div class="author-avatar"></div><div class="author-info"><h3 class="author-name"><a>{WRITER}</a></h3><div class="author-bio">{BIO}</div></div></div><div class="prev-next-post-nav container-wrapper media-overlay"><div class="tie-col-xs-6 prev-post"><h3 class="post-title">{OTHERS[0]}</h3></div><div class="tie-col-xs-6 next-post"><h3 class="post-title">{OTHERS[1]}</h3></div></div><div id="related-posts" class="container-wrapper"><h3>مقالات ذات صلة</h3><div class="related-posts-list">{"".join(f'<div class=tie-standard><h3 class=post-title><a href=/n/{n}>{one}</a></h3><span class="date meta-item">منذ {n + 2} ساعات</span></div>' for n, one in enumerate(OTHERS))}</div></div><div id="respond" class="comment-respond"><h3>اترك تعليقاً</h3><form><p class=comment-notes><span>لن يتم نشر عنوان بريدك الإلكتروني.</span> الحقول الإلزامية مشار إليها بـ <span>*</span></p></form></div></div></div></div></body></html>""",
)
add(
    "sahifa",
    head()
    + f"""<body id="top"><div class="wrapper"><div class="top-nav"><span class="today-date">الأحد , نوفمبر 22 2026</span></div><div class="content"><div xmlns:v="http://rdf.data-vocabulary.org/#" id="crumbs"><a class=crumbs-home href=/>الرئيسية</a> / <a href=/c>محليات</a> / {TITLE}</div><article class="post-listing post"><div class="single-post-thumb"><img src=/a.jpg></div><div class="post-inner"><h1 class="name post-title entry-title"><span itemprop="name">{TITLE}</span></h1><p class="post-meta"><span class="post-meta-author"><i class="fa fa-user"></i><a href="/author/rana">{WRITER}</a></span><span class="tie-date"><i class="fa fa-clock-o"></i>18 يناير، 2024</span><span class="post-cats"><a>محليات</a></span><span class="post-comments"><a>اضف تعليق</a></span><span class="post-views"><i class="fa fa-eye"></i>311 زيارة</span></p><div class="entry"><div class="share-post"><span class="share-text">شاركها</span><ul class="flat-social"><li><a><span>Facebook</span></a></li><li><a><span>Twitter</span></a></li></ul></div>{ps(LINES[:3], "h3")}{ps(LINES[3:])}<p>&nbsp;</p></div><span style="display:none" class="updated">2024-01-18</span><p class="post-tag">الوسوم <a rel=tag>تعليم</a></p></div></article><section id="related_posts"><div class="block-head"><h3>شاهد أيضاً</h3></div>{"".join(f"<div class=related-item><h3><a href=/n/{n}>{one}</a></h3><p class=post-meta><span class=tie-date>5 نوفمبر، 2026</span></p></div>" for n, one in enumerate(OTHERS))}</section></div></div></body></html>""",
)
add(
    "jnews",
    head(f'<script type="application/ld+json">{LD}</script>')
    + f"""<body><div class="jeg_main"><div class="entry-header"><h1 class="jeg_post_title">{TITLE}</h1><h2 class="jeg_post_subtitle">الأهالي رمموا المبنى بأيديهم</h2><div class="jeg_meta_container"><div class="jeg_meta_author"><span class="meta_text">بواسطة</span> <a href=/author/rana>{WRITER}</a></div><div class="jeg_meta_date"><a>يناير 18, 2024</a></div><div class="jeg_meta_category"><span>في <a>محليات</a></span></div></div></div><div class="jeg_featured"><p class="wp-caption-text">المدرسة من الخارج</p></div><div class="entry-content no-share"><div class="jeg_share_button"><span class=counts>12</span><span>SHARES</span></div><div class="content-inner">{ps(LINES[:2])}<div class="jnews_inline_related_post_wrapper left"><div class="jnews_inline_related_post"><div class="jeg_blocktitle">اقرأ أيضا</div><div class="jeg_posts"><article class="jeg_post"><h3 class="jeg_post_title"><a href=/n/1>{OTHERS[0]}</a></h3></article><article class="jeg_post"><h3 class="jeg_post_title"><a href=/n/2>{OTHERS[1]}</a></h3></article></div></div></div>{ps(LINES[2:])}<div class="jeg_ad jeg_ad_article jnews_content_bottom_ads">إعلان</div><div class="jeg_post_tags"><span>الوسوم:</span> <a rel=tag>تعليم</a></div></div></div><div class="jeg_prevnext_post"><a class="post prev-post"><span class=caption>السابق</span><h3 class=post-title>{OTHERS[2]}</h3></a></div></div></body></html>""",
)
add(
    "elementor",
    head(f'<meta property="article:published_time" content="{ISO}"><meta name="author" content="{WRITER}">')
    + f"""<body class="elementor-page"><div data-elementor-type="header" class="elementor elementor-location-header"><ul class=elementor-nav-menu><li><a>الرئيسية</a></li></ul></div><div data-elementor-type="single-post" class="elementor elementor-location-single post-17"><section class="elementor-section"><div class="elementor-widget elementor-widget-theme-post-title"><div class="elementor-widget-container"><h1 class="elementor-heading-title elementor-size-default">{TITLE}</h1></div></div><div class="elementor-widget elementor-widget-post-info"><ul class="elementor-inline-items elementor-icon-list-items elementor-post-info"><li itemprop="author"><span class="elementor-icon-list-text elementor-post-info__item--type-author">{WRITER}</span></li><li itemprop=datePublished><span class="elementor-post-info__item--type-date">يناير 18, 2024</span></li><li><span class="elementor-post-info__item--type-time">9:40 ص</span></li><li><span>لا توجد تعليقات</span></li></ul></div><div class="elementor-widget elementor-widget-theme-post-content"><div class="elementor-widget-container">{ps(LINES[:4])}<blockquote><a href=/n/0>اقرأ أيضًا: {OTHERS[0]}</a></blockquote>{ps(LINES[4:])}<p>انضم إلى <a href=https://whatsapp.com/channel/x>قناة السنبلة على واتساب</a> لتصلك الأخبار أولا بأول</p></div></div><div class="elementor-widget elementor-widget-share-buttons"><span class="elementor-share-btn__title">Facebook</span></div><div class="elementor-widget-post-navigation"><span class="post-navigation__prev--label">السابق</span><span class="post-navigation__prev--title">{OTHERS[2]}</span></div></section><section><h2 class="elementor-heading-title">أخبار ذات صلة</h2><div class="elementor-posts-container">{"".join(f"<article class=elementor-post><div class=elementor-post__text><h3 class=elementor-post__title><a href=/n/{n}>{one}</a></h3><div class=elementor-post__excerpt><p>{one} وذلك بعد اجتماع طويل عقد مساء أمس بحضور جميع الأطراف المعنية في العاصمة</p></div><a class=elementor-post__read-more href=/n/{n}>اقرأ المزيد »</a></div></article>" for n, one in enumerate(OTHERS))}</div></section></div></body></html>""",
)
add(
    "drupal10-layout",
    head()
    + f"""<body class="layout-no-sidebars page-node-17 path-node node--type-news"><div class="dialog-off-canvas-main-canvas"><div role=main><div class="region region-content"><div class="block block-core block-page-title-block"></div><article class="node node--type-news node--view-mode-full"><div class="layout layout--onecol"><div class="layout__region"><div class="block block-field-blocknodenewstitle"><h1><span>{TITLE}</span></h1></div><div class="field field--name-field-date field--label-hidden"><time datetime="2024-01-18T06:40:00Z" class="datetime">خميس, 18/01/2024 - 09:40</time></div><div class="field field--name-field-writer field--label-inline"><div class="field__label">الكاتب</div><div class="field__item">{WRITER}</div></div><div class="field field--name-field-media"><div class="media media--type-image"><div class="field__label visually-hidden">الصورة</div><img src=/x.jpg><div class="field field--name-field-caption">من حفل الافتتاح</div></div></div><div class="clearfix text-formatted field field--name-body field--type-text-with-summary">{ps(LINES)}</div><div class="field field--name-field-tags"><div class=field__label>كلمات دلالية</div><div class=field__items><div class=field__item><a href=/t>مدارس</a></div></div></div></div></div></article><div class="views-element-container block"><h2>اقرأ أيضا</h2><div class="view-content">{"".join(f"<div class=views-row><div class=views-field-title><a href=/n/{n}>{one}</a></div><div class=views-field-created>22 نوفمبر 2026</div></div>" for n, one in enumerate(OTHERS))}</div></div></div></div></div></body></html>""",
)
add(
    "joomla4",
    head(title=TITLE)
    + f"""<body class="site com_content"><div class="com-content-article item-page" itemscope itemtype="https://schema.org/Article"><meta itemprop="inLanguage" content="ar-AA"><div class="page-header"><h1 itemprop="headline">{TITLE}</h1></div><dl class="article-info text-muted"><dt class="article-info-term visually-hidden">التفاصيل</dt><dd class="createdby" itemprop="author" itemscope itemtype="https://schema.org/Person">كتب بواسطة: <span itemprop="name">{WRITER}</span></dd><dd class="category-name">القسم: <a href=/c>محليات</a></dd><dd class="published"><span class="icon-calendar"></span><time datetime="{ISO}" itemprop="datePublished">تاريخ النشر: 18 كانون2/يناير 2024</time></dd><dd class="hits"><meta itemprop="interactionCount" content="UserPageVisits:88">الزيارات: 88</dd></dl><figure class="left item-image"><img src=/a.jpg itemprop=thumbnailUrl></figure><div itemprop="articleBody" class="com-content-article__body">{ps(LINES, "h4")}</div><nav class="pagenavigation"><span class="pagination"><a class="btn previous" href=/a><span class=visually-hidden>المقال السابق: {OTHERS[0]}</span>السابق</a></span></nav></div></body></html>""",
)
add(
    "blogger-trbidi",
    head(title=f"السنبلة الإخبارية: {TITLE}")
    + f"""<body class="item-view"><div class="blog-posts hfeed"><div class="date-outer"><h2 class="date-header"><span>الخميس، 18 يناير 2024</span></h2><div class="post hentry"><h3 class="post-title entry-title" itemprop="name">{TITLE}</h3><div class="post-header"></div><div class="post-body entry-content" id="post-body-1" itemprop="description articleBody"><div dir="rtl" style="text-align: right;" trbidi="on"><div class="separator" style="clear: both; text-align: center;"><a href=/1.jpg><img src=/1.jpg></a></div><br /><div style="text-align: justify;"><span style="font-size: large;">{PROSE[0]}</span></div><div style="text-align: justify;"><span style="font-size: large;"><br /></span></div><span style="font-size: large;">{"<br /><br />".join(PROSE[1:])}</span><br /></div><div style="clear: both;"></div></div><div class="post-footer"><div class="post-footer-line post-footer-line-1"><span class="post-author vcard">مرسلة بواسطة <span class="fn" itemprop="author"><span itemprop="name">{WRITER}</span></span></span> <span class="post-timestamp">في <a class="timestamp-link" href=/17><abbr class="published" title="{ISO}">9:40 ص</abbr></a></span></div><div class="post-share-buttons"><a>إرسال بالبريد الإلكتروني</a><a>كتابة مدونة حول هذه المشاركة</a><a>‏المشاركة في Twitter</a></div><div class=post-labels>التسميات: <a rel=tag>تعليم</a></div></div></div></div></div><div class="blog-pager"><a>رسالة أحدث</a><a>رسالة أقدم</a></div><div class="comments"><h4>ليست هناك تعليقات:</h4><p>إرسال تعليق</p></div></body></html>""",
    text=PROSE,
)
add(
    "webforms",
    head(title="السنبلة | تفاصيل الخبر")
    + f"""<body><form method="post" action="./news.aspx?id=17" id="form1"><div class="aspNetHidden"><input type="hidden" name="__VIEWSTATE" value="{"dDwtMTk3" * 60}"></div><table width="980" cellpadding=0><tr><td colspan=2><marquee>{" ••• ".join(OTHERS)}</marquee></td></tr><tr><td valign="top"><div class="NewsTitle"><span id="ctl00_ContentPlaceHolder1_lblTitle">{TITLE}</span></div><table width="100%"><tr><td><span id="ctl00_ContentPlaceHolder1_lblDate">تاريخ النشر : 18/01/2024 09:40 ص</span></td><td>عدد المشاهدات : <span id="ctl00_lblHits">2541</span></td><td><a>ط+</a> <a>ط-</a> <a>طباعة</a> <a>أرسل لصديق</a></td></tr></table><div align="center"><img src="/up/17.jpg" width=500><br><span class="imgcap">المدرسة بعد ترميمها</span></div><div id="ctl00_ContentPlaceHolder1_divDetails" class="details"><span id="lblDetails"><b>القرية - {WRITER}</b><br /><br />{"<br />&nbsp;<br />".join(PROSE)}</span></div><div class="share">شارك الخبر <a>f</a><a>t</a></div><div class="comments"><b>التعليقات</b><br>لا توجد تعليقات حتى الآن</div></td><td valign="top" width="300"><div class="box"><h3>آخر الأخبار</h3>{"".join(f"<a href=news.aspx?id={n}>{one}</a><br><span>22/11/2026</span><hr>" for n, one in enumerate(OTHERS))}</div></td></tr></table></form></body></html>""",
    text=PROSE,
)
