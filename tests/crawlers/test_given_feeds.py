"""Feeds and sitemaps of others, good and broken, from ../shared: each gives what its list says it must."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from crawlers.discovery.feeds import links_in_feed
from crawlers.discovery.sitemaps import read_sitemap, sitemaps_in_robots

SHARED = Path(__file__).parents[3] / "shared"
HERE = "https://prova.example/x"
pytestmark = pytest.mark.skipif(not SHARED.is_dir(), reason="needs the folder ../shared beside the project")

# How many links each must give: as a feed, as a sitemap (pages), as an index (sitemaps). The others hold none.
HOLDS = {
    "feed.rss": (4, 4, 0),
    "atom.xml": (1, 1, 0),
    "stormcrawler.rss": (6, 6, 0),
    "stormcrawler.sitemap.xml": (0, 6, 0),
    "sitemap-news.xml": (0, None, 0),
    "sitemap.index.xml": (0, 0, 15),
    "sitemap.ns.xml": (0, 2, 0),
    "sitemap.txt": (0, 2, 0),
    "xmlSitemap.gz": (0, 5, 0),
    "http_text_xml_charset_2.xml": (1, 1, 0),
}


def listed(*categories: str) -> list[str]:
    """Files of the fixtures' list, in its order; none where the folder is absent."""
    manifest = SHARED / "fixtures/manifest.jsonl"
    lines = manifest.read_text("utf-8").splitlines() if manifest.exists() else []
    rows = [json.loads(line) for line in lines]
    return [row["file"] for row in rows if row["category"] in categories]


@pytest.mark.parametrize("name", listed("sitemaps_feeds", "xml_attacks"))
def test_each_given_file_gives_its_links_and_no_more(name: str) -> None:
    body = (SHARED / "fixtures" / name).read_bytes()
    in_feed, in_sitemap, in_index = HOLDS.get(Path(name).name, (0, 0, 0))
    read = read_sitemap(body, HERE)
    in_sitemap = body.count(b"<loc>") if in_sitemap is None else in_sitemap
    assert len(links_in_feed(body, HERE)) == in_feed
    assert (len(read.pages), len(read.sitemaps)) == (in_sitemap, in_index)


def test_the_given_news_sitemap_gives_the_article_and_not_its_pictures() -> None:
    body = (SHARED / "fixtures/sitemaps_feeds/commoncrawl__news-crawl/sitemap-news.xml").read_bytes()
    (page,) = read_sitemap(body, HERE).pages
    assert page.url == "http://www.example.com/business/article55.html"
    assert page.dated is not None
    assert page.dated.isoformat() == "2008-12-23T00:00:00+00:00"


@pytest.mark.parametrize("name", listed("xml_attacks"))
def test_an_attack_costs_neither_time_nor_memory(name: str) -> None:
    body = (SHARED / "fixtures" / name).read_bytes()
    tracemalloc.start()
    began = time.monotonic()
    links_in_feed(body, HERE)
    read_sitemap(body, HERE)
    seconds, (_, most) = time.monotonic() - began, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (seconds < 1.0, most < 64 << 20) == (True, True)


@pytest.mark.parametrize(
    ("name", "items", "first_day"),
    [("aksalser__rss-2024-07-09.xml", 50, "2024-07-09"), ("almasryalyoum__homepage-rss-2011.xml", 228, "2011-04-19")],
)
def test_the_given_arabic_feeds_give_every_item_with_its_date(name: str, items: int, first_day: str) -> None:
    links = links_in_feed((SHARED / "quality/feeds" / name).read_bytes(), HERE)
    assert len(links) == items
    assert all(link.dated is not None and link.url.startswith("http") for link in links)
    assert links[0].dated is not None
    assert links[0].dated.date().isoformat() == first_day


def test_the_given_robots_file_lists_its_sitemaps_with_their_capitals() -> None:
    body = (SHARED / "fixtures/robots/crawler-commons__crawler-commons/sitemap-robots.txt").read_bytes()
    assert sitemaps_in_robots(body, HERE) == [
        "http://domain.com/sitemap.xml",
        "http://domain.com/dir/MixedCased-sitemap.xml",
    ]


def test_every_given_real_robots_file_lists_absolute_sitemaps() -> None:
    files = sorted((SHARED / "quality/robots").glob("*.txt"))
    found = {file.name: sitemaps_in_robots(file.read_bytes(), HERE) for file in files}
    assert {name: len(each) for name, each in found.items()} == {
        file.name: sum(line.lower().startswith(b"sitemap:") for line in file.read_bytes().splitlines())
        for file in files
    }
