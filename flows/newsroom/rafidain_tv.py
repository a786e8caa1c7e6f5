"""قناة الرافد: a television channel whose articles drag a long tail of newer programme dates.

Chunked answers, headers in odd case, Last-Modified but no ETag. Found by Atom and by the sitemap index that
robots.txt names; the second sitemap is a .gz file, lists one article under its old address (301) and one
that was deleted (410)."""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from flows.newsroom import markup
from flows.newsroom.answers import Answer, gone_answer, http_date, redirect
from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.stories import Story

NAME = "قناة الرافد"
_IN_FEED = 8
OLD_ADDRESS = "old-address"  # quirk: the sitemap knows the story under its old path only
_SHARE = ("facebook", "Twitter", "Whatsapp", "telegram", "Messenger")
_PROGRAMMES = (  # programme, episode, "time | day" of broadcast: newer than every article
    ("حديث الضفتين", "أسعار التمور بين الموسمين - الحلقة ٤٨ | الموسم 4", "14:00 | 2025-12-31"),
    ("نشرة الرافد", "نشرة ٣١ كانون الأول ٢٠٢٥ | 2025", "12:45 | 2025-12-31"),
    ("صباح المدينة", "فطور من مطبخ الجدات - الحلقة ١٩٣ | 2025", "10:30 | 2025-12-31"),
    ("حكايات السوق", "سوق الصفارين - الحلقة ١٩٠ | الموسم 8", "04:00 | 2025-12-31"),
    ("دقيقة واحدة", "العالم في دقيقة 30-12-2025 | 2025", "12:30 | 2025-12-30"),
    ("ملعبنا", "تحليل الجولة العاشرة 29-12-2025 | 2025", "07:00 | 2025-12-29"),
    ("طبيبك معك", "آلام الظهر عند السائقين - الحلقة ٣٤ | الموسم 3", "14:30 | 2025-12-26"),
)
_CHOSEN = (
    ("فتح طريق الكورنيش بعد أعمال الصيانة", "13:25 | 2025-12-31"),
    ("مديرية المرور تنشر خطة ليلة رأس السنة", "12:16 | 2025-12-31"),
    ("ارتفاع منسوب النهر عشرة سنتيمترات", "11:59 | 2025-12-31"),
    ("توضيح من دائرة الكهرباء بشأن ساعات التجهيز", "08:13 | 2025-12-31"),
)
_NAV = '<a href="/programs">البرامج</a> <a href="/live">البث المباشر</a>'


def path(story: Story) -> str:
    return f"/news/{story.section}/{story.id}/{story.slug}"


def old_path(story: Story) -> str:
    return f"/n/{story.id}"


def other_paths(story: Story) -> tuple[str, ...]:
    return (old_path(story),) if OLD_ADDRESS in story.quirks else ()


def answers(base: str, stories: Sequence[Story]) -> Mapping[str, Answer]:
    alive = [story for story in stories if story.gone is None]
    half = len(alive) // 2
    older = [story for story in stories if story.gone is not None or story in alive[half:]]
    found = {path(story): _article(base, story) for story in alive}
    found |= {path(story): gone_answer(story.gone) for story in stories if story.gone is not None}
    found |= {place: redirect(301, base + path(story)) for story in alive for place in other_paths(story)}
    pairs = [(base + path(story), story) for story in alive]
    newest = markup.links((path(story), story.title) for story in alive[:10])
    home = markup.html_page(NAME, NAME, f"<main><h2>أحدث الأخبار</h2>{newest}</main>{_tail()}", nav=_NAV)
    zipped = gzip.compress(markup.sitemap([(base + _listed(story), story) for story in older]), mtime=0)
    return found | {
        "/": _html(home, ()),
        "/atom.xml": _plain(markup.atom(NAME, f"{base}/", f"{base}/atom.xml", pairs[:_IN_FEED]), _ATOM),
        "/sitemap.xml": _plain(
            markup.sitemap_index([f"{base}/sitemaps/news-1.xml", f"{base}/sitemaps/news-2.xml.gz"]), _XML
        ),
        "/sitemaps/news-1.xml": _plain(markup.sitemap(pairs[:half]), _XML),
        "/sitemaps/news-2.xml.gz": _plain(zipped, "application/gzip"),
        "/robots.txt": _plain(_ROBOTS.format(base=base).encode(), "text/plain; charset=utf-8"),
        "/style.css": _plain(markup.stylesheet("#7a1f2b"), "text/css"),
        "/studio/rehearsal": _html(markup.html_page("بروفة", NAME, "<main>بروفة البث</main>"), ()),
    }


