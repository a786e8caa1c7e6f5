"""The catalogue as a table for people: docs/catalogue.md. `make catalogue` writes it; a test holds it to the files."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from crawlers.catalogue import Catalogue
from crawlers.source import Evidence, Source

_HEAD = """\
# The catalogue

Made by `make catalogue` from the files below `crawlers/sources/`; edit those.

**Evidence** is what the best proof of a way to find articles is worth: *validated* was fetched and read on that
day, *listed* stands in a public list or program, *unverified* looks guessed, and *none* means that no public file
shows a way: `warraq sources probe URL` looks for one. Nobody of Warraq asked a live site for this catalogue. An
enabled publisher has a feed or sitemap that was validated in 2026, is no copy, is in Arabic, and neither the law
nor its robots.txt is known to object. Time zones are those of the publisher's country."""
_DISCOVERY = ("feed", "sitemap", "wordpress", "ids", "section")
_LEVELS = ("validated", "listed", "unverified", "none")


def catalogue_table(sources: Iterable[Source]) -> str:
    """Markdown: counts by evidence and country, then one row a publisher, by country and id."""
    rows = sorted(sources, key=lambda source: (source.country, source.id))
    return "\n\n".join([_HEAD, _by_level(rows), _by_country(rows), _publishers(rows)]) + "\n"


def kinds_of(source: Source) -> str:
    """How articles of a source are found: `feed, sitemap ×2`; empty if its file names no way."""
    found = source.discover
    counts = {
        "feed": len(found.feeds),
        "sitemap": len(found.sitemaps),
        "section": len(found.sections),
        "wordpress": len(found.wordpress),
        "ids": int(found.ids is not None),
    }
    return ", ".join(kind if count == 1 else f"{kind} ×{count}" for kind, count in counts.items() if count)


def best_evidence(source: Source) -> Evidence | None:
    """The strongest and newest evidence of a way that is in use; None if the file names no way."""
    if not kinds_of(source):
        return None
    used = [
        each
        for each in source.evidence
        if each.what.startswith(_DISCOVERY) and not each.what.partition(", not used")[1]
    ]
    newest_first = sorted(used, key=lambda each: str(each.as_of or ""), reverse=True)
    return min(newest_first, key=lambda each: _LEVELS.index(each.level), default=None)


def _level(source: Source) -> str:
    best = best_evidence(source)
    return best.level if best else "none"


def _by_level(rows: Sequence[Source]) -> str:
    counts = Counter((_level(source), source.enabled) for source in rows)
    lines = ["| evidence | publishers | enabled |", "|---|--:|--:|"]
    for level in _LEVELS:
        lines.append(f"| {level} | {counts[level, True] + counts[level, False]} | {counts[level, True]} |")
    enabled = sum(source.enabled for source in rows)
    return "\n".join([*lines, f"| all | {len(rows)} | {enabled} |"])


def _by_country(rows: Sequence[Source]) -> str:
    lines = [f"| country | {' | '.join(_LEVELS)} | all | enabled |", "|---|" + "--:|" * (len(_LEVELS) + 2)]
    for country in sorted({source.country for source in rows}):
        here = [source for source in rows if source.country == country]
        counts = Counter(map(_level, here))
        cells = [counts[level] for level in _LEVELS] + [len(here), sum(source.enabled for source in here)]
        lines.append(f"| {country} | {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def _publishers(rows: Sequence[Source]) -> str:
    lines = ["| country | id | name | found by | evidence | enabled | remarks |", "|---|---|---|---|---|---|---|"]
    for source in rows:
        best = best_evidence(source)
        evidence = f"{best.level} {best.as_of or 'undated'}" if best else "none"
        remarks = "; ".join(text.replace("|", "\\|") for text in (source.copies, source.legal) if text)
        cells = (
            source.country,
            f"[{source.id}]({source.home})",
            f"{source.name.ar} · {source.name.en}".replace("|", "\\|"),
            kinds_of(source),
            evidence,
            "yes" if source.enabled else "",
            remarks,
        )
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(catalogue_table(Catalogue().values()))
