from __future__ import annotations

import re
import socket
from collections import Counter
from collections.abc import Iterator
from html import unescape

import pytest

from crawlers.source import Source, load_source
from flows.newsroom import (
    PUBLISHERS,
    Expected,
    Newsroom,
    expected_articles,
    running_newsroom,
    write_sources,
)
from flows.newsroom.alwaraq_alqadeem import printed_day
from flows.newsroom.stories import load_stories
from tests.flows.newsroom_client import Reply, Walk, ask, follow, walk

SADA, RAFID, OLD, MARSAD = "sada-alfurat", "rafidain-tv", "alwaraq-alqadeem", "marsad-almaghreb"


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with running_newsroom() as running:
        yield running


@pytest.fixture(scope="module")
def key(newsroom: Newsroom) -> list[Expected]:
    return expected_articles(newsroom.bases)


@pytest.fixture(scope="module")
def sources(newsroom: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Source]:
    files = write_sources(newsroom, tmp_path_factory.mktemp("sources"))
    return {file.stem: load_source(file) for file in files}


@pytest.fixture(scope="module")
def walks(sources: dict[str, Source]) -> dict[str, Walk]:
    return {publisher: walk(source) for publisher, source in sources.items()}


def of(key: list[Expected], publisher: str) -> list[Expected]:
    return [article for article in key if article.publisher == publisher]


def page_text(reply: Reply, charset: str = "utf-8") -> str:
    return unescape(reply.content.decode(charset))


def test_the_newsroom_has_at_least_sixty_four_different_articles(key: list[Expected]) -> None:
    counts = Counter(article.publisher for article in key)
    assert len(key) >= 64
    assert set(counts) == set(PUBLISHERS) and min(counts.values()) >= 16
    assert len({article.title for article in key}) == len(key)
    paragraphs = [paragraph for article in key for paragraph in article.paragraphs]
    assert len(set(paragraphs)) == len(paragraphs)
    assert all(3 <= len(article.paragraphs) <= 7 and len(article.text) > 350 for article in key)


def test_each_publisher_is_an_origin_of_its_own(newsroom: Newsroom) -> None:
    assert list(newsroom.bases) == list(PUBLISHERS)
    assert len(set(newsroom.bases.values())) == 4
    assert all(base.startswith("http://127.0.0.1:") for base in newsroom.bases.values())


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_every_article_page_shows_its_title_and_its_paragraphs_in_order(publisher: str, key: list[Expected]) -> None:
    charset = "cp1256" if publisher == OLD else "utf-8"
    for article in of(key, publisher):
        _, reply = follow(article.url)
        text = page_text(reply, charset)
        places = [text.index(part) for part in (article.title, *article.paragraphs)]
        assert reply.status == 200 and places == sorted(places)


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_pages_are_the_same_bytes_at_every_request(publisher: str, newsroom: Newsroom) -> None:
    with running_newsroom() as another:
        own, others = newsroom.bases[publisher], another.bases[publisher]
        once, twice = ask(f"{own}/", Accept_Encoding="gzip"), ask(f"{own}/", Accept_Encoding="gzip")
        elsewhere = ask(f"{others}/").body.replace(others.encode(), own.encode())
    assert once.body == twice.body
    assert once.content == elsewhere


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_discovery_reaches_every_expected_article_and_nothing_else(
    publisher: str, walks: dict[str, Walk], key: list[Expected], newsroom: Newsroom
) -> None:
    reached = {last for last, reply in walks[publisher].answered.values() if reply.status == 200}
    without_tracking = {url.split("?utm_")[0] for url in reached}
    wanted = {article.url for article in of(key, publisher)}
    twins = {url for article in of(key, publisher) for url in article.other_urls}
    assert wanted <= without_tracking
    assert without_tracking - wanted <= twins


def test_exactly_one_404_and_one_410_are_listed(walks: dict[str, Walk]) -> None:
    lost = {
        publisher: [reply.status for _, reply in found.answered.values() if reply.status != 200]
        for publisher, found in walks.items()
    }
    assert lost == {SADA: [404], RAFID: [410], OLD: [], MARSAD: []}


@pytest.mark.parametrize("publisher", PUBLISHERS)
def test_article_url_accepts_article_pages_with_their_id_and_no_other_page(
    publisher: str, sources: dict[str, Source], key: list[Expected], newsroom: Newsroom
) -> None:
    source = sources[publisher]
    for article in of(key, publisher):
        for url in (article.url, *article.other_urls):
            ids = {found["id"] for rule in source.article_url if (found := rule.search(url))}
            assert source.is_article(url) and ids == {str(article.id)}
    base = newsroom.bases[publisher]
    own_pages = (*source.own_pages, f"{base}/archive.asp?p=2", f"{base}/section/local?page=2")
    assert not any(map(source.is_article, (*own_pages, f"{base}/programs/3", f"{base}/style.css")))


