"""The package of dates as a whole: on its own, and on the datelines that lie beside the repository."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import crawlers.extraction.dates
from crawlers.extraction.dates import read_date, when

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def test_every_dateline_of_the_shared_list_is_right(shared_datelines: list[dict[str, str | None]]) -> None:
    wrong = [line["text"] for line in shared_datelines if not _is_right(str(line["text"]), line["expected_iso"])]
    assert wrong == []
    assert len(shared_datelines) == 179


def _is_right(text: str, expected: str | None) -> bool:
    reading = read_date(text, NOW)
    if reading is None or expected is None:
        interval = when(text, NOW)
        if interval is None or expected is None:
            return interval is None and expected is None
        return interval[0] <= datetime.fromisoformat(expected).replace(tzinfo=UTC) <= interval[1]
    moment = datetime.fromisoformat(expected)
    clock = moment.time() if "T" in expected else None
    offset = reading.zone.utcoffset(moment.replace(tzinfo=None)) if reading.zone is not None else None
    return (reading.day, reading.clock, offset) == (moment.date(), clock, moment.utcoffset())


def test_the_package_stands_alone(tmp_path: Path) -> None:
    home = Path(crawlers.extraction.dates.__file__).parent
    (tmp_path / "datelines").mkdir()
    for file in home.glob("*.py"):
        (tmp_path / "datelines" / file.name).write_bytes(file.read_bytes())
    program = (
        "import json, sys, datelines; day = datelines.read_date('11 شعبان 1441 هـ').day;"
        "print(json.dumps([str(day), [name for name in sys.modules if name.startswith(('crawlers', 'storage'))]]))"
    )
    run = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == ["2020-04-04", []]
