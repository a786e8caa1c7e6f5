# ruff: noqa: E501 - markup is easier to follow by the piece
"""The story of `station_pages` in portals, dailies and columns."""

from __future__ import annotations

from tests.crawlers.extraction.station_pages import HEAD, LINES, OTHERS, TITLE, WRITER, head, ps
from tests.crawlers.extraction.wire_pages import NAV, PAGES, add

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
