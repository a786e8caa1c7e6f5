"""How the town's publishers name their articles: one function a kind, chosen by the publisher's file.

Each gives pages by their path. What depends on the request, such as a calendar without end, is in moving.py."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from html import escape
from itertools import groupby
from typing import Any

from flows.newsroom import markup
from flows.newsroom.answers import Answer
from flows.newsroom.stories import Story
from flows.newsroom.town.pages import Press, article, listing

Offer = Mapping[str, Any]
_XML = "application/xml"


def _plain(body: bytes, kind: str) -> Answer:
    return Answer(body, (("Content-Type", kind),))


def _some(press: Press, offer: Offer) -> Sequence[Story]:
    """The stories that an offer lists: all, the newest, those of a section, or those from a place on."""
    chosen = [story for story in press.stories if offer.get("section", story.section) == story.section]
    return chosen[offer.get("from", 0) :][: offer.get("count", len(chosen))]


def rss10(press: Press, offer: Offer) -> dict[str, Answer]:
    items = "\n".join(
        f"""<item rdf:about="{escape(press.base + press.path(story))}">
<title>{escape(story.title)}&nbsp;</title><link>{escape(press.base + press.path(story))}</link>
<dc:date>{story.published.isoformat()}</dc:date></item>"""
        for story in _some(press, offer)
    )
    text = f"""
<?xml version="1.0"{f' encoding="{press.charset}"' if offer.get("declared", True) else ""}?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="{press.base}/"><title>{press.keys["name"]}</title><link>{press.base}/</link></channel>
{items}
</rdf:RDF>
"""
    return {offer["path"]: _plain(text.encode(press.charset, "xmlcharrefreplace"), "text/xml")}


def atom(press: Press, offer: Offer) -> dict[str, Answer]:
    """With relative links under an xml:base, and a date of change only."""
    entries = "\n".join(
        f"""<entry><title>{escape(story.title)}</title><id>tag:{story.id}</id>
<link rel="replies" href="comments/{story.id}"/><link rel="alternate" href="{escape(press.path(story).lstrip("/"))}"/>
<updated>{story.published.isoformat()}</updated></entry>"""
        for story in _some(press, offer)
    )
    text = f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{press.base}/"><title>{press.keys["name"]}</title>
<link rel="self" href="{offer["path"]}"/>
{entries}
</feed>"""
    return {offer["path"]: _plain(text.encode(), "application/atom+xml")}


