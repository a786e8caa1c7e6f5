"""The politeness report for people: plain text for a terminal or a mail, Markdown in English and Arabic."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from flows.manners import HostManners, Wait
from flows.politeness_report import Politeness

_SIZES = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3))
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"
_HOW = (
    "Figures come from the archived exchanges themselves (WARC), not from the crawler's memory. A pause runs from the "
    "last byte of an answer to the next request. Requests that brought no answer at all are in no archive.",
    "الأرقام من المبادلات المحفوظة نفسها (WARC) لا من ذاكرة البرنامج. والمهلة من آخر بايت في الجواب إلى الطلب التالي. "
    "أما الطلبات التي لم يأتِ عليها جواب فلا أثر لها في الأرشيف.",
)


class Fact(NamedTuple):
    english: str
    arabic: str
    value: str


def facts_of(host: HostManners) -> Iterator[Fact]:
    """What is told of a host, in the order of its telling."""
    yield Fact("Requests", "الطلبات", f"{host.requests:,} in {host.runs:,} runs")
    yield Fact("First and last", "أولها وآخرها", f"{_when(host.first)} – {_when(host.last)}")
    average = f"{host.per_minute:g} on average while runs went on; " if host.per_minute else ""
    yield Fact("Requests a minute", "الطلبات في الدقيقة", f"{average}{host.busiest_minute:,} in the busiest 60 s")
    yield Fact("Received", "الحجم المستلم", f"{_size(host.received)} (sent: {_size(host.sent)})")
    answers = ", ".join(f"{count:,} × {status or 'no status'}" for status, count in host.statuses.items())
    yield Fact("Answers", "الردود", answers)
    how = "one request at a time" if host.one_at_a_time else "several requests at a time"
    asked = [f"{host.source_delay_s:g} s by our own rule"]
    if host.crawl_delay_s is not None:
        asked.append(f"{host.crawl_delay_s:g} s by Crawl-delay")
    yield Fact("Pauses asked for", "المهلة المطلوبة", f"{', '.join(asked)}; {how}")
    if host.pauses:
        kept = f"shortest {host.shortest_pause_s:g} s, median {host.median_pause_s:g} s, of {host.pauses:,}"
        short = f"; too short: {len(host.short_pauses)}, {_shortest(host)}" if host.short_pauses else "; all kept"
        yield Fact("Pauses kept", "المهلة الفعلية", kept + short)
    yield Fact("Asked to wait (429, 503)", "طلبات الانتظار (429، 503)", "; ".join(map(_wait, host.waits)) or "never")
    robots = [f"{_when(each.at)}: {each.status}" for each in host.robots]
    yield Fact("robots.txt read", "قراءة robots.txt", "; ".join(robots) or "not in these days")
    against = f"{len(host.against_robots)}: {', '.join(host.against_robots)}" if host.against_robots else "none"
    yield Fact("Requests against robots.txt", "طلبات خلافًا لملف robots.txt", against)
    yield Fact("Left alone for robots.txt", "عناوين تُركت عملًا به", f"{host.left_alone:,}")
    if host.said_of_ai:
        policy = ", ".join(host.ai_policies)
        yield Fact("Said of AI", "ما يقوله عن الذكاء الاصطناعي", f"{'; '.join(host.said_of_ai)} (our policy: {policy})")
    yield Fact("User-Agent", "اسم برنامجنا", " | ".join(host.user_agents))


def as_text(report: Politeness) -> str:
    """Plain text, a block a host."""
    lines = [f"Politeness report, {report.since} to {report.until}", f"Contact: {report.contact}", ""]
    for host in report.hosts:
        lines += [host.host, f"  {'; '.join(_names(report, host))}", f"  {_verdict(host)[0]}"]
        lines += [f"  {fact.english}: {fact.value}" for fact in facts_of(host)]
        lines.append("")
    lines += [f"Not counted: {note}" for note in report.notes]
    return "\n".join([*lines, _HOW[0]]) + "\n"


def as_markdown(report: Politeness) -> str:
    """A table a host, words in both languages."""
    days = f"{report.since} – {report.until}"
    parts = [f"# Politeness report · تقرير حسن السلوك\n\n{days}. Contact · للتواصل: {report.contact}"]
    for host in report.hosts:
        english, arabic = _verdict(host)
        rows = [f"| {fact.english} | {_cell(fact.value)} | {fact.arabic} |" for fact in facts_of(host)]
        parts += [
            f"## `{host.host}`\n\n{'; '.join(_names(report, host))}",
            f'**{english}**\n\n<div dir="rtl"><b>{arabic}</b></div>',
            "\n".join(["| | | |", "|:--|:-:|--:|", *rows]),
        ]
    parts += [f"Not counted: {note}" for note in report.notes]
    parts.append(f'{_HOW[0]}\n\n<div dir="rtl">{_HOW[1]}</div>')
    return "\n\n".join(parts) + "\n"


def _verdict(host: HostManners) -> tuple[str, str]:
    if host.kept:
        return "All that was asked of us was kept.", "التزمنا بكل ما طُلب منا."
    return "Something that was asked of us was not kept; see below.", "لم نلتزم ببعض ما طُلب منا، والتفصيل أدناه."


def _names(report: Politeness, host: HostManners) -> list[str]:
    names = ((source, report.names.get(source)) for source in host.sources)
    return [f"{_ISOLATE}{name.ar}{_END} · {name.en}" if name else source for source, name in names]


def _when(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


def _size(count: int) -> str:
    for unit, size in _SIZES:
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} bytes"


def _shortest(host: HostManners) -> str:
    worst = min(host.short_pauses, key=lambda each: each.pause_s - each.asked_s)
    return f"such as {worst.pause_s:g} s of {worst.asked_s:g} s at {_when(worst.at)}"


def _wait(wait: Wait) -> str:
    asked = "without a time" if wait.asked_s is None else f"for {wait.asked_s:g} s"
    waited = "not asked again since" if wait.next_after_s is None else f"next request after {wait.next_after_s:g} s"
    return f"{_when(wait.at)}: {wait.status} {asked}, {waited}" + ("" if wait.kept else " (too soon)")


def _cell(value: str) -> str:
    return value.replace("|", "\\|")
