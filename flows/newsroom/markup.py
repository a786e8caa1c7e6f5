"""HTML, RSS, Atom and sitemap text for the newsroom's publishers."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import format_datetime
from html import escape
from string import Template

from flows.newsroom.stories import Story

_STYLE = Template("""\
body { margin: 0; background: #f6f4ef; color: #222; font: 1.1rem/1.9 "Noto Naskh Arabic", "Amiri", serif; }
header.site { background: $colour; color: #fff; padding: 1rem 2rem; }
header.site a { color: inherit; text-decoration: none; font-size: 1.8rem; }
nav a { color: #fff; font-size: 1rem !important; margin-inline-end: 1.2rem; }
main { max-width: 46rem; margin: 1.5rem auto; padding: 0 1.2rem 1rem; background: #fff; }
main h1 { line-height: 1.5; }
ul.headlines { list-style: none; padding: 0; }
ul.headlines li { border-bottom: 1px solid #e5e0d5; padding: .6rem 0; }
a { color: $colour; }
aside, footer, .tail, .crumb { max-width: 46rem; margin: 1rem auto; padding: 0 1.2rem; font-size: .95rem; color: #555; }
.comment { border-inline-start: 3px solid $colour; padding-inline-start: .8rem; margin: 1rem 0; }
.trap { display: none; }
img { max-width: 100%; }
""")


def stylesheet(colour: str) -> bytes:
    return _STYLE.substitute(colour=colour).encode()


def paragraphs(texts: Iterable[str]) -> str:
    return "\n".join(f"<p>{escape(text)}</p>" for text in texts)


def links(pairs: Iterable[tuple[str, str]], css_class: str = "headlines") -> str:
    """A list of (href, words) as `<ul>`."""
    items = "\n".join(f'<li><a href="{escape(href)}">{escape(words)}</a></li>' for href, words in pairs)
    return f'<ul class="{css_class}">\n{items}\n</ul>'


def html_page(title: str, site: str, body: str, *, head: str = "", nav: str = "") -> bytes:
    """A whole right-to-left page in UTF-8 under the publisher's name."""
    return f"""<!DOCTYPE html>
<html lang="ar" dir="rtl">
<head>
<meta charset="utf-8">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/style.css">
{head}</head>
<body>
<header class="site"><a href="/">{escape(site)}</a><nav>{nav}</nav></header>
{body}
</body>
</html>
""".encode()


def rss(site: str, home: str, items: Iterable[tuple[str, Story]], *, with_content: bool, language: str = "ar") -> bytes:
    """RSS 2.0 of (link, story) pairs. `with_content`: the whole text as content:encoded."""
    entries = "\n".join(_rss_item(link, story, with_content) for link, story in items)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" \
xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>{escape(site)}</title>
<link>{escape(home)}</link>
<description>{escape(site)}: آخر الأخبار</description>
<language>{language}</language>
{entries}
</channel>
</rss>
""".encode()


def _rss_item(link: str, story: Story, with_content: bool) -> str:
    opening = story.paragraphs[0] if story.paragraphs else story.title
    content = f"\n<content:encoded><![CDATA[{paragraphs(story.paragraphs)}]]></content:encoded>"
    return f"""<item>
<title>{escape(story.title)}</title>
<link>{escape(link)}</link>
<guid isPermaLink="false">{story.id}</guid>
<pubDate>{format_datetime(story.published)}</pubDate>
<category>{escape(story.section)}</category>
<description>{escape(opening)}</description>{content if with_content and story.paragraphs else ""}
</item>"""


def atom(site: str, home: str, feed_url: str, items: Iterable[tuple[str, Story]]) -> bytes:
    """Atom 1.0 of (link, story) pairs, newest first; at least one."""
    pairs = list(items)
    entries = "\n".join(
        f"""<entry>
<title>{escape(story.title)}</title>
<id>{escape(link)}</id>
<link rel="alternate" type="text/html" href="{escape(link)}"/>
<published>{story.published.isoformat()}</published>
<updated>{story.published.isoformat()}</updated>
<author><name>{escape(story.author or site)}</name></author>
<summary>{escape(story.paragraphs[0])}</summary>
</entry>"""
        for link, story in pairs
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ar">
<title>{escape(site)}</title>
<id>{escape(home)}</id>
<link rel="self" href="{escape(feed_url)}"/>
<link rel="alternate" href="{escape(home)}"/>
<updated>{pairs[0][1].published.isoformat()}</updated>
{entries}
</feed>
""".encode()


def sitemap(items: Iterable[tuple[str, Story]]) -> bytes:
    entries = "\n".join(
        f"<url><loc>{escape(link)}</loc><lastmod>{story.published.isoformat()}</lastmod></url>" for link, story in items
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{entries}
</urlset>
""".encode()


def sitemap_index(urls: Iterable[str]) -> bytes:
    entries = "\n".join(f"<sitemap><loc>{escape(url)}</loc></sitemap>" for url in urls)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
{entries}
</sitemapindex>
""".encode()


def news_sitemap(site: str, items: Iterable[tuple[str, Story]]) -> bytes:
    entries = "\n".join(
        f"""<url>
<loc>{escape(link)}</loc>
<news:news>
<news:publication><news:name>{escape(site)}</news:name><news:language>ar</news:language></news:publication>
<news:publication_date>{story.published.isoformat()}</news:publication_date>
<news:title>{escape(story.title)}</news:title>
</news:news>
</url>"""
        for link, story in items
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" \
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{entries}
</urlset>
""".encode()
