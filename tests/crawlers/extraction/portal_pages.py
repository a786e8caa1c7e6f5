# ruff: noqa: E501 - markup is easier to follow by the piece
"""The story of `station_pages` in portals, dailies and columns."""

from __future__ import annotations

import json

from tests.crawlers.extraction.station_pages import HEAD, LINES, OTHERS, TITLE, WRITER, head, ps
from tests.crawlers.extraction.wire_pages import NAV, PAGES, add, links

__all__ = ["PAGES"]
PROSE = [line for line in LINES if line != HEAD]
add(
    "read-also-in-lines",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><span class=author>{WRITER}</span><time datetime="2024-03-10">10 مارس 2024</time><div class="entry">{ps(LINES[:1])}<p><strong>اقرأ أيضا.. </strong><a href=/n/0>{OTHERS[0]}</a></p>{ps(LINES[1:2])}<p>شاهد أيضًا| <a href=/n/1><strong>{OTHERS[1]}</strong></a></p>{ps(LINES[2:4])}<blockquote><p>اقرأ المزيد: <a href=/n/2>{OTHERS[2]}</a></p></blockquote>{ps(LINES[4:5])}<p>طالع أيضاً : {OTHERS[3]}</p>{ps(LINES[5:])}<p>ولمتابعة آخر الأخبار انضموا إلى قناتنا على واتساب من <a href=/w>هنا</a></p><p>للمزيد من الأخبار تابعونا على صفحتنا الرسمية بالفيسبوك</p><p>حمل التطبيق الآن وتابع آخر الأخبار</p></div></article>""",
)
add(
    "tables-of-a-daily",
    head(title="المنارة - " + TITLE)
    + f"""<body><table width="100%"><tr><td colspan=3><a href=/>الأولى</a> | <a href=/l>محليات</a></td></tr><tr><td width=160><table><tr><td>الأقسام</td></tr>{"".join(f"<tr><td><a href=/{number}>{one}</a></td></tr>" for number, one in enumerate(OTHERS))}</table></td><td><table><tr><td>الأحد 29 شعبان 1445هـ - 10 مارس 2024م - العدد 18000</td></tr><tr><td><font size=5><b>{TITLE}</b></font></td></tr><tr><td><font color=red>الجبل - {WRITER}:</font></td></tr><tr><td><font size=4>{"<br><br>".join(["&nbsp;&nbsp;" + one for one in PROSE])}</font></td></tr></table></td><td width=160>إعلان</td></tr></table>""",
    lines=PROSE,
)
add(
    "tickers-and-a-byline-with-a-place",
    head()
    + f"""<body><div class="stock"><span>تاسي 12,345.10</span><span>+0.4%</span><span>برنت 82.10</span></div><div class="hijri-now">الأحد 22 نوفمبر 2026 - 12 جمادى الآخرة 1448 هـ</div>{NAV}<section class="story"><h2 class="main-title">{TITLE}</h2><p class="pub">الأحد 10 مارس 2024</p><p class="wr">{WRITER} ــ الجبل</p><div>{"".join(f"<div>{one}</div><div><br></div>" for one in LINES)}</div></section><div class="weather"><span>الرياض 22°</span></div>""",
)
add(
    "credits-below",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><time datetime=2024-03-10>10 مارس 2024</time><div class="c">{ps(LINES)}<p>إعداد {WRITER}</p><p>(تغطية صحفية للمنارة - تحرير سامي الراعي)</p></div></article>""",
)
add(
    "a-call-for-donations",
    head()
    + f"""<body>{NAV}<div class="post"><h1>{TITLE}</h1><small>نشر بواسطة: {WRITER}</small><small>في 10 مارس 2024</small><div class="short-body">{ps(LINES[:2])}</div><div class="full-body">{ps(LINES[2:])}</div><a class="more" href="#">إظهار المزيد</a><div class="donate"><p>ادعم صحافتنا المستقلة بتبرع صغير كل شهر لنواصل العمل.</p></div></div>""",
)
add(
    "a-byline-with-a-date",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><div>{WRITER} 10 مارس 2024 - 09:40</div><div class="body">{ps(LINES[:2])}<h2>{HEAD}</h2><ul><li>{LINES[3]}</li><li>{LINES[4]}</li></ul>{ps(LINES[5:])}</div></article>""",
)
add(
    "what-the-writer-is",
    head()
    + f"""<body>{NAV}<div class="op"><div class="pic"><img src=w alt="{WRITER}"><h3><a href="/writers/5">{WRITER}</a></h3><span>كاتب لبناني</span></div><h1>{TITLE}</h1><div>الأحد 2024/3/10</div><div class="t">{ps(LINES)}<p>* كاتب وباحث في تاريخ العلوم</p><p>الآراء الواردة في هذا المقال لا تعبر بالضرورة عن رأي المنارة</p></div></div>""",
)
add(
    "lonely-headings",
    head(title="المنارة")
    + f"""<body>{NAV}<div class="row"><div class="col-8"><h3 class="mb-3">{TITLE}</h3><p class="text-muted"><i class="fa fa-clock"></i> 10-03-2024 09:40 AM</p><p class="text-muted"><i class="fa fa-user"></i> {WRITER}</p><div class="lead-content">{ps(LINES)}</div></div><div class="col-4"><h5>آخر الأخبار</h5>{"".join(f"<h6><a href=/{number}>{one}</a></h6><small>22-11-2026</small>" for number, one in enumerate(OTHERS))}</div></div>""",
)
add(
    "contents-among-lines",
    head('<meta property="article:published_time" content="2024-03-10T06:40:00+00:00">')
    + f"""<body class="rtl single">{NAV}<div class="single-standard-1"><header class="single-header"><aside class="breadcrumb-wrap"><div class="breadcrumb-inner">المنارة &gt; علوم</div></aside><div class="s-cats"><a class="p-category">علوم</a></div><h1 class="s-title fw-headline">{TITLE}</h1><h2 class="s-tagline fw-tagline">العدسة صنعت قبل مئة عام وما زالت صافية كأنها جديدة</h2><div class="single-meta"><div class="smeta-in"><a class="meta-avatar"></a><div class="smeta-sec"><div class="smeta-bottom meta-text"><time class="updated-date" datetime="2024-03-10T07:00:00+00:00">آخر تحديث: 10 مارس، 2024 10:00 ص</time></div><div class="p-meta"><div class="meta-inner is-meta"><span class="meta-el meta-author">بواسطة <a href="/author/n">{WRITER}</a></span></div></div></div></div><div class="smeta-extra"><div class="t-shared-header"><span class="share-label">شارك</span></div><span class="meta-read">دقائق 3 للقراءة</span></div></div></header><div class="s-feat-outer"><div class="feat-caption meta-text"><span class="caption-text meta-bold">القبة</span></div></div><div class="s-ct"><div class="e-ct-outer"><div class="entry-content rbct clearfix">{ps(LINES[:3])}<div class="ruby-table-contents"><div class="toc-header"><span class="h3">محتويات المقال</span></div><div class="toc-content"><a href="#h1" class="table-link">{HEAD}</a></div></div>{ps(LINES[3:])}</div></div><div class="efoot"><div class="efoot-bar tag-bar"><span class="blabel">الكلمات المفتاحية:</span><a rel=tag>المرصد</a></div></div><div class="reaction-sec"><span>ما رأيك؟</span><div>أحببته<span>0</span></div></div></div></div>""",
)
add(
    "list-with-a-heading-of-tails",
    head()
    + f"""<body class="rtl single">{NAV}<article class="type-post single-post-content"><div class="single-featured"><img><span class="image-credit">القبة</span></div><div class="post-header-inner"><div class="post-header-title"><div class="term-badges"><span class="term-badge"><a>علوم</a></span></div><h1 class="single-post-title"><span class="post-title" itemprop="headline">{TITLE}</span></h1><div class="post-meta single-post-meta"><a class="post-author-a" href="/author/n"><span class="post-author-name">بواسطة <b>{WRITER}</b></span></a><span class="time"><time class="post-published updated" datetime="2024-03-10T09:40:00+03:00">في <b>مارس 10, 2024</b></time></span></div></div></div><div class="post-share single-post-share"><div class="post-share-btn-group"><a class="post-share-btn">0</a><span class="views">1,204</span></div></div><div class="entry-content clearfix single-post-content">{ps(LINES[:3])}<div class="better-studio-irp bs-irp right"><div class="bs-irp-heading"><span class="h-text">قد يعجبك ايضا</span></div><div class="bs-pagination-wrapper"><div class="listing listing-thumbnail">{"".join(f'<div class="post-{number} type-post listing-item"><h3 class="title"><a href=/{number}>{one}</a></h3></div>' for number, one in enumerate(OTHERS[:3]))}</div></div></div>{ps(LINES[3:])}</div></article>""",
)
add(
    "house-and-place",
    head(title=TITLE)
    + f"""<body>{NAV}<div class="content"><h1>{TITLE}</h1><div class="details"><span>2024-03-10 | 09:40</span><span>1,234 شوهد</span><span>المصدر: المنارة</span></div><div class="txt"><p>المنارة نيوز - الجبل</p>{ps(LINES)}</div><p>لقراءة المزيد من الأخبار اضغط هنا</p><p>للاشتراك في قناتنا عبر تليجرام</p></div>""",
    author=None,
)
add(
    "place-colon-name",
    head(title=TITLE + " – المنارة")
    + f"""<body>{NAV}<div class="post-single"><h1>{TITLE}</h1><div>10 مارس، 2024</div><div class="entry-content"><p>الجبل: {WRITER}</p>{ps(LINES)}<p>انضم لقناة المنارة على تلغرام وتلق الاخبار أولا بأول</p></div></div>""",
)
add(
    "initials-above",
    head(title=TITLE)
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><div class="meta-info"><a href="/author/n">{WRITER}</a> 10 مارس، 2024 <span>آخر تحديث : 10-03-2024</span> <span>2 دقائق للقراءة</span></div><div class="b"><p>ق.و</p>{ps(LINES)}</div></article>""",
)


