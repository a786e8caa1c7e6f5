"""Whole pages in, articles or reasons out. Every page here is our own writing."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

from crawlers.extraction.article import extract, local_date
from crawlers.source import Source
from storage.model import Article, Capture, Precision
from tests.crawlers.extraction.pages import (
    COMMENTERS,
    COMMENTS,
    PARAGRAPHS,
    STORY,
    TITLE,
    comments_page,
    page,
    tail_page,
)


def _article(capture: Capture, source: Source) -> Article:
    found = extract(capture, source, "abc123")
    assert isinstance(found, Article), found
    return found


def test_short_paragraphs_beside_pictures_stay(a_capture: Callable[..., Capture], source: Source) -> None:
    steps = ["ضع الكتب القديمة على الرف الأول من اليمين", "امسح الغبار عن الرفوف بقطعة قماش جافة"]
    shown = "".join(f"<div class=x><img src=/{number}.jpg><p>{step}</p></div>" for number, step in enumerate(steps))
    found = extract(a_capture(page(f"<article><h1>{TITLE}</h1>{STORY}{shown}</article>")), source, "x")
    assert isinstance(found, Article)
    assert found.text.split("\n") == [*PARAGRAPHS, *steps]


def test_an_article_carries_its_provenance(a_capture: Callable[..., Capture], source: Source) -> None:
    capture = a_capture(page(f"<article><h1>{TITLE}</h1>{STORY}</article>"), flags=("not-chunked",))
    found = _article(capture, source)
    assert (found.title, found.text) == (TITLE, "\n".join(PARAGRAPHS))
    assert (found.warc, found.offset, found.length) == ("raw/almithal/x.warc.gz", 120, 4567)
    assert (found.record_id, found.payload_digest) == ("<urn:uuid:1>", "sha1:ABC")
    assert (found.url, found.source, found.extractor) == (capture.url, "almithal", "abc123")
    assert (found.captured_at, found.language, found.charset_used) == (capture.captured_at, "ar", "utf-8")
    assert found.text_digest.startswith("sha256:") and len(found.text_digest) == 71
    assert found.flags == ("not-chunked",)


def test_comments_with_ages_become_records_and_the_text_stays_clean(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    found = _article(a_capture(comments_page()), source)
    assert found.text == "\n".join(PARAGRAPHS)
    assert [one.author for one in found.comments] == COMMENTERS
    assert [one.text for one in found.comments] == COMMENTS
    assert found.comments[0].raw_date == "منذ 6 سنوات 3 أشهر"
    assert found.comments[0].from_ == datetime(2020, 7, 22, 12, tzinfo=UTC)
    assert found.comments[0].to == datetime(2020, 8, 22, 12, tzinfo=UTC)
    assert [one.to.month for one in found.comments if one.to] == [8, 7, 6, 5, 4]
    assert (found.published_at, found.published_date, found.published_method) == (None, None, None)


def test_comments_without_an_element_of_their_own_are_told_apart(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    flat = "".join(
        f"<h4>{who}</h4><span>·منذ سنة وشهرين</span><p>{words}</p>"
        for who, words in zip(COMMENTERS, COMMENTS, strict=True)
    )
    html = page(f"<h1>{TITLE}</h1>{STORY}<h3>التعليقات (5)</h3>{flat}<p>5</p><h3>الأكثر قراءة</h3><a href=/x>سوق</a>")
    found = _article(a_capture(html), source)
    assert [(one.author, one.text) for one in found.comments] == list(zip(COMMENTERS, COMMENTS, strict=True))
    assert found.text == "\n".join(PARAGRAPHS)


def test_a_list_of_headlines_with_ages_is_no_comment(a_capture: Callable[..., Capture], source: Source) -> None:
    ages = "".join(f"<li><b>خبر {number}</b><span>منذ {number} ساعات</span><p>ملخص</p></li>" for number in (3, 4, 5))
    html = page(f"<h1>{TITLE}</h1>{STORY}<div><h3>آخر الأخبار</h3><ul>{ages}</ul></div>")
    assert _article(a_capture(html), source).comments == ()


def test_a_byline_and_a_dateline_in_one_list_are_two_facts(a_capture: Callable[..., Capture], source: Source) -> None:
    meta = "<ul><li>كتبت: سلمى الهاشمي</li><li>الأربعاء، 07 أكتوبر 2020 - 12:09 م</li></ul>"
    found = _article(a_capture(page(f"<article><h1>{TITLE}</h1>{meta}{STORY}</article>")), source)
    assert found.authors == ("سلمى الهاشمي",)
    assert found.published_raw == "الأربعاء، 07 أكتوبر 2020 - 12:09 م"
    assert found.published_at == datetime(2020, 10, 7, 9, 9, tzinfo=UTC)


def test_comment_rules_of_the_source_come_first(
    a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    rules = {"comments": {"item": "div.c", "author": "b", "text": "q", "date": "i"}}
    html = page(f"<h1>{TITLE}</h1>{STORY}<div class=c><b>منى</b><i>أمس</i><q>أحسنتم</q></div>")
    found = _article(a_capture(html), a_source(reading=rules))
    (comment,) = found.comments
    assert (comment.author, comment.text, comment.raw_date) == ("منى", "أحسنتم", "أمس")
    assert comment.from_ == datetime(2026, 11, 20, 21, tzinfo=UTC)  # midnight in Baghdad
    assert "أحسنتم" not in found.text


def test_a_tail_of_schedules_gives_neither_text_nor_date(a_capture: Callable[..., Capture], source: Source) -> None:
    found = _article(a_capture(tail_page()), source)
    assert found.text == "\n".join(PARAGRAPHS)
    assert found.published_at == datetime(2020, 3, 5, 9, 24, tzinfo=UTC)
    assert (found.published_date, found.published_raw) == (date(2020, 3, 5), "2020-03-05 | 12:24")
    assert (found.published_method, found.published_precision) == ("text", Precision.MINUTE)
    assert "zone-assumed" in found.flags
    assert local_date(found, source) == "2020-03-05T12:24:00+03:00"


def test_a_tail_alone_dates_nothing(a_capture: Callable[..., Capture], source: Source) -> None:
    html = tail_page().replace("<div class=when>2020-03-05 | 12:24</div>", "")
    assert _article(a_capture(html), source).published_date is None


def test_a_windows_1256_page_of_br_lines_keeps_its_paragraphs(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    lines = "<br><br>\r\n".join(PARAGRAPHS)
    html = (
        f"<html dir=rtl><head><title>{TITLE}</title></head><body bgcolor=white><table><tr>"
        f"<td><a href=/>الرئيسية</a></td><td><font size=5><b>{TITLE}</b></font><br>"
        f"<font size=3>{lines}</font></td></tr></table></body></html>"
    )
    found = _article(a_capture(html.encode("cp1256"), headers={"Content-Type": "text/html"}), source)
    assert found.text == "\n".join(PARAGRAPHS)
    assert (found.title, found.charset_used, found.charset_declared) == (TITLE, "windows-1256", None)


def test_joiners_survive_and_nothing_leaks(a_capture: Callable[..., Capture], source: Source) -> None:
    word, stand_in = "می\u200cخواهم نه\u200dر", "\N{LINEAR A SIGN AB001}"
    story = STORY + f"<p>وكتب الزائر الإيراني في سجل الزوار عبارة «{word}» وشكر العاملين في المكتبة كلهم.</p>"
    found = _article(a_capture(page(f"<article><h1>{TITLE}</h1>{story}</article>")), source)
    assert word in found.text
    assert stand_in not in found.text
    with_linear_a = story.replace("وكتب", f"{stand_in} وكتب")
    found = _article(a_capture(page(f"<article><h1>{TITLE}</h1>{with_linear_a}</article>")), source)
    assert word in found.text and stand_in in found.text


def test_rules_of_the_source_choose_the_parts(
    a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    rules = {
        "title": ".headline",
        "body": ".text",
        "remove": [".advert"],
        "authors": ".by",
        "published": ".at",
    }
    html = page(
        "<h1>المثال</h1><div class=headline>عنوان من القاعدة</div><span class=by>كتبت: سلمى الهاشمي</span>"
        "<span class=at>٧ آذار ٢٠٢١</span><time datetime='2022-01-01T10:00Z' itemprop=datePublished></time>"
        f"<div class=text>{STORY}<p class=advert>إعلان مدفوع الأجر عن شيء لا يخص الخبر أبدا</p></div>"
    )
    found = _article(a_capture(html), a_source(reading=rules))
    assert (found.title, found.authors) == ("عنوان من القاعدة", ("سلمى الهاشمي",))
    assert (found.published_date, found.published_method) == (date(2021, 3, 7), "rule")
    assert (found.published_at, found.published_precision) == (None, Precision.DAY)
    assert found.text == "\n".join(PARAGRAPHS)


def test_json_ld_comes_before_meta_and_the_day_is_the_sources(
    a_capture: Callable[..., Capture], source: Source
) -> None:
    head = (
        '<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"},'
        f'{{"@type": "NewsArticle", "headline": "{TITLE}", "datePublished": "2021-05-31T22:30:00Z",'
        '"dateModified": "2021-06-01T06:00:00+03:00", "articleSection": "ثقافة",'
        '"author": {"@type": "Person", "name": "سلمى الهاشمي"}}]}</script>'
        '<meta property="article:published_time" content="2019-01-01T00:00:00Z">'
        '<meta name="keywords" content="مكتبة, ترميم، كتب"><meta property="og:image" content="/img/1.jpg">'
        '<link rel="canonical" href="/story/17?utm_source=x">'
    )
    found = _article(a_capture(page(f"<article><h1>{TITLE}</h1>{STORY}</article>", head)), source)
    assert found.published_at == datetime(2021, 5, 31, 22, 30, tzinfo=UTC)
    assert (found.published_date, found.published_method) == (date(2021, 6, 1), "json-ld")
    assert found.updated_at == datetime(2021, 6, 1, 3, 0, tzinfo=UTC)
    assert (found.authors, found.section, found.tags) == (("سلمى الهاشمي",), "ثقافة", ("مكتبة", "ترميم", "كتب"))
    assert [image.url for image in found.images] == ["https://news.example/img/1.jpg"]
    assert found.canonical_url == "https://news.example/story/17?utm_source=x"
    assert found.document_key == "news.example/story/17"


def test_a_date_after_the_capture_is_not_believed(a_capture: Callable[..., Capture], source: Source) -> None:
    head = '<meta property="article:published_time" content="2031-01-05T10:00:00Z">'
    body = f"<article><h1>{TITLE}</h1><span>5 آذار 2020</span>{STORY}</article>"
    found = _article(a_capture(page(body, head)), source)
    assert (found.published_date, found.published_method) == (date(2020, 3, 5), "text")


def test_the_url_dates_a_page_that_does_not(a_capture: Callable[..., Capture], source: Source) -> None:
    html = page(f"<article><h1>{TITLE}</h1>{STORY}</article>")
    found = _article(a_capture(html, url="https://news.example/2019/07/08/library"), source)
    assert (found.published_date, found.published_method, found.published_at) == (date(2019, 7, 8), "url", None)


def test_a_canonical_of_another_publisher_is_refused(a_capture: Callable[..., Capture], source: Source) -> None:
    head = '<link rel="canonical" href="https://other.test/story/17">'
    found = _article(a_capture(page(f"<article><h1>{TITLE}</h1>{STORY}</article>", head)), source)
    assert found.canonical_url is None
    assert "canonical-elsewhere" in found.flags


def test_an_article_is_equal_under_every_hash_seed() -> None:
    program = (
        "from tests.crawlers import conftest\n"
        "from tests.crawlers.extraction import pages\n"
        "from crawlers.extraction.article import extract\n"
        "html = [pages.comments_page(), pages.tail_page()]\n"
        "print([extract(conftest.make_capture(page), conftest.make_source(), 'x') for page in html])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert len(outputs) == 1
    assert b"Article(" in outputs.pop()
