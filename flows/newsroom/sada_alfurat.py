"""صدى الفرات: an article page that says nowhere when it was published, and readers' comments below it.

Only the feed has dates. Pages come gzipped, with an ETag and two cookies. The three sections end in three
ways that real sites end: an empty page, a 404, and the last page once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from flows.newsroom import markup
from flows.newsroom.answers import HTML, MISSING, Answer, etag, gone_answer
from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.stories import Remark, Story

NAME = "صدى الفرات"
_SECTIONS = {"local": "محليات", "culture": "ثقافة ومجتمع", "sport": "رياضة"}
_IN_FEED = 10
_ON_A_PAGE = 3
TRAP = "/preview/news/1099"  # looks like an article; robots.txt forbids it
_COOKIES = (("Set-Cookie", "visit=7f3a; Path=/; HttpOnly"), ("Set-Cookie", "lang=ar; Path=/"))
_NAV = " ".join(f'<a href="/section/{key}">{words}</a>' for key, words in _SECTIONS.items())


def path(story: Story) -> str:
    return f"/news/{story.id}"


def answers(base: str, stories: Sequence[Story]) -> Mapping[str, Answer]:
    alive = [story for story in stories if story.gone is None]
    found = {path(story): _article(story, alive) for story in alive}
    found |= {path(story): gone_answer(story.gone) for story in stories if story.gone is not None}
    for section in _SECTIONS:
        found |= _section_pages(section, [story for story in alive if story.section == section])
    feed = markup.rss(
        NAME, f"{base}/", [(base + path(story), story) for story in stories[:_IN_FEED]], with_content=True
    )
    newest = markup.links((path(story), story.title) for story in alive[:8])
    home = markup.html_page(NAME, NAME, f"<main><h2>آخر الأخبار</h2>{newest}</main>", nav=_NAV)
    return found | {
        "/": _html(home),
        "/rss.xml": _tagged(feed, "application/rss+xml; charset=utf-8"),
        "/robots.txt": Answer(
            b"User-agent: *\nCrawl-delay: 0.1\nDisallow: /preview/\n", (("Content-Type", "text/plain"),)
        ),
        "/style.css": Answer(markup.stylesheet("#1f5f6b"), (("Content-Type", "text/css"),)),
        TRAP: _html(markup.html_page("مسودة", NAME, "<main><h1>مسودة لم تُنشر بعد</h1></main>")),
    }


def _html(body: bytes) -> Answer:
    headers = (("Server", "nginx"), ("Content-Type", HTML), *_COOKIES, ("ETag", etag(body)))
    return Answer(body, headers, gzipped=True)


def _tagged(body: bytes, content_type: str) -> Answer:
    return Answer(body, (("Server", "nginx"), ("Content-Type", content_type), ("ETag", etag(body))))


def _article(story: Story, alive: Sequence[Story]) -> Answer:
    most_read = [(path(other), other.title) for other in alive if other.id != story.id][-4:]
    topics = [(f"/topic/{word}", word) for word in ("الجسر القديم", "موسم القطن", "دوري المحافظات")]
    sections = [(f"/section/{key}", words) for key, words in _SECTIONS.items()]
    body = f"""<div class="crumb">{escape(story.title)}</div>
<main>
<h1 class="title">{escape(story.title)}</h1>
<div class="story">
{markup.paragraphs(story.paragraphs)}
</div>
<section id="comments">
<h3>التعليقات ({len(story.remarks)})</h3>
{"".join(map(_remark, story.remarks))}</section>
<span class="count">{len(story.remarks)}</span>
</main>
<aside><h4>الأكثر قراءة</h4>{markup.links(most_read, "most")}
<h4>💡 أهم المواضيع</h4>{markup.links(topics, "topics")}
<h4>✨ أهم التصنيفات</h4>{markup.links(sections, "sections")}</aside>"""
    return _html(markup.html_page(story.title, NAME, body, nav=_NAV))


def _remark(remark: Remark) -> str:
    return f"""<div class="comment">
<div class="comment-author">{escape(remark.author)}</div>
<div class="comment-meta"><span>·</span><span class="age">{escape(remark.age)}</span></div>
<div class="comment-text">{escape(remark.text)}</div>
</div>
"""


def _section_pages(section: str, stories: Sequence[Story]) -> dict[str, Answer]:
    """`?page=1` to the last, and what the section answers to the two pages after it."""
    slices = [stories[start : start + _ON_A_PAGE] for start in range(0, len(stories), _ON_A_PAGE)]
    listed = [_listing(section, part) for part in slices]
    after = {"local": _listing(section, []), "culture": MISSING, "sport": listed[-1]}[section]
    pages = [*listed, after, after]
    url = f"/section/{section}"
    return {url: listed[0]} | {f"{url}?page={number}": page for number, page in enumerate(pages, start=1)}


def _listing(section: str, stories: Sequence[Story]) -> Answer:
    words = _SECTIONS[section]
    pairs = [(path(story), story.title) for story in stories]
    trap = f'<ul class="headlines trap"><li><a href="{TRAP}">معاينة</a></li></ul>'
    list_or_words = markup.links(pairs) + trap if pairs else "<p>لا توجد أخبار أخرى في هذا القسم</p>"
    body = f"<main><h2>{words}</h2>{list_or_words}</main>"
    return _html(markup.html_page(f"{words} | {NAME}", NAME, body, nav=_NAV))


def source_keys(base: str) -> dict[str, Any]:
    sections = [{"url": f"{base}/section/{key}", "links": "ul.headlines a", "pages": "?page={n}"} for key in _SECTIONS]
    return {
        "discover": {"feeds": [f"{base}/rss.xml"], "sections": sections},
        "article_url": [r"/news/(?P<id>\d+)$"],
        "reading": {
            "title": "h1.title",
            "body": "div.story",
            "comments": {
                "item": "div.comment",
                "author": "div.comment-author",
                "text": "div.comment-text",
                "date": "span.age",
            },
        },
    }


PUBLISHER = Publisher(
    id="sada-alfurat",
    name=NAME,
    name_en="Sada Al-Furat",
    country="SY",
    zone="Asia/Damascus",
    page_date=PageDate.NONE,
    path=path,
    other_paths=lambda story: (),
    answers=answers,
    source_keys=source_keys,
)
