"""Relative ages ("منذ 6 سنوات 6 أشهر") as intervals against the moment of capture, never a false day.

An age is rounded down by whoever prints it: "6 years" is anything from 6 to just under 7. So the interval
is exactly as wide as its smallest unit."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final

from .calendar_words import COUNTS, PUBLISHED, UNITS, UPDATED, WEEKDAYS
from .clocks import Clock, clocks_in
from .folding import any_of, fold
from .reading import Interval

_MONTHS_IN = {"year": 12, "month": 1}
_SECONDS_IN = {"week": 7 * 86400, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
_RANK = {unit: rank for rank, unit in enumerate(UNITS)}
_MAX_COUNT = {"year": 100, "month": 1200, "week": 5200, "day": 36500, "hour": 9999, "minute": 9999, "second": 9999}

_SINGULAR = {fold(word): unit for unit, forms in UNITS.items() for word in forms[0].split("|")}
_DUAL = {fold(word): unit for unit, forms in UNITS.items() for word in forms[1].split("|")}
_COUNTED = _SINGULAR | {fold(word): unit for unit, forms in UNITS.items() for word in forms[2].split("|")}
_THE_LAST: Final = {  # "last week", as some scripts say for an age of one
    **dict.fromkeys(map(fold, ("الأسبوع الماضي", "الاسبوع الفائت", "last week")), "week"),
    **dict.fromkeys(map(fold, ("الشهر الماضي", "الشهر الفائت", "last month")), "month"),
    **dict.fromkeys(map(fold, ("السنة الماضية", "العام الماضي", "last year")), "year"),
}
_FRACTIONS: Final = {fold("نصف ساعة"): 30, fold("ربع ساعة"): 15, fold("ثلث ساعة"): 20, "half an hour": 30}
_FRACTION_WIDTH_MIN: Final = 15

_TEENS: Final = frozenset(map(fold, ("عشر", "عشرة")))
_MIN_TENS: Final = 20
_LABEL = re.compile(rf"(?:{any_of((*PUBLISHED, *UPDATED))})(?!\w)[\s:]*(?:في\s)?[\s:]*")
_LEAD = re.compile(r"(?:منذ|قبل|من|مضي علي|مضي|مضت|il y a|depuis)\s+")
_BACK = re.compile(r"\s+(?:ago|مضت|مضي|خلت)$")
_ABOUT = re.compile(r"(?:حوالي|نحو|تقريبا|اكثر من|ما يقارب|about|over|environ)\s+")
_LESS = re.compile(r"(?:اقل من|less than|moins d'|moins de)\s*")
_EDGES: Final = " .-|:,()[]"
_NOW: Final = frozenset(
    fold(f"{lead} {few}")
    for lead in ("منذ", "قبل", "من")
    for few in ("لحظات", "لحظة", "ثوان", "ثواني", "بضع ثوان", "بضع ثواني", "ثوان قليلة", "ثوان معدودة")
) | frozenset(map(fold, ("الآن", "للتو", "هذه اللحظة", "just now", "now", "à l'instant")))
_A_WHILE: Final = frozenset(map(fold, ("منذ قليل", "قبل قليل", "من قليل", "منذ وقت قصير")))  # within the hour
_AND_A_PART = re.compile(r"\s(?:و\s?(?:نصف|ربع|ثلث)|and a half|et demie?)$")  # lies in the unit that is said before it
_DAYS_BACK: Final = {
    **dict.fromkeys(map(fold, ("اليوم", "هذا اليوم", "today", "aujourd'hui")), 0),
    **dict.fromkeys(map(fold, ("أمس", "البارحة", "يوم أمس", "بالأمس", "الأمس", "امبارح", "yesterday", "hier")), 1),
    **dict.fromkeys(map(fold, ("أول أمس", "أول من أمس", "قبل أمس", "اول امبارح", "avant-hier")), 2),
}
_AT = re.compile(r"(?<!\w)(?:في|عند|علي|تمام|الساعه|ساعه|at|a)(?!\w)")
_DAY_NAME = re.compile(rf"(?:يوم\s)?(?P<day>{any_of(WEEKDAYS)})(?P<last>\s(?:الماضي|الفائت|المنصرم))?")
_GLUED = re.compile(r"(\d)(?=[^\d\s])")
_MAX_CHARS = 60


def age_interval(text: str, captured_at: datetime, zone: tzinfo = UTC) -> Interval | None:
    """The earliest and latest moment, UTC, that a printed age can mean; None if the text is not just an age.

    `zone` is where "yesterday" begins and ends. The latest moment is never after `captured_at`."""
    if len(text) > _MAX_CHARS:
        return None
    plain = fold(text).strip(_EDGES)
    if (label := _LABEL.match(plain)) is not None:
        plain = plain[label.end() :]
    now = captured_at.astimezone(UTC)
    if plain in _NOW:
        return now - timedelta(minutes=1), now
    if plain in _A_WHILE:
        return now - timedelta(hours=1), now
    if plain in _THE_LAST:
        return _resolve([(1, _THE_LAST[plain])], captured_at)
    return _on_a_named_day(plain, captured_at, zone) or _counted(plain, captured_at)


def last_weekday(text: str, now: datetime, zone: tzinfo = UTC) -> Interval | None:
    """The day that "الخميس" or "الخميس الماضي 10:15" means; None if the text says more, or something else."""
    if len(text) > _MAX_CHARS:
        return None
    bare, clock = _apart(fold(text).strip(_EDGES))
    found = _DAY_NAME.fullmatch(bare)
    if found is None:
        return None
    back = (now.astimezone(zone).weekday() - WEEKDAYS[" ".join(found["day"].split())]) % 7
    return _day(back or (7 if found["last"] else 0), clock, now, zone)


def _on_a_named_day(plain: str, now: datetime, zone: tzinfo) -> Interval | None:
    """ "أمس", "اليوم 10:15 ص", "أول أمس عند الساعة 22:00"."""
    bare, clock = _apart(plain)
    return _day(_DAYS_BACK[bare], clock, now, zone) if bare in _DAYS_BACK else None


def _apart(plain: str) -> tuple[str, Clock | None]:
    """A line without its only time of day, and that time."""
    found = clocks_in(plain)
    if len(found) != 1:
        return plain, None
    rest = _AT.sub(" ", plain[: found[0].start] + " " + plain[found[0].end :])
    return " ".join(rest.split()).strip(_EDGES), found[0]


def _day(back: int, clock: Clock | None, captured_at: datetime, zone: tzinfo) -> Interval | None:
    now = captured_at.astimezone(UTC)
    if clock is not None:
        day = captured_at.astimezone(clock.zone or zone).date() - timedelta(days=back)
        moment = datetime.combine(day, clock.time, clock.zone or zone).astimezone(UTC)
        return (moment, min(moment + timedelta(seconds=1 if clock.has_seconds else 60), now)) if moment <= now else None
    day = captured_at.astimezone(zone).date() - timedelta(days=back)
    first, end = (datetime.combine(one, time(), zone).astimezone(UTC) for one in (day, day + timedelta(days=1)))
    return first, min(end, now)


def _counted(plain: str, captured_at: datetime) -> Interval | None:
    """ "منذ 3 ساعات", "قبل يومين", "2 hours ago"."""
    lead, back = _LEAD.match(plain), _BACK.search(plain)
    if lead is not None:
        plain = plain[lead.end() :]
    elif back is not None:
        plain = plain[: back.start()]
    elif not _LESS.match(plain):
        return None
    if (about := _ABOUT.match(plain)) is not None:
        plain = plain[about.end() :]
    if (less := _LESS.match(plain)) is not None:
        unit = _SINGULAR.get(plain[less.end() :])
        amounts = [(1, unit)] if unit is not None else None
        return (_before(captured_at, amounts), captured_at.astimezone(UTC)) if amounts else None
    if plain in _FRACTIONS:
        latest = captured_at.astimezone(UTC) - timedelta(minutes=_FRACTIONS[plain])
        return latest - timedelta(minutes=_FRACTION_WIDTH_MIN), latest
    amounts = _amounts(_GLUED.sub(r"\1 ", _AND_A_PART.sub("", plain).replace(",", " ")).split())
    return _resolve(amounts, captured_at) if amounts else None


def _amounts(words: list[str]) -> list[tuple[int, str]] | None:
    """Counts with units, largest unit first; None if a word is left over."""
    amounts: list[tuple[int, str]] = []
    position = 0
    while position < len(words):
        if words[position] in ("و", "and", "et") and amounts:
            position += 1
            continue
        found = _amount(words[position:], joined=bool(amounts))
        if found is None:
            return None
        count, unit, used = found
        if count > _MAX_COUNT[unit] or (amounts and _RANK[unit] <= _RANK[amounts[-1][1]]):
            return None
        amounts.append((count, unit))
        position += used
    return amounts


def _amount(words: list[str], joined: bool) -> tuple[int, str, int] | None:
    """Count, unit and words used at the start of `words`; `joined`: a "و" may stick to the first word."""
    first = words[0]
    known = first in COUNTS or first in _DUAL or first in _SINGULAR or first.isdigit()
    if joined and not known:
        first = first.removeprefix("و")
    words = [first, *words[1:]]
    count, used = _count(words)
    if count is not None and len(words) > used and words[used] in _COUNTED:
        return count, _COUNTED[words[used]], used + 1
    if first in _DUAL:
        spelled_out = len(words) > 1 and COUNTS.get(words[1]) == 2
        return 2, _DUAL[first], 2 if spelled_out else 1
    if first not in _SINGULAR:
        return None
    spelled_out = len(words) > 1 and COUNTS.get(words[1]) == 1
    return 1, _SINGULAR[first], 2 if spelled_out else 1


def _count(words: list[str]) -> tuple[int | None, int]:
    """A number in digits or words ("خمس وعشرين") at the start of `words`, and how many words it takes."""
    if words[0].isdigit():
        return int(words[0][:6]), 1
    two = " ".join(words[:2])
    if two in COUNTS:
        return COUNTS[two], 2
    count = COUNTS.get(words[0])
    if count is None or len(words) < 2:
        return count, 1
    if 3 <= count <= 9 and words[1] in _TEENS:
        return count + 10, 2
    tens = COUNTS.get(words[1].removeprefix("و"), 0)
    if words[1].startswith("و") and count < 10 and tens >= _MIN_TENS:
        return count + tens, 2
    return count, 1


def _resolve(amounts: list[tuple[int, str]], captured_at: datetime) -> Interval | None:
    count, smallest = amounts[-1]
    try:
        latest = _before(captured_at, amounts)
        earliest = _before(captured_at, [*amounts[:-1], (count + 1, smallest)])
    except (OverflowError, ValueError):  # before the year 1: nobody commented then
        return None
    return earliest, latest


def _before(moment: datetime, amounts: list[tuple[int, str]]) -> datetime:
    months = sum(count * _MONTHS_IN.get(unit, 0) for count, unit in amounts)
    seconds = sum(count * _SECONDS_IN.get(unit, 0) for count, unit in amounts)
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return (moment.replace(year=year, month=month + 1, day=day) - timedelta(seconds=seconds)).astimezone(UTC)
