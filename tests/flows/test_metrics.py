"""The numbers for Prometheus: as its own parser reads them, and a dashboard that asks for no others."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from flows.cli import app
from flows.metrics import metrics_text
from flows.pausing import pause
from storage import spool
from storage.keys import new_run_id
from tests.flows.archives import SOURCE, add_run, run_verify, write_source
from tests.flows.conftest import ROOT
from tests.flows.houses import environment_in, house_in
from tests.flows.prefect_runs import wait_for


def read(text: str) -> dict[tuple[str, str], float]:
    """Values by name and source; the source of what has none is empty."""
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, sample.labels.get("source", "")): sample.value for sample in samples}


def test_the_numbers_are_those_of_the_archive(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        assert read(metrics_text(house))["warraq_up", ""] == 1
        add_run(house, 1, articles=5)
        pause(house, [SOURCE], "editor")
        waiting = house.spool / SOURCE / f"{new_run_id(house.clock())}-00001{spool.SEALED}"
        waiting.parent.mkdir(exist_ok=True)
        waiting.write_bytes(b"abc")
        found = read(metrics_text(house))
        warcs = [key for key in house.store.list("raw/") if key.endswith(".warc.gz")]
        assert found["warraq_captures_total", SOURCE] > 5
        assert 0 < found["warraq_captured_bytes_total", SOURCE] <= sum(len(house.store.get(key)) for key in warcs)
        assert (found["warraq_articles_total", SOURCE], found["warraq_rejections_total", SOURCE]) == (5, 1)
        assert found["warraq_owed_parts", SOURCE] == 0 and found["warraq_paused", SOURCE] == 1
        assert found["warraq_last_capture_timestamp_seconds", SOURCE] <= house.clock().timestamp()
        assert found["warraq_spool_waiting_files", ""] == 1 and found["warraq_spool_bytes", ""] >= 3
        assert found["warraq_spool_waiting_since_timestamp_seconds", ""] == pytest.approx(waiting.stat().st_mtime)


def test_the_dashboard_asks_only_for_numbers_that_there_are(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        add_run(house, 1, articles=1)
        pause(house, [SOURCE], "editor")
        run_verify(house)  # a store that was never verified has no verification to tell of
        known = {family.name for family in text_string_to_metric_families(metrics_text(house))}
    dashboard = json.loads((ROOT / "deploy" / "grafana-dashboard.json").read_text("utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    asked += [str(variable.get("query", "")) for variable in dashboard.get("templating", {}).get("list", [])]
    names = {name.removesuffix("_total") for expression in asked for name in re.findall(r"warraq_\w+", expression)}
    assert len(names) > 6 and names <= known, names - known


def test_the_command_prints_and_serves_on_loopback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        add_run(house, 1, articles=2)
    environment = environment_in(tmp_path)
    for name in (name for name in environment if name.startswith("WARRAQ_")):
        monkeypatch.setenv(name, environment[name])
    assert "warraq_up 1.0" in CliRunner().invoke(app, ["metrics"]).output
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.listen()
        assert "cannot be had" in str(CliRunner().invoke(app, ["metrics", "--serve", str(port)]).exception)
    command = [sys.executable, "-m", "flows.cli", "metrics", "--serve", str(port)]
    with subprocess.Popen(command, cwd=tmp_path, env=os.environ | environment, stderr=subprocess.DEVNULL) as served:
        text = wait_for(lambda: _scraped(port), within_s=180, what="it answers")
        served.send_signal(signal.SIGTERM)
    found = read(text)
    assert (found["warraq_up", ""], found["warraq_articles_total", SOURCE]) == (1, 2) and served.returncode == 1


def _scraped(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert answer.headers["Content-Type"].startswith("text/plain; version=")
            return str(answer.read().decode())
    except OSError:
        return ""
