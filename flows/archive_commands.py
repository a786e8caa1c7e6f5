"""`warraq import`, `compare` and `promote`. Data goes to stdout, words to stderr."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stoppable
from storage.errors import UsageError

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of tables and bars.")]


def import_(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE…", help="WARC, ARC or WACZ files, folders of them, or s3:// URLs.")
    ],
    keep_only: Annotated[
        bool, typer.Option("--keep-only", help="Do not extract articles; `warraq replay imported` does it later.")
    ] = False,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Processes that read pages.")] = 1,
    json: Json = False,
) -> None:
    """Take in archives that others made: their bytes as they are, an index, where they came from, their articles."""
    from flows.findings_of_imports import show_imported
    from flows.house import open_house, whoami
    from flows.import_inputs import inputs_of
    from flows.importing import import_inputs
    from flows.replaying import replay_warcs
    from flows.steps import plain_steps
    from flows.terminal import show_report, shown_progress

    with stoppable(), open_house(readers=workers) as house, plain_steps() as steps, shown_progress(json) as watch:
        inputs = inputs_of(files, house.settings.s3_endpoint)
        done = list(import_inputs(house, inputs, whoami(), watch))
        warcs = list(dict.fromkeys(key for each in done for key in each.warcs))
        report = None if keep_only or not warcs else replay_warcs(house, warcs, steps=steps, watch=watch)
    show_imported(done, json)
    if report is not None:
        show_report(report, json)
    told = any(each.status == "failed" or each.damages for each in done)
    raise typer.Exit(1 if told or (report is not None and report.owed) else 0)


Sources = Annotated[list[str] | None, typer.Option("--source", metavar="ID", help="A source; may be repeated.")]


def compare(
    a: Annotated[str, typer.Argument(metavar="A", help="An extractor's id, or `current` or `latest`.")] = "current",
    b: Annotated[str, typer.Argument(metavar="B", help="Another; `latest` is the reading of this Warraq.")] = "latest",
    source: Sources = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where the page goes; else warraq-compare.html.")
    ] = None,
    json: Json = False,
) -> None:
    """What two extractors say differently of the same captures, field by field; with a page to look at."""
    from flows.compare_page import COLUMNS, cell, page
    from flows.comparing import compare as compared
    from flows.house import open_house
    from flows.terminal import data, print_json, shown_progress, table_of, words

    target = html or Path("warraq-compare.html")
    with stoppable("stopped; nothing was changed"), open_house() as house, shown_progress(json) as watch:
        found = compared(house, a, b, source or [], watch)
        written = page(found, a, b, house.clock())
    try:
        target.write_text(written, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"--html {target}: cannot be written: {error.strerror}") from error
    if json:
        for each in found:
            print_json({"event": "comparison", **each.to_json()})
    else:
        table = table_of(*(english.lower() for _, english, _ in COLUMNS))
        for each in found:
            table.add_row(*(cell(each, name) for name, _, _ in COLUMNS))
        data.print(table)
    words.print(f"side by side: {target}", highlight=False, soft_wrap=True)


def promote(
    extractor: Annotated[str | None, typer.Argument(metavar="EXTRACTOR", help="Its id, or `latest`.")] = None,
    source: Sources = None,
    back: Annotated[bool, typer.Option("--back", help="Go back to the one that was current before.")] = False,
    partial: Annotated[bool, typer.Option("--partial", help="Even if it has not read every WARC yet.")] = False,
    json: Json = False,
) -> None:
    """Make an extractor's articles the current ones of a source, or go back. Nothing is deleted."""
    from flows.house import open_house, whoami
    from flows.readings import promote as promoted
    from flows.terminal import data, print_json

    if back == (extractor is not None):
        raise UsageError("name an extractor, such as `latest`, or give --back; not both")
    with open_house() as house:
        for pointer in promoted(house, extractor, source or [], whoami(), back=back, partial=partial):
            before = pointer.before[-1] if pointer.before else None
            if json:
                print_json(
                    {"event": "current", "source": pointer.source, "extractor": pointer.extractor, "before": before}
                )
            else:
                data.print(f"{pointer.source}: {pointer.extractor}{f' (before: {before})' if before else ''}")
