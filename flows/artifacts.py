"""What a flow run leaves for people in the Prefect UI: progress while it runs, a report at the end.

The report is Markdown in English and Arabic; failures stand first, with what to do next."""

from __future__ import annotations

import time
from typing import Any
from uuid import UUID

from prefect.artifacts import create_markdown_artifact, create_progress_artifact, update_progress_artifact

from flows.progress import Progress
from flows.report import Report, SourceReport
from storage.model import Article

UPDATE_EVERY_S = 2.0  # an update is a request to the server; a person's eye needs no more
MAX_ROWS = 200  # publishers in a table; the server keeps every report, and nobody reads more
MAX_LINES = 100  # of a list
MAX_CHARS = 500  # of what comes from outside: a problem, a title
_SHARES = {  # percent of the bar
    "fetching": (0.0, 80.0),
    "keeping": (80.0, 90.0),
    "reading": (90.0, 100.0),
    "verifying": (0.0, 100.0),
    "importing": (0.0, 50.0),
    "comparing": (0.0, 100.0),
}
_MEANT = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>\"'|`*_[]\\~#+"})  # as themselves in Markdown and HTML
_REASONS_AR = {
    "no-text": "لا نص فيها",
    "http-status": "ردّ الخادم بخطأ",
    "not-html": "ليست صفحة",
    "empty-body": "فارغة",
    "truncated": "مقطوعة",
    "unreadable": "غير مقروءة",
    "no-title": "بلا عنوان",
    "timeout": "انتهى الوقت",
    "memory": "الذاكرة",
    "fault": "عطل",
}


class ProgressArtifact:
    """A `progress.Watch` that moves one progress bar in the UI."""

    def __init__(self, key: str, description: str) -> None:
        created: Any = create_progress_artifact(progress=0.0, key=key, description=description)
        self._id: UUID = created
        self._said = 0.0
        self._at = 0.0

    def __call__(self, progress: Progress) -> None:
        start, end = _SHARES[progress.phase]
        share = progress.done / progress.total if progress.total else 0.0
        percent = max(self._said, round(start + (end - start) * share, 1))
        if percent > self._said and (time.monotonic() - self._at >= UPDATE_EVERY_S or percent >= 100.0):
            self._said, self._at = percent, time.monotonic()
            update_progress_artifact(self._id, progress=percent)

    def finish(self) -> None:
        update_progress_artifact(self._id, progress=100.0)


def leave_report(report: Report) -> None:
    """Make the report artifact of the current flow run."""
    create_markdown_artifact(
        key=f"{report.kind}-report", markdown=markdown(report), description=f"What this {report.kind} came to"
    )


def markdown(report: Report) -> str:
    """The whole report. Arabic first lines are marked right to left."""
    parts = [_heading(report), _owed(report), _table(report), _arabic(report), _sample(report), _files(report)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _heading(report: Report) -> str:
    seconds = (report.finished_at - report.started_at).total_seconds()
    articles = sum(each.tally.articles for each in report.sources)
    state = "Something is owed" if report.owed else "Nothing is owed"
    return (
        f"# {report.kind.capitalize()} · {report.started_at:%Y-%m-%d %H:%M} UTC\n\n"
        f"**{articles:,} articles** from {len(report.sources)} publishers in {seconds:.0f} s. {state}."
    )


def _owed(report: Report) -> str:
    if not report.owed:
        return ""
    lines = [f"- {plain(line[:MAX_CHARS])}" for line in report.owed]
    return "## Owed: run it again to take these up\n\n" + listed(lines, "they come up again when it is run again")


def listed(lines: list[str], where: str) -> str:
    """The lines, cut where they get too many for the UI, which then says so and where the rest is."""
    more = [f"- … and {len(lines) - MAX_LINES:,} more; {where}"] if len(lines) > MAX_LINES else []
    return "\n".join([*lines[:MAX_LINES], *more])


def _table(report: Report) -> str:
    rows = ["| publisher | outcome | captures | articles | rejected | received |", "|---|---|--:|--:|--:|--:|"]
    for each in _shown(report):
        cells = (
            plain(each.name_en or each.source),
            each.outcome,
            f"{each.tally.captures:,}",
            f"{each.tally.articles:,}",
            _rejected(each, {}),
            f"{each.bytes_received / 1000:,.0f} kB",
        )
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows) + _cut(report, "… and {} more publishers; their manifests lie below `runs/`")


def _shown(report: Report) -> list[SourceReport]:
    """The publishers that get a row: those that owe something first."""
    return sorted(report.sources, key=lambda each: not each.owed)[:MAX_ROWS]


def _cut(report: Report, words: str) -> str:
    more = len(report.sources) - MAX_ROWS
    return "\n\n" + words.format(f"{more:,}") if more > 0 else ""


def _rejected(each: SourceReport, words: dict[str, str]) -> str:
    reasons = sorted(each.tally.reasons.items())
    why = "، ".join(f"{words.get(reason, reason)} {count}" for reason, count in reasons)
    return f"{each.tally.rejected:,} ({why})" if why else "0"


_TITLES_AR = {"crawl": "حصيلة الزحف", "backfill": "حصيلة الاستكمال"}
_OUTCOMES_AR = {"finished": "اكتمل", "stopped": "أُوقف", "failed": "أخفق", "busy": "مشغول", "died": "انقطع"}


def _arabic(report: Report) -> str:
    """The same in Arabic. The UI draws tables from the left, so the first column is written last; raw HTML is
    drawn from the right only on one line, and without the UI's borders."""
    title = _TITLES_AR.get(report.kind, "حصيلة إعادة الاستخراج")
    state = "بقي ما لم يُنجز؛ أعد التشغيل لإتمامه." if report.owed else "لم يبقَ شيء معلّق."
    more = '<div dir="rtl">… و{} ناشرًا غيرهم</div>'
    rows = ["| المرفوض | المقالات | اللقطات | النتيجة | الناشر |", "|--:|--:|--:|--:|--:|"]
    for each in _shown(report):
        cells = (
            _rejected(each, _REASONS_AR),
            f"{each.tally.articles:,}",
            f"{each.tally.captures:,}",
            _OUTCOMES_AR.get(each.outcome, each.outcome),
            plain(each.name_ar or each.source),
        )
        rows.append(f"| {' | '.join(cells)} |")
    return f'<div dir="rtl"><b>{title}</b>: {state}</div>\n\n' + "\n".join(rows) + _cut(report, more)


def _sample(report: Report) -> str:
    newest = [article for each in report.sources for article in each.sample[:2]][:5]
    if not newest:
        return ""
    return "## Some of the articles · من المقالات\n\n" + "\n\n---\n\n".join(map(_card, newest))


def _card(article: Article) -> str:
    day = article.published_date.isoformat() if article.published_date else "بلا تاريخ"
    first = plain(article.text[:240])
    title = f"<b>{plain(article.title[:MAX_CHARS])}</b>"
    if article.url.startswith(("http://", "https://")):
        title = f'<a href="{plain(article.url)}">{title}</a>'
    return f'<div dir="rtl">{title}<br>{day} · {first}…</div>'


def _files(report: Report) -> str:
    keys = [f"- `{key}`" for each in report.sources for key in (*each.warcs, *each.articles)]
    return "## Files\n\n" + listed(keys, "the manifests below `runs/` name them all") if keys else ""


def plain(text: str) -> str:
    """Text that means itself in Markdown and HTML, on one line."""
    return " ".join(text.split()).translate(_MEANT)
