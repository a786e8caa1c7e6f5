"""`warraq sources check`: a verdict for each source, with what was seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from crawlers.source import Source
from flows.checking import Check, Verdict, check_sources
from flows.newsroom import GivenPage, running_newsroom, running_pages, write_sources
from storage.owners import owner_name
from tests.flows.houses import house_in
from tests.flows.test_command import warraq
from tests.flows.unlike_sites import Built, headlines, page, rss, sitemap, unfriendly

pytestmark = pytest.mark.slow  # a real crawl process

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
PATHS = [f"/news/{n}" for n in range(500, 512)]


def healthy(name: str) -> Built:
    site = Built(f"http://{name}.example/")
    site.add_articles(PATHS, "جريدة الاختبار")
    site.add("/rss", rss(site.home, PATHS, "جريدة الاختبار"), "application/rss+xml")
    site.add("/", page("", headlines(PATHS)))
    return site


def source_for(site: Built, name: str, **more: Any) -> Source:
    keys = {
        "id": name,
        "name": {"ar": "جريدة الاختبار", "en": name},
        "country": "IQ",
        "home": site.home,
        "timezone": "Asia/Baghdad",
        "discover": {"feeds": [f"{site.home}rss"]},
        "article_url": [r"/news/(?P<id>\d+)$"],
        "politeness": {"delay": "0s", "concurrency": 1},
    }
    return Source.model_validate(keys | more)


def without(site: Built, *paths: str) -> Built:
    site.pages = [each for each in site.pages if urlsplit(each.url).path not in paths]
    return site


def cases() -> dict[str, tuple[Built, Source]]:
    found: dict[str, tuple[Built, Source]] = {}

    def case(name: str, site: Built, **more: Any) -> Built:
        found[name] = (site, source_for(site, name, **more))
        return site

    case("well", healthy("well"))
    case("pattern", healthy("pattern"), article_url=[r"/story/\d+$"])
    case("lost-feed", without(healthy("lost-feed"), "/rss"))
    half = healthy("half")
    sections = [{"url": f"{half.home}section/none"}]
    case("half", half, discover={"feeds": [f"{half.home}rss"], "sections": sections})
    empty = without(healthy("empty"), *PATHS)
    for path in PATHS:
        empty.add(path, page("", "<div id=root></div><script src=/app.js></script>"))
    case("empty", empty)
    moved = without(healthy("moved"), "/rss")
    moved.add("/rss", b"", status=301, location="http://elsewhere.example/rss")
    moved.add("http://elsewhere.example/rss", rss("http://elsewhere.example/", PATHS, "x"), "application/rss+xml")
    case("moved", moved)
    bad = unfriendly()
    case("shield", bad["shield"], discover={}, home=bad["shield"].home)
    case("closed", bad["closed"], discover={})
    case("spa", bad["spa"], discover={})
    old = healthy("old")
    case("old", old)
    mapped = without(healthy("mapped"), "/rss")
    mapped.add("/robots.txt", b"Sitemap: http://mapped.example/index.xml\n", "text/plain")
    index = b"<sitemapindex><sitemap><loc>http://mapped.example/one.xml</loc></sitemap></sitemapindex>"
    mapped.add("/index.xml", index, "application/xml")
    mapped.add("/one.xml", sitemap(mapped.articles), "application/xml")
    case("mapped", mapped, discover={"sitemaps": ["robots"]})
    return found


@pytest.fixture(scope="module")
def checks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Check]]:
    folder = tmp_path_factory.mktemp("checks")
    (folder / "sources").mkdir()
    every = cases()
    hosts = {urlsplit(each.url).hostname or "" for site, _ in every.values() for each in site.pages}
    no_feed = [GivenPage(f"http://{host}/feed.xml", b"", status=404) for host in hosts]
    with running_pages([*no_feed, *(each for site, _ in every.values() for each in site.pages)]) as server:
        to = {f"{host}:{port}": f"127.0.0.1:{server.port}" for host in hosts for port in (80,)}
        to |= {"nobody.example:80": "127.0.0.1:9"}
        sources = [_over_http(source) for _, source in every.values()]
        nobody = source_for(Built("http://nobody.example/"), "nobody")
        busy = source_for(healthy("busy"), "busy")
        with house_in(folder, sources=folder / "sources", connect_to=to) as house:
            house = replace(house, clock=lambda: NOW)
            house.ledger.lease("busy", owner_name("another run of ours"), NOW)
            found = check_sources(house, [*sources, nobody, busy], lambda _: None)
            late = replace(house, clock=lambda: NOW + timedelta(days=30))
            found += check_sources(late, [each for each in sources if each.id == "old"], lambda _: None)
    yield {each.source.id: each for each in found}


def _over_http(source: Source) -> Source:
    return source.model_copy(update={"home": source.home.replace("https:", "http:")})


VERDICTS = {
    "well": (Verdict.OK, ""),
    "mapped": (Verdict.OK, ""),
    "pattern": (Verdict.REDESIGNED, "its pages name 12 addresses, and none of them is known for an article"),
    "lost-feed": (Verdict.REDESIGNED, "http://lost-feed.example/rss answers 404"),
    "half": (Verdict.PARTLY, "http://half.example/section/none: answers 404"),
    "empty": (Verdict.REDESIGNED, "none of its newest articles can be read: needs-script"),
    "moved": (Verdict.MOVED, "it answers from elsewhere.example"),
    "shield": (Verdict.BLOCKED, "http://shield.example/ answers 403"),
    "closed": (Verdict.FORBIDDEN, "robots.txt forbids every page that names its articles"),
    "spa": (Verdict.REDESIGNED, "its pages name 0 addresses"),
    "old": (Verdict.STALE, "its newest article is 31 days old"),
    "nobody": (Verdict.UNREACHABLE, "http://nobody.example/rss: "),
    "busy": (Verdict.BUSY, ""),
}


@pytest.mark.parametrize("name", VERDICTS)
def test_each_fault_has_its_verdict(checks: dict[str, Check], name: str) -> None:
    verdict, why = VERDICTS[name]
    assert (checks[name].verdict, checks[name].why[: len(why)]) == (verdict, why), checks[name].why


def test_a_check_says_how_new_and_how_readable_a_source_is(checks: dict[str, Check]) -> None:
    well = checks["well"]
    assert (well.articles, well.readable, len(well.pages)) == (12, 3, 1)
    assert well.newest == datetime(2026, 11, 27, 5, 7, tzinfo=UTC)
    assert [each.articles for each in checks["mapped"].pages] == [0, 0, 12]


def test_the_command_gives_a_table_json_and_an_exit_code(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        given = {"folder": tmp_path, "WARRAQ_SOURCES": str(tmp_path / "sources")}
        names = list(newsroom.bases)
        table = warraq("sources", "check", *names, "--stale-after", "9999d", **given)
        assert table.returncode == 0, table.stdout + table.stderr
        assert table.stdout.count("3/3") >= 4
        rows = warraq("sources", "check", names[0], "--json", **given)
        row = json.loads(rows.stdout.splitlines()[-1])
        assert (rows.returncode, row["event"], row["verdict"]) == (1, "check", "stale")
        assert not list((tmp_path / "archive").rglob("*.warc.gz"))


def test_without_a_contact_nothing_is_asked_for(tmp_path: Path) -> None:
    ended = warraq("sources", "check", "elkhabar", folder=tmp_path, WARRAQ_CONTACT="")
    assert (ended.returncode, "WARRAQ_CONTACT" in ended.stderr) == (2, True)
