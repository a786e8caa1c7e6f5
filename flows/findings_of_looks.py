"""What looks at sites found, for a person at the terminal: words on stderr, tables and JSON on stdout."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rich.markup import escape

from flows.terminal import words
from storage.model import Article

if TYPE_CHECKING:
    from flows.probing import Probed

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
