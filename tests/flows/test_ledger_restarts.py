"""`warraq crawl` with its ledger on a PostgreSQL that is restarted, whatever the command is at."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import yaml

from storage.store import open_store
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import source_at
from tests.crawlers.scripted import HTML, Scripted, ok, site
from tests.crawlers.test_ledger_gone import Restarting, restarting
from tests.flows.archives import page
from tests.flows.conftest import ROOT
from tests.flows.houses import each_was_captured_once, environment_in

__all__ = ["restarting"]
ARTICLES = 40


@pytest.mark.slow
@pytest.mark.parametrize("phase", ["fetching", "keeping", "reading"])
def test_a_crawl_goes_on_when_its_ledger_is_back_or_says_what_it_owes(
    tmp_path: Path, restarting: tuple[str, Restarting], phase: str
) -> None:
    url, server = restarting
    pages = {f"/a/{number}": ok(page(number), HTML) for number in range(1, ARTICLES + 1)}
    with serving_bytes(Scripted(site(ARTICLES) | pages, seconds_each=0.02)) as publisher:
        sources = tmp_path / "sources"
        sources.mkdir()
        described = source_at(publisher.base).model_dump(mode="json", by_alias=True, exclude_defaults=True)
        (sources / "prova.yaml").write_text(yaml.safe_dump(described))
        environment = environment_in(tmp_path, WARRAQ_LEDGER=url, WARRAQ_SOURCES=str(sources), PYTHONPATH=str(ROOT))
        command = [sys.executable, "-m", "flows.cli", "crawl", "prova", "--json"]
        with subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as running:
            assert running.stdout is not None
            rows = (json.loads(line) for line in running.stdout)
            assert any(row.get("phase") == phase and (phase != "fetching" or row["done"] >= 5) for row in rows)
            server.stop()
            server.start()
            *_, last = rows
        assert last["outcome"] == "finished" if running.returncode == 0 else "does not answer" in last["owed"][0]
        if running.returncode:  # a transaction was broken off: nobody knows whether it counts, so the next run looks
            assert subprocess.run(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE).returncode == 0
    asked = Counter(each.path for each in publisher.log if each.path.startswith("/a/"))
    assert asked == dict.fromkeys(pages, 1)
    store = open_store(f"file:{tmp_path / 'archive'}")
    each_was_captured_once(store, {f"{publisher.base}{path}" for path in pages})
