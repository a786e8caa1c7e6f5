"""`warraq sources add` and `probe` as commands: what is shown, what is written, and what is refused."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.source import load_source
from flows.newsroom import Newsroom, running_newsroom
from tests.flows.houses import environment_in
from tests.flows.test_command import warraq

PUBLISHER = "marsad-almaghreb"
HEADLINE = "جماعة عين الزعفران تطلق حافلات كهربائية صغيرة"


@pytest.fixture(scope="module")
def newsroom() -> Iterator[Newsroom]:
    with running_newsroom() as newsroom:
        yield newsroom


@pytest.fixture
def home(newsroom: Newsroom) -> str:
    return f"{newsroom.bases[PUBLISHER]}/"


def asked(newsroom: Newsroom) -> int:
    return len(newsroom.requests)


def test_what_can_be_refused_is_refused_before_anything_is_asked_for(
    tmp_path: Path, newsroom: Newsroom, home: str
) -> None:
    before = asked(newsroom)
    without_folder = warraq("sources", "add", home, "--yes", folder=tmp_path)
    assert (without_folder.returncode, "WARRAQ_SOURCES" in without_folder.stderr) == (2, True)
    folder = tmp_path / "sources"
    folder.mkdir()
    (folder / "here.yaml").write_text("id: here\n", "utf-8")
    there = warraq("sources", "add", home, "--yes", "--id", "here", folder=tmp_path, WARRAQ_SOURCES=str(folder))
    assert (there.returncode, "is there already; --force" in there.stderr) == (2, True)
    nobody = warraq("sources", "add", home, folder=tmp_path, WARRAQ_SOURCES=str(folder))
    assert (nobody.returncode, "--yes" in nobody.stderr) == (2, True)
    stranger = warraq("sources", "add", home, "--yes", folder=tmp_path, WARRAQ_SOURCES=str(folder), WARRAQ_CONTACT="")
    assert (stranger.returncode, "WARRAQ_CONTACT" in stranger.stderr) == (2, True)
    for wrong in ("ftp://x.example/", "https://user:secret@x.example/", "http://[a"):
        refused = warraq("sources", "probe", wrong, folder=tmp_path)
        assert (refused.returncode, "secret" in refused.stderr) == (2, False)
    assert asked(newsroom) == before
    assert [file.name for file in folder.iterdir()] == ["here.yaml"]


@pytest.mark.slow
def test_three_articles_are_shown_and_the_file_is_written(tmp_path: Path, home: str) -> None:
    folder = tmp_path / "new/sources"
    added = warraq("sources", "add", home, "--yes", "--id", "marsad", folder=tmp_path, WARRAQ_SOURCES=str(folder))
    assert added.returncode == 0, added.stderr
    file = folder / "marsad.yaml"
    assert load_source(file).discover.feeds == (f"{home}rss",)
    assert added.stdout == file.read_text("utf-8")
    assert f"\N{FIRST STRONG ISOLATE}{HEADLINE}\N{POP DIRECTIONAL ISOLATE}" in added.stderr
    assert added.stderr.count(f"{home}ar/news/") == 3
    again = warraq("sources", "add", home, "--yes", "--id", "marsad", folder=tmp_path, WARRAQ_SOURCES=str(folder))
    assert again.returncode == 2
    file.write_text("id: marsad\n", "utf-8")
    forced = ("sources", "add", home, "--yes", "--id", "marsad", "--force")
    assert warraq(*forced, folder=tmp_path, WARRAQ_SOURCES=str(folder)).returncode == 0
    assert load_source(file).article_url


@pytest.mark.slow
def test_on_a_terminal_it_asks_and_takes_no_for_an_answer(tmp_path: Path, home: str) -> None:
    folder = tmp_path / "sources"
    folder.mkdir()
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "flows.cli", "sources", "add", home, "--id", "marsad"],
        cwd=tmp_path, env=environment_in(tmp_path, WARRAQ_SOURCES=str(folder)),
        stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.write(ours, b"n\n")
    out, errors = child.communicate(timeout=120)
    assert b"id: marsad" in out
    assert b"Write" in errors and b"nothing was written" in errors
    assert (child.returncode, list(folder.iterdir())) == (1, [])


@pytest.mark.slow
def test_probe_prints_a_file_that_loads_and_keeps_words_off_stdout(tmp_path: Path, home: str) -> None:
    probed = warraq("sources", "probe", home, folder=tmp_path)
    assert probed.returncode == 0
    name = probed.stdout.splitlines()[0].removeprefix("id: ")
    (tmp_path / f"{name}.yaml").write_text(probed.stdout, "utf-8")
    assert load_source(tmp_path / f"{name}.yaml").language == "ar"
    assert "requests; 1 feeds" in probed.stderr
    rows = warraq("sources", "probe", home, "--json", folder=tmp_path).stdout.splitlines()
    row = json.loads(rows[-1])
    assert (row["event"], row["problems"], len(row["samples"])) == ("probe", [], 3)
    assert not (tmp_path / "archive").exists()
