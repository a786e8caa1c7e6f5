"""Feeds, sitemaps, robots files and section pages name their articles, whole or broken, and none can do harm."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from parsel import Selector
from scrapy.http import HtmlResponse

from crawlers.discovery import Link
from crawlers.discovery.feeds import MAX_FEED_BYTES, links_in_feed
from crawlers.discovery.moments import moment_of
from crawlers.discovery.sections import links_in_page, next_page
from crawlers.discovery.sitemaps import read_sitemap, sitemaps_in_robots
from crawlers.source import Section

HERE = "https://prova.example"
DAY = datetime(2026, 11, 21, tzinfo=UTC)
QUICK_S = 2.0  # far above what any of these takes, far below what an attack that works takes


def urls(links: list[Link] | tuple[Link, ...]) -> list[str]:
    return [link.url for link in links]


def feed(text: str | bytes, content_type: str = "") -> list[Link]:
    return links_in_feed(text if isinstance(text, bytes) else text.encode(), f"{HERE}/f/feed.xml", content_type)


def rss(*items: str, version: str = "2.0") -> str:
    body = "".join(f"<item>{item}</item>" for item in items)
    return f'<?xml version="1.0"?><rss version="{version}"><channel><link>{HERE}/</link>{body}</channel></rss>'


# --- feeds -----------------------------------------------------------------------------------------

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="/"/><item rdf:about="/1">'
    f"<link>{HERE}/1</link><dc:date>2026-11-21T00:00:00Z</dc:date></item></rdf:RDF>"
)
ATOM = (
    f'<feed xmlns="http://www.w3.org/2005/Atom" xml:base="{HERE}/x/"><link rel="self" href="/feed"/><entry>'
    '<link rel="edit" href="/edit/1"/><link href="../1"/><updated>2026-11-21T03:00:00+03:00</updated></entry></feed>'
)
DATED = f"<link>{HERE}/1</link><pubDate>Sat, 21 Nov 2026 03:00:00 +0300</pubDate>"
JSON_FEED = {"items": [{"url": "/1", "date_published": "2026-11-21T03:00:00+03:00"}]}


@pytest.mark.parametrize(
    "text",
    [
        rss(DATED, version="0.91"),
        rss(DATED, version="0.92"),
        rss(DATED),
        "\n\n \t\r\n" + rss(DATED),
        "\ufeff" + rss(DATED),
        RDF,
        ATOM,
        json.dumps(JSON_FEED),
        "\ufeff\n" + json.dumps(JSON_FEED),
        rss(f'<guid isPermaLink="true">{HERE}/1</guid><pubDate>Sat, 21 Nov 2026 00:00:00 GMT</pubDate>'),
    ],
)
def test_every_kind_of_feed_names_its_article_with_its_date(text: str) -> None:
    assert feed(text) == [Link(f"{HERE}/1", DAY)]


def test_links_of_a_feed_are_absolute_and_in_its_order() -> None:
    items = [f"<link>{link}</link>" for link in ("/b", "a", f"\n {HERE}/c?x=1&amp;y=2 \n", "<![CDATA[/d?x=1&y=2]]>")]
    assert urls(feed(rss(*items))) == [f"{HERE}/b", f"{HERE}/f/a", f"{HERE}/c?x=1&y=2", f"{HERE}/d?x=1&y=2"]


def test_what_is_no_web_address_costs_a_feed_only_that_item() -> None:
    links = ("http://[bad/", "javascript:void(0)", "mailto:a@b.example", "urn:uuid:7", "/ok")
    assert urls(feed(rss(*(f"<link>{link}</link>" for link in links)))) == [f"{HERE}/ok"]
    items = [{"url": "http://[bad/"}, {"url": 7}, 7, {}, {"id": "7"}, {"id": f"{HERE}/by-id"}, {"url": "/ok"}]
    assert urls(feed(json.dumps({"items": items}))) == [f"{HERE}/by-id", f"{HERE}/ok"]


def test_a_windows_1256_feed_keeps_its_arabic_links() -> None:
    text = rss("<title>خبر</title><link>/خبر</link>").replace('"1.0"', '"1.0" encoding="windows-1256"')
    assert urls(feed(text.encode("windows-1256"))) == [f"{HERE}/خبر"]
    unsaid = rss("<link>/خبر</link>").encode("windows-1256")
    assert urls(feed(unsaid, "text/xml; charset=windows-1256")) == [f"{HERE}/خبر"]


def test_an_undefined_entity_does_not_cost_the_feed() -> None:
    items = ("<title>&nbsp;أول&laquo;&unheard;</title><link>/1</link>", "<title>ثان</title><link>/2</link>")
    assert urls(feed(rss(*items))) == [f"{HERE}/1", f"{HERE}/2"]


def test_a_feed_that_breaks_off_gives_the_items_before() -> None:
    assert urls(feed(rss("<link>/1</link>", "<link>/2</link>")[:-40]))[:1] == [f"{HERE}/1"]


@pytest.mark.parametrize(
    "body",
    [b"", b"\0", b"<", b"{", b"{}", b"[]", b'{"items": 7}', b"null", b"<html><p>404</p></html>", b"\xff\xfe\0\0" * 9,
     b'{"items":' + b"[" * 200_000, b"<rss>" + b"<a>" * 200_000, bytes(range(256)) * 40],
)  # fmt: skip
def test_what_is_no_feed_gives_nothing_and_quickly(body: bytes) -> None:
    began = time.monotonic()
    assert feed(body) == []
    assert time.monotonic() - began < QUICK_S


def test_a_body_that_is_the_name_of_a_file_does_not_open_it(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(rss("<link>/secret</link>"))
    assert feed(str(file)) == []


@pytest.mark.parametrize("moment", ["Sun, 06 Sep 99999 16:20:00 GMT", "0001-01-01T00:00:00+14:00", "أمس", ""])
def test_an_impossible_date_in_a_feed_is_no_date(moment: str) -> None:
    assert feed(rss(f"<link>/1</link><pubDate>{moment}</pubDate>")) == [Link(f"{HERE}/1")]
    assert moment_of(moment) is None


def test_no_more_of_a_feed_is_read_than_the_limit() -> None:
    items = ["<link>/1</link>", f"<description>{'x' * MAX_FEED_BYTES}</description>", "<link>/late</link>"]
    assert urls(feed(rss(*items))) == [f"{HERE}/1"]


# --- sitemaps --------------------------------------------------------------------------------------


def sitemap(text: str | bytes) -> tuple[list[str], list[str]]:
    """The pages and the sitemaps it names."""
    read = read_sitemap(text if isinstance(text, bytes) else text.encode(), f"{HERE}/s/map.xml")
    return urls(read.pages), urls(read.sitemaps)


def urlset(*urls: str) -> str:
    return "<urlset>" + "".join(f"<url>{each}</url>" for each in urls) + "</urlset>"


ONE = f"<loc>{HERE}/1</loc>"


@pytest.mark.parametrize(
    "text",
    [
        urlset(ONE),
        urlset(f"<loc>\n  {HERE}/1\n</loc>"),
        urlset("<loc>/1</loc>"),
        urlset(f"<loc><![CDATA[{HERE}/1]]></loc>"),
        urlset(ONE).upper().replace("HTTPS://PROVA.EXAMPLE", HERE),
        urlset(ONE).replace("<urlset>", '<urlset xmlns="http://www.google.com/schemas/sitemap/0.84">'),
        urlset(ONE).replace("<urlset>", '<urlset xmlns="no such thing" xmlns:news="n">'),
        urlset(f"<image:image><image:loc>{HERE}/i.jpg</image:loc></image:image>{ONE}"),
        urlset(ONE, "<loc></loc>", "<loc>http://[bad</loc>", "<loc>ftp://a.example/</loc>", ""),
        "\ufeff\n" + urlset(ONE),
        urlset(ONE, f"<loc>{HERE}/broken-o").removesuffix("</url></urlset>"),
        urlset(ONE)[:-15],
        f"<rss><channel><item><link>{HERE}/1</link></item></channel></rss>",
        f"{HERE}/1\r\n",
        f"\ufeff{HERE}/1\nno address\n",
    ],
)  # fmt: skip
def test_every_shape_of_sitemap_names_its_page(text: str) -> None:
    assert sitemap(text) == ([f"{HERE}/1"], [])
    assert sitemap(gzip.compress(text.encode())) == ([f"{HERE}/1"], [])


def test_a_utf_16_sitemap_is_read() -> None:
    assert sitemap(('<?xml version="1.0" encoding="utf-16"?>' + urlset(ONE)).encode("utf-16")) == ([f"{HERE}/1"], [])
    assert sitemap(f"{HERE}/1\n".encode("utf-16")) == ([f"{HERE}/1"], [])


@pytest.mark.parametrize("written", ["?a=1&amp;b=2", "?a=1&b=2", "?a=1&#38;b=2", "<![CDATA[?a=1&b=2]]>"])
def test_an_ampersand_is_kept_however_it_is_written(written: str) -> None:
    assert sitemap(urlset(f"<loc>{HERE}/{written}</loc>"))[0] == [f"{HERE}/?a=1&b=2"]


def test_a_news_sitemap_gives_the_day_of_publishing_and_others_that_of_the_last_change() -> None:
    news = "<n:news><n:publication_date>2026-11-21</n:publication_date></n:news><lastmod>2026-11-22</lastmod>"
    text = urlset(ONE + news, ONE + "<lastmod>2026-11-21T03:00:00+03:00</lastmod>", ONE + "<lastmod>امس</lastmod>")
    assert [link.dated for link in read_sitemap(text.encode(), HERE).pages] == [DAY, DAY, None]


def test_an_index_names_sitemaps() -> None:
    inner = "".join(f"<sitemap><loc>/{n}.xml.gz</loc><lastmod>2026-11-21</lastmod></sitemap>" for n in (1, 2))
    read = read_sitemap(f"<sitemapindex>{inner}</sitemapindex>".encode(), HERE)
    assert read.sitemaps == (Link(f"{HERE}/1.xml.gz", DAY), Link(f"{HERE}/2.xml.gz", DAY))


def test_a_damaged_gz_gives_what_came_before_the_damage() -> None:
    packed = gzip.compress(urlset(*(f"<loc>{HERE}/{n * 7919}</loc>" for n in range(2000))).encode())
    cut, whole = sitemap(packed[: len(packed) // 2])[0], sitemap(packed)[0]
    assert len(whole) == 2000
    assert 100 < len(cut) < 2000
    assert cut == whole[: len(cut)]
    parts = gzip.compress(f"<urlset><url>{ONE}</url>".encode()) + gzip.compress(b"<url><loc>/2</loc></url></urlset>")
    assert sitemap(parts)[0] == [f"{HERE}/1", f"{HERE}/2"]


ENTITY = b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 100_000 + b'"><!ENTITY f SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    "body",
    [b"", b"<", b"<\0", b"\xff\xfe<", b"\x1f\x8b", b"<!DOCTYPE a [", b"<html><p>404</p></html>", b"<a" * 1000,
     b"<urlset>" + b"<a>" * 200_000, gzip.compress(b"<urlset>" + b" " * (60 << 20)),
     ENTITY + b"<urlset>" + b"&a;" * 2000 + b"</urlset>", ENTITY + b"<urlset><url><loc>&f;</loc></url></urlset>"],
)  # fmt: skip
def test_what_is_no_sitemap_gives_nothing_and_quickly(body: bytes) -> None:
    began = time.monotonic()
    assert sitemap(body) == ([], [])
    assert time.monotonic() - began < QUICK_S


def test_robots_files_list_sitemaps_however_the_line_is_written() -> None:
    body = (
        "\ufeffSitemap: https://prova.example/1.xml\r\nUser-agent: *\rSITEMAP:/2.xml\n  sitemap :  3.xml # the third\n"
        "Sitemap:\nDisallow: /x\nSitemap: http://[bad\nSitemap: ftp://a.example/\nNot-a-sitemap: /4.xml\n"
    ).encode()
    assert sitemaps_in_robots(body, f"{HERE}/robots.txt") == [f"{HERE}/{n}.xml" for n in (1, 2, 3)]
    assert sitemaps_in_robots(b"\xff\xfe\0<html>", f"{HERE}/robots.txt") == []


# --- section pages ---------------------------------------------------------------------------------


def section(html: str, links: str | None = None) -> list[str]:
    return urls(links_in_page(Selector(html), f"{HERE}/s/list", links))


def test_all_links_of_a_page_once_each_in_their_order_and_without_fragments() -> None:
    html = '<a href="/b#top">1</a><a href="a">2</a><a>3</a><a href="/b">4</a><a href="  //o.example/c \n">5</a>'
    assert section(html) == [f"{HERE}/b", f"{HERE}/s/a", "https://o.example/c"]


def test_what_leads_nowhere_is_dropped() -> None:
    hrefs = ("javascript:void(0)", "mailto:a@b.example", "tel:7", "http://[bad", "data:,x", "/ok")
    assert section("".join(f'<a href="{href}">x</a>' for href in hrefs)) == [f"{HERE}/ok"]


@pytest.mark.parametrize("links", ["h2 > a", "//h2/a", "h2", ".//h2", "(//h2/a)[1]"])
def test_links_are_chosen_by_css_or_xpath_of_the_link_or_what_holds_it(links: str) -> None:
    assert section('<h2><a href="/1">x</a></h2><p><a href="/2">x</a></p>', links) == [f"{HERE}/1"]


@pytest.mark.parametrize(
    ("base", "expected"),
    [("/deep/", f"{HERE}/deep/1"), ("https://o.example/", "https://o.example/1"), ("http://[bad", f"{HERE}/s/1")],
)
def test_a_base_element_is_obeyed_if_it_can_be(base: str, expected: str) -> None:
    html = f'<base href="{base}"><a href="1">x</a><a rel="nofollow next" href="1">x</a>'
    assert section(html) == [expected]
    assert next_page(Selector(html), f"{HERE}/s/list", Section(url=HERE), 1) == expected


def test_arabic_links_stay_as_written() -> None:
    path = "/خبـــر-\N{RIGHT-TO-LEFT MARK}عاجل\N{ZERO WIDTH NON-JOINER}/%D8%AE"
    assert section(f'<a href="{path}">x</a>') == [HERE + path]
    page = HtmlResponse(HERE, body='<meta charset="windows-1256"><a href="/خبر">خبر</a>'.encode("windows-1256"))
    assert urls(links_in_page(page.selector, HERE, None)) == [f"{HERE}/خبر"]


def test_the_way_to_older_items() -> None:
    html = Selector(
        '<a rel="next" href="/n">x</a><p class="o"><a href="?p=9">x</a></p><a id="js" href="javascript:f()">'
    )
    here = f"{HERE}/s/list?c=1"

    def follows(number: int = 1, **rules: str) -> str | None:
        return next_page(html, here, Section(url=here, **rules), number)

    assert follows() == f"{HERE}/n"
    assert follows(3, pages="?page={n}") == f"{HERE}/s/list?page=4"
    assert follows(pages="/s/{n}/") == f"{HERE}/s/2/"
    assert follows(older=".o a") == follows(older="//p/a") == follows(older=".o") == f"{HERE}/s/list?p=9"
    assert follows(older="#js") is None
    assert follows(older=".none") is None
    assert next_page(Selector("<p>end</p>"), here, Section(url=here), 1) is None
