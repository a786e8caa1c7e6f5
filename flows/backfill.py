"""The backfill flow: what `warraq backfill` does, started from the Prefect UI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from flows.articles_picture import picture_url
from flows.artifacts import ProgressArtifact, leave_markdown, leave_table, plain
from flows.at_work import at_work
from flows.backfilling import backfill_sources
from flows.crawl import LIMIT, state_of
from flows.gap_map import GapMap, rows_of
from flows.gap_picture import gap_picture
from flows.house import open_house
from flows.prefect_steps import PrefectSteps
from flows.report_page import leave_report
from flows.source_choices import chosen_ids
from flows.window import Window
from storage.errors import UsageError

MAX_TABLE_ROWS = 1000
MAX_LISTED = 60  # stretches of days without articles, by publisher
_ZONE = "In the publisher's zone. · بتوقيت الناشر."


def _run_name() -> str:
    from prefect.runtime import flow_run

    asked = flow_run.get_parameters()
    ids = ", ".join(chosen_ids(asked.get("sources") or [])[:3])
    return f"backfill · {ids} · {asked.get('since')} – {asked.get('until')} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="backfill", flow_run_name=_run_name, persist_result=False)
def backfill(
    sources: Annotated[list[str], Field(min_length=1, title="Publishers · الناشرون")],
    since: Annotated[date, Field(title="First day · أول يوم", description=_ZONE)],
    until: Annotated[date, Field(title="Last day · آخر يوم", description=_ZONE)],
    limit: Annotated[int | None, Field(ge=1, title="Limit · الحد", description=LIMIT)] = None,
) -> Any:
    """Fetch articles of past days at the chosen publishers, and map the days that have none."""
    if not sources:
        raise UsageError("no publisher was chosen; a backfill asks a lot of one, so it takes none by itself")
    with at_work(), open_house(store_may_wait=True) as house:
        chosen = house.catalogue.chosen(chosen_ids(sources))
        progress = ProgressArtifact("backfill-progress", "How far this backfill is · تقدّم الاستكمال")
        window = Window(since, until)
        report, maps = backfill_sources(house, chosen, window, limit=limit, steps=PrefectSteps(), watch=progress)
        progress.finish()
        leave_report(house, report)
        leave_gap_map(maps)
    return state_of(report)


def leave_gap_map(maps: Sequence[GapMap]) -> None:
    """The picture with the gaps in words, and the table of days."""
    shown = f"![المقالات في كل يوم]({picture_url(gap_picture(maps))})\n\n{gaps_in_words(maps)}"
    leave_markdown(key="gap-map", markdown=shown, description="Days with gaps · أيام ناقصة")
    leave_table(key="gap-table", table=rows_of(maps)[:MAX_TABLE_ROWS], description="Day by day · يومًا بيوم")


def gaps_in_words(maps: Sequence[GapMap]) -> str:
    """Markdown; the table's first column stands last, because the UI draws tables from the left."""
    rows = ["| أيام ناقصة | معلّق | أخفق | حُفظ | وُجد | الناشر |", "|--:|--:|--:|--:|--:|--:|"]
    for each in maps:
        numbers = [each.total(name) for name in ("owed", "failed", "captured", "found")]
        cells = [
            f"{len(each.gaps):,} / {len(each.days):,}",
            *(f"{number:,}" for number in numbers),
            plain(each.name_ar),
        ]
        rows.append(f"| {' | '.join(cells)} |")
    listed = [f"- {plain(each.name_en)}: {', '.join(stretches(each.gaps)[:MAX_LISTED])}" for each in maps if each.gaps]
    return "\n".join(['<div dir="rtl"><b>خريطة الفجوات</b></div>', "", *rows, "", *listed]) + "\n"


def stretches(days: Sequence[date]) -> list[str]:
    """Days, in order, as stretches: 2024-05-01 – 2024-05-09, 2024-06-02."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = found[-1][0], day
        else:
            found.append((day, day))
    return [f"{first}" if first == last else f"{first} – {last}" for first, last in found]
