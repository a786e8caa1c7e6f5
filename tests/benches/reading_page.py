"""What pages are read as: `make reading-page` writes docs/reading.md. The worst of the given pages, a page before and
after, and bombs with what they end as. Numbers about quality beside others are those of `make bench-reading`."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.extraction.arabic import folded
from crawlers.extraction.article import extract
from crawlers.extraction.page import block_texts, parse
from flows.page_pool import PagePool
from flows.reading import read_pages
from storage.model import Article, Rejection
from tests.benches.reading import QUALITY, ROOT, ours, run
from tests.crawlers.conftest import make_capture, make_source
from tests.crawlers.extraction.page_bombs import COSTLY, STRINGS, with_string
from tests.crawlers.extraction.reshuffled import COMMENTED, TAILED
from tests.crawlers.extraction.reshuffled_stories import Story

PAGE = ROOT / "docs" / "reading.md"
_WORST = 10
_STORY = Story(31)
_AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
_SHOWN_LINES = 24


def worst() -> list[str]:
    """The pages with the most lines unlike the reference, after those that score least."""
    pages = [json.loads(line) for line in (QUALITY / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    mine = {row["stem"]: row for row in ours(pages, 1)["rows"]}
    theirs = {row["stem"]: row for row in run("trafilatura", pages, 1, Path()).rows}
    rows = []
    for page in pages:
        gold = json.loads((QUALITY / "gold" / f"{page['stem']}.json").read_text(encoding="utf-8"))
        rows.append((page["stem"], _unlike(gold, mine[page["stem"]]), _unlike(gold, theirs[page["stem"]])))
    rows.sort(key=lambda row: (-sum(row[1][:3]), -sum(row[2][:3]), row[0]))
    table = ["| page | ours: lost, surplus, uncounted | trafilatura: lost, surplus, uncounted |", "|---|---|---|"]
    table += [f"| {stem} | {_words(mine_)} | {_words(theirs_)} |" for stem, mine_, theirs_ in rows[:_WORST]]
    return table


def _unlike(gold: dict[str, Any], found: dict[str, Any]) -> tuple[int, int, int]:
    """Lines of the reference that are lost, lines that are not in it, and lines that it says count neither way."""
    text = folded(gold["text"])
    uncounted = {folded(line) for line in gold.get("excluded_lines") or []}
    lines = [plain for line in (found.get("text") or "").splitlines() if (plain := folded(line))]
    whole = folded(" ".join(lines))
    lost = [line for line in gold["text"].splitlines() if folded(line) not in whole]
    neither = [line for line in lines if line in uncounted]
    return len(lost), len([line for line in lines if line not in text and line not in uncounted]), len(neither)


def _words(counts: tuple[int, int, int]) -> str:
    return ", ".join(map(str, counts))


def before_and_after() -> list[str]:
    lines: list[str] = []
    for html in (TAILED["each said twice"](_STORY), COMMENTED["a dot before the age"](_STORY)):
        tree = parse(html)
        found = extract(make_capture(html, captured_at=_AT), make_source(), "page")
        if tree is None or not isinstance(found, Article):
            raise SystemExit(f"the page is not read: {found}")
        shown = block_texts(tree)
        more = [f"… and {len(shown) - _SHOWN_LINES} lines more"] if len(shown) > _SHOWN_LINES else []
        lines += ["Before, as it is shown:", "", "```", *shown[:_SHOWN_LINES], *more, "```", "", "After:", "", "```"]
        lines += [f"title: {found.title}", f"published_date: {found.published_date}", "text:", *found.text.split("\n")]
        lines += [
            f"comment: {each.author} | {each.raw_date} | {_moment(each.from_)} to {_moment(each.to)} | {each.text}"
            for each in found.comments
        ]
        lines += ["```", ""]
    return lines


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment is not None else "–"


def bombs() -> list[str]:
    table = ["| page | bytes | ends as | seconds |", "|---|--:|---|--:|"]
    named = {name: written() for name, written in COSTLY.items()} | {
        name: with_string(string) for name, string in STRINGS.items()
    }
    source = make_source()
    with PagePool(1) as pool:
        for name, html in {"a good page": TAILED["a list"](_STORY), **named}.items():
            began = time.perf_counter()
            (outcome,) = read_pages(pool, [make_capture(html)], source, "page")
            spent = time.perf_counter() - began
            table.append(f"| {name} | {len(html.encode()):,} | {_ending(outcome)} | {spent:.1f} |")
        (after,) = read_pages(pool, [make_capture(TAILED["a list"](_STORY))], source, "page")
        table.append(f"| the good page again, by the same readers | | {_ending(after)} | |")
    return table


def _ending(outcome: object) -> str:
    if isinstance(outcome, Rejection):
        return f"`{outcome.reason}`: {outcome.detail}"
    return f"an article of {len(outcome.text.splitlines())} lines" if isinstance(outcome, Article) else "no article"


def main() -> None:
    if not QUALITY.is_dir():
        sys.exit(f"{QUALITY} is not there: the pages are no part of the repository")
    parts = [
        "# What pages are read as",
        "",
        f"Written by `make reading-page` on {datetime.now(UTC):%Y-%m-%d}; do not edit. How well others read the same",
        "pages, and how fast, is in [benchmarks/reading.md](benchmarks/reading.md); dates have [a page](dates.md).",
        "",
        f"## The {_WORST} worst of the 20 given pages",
        "",
        "Lines of the reference that are lost; lines that are not in it; lines that it says count neither way",
        "(bylines, captions, links to other stories). Where ours has zeros, nothing is known to be wrong.",
        "",
        *worst(),
        "",
        "## Pages before and after",
        "",
        "Two of our own, from the tests: the shapes of a story with a long tail, and of one with comments.",
        "",
        *before_and_after(),
        "## Bombs",
        "",
        "Read one after the other by one process with the limits of a crawl: 10 s of processor time a page, 512 MB.",
        "The seconds are of the clock. A page that is read is no fault: the strings are to cost no more than that.",
        "",
        *bombs(),
        "",
    ]
    PAGE.write_text("\n".join(parts), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
