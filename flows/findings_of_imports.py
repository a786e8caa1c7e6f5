"""What an import came to, at the terminal: a row a file on stdout, what could not be read on stderr."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from rich.markup import escape

from flows.importing import Imported
from flows.terminal import data, print_json, table_of, words

_SHOWN = 3  # sources of a file that a row names
_MAX_LINES = 50  # of the damage of one file; the manifest and --json name more


def show_imported(done: Sequence[Imported], as_json: bool) -> None:
    table = table_of("file", "status", "records", "captures", "sources", "stored as")
    for each in done:
        if as_json:
            print_json({"event": "imported", **asdict(each)})
            continue
        ranked = sorted(each.sources.items(), key=lambda item: -item[1])
        names = ", ".join(f"{source} {count:,}" for source, count in ranked[:_SHOWN])
        more = f" and {len(ranked) - _SHOWN} more" if len(ranked) > _SHOWN else ""
        counts = (f"{each.records:,}", f"{each.captures:,}")
        table.add_row(escape(each.name), each.status, *counts, names + more, "\n".join(each.warcs))
    if not as_json:
        data.print(table)
    for each in done:
        for line in each.damages[:_MAX_LINES]:
            words.print(f"[bold red]damaged[/bold red] {escape(line)}", highlight=False, soft_wrap=True)
        if len(each.damages) > _MAX_LINES:
            words.print(f"… and {len(each.damages) - _MAX_LINES:,} more in {escape(each.name)}", highlight=False)
        for line in each.notes:
            words.print(f"[dim]{escape(line)}[/dim]", highlight=False, soft_wrap=True)
