"""The import flow: what `warraq import` does, started from the Prefect UI."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Annotated, Any

from prefect import flow
from prefect.states import Completed, Failed
from pydantic import Field

from flows.artifacts import MAX_CHARS, MAX_ROWS, ProgressArtifact, leave_markdown, listed, plain
from flows.at_work import at_work
from flows.house import open_house, whoami
from flows.import_inputs import inputs_of
from flows.importing import Imported, import_inputs
from flows.prefect_steps import PrefectSteps
from flows.replaying import replay_warcs
from flows.report_page import leave_report

_HEADS = ("file<br>الملف", "status<br>الحال", "records<br>السجلات", "captures<br>اللقطات", "publishers<br>الناشرون")


def _run_name() -> str:
    from prefect.runtime import flow_run

    files = flow_run.get_parameters().get("files") or []
    names = ", ".join(PurePath(file).name for file in files[:3])
    more = f" +{len(files) - 3}" if len(files) > 3 else ""
    return f"import · {names}{more} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="import", flow_run_name=_run_name, persist_result=False)
def import_archives(
    files: Annotated[
        list[str],
        Field(
            min_length=1,
            title="Archives · ملفات الأرشيف",
            description="WARC, ARC and WACZ files, or folders of them, as absolute paths on the worker's machine, "
            "or s3://bucket/prefix. · ملفات أو مجلدات بمسارها الكامل على جهاز العامل.",
        ),
    ],
    keep_only: Annotated[
        bool,
        Field(
            title="Keep only · حفظ فقط",
            description="Take them in without reading articles out of them. · دون استخراج مقالات.",
        ),
    ] = False,
) -> Any:
    """Take in archives that others made, byte for byte as they are, and read their articles."""
    with at_work(), open_house() as house:
        progress = ProgressArtifact("import-progress", "How far this import is · تقدّم الاستيراد")
        inputs = inputs_of(files, house.settings.s3_endpoint)
        done = list(import_inputs(house, inputs, f"{whoami()} by Prefect", progress))
        leave_markdown(key="import-report", markdown=markdown(done), description="What was taken in · ما استُورد")
        warcs = list(dict.fromkeys(key for each in done for key in each.warcs))
        owed: list[str] = []
        if warcs and not keep_only:
            report = replay_warcs(house, warcs, steps=PrefectSteps(), watch=progress)
            leave_report(house, report)
            owed = report.owed
        progress.finish()
    return state_of(done, owed)


def state_of(done: Sequence[Imported], owed: Sequence[str] = ()) -> Any:
    """Failed with the first thing that could not be read."""
    told = [*(line for each in done for line in each.damages), *owed]
    if told:
        more = f" (and {len(told) - 1} more, see the report)" if len(told) > 1 else ""
        return Failed(message=f"{told[0][:MAX_CHARS]}{more}")
    return Completed(message=f"{len(done)} files, {sum(each.captures for each in done):,} captures")


def markdown(done: Sequence[Imported]) -> str:
    """What could not be read first, then a row a file."""
    damages = [f"- {plain(line[:MAX_CHARS])}" for each in done for line in each.damages]
    rows = [f"| {' | '.join(_HEADS)} |", "|---|---|--:|--:|---|"]
    for each in done[:MAX_ROWS]:
        ranked = sorted(each.sources.items(), key=lambda item: -item[1])[:5]
        sources = ", ".join(f"{source} {count:,}" for source, count in ranked)
        cells = (
            plain(PurePath(each.name).name),
            each.status,
            f"{each.records:,}",
            f"{each.captures:,}",
            plain(sources),
        )
        rows.append(f"| {' | '.join(cells)} |")
    parts = ["# Import · الاستيراد", "\n".join(rows)]
    if damages:
        words = (
            "## Could not be read · ما تعذّرت قراءته\n\nWhat is around it was kept. Ask for another copy of the file."
        )
        parts.insert(1, f"{words}\n\n" + listed(damages, "the manifest below `runs/imported/` names more"))
    return "\n\n".join(parts) + "\n"
