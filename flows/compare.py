"""The compare flow: what `warraq compare` does, with its numbers and marked words in the Prefect UI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from prefect import flow
from prefect.artifacts import create_markdown_artifact
from prefect.states import Completed
from pydantic import Field

from flows.artifacts import ProgressArtifact, plain
from flows.compare_page import COLUMNS, cell, marks, page
from flows.comparing import Comparison, Pair
from flows.comparing import compare as compared
from flows.house import House, open_house
from flows.prefect_steps import logs_in_the_run
from flows.source_choices import ALL_OF_THEM, chosen_ids
from flows.watch import watched_worker
from storage.model import Article

NAMED = r"^(current|latest|x[0-9a-z]+)$"  # an extractor
SHOWN_PAIRS = 10
SHOWN_WORDS = 120
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
        Field(title="Publishers · الناشرون", description="None chosen: all that both have read."),
    ] = ALL_OF_THEM,
    a: Annotated[str, Field(pattern=NAMED, title="Reading A · القراءة الأولى", description=_READING)] = "current",
    b: Annotated[str, Field(pattern=NAMED, title="Reading B · القراءة الثانية", description=_READING)] = "latest",
) -> Any:
    """Say what two readings of the same captures say differently: numbers by publisher, words side by side."""
    with watched_worker(), logs_in_the_run(), open_house() as house:
        progress = ProgressArtifact("compare-progress", "How far this comparison is · تقدّم المقارنة")
        found = compared(house, a, b, chosen_ids(sources), progress)
        progress.finish()
        file = _written(house, page(found, a, b, house.clock()), a, b)
        create_markdown_artifact(
            key="compare-report",
            markdown=markdown(found, a, b, file),
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


def markdown(found: Sequence[Comparison], a: str, b: str, file: Path) -> str:
    """The numbers, then the captures that differ most, and what to do next."""
    english, arabic = ([column[place] for column in COLUMNS] for place in (1, 2))
    rows = [
        f"| {' | '.join(f'{word}<br>{words}' for word, words in zip(english, arabic, strict=True))} |",
        f"|---|{'--:|' * (len(COLUMNS) - 1)}",
        *(f"| {' | '.join(cell(each, name) for name, _, _ in COLUMNS)} |" for each in found),
    ]
    pairs = [pair for each in found for pair in each.pairs][:SHOWN_PAIRS]
    shown = ["## What differs most · الأكثر اختلافًا", *map(_pair, pairs)] if pairs else ["**Nothing differs.**"]
    next_step = (
        f"**Next:** if B is the better one, run the `promote` deployment with `{found[0].b}`. Nothing is deleted, and "
        f"it can be taken back.\n\nThe whole page, side by side: `{file}` on the worker's machine."
    )
    return "\n\n".join([f"# {_summary(found)}", f"A: `{a}` · B: `{b}`", "\n".join(rows), next_step, *shown]) + "\n"


def _pair(pair: Pair) -> str:
    url = plain(pair.url)
    link = f'<a href="{url}">{url}</a>' if pair.url.startswith(("http://", "https://")) else url
    ours, theirs = (_said(each) for each in (pair.a, pair.b))
    if isinstance(pair.a, Article) and isinstance(pair.b, Article):
        first, second = marks(ours, theirs)
    else:
        first, second = plain(ours), plain(theirs)
    fields = ", ".join(pair.differing) or "read by one alone"
    return (
        f'{link} · {fields} · {pair.similarity:.0%}\n\n<div dir="rtl"><b>A</b>: {_one_line(first)}</div>\n\n'
        f'<div dir="rtl"><b>B</b>: {_one_line(second)}</div>'
    )


def _said(outcome: object) -> str:
    """Headline, day and the first words of a reading."""
    if isinstance(outcome, Article):
        day = outcome.published_date.isoformat() if outcome.published_date else "بلا تاريخ"
        return f"{outcome.title} · {day} · {' '.join(outcome.text.split()[:SHOWN_WORDS])}"
    return f"مرفوضة: {getattr(outcome, 'reason', 'لم تُقرأ')}"


def _one_line(html: str) -> str:
    return " ".join(html.split())
