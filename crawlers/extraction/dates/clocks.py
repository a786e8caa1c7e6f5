"""Times of day as newspapers print them, with their halves and zones: "06:20 م", "KSA 12:24 - GMT 09:24", "10h30"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time, tzinfo
from typing import Final

from .calendar_words import EVENING, MORNING, NIGHT
from .folding import any_of
from .zones import AFTER_A_TIME, BEFORE_A_TIME, zone_of

_HALF: Final = any_of(MORNING | EVENING | NIGHT)
_LONG_HALF: Final = any_of(word for word in MORNING | EVENING | NIGHT if len(word) > 2 or word in ("am", "pm"))
_CLOCK: Final = re.compile(
    r"(?<![\d:.])(?P<h>\d{1,2})(?:\s?:\s?|(?P<french>\s?h\s?)|(?P<dot>\.))(?P<mi>\d{2})(?!\d)"
    r"(?:\s?:\s?(?P<se>\d{2})(?!\d)(?:[.,]\d{1,9})?)?(?!\s?:|\.\d)"
)
_BEHIND: Final = re.compile(rf"(?:\s?(?P<half>{_HALF})(?!\w)\.?)?(?:{AFTER_A_TIME})?")
_BEFORE: Final = re.compile(rf"(?:(?<!\w){BEFORE_A_TIME})?(?:(?<!\w)(?P<early>{_LONG_HALF}|[صم])\s?)?$")
_BEFORE_CHARS: Final = 24  # the longest half of the day and zone of letters
_AT_THE_HOUR: Final = re.compile(r"(?:الساعه|ساعه|at|a)\s?:?\s?$")
_RANGE: Final = re.compile(r"\s?(?:-|الي|حتي|to|until)\s?")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day that is printed between `start` and `end`. `zone` None: none is printed."""

    time: time
    has_seconds: bool
    zone: tzinfo | None
    start: int
    end: int
    half: str = ""  # the word for the half of the day, as folded


def clocks_in(plain: str) -> list[Clock]:
    """Times of a folded line, in order; not those of opening hours, nor what no clock shows."""
    found = [clock for match in _CLOCK.finditer(plain) if (clock := _clock(match, plain)) is not None]
    return [clock for number, clock in enumerate(found) if not _is_of_a_range(found, number, plain)]


def _is_of_a_range(clocks: list[Clock], number: int, plain: str) -> bool:
    """Whether a time is one end of "09:00 - 17:00": two clocks of one moment have a zone each."""
    pairs = [clocks[at : at + 2] for at in (number - 1, number) if at >= 0 and len(clocks[at : at + 2]) == 2]
    return any(
        one.zone is None and other.zone is None and _RANGE.fullmatch(plain, one.end, other.start) is not None
        for one, other in pairs
    )


def _clock(match: re.Match[str], plain: str) -> Clock | None:
    lead = plain[max(match.start() - _BEFORE_CHARS, 0) : match.start()]
    before, behind = _BEFORE.search(lead), _BEHIND.match(plain, match.end())
    if before is None or behind is None or (match["dot"] and not behind["half"] and not _AT_THE_HOUR.search(lead)):
        return None  # 10.15 is a price
    half = " ".join((behind["half"] or before["early"] or "").split())
    try:
        moment = time(_hour(int(match["h"]), half), int(match["mi"]), int(match["se"] or 0))
    except ValueError:
        return None
    zone = zone_of(before.groupdict() | behind.groupdict())
    start = match.start() - len(lead) + before.start()
    return Clock(moment, match["se"] is not None, zone, start, behind.end(), half)


def _hour(hour: int, half: str) -> int:
    """The hour of 24. A half that cannot be ("15:30 ص") is an error of the template; the hour is believed."""
    if half in EVENING and hour < 12:
        return hour + 12
    if half in MORNING and hour == 12:
        return 0
    if half in NIGHT and hour == 12:
        return 0
    if half in NIGHT and 6 <= hour < 12:
        return hour + 12
    return hour
