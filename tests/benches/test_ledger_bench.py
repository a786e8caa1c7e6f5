"""The ledger's bench does what it says, on a small ledger."""

from __future__ import annotations

from pathlib import Path

from tests.benches.ledger import measured, report


def test_each_step_measures_a_ledger_that_is_there(tmp_path: Path) -> None:
    count = 12_000
    found = measured(f"sqlite:///{tmp_path / 'ledger.db'}", count)
    assert found["insert"]["insert"] > 0 and found["lookup"]["lookup"] > 0
    assert 0 < found["resume"]["open"] <= found["resume"]["resume"] < 60
    assert all(step["memory"] > 1 for step in found.values())
    assert "| seen-lookup, URLs a second |" in report(found, count, "SQLite", 1.0)
