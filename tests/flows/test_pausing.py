"""Sources paused and resumed: by whom, what is left out, and where it is shown."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.due import due_sources
from flows.findings import show_status
from flows.house import House
from flows.pause_sources import markdown
from flows.pausing import crawlable, pause, paused_in, resume
from flows.statuses import status_of
from storage.errors import UnknownSource, UsageError
from tests.flows.archives import SOURCE, add_run, write_source
from tests.flows.houses import house_in, variables_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        yield house


def test_a_paused_source_is_crawled_only_when_it_is_named(house: House) -> None:
    everybody = {source.id for source in crawlable(house)}
    assert SOURCE in everybody
    (paused,) = pause(house, [SOURCE], "editor", "asked us to").values()
    assert (paused.source, paused.by, paused.reason) == (SOURCE, "editor", "asked us to")
    assert {source.id for source in crawlable(house)} == everybody - {SOURCE}
    assert {source.id for source in due_sources(house, house.clock()).sources} == everybody - {SOURCE}
    assert [source.id for source in due_sources(house, house.clock(), [SOURCE]).sources] == [SOURCE]
    assert [source.id for source in crawlable(house, [SOURCE])] == [SOURCE]
    assert pause(house, [SOURCE], "another")[SOURCE] == paused
    assert resume(house, [SOURCE]) == {}
    assert {source.id for source in crawlable(house)} == everybody


def test_an_unknown_source_is_not_paused_and_nothing_left_to_crawl_is_said(house: House) -> None:
    with pytest.raises(UnknownSource):
        pause(house, [SOURCE, "no-such"], "editor")
    assert paused_in(house.settings) == {}
    pause(house, [source.id for source in crawlable(house)], "editor")
    with pytest.raises(UsageError, match="every enabled source is paused"):
        crawlable(house)


def test_the_status_and_the_ui_say_who_is_paused(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    add_run(house, 1)
    show_status(status_of(house), as_json=False)
    assert "(paused)" not in capsys.readouterr().out
    shown = markdown(house, pause(house, [SOURCE], "editor", "a <b>redesign</b>"))
    assert house.catalogue[SOURCE].name.ar in shown and "a &lt;b&gt;redesign" in shown
    (status,) = status_of(house).sources
    assert status.paused_since == house_pause(house)
    assert "No publisher is paused" in markdown(house, resume(house, [SOURCE]))


def house_pause(house: House) -> object:
    return paused_in(house.settings)[SOURCE].since


def test_the_command_pauses_lists_and_resumes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sources = write_source(tmp_path / "sources")
    for name, value in (variables_in(tmp_path) | {"WARRAQ_SOURCES": str(sources), "COLUMNS": "200"}).items():
        monkeypatch.setenv(name, value)
    run = CliRunner()
    assert f'"{SOURCE}"' in run.invoke(app, ["sources", "list", "--json"]).output
    assert not (tmp_path / "ledger.db").exists()  # looking makes nothing
    said = run.invoke(app, ["sources", "pause", SOURCE, "--reason", "moves house"])
    assert said.exit_code == 0 and f"{SOURCE} is paused since" in said.output and "moves house" in said.output
    rows = run.invoke(app, ["sources", "list", "--json"]).output.splitlines()
    assert [f'"{SOURCE}"' in row for row in rows if '"paused": true' in row] == [True]
    assert run.invoke(app, ["sources", "resume", SOURCE]).output == ""
