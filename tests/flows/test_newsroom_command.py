from __future__ import annotations

import signal
import socket
import subprocess
import sys
from itertools import takewhile
from pathlib import Path

import pytest

from crawlers.source import load_source
from flows.newsroom import PUBLISHERS, PortTaken, running_newsroom
from tests.flows.newsroom_client import ask

ROOT = Path(__file__).parents[2]


def _run_on(port: int, sources: Path) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "flows.newsroom", "--port", str(port), "--sources", str(sources)]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)


def test_a_taken_port_is_named_in_one_line_and_nothing_is_written(tmp_path: Path) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)), running_newsroom(ports=[0, 0, 0, port]):
            pass
        ended = _run_on(port, tmp_path / "new")
    assert ended.returncode == 1 and ended.stdout == ""
    assert ended.stderr == f"newsroom: port {port} of 127.0.0.1 is taken; name another one with --port\n"
    assert not (tmp_path / "new").exists()


def test_the_command_prints_what_a_crawl_needs_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "flows.newsroom", "--port", "0", "--sources", str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout and child.stderr
        lines = list(takewhile(lambda line: line != "Ctrl-C ends it.\n", child.stdout))
        homes = [load_source(tmp_path / f"{publisher}.yaml").home for publisher in PUBLISHERS]
        statuses = [ask(home).status for home in homes]
        child.send_signal(signal.SIGINT)
        assert (child.wait(timeout=20), child.stderr.read()) == (0, "")
    assert statuses == [200] * 4
    assert [line.split()[0] for line in lines[:4]] == homes
    assert any(f"WARRAQ_SOURCES={tmp_path} WARRAQ_ALLOW_ADDRESSES=127.0.0.0/8" in line for line in lines)
