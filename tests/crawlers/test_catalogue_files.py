"""The catalogue that comes with Warraq: every file is valid, dated, and says no more than the facts behind it."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from crawlers.catalogue import OURS, Catalogue
from crawlers.catalogue_table import best_evidence, catalogue_table, kinds_of
from crawlers.document_key import document_key
from crawlers.source import Level, Source

ROOT = Path(__file__).parents[2]
FACTS = ROOT.parent / "shared/facts/publishers.jsonl"
ARAB_STATES = frozenset(re.findall("..", "AEBHDJDZEGIQJOKMKWLBLYMAMROMPSQASASDSOSYTNYE"))


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return dict(Catalogue())


@pytest.fixture(scope="module")
def facts() -> list[dict[str, Any]]:
    if not FACTS.is_file():
        pytest.skip(f"{FACTS} is not here: the facts behind the catalogue lie beside the repository")
    return [json.loads(line) for line in FACTS.read_text("utf-8").splitlines()]


def test_every_arab_state_has_a_publisher(sources: dict[str, Source]) -> None:
    assert {source.country for source in sources.values()} >= ARAB_STATES
    assert len(sources) >= 221


def test_each_file_lies_in_the_folder_of_its_country() -> None:
    catalogue = Catalogue()
    assert all(catalogue.file(each).parent == OURS / catalogue[each].country.lower() for each in catalogue)


def test_every_file_carries_dated_evidence_of_each_way_it_names(sources: dict[str, Source]) -> None:
    for source in sources.values():
        assert all(each.as_of for each in source.evidence), source.id
        assert bool(kinds_of(source)) == (best_evidence(source) is not None), source.id
        assert source.evidence, source.id
        if source.article_url:
            assert any(each.what.startswith("article_url,") for each in source.evidence), source.id


def test_a_source_without_a_known_way_says_that_probe_is_it(sources: dict[str, Source]) -> None:
    without = [source for source in sources.values() if not kinds_of(source)]
    assert without
    assert all(f"`warraq sources probe {source.home}`" in source.notes for source in without)


def test_enabled_are_only_those_with_a_way_validated_in_2026(sources: dict[str, Source]) -> None:
    enabled = [source for source in sources.values() if source.enabled]
    assert 20 <= len(enabled) <= 60
    for source in enabled:
        best = best_evidence(source)
        assert best is not None and best.level is Level.VALIDATED and str(best.as_of).startswith("2026"), source.id
        assert not source.copies and not source.legal, source.id


def test_names_are_written_in_their_letters(sources: dict[str, Source]) -> None:
    for source_id, source in sources.items():
        assert "\\u" not in Catalogue().file(source_id).read_text("utf-8")
        assert any("\N{ARABIC LETTER HAMZA}" <= letter <= "\N{ARABIC LETTER YEH}" for letter in source.name.ar) or (
            source.name.ar == source.name.en.removesuffix(".ae")
        )


def test_files_stay_small(sources: dict[str, Source]) -> None:
    lines = sorted(len(Catalogue().file(each).read_text("utf-8").splitlines()) for each in sources)
    assert lines[len(lines) // 2] <= 20
    assert lines[-1] <= 50


def test_the_whole_catalogue_loads_quickly() -> None:
    started = time.process_time()
    assert len(list(Catalogue().values())) >= 221
    assert time.process_time() - started < 1.5  # takes 0.12 s; read by the slow parser it takes 2


def test_the_table_in_the_docs_is_current(sources: dict[str, Source]) -> None:
    written = (ROOT / "docs/catalogue.md").read_text("utf-8")
    assert written == catalogue_table(sources.values()), "`make catalogue` writes it anew"


def test_every_publisher_of_the_facts_is_there(sources: dict[str, Source], facts: list[dict[str, Any]]) -> None:
    assert {fact["id"] for fact in facts} <= set(sources)
    for fact in facts:
        source = sources[fact["id"]]
        assert (source.name.ar, source.name.en) == (fact["name_ar"], fact["name_en"])
        assert source.country in (fact["country"].split("/")[0], "UN")
        assert source.home.rstrip("/") == fact["homepage"].rstrip("/")
        assert bool(source.legal) == bool(fact.get("legal_flags"))
        assert bool(source.copies) or fact["kind"] != "aggregator"


def test_nothing_is_named_that_the_facts_do_not_show(sources: dict[str, Source], facts: list[dict[str, Any]]) -> None:
    for fact in facts:
        found = sources[fact["id"]].discover
        assert set(found.feeds) <= {feed["url"] for feed in fact.get("feeds", [])}
        assert set(found.sitemaps) <= {sitemap["url"] for sitemap in fact.get("sitemaps", [])}
        assert not found.sections


def test_every_feed_of_the_facts_is_used_or_noted(sources: dict[str, Source], facts: list[dict[str, Any]]) -> None:
    for fact in facts:
        source = sources[fact["id"]]
        noted = " ".join(each.what for each in source.evidence)
        for named in fact.get("feeds", []) + fact.get("sitemaps", []):
            assert named["url"] in (*source.discover.feeds, *source.discover.sitemaps) or named["url"] in noted


def test_patterns_match_their_own_examples(sources: dict[str, Source], facts: list[dict[str, Any]]) -> None:
    checked = 0
    for fact in facts:
        source = sources[fact["id"]]
        matches = fact.get("pattern_matches_examples", [])
        for example, matched in zip(fact.get("article_url_examples", []), matches, strict=False):
            if matched:
                checked += 1
                assert source.is_article(example["url"]), example["url"]
                tracked = f"{example['url']}{'&' if '?' in example['url'] else '?'}utm_source=rss"
                assert source.is_article(tracked)
                assert document_key(tracked, source) == document_key(example["url"], source)
    assert checked > 60


def test_no_pattern_takes_the_home_page_for_an_article(sources: dict[str, Source]) -> None:
    for source in sources.values():
        if source.article_url:
            assert not source.is_article(source.home), source.id
            assert not any(source.is_article(page) for page in (*source.discover.feeds, *source.discover.sitemaps))