_XML = "application/xml"
_ATOM = "application/atom+xml; charset=utf-8"
_ROBOTS = """\
# {base}
User-agent: *
Crawl-delay: 0.1
Disallow: /studio/
Disallow: /search

Sitemap: {base}/sitemap.xml
"""


def _listed(story: Story) -> str:
    return old_path(story) if OLD_ADDRESS in story.quirks else path(story)


def _plain(body: bytes, content_type: str) -> Answer:
    return Answer(body, (("sErVeR", "Rafid-Web"), ("CONTENT-type", content_type)))


def _html(body: bytes, more: tuple[tuple[str, str], ...]) -> Answer:
    headers = (("sErVeR", "Rafid-Web"), ("CONTENT-type", "text/html; charset=UTF-8"), ("x-POWERED-by", "Norag/3"))
    return Answer(body, headers + more, chunked=True)


def _article(base: str, story: Story) -> Answer:
    share = "\n".join(f'<li><a href="/share/{name}?n={story.id}">{name}</a></li>' for name in _SHARE)
    body = f"""<main>
<div class="site-line">{NAME}</div>
<h1 class="headline">{escape(story.title)}</h1>
<div class="date">{story.published:%Y-%m-%d | %H:%M}</div>
<div class="author">{escape(story.author)} <a href="/authors">{base}/authors</a></div>
<div class="caption">{escape(story.title)}</div>
<div class="article-text">
{markup.paragraphs(story.paragraphs)}
</div>
<div class="follow">&gt;&gt; تابع {NAME} على منصاتنا</div>
<div class="size"><span>+A</span> <span>-A</span></div>
<ul class="share">
{share}
</ul>
</main>
{_tail()}"""
    page = markup.html_page(f"{story.title} | {NAME}", NAME, body, nav=_NAV)
    return _html(page, (("last-MODIFIED", http_date(story)),))


def _tail() -> str:
    episodes = "\n".join(
        f"""<div class="episode"><h4>{programme}</h4><span>Play</span>
<a href="/programs/{number}">{episode}</a><div>{when}</div></div>"""
        for number, (programme, episode, when) in enumerate(_PROGRAMMES, start=1)
    )
    chosen = "\n".join(f"<li>{words}<div>{when}</div></li>" for words, when in _CHOSEN)
    return f"""<div class="tail">
<h3>{NAME}</h3><h3>أحدث الحلقات</h3>
{episodes}
<h3>الأكثر مشاهدة</h3><h3>اخترنا لك</h3>
<ul>
{chosen}
</ul>
<div class="newsletter"><h3>إشترك بنشرتنا الاخبارية</h3><p>انضم الى متابعينا</p><button>إشترك</button></div>
<div class="app">حمل تطبيق {NAME}</div>
<a class="trap" href="/studio/rehearsal">الاستوديو</a>
</div>"""


def source_keys(base: str) -> dict[str, Any]:
    return {
        "discover": {"feeds": [f"{base}/atom.xml"], "sitemaps": ["robots"]},
        "article_url": [r"/news/[a-z]+/(?P<id>\d+)/", r"/n/(?P<id>\d+)$"],
        "reading": {
            "title": "h1.headline",
            "body": "div.article-text",
            "authors": "div.author",
            "published": "div.date",
        },
    }


PUBLISHER = Publisher(
    id="rafidain-tv",
    name=NAME,
    name_en="Al-Rafid TV",
    country="IQ",
    zone="Asia/Baghdad",
    page_date=PageDate.MINUTE,
    path=path,
    other_paths=other_paths,
    answers=answers,
    source_keys=source_keys,
)
