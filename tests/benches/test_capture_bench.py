"""The capture bench itself, on few pages: what it prints in full only a quiet machine can say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benches.capture import QUICK_PAGES
from tests.benches.contestants import BARE, OURS, ROOT
from tests.benches.publisher import page
from tests.benches.table import HEAD
from tests.benches.webserver import nginx


@pytest.mark.slow
def test_the_quick_bench_gets_every_page_and_writes_its_table(tmp_path: Path) -> None:
    if nginx() is None:
        pytest.skip("nginx is not installed: apt-get install nginx-light")
    out = tmp_path / "capture.md"
    command = [sys.executable, "-m", "tests.benches.capture", "--quick", "--out", out, "--cache", tmp_path / "cache"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    lines = [line for line in out.read_text(encoding="utf-8").splitlines() if line.startswith("|")]
    head, rule, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    assert tuple(head) == HEAD
    assert all(re.fullmatch(r"-+:?", cell) for cell in rule)
    by_name = {row[0]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_name[OURS]["pages"] == by_name[BARE]["pages"] == str(QUICK_PAGES)
    assert by_name[BARE]["ratio"] == "1.00 x"
    assert float(by_name[OURS]["WARC MB / 1,000"]) > 15


def test_a_page_of_the_bench_is_the_same_every_time_and_no_two_are_alike() -> None:
    assert page(3) == page(3) != page(4)
    assert 78_000 < len(page(3).encode()) < 83_000
