"""Finding articles where publishers are careless: charsets, broken XML, WordPress, "more" buttons, twins, traps."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from datetime import UTC, datetime

import pytest

from crawlers.budgets import Budgets, is_endless
from crawlers.discovery import Link, absolute
from crawlers.discovery.feeds import links_in_feed
from crawlers.discovery.home import looks_like_article, named_by_home
from crawlers.discovery.moments import moment_of
from crawlers.discovery.sections import links_in_page, next_page, read_page
from crawlers.discovery.sitemaps import read_sitemap
from crawlers.discovery.wordpress import Window, posts_url, read_posts
from crawlers.document_key import folded_url
from crawlers.source import Section

HERE = "https://prova.example/f/"
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WORD = "الأخبار-العاجلة-في-المدينة"
SECONDS = 3.0  # an attack that works takes minutes, and a busy machine is given its time


def urls(links: list[Link] | tuple[Link, ...]) -> list[str]:
    return [link.url for link in links]


# --- letters ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", ["windows-1256", "", "utf-8", "iso-8859-1"])
@pytest.mark.parametrize("header", ["", "text/xml", "text/xml; charset=utf-8"])
def test_a_windows_1256_feed_is_read_whatever_it_declares(declared: str, header: str) -> None:
    prolog = f'<?xml version="1.0"{f" encoding={declared!r}" if declared else ""}?>'
    text = f"\n\n{prolog}<rss><channel><item><title>{WORD}</title><link>/{WORD}</link></item></channel></rss>"
    assert urls(links_in_feed(text.encode("windows-1256"), HERE, header)) == [f"https://prova.example/{WORD}"]


def test_a_query_in_an_old_charset_goes_as_a_browser_sends_it() -> None:
    html = f'<meta charset="windows-1256"><p>{WORD}</p><a href="/n.asp?q=خبر&x=1">خبر</a>'.encode("windows-1256")
    page = read_page(html, HERE, "text/html; charset=utf-8")
    assert urls(links_in_page(page, HERE, None)) == ["https://prova.example/n.asp?q=%CE%C8%D1&x=1"]


def test_an_absolute_url_stays_letter_for_letter() -> None:
    url = "https://prova.example/ـخبـر/\N{RIGHT-TO-LEFT MARK}%d8%AE/../x?&a=1#!/y"
    assert absolute(HERE, f"\n {url} ") == url
    feed = f"<rss><channel><item><link>{url.replace('&', '&amp;')}</link></item></channel></rss>"
    assert urls(links_in_feed(feed.encode(), HERE)) == [url]


# --- feeds and sitemaps ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("<item><link>//c.example/r/1</link><f:origLink>https://prova.example/1</f:origLink></item>", "/1"),
        ("<item><guid>https://prova.example/1</guid></item>", "/1"),
        ("<item><guid isPermaLink='false'>7</guid><link/>https://prova.example/1<title/></item>", "/1"),
        ("<item><description>a <br> b & c &nbsp; <b>d</description><link>/1?a=1&copy=2</link></item>", "/1?a=1&copy=2"),
        ("<entry><link rel='enclosure' href='/i.jpg'/><link type='text/html' href='../1'/></entry>", "/1"),
        ("<item xml:base='https://prova.example/deep/'><link>1</link></item>", "/deep/1"),
        ("<item><title>\x0b\x00</title><link><![CDATA[ /1 ]]></link>", "/1"),
    ],
)
def test_each_way_to_write_the_link_of_an_item_is_read(item: str, expected: str) -> None:
    feed = f"<rss><channel>{item}<item><link>/2</link></item></channel></rss>"
    assert urls(links_in_feed(feed.encode(), HERE)) == [f"https://prova.example{expected}", "https://prova.example/2"]


def test_a_json_feed_that_breaks_off_gives_the_items_before() -> None:
    text = json.dumps({"items": [{"url": f"/{n}", "date_published": "2026-11-21"} for n in range(9)]})
    assert urls(links_in_feed(text[:-30].encode(), HERE)) == [f"https://prova.example/{n}" for n in range(8)]


def test_html_in_place_of_a_feed_gives_nothing() -> None:
    assert links_in_feed(b"<!DOCTYPE html><html><body><a href='/1'>x</a></body></html>", HERE) == []


def test_a_sitemap_is_read_through_two_layers_of_gzip_and_a_wrong_name() -> None:
    body = gzip.compress(gzip.compress(b"<urlset><url><loc>https://prova.example/1</loc></url></urlset>"))
    assert urls(read_sitemap(body, f"{HERE}map.xml").pages) == ["https://prova.example/1"]


def test_a_sitemap_with_an_undeclared_prefix_and_a_broken_entry_gives_the_others() -> None:
    text = "<s:urlset><s:url><s:loc>/1</s:loc><i:image><i:loc>/i.jpg</i:loc></i:image></s:url><s:url><s:loc>/2<s:url>"
    read = read_sitemap(f"{text}<s:loc>/3</s:loc></s:url>".encode(), HERE)
    assert urls(read.pages) == ["https://prova.example/1", "https://prova.example/3"]
    assert read.broken and not read.whole


def test_a_date_of_change_is_told_from_a_date_of_publishing() -> None:
    text = "<urlset><url><loc>/1</loc><lastmod>2026-11-21</lastmod></url></urlset>"
    (link,) = read_sitemap(text.encode(), HERE).pages
    assert link.changed
    (item,) = links_in_feed(b"<rss><channel><item><link>/1</link><pubDate>21 Nov 2026</pubDate></item></channel>", HERE)
    assert item.dated == datetime(2026, 11, 21, tzinfo=UTC) and not item.changed


ATTACKS = {
    "entities": b'<!DOCTYPE r [<!ENTITY a "' + b"x" * 99_999 + b'">]><rss><channel><item><link>' + b"&a;" * 30_000,
    "attributes": b"<rss><channel><item " + b" ".join(b'a%d="x"' % n for n in range(300_000)) + b"/></channel></rss>",
    "cdata": b"<rss><channel><item>&" + b"<![CDATA[&" * 150_000,
    "doctypes": b"<!DOCTYPE a [" * 100_000,
    "items": b"<rss><channel>" + b"<item><link>/1</link><b>" * 40_000,
    "objects": b'{"items":[' + b'{"url":"/1"},' * 50_000,
    "gzip": gzip.compress(gzip.compress(b"<urlset>" + b"<url>" * (40 << 20))),
    "feed in gzip": gzip.compress(gzip.compress(b"<rss><channel>" + b"<item/>" * (20 << 20))),
    "locs": b"<urlset><url><loc>&" + b"<loc><![CDATA[&" * 900_000,
}


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_on_the_readers_ends_soon(name: str) -> None:
    for read in (links_in_feed, read_sitemap):
        began = time.process_time()
        read(ATTACKS[name], HERE)
        assert time.process_time() - began < SECONDS
        tracemalloc.start()
        read(ATTACKS[name], HERE)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 64 << 20


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-21T03:00:00.1234567+03:00", datetime(2026, 11, 21, 0, 0, 0, 123456, UTC)),
        ("Sat, 21 Nov 2026 03:00:00 +0300", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC)),
        ("٢٠٢٦-١١-٢١", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-13-45", None),
        (7, None),
    ],
)
def test_a_moment_is_read_as_feeds_write_it(text: object, expected: datetime | None) -> None:
    assert moment_of(text) == expected


# --- lists -----------------------------------------------------------------------------------------


def test_a_more_button_leads_on_by_any_of_its_attributes() -> None:
    def follows(html: str, **rules: str) -> str | None:
        return next_page(read_page(html.encode(), HERE), HERE, Section(url=HERE, **rules), 1)

    more = "https://prova.example/ajax?p=2"
    assert follows('<button class="btn load-more" data-url="/ajax?p=2">x</button>') == more
    assert follows('<div data-next-url="/ajax?p=2"></div>') == more
    assert (
        follows('<a id="LoadMore" href="#" data-href="/ajax" data-page="2">x</a>')
        == "https://prova.example/ajax?page=2"
    )
    assert follows('<span class="m" data-src="/ajax?p={n}">x</span>', older=".m") == more
    assert follows('<a href="#" class="m">x</a>', older=".m") is None


def test_what_a_more_button_gets_is_read_as_html_or_addresses_in_json() -> None:
    answer = {"data": {"html": "<li><a href='/1'>x</a></li>", "links": {"next": {"href": "/more/3"}}}, "ok": "yes"}
    page = read_page(json.dumps(answer).encode(), HERE, "application/json")
    assert urls(links_in_page(page, HERE, "li a")) == ["https://prova.example/1"]
    assert next_page(page, HERE, Section(url=HERE), 2) == "https://prova.example/more/3"
    listed = read_page(json.dumps([{"url": "/1", "title": "x"}, {"permalink": "/2"}]).encode(), HERE)
    assert urls(links_in_page(listed, HERE, "h2 a")) == ["https://prova.example/1", "https://prova.example/2"]


def test_the_date_of_an_item_is_that_beside_its_link_and_no_other() -> None:
    item = "<li><a href='/{n}'>x</a><time datetime='2024-05-0{n}'></time></li>"
    both = "<div><a href='/9'>x</a><ul>" + item.format(n=1) + item.format(n=2) + "</ul></div>"
    links = links_in_page(read_page(both.encode(), HERE), HERE, None)
    assert [(link.url[-1], link.dated and link.dated.day) for link in links] == [("9", None), ("1", 1), ("2", 2)]


def test_wordpress_is_asked_for_a_window_and_its_errors_are_named() -> None:
    window = Window(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
    url = posts_url("https://x.example/blog/", 2, window)
    assert url.startswith("https://x.example/blog/wp-json/wp/v2/posts?per_page=100&page=2")
    assert "after=2024-03-01T00%3A00%3A00Z" in url and "before=2024-04-01T00%3A00%3A00Z" in url
    assert "?rest_route=/wp/v2/posts&" in posts_url("https://x.example", 1, Window(), plain=True)
    posts = read_posts(
        b'Warning: x\n[{"link":"/1","date_gmt":"2024-03-05T10:00:00"},{},7]', HERE, {"x-wp-totalpages": "3"}
    )
    assert (urls(posts.links), posts.pages) == (["https://prova.example/1"], 3)
    assert posts.links[0].dated == datetime(2024, 3, 5, 10, tzinfo=UTC)
    assert read_posts(b'{"code":"rest_no_route","data":{"status":404}}', HERE, {}).error == "rest_no_route"
    assert read_posts(b"<html>", HERE, {}).error == "not-json"


def test_a_home_page_names_its_feeds_and_sections() -> None:
    html = """<link rel="alternate" type="application/rss+xml" href="/rss"><link rel=alternate hreflang=en href="/en">
        <nav><a href="/">x</a><a href="/sport">x</a><a href="//o.example/">x</a><a href="/a/b-c-d-e-f">x</a></nav>"""
    named = named_by_home(read_page(html.encode(), HERE), lambda url: url.startswith("https://prova.example/"))
    assert named.feeds == ("https://prova.example/rss",)
    assert "https://prova.example/sport" in named.sections
    assert not [url for url in named.sections if "o.example" in url or "b-c-d" in url]


def test_an_address_looks_like_that_of_an_article_or_of_a_list() -> None:
    articles = ("/news/123456", f"/x/{WORD}", "/2024/05/17/x", "/?q=node/12", "/a.php?id=77", "/#!/news/12345")
    lists = ("/", "/sport", "/tag/123456", "/category/x-y-z-w", "/i/123456.jpg", "/?page=2", "/author/12345")
    assert [each for each in articles if not looks_like_article(f"https://x.example{each}")] == []
    assert [each for each in lists if looks_like_article(f"https://x.example{each}")] == []


# --- keys and traps --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        *(
            "https://mobile.news.example/story/17",
            "https://amp.news.example/story/17",
            "/story/17/print",
            "/print/story/17",
        ),
        *("/story/17?print=1", "/story/17?m=1", "/story/17?view=amp", "/story/17;jsessionid=0A1B", "/story/17.amp"),
        *("/story/17?PHPSESSID=0a1b&utm_id=7", "/story/17?sid=0123456789abcdef0123", "/story/17?_=1700000000"),
    ],
)
def test_print_mobile_and_session_twins_share_a_key(url: str) -> None:
    assert folded_url(url if "://" in url else f"https://news.example{url}") == "news.example/story/17"


def test_what_chooses_the_article_stays_in_its_key() -> None:
    keys = {
        folded_url(f"https://x.example/{each}") for each in ("?q=node/12", "?q=node/13", "?sid=12", "#!/n/1", "#!/n/2")
    }
    assert len(keys) == 5
    assert folded_url("https://x.example/a-fine-print") != folded_url("https://x.example/a-fine")


def test_a_budget_ends_with_its_name_and_how_to_change_it() -> None:
    said: list[str] = []
    budgets = Budgets(said.append, changed={"sitemaps": 2})
    assert [budgets.spend("sitemaps", f"/{n}") for n in range(4)] == [True, True, False, False]
    assert len(said) == 1
    assert said[0].startswith("budget sitemaps: more than 2 ") and "WARRAQ_BUDGETS=sitemaps=" in said[0]
    assert is_endless("/a/b" * 5) and not is_endless("/2024/05/17/a/b")
