"""The crawl-due flow: what `warraq crawl --due` does, started every few minutes by a schedule."""

from __future__ import annotations

import logging
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed
from pydantic import Field

from flows.artifacts import ProgressArtifact
from flows.at_work import at_work
from flows.crawl import state_of
from flows.due import Due, crawl_due
from flows.house import open_house
from flows.owed_spool import tell_if_owed
from flows.prefect_steps import PrefectSteps
from flows.report_page import leave_report
from flows.run_names import run_name
from flows.server_away import if_it_answers

NAME = "crawl-due"
LIMIT = 200  # articles a source: at 2 s each it holds up the others for seven minutes at most
AT_MOST = (
    "Articles a publisher at most; the rest comes next. · أقصى عدد من المقالات لكل ناشر، والباقي في المرة التالية."
)
NOTHING = "لا شيء مستحق"

logger = logging.getLogger(__name__)


def _run_name() -> str:
    return run_name(NAME, [], "…")


@flow(name=NAME, flow_run_name=_run_name, persist_result=False)
def crawl_what_is_due(
    limit: Annotated[
        int,
        Field(ge=1, le=10_000, title="Limit · الحد", description=AT_MOST),
    ] = LIMIT,
) -> Any:
    """Crawl the publishers that are due by their cadence, several in one process, and leave the others alone."""
    with at_work(), open_house(store_may_wait=True) as house:
        tell_if_owed(house.spool, house.clock())
        progress = ProgressArtifact("crawl-progress", "How far this crawl is · تقدّم الزحف")
        found, report = crawl_due(house, limit=limit, steps=PrefectSteps(), watch=progress, tell=_rename)
        progress.finish()
        if not report.sources:
            return Completed(message=found.words())
        leave_report(house, report)
    return state_of(report)


def _rename(found: Due) -> None:
    """Name the run by what it crawls, which nobody knew when it was started."""
    from prefect.client.orchestration import get_client
    from prefect.runtime import flow_run

    if flow_run.id is None:
        return
    name = run_name(NAME, [source.id for source in found.sources], NOTHING)
    with if_it_answers("the run's name"), get_client(sync_client=True) as client:
        client.update_flow_run(flow_run.id, name=name)
    logger.info(found.words())
