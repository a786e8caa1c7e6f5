"""Sources that have fallen silent, and why: a frozen feed, a redesign, a block, no answer.

Pure: what the ledger knows of a source and the time come in, alarms go out. Of one source, the cause is named and
not its effects: a blocked source is not called silent too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median

from crawlers.source import Source
from flows.expected_volume import last_whole_day, low_volume, silence_of
from storage.ledger_history import Ran, SourceHistory

BARRING = frozenset({401, 403, 407, 418, 429, 451, 503})  # what a site answers to programs it does not want
MIN_ANSWERS = 4  # of the last runs, before their statuses are judged
MIN_SAME = 3  # URLs with one and the same page for an answer: a test of who asks, not articles
MIN_READ = 6  # pages read since a redesign may have come
REJECTED_NOW = 0.5  # share of what was read
REJECTED_BEFORE = 0.2  # at most, as it was
FAILED_RUNS = 3  # in a row
UNWATCHED = timedelta(days=1)


Facts = dict[str, int | float | str]


class Kind(StrEnum):
    UNREACHABLE = "unreachable"
    BLOCKED = "blocked"
    REDESIGNED = "redesigned"
    FROZEN = "frozen"
    SILENT = "silent"
    BELOW = "below"  # `expect.per_day`
    LOW = "low"  # its own past
    ABOVE = "above"  # `expect.per_day`
    UNWATCHED = "unwatched"


FAILURES = frozenset({Kind.UNREACHABLE, Kind.BLOCKED, Kind.REDESIGNED, Kind.FROZEN, Kind.SILENT, Kind.BELOW})


@dataclass(frozen=True, slots=True)
class Alarm:
    source: str
    kind: Kind
    since: datetime | None  # None: it is not known
    facts: Facts = field(default_factory=dict)  # what the words are made of

    @property
    def is_failure(self) -> bool:
        """Whether articles are being missed, as far as can be told."""
        return self.kind in FAILURES


def alarms_for(source: Source, history: SourceHistory, now: datetime) -> list[Alarm]:
    """Alarms of one source, the worst first; empty: all is as it should be, or too little is known."""
    if not history.last_runs:
        return []
    cause = (
        _unreachable(source, history)
        or _blocked(source, history)
        or _unreadable(source, history)
        or _quiet(source, history, now)
        or _outside(source, history, now)
    )
    return [alarm for alarm in (cause, _unwatched(source, history, now)) if alarm is not None]


def _unreachable(source: Source, history: SourceHistory) -> Alarm | None:
    """The last runs all got no answer at all."""
    ended = [run for run in history.last_runs if run.finished]
    failed: list[Ran] = []
    for run in reversed(ended):
        if run.counts.get("captures", 0) or not run.counts.get("pages_failed", 0):
            break
        failed.append(run)
    if len(failed) < FAILED_RUNS or failed[0].started_at - failed[-1].started_at < source.cadence:
        return None
    return Alarm(source.id, Kind.UNREACHABLE, failed[-1].started_at, {"runs": len(failed)})


def _blocked(source: Source, history: SourceHistory) -> Alarm | None:
    """Most of the last answers turn us away, or are one and the same page whatever is asked for."""
    answers = sum(history.statuses.values())
    barred = {status: count for status, count in history.statuses.items() if status in BARRING}
    if answers >= MIN_ANSWERS and sum(barred.values()) * 2 > answers:
        worst = max(barred, key=lambda status: barred[status])
        barring: Facts = {"status": worst, "barred": sum(barred.values()), "answers": answers}
        return Alarm(source.id, Kind.BLOCKED, _first_barred(history), barring)
    if history.same_answer >= MIN_SAME and history.same_answer * 2 > history.answers:
        return Alarm(source.id, Kind.BLOCKED, None, {"same": history.same_answer, "answers": history.answers})
    return None


def _first_barred(history: SourceHistory) -> datetime | None:
    """When pages that name articles began to turn us away, without a good answer since."""
    since = None
    for page in history.pages:
        since = None if page.status not in BARRING else since or page.at
    return since


def _unreadable(source: Source, history: SourceHistory) -> Alarm | None:
    """Pages come as ever, and what was read of them jumps from articles to rejections."""
    before = [day for day in history.days if _read([day])]
    broken: list[Ran] = []
    while before and _rejected(before[-1:]) >= REJECTED_NOW * _read(before[-1:]):
        broken.append(before.pop())
    if _read(broken) < MIN_READ or _read(before) < MIN_READ:
        return None
    if median(_rejected([day]) / _read([day]) for day in before) > REJECTED_BEFORE:
        return None
    facts: Facts = {"rejected": _rejected(broken), "read": _read(broken)}
    return Alarm(source.id, Kind.REDESIGNED, broken[-1].started_at, facts)


def _read(runs: list[Ran]) -> int:
    return sum(run.counts.get("articles", 0) + run.counts.get("rejected", 0) for run in runs)


def _rejected(runs: list[Ran]) -> int:
    return sum(run.counts.get("rejected", 0) for run in runs)


def _quiet(source: Source, history: SourceHistory, now: datetime) -> Alarm | None:
    """A silence, and whether the pages that should name articles answer, stand still, or name other things now."""
    silence = silence_of(history, source.zone, now)
    if silence is None:
        return None
    facts: Facts = {"expected": round(silence.expected)}
    after = [page for page in history.pages if page.at >= silence.since]
    if not any(page.status in (200, 304) for page in after):
        return Alarm(source.id, Kind.SILENT, silence.since, facts)
    changed = _changes(history, silence.since)
    still_named = any(run.counts.get("found", 0) for run in history.days if run.started_at >= silence.since)
    facts |= {"answers": len(after), "changes": changed}
    if changed >= 2 and not still_named:
        return Alarm(source.id, Kind.REDESIGNED, silence.since, facts)
    return Alarm(source.id, Kind.FROZEN, silence.since, facts)


def _changes(history: SourceHistory, since: datetime) -> int:
    """How often a page that should name articles has answered with another content than before."""
    last: dict[str, str] = {}
    changes = 0
    for page in history.pages:
        if page.status != 200 or page.unchanged:
            continue
        if page.at >= since and page.url in last and last[page.url] != page.digest:
            changes += 1
        last[page.url] = page.digest
    return changes


def _outside(source: Source, history: SourceHistory, now: datetime) -> Alarm | None:
    """Volume outside of what the source's file expects, or far below its own past."""
    low = low_volume(history, source.zone, now)
    if source.expect.per_day is not None:
        least, most = source.expect.per_day
        day = last_whole_day(history, source.zone, now)
        if day is not None and not least <= day[1] <= most:
            kind = Kind.BELOW if day[1] < least else Kind.ABOVE
            facts: Facts = {"day": day[0].isoformat(), "articles": day[1]}
            return Alarm(source.id, kind, None, facts | {"least": least, "most": most})
    if low is None:
        return None
    facts = {"articles": low.articles, "expected": round(low.expected), "days": (low.last - low.first).days + 1}
    return Alarm(source.id, Kind.LOW, datetime.combine(low.first, datetime.min.time(), source.zone), facts)


def _unwatched(source: Source, history: SourceHistory, now: datetime) -> Alarm | None:
    """It was crawled day by day, and is not any more. That is our own doing."""
    last = history.last_runs[-1].started_at
    wait = max(UNWATCHED, 3 * source.cadence)
    days = {run.started_at.date() for run in history.days if run.started_at > last - timedelta(days=7)}
    if not source.enabled or now - last <= wait or len(days) < 5:
        return None
    return Alarm(source.id, Kind.UNWATCHED, last, {"days": (now - last).days})
