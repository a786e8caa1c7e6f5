"""Where publishers put the date: pages of our own writing in layouts of theirs. The story is of 5 March 2021."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

CARDS = "".join(
    f"<div class=item><a href=/n/{day}><h3>سوق الكتب يعود في الربيع {day}</h3></a><span>{day} مايو 2022</span></div>"
    for day in range(2, 7)
)
MICRODATA = "".join(
    f"<div itemscope><meta itemprop=datePublished content=2022-05-0{day}><a href=/a>سوق الكتب يعود قريبا</a></div>"
    for day in (2, 3)
)
H1 = f"<h1>{TITLE}</h1>"
PLACES = {
    "above the title": f"<article><div class=date>5 آذار 2021</div>{H1}{STORY}</article>{CARDS}",
    "in a list of facts": f"{H1}<ul class=post-meta><li>سعاد الحسن</li><li>5 مارس 2021</li></ul>{STORY}{CARDS}",
    "with a count of readers": f"{H1}<div>الجمعة 5 آذار 2021 - 10:15 | القراءات: 362</div>{STORY}{CARDS}",
    "in a path": f"<div>الرئيسية / أخبار / 5 مارس 2021</div>{H1}{STORY}",
    "below the story": f"<div>{H1}{STORY}<div class=foot>تاريخ النشر: 5 مارس 2021</div></div>{CARDS}",
    "split into spans": f"{H1}<div><span>5</span><span>مارس</span><span>2021</span></div>{STORY}",
    "beside a clock": f"<header><div class=date>الأحد 22 نوفمبر 2026</div></header>{H1}<p>5 آذار 2021</p>{STORY}",
    "below a nameless clock": f"<div><b>الأحد 22 نوفمبر 2026</b></div><div><p>{H1}<i>5/3/2021</i></p>{STORY}</div>",
    "after cards": f"<div>{CARDS}</div><div>{H1}<span>5 مارس 2021</span>{STORY}</div>",
    "after cards, below the story": f"<div class=slider>{CARDS}</div><div>{H1}{STORY}<p>5 مارس 2021</p></div>",
    "after others' microdata": f"{MICRODATA}<div>{H1}<meta itemprop=datePublished content=2021-03-05>{STORY}</div>",
    "in a table": f"<table><tr><td>{H1}<tr><td>الجمعة 05/03/2021<tr><td>{STORY}</table>",
    "in a title attribute": f'{H1}<span title="2021-03-05 10:15">منذ 5 سنوات</span>{STORY}',
    "in a script": f'<script>let page={{"publishedAt":"2021-03-05T10:00:00Z"}}</script>{H1}{STORY}',
    "after share and author": f"{H1}<div><a href=#>شارك</a></div><a href=/author/5>سعاد عبد الرحمن الحسن الموصلي</a>"
    f"<div><i></i><span>05-03-2021 | 10:15</span></div>{STORY}",
    "after a picture": f"{H1}<figure><img src=x><figcaption>مبنى المكتبة بعد الترميم</figcaption></figure>"
    f"<div>الجمعة، 5 مارس 2021 10:15 ص</div>{STORY}",
    "after a deck": f"{H1}<h2>{PARAGRAPHS[1]}</h2><span>نشر في: 5 مارس 2021</span>{STORY}",
    "in a byline": f"{H1}<p>بغداد/ سعاد الحسن - 5 آذار 2021</p>{STORY}",
    "with white space": f"{H1}<p>\n  الجمعة\n , \n 5\n مارس \n 2021 \n </p>{STORY}",
    "above comments": f"{H1}<p>5 مارس 2021</p>{STORY}<div id=comments><div class=c><b>قارئ</b><span>6 مارس 2021</span>"
    "<p>شكرا لكم على الخبر</p></div><div class=c><b>منى</b><span>7 مارس 2021</span><p>خبر جميل</p></div></div>",
    "without a heading": f"<table><tr><td><b>{TITLE}</b><br><font>05/03/2021 10:15:00 ص</font><br>{STORY}</table>",
    "labels beside values": f"{H1}<div><b>آخر تحديث</b><span>6 مارس 2021 09:00</span></div>"
    f"<div><b>تاريخ النشر</b><span>5 مارس 2021 08:00</span></div>{STORY}",
}


@pytest.mark.parametrize("place", PLACES)
def test_the_storys_date_is_found_where_publishers_put_it(
    place: str, a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    found = extract(a_capture(page(PLACES[place])), a_source(), "x")
    assert isinstance(found, Article)
    assert (found.published_date, found.published_raw is not None) == (date(2021, 3, 5), True)


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/2021/03/05/x", date(2021, 3, 5)),
        ("/2021/3/5/x", date(2021, 3, 5)),
        ("/news/2021-03-05-title", date(2021, 3, 5)),
        ("/20210305/x", date(2021, 3, 5)),
        ("/news/05-03-2021/x", date(2021, 3, 5)),
        ("/2021/03/slug", date(2021, 3, 1)),  # a month, and said to be one
        ("/news/2021/12345", None),
        ("/2021/02/30/x", None),
    ],
)
def test_an_address_with_a_day_in_it_tells_it(
    path: str, day: date | None, a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    found = extract(a_capture(page(H1 + STORY), url=f"https://news.example{path}"), a_source(), "x")
    assert isinstance(found, Article)
    assert found.published_date == day
    assert found.published_precision == (None if day is None else "month" if "slug" in path else "day")


NOT_MINE = {
    "clock in the head": '<div class="top-bar"><span>الأحد 22 نوفمبر 2026</span></div>',
    "list of stories": "<ul><li><a href=/a>حديقة جديدة قرب النهر الكبير</a><span class=published>4 مايو 2022</span>",
    "cards": '<div class="related"><div><a href=/a>حديقة جديدة قرب النهر الكبير</a><time class="entry-date published"'
    ' datetime="2022-05-04T10:00">4 مايو 2022</time></div></div>',
    "another article": '<article><h3>سوق الكتب</h3><time class="published">4 مايو 2022</time></article>',
    "comments": '<div class="comments"><div><b>قارئ</b><time class="published" datetime="2022-05-04T10:00">4 مايو 2022'
    "</time><p>خبر جميل، شكرا لكم على هذا الخبر وعلى كل ما تكتبون.</p></div></div>",
    "copyright": "<footer>جميع الحقوق محفوظة © 2022</footer>",
    "season": "<p>موسم 2021/2022 من برامج المكتبة</p>",
}


@pytest.mark.parametrize("what", NOT_MINE)
def test_dates_of_others_are_not_the_storys(
    what: str, a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    before = NOT_MINE[what] if "head" in what else ""
    after = "" if before else NOT_MINE[what]
    for own, day in (("<p>5 آذار 2021</p>", date(2021, 3, 5)), ("", None)):
        whole = page(f"{before}<main>{H1}{own}{STORY}</main>{after}")
        found = extract(a_capture(whole), a_source(), "x")
        assert isinstance(found, Article)
        assert found.published_date == day
