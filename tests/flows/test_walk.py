"""The walk from newsroom to articles and back, with plain steps: complete, repeatable, and in one piece."""

import hashlib
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastwarc.warc import ArchiveIterator
from warcio.checker import Checker

from flows import settling, walk
from flows.house import House
from flows.newsroom import Newsroom, expected_articles, running_newsroom, write_sources
from flows.replaying import replay_warcs, warcs_to_replay
from flows.report import Report
from flows.steps import plain_steps
from storage import keys, spool
from storage.articles import read_articles, read_rejections
from storage.errors import InvalidSetting, ObjectMissing, UnknownSource, UsageError
from storage.manifest import read_manifest
from storage.model import Article
from tests.flows.houses import crawl, house_in

EVERYONE = ("alwaraq-alqadeem", "marsad-almaghreb", "rafidain-tv", "sada-alfurat")


@pytest.fixture
def newsroom() -> Iterator[Newsroom]:
    with running_newsroom() as running:
        yield running


@pytest.fixture
def house(newsroom: Newsroom, tmp_path: Path) -> Iterator[House]:
    write_sources(newsroom, tmp_path / "sources")
    with house_in(tmp_path, sources=tmp_path / "sources") as opened:
        yield opened


@dataclass
class Walk:
    """One crawl of everyone: what it reported, and its newsroom."""

    folder: Path
    report: Report
    newsroom: Newsroom


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    folder = tmp_path_factory.mktemp("walked")
    with running_newsroom() as running:
        write_sources(running, folder / "sources")
        with house_in(folder, sources=folder / "sources") as opened:
            report = crawl(opened, *EVERYONE)
        yield Walk(folder, report, running)


@pytest.fixture
def crawled(walked: Walk, tmp_path: Path) -> Iterator[House]:
    """A copy of the house after that crawl, of the test's own."""
    shutil.copytree(walked.folder, tmp_path, dirs_exist_ok=True)
    with house_in(tmp_path, sources=tmp_path / "sources") as opened:
        yield opened


def articles(house: House) -> list[Article]:
    return [article for key in house.store.list(keys.ARTICLES) for article in read_articles(house.store.get(key))]


def digests(house: House) -> dict[str, str]:
    return {key: hashlib.sha256(house.store.get(key)).hexdigest() for key in house.store.list("")}


def test_every_article_of_the_newsroom_comes_out_once_and_right(crawled: House, walked: Walk) -> None:
    assert walked.report.owed == []
    found = {article.document_key: article for article in articles(crawled)}
    expected = {f"{each.publisher}:{each.id}": each for each in expected_articles(walked.newsroom.bases)}
    assert len(expected) >= 60
    assert len(articles(crawled)) == len(found)
    assert sorted(found) == sorted(expected)
    dated_by_feed = 0
    for key, each in expected.items():
        article = found[key]
        assert (article.title, article.text) == (each.title, each.text)
        told_by_feed = article.published_method == "discovery"
        assert article.published_date == (each.day if told_by_feed else each.published)
        dated_by_feed += told_by_feed
        assert [(c.author, c.text) for c in article.comments] == [(c[0], c[1]) for c in each.comments]
    assert dated_by_feed == 9  # of ten in the feed of sada-alfurat, whose pages say no date, one is lost
    reasons = [
        (each.source, each.reason, each.detail)
        for key in crawled.store.list(keys.REJECTED)
        for each in read_rejections(crawled.store.get(key))
    ]
    assert sorted(reasons) == [
        ("marsad-almaghreb", "http-status", "429"),
        ("rafidain-tv", "http-status", "410"),
        ("sada-alfurat", "http-status", "404"),
    ]


def test_traps_that_robots_txt_forbids_are_never_asked_for(crawled: House, walked: Walk) -> None:
    asked = {seen.path_qs for seen in walked.newsroom.requests}
    assert "/robots.txt" in asked
    assert "/preview/news/1099" not in asked
    assert crawled.ledger.url_counts("sada-alfurat")["refused"] == 1


