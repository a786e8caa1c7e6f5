"""The compare flow: what `warraq compare` does, with its numbers and marked words in the Prefect UI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed
from pydantic import Field

from flows.artifacts import ProgressArtifact, in_html, leave_markdown, plain
from flows.at_work import at_work
from flows.compare_page import COLUMNS, cell, marks, page
from flows.comparing import Comparison, Pair
from flows.comparing import compare as compared
from flows.form_links import filled_in, form_addresses
from flows.house import House, open_house
from flows.source_choices import ALL_OF_THEM, chosen_ids
from storage.model import Article

NAMED = r"^(current|latest|x[0-9a-z]+)$"  # an extractor
SHOWN_PAIRS = 10
SHOWN_WORDS = 120
MAX_LINKED = 20  # publishers that one link names
FOLDER = "reports"  # beside the spool
_READING = "`current`, `latest`, or an extractor's id · الحالية أو الأحدث أو رقم قراءة"


def _run_name() -> str:
    from prefect.runtime import flow_run

    asked = flow_run.get_parameters()
    which = ", ".join(chosen_ids(asked.get("sources") or [])[:3]) or "all"
    return f"compare · {which} · {asked.get('a')} – {asked.get('b')} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="compare", flow_run_name=_run_name, persist_result=False)
def compare(
    sources: Annotated[
        list[str],
        Field(
            title="Publishers · الناشرون",
            description="None chosen: all that both have read. · بلا اختيار: كل ما قرأته الاثنتان.",
        ),
    ] = ALL_OF_THEM,
    a: Annotated[str, Field(pattern=NAMED, title="Reading A · القراءة الأولى", description=_READING)] = "current",
    b: Annotated[str, Field(pattern=NAMED, title="Reading B · القراءة الثانية", description=_READING)] = "latest",
) -> Any:
    """Say what two readings of the same captures say differently: numbers by publisher, words side by side."""
    with at_work(), open_house() as house:
        progress = ProgressArtifact("compare-progress", "How far this comparison is · تقدّم المقارنة")
        found = compared(house, a, b, chosen_ids(sources), progress)
        progress.finish()
        file = _written(house, page(found, a, b, house.clock()), a, b)
        leave_markdown(
            key="compare-report",
            markdown=markdown(found, a, b, file, form_addresses(("promote",))),
            description="What two readings say differently · فروق القراءتين",
        )
    return Completed(message=_summary(found))


def _written(house: House, html: str, a: str, b: str) -> Path:
    folder = house.spool.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"compare-{a}-{b}-{house.clock():%Y%m%dT%H%M%SZ}.html"
    file.write_text(html, encoding="utf-8")
    return file


def _summary(found: Sequence[Comparison]) -> str:
    read, different = sum(each.read for each in found), sum(each.different for each in found)
    lost, won = sum(each.newly_rejected for each in found), sum(each.newly_read for each in found)
    return f"{read:,} captures: {different:,} articles differ, {lost:,} newly rejected, {won:,} newly read"


def markdown(found: Sequence[Comparison], a: str, b: str, file: Path, forms: Mapping[str, str] | None = None) -> str:
    """The numbers, what to do next, then the captures that differ most.

    `forms`: addresses of the run forms by deployment."""
    pairs = [pair for each in found for pair in each.pairs][:SHOWN_PAIRS]
    shown = ["## What differs most · الأكثر اختلافًا", *map(_pair, pairs)] if pairs else ["**Nothing differs.**"]
    whole = f"The whole page, side by side: `{file}` on the worker's machine."
    parts = [f"# {_summary(found)}", f"A: `{a}` · B: `{b}`", _table(found), _next(found, b, forms or {}), whole, *shown]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(found: Sequence[Comparison]) -> str:
    """A row a publisher, those that differ first; only columns that say something, for the UI cuts off wide tables."""
    columns = [
        (name, f"{english}<br>{arabic}")
        for name, english, arabic in COLUMNS[1:]
        if name in ("read", "same", "different") or any(getattr(each, name) not in (0, 1.0) for each in found)
    ]
    rows = [
        f"| {COLUMNS[0][1]}<br>{COLUMNS[0][2]} | {' | '.join(head for _, head in columns)} |",
        f"|---|{'--:|' * len(columns)}",
    ]
    for each in sorted(found, key=lambda each: (not each.pairs, each.source)):
        rows.append(f"| {plain(each.source)} | {' | '.join(cell(each, name) for name, _ in columns)} |")
    return "\n".join(rows)


def _next(found: Sequence[Comparison], b: str, forms: Mapping[str, str]) -> str:
    changed = [each for each in found if each.pairs and each.a != each.b]
    if not changed:
        return ""
    form = "the promote deployment"
    if "promote" in forms:
        which = [each.source for each in changed][:MAX_LINKED]
        form = f"[{form}]({filled_in(forms['promote'], sources=which, extractor=b)})"
    ids = ", ".join(f"{plain(each.source)} `{each.b}`" for each in changed[:MAX_LINKED])
    return (
        f"**Next:** if B is the better one, run {form} with `{b}`: {ids}. Nothing is deleted, and it can be taken back."
    )


def _pair(pair: Pair) -> str:
    url = in_html(pair.url)
    link = f'<a href="{url}">{url}</a>' if pair.url.startswith(("http://", "https://")) else url
    ours, theirs = (_said(each) for each in (pair.a, pair.b))
    if isinstance(pair.a, Article) and isinstance(pair.b, Article):
        first, second = marks(ours, theirs)
    else:
        first, second = in_html(ours), in_html(theirs)
    fields = ", ".join(pair.differing) or "read by one alone"
    return (
        f'<div>{link} · {fields} · {pair.similarity:.0%}</div>\n\n<div dir="rtl"><b>A</b>: {_one_line(first)}</div>\n\n'
        f'<div dir="rtl"><b>B</b>: {_one_line(second)}</div>\n\n---'
    )


def _said(outcome: object) -> str:
    """Headline, day and the first words of a reading."""
    if isinstance(outcome, Article):
        day = outcome.published_date.isoformat() if outcome.published_date else "بلا تاريخ"
        return f"{outcome.title} · {day} · {' '.join(outcome.text.split()[:SHOWN_WORDS])}"
    return f"مرفوضة: {getattr(outcome, 'reason', 'لم تُقرأ')}"


def _one_line(html: str) -> str:
    return " ".join(html.split())
