"""`warraq sources probe`: from a site's pages to a source file that crawls it whole."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow.dataset as dataset
import pytest
import trustme

from crawlers.document_key import document_key
from crawlers.source import Source, load_source
from flows.newsroom import EVERYONE, GivenPage, expected_articles, running_newsroom, running_pages
from flows.probing import Probed, ProbeFailed, probe_sites
from flows.report import SourceReport
from tests.flows.houses import crawl, house_in, settings_in
from tests.flows.unlike_sites import GOOD, Built, unfriendly

pytestmark = pytest.mark.slow  # real crawl processes, one for all looks and one for all crawls

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
MOST_REQUESTS = 32
# Of twelve. The others have lists that links do not show: numbers, a date archive, a "more" button, AMP twins.
WHOLE = (
    *("sada-alfurat", "rafidain-tv", "alwaraq-alqadeem", "marsad-almaghreb"),
    *("nashrat-albahr", "mudawwanat-alsafar", "arshif-aljabal", "bawwabat-alhay"),
)
STARTS = {"moved": "http://old-name.example/", "arabic-host": "http://مثال.إختبار/"}


@dataclass(frozen=True, slots=True)
class Crawled:
    probed: dict[str, Probed]
    reports: dict[str, SourceReport]
    found: dict[str, list[tuple[str, str]]]  # URL and document key of every article, by source


@pytest.fixture(scope="module")
def sites() -> dict[str, Built]:
    return {name: build() for name, build in GOOD.items()} | unfriendly()


@pytest.fixture(scope="module")
def unlike(sites: dict[str, Built], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    folder = tmp_path_factory.mktemp("unlike")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    hosts = sorted({urlsplit(each.url).hostname or "" for site in sites.values() for each in site.pages})
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*hosts).configure_cert(context)
    pages = [each for site in sites.values() for each in site.pages]
    no_feed = [GivenPage(f"http://{host}/feed.xml", b"", status=404) for host in hosts]
    with pytest.MonkeyPatch.context() as patch, running_pages([*no_feed, *pages], context) as server:
        patch.setenv("SSL_CERT_FILE", str(folder / "ca.pem"))
        ports = {80: server.port, 443: server.tls_port}
        to = {f"{host}:{port}": f"127.0.0.1:{ours}" for host in hosts for port, ours in ports.items()}
        starts = {name: STARTS.get(name, site.home) for name, site in sites.items()}
        yield _probe_and_crawl(folder, starts, connect_to=to, crawled=list(GOOD))


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crawled, dict[str, set[str]]]]:
    folder = tmp_path_factory.mktemp("newsroom")
    with running_newsroom(publishers={name: EVERYONE[name] for name in WHOLE}) as room:
        starts = {key: f"{base}/" for key, base in room.bases.items()}
        crawled = _probe_and_crawl(folder, starts, connect_to={}, crawled=list(starts))
        yield (
            crawled,
            {
                key: {unquote(each.url) for each in expected_articles(room.bases) if each.publisher == key}
                for key in starts
            },
        )


def _probe_and_crawl(folder: Path, starts: dict[str, str], connect_to: dict[str, str], crawled: list[str]) -> Crawled:
    sources = folder / "sources"
    sources.mkdir()
    settings = settings_in(folder, sources=sources, connect_to=connect_to)
    results = probe_sites(settings, starts, NOW, lambda _: None, delay=timedelta(0))
    probed = {name: each for name, each in zip(starts, results, strict=True) if not isinstance(each, ProbeFailed)}
    for name in crawled:
        (sources / f"{name}.yaml").write_text(probed[name].text, "utf-8")
        assert load_source(sources / f"{name}.yaml") == probed[name].proposal.source
    with house_in(folder, sources=sources, connect_to=connect_to) as house:
        reports = {each.source: each for each in crawl(house, *crawled).sources}
    return Crawled(probed, reports, {name: _articles(folder, reports[name]) for name in crawled})


def _articles(folder: Path, report: SourceReport) -> list[tuple[str, str]]:
    files = [str(folder / "archive" / key) for key in report.articles]
    rows = dataset.dataset(files).to_table(columns=["url", "document_key"]).to_pylist() if files else []
    return [(row["url"], row["document_key"]) for row in rows]


@pytest.mark.parametrize("name", GOOD)
def test_a_probed_site_is_crawled_whole(unlike: Crawled, sites: dict[str, Built], name: str) -> None:
    assert unlike.probed[name].proposal.problems == ()
    assert unlike.reports[name].owed == []
    found = unlike.found[name]
    assert {url for url, _ in found} == set(sites[name].articles)
    assert len({key for _, key in found}) == len(found)


@pytest.mark.parametrize("name", GOOD)
def test_its_pattern_takes_articles_and_nothing_else_of_the_site(
    unlike: Crawled, sites: dict[str, Built], name: str
) -> None:
    source = unlike.probed[name].proposal.source
    articles = set(sites[name].articles)
    others = {each.url for each in sites[name].pages} - articles
    assert all(map(source.is_article, articles))
    assert [url for url in others if source.is_article(url)] == []
    assert all(source.is_article(f"{url}{'&' if '?' in url else '?'}utm_source=x") for url in articles)


WITH_IDS = ("drupal", "numbers", "undeclared", "joomla", "forum", "moved", "arabic-host")


@pytest.mark.parametrize("name", WITH_IDS)
def test_ids_are_what_lasts_of_a_url(unlike: Crawled, sites: dict[str, Built], name: str) -> None:
    source = unlike.probed[name].proposal.source
    keys = {document_key(url, source) for url in sites[name].articles}
    assert len(keys) == len(sites[name].articles)
    assert all(key.startswith(f"{source.id}:") for key in keys)


def test_a_look_is_no_burden(unlike: Crawled) -> None:
    assert all(each.asked <= MOST_REQUESTS for each in unlike.probed.values())


def test_the_country_the_zone_the_charset_and_the_software_are_seen(unlike: Crawled) -> None:
    facts = {name: each.proposal for name, each in unlike.probed.items()}
    assert (facts["dated"].source.country, facts["dated"].source.timezone) == ("IQ", "Asia/Baghdad")
    assert (facts["moved"].source.country, facts["moved"].source.former_domains) == ("SY", ("old-name.example",))
    assert facts["drupal"].source.timezone == "Etc/GMT-3"
    assert (facts["undeclared"].facts.charset_declared, facts["undeclared"].facts.charset_used) == (
        None,
        "windows-1256",
    )
    assert facts["arabic-slugs"].facts.software == "WordPress"
    assert facts["blogger"].facts.software == "Blogger"
    assert facts["forum"].facts.software == "vBulletin"
    assert facts["numbers"].source.name.ar == "وكالة المرفأ"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("spa", "no feed, no sitemap and no page that lists articles was found"),
        ("shield", "it turns programs away: 403"),
        ("test-page", "it turns programs away"),
        ("closed", "robots.txt forbids us the home page"),
    ],
)
def test_what_cannot_be_crawled_is_said_and_not_enabled(unlike: Crawled, name: str, problem: str) -> None:
    proposal = unlike.probed[name].proposal
    assert proposal.problems[0].startswith(problem)
    assert not proposal.source.enabled
    assert problem in proposal.source.notes
    assert Source.model_validate(proposal.source.model_dump(by_alias=True)) == proposal.source


def test_a_site_that_forbids_us_is_asked_for_its_robots_file_alone(unlike: Crawled) -> None:
    assert unlike.probed["closed"].asked <= 2


def test_eight_publishers_of_the_newsroom_are_crawled_whole(
    newsroom: tuple[Crawled, dict[str, set[str]]],
) -> None:
    crawled, expected = newsroom
    for name, urls in expected.items():
        assert crawled.reports[name].owed == [], name
        found = crawled.found[name]
        assert {_without_marks(unquote(url)) for url, _ in found} == urls, name
        assert len({key for _, key in found}) == len(found), name


def _without_marks(url: str) -> str:
    """Without what a feed or a session adds to an address."""
    return url.partition("?")[0] if "utm_" in url or "PHPSESSID" in url else url