def test_robots_files_name_delays_sitemaps_and_traps(newsroom: Newsroom, walks: dict[str, Walk]) -> None:
    robots = {publisher: ask(f"{base}/robots.txt") for publisher, base in newsroom.bases.items()}
    assert robots[OLD].status == 404
    for publisher in (SADA, RAFID, MARSAD):
        assert re.search(rb"^Crawl-delay: 0\.\d+$", robots[publisher].body, re.M)
        assert b"\nDisallow: /" in robots[publisher].body
    assert f"Sitemap: {newsroom.bases[RAFID]}/sitemap.xml".encode() in robots[RAFID].body
    trap = f"{newsroom.bases[SADA]}/preview/news/1099"
    assert trap in walks[SADA].listed and trap not in walks[SADA].answered


def test_a_trap_lies_behind_every_disallowed_link(newsroom: Newsroom) -> None:
    traps = {SADA: "/preview/news/1099", RAFID: "/studio/rehearsal", MARSAD: "/admin/login"}
    assert {ask(newsroom.bases[publisher] + path).status for publisher, path in traps.items()} == {200}


def test_gzip_comes_only_to_clients_that_accept_it(key: list[Expected]) -> None:
    url = of(key, SADA)[0].url
    packed, plain = ask(url, Accept_Encoding="gzip, deflate"), ask(url, Accept_Encoding="identity")
    assert packed.first("Content-Encoding") == "gzip" and packed.body[:2] == b"\x1f\x8b"
    assert plain.first("Content-Encoding") is None and plain.body == packed.content


def test_cookies_come_in_two_headers(key: list[Expected]) -> None:
    assert len(ask(of(key, SADA)[0].url).all("Set-Cookie")) == 2


