"""What looks at sites, and at how sources stand, say at the terminal: words on stderr, tables and JSON on stdout."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from flows.alarm_words import TITLES, ago, next_step, seen
from flows.terminal import data, print_json, table_of, words
from storage.model import Article

if TYPE_CHECKING:
    from flows.checking import Check
    from flows.probing import Probed
    from flows.source_health import Health, SourceHealth

_FIRST_CHARS = 240
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # marks that change direction until they are ended
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def rtl_safe(text: str) -> str:
    """Text on one line that turns no words beside it around, whatever its direction, and keeps no marks open."""
    kept = "".join(
        letter
        for letter in " ".join(text.split())
        if letter not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return f"{_ISOLATE}{kept}{_END}"


def show_probe(probed: Probed) -> None:
    """What was found, in a few lines on stderr."""
    source, facts = probed.proposal.source, probed.proposal.facts
    found = source.discover
    counts = (
        (len(found.feeds), "feeds"),
        (len(found.sitemaps), "sitemaps"),
        (len(found.sections), "sections"),
        (len(found.wordpress), "WordPress interfaces"),
        (len(source.article_url), "article patterns"),
    )
    line = ", ".join(f"{count} {what}" for count, what in counts if count) or "no way to find articles"
    words.print(f"{probed.asked} requests; {line}", highlight=False)
    charset = f"{facts.charset_used} (declared: {facts.charset_declared or 'none'})"
    words.print(f"{facts.software or 'software not recognised'}; charset {charset}", highlight=False)
    for problem in probed.proposal.problems:
        words.print(f"[bold red]problem[/bold red] {escape(problem)}", highlight=False, soft_wrap=True)


def show_samples(probed: Probed) -> None:
    """The sample articles on stderr: title, date, authors, first lines."""
    for found in probed.samples:
        words.print(f"\n{escape(found.url)}", highlight=False, soft_wrap=True, style="dim")
        if not isinstance(found, Article):
            words.print(f"  [bold red]not read[/bold red] {found.reason}: {escape(found.detail)}", highlight=False)
            continue
        day = found.published_date.isoformat() if found.published_date else "no date"
        by = " · ".join(map(rtl_safe, found.authors))
        words.print(f"  [bold]{escape(rtl_safe(found.title))}[/bold]", highlight=False, soft_wrap=True)
        words.print(f"  {day}" + (f" · {escape(by)}" if by else ""), highlight=False, soft_wrap=True)
        words.print(f"  {escape(rtl_safe(found.text[:_FIRST_CHARS]))}…", highlight=False, soft_wrap=True)
    if not probed.samples:
        words.print("\nno sample article could be read", style="bold red")


def probe_row(probed: Probed) -> dict[str, Any]:
    return {
        "event": "probe",
        "source": probed.proposal.source.model_dump(mode="json", by_alias=True, exclude_defaults=True),
        "problems": list(probed.proposal.problems),
        "requests": probed.asked,
        "file": probed.text,
        "samples": [
            {"url": found.url, "title": found.title, "date": found.published_date, "first": found.text[:_FIRST_CHARS]}
            if isinstance(found, Article)
            else {"url": found.url, "reason": found.reason, "detail": found.detail}
            for found in probed.samples
        ],
    }


def show_health(health: Health, as_json: bool) -> None:
    """A row a source on stdout; each alarm, with what to do next, on stderr."""
    if as_json:
        for each in health.sources:
            print_json(_health_row(each))
        return
    table = table_of("source", "name", "newest found", "a day, last week", "a day, usual", "last crawl", "state")
    for each in health.sources:
        usual = f"{each.usual:.1f}" if each.usual is not None else "not known yet"
        table.add_row(
            each.source.id,
            f"{each.source.name.ar} · {each.source.name.en}",
            f"{ago(each.newest, health.at)[0]} ago" if each.newest else "none yet",
            f"{each.last_week:.1f}",
            usual,
            f"{ago(each.last_run, health.at)[0]} ago" if each.last_run else "never",
            ", ".join(alarm.kind for alarm in each.alarms) or "well",
        )
    data.print(table)
    for each, alarm in health.alarms:
        colour = "red" if alarm.is_failure else "yellow"
        said = f"{each.source.name.en} {TITLES[alarm.kind][0]}: {seen(alarm)[0]}"
        head = f"[bold {colour}]{alarm.kind}[/bold {colour}]"
        words.print(f"{head} {escape(said)}", highlight=False, soft_wrap=True)
        words.print(f"  next: {escape(next_step(alarm, each.source.home)[0])}", highlight=False, soft_wrap=True)


def _health_row(each: SourceHealth) -> dict[str, Any]:
    return {
        "event": "source",
        "source": each.source.id,
        "name": each.source.name.model_dump(),
        "newest": each.newest,
        "last_run": each.last_run,
        "per_day_last_week": round(each.last_week, 2),
        "per_day_usual": round(each.usual, 2) if each.usual is not None else None,
        "alarms": [
            {
                "kind": alarm.kind,
                "failure": alarm.is_failure,
                "since": alarm.since,
                "seen": seen(alarm)[0],
                "next": next_step(alarm, each.source.home)[0],
                "facts": alarm.facts,
            }
            for alarm in each.alarms
        ],
    }


def show_checks(checks: Sequence[Check], as_json: bool) -> None:
    """A row a source on stdout, and on stderr why it is not well."""
    if as_json:
        for each in checks:
            print_json(_check_row(each))
        return
    table = table_of("source", "verdict", "ways", "articles", "newest", "readable", "why")
    for each in checks:
        ways = f"{sum(not page.problem for page in each.pages)}/{len(each.pages)}"
        newest = f"{each.newest:%Y-%m-%d %H:%M}" if each.newest else ""
        readable = f"{each.readable}/{len(each.read)}"
        colour = "green" if each.verdict == "ok" else "yellow" if each.verdict in ("partly", "stale", "busy") else "red"
        verdict = f"[{colour}]{each.verdict}[/{colour}]"
        table.add_row(each.source.id, verdict, ways, str(each.articles), newest, readable, escape(each.why))
    data.print(table)
    counts = Counter(str(each.verdict) for each in checks)
    words.print(", ".join(f"{count} {verdict}" for verdict, count in counts.most_common()), highlight=False)


def _check_row(each: Check) -> dict[str, Any]:
    return {
        "event": "check",
        "source": each.source.id,
        "verdict": each.verdict,
        "why": each.why,
        "newest": each.newest,
        "articles": each.articles,
        "pages": [asdict(page) for page in each.pages],
        "read": [
            {"url": found.url, "title": found.title, "date": found.published_date}
            if isinstance(found, Article)
            else {"url": found.url, "reason": found.reason, "detail": found.detail}
            for found in each.read
        ],
    }