def test_a_second_crawl_fetches_no_article_again(crawled: House, walked: Walk) -> None:
    asked_first = len(walked.newsroom.requests)
    report = crawl(crawled, "rafidain-tv", "marsad-almaghreb")
    again = [seen.path_qs for seen in walked.newsroom.requests[asked_first:]]
    assert report.owed == []
    assert [path for path in again if "/news/" in path] == []
    assert sum(each.tally.articles for each in report.sources) == 0


def test_replay_gives_the_same_bytes_and_writes_nothing_new(crawled: House) -> None:
    before = digests(crawled)
    named = warcs_to_replay(crawled, [], None, None, [])
    with plain_steps() as steps:
        report = replay_warcs(crawled, named, steps=steps, watch=lambda _: None)
    assert report.owed == []
    assert digests(crawled) == before
    assert sum(each.identical for each in report.sources) == len(
        [key for key in before if key.startswith((keys.ARTICLES, keys.REJECTED))]
    )


def test_replay_without_the_articles_makes_the_very_same_files(crawled: House, tmp_path: Path) -> None:
    before = digests(crawled)
    made = [key for key in before if key.startswith((keys.ARTICLES, keys.REJECTED)) and "sada-alfurat" in key]
    assert made
    for key in made:
        (tmp_path / "archive" / key).unlink()
    with plain_steps() as steps:
        named = warcs_to_replay(crawled, ["sada-alfurat"], None, None, [])
        replay_warcs(crawled, named, steps=steps, watch=lambda _: None)
    assert digests(crawled) == before


def test_warcio_and_fastwarc_read_every_record_of_the_archive(walked: Walk) -> None:
    files = sorted((walked.folder / "archive/raw").rglob("*.warc.gz"))
    assert len(files) == len(EVERYONE)

    class Arguments:
        inputs = tuple(map(str, files))
        verbose = False

    checker = Checker(Arguments())
    checker.process_all()
    assert checker.exit_value == 0
    for file in files:
        with file.open("rb") as stream:
            kinds = [str(record.record_type) for record in ArchiveIterator(stream, parse_http=False)]
        assert kinds.count("response") == kinds.count("request") > 10


def test_the_manifests_name_every_file_with_its_digest(crawled: House, walked: Walk) -> None:
    found = digests(crawled)
    named = {}
    for source in EVERYONE:
        (key,) = crawled.store.list(f"{keys.RUNS}{source}/")
        manifest = read_manifest(crawled.store.get(key))
        named |= {file.key: file.sha256 for file in manifest.files}
        (told,) = (each.tally.articles for each in walked.report.sources if each.source == source)
        assert (manifest.outcome, manifest.counts["articles"]) == ("finished", told)
        assert crawled.ledger.runs_of(source, unfinished=True) == []
    assert named == {key: found[key] for key in named}
    assert set(named) == {key for key in found if not key.startswith((keys.RUNS, "extractors/"))}


def test_nothing_but_copies_stays_in_the_spool_and_without_a_grace_not_even_they(house: House) -> None:
    crawl(house, "alwaraq-alqadeem")
    (copy,) = (file for file in house.spool.rglob("*") if file.is_file())
    assert copy.name.endswith(spool.KEPT)
    hasty = replace(house, settings=house.settings.model_copy(update={"spool_grace": timedelta(0)}))
    assert crawl(hasty, "alwaraq-alqadeem").owed == []
    assert [file for file in house.spool.rglob("*") if file.is_file()] == []


def test_small_parts_are_many_files_with_the_same_articles(newsroom: Newsroom, tmp_path: Path) -> None:
    write_sources(newsroom, tmp_path / "sources")
    with house_in(tmp_path, sources=tmp_path / "sources", part_bytes=1 << 16) as house:
        report = crawl(house, "rafidain-tv", "marsad-almaghreb")
        assert report.owed == []
        assert len([key for key in house.store.list(keys.RAW) if key.endswith(".warc.gz")]) > 2
        assert len({article.document_key for article in articles(house)}) == 17 + 18


def test_a_limit_leaves_the_rest_for_the_next_run(house: House) -> None:
    assert crawl(house, "marsad-almaghreb", limit=5).sources[0].tally.articles == 5
    assert crawl(house, "marsad-almaghreb").sources[0].tally.articles == 13


