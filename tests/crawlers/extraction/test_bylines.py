"""Bylines as publishers print them: people, agencies, places and labels taken apart."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawlers.extraction.article import extract
from crawlers.extraction.bylines import people_in
from crawlers.source import Source
from storage.model import Article, Capture
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

PRINTED = [
    ("كتبت: سلمى الهاشمي", ("سلمى الهاشمي",), None),
    ("كتب - كريم البستاني", ("كريم البستاني",), None),
    ("بقلم د. منى العطار", ("د. منى العطار",), None),
    ("القاهرة - سلمى الهاشمي", ("سلمى الهاشمي",), None),
    ("بيروت: كريم البستاني", ("كريم البستاني",), None),
    ("سلمى الهاشمي – وكالات", ("سلمى الهاشمي",), "وكالات"),
    ("غزة - رام الله - كريم البستاني، منى العطار", ("كريم البستاني", "منى العطار"), None),
    ("كريم البستاني ومنى العطار", ("كريم البستاني", "منى العطار"), None),
    ("كريم وليد وسام", ("كريم وليد وسام",), None),
    ("إعداد: ليلى بن سالم / تحرير: يوسف الدرويش", ("ليلى بن سالم", "يوسف الدرويش"), None),
    ("أرسل بواسطة سلمى الهاشمي في جمعة, 20/11/2026 - 10:15", ("سلمى الهاشمي",), None),
    ("By Salma Hashimi | Friday, 20 November", ("Salma Hashimi",), None),
    ("وكالات", (), "وكالات"),
    ("(أ ف ب)", (), "أ ف ب"),
    ("أ.ف.ب", (), "أ.ف.ب"),
    ("الأناضول + رويترز", (), "الأناضول + رويترز"),
    ("لندن - رويترز", (), "رويترز"),
    ("متابعات", (), "متابعات"),
    ("د ب أ", (), "د ب أ"),
    ("جريدة المثال", (), None),
    ("المثال نيوز - القاهرة", (), None),
    ("الرحمانية - كريم البستاني", ("كريم البستاني",), None),
    ("كريم البستاني - المراغة", ("كريم البستاني",), None),
    ("شرم الشيخ ـــ كريم البستاني", ("كريم البستاني",), None),
    ("المثال ـ كريم البستاني", ("كريم البستاني",), None),
    ("عبدالاله البستاني : المثال", ("عبدالاله البستاني",), None),
    ("كتب – كريم البستاني:", ("كريم البستاني",), None),
    ("سارة - كريم البستاني", ("سارة", "كريم البستاني"), None),
    ("--(رويترز)", (), "رويترز"),
    ("خاص", (), None),
    ("admin", (), None),
]


@pytest.mark.parametrize(("printed", "people", "agency"), PRINTED)
def test_a_printed_byline_is_taken_apart(printed: str, people: tuple[str, ...], agency: str | None) -> None:
    assert people_in([printed], {"المثال"}) == (people, agency)


PLACES = [
    (f"<h1>{TITLE}</h1><span class=writer-name>سلمى الهاشمي</span>{STORY}", ("سلمى الهاشمي",), None),
    (f"<h1>{TITLE}</h1><div>20 نوفمبر 2026 | كتبت: سلمى الهاشمي</div>{STORY}", ("سلمى الهاشمي",), None),
    (f"<h1>{TITLE}</h1><div><span>سلمى الهاشمي</span> <time>20/11/2026</time></div>{STORY}", ("سلمى الهاشمي",), None),
    (f"<h1>{TITLE}</h1><div class=t>{STORY}<p>كريم البستاني</p></div>", ("كريم البستاني",), None),
    (f"<h1>{TITLE}</h1><div class=t>{STORY}<p>(رويترز)</p></div>", (), "رويترز"),
    (f"<h1>{TITLE}</h1><div class=t>{STORY}<p>المصدر: إذاعة المدينة</p></div>", (), "إذاعة المدينة"),
    (f"<h1>{TITLE}</h1><div class=t><p>دمشق - سانا</p>{STORY}</div>", (), "سانا"),
    (f"<h1>{TITLE}</h1><div class=t><p>كتبت - سلمى الهاشمي:</p>{STORY}</div>", ("سلمى الهاشمي",), None),
    (f"<h1>{TITLE}</h1><div class=t><p>سلمى الهاشمي : المثال</p>{STORY}</div>", ("سلمى الهاشمي",), None),
    (f"<h1>{TITLE}</h1><div class=t><p>المثال ـ طنجة</p>{STORY}</div>", (), None),
    (f"<h1>{TITLE}</h1><div class=t>{STORY}<p>--(بترا)</p></div>", (), "بترا"),
    (f"<h1>{TITLE}</h1>{STORY}<aside><span class=author>كاتب عمود آخر</span></aside>", (), None),
    (f"<h1>{TITLE}</h1>{STORY}<div class=comments><b class=comment-author>قارئ غاضب</b><p>رأي</p></div>", (), None),
]


@pytest.mark.parametrize(("html", "people", "agency"), PLACES)
def test_bylines_are_found_where_they_stand_and_are_no_text(
    a_capture: Callable[..., Capture], source: Source, html: str, people: tuple[str, ...], agency: str | None
) -> None:
    found = extract(a_capture(page(f"<article>{html}</article>")), source, "x")
    assert isinstance(found, Article)
    assert (found.authors, found.agency) == (people, agency)
    assert found.text == "\n".join(PARAGRAPHS)


def test_the_agency_that_opens_a_story_is_named_and_its_words_stay(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    first = f"بيروت (أ ف ب) - {PARAGRAPHS[0]}"
    found = extract(a_capture(page(f"<h1>{TITLE}</h1><div>{STORY.replace(PARAGRAPHS[0], first)}</div>")), source, "x")
    assert isinstance(found, Article)
    assert (found.agency, found.text.splitlines()[0]) == ("أ ف ب", first)


DETAILS = (
    f'<nav class="breadcrumb"><a href=/>الرئيسية</a><a href=/c>محليات</a></nav>'
    f"<h1>{TITLE}</h1><h2>عنوان فرعي للخبر</h2>"
    '<figure><img src="/p/1.jpg"><figcaption>القاعة بعد الترميم</figcaption></figure>'
    f'{STORY}<a rel="tag" href=/t>كتب</a><a rel="tag" href=/u>ترميم</a>'
)
HEAD = (
    '<meta property="og:image" content="https://cdn.example/p/1.jpg">'
    '<link rel="canonical" href="http://192.0.2.7/story/17"><meta property="og:url" content="https://other.test/17">'
)


def test_the_smaller_facts_are_read_beside_the_text(a_capture: Callable[..., Capture], source: Source) -> None:
    found = extract(a_capture(page(f"<main>{DETAILS}</main>", HEAD)), source, "x")
    assert isinstance(found, Article)
    assert (found.section, found.subtitle, found.tags) == ("محليات", "عنوان فرعي للخبر", ("كتب", "ترميم"))
    assert [(one.url, one.caption) for one in found.images] == [("https://cdn.example/p/1.jpg", "القاعة بعد الترميم")]
    assert found.canonical_url is None
    assert {"canonical-elsewhere", "og-url-elsewhere"} <= set(found.flags)
    assert found.text == "\n".join(PARAGRAPHS)
