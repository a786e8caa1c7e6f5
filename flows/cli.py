"""The `warraq` command. Data goes to stdout, words to stderr.

Exit codes: 0 done, 1 something is owed or failed (and it says what), 2 wrong usage."""

from __future__ import annotations

import logging
import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from flows import archive_commands
from flows.backfill_command import backfill
from flows.crawl_command import crawl
from flows.politeness_command import politeness
from flows.server_commands import deploy, metrics, up
from flows.sources_command import sources_app
from flows.stopping import stoppable
from storage.errors import UsageError, WarraqError

app = typer.Typer(
    name="warraq",
    help="Crawl Arabic news, archive every page byte for byte, and turn it into clean, dated articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(sources_app, name="sources")
app.command("import")(archive_commands.import_)
app.command()(archive_commands.compare)
app.command()(archive_commands.promote)

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of tables and bars.")]
SourceIds = Annotated[list[str] | None, typer.Argument(metavar="ID…", help="Sources; see `warraq sources list`.")]
Since = Annotated[str | None, typer.Option(metavar="DAY", help="First day, as 2026-11-22.")]
Until = Annotated[str | None, typer.Option(metavar="DAY", help="Last day, as 2026-11-22.")]


def _day(text: str | None, option: str) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{option}: expected a day such as 2026-11-22, not {text!r}") from error


app.command()(crawl)
app.command()(backfill)
app.command()(politeness)


@app.command()
def replay(
    ids: SourceIds = None,
    since: Since = None,
    until: Until = None,
    warc: Annotated[
        list[str] | None, typer.Option(metavar="KEY", help="Object key of a WARC; may be repeated.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(metavar="PATTERN", help="Only WARCs with such a URL, as https://host/news/*.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, max=64, metavar="N", help="Processes that read pages.")] = 1,
    learn: Annotated[bool, typer.Option("--learn", help="First learn anew what recurs on the sources' pages.")] = False,
    json: Json = False,
) -> None:
    """Extract articles again from the stored WARCs. Articles that are there must come out the same, to the byte."""
    from flows.house import open_house
    from flows.replaying import learn_anew, replay_warcs, sources_meant, warcs_to_replay
    from flows.steps import plain_steps
    from flows.terminal import show_report, shown_progress, words

    first, last = _day(since, "--since"), _day(until, "--until")
    with stoppable(), open_house(readers=workers) as house, plain_steps() as steps:
        keys = warcs_to_replay(house, ids or [], first, last, warc or [], url)
        if not keys:
            raise UsageError("no WARC in the store is meant; `warraq crawl ID` makes some")
        if learn:
            learn_anew(house, keys)
        with shown_progress(json) as watch:
            only = sources_meant(house, ids or [])
            report = replay_warcs(house, keys, steps=steps, watch=watch, at_once=workers, only=only)
    show_report(report, json)
    identical = sum(each.identical for each in report.sources)
    created = sum(each.created for each in report.sources)
    words.print(f"{len(keys)} WARCs read again: {identical} files the same to the byte, {created} new")
    raise typer.Exit(report.exit_code)


@app.command()
def extract(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="HTML pages or WARCs, in any order.")],
    url: Annotated[str | None, typer.Option(metavar="U", help="Address of the page, if there is one FILE.")] = None,
    source: Annotated[str | None, typer.Option(metavar="ID", help="Source whose rules and zone apply.")] = None,
    captured_at: Annotated[
        str | None,
        typer.Option("--captured-at", metavar="T", help="When it was fetched; else the file's time."),
    ] = None,
    pages: Annotated[
        Path | None, typer.Option(metavar="JSONL", help="A line a page: stem, url, captured_at (optional).")
    ] = None,
) -> None:
    """Read articles from files: one JSON object a page on stdout, in the order given. No store is needed."""
    from flows.extracting import BadFile, Said, extracted, listed_pages, moment_of
    from flows.house import catalogue_of, readers_of
    from flows.settings import load_settings
    from flows.terminal import print_json

    if url is not None and len(files) > 1:
        raise UsageError("--url names the address of one page; for several, give --pages with a line a page")
    settings = load_settings()
    catalogue = catalogue_of(settings)
    said = Said(
        url=url,
        source=catalogue[source] if source else None,
        captured_at=moment_of(captured_at) if captured_at else None,
        pages=listed_pages(pages) if pages else {},
    )
    faults = 0
    words = "stopped; each object on stdout is whole, and nothing else was written"
    with stoppable(words, exit_code=130), readers_of(settings) as readers:
        for found in extracted(files, said, catalogue, readers):
            if isinstance(found, BadFile):
                faults += 1
                sys.stderr.write(f"warraq: {found}\n")
            else:
                print_json(found)
    raise typer.Exit(1 if faults else 0)


@app.command()
def verify(
    repair: Annotated[
        bool, typer.Option("--repair", help="Make again what is damaged and derived; a WARC is never touched.")
    ] = False,
    sample: Annotated[
        int, typer.Option(min=1, max=100, metavar="PERCENT", help="Share of the parts to look into; others every day.")
    ] = 100,
    json: Json = False,
) -> None:
    """Hold every object, index line and article of the archive against its digest and its capture."""
    from flows.findings import show_verification
    from flows.house import open_house
    from flows.terminal import shown_progress
    from flows.verifying import verify as verified

    with stoppable(), open_house() as house, shown_progress(json) as watch:
        result = verified(house, sample=sample, repair=repair, watch=watch)
    show_verification(result, json)
    raise typer.Exit(result.exit_code)


@app.command()
def rebuild(
    ledger_only: Annotated[bool, typer.Option("--ledger-only", help="Write nothing to the store.")] = False,
    json: Json = False,
) -> None:
    """Make the ledger anew from the stored WARCs, and the indexes and manifests that are missing."""
    from flows.findings import show_rebuilt
    from flows.house import open_house
    from flows.rebuilding import rebuild as rebuilt
    from flows.terminal import shown_progress

    with stoppable(), open_house() as house, shown_progress(json) as watch:
        result = rebuilt(house, ledger_only=ledger_only, watch=watch)
    show_rebuilt(result, json)
    raise typer.Exit(result.exit_code)


@app.command()
def status(
    settle: Annotated[
        bool, typer.Option("--settle", help="First take up what is owed in the spool, without crawling.")
    ] = False,
    sizes: Annotated[bool, typer.Option("--sizes", help="Add up what each source has in the store.")] = False,
    json: Json = False,
) -> None:
    """Sources, last runs and captures, and what is owed; exit code 0 if nothing is."""
    from flows.findings import show_status
    from flows.house import open_house
    from flows.statuses import settle as settled
    from flows.statuses import status_of
    from flows.steps import plain_steps
    from flows.terminal import show_report, shown_progress

    with stoppable(), open_house(store_may_wait=True) as house:
        failed = False
        if settle:
            with plain_steps() as steps, shown_progress(json) as watch:
                report = settled(house, steps=steps, watch=watch)
            show_report(report, json)
            failed = report.exit_code != 0
        found = status_of(house, sizes=sizes)
    show_status(found, json)
    raise typer.Exit(1 if failed else found.exit_code)


@app.command()
def report(ids: SourceIds = None, json: Json = False) -> None:
    """Which publishers have fallen silent, were redesigned or turn us away, and what to do next."""
    from flows.house import open_house
    from flows.source_findings import show_health
    from flows.source_health import health_of

    with stoppable(), open_house() as house:
        health = health_of(house, ids or [])
    show_health(health, json)
    raise typer.Exit(1 if health.failures else 0)


@app.command()
def versions(url: Annotated[str, typer.Argument(metavar="URL", help="Of an article.")], json: Json = False) -> None:
    """What happened to an article, capture by capture, and what changed in its headline and text."""
    from flows.house import open_house
    from flows.terminal import print_json
    from flows.version_history import as_lines, as_rows, history_of

    with stoppable(), open_house() as house:
        history = history_of(house, url)
    if json:
        for row in as_rows(history):
            print_json(row)
    else:
        sys.stdout.write("".join(f"{line}\n" for line in as_lines(history)))


@app.command()
def demo(
    stay: Annotated[bool, typer.Option("--stay", help="Keep newsroom, server and worker up until Ctrl-C.")] = False,
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Where the archive lies.")] = Path("warraq-demo"),
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the UI; else 4200 or a free one.")] = None,
) -> None:
    """Crawl the bundled newsroom through the flows into an archive, replay it, and say what to look at next."""
    from flows.demo import run_demo

    with stoppable():
        code = run_demo(folder, stay=stay, port=port)
    raise typer.Exit(code)


app.command()(up)
app.command()(deploy)
app.command()(metrics)


def main() -> None:
    """Run the command; every expected error is one clear line on stderr and a non-zero exit."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    try:
        app()
    except WarraqError as error:
        sys.stderr.write(f"warraq: {error}\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