def blocks(lines: list[str]) -> str:
    return "".join(
        f'<div data-component="{"subheadline-block" if one == HEAD else "text-block"}" class="sc-1">{ps([one])}</div>'
        for one in lines
    )


add(
    "blocks-named-by-data",
    head()
    + f"""<body><div id="__next"><main><article><div data-component="headline-block"><h1>{TITLE}</h1></div><div data-component="byline-block"><time>10 مارس 2024</time><div><span>{WRITER}</span><span>مراسل العلوم</span></div></div><figure><div data-component="image-block"><img src=a><span>Reuters</span></div><figcaption data-component="caption-block">القبة</figcaption></figure>{blocks(LINES[:3])}<div data-component="ad-slot"><div>إعلان</div></div>{blocks(LINES[3:])}<div data-component="tag-list"><a href=/t>علوم</a></div></article><div data-component="links-grid"><h2>قصص ذات صلة</h2>{links("div")}</div></main></div>""",
)
add(
    "headings-named-as-decks",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><h2 class="sub-title">العدسة صنعت قبل مئة عام وما زالت صافية</h2><div class="author">{WRITER}</div><time datetime="2024-03-10">10 مارس 2024</time><div class="b">{ps(LINES[:2])}<h3 class="sub-title">{HEAD}</h3>{ps(LINES[3:])}</div></article>""",
)
add(
    "calls-and-tags-among-lines",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><span class="author">{WRITER}</span><span class="date">10 مارس 2024</span><div class="t"><ul class="s"><li><a href=#>Facebook</a></li><li><a href=#>Twitter</a></li><li><a href=#>WhatsApp</a></li></ul>{ps(LINES[:4])}<p>ADVERTISEMENT</p><p>المزيد من <a href=/c>علوم</a></p>{ps(LINES[4:])}<p>#المرصد #القبة</p></div></article>""",
)
add(
    "a-date-and-a-byline-below",
    head()
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><div class="t">{ps(LINES)}</div><div class="end">نُشر في 10 مارس 2024 الساعة 09:40 | {WRITER}</div></article>""",
)
add(
    "a-house-that-says-it-is-a-person",
    head(
        '<script type="application/ld+json">'
        + json.dumps({"@type": "NewsArticle", "headline": TITLE, "author": {"@type": "Person", "name": "المنارة"}})
        + "</script>"
        + '<meta property="article:published_time" content="2024-03-10T06:40:00+00:00">'
    )
    + f"""<body>{NAV}<article><h1>{TITLE}</h1><div class="w">بقلم: {WRITER}</div><div class="t">{ps(LINES)}</div></article>""",
)
