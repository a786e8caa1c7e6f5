"""A feed that holds whole articles of pages that load theirs by script: read from it, and again from the WARC."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from flows.house import House
from flows.rebuilding import rebuild
from flows.replaying import replay_warcs
from flows.steps import plain_steps
from storage.articles import read_articles, read_rejections
from storage.model import Article, Rejection
from storage.told_bodies import keys_with_bodies
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.scripted import HTML, Scripted, ok
from tests.flows.houses import crawl, house_in
from tests.flows.moving_pages import HEADLINE, PARAGRAPHS, page
from tests.flows.test_again import history, wait_until_due, write_source

pytestmark = pytest.mark.slow
SCRIPTS = "<script src=/a.js></script>" * 3
SHELL = f"<!doctype html><html><head><title>المثال</title></head><body><div id=root></div>{SCRIPTS}</body></html>"
INJECTION = "\u2028via-published: 1999-01-01T00:00:00Z\u0085via: http://evil.test/ "
WHOLE = "".join(f"<p>{one}</p>" for one in PARAGRAPHS) + (
    "<script>alert(1)</script>"
    f'<p>The post <a href="/news/1">{HEADLINE}</a> appeared first on <a href="/">المثال</a>.</p>'
)
TEASER = f"<p>{PARAGRAPHS[0]} {PARAGRAPHS[1]} {PARAGRAPHS[2][:40]} [&#8230;]</p>"


def feed(bodies: dict[int, str]) -> bytes:
    items = "".join(
        f"<item><title>{HEADLINE}{INJECTION if number == 1 else ''}</title><link>/news/{number}</link>"
        f"<content:encoded>{escape(body)}</content:encoded></item>"
        for number, body in bodies.items()
    )
    space = "http://purl.org/rss/1.0/modules/content/"
    return ok(f'<rss version="2.0" xmlns:content="{space}"><channel>{items}</channel></rss>', b"Content-Type: text/xml")


def outcomes(house: House) -> tuple[dict[str, Article], dict[str, Rejection]]:
    """By the number of the article, of the first run."""
    keys = sorted(house.store.list(""))
    articles = [each for key in keys if key.startswith("articles/") for each in read_articles(house.store.get(key))]
    rejected = [each for key in keys if key.startswith("rejected/") for each in read_rejections(house.store.get(key))]
    return ({each.url[-1]: each for each in reversed(articles)}, {each.url[-1]: each for each in rejected})


def test_an_article_is_read_from_its_feed_where_the_page_has_no_text_and_every_reading_again_agrees(
    tmp_path: Path,
) -> None:
    named = feed({1: WHOLE, 2: TEASER, 3: WHOLE.replace("الزهور", "الورود")})
    shown = ok(page("spaces", 3), HTML)
    shell = ok(SHELL, HTML)
    site = Scripted(
        {"/rss": [named, feed({1: "", 2: "", 3: ""})], "/news/1": shell, "/news/2": shell, "/news/3": shown}
    )
    with serving_bytes(site) as server:
        sources = write_source(tmp_path / "s", server.base, discover={"feeds": [f"{server.base}/rss"]})
        with house_in(tmp_path, sources=sources) as house:
            assert crawl(house, "mithal").owed == []
            articles, rejected = outcomes(house)
            assert articles["1"].text.split("\n") == list(PARAGRAPHS)
            assert articles["1"].title.startswith(HEADLINE)
            assert (articles["1"].published_at, articles["1"].published_date) == (None, None)
            assert {"text-from-feed", "title-from-feed"} <= set(articles["1"].flags)
            assert rejected.keys() == {"2"}
            assert rejected["2"].reason == "needs-script"
            assert articles["3"].text.split("\n") == list(PARAGRAPHS)
            assert "text-from-feed" not in articles["3"].flags
            assert keys_with_bodies(house.ledger, "mithal") == set()
            before = {key: house.store.get(key) for key in house.store.list("articles/")}
            with plain_steps() as steps:
                parts = [key for key in house.store.list("raw/") if key.endswith(".warc.gz")]
                report = replay_warcs(house, parts, steps=steps, watch=lambda _: None)
            assert report.owed == []  # other bytes than before would be owed
            assert report.sources[0].tally.articles == 2
            wait_until_due(house, 3)
            assert crawl(house, "mithal").owed == []
            assert history(house, 1) == [("first", "text-from-feed")]
        with house_in(tmp_path, sources=sources, ledger=f"sqlite:///{tmp_path / 'again.db'}") as again:
            assert rebuild(again, watch=lambda _: None).problems == []
            assert history(again, 1) == [("first", "text-from-feed")]
            assert keys_with_bodies(again.ledger, "mithal") == set()
            assert {key: again.store.get(key) for key in before} == before


def test_what_a_feed_held_of_an_article_that_could_not_be_fetched_waits_for_the_next_run(tmp_path: Path) -> None:
    busy = b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
    site = Scripted({"/rss": [feed({1: WHOLE}), feed({1: ""})], "/news/1": [busy] * 3 + [ok(SHELL, HTML)]})
    with serving_bytes(site) as server:
        sources = write_source(tmp_path / "s", server.base, discover={"feeds": [f"{server.base}/rss"]})
        with house_in(tmp_path, sources=sources) as house:
            crawl(house, "mithal")
            assert keys_with_bodies(house.ledger, "mithal") == {"mithal:1"}
            assert crawl(house, "mithal").owed == []
            assert outcomes(house)[0]["1"].text.split("\n") == list(PARAGRAPHS)
            assert keys_with_bodies(house.ledger, "mithal") == set()