def raw_answer(url: str) -> bytes:
    """Everything the server sends for one HTTP/1.1 request, off the socket."""
    host, _, path = url.removeprefix("http://").partition("/")
    name, _, port = host.partition(":")
    with socket.create_connection((name, int(port)), timeout=10) as connection:
        connection.sendall(f"GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b""))


def test_a_channel_page_is_chunked_and_its_headers_keep_their_odd_case(key: list[Expected]) -> None:
    head, _, body = raw_answer(of(key, RAFID)[0].url).partition(b"\r\n\r\n")
    for line in (b"\r\nCONTENT-type: text/html", b"\r\nsErVeR: ", b"\r\nx-POWERED-by: ", b"\r\nlast-MODIFIED: "):
        assert line in head
    assert b"Transfer-Encoding: chunked" in head and b"Content-Length" not in head
    assert body.startswith(b"5dc\r\n") and body.endswith(b"\r\n0\r\n\r\n")


def test_an_unchanged_page_is_answered_with_304_by_etag_or_date(key: list[Expected]) -> None:
    for publisher, asked, told in (
        (SADA, "If_None_Match", "ETag"),
        (MARSAD, "If_None_Match", "ETag"),
        (RAFID, "If_Modified_Since", "Last-Modified"),
    ):
        url = of(key, publisher)[0].url
        validator = ask(url).first(told)
        assert validator is not None
        again = ask(url, **{asked: validator})
        assert (again.status, again.body, again.first(told)) == (304, b"", validator)
    assert ask(of(key, SADA)[0].url, If_None_Match='"other"').status == 200


def test_the_old_address_is_moved_and_the_short_link_found_elsewhere(key: list[Expected]) -> None:
    moved = next(article for article in of(key, RAFID) if article.other_urls)
    short = next(article for article in of(key, MARSAD) if len(article.other_urls) == 2)
    for status, article, url in ((301, moved, moved.other_urls[0]), (302, short, short.other_urls[1])):
        answer = ask(url)
        assert (answer.status, answer.first("Location")) == (status, article.url)


def test_the_busy_article_says_429_once_and_then_answers() -> None:
    with running_newsroom() as fresh:
        urls = [article.url for article in of(expected_articles(fresh.bases), MARSAD)]
        first, second = ([ask(url) for url in urls] for _ in range(2))
        log = [seen for seen in fresh.requests if seen.status == 429]
    busy = [reply for reply in first if reply.status == 429]
    assert [reply.first("Retry-After") for reply in busy] == ["1"]
    assert {reply.status for reply in second} == {200}
    assert [(seen.publisher, seen.method) for seen in log] == [(MARSAD, "GET")]


def test_an_old_page_declares_windows_1256_in_its_meta_only(key: list[Expected]) -> None:
    types = Counter(ask(article.url).first("Content-Type") for article in of(key, OLD))
    assert types == {"text/html": len(of(key, OLD)) - 1, "text/html; charset=iso-8859-1": 1}
    for article in of(key, OLD):
        body = ask(article.url).body
        assert b"charset=windows-1256" in body and b"<h1" not in body.lower()
        assert article.title in body.decode("cp1256")
        with pytest.raises(UnicodeDecodeError):
            body.decode("utf-8")


def test_an_old_page_prints_a_levantine_date_in_arabic_digits(key: list[Expected]) -> None:
    oldest_day = next(article for article in of(key, OLD) if str(article.published) == "2020-08-05")
    assert "٥ آب ٢٠٢٠" in page_text(ask(oldest_day.url), "cp1256")
    assert all(
        printed_day(story) in page_text(ask(article.url), "cp1256")
        for story, article in zip(load_stories(OLD, "Asia/Amman"), of(key, OLD), strict=True)
    )


def test_a_comment_page_shows_ages_and_no_date(key: list[Expected]) -> None:
    ages = {age for article in of(key, SADA) for _, _, age in article.comments}
    assert {"منذ 6 سنوات 6 أشهر", "منذ سنتين", "منذ 3 أشهر", "منذ يومين", "منذ ساعة"} <= ages
    for article in of(key, SADA):
        text = page_text(ask(article.url))
        assert f"التعليقات ({len(article.comments)})" in text and text.count(article.title) >= 2
        assert not re.search(r"(19|20)\d\d|[٠-٩]{4}|\d+[/-]\d+[/-]\d+|ld\+json|article:published", text)
        assert all(part in text for comment in article.comments for part in comment)
        assert article.published is None and article.authors == ()


def test_a_channel_page_ends_in_newer_dates_than_its_own(key: list[Expected]) -> None:
    first = next(article for article in of(key, RAFID) if str(article.published) == "2020-03-05")
    text = page_text(ask(first.url))
    assert text.index("2020-03-05 | 12:24") < text.index(first.paragraphs[-1]) < text.index("14:00 | 2025-12-31")


def test_a_modern_page_says_its_facts_in_json_ld_and_has_an_amp_twin(key: list[Expected]) -> None:
    article = next(article for article in of(key, MARSAD) if str(article.published) == "2024-08-12")
    text, amp = page_text(ask(article.url)), page_text(ask(article.other_urls[0]))
    assert '"datePublished": "2024-08-12T09:30:00+01:00"' in text and "12 غشت 2024" in text
    assert f'<link rel="amphtml" href="{article.other_urls[0]}">' in text
    assert f'<link rel="canonical" href="{article.url}">' in amp
    assert all(paragraph in amp for paragraph in article.paragraphs)


def test_feed_links_carry_tracking_that_the_server_does_not_mind(newsroom: Newsroom, key: list[Expected]) -> None:
    feed = page_text(ask(f"{newsroom.bases[MARSAD]}/rss"))
    tracked = re.findall(r"<link>(\S+\?utm_source=rss&utm_medium=feed&fbclid=\w+)</link>", feed)
    assert len(tracked) == 7
    assert ask(tracked[0]).content == ask(tracked[0].partition("?")[0]).content


@pytest.mark.parametrize("how", ["call", "post"])
def test_the_edit_changes_one_headline_and_its_validators(how: str) -> None:
    with running_newsroom() as running:
        before = of(expected_articles(running.bases), MARSAD)
        after = of(expected_articles(running.bases, after_edit=True), MARSAD)
        ((old, new),) = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
        first = ask(old.url)
        if how == "call":
            running.publish_edit()
        else:
            assert ask(f"{running.bases[MARSAD]}/_newsroom/edit", method="POST").status == 204
        second = ask(new.url, If_None_Match=first.first("ETag") or "")
    assert old.url == new.url and old.title != new.title and old.paragraphs[1:] == new.paragraphs[1:]
    assert old.title in page_text(first) and old.paragraphs[0] in page_text(first)
    assert second.status == 200 and new.title in page_text(second) and new.paragraphs[0] in page_text(second)
    assert first.first("Last-Modified") != second.first("Last-Modified")
