"""`python -m flows.recall [FILE]`: how many of the newsroom's articles a crawl finds, and what it takes for one.

Crawls all twelve publishers, fills in the days of those whose older articles only a backfill reaches, and crawls them
again, unchanged. Writes the table to FILE as Markdown, or prints it. Exit code 1 unless every article was found, none
twice, and nothing else."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from crawlers.catalogue_table import kinds_of
from crawlers.document_key import document_key
from flows.backfilling import backfill_sources
from flows.house import House, open_house
from flows.newsroom import EVERYONE, Expected, Newsroom, expected_articles, running_newsroom, write_sources
from flows.settings import Settings
from flows.steps import plain_steps
from flows.walk import crawl_sources
from flows.window import Window
from storage import keys
from storage.articles import read_articles

BACKFILLED = {  # publishers whose older articles stand on no page that a crawl reads
    "sawt-alwaha": Window(date(2022, 2, 1), date(2022, 4, 30)),
    "yawmiyat": Window(date(2024, 12, 1), date(2024, 12, 31)),
}


@dataclass(frozen=True, slots=True)
class Recall:
    """What came of one publisher."""

    publisher: str
    kinds: str
    expected: int
    found: int  # of the expected, those that are articles in the archive
    twice: int  # articles more than once by document key, or fetched more than once
    others: int  # in the archive as articles, though they are none
    requests: int
    requests_again: int  # of a second crawl of the unchanged newsroom

    @property
    def is_perfect(self) -> bool:
        return self.found == self.expected and not self.twice and not self.others


def recall(publishers: Mapping[str, object] = EVERYONE, folder: Path | None = None) -> list[Recall]:
    """Crawl the publishers of a newsroom of its own, in `folder` or a temporary one."""
    with tempfile.TemporaryDirectory(prefix="warraq-") as temporary:
        place = folder or Path(temporary)
        chosen = {name: EVERYONE[name] for name in publishers}
        with running_newsroom(publishers=chosen) as newsroom:
            write_sources(newsroom, place / "sources")
            with open_house(_settings(place)) as house:
                return _measured(house, newsroom, list(chosen))


def _settings(place: Path) -> Settings:
    return Settings(
        store=f"file:{place / 'archive'}",
        ledger=f"sqlite:///{place / 'ledger.db'}",
        spool=place / "spool",
        sources=place / "sources",
        contact="mailto:recall@warraq.invalid",
        allow_addresses=["127.0.0.0/8"],
        connect_to={},
    )


def _measured(house: House, newsroom: Newsroom, names: Sequence[str]) -> list[Recall]:
    sources = house.catalogue.chosen(names)
    with plain_steps() as steps:
        crawl_sources(house, sources, steps=steps, watch=lambda _: None)
        for name in names:
            if name in BACKFILLED:
                one = house.catalogue.chosen([name])
                backfill_sources(house, one, BACKFILLED[name], steps=steps, watch=lambda _: None)
        first = len(newsroom.requests)
        crawl_sources(house, sources, steps=steps, watch=lambda _: None)
    expected = expected_articles(newsroom.bases)
    return [
        _recall_of(house, newsroom, name, [each for each in expected if each.publisher == name], first)
        for name in names
    ]


def _recall_of(house: House, newsroom: Newsroom, name: str, expected: Sequence[Expected], first: int) -> Recall:
    source = house.catalogue[name]
    prefix = f"source={name}/"
    files = (key for key in house.store.list(keys.ARTICLES) if prefix in key)
    came = Counter(article.document_key for key in files for article in read_articles(house.store.get(key)))
    wanted = {document_key(each.url, source): each for each in expected}
    seen = [request for request in newsroom.requests[:first] if request.publisher == name]
    again = sum(request.publisher == name for request in newsroom.requests[first:])
    base = newsroom.bases[name]
    asked = Counter(
        document_key(base + unquote(each.path_qs), source)
        for each in newsroom.requests
        if each.status == 200 and each.publisher == name
    )
    twice = sum(count > 1 for count in came.values()) + sum(asked[key] > 1 for key in wanted)
    others = len(came.keys() - wanted.keys())
    return Recall(
        name, kinds_of(source), len(wanted), len(wanted.keys() & came.keys()), twice, others, len(seen), again
    )


def table(rows: Sequence[Recall]) -> str:
    """Markdown, with a row of sums."""
    lines = [
        "| publisher | found by | articles | found | twice | not articles | requests | second crawl |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for each in rows:
        numbers = (each.expected, each.found, each.twice, each.others, each.requests, each.requests_again)
        lines.append(f"| {each.publisher} | {each.kinds} | {' | '.join(map(str, numbers))} |")
    sums = [sum(getattr(each, name) for each in rows) for name in Recall.__slots__[2:]]
    lines.append(f"| **all {len(rows)}** | | {' | '.join(f'**{number}**' for number in sums)} |")
    return "\n".join(lines) + "\n"


_HEAD = """# Recall on the newsroom

Written by `make recall`, which crawls the newsroom's twelve publishers, fills in the days of {backfilled} by
`warraq backfill`, and crawls all of them again, unchanged. *Twice* counts articles that are in the archive or were
fetched more than once by document key; *not articles* counts other pages that came out as articles. Requests hold
robots.txt and every page that names articles.

"""


def main(words: Sequence[str]) -> int:
    rows = recall()
    text = table(rows)
    sys.stdout.write(text)
    if words:
        file = Path(words[0])
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(_HEAD.format(backfilled=" and ".join(BACKFILLED)) + text, encoding="utf-8")
    return 0 if all(each.is_perfect for each in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
