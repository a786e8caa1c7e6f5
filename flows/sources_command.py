"""`warraq sources`: the catalogue, and looks at sites. Data goes to stdout, words to stderr."""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from storage.errors import UsageError

if TYPE_CHECKING:
    from flows.probing import Probed
    from storage.pauses import Pause

sources_app = typer.Typer(help="The catalogue of publishers.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="One JSON object a line instead of tables and bars.")]
Url = Annotated[str, typer.Argument(metavar="URL", help="Home page of the site.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID…", help="Sources; see `warraq sources list`.")]
Id = Annotated[str | None, typer.Option("--id", metavar="ID", help="Of the source; else from the host.")]
Delay = Annotated[str | None, typer.Option(metavar="TIME", help="Between two requests, such as 2s.")]
_STOPPED = "stopped; nothing was written"


@sources_app.command("list")
def list_sources(
    enabled: Annotated[bool, typer.Option("--enabled", help="Only those that are crawled if none is named.")] = False,
    country: Annotated[str | None, typer.Option(metavar="CODE", help="Only of this country, such as IQ.")] = None,
    json: Json = False,
) -> None:
    """All sources, ours and those in WARRAQ_SOURCES."""

    from crawlers.catalogue_table import best_evidence, kinds_of
    from flows.house import catalogue_of
    from flows.settings import load_settings
    from flows.terminal import data, print_json, table_of

    paused = _paused()
    table = table_of("id", "country", "name", "found by", "evidence", "enabled")
    for column in table.columns[:2]:
        column.no_wrap = True
    for source in catalogue_of(load_settings()).values():
        if (enabled and not source.enabled) or (country and source.country != country.upper()):
            continue
        if json:
            print_json({**source.model_dump(mode="json", by_alias=True), "paused": source.id in paused})
            continue
        best = best_evidence(source)
        evidence = f"{best.level} {best.as_of or ''}" if best else "none"
        name = f"{source.name.ar} · {source.name.en}"
        state = "paused" if source.id in paused else "yes" if source.enabled else "no"
        table.add_row(source.id, source.country, name, kinds_of(source), evidence, state)
    if not json:
        data.print(table)


def _paused() -> Collection[str]:
    """Ids of paused sources; none, and a word about it, where the ledger cannot be asked."""
    from flows.pausing import paused_in
    from flows.settings import load_settings
    from flows.terminal import words
    from storage.errors import LedgerError

    try:
        return paused_in(load_settings()).keys()
    except LedgerError as error:
        words.print(f"which sources are paused is not known: {error}", highlight=False)
        return ()


@sources_app.command("pause")
def pause(
    ids: Ids,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why, for whoever asks later.")] = "",
) -> None:
    """Leave sources alone until they are resumed; a crawl that names one still crawls it."""
    from flows.house import open_house, whoami
    from flows.pausing import pause as paused

    with open_house(store_may_wait=True) as house:
        _show_paused(paused(house, ids, whoami(), reason).values())


@sources_app.command("resume")
def resume(ids: Ids) -> None:
    """Crawl paused sources again."""
    from flows.house import open_house
    from flows.pausing import resume as resumed

    with open_house(store_may_wait=True) as house:
        _show_paused(resumed(house, ids).values())


def _show_paused(pauses: Iterable[Pause]) -> None:
    for each in pauses:
        why = f": {each.reason}" if each.reason else ""
        sys.stdout.write(f"{each.source} is paused since {each.since:%Y-%m-%d %H:%M}, by {each.by}{why}\n")


@sources_app.command("show")
def show_source(source_id: Annotated[str, typer.Argument(metavar="ID")]) -> None:
    """One source file, as it stands."""
    from flows.house import catalogue_of
    from flows.settings import load_settings

    catalogue = catalogue_of(load_settings())
    file = catalogue.file(source_id)
    _ = catalogue[source_id]  # raises InvalidSource with file and line, rather than show a broken file as good
    sys.stdout.write(file.read_text(encoding="utf-8"))


@sources_app.command("check")
def check(
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID…", help="None named: all enabled ones.")] = None,
    stale_after: Annotated[str, typer.Option(metavar="TIME", help="Age from which the newest article is old.")] = "7d",
    json: Json = False,
) -> None:
    """Test sources against the live web: ways to find articles, how new these are, whether three of them read."""
    from flows.checking import Verdict, check_sources
    from flows.house import catalogue_of, open_house
    from flows.settings import contact_of, load_settings
    from flows.source_findings import show_checks
    from flows.stopping import stoppable
    from flows.terminal import shown_progress

    old = _duration(stale_after, "--stale-after")
    settings = load_settings()
    chosen = catalogue_of(settings).chosen(ids or [])
    contact_of(settings)
    with stoppable(_STOPPED), open_house(settings) as house, shown_progress(json) as watch:
        found = check_sources(house, chosen, watch, stale_after=old)
    show_checks(found, json)
    raise typer.Exit(0 if all(each.verdict is Verdict.OK for each in found) else 1)


@sources_app.command("probe")
def probe(url: Url, source_id: Id = None, delay: Delay = None, json: Json = False) -> None:
    """Look at a site with about thirty requests, and print a source file for it."""
    from flows.source_findings import probe_row, show_probe
    from flows.terminal import print_json

    probed = _probed(url, source_id, delay, json)
    if json:
        print_json(probe_row(probed))
    else:
        show_probe(probed)
        sys.stdout.write(probed.text)
    raise typer.Exit(1 if probed.proposal.problems else 0)


@sources_app.command("add")
def add(
    url: Url,
    source_id: Id = None,
    delay: Delay = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file of the same id in WARRAQ_SOURCES.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Write without asking.")] = False,
) -> None:
    """Look at a site, show three of its articles, and write its source file to WARRAQ_SOURCES."""
    from flows.probing import file_for, write_source
    from flows.settings import load_settings
    from flows.source_findings import show_probe, show_samples
    from flows.terminal import words

    settings = load_settings()
    if settings.sources is None or source_id is not None:
        file_for(settings, source_id or "none", force=force)  # what can be refused is refused before any request
    if not yes and not sys.stdin.isatty():
        raise UsageError("nobody to ask on this terminal; --yes writes without asking")
    probed = _probed(url, source_id, delay, as_json=False)
    file = file_for(settings, probed.proposal.source.id, force=force)
    show_probe(probed)
    show_samples(probed)
    sys.stdout.write(probed.text)
    if not yes and not typer.confirm(f"Write {file}?", err=True):
        words.print("nothing was written")
        raise typer.Exit(1)
    write_source(file, probed.text)
    words.print(f"written: {file}", highlight=False, soft_wrap=True)
    raise typer.Exit(1 if probed.proposal.problems else 0)


def _probed(url: str, source_id: str | None, delay: str | None, as_json: bool) -> Probed:
    from flows.house import now
    from flows.probing import probe_site
    from flows.settings import load_settings
    from flows.stopping import stoppable
    from flows.terminal import shown_progress

    pause = _duration(delay, "--delay") if delay is not None else None
    with stoppable(_STOPPED), shown_progress(as_json) as watch:
        return probe_site(load_settings(), url, now(), watch, source_id=source_id, delay=pause)


def _duration(text: str, option: str) -> timedelta:
    from crawlers.source_fields import duration

    try:
        return duration(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}") from error
