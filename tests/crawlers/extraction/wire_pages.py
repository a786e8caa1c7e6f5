# ruff: noqa: E501 - markup is easier to follow by the piece
"""The story of `station_pages` as wires, agencies and portals print it: what they set above and below its lines."""

from __future__ import annotations

from typing import Final

from tests.crawlers.extraction.shapes import Shape
from tests.crawlers.extraction.station_pages import DAY, HEAD, LINES, OTHERS, TITLE, WRITER, head, ps

PAGES: Final[dict[str, Shape]] = {}
NAV: Final = '<header class="site-header"><nav><ul><li><a href=/>الرئيسية</a></li><li><a href=/p>سياسة</a></li><li><a href=/e>اقتصاد</a></li></ul></nav></header>'


def add(name: str, html: str, *, author: str | None = WRITER, lines: list[str] = LINES) -> None:
    PAGES[name] = Shape(html.encode(), "https://news.example/story/17", author, DAY, tuple(lines))


def links(tag: str = "li", cls: str = "") -> str:
    return "".join(f'<{tag} class="{cls}"><a href="/n/{number}">{one}</a></{tag}>' for number, one in enumerate(OTHERS))


add(
    "desk-of-the-house",
    head()
    + f"""<body>{NAV}<div class="article-container"><div class="headline"><h1>{TITLE}</h1><div class="title"><p>العدسة صنعت قبل مئة عام وما زالت صافية</p></div></div><div class="timeDate-container"><time>نشر في: 10 مارس ,2024: 09:40 ص GST</time><span>آخر تحديث: 10 مارس ,2024: 09:45 ص GST</span><span>مدة القراءة: 3 دقائق</span></div><div class="article-byline"><span>الجبل</span> - <span>المنارة.نت</span></div><div class="video-container"><img src=a><span>القبة مساء السبت</span></div><div class="body-1 paragraph" id="body-text">{"".join(f"<p class='body-1 paragraph'>{one}</p>" if one != HEAD else f"<h3>{one}</h3>" for one in LINES[:3])}<div class="related-article-inline"><a href=/n/1><span class="label">مادة اعلانية</span></a></div>{"".join(f"<p class='body-1 paragraph'>{one}</p>" for one in LINES[3:])}</div><div class="article-tags">{links("span")}</div><section class="most-read"><h2>الأكثر قراءة</h2><ul>{links()}</ul></section></div>""",
    author=None,
)
add(
    "initials-and-agencies",
    head()
    + f"""<body>{NAV}<main><article><header><span class="kicker">علوم</span><h1>{TITLE}</h1><div class="author-details"><span class="author">{WRITER}</span></div><span class="publication"><time aria-hidden="true">10/3/2024</time><span class="sr-only">10 مارس 2024</span></span><p class="teaser-text">يستقبل مرصد جبلي قديم زواره من جديد بعد ترميم لم يكلف كثيرا، والدخول مجاني.</p></header><div class="sharing"><button>نسخ الرابط</button></div><figure class="master_image"><img src=a><figcaption class="img-caption">القبة مساء السبت <small class="copyright">صورة من: Example/picture alliance</small></figcaption></figure><div class="c1 rich-text has-italic"><div>{ps(LINES[:2])}<div class="vjs-wrapper embed"><div class="teaser"><h3><a href=/v>{OTHERS[1]}</a></h3><p>لمشاهدة هذا الفيديو يرجى تفعيل JavaScript والتفكير في الترقية إلى متصفح يدعم فيديو HTML5</p></div></div>{ps(LINES[2:])}<p>ن.خ/ هـ.د (د ب أ، أ ف ب)</p></div></div></article></main>""",
)
add(
    "another-story-in-a-block",
    head()
    + f"""<body>{NAV}<div class="article" data-article-id=1><div class="article__meta" itemscope><div itemprop="dateModified">20240310T0950+0000</div></div><div class="article__header"><h1 class="article__title">{TITLE}</h1><div class="article__info"><div class="article__info-date"><a data-unixtime="1710063600">09:40 GMT 10.03.2024</a> <span class="article__info-date-modified">(تم التحديث: <span>09:50 GMT 10.03.2024</span>)</span></div></div><div class="article__announce"><div class="media"><div class="photoview__open"><img src=a></div><div class="media__copyright"><div class="media__copyright-item">© Photo / المنارة</div></div></div></div></div><div class="article__body">{"".join(f'<div class="article__block" data-type="{"h2" if one == HEAD else "text"}"><div class="article__{"h2" if one == HEAD else "text"}">{"<h2>" + one + "</h2>" if one == HEAD else one}</div></div>' for one in LINES[:3])}<div class="article__block" data-type="article"><div class="article__article m-image"><a class="article__article-image" href=/n/1></a><div class="article__article-desc"><a class="article__article-title" href=/n/1>{OTHERS[0]}</a><div class="article__article-date"><span>أمس</span>, 10:00 GMT</div></div></div></div>{"".join(f'<div class="article__block" data-type="text"><div class="article__text">{one}</div></div>' for one in LINES[3:])}</div><div class="article__footer"><ul class="tags">{links()}</ul></div></div>""",
    author=None,
)
add(
    "webforms",
    head(title="المنارة : " + TITLE)
    + f"""<body><form id="aspnetForm"><div id="ctl00_pnlNav"><a href=/>الرئيسية</a></div><div id="ctl00_ContentPlaceHolder1_pnl"><span id="ctl00_ContentPlaceHolder1_lblTitle" class="newsTitle"><h1>{TITLE}</h1></span><div><span id="ctl00_ContentPlaceHolder1_lblDate">10-03-2024 09:40 AM</span></div><div id="ctl00_ContentPlaceHolder1_divBody" style="text-align:justify">{"<br /><br />".join(LINES)}</div><div id="ctl00_comments"><span>لا يوجد تعليقات</span><div><span>الاسم : *</span><input><span>البريد الالكتروني :</span><input><span>التعليق : *</span><textarea></textarea><input type=submit value="ارسال"><span>بقي لك (600) حرف. اتعهد ان التزم بشروط النشر</span></div></div></div></form>""",
    author=None,
)
add(
    "wire-end",
    head()
    + f"""<body>{NAV}<div class="row"><h2 class="news-title">{TITLE}</h2><div class="date">10/03/2024 | 09:40:12</div><div class="news-body">{ps(LINES)}<p>--(بترا)</p><p>ن خ/ ل ح</p></div><div><a>مواضيع:</a></div></div>""",
    author=None,
)
add(
    "official-wire-end",
    head()
    + f"""<body>{NAV}<div class="spa"><div class="hdr"><h1>{TITLE}</h1><div class="date">الأحد 1445/8/29 هـ الموافق 2024/03/10 م</div></div><div class="divNewsDetailsText">{ps(LINES)}<p>// انتهى //</p><p>09:40 ت م</p><p>0012</p></div></div>""",
    author=None,
)
add(
    "wire-offer",
    head()
    + f"""<body>{NAV}<div class="detay-bg"><h1>{TITLE}</h1><h4>المهندسون فككوا التلسكوب قطعة قطعة</h4><div class="detay-spot-category"><span class="name">{WRITER}</span> |<span class="tarih">10.03.2024 - محدث : 10.03.2024</span></div><div class="detay-foto"><img src=a></div><div class="detay-icerik"><h6>Coast City</h6><div>{ps(LINES)}</div><div class="detay-alt"><p>الأخبار المنشورة على الصفحة الرسمية لوكالة النهر، هي اختصار لجزء من الأخبار التي تُعرض للمشتركين عبر نظام تدفق الأخبار (HAS). من أجل الاشتراك لدى الوكالة يُرجى الاتصال بالرابط التالي.</p><div class="konular">المواضيع ذات الصلة <a href=/t>علوم</a></div></div></div></div>""",
)
add(
    "corrections",
    head()
    + f"""<body class="single">{NAV}<article><h1 class="entry-title">{TITLE}</h1><div class="entry-meta"><time>10/03/2024 - 9:40 ص</time></div><figure><img src=a><figcaption>القبة - 9 من آذار 2024 (المنارة/ {WRITER})</figcaption></figure><div class="entry-content">{ps(LINES)}<div class="corr"><p>إذا كنت تعتقد/تعتقدين أن المقال يحوي معلومات خاطئة أو لديك تفاصيل إضافية أرسل/أرسلي تصحيحًا</p><p>إذا كنت تعتقد/تعتقدين أن المقال ينتهك أيًا من المبادئ الأخلاقية أو المعايير المهنية قدم/قدمي شكوى</p></div></div><h4>مقالات متعلقة</h4><ol>{links()}</ol></article>""",
    author=None,
)
add(
    "place-dash-agency",
    head()
    + f"""<body class="rtl single">{NAV}<article><h1 class="post-title">{TITLE}</h1><p class="post-meta"><span class="post-date">2024-03-10</span></p><div class="entry"><p>الجبل-سانا</p>{ps(LINES)}<p>{WRITER}</p><p>متابعة أخبار المنارة على تلغرام <a href="https://t.me/x">https://t.me/example</a></p></div></article>""",
)
add(
    "place-agency-name",
    head()
    + f"""<body>{NAV}<div class="ina"><h1>{TITLE}</h1><div class="dt">10-03-2024, 09:40</div><div class="body"><p>الجبل - واع - {WRITER}</p>{ps(LINES)}</div><div>تابع أخبار الوكالة على</div></div>""",
)
add(
    "heading-before-a-list",
    head()
    + f"""<body>{NAV}<main><h1 class="page-header">{TITLE}</h1><h2 class="article-subtitle">أعيد تركيب التلسكوب القديم من دون محركات</h2><div class="authors-time"><div class="author"><a href="/author/1">{WRITER}</a> مراسل <a>@nabil</a></div><time>الأحد 10 مارس 2024 9:40</time></div><figure><img src=a><figcaption>القبة بعد الغروب (أ ف ب)</figcaption></figure><div class="key-info"><strong>ملخص</strong><p>مرصد عمره قرن يعود إلى العمل، والزيارة مجانية للتلاميذ.</p></div><div class="field--name-body">{ps(LINES[:3])}<div class="related-to-news"><p>اقرأ المزيد</p><ul>{links()}</ul></div>{ps(LINES[3:])}</div><div class="mored">المزيد عن: <a href=/t>فلك</a> <a href=/u>تلسكوب</a></div></main>""",
)
add(
    "rule-below",
    head()
    + f"""<body>{NAV}<div class="w"><h2>{TITLE}</h2><div>تاريخ النشر: 10/03/2024 09:40 ص</div><div class="wb"><p dir=RTL>{LINES[0]}</p>{ps(LINES[1:])}<p dir=RTL>ــــــــــ</p><p>/ن.خ</p></div><div>مواضيع ذات صلة</div></div>""",
    author=None,
)
add(
    "colons-in-the-date",
    head()
    + f"""<body>{NAV}<table><tr><td><h1 id="title">{TITLE}</h1><div>2024:03:10.09:40  حجم الخط: <a>كبير</a> <a>متوسط</a> <a>صغير</a></div><div id="content">{ps(LINES)}</div><div>المصدر: شينخوا</div><div><a>الصفحة السابقة</a> 【1】【2】<a>الصفحة التالية</a></div></td></tr></table>""",
    author=None,
)
add(
    "story-cards",
    head()
    + f"""<body><div id="container"><div class="arr--story-page"><div class="arr--section-name"><a href=/s>محليات</a></div><div class="arr--headline"><h1>{TITLE}</h1></div><div class="arr--sub-headline"><p>العدسة ما زالت صافية بعد قرن</p></div><div class="author-card"><div class="author-name"><a href="/author/n">{WRITER}</a></div></div><div class="arr--publish-time"><span>تم النشر في:</span> <time>10 مارس 2024, 9:40 ص</time></div>{"".join(f'<div class="arr--story-card"><div class="arr--text-element">{"<h2>" + one + "</h2>" if one == HEAD else "<p>" + one + "</p>"}</div></div>' for one in LINES[:4])}<div class="arr--story-card"><div class="arr--also-read"><p>اقرأ أيضًا</p><a href=/n/1>{OTHERS[0]}</a></div></div>{"".join(f'<div class="arr--story-card"><div class="arr--text-element"><p>{one}</p></div></div>' for one in LINES[4:])}<div class="arr--tags"><a href=/t>المرصد</a></div><div class="arr--slug"><a href="https://n.example">n.example</a></div></div></div>""",
)
