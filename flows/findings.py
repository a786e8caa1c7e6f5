"""What verify, rebuild and status say at the terminal: findings on stdout, words on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rich.table import Table

from flows.statuses import SourceStatus, Status
from flows.terminal import data, print_json, table_of, words
from storage.keys import run_start

if TYPE_CHECKING:  # `warraq status` needs neither, and they load Scrapy
    from flows.rebuilding import Rebuilt
    from flows.verifying import Verification

MAX_UNKNOWN = 20  # lines of what could not be known, of which there is one a run


def show_verification(result: Verification, as_json: bool) -> None:
    """One line, or one JSON object, for each damaged place; then what could not be repaired; then the sum."""
    for damage in result.damages:
        repaired = damage.key in result.repaired
        if as_json:
            print_json({"event": "damage", **damage.to_json(), "repaired": repaired})
        else:
            sys.stdout.write(f"{damage}{' (repaired)' if repaired else ''}\n")
    if as_json:
        row = asdict(result) | {"event": "verification", "damaged_objects": result.damaged_objects}
        print_json({name: value for name, value in row.items() if name != "damages"})
    _say(result.beyond, "beyond repair")
    words.print(summary(result), highlight=False, soft_wrap=True)


def summary(result: Verification) -> str:
    """The outcome in one line."""
    share = "" if result.sample == 100 else f", {result.sample} % of the parts"
    resumed = f" ({result.resumed:,} parts were looked at before it was ended)" if result.resumed else ""
    looked = f"{result.objects:,} objects in {result.parts:,} parts{share}{resumed}"
    if not result.damages:
        return f"{looked}: nothing is damaged"
    mended = f", {len(result.repaired):,} objects made again" if result.repaired else ""
    return f"{looked}: {len(result.damaged_objects):,} damaged{mended}"


def show_rebuilt(result: Rebuilt, as_json: bool) -> None:
    """Counts on stdout; what is not known any more, and what failed, on stderr."""
    if as_json:
        print_json({"event": "rebuilt", **asdict(result)})
    else:
        counts = ("sources", "runs", "parts", "captures", "urls")
        line = ", ".join(f"{getattr(result, name):,} {name}" for name in counts)
        sys.stdout.write(f"{line}; {len(result.indexes):,} indexes and {len(result.manifests):,} manifests written\n")
    _say(result.unknown[:MAX_UNKNOWN], "unknown", "yellow")
    if len(result.unknown) > MAX_UNKNOWN:
        words.print(f"… and {len(result.unknown) - MAX_UNKNOWN:,} more")
    _say(result.problems, "failed")


def show_status(status: Status, as_json: bool) -> None:
    """A row a source on stdout; what is owed, and what should be seen to, on stderr."""
    if as_json:
        for each in status.sources:
            print_json({"event": "source", **asdict(each)})
        verified = asdict(status.verified) if status.verified else None
        owed, warnings = status.owed, status.warnings
        row: dict[str, Any] = {"event": "status", "store": status.store, "store_problem": status.store_problem}
        row |= {"spool": asdict(status.spool), "verified": verified, "owed": owed, "warnings": warnings}
        print_json(row)
    else:
        data.print(_table(status))
        words.print(_spooled(status), highlight=False)
        words.print(_verified(status), highlight=False)
    _say(status.owed, "owed")
    _say(status.warnings, "note", "yellow")


def _table(status: Status) -> Table:
    sizes = {
        "spool": [each.spool_bytes for each in status.sources],
        "store": [each.stored_bytes or 0 for each in status.sources],
    }
    sizes = {name: counts for name, counts in sizes.items() if any(counts)}
    table = table_of("source", "last run", "outcome", "last capture", *(name for name, _ in _COUNTS), *sizes)
    for column in table.columns[1:4]:
        column.min_width = len("2026-11-28")  # at 80 columns the time of the day goes below
    for column in table.columns[4:]:
        column.justify = "right"
    for row, each in enumerate(status.sources):
        table.add_row(*_cells(each), *(_size(counts[row]) for counts in sizes.values()))
    return table


_COUNTS: tuple[tuple[str, Callable[[SourceStatus], int]], ...] = (
    ("owed", lambda each: each.owed),
    ("failed", lambda each: each.failed),
    ("refused", lambda each: each.refused),
    ("parts owed", lambda each: each.parts_owed),
)


def _cells(each: SourceStatus) -> tuple[str, ...]:
    outcome = each.last_outcome or ("not finished" if each.last_run else "")
    return (
        f"{each.source} (paused)" if each.paused_since else each.source,
        _moment(run_start(each.last_run)) if each.last_run else "never",
        outcome,
        _moment(each.last_capture),
        *(f"{count(each):,}" for _, count in _COUNTS),
    )


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count else "0"


def _spooled(status: Status) -> str:
    copies = sum(each.copies for each in status.sources)
    kept = f", of it {copies:,} copies of parts that are in the store" if copies else ""
    limit, free = _size(status.spool.limit_bytes), _size(status.spool.free_bytes)
    return f"the spool holds {_size(status.spool.used_bytes)} of {limit}{kept}; {free} free on its disk"


def _verified(status: Status) -> str:
    last = status.verified
    if last is None:
        return "never verified"
    if last.finished_at is None:
        return f"a verification began at {_moment(last.started_at)} UTC and has not ended; `warraq verify` goes on"
    share = "all" if last.sample == 100 else f"{last.sample} %"
    return f"last verified {_moment(last.finished_at)} UTC ({share}): {last.objects:,} objects, {last.damages} damages"


def _say(lines: list[str], word: str, colour: str = "red") -> None:
    for line in lines:
        words.print(f"[bold {colour}]{word}[/bold {colour}] {_escaped(line)}", highlight=False, soft_wrap=True)


def _escaped(line: str) -> str:
    from rich.markup import escape

    return escape(line)
