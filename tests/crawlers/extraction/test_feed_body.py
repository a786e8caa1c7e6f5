"""What a feed holds of an article is one opinion more: it stands for a text that is missing, never for a good one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from crawlers.discovery.feed_bodies import MAX_BODY_BYTES
from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture, Reason, Rejection, ToldBody
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page

SCRIPTED = page("<div id=root></div><script src=/a.js></script>")
TEASERS = {
    "cut short": f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2][:60]} [&#8230;]</p>",
    "cut short with dots": f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2][:60]}...</p>",
    "more": STORY + '<p><a href="/1">اقرأ المزيد &raquo;</a></p>',
    "more in English": STORY + '<p><a href="/1">Continue reading <span>مكتبة الحي</span></a></p>',
    "broken off": f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]} وأضافت أن الاستعارة مجانية لسكان</p>",
    "too little": f"<p>{PARAGRAPHS[0]}</p>",
    "no text": "<img src=/a.jpg>" * 40,
    "bomb": "<div>" * 60_000,
}


@pytest.fixture
def read(a_capture: Callable[..., Capture], source: Source) -> Callable[..., Article | Rejection | None]:
    def one(html: str, body: str, **more: object) -> Article | Rejection | None:
        return extract(replace(a_capture(html), told_body=ToldBody(body, **more)), source, "x")  # type: ignore[arg-type]

    return one


def test_a_page_that_loads_its_text_by_script_is_read_from_the_feed(read: Callable[..., Article]) -> None:
    credit = f"<p>The post <a href=/1>{TITLE}</a> appeared first on <a href=/>المثال</a>.</p>"
    share = "<div class=sharedaddy>شارك</div><figure><img src=a><figcaption>صورة من المكتبة</figcaption></figure>"
    found = read(SCRIPTED, STORY + share + credit)
    assert found.text.split("\n") == PARAGRAPHS
    assert found.title == TITLE
    assert "text-from-feed" in found.flags
    assert "title-from-feed" not in found.flags


@pytest.mark.parametrize("name", TEASERS)
def test_a_teaser_stands_for_nothing(name: str, read: Callable[..., Rejection]) -> None:
    found = read(SCRIPTED, TEASERS[name])
    assert isinstance(found, Rejection)
    assert found.reason == Reason.NEEDS_SCRIPT


def test_a_description_has_to_show_that_it_is_no_summary(read: Callable[..., Article | Rejection]) -> None:
    assert isinstance(read(SCRIPTED, STORY, summary=True), Rejection)
    long = read(SCRIPTED, STORY + "".join(f"<p>{one} وهذا ما أكده الأهالي.</p>" for one in PARAGRAPHS), summary=True)
    assert isinstance(long, Article)


def test_what_the_page_says_of_itself_in_its_head_is_a_summary(read: Callable[..., Article | Rejection]) -> None:
    text = " ".join(PARAGRAPHS)
    html = SCRIPTED.replace("</title>", f'</title><meta name=description content="{text}">')
    assert isinstance(read(html, f"<p>{text}</p>"), Rejection)


def test_a_good_page_is_never_read_from_the_feed(read: Callable[..., Article]) -> None:
    other = STORY.replace("المكتبة", "المدرسة") + "<p>جملة لا توجد إلا في الخلاصة.</p>" * 5
    found = read(page(f"<article><h1>{TITLE}</h1>{STORY}</article>"), other)
    assert found.text.split("\n") == PARAGRAPHS
    assert "text-from-feed" not in found.flags


def test_a_page_that_shows_only_the_beginning_is_read_from_the_feed(read: Callable[..., Article]) -> None:
    shown = page(f"<h1>{TITLE}</h1><div class=lead>{PARAGRAPHS[0]}</div><div id=more></div>")
    found = read(shown, STORY)
    assert found.text.split("\n") == PARAGRAPHS
    assert "text-from-feed" in found.flags


@pytest.mark.parametrize("title", ["لحظة من فضلك", "Just a moment...", "الصفحة غير موجودة"])
def test_a_challenge_or_a_missing_page_is_not_made_an_article(title: str, read: Callable[..., Rejection]) -> None:
    found = read(f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>", STORY)
    assert found.reason in (Reason.CHALLENGE, Reason.SOFT_404)


def test_a_body_that_was_cut_says_so_and_loses_its_broken_line(read: Callable[..., Article]) -> None:
    found = read(SCRIPTED, f"{STORY}<p>وأضافت أن الاستعارة مجانية لسك", cut=True)
    assert found.text.split("\n") == PARAGRAPHS
    assert {"text-from-feed", "feed-body-cut"} <= set(found.flags)


@pytest.mark.parametrize("unit", [".", " ", "…", "<", "&", "<p>", "the post ", "ظهرت المقالة ", "المزيد ", "(", "[…] "])
def test_no_string_in_a_body_takes_long(unit: str, read: Callable[..., Article | Rejection]) -> None:
    began = time.process_time()
    assert read(SCRIPTED, unit * (MAX_BODY_BYTES // len(unit.encode())) + "x") is not None
    assert time.process_time() - began < 5.0


def test_the_name_of_the_site_is_no_title_where_the_feed_has_one(read: Callable[..., Article], source: Source) -> None:
    shell = SCRIPTED.replace(f"{TITLE} | المثال", source.name.ar)
    found = read(shell, STORY, title=TITLE)
    assert (found.title, "title-from-feed" in found.flags) == (TITLE, True)
