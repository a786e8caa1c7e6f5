"""A made-up Arabic news site for the benches: as many pages as asked for, always the same ones, no two alike.

A page is about 80 KB as HTML and 20 to 25 KB in gzip, like the pages of publishers we measured. The words are
built from roots and patterns, so that none is anybody's text."""

from __future__ import annotations

import gzip
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

PAGE_BYTES = 80_000
GZIP_LEVEL = 5
_ROOTS = (
    "كتب درس علم عمل حمل رسم نشر فتح جمع قطع رفع دفع صنع زرع حصد بحث طلب خرج دخل سكن حكم خبر نظر سمع شرح طرح برد "
    "حضر سفر قرر نقل وصل وعد حفظ ضبط ربط شحن نسج حرث غرس قصد رصد عرض فحص كشف لمس مسح نزل هبط وزن ركب سبح قفز"
)
_PATTERNS = ("{0}{1}{2}", "{0}ا{1}{2}", "م{0}{1}و{2}", "ت{0}{1}ي{2}", "ا{0}ت{1}ا{2}", "{0}{1}ا{2}ة", "م{0}ا{1}{2}ة")
_BEFORE = ("", "ال", "وال", "بال", "لل", "و", "ف", "سي")
_AFTER = ("", "ات", "ون", "ين", "ها", "هم", "نا")
WORDS = tuple(
    f"{before}{pattern.format(*root)}{after}"
    for root in _ROOTS.split()
    for pattern in _PATTERNS
    for before in _BEFORE
    for after in _AFTER
)
_SECTIONS = ("سياسة", "اقتصاد", "رياضة", "ثقافة", "علوم", "صحة", "منوعات", "رأي")
_MENU = "".join(
    f'<li class="menu-item menu-item-type-taxonomy depth-0"><a href="/s/{number}" title="{name}">{name}</a></li>\n'
    for number, name in enumerate(_SECTIONS)
)
_STYLE = "".join(f".card-{number}{{display:flex;margin:{number}px;color:#1a{number:04x}}}\n" for number in range(50))
_CARD = """<div class="card card-{number} col-12 col-md-6 col-lg-4" data-id="{mark}">
  <a href="/archive/{mark}" class="card-link stretched-link"><picture>
  <source srcset="/img/{mark}-w640.webp" media="(min-width: 640px)" type="image/webp"/>
  <img loading="lazy" src="/img/{mark}.jpg" width="320" height="180" alt="{title}"/></picture>
  <h3 class="card-title">{title}</h3></a><p class="card-text">{text}</p></div>
"""
_PAGE = """<!DOCTYPE html>
<html lang="ar" dir="rtl"><head><meta charset="utf-8"/><title>{title} | صحيفة القياس</title>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="description" content="{lead}"/><link rel="canonical" href="/a/{number}.html"/>
<meta property="og:title" content="{title}"/><meta property="og:image" content="/img/{mark}.jpg"/>
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "{title}", "datePublished": "{date}", "author": {{"@type": "Person", "name": "{author}"}}}}</script>
<style>{style}</style></head><body class="single postid-{number}">
<header class="site-header"><nav class="main-menu"><ul>
{menu}</ul></nav></header>
<main><article id="post-{number}"><h1 class="entry-title">{title}</h1>
<div class="byline"><a href="/w/{mark}">{author}</a><time datetime="{date}">{date}</time></div>
<div class="entry-content">
{body}</div></article><aside class="related">
{cards}</aside></main><footer class="site-footer"><p>جميع الحقوق محفوظة لصحيفة القياس</p></footer>
</body></html>
"""


@dataclass(frozen=True, slots=True)
class Publisher:
    """A site on the disk, to be served as it lies there."""

    root: Path  # what the web server serves
    digests: dict[str, bytes]  # by path on the site ("/a/7.html"): sha256 of the page as HTML
    html_bytes: int  # of all pages
    gzip_bytes: int  # of all pages, at GZIP_LEVEL

    @property
    def paths(self) -> list[str]:
        return list(self.digests)


def write_publisher(root: Path, base: str, pages: int) -> Publisher:
    """Write the pages, robots.txt and a sitemap with addresses below `base` ("http://127.0.0.1:8080").

    Every second page lies there compressed too, so that it is answered with a length; the others are compressed
    while they are sent, in chunks."""
    (root / "a").mkdir(parents=True)
    digests, html_bytes, gzip_bytes = {}, 0, 0
    for number in range(pages):
        html = page(number).encode()
        file = root / "a" / f"{number}.html"
        file.write_bytes(html)
        packed = gzip.compress(html, GZIP_LEVEL, mtime=0)
        if number % 2 == 0:
            file.with_suffix(".html.gz").write_bytes(packed)
        digests[f"/a/{number}.html"] = hashlib.sha256(html).digest()
        html_bytes, gzip_bytes = html_bytes + len(html), gzip_bytes + len(packed)
    locations = "\n".join(f"<url><loc>{base}{path}</loc></url>" for path in digests)
    (root / "sitemap.xml").write_text(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
        f"\n{locations}\n</urlset>\n",
        encoding="utf-8",
    )
    (root / "robots.txt").write_text("User-agent: *\nDisallow: /private/\n", encoding="utf-8")
    return Publisher(root, digests, html_bytes, gzip_bytes)


def page(number: int) -> str:
    """The page of this number; the same for the same number, on every machine."""
    dice = random.Random(number)
    title = _sentence(dice, 9)
    cards = "".join(
        _CARD.format(number=card, mark=_mark(dice), title=_sentence(dice, 8), text=_sentence(dice, 18))
        for card in range(12)
    )
    filled = {
        "number": number,
        "title": title,
        "lead": _sentence(dice, 24),
        "author": _sentence(dice, 2),
        "date": f"2026-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}T{dice.randint(0, 23):02}:00:00+03:00",
        "mark": _mark(dice),
        "style": _STYLE,
        "menu": _MENU,
        "cards": cards,
    }
    return _PAGE.format(body=_body(dice, PAGE_BYTES - len(_PAGE.format(body="", **filled).encode())), **filled)


def _body(dice: random.Random, bytes_wanted: int) -> str:
    """Paragraphs; as in news, the words of the subject come back again and again."""
    vocabulary = dice.choices(WORDS, k=9000)
    paragraphs: list[str] = []
    while bytes_wanted > 0:
        words = " ".join(dice.choices(vocabulary, k=45))
        paragraphs.append(f'<p class="paragraph">{words}.</p>\n')
        bytes_wanted -= len(paragraphs[-1].encode())
    return "".join(paragraphs)


def _sentence(dice: random.Random, words: int) -> str:
    return " ".join(dice.choices(WORDS, k=words))


def _mark(dice: random.Random) -> str:
    return f"{dice.getrandbits(64):016x}"