def json_feed(press: Press, offer: Offer) -> dict[str, Answer]:
    items = [
        {
            "id": str(story.id),
            "url": press.path(story),
            "title": story.title,
            "date_published": story.published.isoformat(),
        }
        for story in _some(press, offer)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": press.keys["name"], "items": items}
    return {offer["path"]: _plain(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json")}


def sitemap_months(press: Press, offer: Offer) -> dict[str, Answer]:
    """An index that dates its sitemaps, one a month, gzipped; and one of pages that are no articles."""
    months = groupby(_some(press, offer), lambda story: f"{story.published:%Y-%m}")
    found: dict[str, Answer] = {}
    entries = []
    for month, group in months:
        stories = list(group)
        path = f"/maps/sitemap-{month}.xml.gz"
        body = gzip.compress(markup.sitemap([(press.base + press.path(each), each) for each in stories]), mtime=0)
        found[path] = _plain(body, "application/octet-stream")
        entries.append((path, stories[0].published.astimezone(UTC).isoformat()))
    others = "".join(f"<url><loc>{press.base}{path}</loc></url>" for path in press.keys.get("beside", {}).values())
    found["/maps/pages.xml"] = _plain(f"<urlset>{others}<url><loc>{press.base}/</loc></url></urlset>".encode(), _XML)
    listed = "".join(
        f"<sitemap><loc>{press.base}{path}</loc><lastmod>{changed}</lastmod></sitemap>" for path, changed in entries
    )
    index = f"<sitemapindex>{listed}<sitemap><loc>{press.base}/maps/pages.xml</loc></sitemap></sitemapindex>"
    return found | {offer["path"]: _plain(index.encode(), _XML)}


def news_sitemap(press: Press, offer: Offer) -> dict[str, Answer]:
    pairs = [(press.base + press.path(story), story) for story in _some(press, offer)]
    return {offer["path"]: _plain(markup.news_sitemap(press.keys["name"], pairs), _XML)}


def text_sitemap(press: Press, offer: Offer) -> dict[str, Answer]:
    lines = "\r\n".join(press.base + press.path(story) for story in _some(press, offer))
    return {offer["path"]: _plain(f"\ufeff{lines}\r\n".encode(), "text/plain")}


def robots(press: Press, offer: Offer) -> dict[str, Answer]:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in offer.get("disallow", ()))]
    lines += [f"Sitemap: {press.base}{path}" for path in offer.get("sitemaps", ())]
    return {"/robots.txt": _plain("\n".join(lines).encode(), "text/plain")}


def pages(press: Press, offer: Offer) -> dict[str, Answer]:
    """A list in pages, each of which leads to the next by `by`: number, older, rel or more."""
    stories, size = _some(press, offer), offer.get("on_a_page", 4)
    slices = [stories[at : at + size] for at in range(0, len(stories), size)]
    addresses = [offer["path"], *(offer["later"].format(n=n) for n in range(2, len(slices) + 1))]
    found = {}
    for place, (address, part) in enumerate(zip(addresses, slices, strict=True)):
        follows = addresses[place + 1] if place + 1 < len(addresses) else ""
        items = [(press.path(story), story) for story in part]
        pinned = [(press.path(story), story) for story in press.stories[: offer.get("pinned", 0)]]
        if offer["by"] == "more" and place:
            found[address] = _more(items, follows)
        else:
            tail, head = _LEADS[offer["by"]](follows) if follows else ("", "")
            found[address] = listing(press, offer["words"], [*pinned, *items], tail, head, offer.get("dated", False))
    return found


_LEADS: dict[str, Callable[[str], tuple[str, str]]] = {
    "number": lambda url: ("", ""),
    "older": lambda url: (f'<p class="pager"><a class="older" href="{escape(url)}">الأقدم</a></p>', ""),
    "rel": lambda url: (f'<p><a rel="next" href="{escape(url)}">التالي</a></p>', ""),
    "more": lambda url: (f'<button class="load-more" data-url="{escape(url)}">المزيد</button>', ""),
}


def _more(items: Sequence[tuple[str, Story]], follows: str) -> Answer:
    """What a "more" button gets: JSON with a piece of HTML, and the address of the next piece."""
    rows = "".join(f'<li><a href="{escape(href)}">{escape(story.title)}</a></li>' for href, story in items)
    return _plain(json.dumps({"html": rows, "next": follows or None}).encode(), "application/json")


def home(press: Press, offer: Offer) -> dict[str, Answer]:
    """A front page of the newest, with what it declares in its head, and links to its sections."""
    declared = "\n".join(
        f'<link rel="{escape(each["rel"])}" type="{each.get("type", "")}" href="{escape(each["href"])}">'
        for each in offer.get("declares", ())
    )
    sections = markup.links((href, words) for words, href in offer.get("sections", {}).items())
    rows = [(press.path(story), story) for story in _some(press, offer)]
    return {"/": listing(press, press.keys["name"], rows, sections, declared)}


def days(press: Press, offer: Offer) -> dict[str, Answer]:
    """A date archive: a page for each day that had news; the others are 404."""
    by_day = groupby(_some(press, offer), lambda story: story.published.date())
    return {
        f"{day:{offer['path']}}": listing(press, f"أخبار {day}", [(press.path(each), each) for each in group])
        for day, group in by_day
    }


def twins(press: Press, offer: Offer) -> dict[str, Answer]:
    """Other addresses of the same articles, and a page that links them all."""
    found: dict[str, Answer] = {}
    for story in _some(press, offer):
        for twin in offer["paths"]:
            found[twin.format(path=press.path(story))] = article(press, story, canonical=press.path(story), look="twin")
    rows = [
        (path, story)
        for story in _some(press, offer)
        for path in (twin.format(path=press.path(story)) for twin in offer["paths"])
    ]
    return found | {offer["listed"]: listing(press, "نسخ خفيفة", rows)}


def others(press: Press, offer: Offer) -> dict[str, Answer]:
    """Pages that are no articles: tags, authors, a list of everything."""
    found = {}
    for words, path in press.keys.get("beside", {}).items():
        found[path] = listing(press, words, [(press.path(story), story) for story in press.stories[:3]])
    return found


OFFERS: Mapping[str, Callable[[Press, Offer], dict[str, Answer]]] = {
    "rss10": rss10, "atom": atom, "json_feed": json_feed, "sitemap_months": sitemap_months, "others": others,
    "news_sitemap": news_sitemap, "text_sitemap": text_sitemap, "robots": robots, "pages": pages, "days": days,
    "twins": twins, "home": home,
}  # fmt: skip
