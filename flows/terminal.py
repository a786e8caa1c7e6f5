"""What a person at the terminal sees: words and progress on stderr, data on stdout."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from flows import progress as walk
from flows.report import Report, SourceReport

_NO_END = 1000  # columns; more than any table here needs
words = Console(stderr=True)
data = Console(width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _NO_END)

_PHASES = {
    "fetching": "fetching articles",
    "keeping": "storing WARCs",
    "reading": "extracting",
    "importing": "importing",
    "comparing": "comparing",
    "verifying": "verifying parts",
    "rebuilding": "rebuilding",
    "looking": "looking at sites",
}


@contextmanager
def shown_progress(as_json: bool) -> Iterator[walk.Watch]:
    """A progress bar on stderr, or one JSON object a change on stdout."""
    if as_json:
        yield _JsonLines()
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, console=words) as bar:
        tasks: dict[str, Any] = {}

        def show(progress: walk.Progress) -> None:
            if progress.phase not in tasks:
                tasks[progress.phase] = bar.add_task(_PHASES[progress.phase], total=None, note="")
            captures = sum(counts.get("captures", 0) for counts in progress.sources.values())
            note = f"waits: {progress.waits_for}" if progress.waits_for else f"{captures} captures" if captures else ""
            bar.update(tasks[progress.phase], completed=progress.done, total=progress.total, note=note)

        yield show


class _JsonLines:
    def __init__(self) -> None:
        self._last: walk.Progress | None = None

    def __call__(self, progress: walk.Progress) -> None:
        if progress != self._last:
            self._last = progress
            print_json({"event": "progress", **asdict(progress)})


def print_json(row: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(row, ensure_ascii=False, default=_as_json) + "\n")
    sys.stdout.flush()


_COLUMNS: tuple[tuple[str, Callable[[SourceReport], int]], ...] = (
    ("captures", lambda each: each.tally.captures),
    ("articles", lambda each: each.tally.articles),
    ("rejected", lambda each: each.tally.rejected),
    ("other", lambda each: each.tally.other),
    ("bytes", lambda each: each.bytes_received),
)


def _as_json(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def table_of(*heads: str, **more: Any) -> Table:
    """A table that shows everything: what does not fit goes on in the next line, names in the first column last."""
    table = Table(*heads, box=SIMPLE_HEAD, collapse_padding=True, pad_edge=False, **more)
    for column in table.columns:
        column.overflow = "fold"
    table.columns[0].no_wrap = True
    return table


def report_table(report: Report) -> Table:
    """One row a source, what the reading made of it, and a row of sums."""
    heads = ("publisher", "outcome", *(head for head, _ in _COLUMNS))
    table = table_of(*heads, show_footer=len(report.sources) > 1)
    for column, footer in zip(table.columns, ["all", "", *_sums(report)], strict=True):
        column.footer = footer
    for column in table.columns[2:]:
        column.justify = "right"
    for each in report.sources:
        cells = [f"{value(each):,}" for _, value in _COLUMNS]
        table.add_row(each.source, each.outcome, *cells)
    return table


def _sums(report: Report) -> list[str]:
    return [f"{sum(value(each) for each in report.sources):,}" for _, value in _COLUMNS]


def show_report(report: Report, as_json: bool) -> None:
    """The report on stdout, what is owed on stderr."""
    if as_json:
        for each in report.sources:
            print_json({"event": "source", **_row(each)})
    else:
        data.print(report_table(report))
        for note in report.notes:
            words.print(f"[dim]{note}[/dim]", highlight=False)
    for line in report.owed:
        words.print(f"[bold red]owed[/bold red] {line}", highlight=False, soft_wrap=True)


def _row(each: SourceReport) -> dict[str, Any]:
    row = asdict(each)
    row.pop("sample")
    return row
