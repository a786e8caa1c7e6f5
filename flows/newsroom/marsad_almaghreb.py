"""مرصد المغرب: a modern site with JSON-LD, Open Graph, a news sitemap, AMP twins and tracking parameters.

Pages are gzipped and chunked at once, with a weak ETag and Last-Modified. The feed links carry utm_source and
fbclid, one of them is a short link (302); the home page links to AMP twins too. One article answers its first
request with 429; one changes when the newsroom publishes its edit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from flows.newsroom import markup
from flows.newsroom.answers import HTML, Answer, etag, http_date, redirect
from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.stories import Story

NAME = "مرصد المغرب"
BUSY_FIRST = "busy-first"  # quirk: 429 with Retry-After on the first request
SHORT_LINK = "short-link"  # quirk: the feed has a short link, answered with 302
_IN_FEED = 8
_ON_HOME = 6
_TRACKING = "?utm_source=rss&utm_medium=feed&fbclid=IwAR0{id}"
_MONTHS = (
    *("يناير", "فبراير", "مارس", "أبريل", "ماي", "يونيو"),
    *("يوليوز", "غشت", "شتنبر", "أكتوبر", "نونبر", "دجنبر"),
)
_NAV = '<a href="/">الرئيسية</a> <a href="/ar/contact.html">اتصل بنا</a>'


def path(story: Story) -> str:
    return f"/ar/news/{story.id}-{quote(story.slug)}.html"


def amp_path(story: Story) -> str:
    return "/amp" + path(story)


def short_path(story: Story) -> str:
    return f"/s/{story.id}"


def other_paths(story: Story) -> tuple[str, ...]:
    return (amp_path(story), *((short_path(story),) if SHORT_LINK in story.quirks else ()))


def answers(base: str, stories: Sequence[Story]) -> Mapping[str, Answer]:
    found = {path(story): _article(base, story, stories) for story in stories}
    found |= {amp_path(story): _amp(base, story) for story in stories}
    found |= {short_path(story): redirect(302, base + path(story)) for story in stories if SHORT_LINK in story.quirks}
    found |= {f"/img/{story.id}.svg": _image(story) for story in stories}
    feed = markup.rss(
        NAME, f"{base}/", [(_feed_link(base, story), story) for story in stories[:_IN_FEED]], with_content=False
    )
    listed = markup.news_sitemap(NAME, [(base + path(story), story) for story in stories])
    return found | {
        "/": _home(stories),
        "/rss": Answer(feed, (("Content-Type", "application/rss+xml"), ("ETag", etag(feed)))),
        "/sitemap-news.xml": Answer(listed, (("Content-Type", "text/xml; charset=utf-8"),), gzipped=True),
        "/robots.txt": Answer(_ROBOTS.format(base=base).encode(), (("Content-Type", "text/plain"),)),
        "/style.css": Answer(markup.stylesheet("#0b6e4f"), (("Content-Type", "text/css"),)),
        "/admin/login": Answer("دخول المحررين".encode(), (("Content-Type", HTML),)),
    }


_ROBOTS = """\
User-agent: *
Disallow: /admin/
Crawl-delay: 0.05

User-agent: GreedyBot
Disallow: /

Sitemap: {base}/sitemap-news.xml
"""


def _feed_link(base: str, story: Story) -> str:
    if SHORT_LINK in story.quirks:
        return base + short_path(story)
    return base + path(story) + _TRACKING.format(id=story.id)


def printed_day(story: Story) -> str:
    """The day as the page prints it, with Maghrebi months: 12 غشت 2024."""
    return f"{story.published.day} {_MONTHS[story.published.month - 1]} {story.published.year}"


def _image(story: Story) -> Answer:
    hue = story.id * 47 % 360
    svg = f"""<svg xmlns="http://www.w3.org/2000/svg" width="640" height="240">\
<rect width="640" height="240" fill="hsl({hue},45%,55%)"/></svg>"""
    return Answer(svg.encode(), (("Content-Type", "image/svg+xml"),))


def _home(stories: Sequence[Story]) -> Answer:
    cards = [(path(story), story.title) for story in stories[:_ON_HOME]]
    amp = [(amp_path(story), story.title) for story in stories[:3]]
    body = f"""<main><h2>جديد المرصد</h2>{markup.links(cards)}
