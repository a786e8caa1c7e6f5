"""The replay flow: what `warraq replay` does, started from the Prefect UI."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any

from prefect import flow
from pydantic import Field

from flows.artifacts import ProgressArtifact
from flows.at_work import at_work
from flows.crawl import state_of
from flows.dask_engine import dask_engine, read_by_a_worker
from flows.house import open_house
from flows.prefect_steps import PrefectSteps
from flows.replaying import learn_anew, replay_warcs, sources_meant, warcs_to_replay
from flows.report_page import leave_report
from flows.source_choices import ALL_OF_THEM, chosen_ids


def _run_name() -> str:
    from prefect.runtime import flow_run

    parameters = flow_run.get_parameters()
    ids = chosen_ids(parameters.get("sources") or [])
    which = ", ".join(ids) or f"{len(parameters.get('warcs') or []) or 'all'} WARCs"
    return f"replay · {which} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="replay", flow_run_name=_run_name, persist_result=False)
def replay(
    sources: Annotated[
        list[str],
        Field(
            title="Publishers · الناشرون",
            description="None chosen: all that is archived. · بلا اختيار: كل ما في الأرشيف.",
        ),
    ] = ALL_OF_THEM,
    since: Annotated[
        date | None, Field(title="Since · منذ", description="First day of a crawl (UTC). · أول يوم زحف.")
    ] = None,
    until: Annotated[
        date | None, Field(title="Until · حتى", description="Last day of a crawl (UTC). · آخر يوم زحف.")
    ] = None,
    warcs: Annotated[
        list[str] | None,
        Field(
            title="WARCs · الملفات",
            description="Keys such as raw/…/….warc.gz; they alone are read, if named. · إن ذُكرت قُرئت وحدها.",
        ),
    ] = None,
    url: Annotated[
        str,
        Field(
            title="URL · الرابط",
            description="Only WARCs that hold such a URL, as https://host/news/*. · الملفات التي فيها رابط كهذا فقط.",
            pattern=r"^\S*$",
            max_length=2000,
        ),
    ] = "",
    learn: Annotated[
        bool,
        Field(
            title="Learn anew · تعلّم من جديد",
            description="First learn again what recurs on the pages; gives a new extractor. · يُعاد تعلّم ما يتكرر أولا.",
        ),
    ] = False,
) -> Any:
    """Extract articles again from archived pages. What is there must come out the same, to the byte."""
    with at_work(), open_house() as house:
        ids = chosen_ids(sources)
        keys = warcs_to_replay(house, ids, since, until, warcs or [], url or None)
        if learn:
            learn_anew(house, keys)
        progress = ProgressArtifact("replay-progress", "How far this replay is · تقدّم إعادة الاستخراج")
        only = sources_meant(house, ids)
        if house.settings.dask is None:
            report = replay_warcs(house, keys, steps=PrefectSteps(), watch=progress, only=only)
        else:
            with dask_engine(house.settings.dask) as engine:
                read = read_by_a_worker(only)
                steps = PrefectSteps(engine)
                report = replay_warcs(house, keys, steps=steps, watch=progress, only=only, elsewhere=read)
        progress.finish()
        leave_report(house, report)
    return state_of(report)
