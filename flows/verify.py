"""The verify flow: what `warraq verify` does, every day, with a report in the Prefect UI."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed, Failed
from pydantic import Field

from flows.artifacts import MAX_CHARS, ProgressArtifact, leave_markdown, listed, plain
from flows.at_work import at_work
from flows.findings import summary
from flows.house import open_house
from flows.verifying import Verification
from flows.verifying import verify as verified


def _run_name() -> str:
    return f"verify · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="verify", flow_run_name=_run_name, persist_result=False)
def verify(
    sample: Annotated[
        int,
        Field(
            ge=1,
            le=100,
            title="Share in percent · النسبة المئوية",
            description="Share of the parts to look into; others every day, all of them in 100 / share days. "
            "· حصة كل يوم من الملفات.",
        ),
    ] = 100,
    repair: Annotated[
        bool,
        Field(
            title="Repair · الإصلاح",
            description="Make again what is damaged and can be: indexes, articles, manifests. A WARC is never touched. "
            "· إعادة صنع ما تلف وأمكن صنعه.",
        ),
    ] = False,
) -> Any:
    """Hold every object, index line and article of the archive against its digest and its capture."""
    with at_work(), open_house() as house:
        progress = ProgressArtifact("verify-progress", "How far this verification is · تقدّم الفحص")
        result = verified(house, sample=sample, repair=repair, watch=progress)
        progress.finish()
        leave_markdown(key="verify-report", markdown=markdown(result), description="What this verification came to")
    return state_of(result)


def state_of(result: Verification) -> Any:
    """Completed when nothing is damaged any more; Failed with the first line of what is."""
    if result.left:
        more = f" (and {len(result.left) - 1} more, see the report)" if len(result.left) > 1 else ""
        return Failed(message=f"{result.left[0]}{more}")
    return Completed(message=summary(result))


def markdown(result: Verification) -> str:
    """The report: what is damaged first, then what was repaired. Arabic lines are marked right to left."""
    parts = [
        f"# Verification · {result.finished_at:%Y-%m-%d %H:%M} UTC\n\n{plain(summary(result))}.",
        _arabic(result),
        _section("Damaged · تالف", [str(damage) for damage in result.left]),
        _section("Beyond repair · لا يمكن إصلاحه", result.beyond),
        _section("Made again · أُعيد صنعه", result.repaired),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, lines: list[str]) -> str:
    if not lines:
        return ""
    return f"## {title}\n\n" + listed(
        [f"- {plain(line[:MAX_CHARS])}" for line in lines], "`warraq verify` names them all"
    )


def _arabic(result: Verification) -> str:
    mended = len(result.repaired)
    if not result.damages:
        words = f"فُحص {result.objects:,} من الملفات، وكلها سليمة."
    else:
        left = len({damage.key for damage in result.left})
        words = f"فُحص {result.objects:,} من الملفات: التالف {left:,}، وما أُعيد صنعه {mended:,}."
    return f'<div dir="rtl"><b>حصيلة فحص الأرشيف</b>: {words}</div>'