<h2>نسخة سريعة للهاتف</h2>{markup.links(amp)}</main>
<footer>{NAME} <a class="trap" href="/admin/login">دخول</a></footer>"""
    return _tagged(markup.html_page(NAME, NAME, body, nav=_NAV), ())


def _tagged(body: bytes, more: tuple[tuple[str, str], ...], *, busy_first: bool = False) -> Answer:
    headers = (("Server", "edge"), ("Content-Type", HTML), ("ETag", "W/" + etag(body)), *more)
    return Answer(body, headers, gzipped=True, chunked=True, busy_first=busy_first)


def json_ld(base: str, story: Story) -> str:
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": base + path(story),
        "headline": story.title,
        "datePublished": story.published.isoformat(),
        "dateModified": (story.revised or story.published).isoformat(),
        "inLanguage": "ar",
        "articleSection": story.section,
        "author": [{"@type": "Person", "name": story.author}],
        "image": [f"{base}/img/{story.id}.svg"],
        "publisher": {"@type": "NewsMediaOrganization", "name": NAME},
    }
    written = json.dumps(facts, ensure_ascii=False, indent=1).replace("</", "<\\/")
    return f'<script type="application/ld+json">\n{written}\n</script>\n'


def _article(base: str, story: Story, stories: Sequence[Story]) -> Answer:
    address = base + path(story)
    head = f"""<link rel="canonical" href="{address}">
<link rel="amphtml" href="{base}{amp_path(story)}">
<meta property="og:type" content="article">
<meta property="og:site_name" content="{NAME}">
<meta property="og:title" content="{escape(story.title)}">
<meta property="og:url" content="{address}">
<meta property="og:image" content="{base}/img/{story.id}.svg">
<meta property="article:published_time" content="{story.published.isoformat()}">
{json_ld(base, story)}"""
    others = [(path(other), other.title) for other in stories if other.id != story.id][:4]
    body = f"""<main><article>
<h1>{escape(story.title)}</h1>
<div class="byline">{escape(story.author)} - {printed_day(story)}</div>
<img src="/img/{story.id}.svg" alt="">
<div class="text">
{markup.paragraphs(story.paragraphs)}
</div>
</article></main>
<aside><h3>اقرأ أيضا</h3>{markup.links(others, "related")}</aside>
<footer>{NAME}</footer>"""
    page = markup.html_page(f"{story.title} - {NAME}", NAME, body, head=head, nav=_NAV)
    return _tagged(page, (("Last-Modified", http_date(story)),), busy_first=BUSY_FIRST in story.quirks)


def _amp(base: str, story: Story) -> Answer:
    page = f"""<!doctype html>
<html amp lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<title>{escape(story.title)}</title>
<link rel="canonical" href="{base}{path(story)}">
<meta name="viewport" content="width=device-width">
{json_ld(base, story)}</head>
<body>
<article>
<h1>{escape(story.title)}</h1>
<div class="byline">{escape(story.author)} - {printed_day(story)}</div>
<amp-img src="/img/{story.id}.svg" width="640" height="240"></amp-img>
<div class="text">
{markup.paragraphs(story.paragraphs)}
</div>
</article>
</body>
</html>
""".encode()
    return _tagged(page, ())


def source_keys(base: str) -> dict[str, Any]:
    return {
        "discover": {
            "feeds": [f"{base}/rss"],
            "sitemaps": [f"{base}/sitemap-news.xml"],
            "sections": [{"url": f"{base}/", "links": "ul.headlines a"}],
        },
        "article_url": [r"/ar/news/(?P<id>\d+)-", r"/s/(?P<id>\d+)$"],
    }


PUBLISHER = Publisher(
    id="marsad-almaghreb",
    name=NAME,
    name_en="Marsad Al-Maghreb",
    country="MA",
    zone="Africa/Casablanca",
    page_date=PageDate.MINUTE,
    path=path,
    other_paths=other_paths,
    answers=answers,
    source_keys=source_keys,
)
