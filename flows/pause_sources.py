"""The pause flow: what `warraq sources pause` and `resume` do, started from the Prefect UI."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed
from pydantic import Field

from flows.artifacts import leave_markdown, plain
from flows.at_work import at_work
from flows.house import House, open_house, whoami
from flows.pausing import pause, resume
from flows.source_choices import chosen_ids
from storage.pauses import Pause


class Wish(StrEnum):
    PAUSE = "pause · إيقاف مؤقت"
    RESUME = "resume · استئناف"


def _run_name() -> str:
    from prefect.runtime import flow_run

    asked = flow_run.get_parameters()
    what = "resume" if asked.get("wish") == Wish.RESUME else "pause"
    return f"{what} · {', '.join(chosen_ids(asked.get('sources') or [])[:3])} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="pause", flow_run_name=_run_name, persist_result=False)
def pause_sources(
    sources: Annotated[list[str], Field(min_length=1, title="Publishers · الناشرون")],
    wish: Annotated[Wish, Field(title="What to do · المطلوب")] = Wish.PAUSE,
    reason: Annotated[
        str,
        Field(
            max_length=500, title="Why · السبب", description="For whoever asks later; may stay empty. · لمن يسأل لاحقًا."
        ),
    ] = "",
) -> Any:
    """Leave publishers alone until they are resumed. A crawl that names one still crawls it."""
    ids = chosen_ids(sources)
    with at_work(), open_house(store_may_wait=True) as house:
        by = f"{whoami()} by Prefect"
        paused = resume(house, ids) if wish == Wish.RESUME else pause(house, ids, by, reason)
        leave_markdown(
            key="paused", markdown=markdown(house, paused), description="Paused publishers · الناشرون الموقوفون مؤقتًا"
        )
    return Completed(message=f"paused now: {', '.join(paused) or 'none'}")


def markdown(house: House, paused: Mapping[str, Pause]) -> str:
    """Who is paused, since when and why."""
    if not paused:
        return "# No publisher is paused · لا ناشر موقوف\n"
    rows = ["| publisher · الناشر | since · منذ | by · من | why · السبب |", "|---|---|---|---|"]
    for each in paused.values():
        known = each.source in house.catalogue
        name = house.catalogue[each.source].name if known else None
        shown = f"{plain(name.en)} · {plain(name.ar)}" if name else plain(each.source)
        rows.append(f"| {shown} | {each.since:%Y-%m-%d %H:%M} | {plain(each.by)} | {plain(each.reason)} |")
    return "\n".join(["# Paused publishers · الناشرون الموقوفون مؤقتًا", "", *rows]) + "\n"
