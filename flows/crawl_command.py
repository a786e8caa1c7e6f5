"""`warraq crawl`: sources by name, or what is due. Data goes to stdout, words to stderr."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated

import typer

from flows.stopping import stoppable
from storage.errors import UsageError

Ids = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Sources; see `warraq sources list`.")]
Since = Annotated[str | None, typer.Option(metavar="DAY", help="Leave alone what is dated before, as 2026-11-22.")]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="Articles a source at most.")]
IsDue = Annotated[
    bool, typer.Option("--due", help="Only what is due by its cadence; of all enabled sources if none is named.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of tables and bars.")]


def crawl(ids: Ids = None, due: IsDue = False, since: Since = None, limit: Limit = None, json: Json = False) -> None:
    """Crawl sources now, in this process, with a progress bar; no server needed."""
    from flows.due import crawl_due
    from flows.house import catalogue_of, open_house
    from flows.settings import contact_of, load_settings
    from flows.steps import plain_steps
    from flows.terminal import print_json, show_report, shown_progress, words
    from flows.walk import crawl_sources

    moment = _moment(since)
    if not (ids or due):
        raise UsageError("name sources, or crawl what is due with --due; `warraq sources list` shows what there is")
    if due and since:
        raise UsageError("--due takes all that is new; leave --since out")
    settings = load_settings()
    chosen = catalogue_of(settings).chosen(ids or []) if not due else []
    contact_of(settings)
    with (
        stoppable(),
        open_house(settings, store_may_wait=True) as house,
        plain_steps() as steps,
        shown_progress(json) as watch,
    ):
        if due:
            found, report = crawl_due(house, ids or [], limit=limit, steps=steps, watch=watch)
        else:
            report = crawl_sources(house, chosen, since=moment, limit=limit, steps=steps, watch=watch)
    if due and json:
        later = [{"source": source.id, "due_from": moment.isoformat()} for moment, source in found.later]
        print_json({"event": "due", "due": [source.id for source in found.sources], "later": later})
    elif due:
        words.print(found.words(), highlight=False, soft_wrap=True)
    if report.sources:
        show_report(report, json)
    raise typer.Exit(report.exit_code)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since: expected a day such as 2026-11-22, not {text!r}") from error
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
