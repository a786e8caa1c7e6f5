"""How much a source publishes by the day of the week, from its own past, and whether what came is far from it.

Pure. Robust rather than sharp: an alarm that cries for a weekend or a holiday is soon not read any more."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median
from zoneinfo import ZoneInfo

from storage.ledger_history import SourceHistory

MIN_DAYS = 14  # of looking, before anything is expected: every day of the week twice
SURE = 6.9  # articles expected in a silence for it to be none of chance: at a steady rate, e^-6.9 is one in a thousand
LONGER = 1.5  # than the longest pause so far: a source that rests on Fridays, or at night, has long ones
LOW_DAYS = 3  # whole days that are added up to be found low
LOW_SHARE = 0.35  # of what was expected in them
_OUTLIER = 3.0  # times the median: a day above that counts as much as that


@dataclass(frozen=True, slots=True)
class Expected:
    """What a source's past lets expect. Days are days of its own zone on which it was looked at."""

    by_weekday: tuple[float, ...]  # articles on a Monday, … a Sunday
    days: int  # that this rests on
    longest_pause: timedelta  # between two articles

    def between(self, start: datetime, end: datetime, zone: ZoneInfo) -> float:
        """Articles expected between two moments."""
        total, at = 0.0, start
        while at < end:
            local = at.astimezone(zone)
            midnight = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), zone)
            until = min(end, midnight.astimezone(at.tzinfo))
            total += self.by_weekday[local.weekday()] * ((until - at) / timedelta(days=1))
            at = until
        return total


@dataclass(frozen=True, slots=True)
class Silence:
    """No article for longer than chance or habit explain."""

    since: datetime
    expected: float  # articles that should have come since


def looked_days(history: SourceHistory, zone: ZoneInfo) -> set[date]:
    """Days on which a run of the source began."""
    return {hour.astimezone(zone).date() for hour in history.looked}


def by_day(history: SourceHistory, zone: ZoneInfo) -> dict[date, int]:
    counts: dict[date, int] = defaultdict(int)
    for hour, articles in history.found:
        counts[hour.astimezone(zone).date()] += articles
    return counts


def expected_of(history: SourceHistory, zone: ZoneInfo, before: datetime) -> Expected | None:
    """What the past before a moment lets expect; None: too little is known.

    The first day is left out, for a first crawl finds what lay there already. So are days without a look."""
    if history.first_run is None:
        return None
    first, last = history.first_run.astimezone(zone).date(), before.astimezone(zone).date()
    days = sorted(day for day in looked_days(history, zone) if first < day < last)
    counts = by_day(history, zone)
    if len(days) < MIN_DAYS or not any(counts.get(day) for day in days):
        return None
    tamed = _tamed({day: counts.get(day, 0) for day in days})
    overall = mean(tamed.values())
    rates = []
    for weekday in range(7):
        own = [count for day, count in tamed.items() if day.weekday() == weekday]
        rates.append(mean(own) if len(own) >= 2 else overall)
    return Expected(tuple(rates), len(days), _longest_pause(history, days, zone))


def _tamed(counts: Mapping[date, int]) -> dict[date, float]:
    """Days that stand out by far, such as those after an outage, count as the most that is usual."""
    usual = median(counts.values())
    most = max(_OUTLIER * usual, 3.0)
    return {day: min(count, most) if usual else float(count) for day, count in counts.items()}


def _longest_pause(history: SourceHistory, days: list[date], zone: ZoneInfo) -> timedelta:
    """Between two hours with articles in these days; days without a look are no pause of the source's."""
    within = [hour for hour, _ in history.found if days[0] <= hour.astimezone(zone).date() <= days[-1]]
    looked = set(days)
    longest = timedelta(0)
    for before, after in pairwise(within):
        between = {before.astimezone(zone).date() + timedelta(days=n) for n in range((after - before).days + 2)}
        unwatched = sum(day not in looked for day in between if day <= after.astimezone(zone).date())
        longest = max(longest, after - before - timedelta(days=unwatched))
    return longest


def silence_of(history: SourceHistory, zone: ZoneInfo, now: datetime) -> Silence | None:
    """A silence up to the last look, if it is one: nothing in a time in which SURE articles were due, and longer
    than any pause before. None before enough is known."""
    if not history.looked or not history.found:
        return None
    since = history.found[-1][0] + timedelta(hours=1)
    until = min(now, history.looked[-1])
    expected = expected_of(history, zone, before=since)
    if expected is None or until - since <= LONGER * expected.longest_pause:
        return None
    due = expected.between(since, until, zone)
    return Silence(since, due) if due >= SURE else None


@dataclass(frozen=True, slots=True)
class Volume:
    """Articles of the last whole days, and what was expected of them."""

    first: date
    last: date
    articles: int
    expected: float


def low_volume(history: SourceHistory, zone: ZoneInfo, now: datetime) -> Volume | None:
    """The last LOW_DAYS whole days if they brought far less than was expected, and less than any so far."""
    last = now.astimezone(zone).date() - timedelta(days=1)
    days = [last - timedelta(days=n) for n in reversed(range(LOW_DAYS))]
    if not set(days) <= looked_days(history, zone):
        return None
    expected = expected_of(history, zone, before=datetime.combine(days[0], datetime.min.time(), zone))
    if expected is None:
        return None
    counts = by_day(history, zone)
    came = sum(counts.get(day, 0) for day in days)
    due = sum(expected.by_weekday[day.weekday()] for day in days)
    if due < SURE or came > LOW_SHARE * due or (due - came) < 4 * math.sqrt(due):
        return None
    earlier = _sums_before(history, zone, days[0], counts)
    return Volume(days[0], last, came, due) if came < 0.8 * min(earlier, default=due) else None


def _sums_before(history: SourceHistory, zone: ZoneInfo, before: date, counts: Mapping[date, int]) -> list[int]:
    """Sums of every LOW_DAYS days in a row that were looked at, after the first day."""
    assert history.first_run is not None
    first = history.first_run.astimezone(zone).date()
    looked = {day for day in looked_days(history, zone) if first < day < before}
    starts = (day for day in looked if all(day + timedelta(days=n) in looked for n in range(LOW_DAYS)))
    return [sum(counts.get(day + timedelta(days=n), 0) for n in range(LOW_DAYS)) for day in starts]


def last_whole_day(history: SourceHistory, zone: ZoneInfo, now: datetime) -> tuple[date, int] | None:
    """The last day that was looked at and lies whole between the first run and now, and its articles."""
    if history.first_run is None:
        return None
    first, today = history.first_run.astimezone(zone).date(), now.astimezone(zone).date()
    days = [day for day in looked_days(history, zone) if first < day < today]
    if not days:
        return None
    return max(days), by_day(history, zone).get(max(days), 0)
