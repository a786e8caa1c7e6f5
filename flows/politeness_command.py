"""`warraq politeness`: how we behaved at publishers' hosts. Data goes to stdout, words to stderr."""

from __future__ import annotations

import sys
from datetime import date, timedelta
from typing import Annotated

import typer

from flows.stopping import stoppable
from storage.errors import UsageError

Ids = Annotated[
    list[str] | None, typer.Argument(metavar="ID…", help="Sources; all that were crawled if none is named.")
]
Since = Annotated[str | None, typer.Option(metavar="DAY", help="Runs from this day on (UTC); else of seven days.")]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="Runs up to this day (UTC); else today.")]
Markdown = Annotated[bool, typer.Option("--markdown", help="In English and Arabic, to send to a publisher.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a host instead of text.")]
_WEEK = timedelta(days=6)


def politeness(
    ids: Ids = None, since: Since = None, until: Until = None, markdown: Markdown = False, json: Json = False
) -> None:
    """How we behaved at publishers: requests a minute, pauses asked and kept, robots.txt, from the archive itself.

    Ends with 0 if all that was asked of us was kept, with 1 if not."""
    from flows.house import open_house
    from flows.politeness_report import politeness_of
    from flows.politeness_words import as_markdown, as_text
    from flows.terminal import print_json, shown_progress

    if markdown and json:
        raise UsageError("--markdown or --json, not both")
    with stoppable(), open_house() as house, shown_progress(json) as watch:
        last = _day(until, "--until") or house.clock().date()
        first = _day(since, "--since") or last - _WEEK
        report = politeness_of(house, ids or [], first, last, watch)
    if json:
        for row in report.rows():
            print_json(row)
    else:
        sys.stdout.write(as_markdown(report) if markdown else as_text(report))
    raise typer.Exit(report.exit_code)


def _day(text: str | None, option: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{option}: expected a day such as 2026-11-22, not {text!r}") from error
