"""What gives no article says why; what was never meant to be one is not counted against a source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from crawlers.extraction import article as reading
from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture, Headline, Reason, Rejection
from tests.crawlers.extraction.pages import STORY, TITLE, page

REFUSED = [
    ({"status": 404}, Reason.HTTP_STATUS, "404"),
    ({"status": 410}, Reason.HTTP_STATUS, "410"),
    ({"status": 503}, Reason.HTTP_STATUS, "503"),
    ({"truncated": "length"}, Reason.TRUNCATED, "length"),
    ({"body": b" \r\n"}, Reason.EMPTY_BODY, ""),
    ({"headers": (("Content-Type", "application/pdf"),)}, Reason.NOT_HTML, "application/pdf"),
    ({"body": b"<html><body><div id=x></div></body></html>"}, Reason.NO_TEXT, "0 letters"),
    ({"body": b"<html><body><div id=app></div></body></html>"}, Reason.NEEDS_SCRIPT, "0 scripts, 0 letters of text"),
    (
        {"headers": (("Content-Type", "text/html"), ("Content-Encoding", "sdch"))},
        Reason.UNREADABLE,
        "unknown content coding 'sdch'",
    ),
]


@pytest.mark.parametrize(("changes", "reason", "detail"), REFUSED)
def test_what_gives_no_article_says_why(
    a_capture: Callable[..., Capture], source: Source, changes: dict[str, object], reason: Reason, detail: str
) -> None:
    values = {"body": page(STORY).encode(), "headers": (("Content-Type", "text/html"),), **changes}
    base = a_capture("")
    capture = Capture(**{**{name: getattr(base, name) for name in Capture.__slots__}, **values})
    found = extract(capture, source, "abc123")
    assert isinstance(found, Rejection)
    assert (found.reason, found.detail, found.url, found.extractor) == (reason, detail, capture.url, "abc123")


HEADLINES = "".join(
    f"<article><h2><a href=/n/{number}>خبر عن حديقة الحي رقم {number} كما رواه الناس</a></h2>"
    f"<p>ملخص من سطر واحد عن الخبر رقم {number} يكفي ليعرف القارئ ما فيه قبل أن يفتحه.</p></article>"
    for number in range(10)
)
WELCOME = "تابعوا آخر أخبار الأحياء والبلدات القريبة من مراسلينا في كل مكان، صباحا ومساء."
DATED = "".join(
    f"<p><a href=/n/{n}>خبر عن حديقة الحي رقم {n} كما رواه الناس</a> - {n + 1} مارس 2024</p>" for n in range(10)
)
STUBS = [
    (
        "<title>Just a moment...</title><p>news.example needs to review the security of your connection.</p>"
        "<script src='/cdn-cgi/challenge-platform/h/b/x.js'></script>",
        Reason.CHALLENGE,
    ),
    ("<title>المثال</title><h1>نتحقق من أنك لست روبوتا</h1><p>لحظة من فضلك، يجري فحص المتصفح.</p>", Reason.CHALLENGE),
    (
        "<title>الصفحة غير موجودة | المثال</title><h1>عذرا، الصفحة غير موجودة</h1>"
        f"<p>ربما حذفت الصفحة التي تبحث عنها أو نقلت إلى مكان آخر في الموقع.</p>{HEADLINES}",
        Reason.SOFT_404,
    ),
    ("<title>المثال</title><h2>404</h2><p>لم نتمكن من العثور على الصفحة المطلوبة، جرب البحث.</p>", Reason.SOFT_404),
    (f"<title>محليات - المثال</title><h1>محليات</h1>{HEADLINES}", Reason.LIST_PAGE),
    (f"<title>محليات - المثال</title><h1>محليات</h1><p>{WELCOME}</p>{HEADLINES}", Reason.LIST_PAGE),
    (f"<title>سلمى الهاشمي</title><h1>سلمى الهاشمي</h1><p>{WELCOME}</p>{HEADLINES}", Reason.LIST_PAGE),
    ("<title>أرشيف المثال</title><h1>أرشيف الشهر</h1>" + HEADLINES.replace("article>", "i>"), Reason.LIST_PAGE),
    (f"<title>آخر الأخبار</title><h1>آخر الأخبار</h1>{DATED}", Reason.LIST_PAGE),
    (f"<title>{TITLE}</title><h1>{TITLE}</h1><video src=/v.mp4></video>{HEADLINES[:400]}", Reason.NO_TEXT),
    (
        f"<title>{TITLE}</title><div id=root></div><noscript>You need to enable JavaScript to run this app.</noscript>"
        "<script src=/app.js></script>",
        Reason.NEEDS_SCRIPT,
    ),
    (f'<meta property="og:type" content="product"><title>{TITLE}</title><h1>{TITLE}</h1>{STORY}', Reason.NO_TEXT),
    (
        f"<title>{TITLE}</title><h1>{TITLE}</h1><p>نستخدم ملفات تعريف الارتباط لتحسين تجربتك في الموقع.</p>",
        Reason.NO_TEXT,
    ),
]


@pytest.mark.parametrize(("html", "reason"), STUBS)
def test_a_page_without_an_article_says_what_it_is(
    a_capture: Callable[..., Capture], source: Source, html: str, reason: Reason
) -> None:
    found = extract(a_capture(f"<html><body>{html}</body></html>"), source, "x")
    assert isinstance(found, Rejection), found
    assert found.reason is reason, found


def test_a_story_about_missing_pages_is_a_story(a_capture: Callable[..., Capture], source: Source) -> None:
    name = "الوزارة: الصفحة غير موجودة منذ أسبوع و404 شكوى وصلتنا"
    found = extract(a_capture(f"<title>{name}</title><h1>{name}</h1>{STORY * 3}"), source, "x")
    assert isinstance(found, Article)


def test_a_page_without_a_text_still_says_what_it_is_about(a_capture: Callable[..., Capture], source: Source) -> None:
    head = '<meta property="article:published_time" content="2024-01-24T05:46:55+03:00">'
    html = page(f"<h1>{TITLE}</h1><span class=author>سلمى الهاشمي</span><img src=/x.jpg>", head)
    found = extract(a_capture(html), source, "x")
    assert isinstance(found, Rejection)
    assert found.headline == Headline(TITLE, ("سلمى الهاشمي",), "2024-01-24T05:46:55+03:00", "ar")


OTHER = [
    ("https://news.example/story/17", 301, "text/html", "<html></html>"),
    ("https://news.example/story/17", 304, "text/html", ""),
    ("https://news.example/", 200, "text/html", page(STORY)),
    ("https://news.example/robots.txt", 200, "text/plain", "User-agent: *"),
    ("https://news.example/feed", 200, "application/rss+xml", "<rss></rss>"),
    ("https://news.example/feed", 200, "text/html", "<?xml version='1.0'?><rss version='2.0'></rss>"),
    ("https://news.example/map-1", 200, "text/xml", "<urlset></urlset>"),
    ("https://news.example/x.png", 200, "image/png", "PNG"),
]


@pytest.mark.parametrize(("url", "status", "kind", "body"), OTHER)
def test_what_was_never_an_article_is_none(
    a_capture: Callable[..., Capture], source: Source, url: str, status: int, kind: str, body: str
) -> None:
    assert extract(a_capture(body, url=url, status=status, headers={"Content-Type": kind}), source, "x") is None


def test_a_url_that_the_source_ignores_is_none(
    a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    assert extract(a_capture(page(STORY)), a_source(article_url=[r"/news/\d+"]), "x") is None


def test_a_fault_on_a_page_is_a_rejection_that_names_it(
    a_capture: Callable[..., Capture], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr(reading, "main_text", broken)
    found = extract(a_capture(page(STORY)), source, "x")
    assert isinstance(found, Rejection)
    assert (found.reason, found.detail) == (Reason.FAULT, "RecursionError: too deep")


SHORT = "عودة الحديقة"
STORIES = [
    f"<title>{SHORT}</title><h1>{SHORT}</h1><article>{STORY}</article>{HEADLINES}",
    f"<title>{SHORT}</title><meta property=og:type content=article><h1>{SHORT}</h1><p>{WELCOME}</p>{HEADLINES}",
]


@pytest.mark.parametrize("html", STORIES)
def test_a_story_with_a_short_title_is_no_list(a_capture: Callable[..., Capture], source: Source, html: str) -> None:
    assert isinstance(extract(a_capture(f"<html><meta charset=utf-8><body>{html}"), source, "x"), Article)


def test_a_page_that_a_feed_dates_is_no_list(a_capture: Callable[..., Capture], source: Source) -> None:
    capture = a_capture(f"<html><meta charset=utf-8><title>{SHORT}</title><h1>{SHORT}</h1><p>{WELCOME}</p>{HEADLINES}")
    assert isinstance(extract(capture, source, "x"), Rejection)
    assert isinstance(extract(replace(capture, told_published=capture.captured_at), source, "x"), Article)
