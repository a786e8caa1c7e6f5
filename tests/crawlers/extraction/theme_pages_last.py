# ruff: noqa: E501 - markup is easier to follow by the piece
"""Pages of `theme_pages` once more: older and smaller systems, blogs, and what widgets leave in the middle of a story."""

from __future__ import annotations

from tests.crawlers.extraction.theme_pages import (
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

__all__ = ["PAGES"]
add(
    "wordpress-com",
    head()
    + f"""<body class="single"><div id="page"><header id="masthead"><p class="site-title"><a href=/>السنبلة</a></p></header><main id="main"><article id="post-17" class="post-17 post type-post"><header class="entry-header"><h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><span class="posted-on"><a href=/17><time class="entry-date published" datetime="{ISO}">18 يناير 2024</time></a></span><span class="byline"> <span class="author vcard"><a class="url fn n" href="/author/rana/">{WRITER}</a></span></span><span class="comments-link"><a>أضف تعليق</a></span></div></header><div class="entry-content">{ps(LINES)}<div id="jp-post-flair" class="sharedaddy sd-like-enabled"><div class="sd-block sd-social"><h3 class="sd-title">شارك هذا الموضوع:</h3><div class="sd-content"><ul><li><a>فيس بوك</a></li><li><a>‏X</a></li></ul></div></div><div class="sharedaddy sd-block sd-like"><h3 class="sd-title">معجب بهذه:</h3><div><span class="button"><span>إعجاب</span></span> <span class="loading">تحميل...</span></div></div><div id="jp-relatedposts" class="jp-relatedposts"><h3 class="jp-relatedposts-headline"><em>مرتبط</em></h3></div></div></div><footer class="entry-footer"><span class="cat-links">نُشرت في <a>محليات</a></span></footer></article><nav class="navigation post-navigation"><h2 class="screen-reader-text">تصفّح المقالات</h2><div class="nav-links"><div class="nav-previous"><a rel=prev>{OTHERS[0]}</a></div></div></nav><div id="comments"><h2 class="comments-title">رأي واحد على “{TITLE}”</h2><ol class="comment-list"><li class="comment"><article class="comment-body"><footer class="comment-meta"><div class="comment-author vcard"><b class="fn">قارئ</b> <span class="says">يقول:</span></div><div class="comment-metadata"><time datetime="2024-01-19T10:00:00+03:00">19 يناير 2024 الساعة 10:00 ص</time></div></footer><div class="comment-content"><p>خبر يفرح القلب، شكرا لكل من ساهم في هذا العمل الجميل.</p></div></article></li></ol></div></main></div></body></html>""",
)
add(
    "joomla15",
    head(title=TITLE)
    + f"""<body><table class="contentpaneopen"><tr><td class="contentheading" width="100%">{TITLE}</td><td align="right" class="buttonheading"><a title="PDF"><img alt="PDF"></a></td><td class="buttonheading"><a title="طباعة"><img alt="طباعة"></a></td></tr></table><table class="contentpaneopen"><tr><td><span class="small">كتبها {WRITER}</span></td></tr><tr><td class="createdate">الخميس, 18 يناير 2024 09:40</td></tr><tr><td valign=top>{ps(PROSE)}</td></tr><tr><td colspan=2 class="modifydate">آخر تحديث: الجمعة, 19 يناير 2024 11:02</td></tr></table><span class="article_separator">&nbsp;</span><table class="pagenav"><tr><th class="pagenav_prev"><a>&lt; السابق</a></th><th class="pagenav_next"><a>التالي &gt;</a></th></tr></table></body></html>""",
    text=PROSE,
)
add(
    "phpnuke",
    head(title=f"السنبلة: {TITLE}")
    + f"""<body bgcolor="#ffffff"><table width="100%"><tr><td width=150 valign=top><b>القائمة</b><br><a href=a>الرئيسية</a><br><a href=b>أرسل خبرا</a><br><a href=c>اتصل بنا</a></td><td valign=top><table border=0 width="100%" bgcolor="#cccccc"><tr><td><font class="option"><b>{TITLE}</b></font></td></tr><tr><td bgcolor="#f0f0f0"><font class="tiny">بقلم {WRITER} في 18-1-2024 (1204 قراءة)</font></td></tr></table><br><font class="content"><div align="right">{"<br><br>".join(PROSE)}</div></font><br><center>[ <a href=i>عودة للأخبار</a> | <a href=p>نسخة للطباعة</a> | <a href=f>إرسال لصديق</a> ]</center></td><td width=150 valign=top><b>الأكثر قراءة</b><br>{"<br>".join(f"<a href=n{n}>{one}</a>" for n, one in enumerate(OTHERS))}</td></tr></table></body></html>""",
    text=PROSE,
)
add(
    "ghost",
    head(f'<script type="application/ld+json">{LD}</script>')
    + f"""<body class="post-template"><div class="viewport"><header class="gh-head"><a>السنبلة</a></header><main class="site-main"><article class="article post"><header class="article-header gh-canvas"><div class="article-tag post-card-tags"><span>محليات</span></div><h1 class="article-title">{TITLE}</h1><p class="article-excerpt">الأهالي رمموا المبنى بأيديهم في أيام العطل</p><div class="article-byline-content"><h4 class="author-name"><a href=/author/rana/>{WRITER}</a></h4><div class="byline-meta-content"><time class="byline-meta-date" datetime="2024-01-18">18 ينا 2024</time><span class="byline-reading-time">• 2 دقائق للقراءة</span></div></div><figure class="article-image"><img src=/a.jpg><figcaption>Photo by Sami / Example</figcaption></figure></header><section class="gh-content gh-canvas">{ps(LINES[:3])}<div class="kg-card kg-callout-card"><div class="kg-callout-text">النشرة الأسبوعية تصلك كل أحد، <a href=#/portal>اشترك الآن</a></div></div>{ps(LINES[3:])}<div class="kg-card kg-button-card"><a class="kg-btn">ادعم السنبلة</a></div></section></article><section class="footer-cta"><h2>اشترك في النشرة</h2><a href="#">بريدك</a></section><aside class="read-more-wrap">{links("article", "post-card")}</aside></main></div></body></html>""",
)
add(
    "react-spans",
    head(
        f'<meta property="og:title" content="{TITLE}"><meta property="article:author" content="https://facebook.com/sunbula">',
        title="السنبلة",
    )
    + f"""<body><div id="root" data-reactroot=""><div class="a1"><div class="b2"><span class="c3">الرئيسية</span><span class="c3">محليات</span></div></div><div class="d4"><div class="e5">{TITLE}</div><div class="f6"><div class="g7">بواسطة</div><div class="g8">{WRITER}</div><div class="g9">2024/01/18</div></div><div class="h1">{"".join(f'<div class="i2"><span class="j3">{one}</span></div>' for one in LINES)}</div></div><div class="k4"><div class="l5">اقرأ المزيد</div>{"".join(f'<div class="m6"><a href=/n/{n}><div class="n7">{one}</div><div class="o8">2026/11/22</div></a></div>' for n, one in enumerate(OTHERS))}</div></div></body></html>""",
)
add(
    "widgets-between",
    head(f'<meta name="pubdate" content="{ISO}">')
    + f"""<body><div class="page"><div class="prayer"><b>مواقيت الصلاة</b><span>الفجر 4:32</span><span>الظهر 11:45</span></div><div class="rates"><span>الدولار 1310</span><span>اليورو 1420</span></div><div class="story"><h1>{TITLE}</h1><div class="line"><span>{WRITER}</span> | <span>منذ سنتين</span></div><div class="player"><span>استمع إلى المقال</span><span>0:00</span> / <span>3:20</span></div>{ps(LINES[:2])}<div class="poll-box"><p>هل توافق على دمج المدارس الصغيرة في القرى المتجاورة؟</p><label><input type=radio>نعم</label><label><input type=radio>لا</label><button>صوّت</button></div>{ps(LINES[2:4])}<div id="div-gpt-ad-1"><p>إعلان</p><p>مساحة إعلانية</p></div>{ps(LINES[4:])}<div class="follow-box"><p>تابعونا على مواقع التواصل الاجتماعي لمعرفة آخر الأخبار</p></div></div><div class="cookie-bar"><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك على موقعنا.</p><button>موافق</button></div></div></body></html>""",
)
add(
    "opinion",
    head(f'<meta property="article:published_time" content="{ISO}">')
    + f"""<body><main class="opinion"><div class="writer"><img src=/w.jpg alt="{WRITER}"><div><a class="writer__name" href="/opinion/authors/rana">{WRITER}</a><p class="writer__role">كاتبة وتربوية</p></div></div><h1 class="opinion__title">{TITLE}</h1><p class="opinion__date">18/01/2024</p><div class="opinion__text">{ps(LINES)}<p><em>المقالات المنشورة تعبر عن آراء أصحابها ولا تعبر بالضرورة عن رأي السنبلة</em></p></div><div class="opinion__more"><h3>مقالات أخرى للكاتب</h3>{links()}</div></main></body></html>""",
)
add(
    "tabs-after",
    head()
    + f"""<body><div class="container"><div class="row"><div class="col-md-8"><ol class="breadcrumb"><li><a href=/>الرئيسية</a></li><li class=active>محليات</li></ol><h1>{TITLE}</h1><ul class="list-inline post-info"><li><i class="fa fa-calendar"></i> الخميس 18 يناير 2024 - 09:40</li><li><i class="fa fa-user"></i> {WRITER}</li><li><i class="fa fa-eye"></i> 902</li></ul><img class="img-responsive" src=/a.jpg><div class="panel-body" id="newsText">{ps(LINES)}</div><ul class="nav nav-tabs"><li class="active"><a href="#t1">الأحدث</a></li><li><a href="#t2">الأكثر قراءة</a></li></ul><div class="tab-content"><div id="t1">{"".join(f'<div class="media"><div class="media-body"><h4 class="media-heading"><a href=/n/{n}>{one}</a></h4><p>{one} بحسب ما أعلنه المتحدث الرسمي في مؤتمر صحفي عقده مساء اليوم.</p></div></div>' for n, one in enumerate(OTHERS))}</div></div><div class="fb-comments"></div><div class="alert">إدارة الموقع ليست مسؤولة عن التعليقات</div></div></div></div></body></html>""",
)
add(
    "interview",
    head(f'<script type="application/ld+json">{LD}</script>')
    + f"""<body><article><h1>{TITLE}</h1><div class="entry">{ps(PROSE[:1])}<p><strong>- كيف بدأ المشروع؟</strong></p><p>- {PROSE[1]}</p><p><strong>- وماذا عن الأهالي؟</strong></p><p>- {PROSE[3]}</p><p>{PROSE[4]}</p></div></article></body></html>""",
    text=[PROSE[0], "- كيف بدأ المشروع؟", f"- {PROSE[1]}", "- وماذا عن الأهالي؟", f"- {PROSE[3]}", PROSE[4]],
)
add(
    "drupal6",
    head(title=f"{TITLE} | السنبلة")
    + f"""<body><div id="center"><div class="breadcrumb"><a href=/>الرئيسية</a> » <a href=/n>أخبار</a></div><h2 class="title">{TITLE}</h2><div id="node-17" class="node"><span class="submitted">خ, 2024-01-18 09:40 — {WRITER}</span><div class="taxonomy"><ul class="links inline"><li><a rel=tag>محليات</a></li></ul></div><div class="content clear-block">{ps(PROSE)}</div><div class="links"><ul class="links inline"><li class="comment_add first last"><a>إضافة تعليق جديد</a></li><li class="statistics_counter"><span>311 قراءات</span></li></ul></div></div></div></body></html>""",
    text=PROSE,
)
add(
    "sections-of-page-builder",
    head(f'<meta property="article:published_time" content="{ISO}"><meta name="author" content="admin">')
    + f"""<body><div class="vc_row"><div class="wpb_column vc_column_container"><div class="wpb_wrapper"><h1 class="vc_custom_heading">{TITLE}</h1><div class="wpb_text_column wpb_content_element"><div class="wpb_wrapper"><p>كتب: {WRITER}</p></div></div></div></div></div>{"".join(f'<div class="vc_row"><div class="wpb_column"><div class="wpb_wrapper"><div class="wpb_text_column wpb_content_element"><div class="wpb_wrapper">{ps([one])}</div></div></div></div></div>' for one in LINES)}<div class="vc_row"><div class="vc_btn3-container"><a class="vc_btn3">المزيد من الأخبار</a></div></div></body></html>""",
)
add(
    "paragraphs-as-headings",
    head()
    + f"""<body><div class="n1"><h1>{TITLE}</h1><h6>{WRITER} - 18/01/2024</h6><div class="n2">{"".join(f"<h4>{one}</h4>" for one in LINES)}</div><div class="n3"><h5>إقرأ أيضاً</h5>{links("h5")}</div></div></body></html>""",
)
