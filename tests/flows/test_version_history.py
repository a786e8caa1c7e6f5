"""What `warraq versions` says of an article that was edited and then taken away."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from flows.version_history import as_line, changes
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.scripted import HTML, answer, ok
from tests.flows.houses import crawl, environment_in, house_in
from tests.flows.moving_pages import HEADLINE, page
from tests.flows.test_again import Site, wait_until_due, write_source


def test_words_that_changed_are_marked_and_keep_their_direction() -> None:
    line = as_line(changes("قتل خمسة في انفجار", "قتل سبعة في انفجار"))
    assert line.replace("\N{FIRST STRONG ISOLATE}", "").replace("\N{POP DIRECTIONAL ISOLATE}", "") == (
        "قتل [-خمسة-] {+سبعة+} في انفجار"
    )
    assert line.count("\N{FIRST STRONG ISOLATE}") == line.count("\N{POP DIRECTIONAL ISOLATE}") == 2
    assert changes("لا شيء", "لا  شيء") == []


@pytest.mark.slow
def test_the_command_shows_what_changed(tmp_path: Path) -> None:
    site = Site({"/": ok('<a href="/news/1">x</a>', HTML), "/news/1": ok(page("poll", 1), HTML)})
    with serving_bytes(site) as server, house_in(tmp_path, sources=write_source(tmp_path / "s", server.base)) as house:
        for changed in (ok(page("poll", 2, headline=f"{HEADLINE} اليوم"), HTML), answer(b"410 Gone"), None):
            assert crawl(house, "mithal").owed == []
            if changed is not None:
                wait_until_due(house, 1)
                site.pages["/news/1"] = changed
        url = f"{server.base}/news/1"
    command = [sys.executable, "-m", "flows.cli", "versions", url]
    environment = environment_in(tmp_path, WARRAQ_SOURCES=str(tmp_path / "s"))
    said = subprocess.run(
        [*command, "--json"], env=environment, capture_output=True, text=True, timeout=120, check=True
    )
    rows = [json.loads(line) for line in said.stdout.splitlines()]
    assert [row["what"] for row in rows if row["kind"] == "event"] == ["first", "edited", "deleted"]
    assert ["in", "اليوم"] in next(row for row in rows if row.get("what") == "edited")["headline_changes"]
    assert [row["status"] for row in rows if row["kind"] == "capture"] == [200, 200, 410]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
    assert "edited" in shown and "deleted   410" in shown
