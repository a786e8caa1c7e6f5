"""A house of one's own for a test: settings for a folder, and the environment that says the same."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Set
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

from flows.house import House, open_house
from flows.progress import Progress
from flows.report import Report
from flows.settings import Settings
from flows.steps import plain_steps
from flows.walk import crawl_sources
from storage.articles import read_articles
from storage.keys import ARTICLES
from storage.store import Store
from storage.warc import read_captures

CONTACT = "mailto:tests@warraq.invalid"


def settings_in(folder: Path, **more: Any) -> Settings:
    """Everything below one folder; loopback may be fetched."""
    given = {
        "store": f"file:{folder / 'archive'}",
        "ledger": f"sqlite:///{folder / 'ledger.db'}",
        "spool": folder / "spool",
        "contact": CONTACT,
        "allow_addresses": ["127.0.0.0/8"],
    }
    return Settings(**(given | more))


def variables_in(folder: Path) -> dict[str, str]:
    """The same as environment variables."""
    return {
        "WARRAQ_STORE": f"file:{folder / 'archive'}",
        "WARRAQ_LEDGER": f"sqlite:///{folder / 'ledger.db'}",
        "WARRAQ_SPOOL": str(folder / "spool"),
        "WARRAQ_CONTACT": CONTACT,
        "WARRAQ_ALLOW_ADDRESSES": "127.0.0.0/8",
    }


def environment_in(folder: Path, **more: str) -> dict[str, str]:
    """A whole environment for a command: ours, a wide terminal, the variables, and more."""
    return dict(os.environ) | {"COLUMNS": "200"} | variables_in(folder) | more


@contextmanager
def house_in(folder: Path, **more: Any) -> Iterator[House]:
    with open_house(settings_in(folder, **more)) as house:
        yield house


def crawl(house: House, *ids: str, **more: Any) -> Report:
    """Crawl sources of a house with plain steps; all of its catalogue if none is named."""
    seen: list[Progress] = []
    with plain_steps() as steps:
        return crawl_sources(house, house.catalogue.chosen(ids), steps=steps, watch=seen.append, **more)


def each_was_captured_once(store: Store, expected: Set[str]) -> None:
    """See that a store has one capture of each of these addresses, and one article, and no other article."""
    captured, articles = Counter[str](), Counter[str]()
    for key in (key for key in store.list("raw/") if key.endswith(".warc.gz")):
        content = store.get(key)
        captured.update(each.url for each in read_captures(BytesIO(content), key, len(content)))
    for key in store.list(ARTICLES):
        articles.update(article.url for article in read_articles(store.get(key)))
    assert {url: count for url, count in captured.items() if url in expected} == dict.fromkeys(expected, 1)
    assert articles == dict.fromkeys(expected, 1)
