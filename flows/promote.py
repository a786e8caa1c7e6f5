"""The promote flow: what `warraq promote` does, started from the Prefect UI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed
from pydantic import Field

from flows.artifacts import leave_markdown, plain
from flows.at_work import at_work
from flows.compare import NAMED
from flows.house import open_house, whoami
from flows.readings import Pointer
from flows.readings import promote as promoted
from flows.source_choices import ALL_OF_THEM, chosen_ids

_READING = "`latest`, or an id; not asked on the way back. · الأحدث أو رقم قراءة."


class Way(StrEnum):
    FORWARD = "make it current · اعتمادها"
    BACK = "go back to the one before · الرجوع إلى السابقة"


def _run_name() -> str:
    from prefect.runtime import flow_run

    asked = flow_run.get_parameters()
    which = ", ".join(chosen_ids(asked.get("sources") or [])[:3]) or "all"
    what = "back" if asked.get("way") == Way.BACK else asked.get("extractor")
    return f"promote · {which} · {what} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="promote", flow_run_name=_run_name, persist_result=False)
def promote(
    sources: Annotated[
        list[str],
        Field(
            title="Publishers · الناشرون", description="None chosen: all that it has read. · بلا اختيار: كل ما قرأته."
        ),
    ] = ALL_OF_THEM,
    way: Annotated[Way, Field(title="What to do · المطلوب")] = Way.FORWARD,
    extractor: Annotated[
        str,
        Field(pattern=NAMED, title="Reading · القراءة", description=_READING),
    ] = "latest",
    partial: Annotated[
        bool,
        Field(
            title="Even if partial · ولو لم تكتمل",
            description="Even if it has not read every WARC yet. · ولو لم تقرأ كل الملفات بعد.",
        ),
    ] = False,
) -> Any:
    """Make a reading's articles the current ones, or go back to the one before. Nothing is deleted."""
    is_back = way == Way.BACK
    with at_work(), open_house() as house:
        name = None if is_back else extractor
        done = promoted(house, name, chosen_ids(sources), f"{whoami()} by Prefect", back=is_back, partial=partial)
        leave_markdown(
            key="promote-report", markdown=markdown(done), description="Current readings · القراءات المعتمدة"
        )
    return Completed(message=summary(done))


def summary(done: Sequence[Pointer]) -> str:
    """One line, such as: aljazeera: x7513c2e64750 is the current reading (and 2 more publishers)."""
    if not done:
        return "nothing was changed"
    more = f" (and {len(done) - 1} more publishers)" if len(done) > 1 else ""
    return f"{done[0].source}: {done[0].extractor} is the current reading{more}"


def markdown(done: Sequence[Pointer]) -> str:
    """Which reading is the current one now, and which was before."""
    rows = ["| publisher · الناشر | current · المعتمدة | before · السابقة |", "|---|---|---|"]
    for pointer in done:
        before = pointer.before[-1] if pointer.before else "none"
        rows.append(f"| {plain(pointer.source)} | `{pointer.extractor}` | `{before}` |")
    return "\n".join(["# Current readings · القراءات المعتمدة", "", *rows]) + "\n"
