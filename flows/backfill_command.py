"""`warraq backfill`: articles of past days. Data goes to stdout, words to stderr."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows.stopping import stoppable
from storage.errors import UsageError

Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Sources; see `warraq sources list`.")]
Day = Annotated[str, typer.Option(metavar="DAY", help="As 2024-05-01, in the publisher's zone.")]
Limit = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Articles a source at most; run it again for more.")
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of tables and bars.")]
Picture = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Where the gap map is drawn; else in the working folder.")
]


def backfill(
    ids: Ids, since: Day, until: Day, limit: Limit = None, json: Json = False, picture: Picture = None
) -> None:
    """Fetch articles of past days: from sitemaps, older pages, date archives, WordPress and numbers.

    Killed or stopped, the same command goes on from there. It ends with a gap map: articles a day."""
    from flows.backfilling import backfill_sources
    from flows.house import catalogue_of, open_house
    from flows.settings import contact_of, load_settings
    from flows.steps import plain_steps
    from flows.terminal import print_json, show_report, shown_progress, words
    from flows.window import Window

    window = Window(_day(since, "--since"), _day(until, "--until"))
    settings = load_settings()
    chosen = catalogue_of(settings).chosen(ids)
    contact_of(settings)
    with (
        stoppable(),
        open_house(settings, store_may_wait=True) as house,
        plain_steps() as steps,
        shown_progress(json) as watch,
    ):
        report, maps = backfill_sources(house, chosen, window, limit=limit, steps=steps, watch=watch)
    show_report(report, json)
    if json:
        from flows.gap_map import rows_of

        for row in rows_of(maps):
            print_json({"event": "day", **row})
    else:
        _print_tables(maps)
    file = picture or Path(f"gap-map-{'-'.join(ids[:3])}-{window.since}-{window.until}.svg")
    _draw(file, maps)
    words.print(f"the gap map is drawn in {file}", highlight=False, soft_wrap=True)
    raise typer.Exit(report.exit_code)


def _day(text: str, option: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: expected a day such as 2026-11-22, not {text!r}") from error


def _print_tables(maps: Sequence[object]) -> None:
    from flows.gap_map import GapMap
    from flows.terminal import data, table_of

    for each in maps:
        assert isinstance(each, GapMap)
        title = f"{each.source}: {len(each.gaps)} of {len(each.days)} days are gaps; {each.undated} undated"
        table = table_of("day", "found", "captured", "failed", "owed", title=title)
        for column in table.columns[1:]:
            column.justify = "right"
        gaps = set(each.gaps)
        for day in each.days:
            cells = (f"{number:,}" for number in (day.found, day.captured, day.failed, day.owed))
            table.add_row(day.day.isoformat(), *cells, style="red" if day.day in gaps else "")
        data.print(table)


def _draw(file: Path, maps: Sequence[object]) -> None:
    from flows.gap_map import GapMap
    from flows.gap_picture import gap_picture

    try:
        file.write_text(gap_picture([each for each in maps if isinstance(each, GapMap)]), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}; name another with --picture") from error
