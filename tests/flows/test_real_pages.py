"""The 20 real pages, crawled under their own names over TLS, extracted from the store, and scored."""

import json
import ssl
import subprocess
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
import trustme
import yaml

from crawlers.extraction.article import local_date
from crawlers.source import Source
from flows.newsroom import GivenPage, running_pages
from storage.articles import as_json, read_articles
from storage.model import Article
from tests.flows.houses import crawl, house_in

QUALITY = Path(__file__).parents[3] / "shared/quality"
FLOORS = {"f1": 0.97, "complete": 0.85, "clean": 0.85, "title": 0.90, "date": 0.85}

pytestmark = pytest.mark.skipif(not QUALITY.exists(), reason="../shared/quality is not there")


def given_pages() -> list[GivenPage]:
    rows = [json.loads(line) for line in (QUALITY / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    return [GivenPage(row["url"], QUALITY / "pages" / f"{row['stem']}.html") for row in rows]


def write_source(folder: Path, host: str, scheme: str) -> str:
    """A small source file for one host: a name, a zone and a feed."""
    source_id = host.removeprefix("www.").replace(".", "-").lower()
    source = {
        "id": source_id,
        "name": {"ar": host, "en": host},
        "country": "XX",
        "home": f"{scheme}://{host}/",
        "timezone": "UTC",
        "discover": {"feeds": [f"{scheme}://{host}/feed.xml"]},
        "politeness": {"delay": "0s", "concurrency": 4},
    }
    (folder / f"{source_id}.yaml").write_text(yaml.safe_dump(source, allow_unicode=True), encoding="utf-8")
    return source_id


def test_the_real_pages_are_crawled_under_their_own_names_and_score_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = given_pages()
    hosts = sorted({(urlsplit(page.url).hostname or "", urlsplit(page.url).scheme) for page in pages})
    sources = tmp_path / "sources"
    sources.mkdir()
    ids = [write_source(sources, host, scheme) for host, scheme in hosts]
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*(host for host, _ in hosts)).configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    with running_pages(pages, ssl_context=context) as server:
        ports = {"http": server.port, "https": server.tls_port}
        connect_to = {
            f"{host}:{443 if scheme == 'https' else 80}": f"127.0.0.1:{ports[scheme]}" for host, scheme in hosts
        }
        with house_in(tmp_path, sources=sources, connect_to=connect_to) as house:
            report = crawl(house, *ids)
            lines = [
                prediction(article, house.catalogue[each.source])
                for each in report.sources
                for key in each.articles
                for article in read_articles(house.store.get(key))
            ]
    assert report.owed == []
    assert sum(each.counts["fetched"] for each in report.sources) == len(pages) == 20

    predictions = tmp_path / "predictions.jsonl"
    predictions.write_text("".join(lines), encoding="utf-8")
    score = subprocess.run(
        [sys.executable, QUALITY / "score_extraction.py", QUALITY / "gold", predictions],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    scores = json.loads(score.stdout.splitlines()[-1])
    with capsys.disabled():
        print(f"\nreal pages: {scores}")
    assert {name: scores[name] >= floor for name, floor in FLOORS.items()} == dict.fromkeys(FLOORS, True)


def prediction(article: Article, source: Source) -> str:
    """What `warraq extract` would print of it."""
    row = as_json(article) | {"stem": stem_of(article.url), "date": local_date(article, source)}
    return json.dumps(row, ensure_ascii=False) + "\n"


def stem_of(url: str) -> str:
    """The page whose URL is this one but for percent-encoding."""
    rows = (json.loads(line) for line in (QUALITY / "pages.jsonl").read_text(encoding="utf-8").splitlines())
    return next(str(row["stem"]) for row in rows if unquote(row["url"]) == unquote(url))
