"""The politeness report of a crawl of the newsroom, held against what its servers saw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from flows.newsroom import running_newsroom, write_sources
from flows.politeness_report import politeness_of
from storage.errors import UsageError
from tests.flows.houses import crawl, house_in
from tests.flows.test_command import warraq

pytestmark = pytest.mark.slow


def test_the_report_of_a_run_says_what_the_publishers_servers_saw(tmp_path: Path) -> None:
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        slow_down(tmp_path / "sources" / "alwaraq-alqadeem.yaml")
        with house_in(tmp_path, sources=tmp_path / "sources") as house:
            ids = sorted(newsroom.bases)
            assert crawl(house, *ids).owed == []
            today = house.clock().date()
            report = politeness_of(house, ids, today.replace(day=1), today, lambda _: None)
            counts = {each: house.ledger.runs_of(each)[0].counts for each in ids}
            refused = {each: house.ledger.url_counts(each).get("refused", 0) for each in ids}
            with pytest.raises(UsageError, match="no capture"):
                politeness_of(house, ids, today.replace(year=2020), today.replace(year=2020), lambda _: None)
        seen = {each: [request for request in newsroom.requests if request.publisher == each] for each in ids}
        bases = dict(newsroom.bases)
    by_source = {host.sources[0]: host for host in report.hosts}
    assert sorted(by_source) == ids and report.exit_code == 0
    for source, host in by_source.items():
        log = sorted(seen[source], key=lambda each: each.time)
        assert host.host == bases[source].removeprefix("http://")
        assert host.requests == len(log)
        statuses = [each.status for each in log]
        assert host.statuses == {status: statuses.count(status) for status in sorted(set(statuses))}
        assert host.received == (counts[source] or {})["bytes"]
        asked_s = max(host.source_delay_s, host.crawl_delay_s or 0)
        assert host.shortest_pause_s is not None and host.shortest_pause_s >= asked_s - 0.02
        assert log[-1].time - log[0].time >= (len(log) - 2) * asked_s
        assert (host.left_alone, host.against_robots) == (refused[source], [])
        assert len(host.robots) == sum(each.path_qs == "/robots.txt" for each in log) == 1
    (wait,) = by_source["marsad-almaghreb"].waits
    assert (wait.status, wait.asked_s, wait.kept) == (429, 1.0, True)
    assert by_source["sada-alfurat"].crawl_delay_s is not None and by_source["sada-alfurat"].left_alone == 1
    assert (by_source["alwaraq-alqadeem"].source_delay_s, by_source["alwaraq-alqadeem"].one_at_a_time) == (0.2, True)
    check_the_command(tmp_path)


def slow_down(file: Path) -> None:
    keys = yaml.safe_load(file.read_text("utf-8"))
    keys["politeness"] = {"delay": "0.2s", "concurrency": 1}
    file.write_text(yaml.safe_dump(keys, allow_unicode=True), "utf-8")


def check_the_command(folder: Path) -> None:
    more = {"WARRAQ_SOURCES": str(folder / "sources")}
    shown = warraq("politeness", "sada-alfurat", folder=folder, **more)
    assert shown.returncode == 0, shown.stderr
    assert "صدى الفرات" in shown.stdout and "by Crawl-delay" in shown.stdout
    lines = warraq("politeness", "--json", folder=folder, **more).stdout.splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["kept"] for row in rows if row["event"] == "host"] == [True] * 4
    assert rows[-1]["event"] == "politeness"