def test_a_source_that_another_run_holds_is_left_to_it_and_owed(house: House) -> None:
    house.ledger.lease("sada-alfurat", "elsewhere:1:run", house.clock())
    report = crawl(house, "sada-alfurat", "alwaraq-alqadeem")
    assert {each.source: each.outcome for each in report.sources} == {
        "sada-alfurat": "busy",
        "alwaraq-alqadeem": "finished",
    }
    assert "elsewhere:1:run" in report.owed[0]
    assert report.exit_code == 1


def test_a_killed_crawl_process_loses_nothing_and_the_next_run_goes_on(
    house: House, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[walk.CrawlChild] = []
    made = walk.CrawlChild

    def remember(job: walk.CrawlJob) -> walk.CrawlChild:
        started.append(made(job))
        return started[-1]

    monkeypatch.setattr(walk, "CrawlChild", remember)

    def kill_in_the_middle() -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            # What is durable, not what was fetched; one of the four may be the page that is gone.
            if house.ledger.url_counts("rafidain-tv").get("done", 0) >= 4:
                break
            time.sleep(0.01)
        started[0]._process.kill()

    killer = threading.Thread(target=kill_in_the_middle)
    killer.start()
    report = crawl(house, "rafidain-tv")
    killer.join()
    assert report.exit_code == 1
    assert "was killed by SIGKILL" in report.owed[0]
    assert "safe" in report.owed[0]
    kept = len(articles(house))
    assert kept >= 3
    assert crawl(house, "rafidain-tv").owed == []
    found = [article.document_key for article in articles(house)]
    assert len(found) == len(set(found)) == 17
    asked = [seen.path_qs for seen in newsroom.requests if "/news/" in seen.path_qs]
    assert max(asked.count(path) for path in set(asked)) <= 2
    assert not any((Path("/proc") / str(child.pid)).exists() for child in started)


def test_a_crash_before_the_manifest_is_made_good_by_the_next_run(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> bool:
        raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(settling, "finish_run", killed)
        crawl(house, "marsad-almaghreb")
    assert list(house.store.list(keys.RUNS)) == []
    (row,) = house.ledger.runs_of("marsad-almaghreb", unfinished=True)
    assert crawl(house, "marsad-almaghreb").owed == []
    manifest = read_manifest(house.store.get(keys.manifest("marsad-almaghreb", row.run)))
    assert (manifest.outcome, manifest.counts["articles"], manifest.counts["rejected"]) == ("interrupted", 18, 1)
    assert len([file for file in manifest.files if file.key.startswith("articles/")]) == 1
    assert len(list(house.store.list(keys.RUNS))) == 2


def test_no_contact_no_crawl_and_nothing_written(newsroom: Newsroom, tmp_path: Path) -> None:
    write_sources(newsroom, tmp_path / "sources")
    with (
        house_in(tmp_path, sources=tmp_path / "sources", contact=None) as house,
        pytest.raises(InvalidSetting, match="WARRAQ_CONTACT"),
    ):
        crawl(house, "sada-alfurat")
    assert newsroom.requests == []
    assert not (tmp_path / "archive/raw").exists()


def test_replay_chooses_by_source_day_and_key(crawled: House) -> None:
    everything = warcs_to_replay(crawled, [], None, None, [])
    assert len(everything) == len(EVERYONE)
    today = keys.run_day(keys.part_of(everything[0]).run)
    assert warcs_to_replay(crawled, ["marsad-almaghreb"], today, today, []) == everything[1:2]
    assert warcs_to_replay(crawled, [], None, today.replace(year=2020), []) == []
    assert warcs_to_replay(crawled, [], None, None, everything[:1]) == everything[:1]
    with pytest.raises(ObjectMissing):
        warcs_to_replay(crawled, [], None, None, ["raw/none.warc.gz"])
    with pytest.raises(UnknownSource, match="nearest: 'sada-alfurat'"):
        warcs_to_replay(crawled, ["sada-alfrat"], None, None, [])
    with pytest.raises(UsageError, match="before"):
        warcs_to_replay(crawled, [], today, today.replace(year=2020), [])
