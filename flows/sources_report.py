"""The report flow: which sources have fallen silent and what to do, as an artifact; and an event for each alarm.

An automation can act on the events `warraq.source.<kind>`: see CONTRIBUTING.md."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from prefect import flow
from prefect.events import emit_event
from prefect.states import Completed, Failed
from pydantic import Field

from flows.alarm_words import TITLES, ago, kept_left_to_right, next_step, seen
from flows.alarms import Alarm
from flows.alerts import SOURCE_EVENT
from flows.artifacts import MAX_ROWS, in_html, leave_markdown, plain
from flows.at_work import at_work
from flows.house import open_house
from flows.owed_spool import tell_if_owed
from flows.source_choices import ALL_OF_THEM, chosen_ids
from flows.source_health import Health, SourceHealth, health_of

EVENT = SOURCE_EVENT  # and the alarm's kind behind a dot
RESOURCE = "warraq.source"  # and the source's id behind a dot


def _run_name() -> str:
    return f"report · {datetime.now(UTC):%Y-%m-%d %H:%M}"


@flow(name="report", flow_run_name=_run_name, persist_result=False)
def report(
    sources: Annotated[
        list[str],
        Field(
            title="Publishers · الناشرون", description="None chosen: all that were crawled. · بلا اختيار: كل من زُحف."
        ),
    ] = ALL_OF_THEM,
) -> Any:
    """Say which publishers have fallen silent, were redesigned or turn us away, and what to do about each."""
    with at_work(), open_house() as house:
        health = health_of(house, chosen_ids(sources))
        leave_markdown(
            key="sources-report", markdown=markdown(health), description="How every publisher stands · حال الناشرين"
        )
        for each, alarm in health.alarms:
            emit(each, alarm, health.at)
        tell_if_owed(house.spool, health.at)
    return state_of(health)


def emit(each: SourceHealth, alarm: Alarm, now: datetime) -> None:
    """One event for an automation: `warraq.source.frozen`, about the resource `warraq.source.<id>`."""
    english, arabic = seen(alarm)
    emit_event(
        event=f"{EVENT}.{alarm.kind}",
        occurred=now,
        resource={
            "prefect.resource.id": f"{RESOURCE}.{alarm.source}",
            "prefect.resource.name": each.source.name.en,
            "warraq.alarm": str(alarm.kind),
            "warraq.failure": "yes" if alarm.is_failure else "no",
        },
        payload={
            "source": alarm.source,
            "name": {"ar": each.source.name.ar, "en": each.source.name.en},
            "kind": str(alarm.kind),
            "since": alarm.since.isoformat() if alarm.since else None,
            "seen": {"ar": arabic, "en": english},
            "next": next_step(alarm, each.source.home)[0],
            "facts": alarm.facts,
        },
    )


def state_of(health: Health) -> Any:
    """Completed when no source fails; Failed with the first that does, so that nobody must look to know."""
    failures = health.failures
    if failures:
        each, alarm = failures[0]
        more = f" (and {len(failures) - 1} more, see the report)" if len(failures) > 1 else ""
        return Failed(message=f"{each.source.name.en} {TITLES[alarm.kind][0]}{more}")
    return Completed(message=f"{len(health.sources)} publishers; none has fallen silent")


def markdown(health: Health) -> str:
    """The report: failures first, each with what was seen and what to do next, then a table of all."""
    worth = [(each, alarm) for each, alarm in health.alarms if not alarm.is_failure]
    parts = [
        _heading(health),
        *_chapter("Need care · بحاجة إلى عناية", health.failures, health.at),
        *_chapter("Worth a look · تستحق نظرة", worth, health.at),
        _table(health),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(health: Health) -> str:
    failures, others = len(health.failures), len(health.alarms) - len(health.failures)
    well = sum(not each.alarms for each in health.sources)
    english = f"**Need care: {failures}.** Worth a look: {others}. Well: {well}."
    arabic = f"<b>بحاجة إلى عناية: {failures}.</b> تستحق نظرة: {others}. على ما يرام: {well}."
    day = f"{health.at:%Y-%m-%d %H:%M} UTC"
    return f'# Publishers · الناشرون\n\n{day}. {english}\n\n<div dir="rtl">{arabic}</div>'


def _chapter(title: str, alarms: Sequence[tuple[SourceHealth, Alarm]], now: datetime) -> list[str]:
    return [f"## {title}", *(_card(each, alarm, now) for each, alarm in alarms)] if alarms else []


def _card(each: SourceHealth, alarm: Alarm, now: datetime) -> str:
    title_en, title_ar = TITLES[alarm.kind]
    seen_en, seen_ar = seen(alarm)
    next_en, next_ar = next_step(alarm, each.source.home)
    since_en = since_ar = ""
    if alarm.since is not None:
        long_en, long_ar = ago(alarm.since, now)
        local = f"{alarm.since.astimezone(each.source.zone):%Y-%m-%d %H:%M}"
        since_en = f" Since {local} ({long_en})."
        since_ar = f" منذ {long_ar} ({kept_left_to_right(local)})."
    name_en, name_ar = plain(each.source.name.en), in_html(each.source.name.ar)
    return (
        f"### {name_en} {title_en}\n\n"
        f"{plain(seen_en)}{since_en}\n\n**Next:** {_with_code(next_en)}\n\n"
        f'<div dir="rtl"><b>{name_ar}: {title_ar}.</b> {in_html(seen_ar)}{since_ar}<br>'
        f"<b>ما العمل؟</b> {_with_code_in_html(next_ar)}</div>"
    )


def _with_code(text: str) -> str:
    """Text with what stands between backticks as code."""
    parts = text.split("`")
    return "".join(f"`{part}`" if number % 2 else _keeping_ends(part, plain) for number, part in enumerate(parts))


def _with_code_in_html(text: str) -> str:
    parts = text.split("`")
    code = '<code dir="ltr">{}</code>'
    return "".join(
        code.format(in_html(part)) if number % 2 else _keeping_ends(part, in_html) for number, part in enumerate(parts)
    )


def _keeping_ends(text: str, escaped: Callable[[str], str]) -> str:
    start, end = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return f"{start}{escaped(text)}{end}" if text.strip() else text


_HEADS = (
    "state · الحال",
    "publisher · الناشر",
    "newest found · آخر ما وُجد",
    "a day · يوميًا",
    "usual · المعتاد",
    "crawled · الزحف",
)


def _table(health: Health) -> str:
    rows = [f"| {' | '.join(_HEADS)} |", "|---|---|---|--:|--:|---|"]
    for each in health.sources[:MAX_ROWS]:
        cells = (
            ", ".join(f"**{alarm.kind}**" if alarm.is_failure else alarm.kind for alarm in each.alarms) or "well",
            f"{plain(each.source.name.en)} · {plain(each.source.name.ar)}",
            f"{ago(each.newest, health.at)[0]} ago" if each.newest else "none yet",
            f"{each.last_week:.1f}",
            f"{each.usual:.1f}" if each.usual is not None else "not known yet",
            f"{ago(each.last_run, health.at)[0]} ago" if each.last_run else "never",
        )
        rows.append(f"| {' | '.join(cells)} |")
    more = len(health.sources) - MAX_ROWS
    cut = f"\n\n… and {more:,} more publishers; `warraq report` lists them all" if more > 0 else ""
    words = "Articles a day in the last seven days, and by the weeks before."
    return "## All publishers · كل الناشرين\n\n" + "\n".join(rows) + f"\n\n{words}{cut}"
