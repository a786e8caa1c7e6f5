"""The crawl flow: what `warraq crawl` does, started from the Prefect UI or by a schedule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed, Failed
from pydantic import Field

from flows.artifacts import ProgressArtifact
from flows.at_work import at_work
from flows.house import open_house
from flows.pausing import crawlable
from flows.prefect_steps import PrefectSteps
from flows.report import Report
from flows.report_page import leave_report
from flows.run_names import run_name
from flows.source_choices import ALL_OF_THEM, chosen_ids
from flows.walk import crawl_sources

LIMIT = "Articles a publisher at most; empty: no limit. · أقصى عدد من المقالات لكل ناشر، وبلا رقم: بلا حد."


def _run_name() -> str:
    from prefect.runtime import flow_run

    ids = chosen_ids(flow_run.get_parameters().get("sources") or [])
    return run_name("crawl", ids, "كل المصادر")


@flow(name="crawl", flow_run_name=_run_name, persist_result=False)
def crawl(
    sources: Annotated[
        list[str],
        Field(
            title="Publishers · الناشرون",
            description="None chosen: all that are enabled and not paused. · بلا اختيار: كل المفعّلين غير الموقوفين.",
        ),
    ] = ALL_OF_THEM,
    since: Annotated[
        date | None,
        Field(
            title="Since · منذ",
            description="What feeds and sitemaps date before this day (UTC) is left alone. · يُترك ما قبله.",
        ),
    ] = None,
    limit: Annotated[int | None, Field(ge=1, title="Limit · الحد", description=LIMIT)] = None,
) -> Any:
    """Fetch what is new at the chosen publishers, archive every page, and extract its articles."""
    with at_work(), open_house(store_may_wait=True) as house:
        chosen = crawlable(house, chosen_ids(sources))
        moment = datetime(since.year, since.month, since.day, tzinfo=UTC) if since else None
        progress = ProgressArtifact("crawl-progress", "How far this crawl is · تقدّم الزحف")
        report = crawl_sources(house, chosen, since=moment, limit=limit, steps=PrefectSteps(), watch=progress)
        progress.finish()
        leave_report(house, report)
    return state_of(report)


def state_of(report: Report) -> Any:
    """Completed when nothing is owed; Failed with the first line of what is."""
    if report.owed:
        more = f" (and {len(report.owed) - 1} more, see the report)" if len(report.owed) > 1 else ""
        return Failed(message=report.owed[0] + more)
    return Completed(message=f"{sum(each.tally.articles for each in report.sources)} articles; nothing is owed")
