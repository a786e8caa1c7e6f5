"""When an article was published, and when it was last edited: the claims of a page, weighed.

The first claim in order of trust wins, unless there is a reason to believe another: see `_challenged`. Refused are
dates after the capture, the zero days of computers, and a midnight of the first of January that nothing confirms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from crawlers.extraction.date_claims import Claim, claims_of
from crawlers.extraction.metadata import Metadata
from crawlers.extraction.page import Element
from crawlers.extraction.titles import Title
from crawlers.source import Source
from storage.model import Capture, Precision

_AHEAD: Final = timedelta(days=1)  # clocks of publishers and zones that were not printed
_MADE_NOW: Final = timedelta(minutes=10)  # a "publication" so near the capture was written by the template
_EVENING_UTC: Final = 19  # hours; from there on it is the next day in Tehran, and later in all of the Arab world
_A_DAY: Final = timedelta(days=1)
_ZERO_DAYS: Final = frozenset(
    date(*day) for day in ((1969, 12, 31), (1970, 1, 1), (1900, 1, 1), (1899, 12, 30), (1901, 12, 13), (1980, 1, 1))
)


@dataclass(frozen=True, slots=True)
class Published:
    """All None where the page does not say."""

    at: datetime | None = None  # UTC; None without a time of day
    day: date | None = None  # in the source's zone
    raw: str | None = None
    precision: Precision | None = None
    method: str | None = None
    calendar: str | None = None
    flags: tuple[str, ...] = ()
    updated_at: datetime | None = None  # UTC; the last edit, not before the publication


def find_published(
    tree: Element, metadata: Metadata, title: Title | None, source: Source, capture: Capture
) -> Published:
    """The best date of publication and of the last edit; an empty Published rather than a wrong one."""
    zone, captured_at = source.zone, capture.captured_at
    said = claims_of(tree, metadata, title, source, capture)
    edits = [one for one in said.edited if _is_past(one, captured_at, zone) and one.reading.day not in _ZERO_DAYS]
    ordered = (_in_order(claim, said.published, captured_at, zone) for claim in said.published)
    claims = [claim for claim in ordered if claim is not None]
    claims = [claim for claim in claims if not _is_invented(claim, claims, zone)]
    updated_at = next((moment for one in edits if (moment := one.moment(zone)) is not None), None)
    best = _best(claims, zone)
    if best is None:
        return _only_edited(edits, source, updated_at)
    best, flags = _challenged(best, claims, updated_at, captured_at, source)
    found = _published(best, source, flags)
    shown = _shown(claims)
    if shown is not None and "day-as-printed" in flags:
        found = replace(found, day=shown.reading.day)
    if updated_at is not None and found.at is not None and updated_at < found.at:
        updated_at = None  # an edit before the publication is a draft's
    return replace(found, updated_at=updated_at)


def _best(claims: list[Claim], zone: tzinfo) -> Claim | None:
    """The first that names a day; of the claims of that day the first with a time. Else the finest there is."""
    for kind in (
        [claim for claim in claims if claim.is_whole and not claim.vague],
        [claim for claim in claims if claim.is_whole],
        sorted(claims, key=lambda claim: ("day", "month", "year").index(_coarse(claim))),
    ):
        if kind:
            same_day = (one for one in kind if one.moment(zone) is not None and one.day(zone) == kind[0].day(zone))
            return kind[0] if kind[0].moment(zone) is not None else next(same_day, kind[0])
    return None


def _coarse(claim: Claim) -> str:
    return claim.reading.precision if claim.reading.precision in ("month", "year") else "day"


# --- what is refused -----------------------------------------------------------------------------


def _in_order(claim: Claim, claims: list[Claim], captured_at: datetime, zone: tzinfo) -> Claim | None:
    """The claim, with 03/04 read as 4 March where other claims say so or 3 April is still to come; None: not past."""
    other = claim.reading.other_day
    if other is not None:
        swapped = replace(claim, reading=replace(claim.reading, day=other, other_day=None, flags=("month-first",)))
        others = {one.day(zone) for one in claims if one.reading.other_day is None}
        agreed = claim.day(zone) not in others and swapped.day(zone) in others
        if agreed or (not _is_past(claim, captured_at, zone) and _is_past(swapped, captured_at, zone)):
            return swapped
    return claim if _is_past(claim, captured_at, zone) else None


def _is_past(claim: Claim, captured_at: datetime, zone: tzinfo) -> bool:
    moment = claim.moment(zone)
    if moment is not None:
        return moment <= captured_at + _AHEAD
    return claim.reading.day <= (captured_at.astimezone(UTC) + _AHEAD).date()


def _is_invented(claim: Claim, claims: list[Claim], zone: tzinfo) -> bool:
    """Zero days, and the first midnight of a year, which is how computers write that they know the year alone."""
    day = claim.day(zone)
    if claim.reading.day in _ZERO_DAYS or day in _ZERO_DAYS:
        return True
    wall, clock = claim.reading.day, claim.reading.clock
    local = claim.moment(zone)
    first_midnight = (wall.month, wall.day) == (1, 1) and clock == time()
    if local is not None and not first_midnight:
        shifted = local.astimezone(zone)
        first_midnight = (shifted.month, shifted.day) == (1, 1) and shifted.time() == time()
    if not first_midnight or claim.shown:
        return False
    others = (one for one in claims if one.shown or one.method in ("url", "discovery"))
    return not any(one.is_whole and abs(one.day(zone) - day) <= _A_DAY for one in others)


# --- what is believed ----------------------------------------------------------------------------


def _challenged(
    best: Claim, claims: list[Claim], updated_at: datetime | None, captured_at: datetime, source: Source
) -> tuple[Claim, tuple[str, ...]]:
    """The claim to believe, and flags: what readers see wins over what machines are told only for a reason."""
    shown, zone = _shown(claims), source.zone
    if best.method in ("rule", "url") or best.shown or not best.is_whole:
        return best, ()
    if shown is not None:
        printed, told = shown.day(zone), best.day(zone)
        if _has_same_face(shown, best):
            return _in_the_zone_of_readers(best, shown, zone)
        if abs(printed - told) <= _A_DAY:
            return best, _near_midnight(best, shown, source)
        flags = ("dates-disagree",)
        url = next((claim for claim in claims if claim.method == "url"), None)
        seen_twice = url is not None and abs(url.day(zone) - printed) <= _A_DAY
        earlier = printed < told
        made_later = earlier and (
            shown.reading.labelled_published or _is_no_publication(best, updated_at, captured_at, zone)
        )
        return (shown if seen_twice or made_later else best), flags
    older = next(
        (one for one in claims if one.method in ("url", "discovery") and one.day(zone) < best.day(zone) - _A_DAY), None
    )
    if older is None:
        return best, ()
    return (older if _is_no_publication(best, updated_at, captured_at, zone) else best), ("dates-disagree",)


def _is_no_publication(claim: Claim, updated_at: datetime | None, captured_at: datetime, zone: tzinfo) -> bool:
    """Whether a moment is that of the last edit, or of the capture: an import, or a template that prints now."""
    moment = claim.moment(zone)
    if moment is None:
        return updated_at is not None and updated_at.astimezone(zone).date() == claim.day(zone)
    return moment == updated_at or abs(captured_at - moment) <= _MADE_NOW


def _has_same_face(shown: Claim, best: Claim) -> bool:
    """Whether readers are shown the very hour and minute that machines are told, which is said to be UTC."""
    told, printed = best.reading, shown.reading
    is_utc = told.zone is not None and told.zone.utcoffset(None) == timedelta()
    return (
        is_utc
        and printed.zone is None
        and told.clock is not None
        and printed.clock is not None
        and (told.day, told.clock.hour, told.clock.minute) == (printed.day, printed.clock.hour, printed.clock.minute)
    )


def _in_the_zone_of_readers(best: Claim, shown: Claim, zone: tzinfo) -> tuple[Claim, tuple[str, ...]]:
    """A "Z" is often put behind local time by hand, and a publisher would see a clock that is hours off; "+00:00" is
    made by software that is set to UTC and shows UTC to its readers: the moment stands, and the day is the printed."""
    if best.raw.rstrip().upper().endswith("Z"):
        local = replace(best, reading=replace(best.reading, zone=None))
        return (local, ("zone-contradicted",)) if local.moment(zone) != best.moment(zone) else (best, ())
    return best, ("day-as-printed",) if best.day(zone) != shown.reading.day else ()


def _near_midnight(best: Claim, shown: Claim, source: Source) -> tuple[str, ...]:
    """Of two days side by side the printed one, if the moment is written with it, or if the publisher's zone is not
    known and an evening in UTC is the next morning there."""
    if shown.day(source.zone) == best.day(source.zone):
        return ()
    moment, written = best.moment(source.zone), best.reading.day
    next_morning = (
        moment is not None
        and _zone_is_unknown(source)
        and shown.reading.day == moment.date() + _A_DAY
        and moment.hour >= _EVENING_UTC
    )
    return ("day-as-printed",) if shown.reading.day == written or next_morning else ()


def _shown(claims: list[Claim]) -> Claim | None:
    """What readers are told of the publication."""
    return next((claim for claim in claims if claim.shown and claim.is_whole), None)


def _published(claim: Claim, source: Source, flags: tuple[str, ...]) -> Published:
    reading = claim.reading
    at = reading.instant(source.zone)
    day = at.astimezone(_local(source, reading.zone)).date() if at is not None else reading.day
    assumed = ("zone-assumed",) if at is not None and reading.zone is None else ()
    return Published(
        at=at,
        day=day,
        raw=claim.raw,
        precision=Precision(reading.precision),
        method=claim.method,
        calendar=reading.calendar,
        flags=(*assumed, *reading.flags, *flags),
    )


def _only_edited(edits: list[Claim], source: Source, updated_at: datetime | None) -> Published:
    """A page that shows readers no date but that of its last edit is as old as that, and says so in its flags."""
    shown = next((claim for claim in edits if claim.shown and claim.is_whole), None)
    if shown is None:
        return Published(updated_at=updated_at)
    return replace(_published(shown, source, ("from-update",)), updated_at=updated_at)


def _local(source: Source, written: tzinfo | None) -> tzinfo:
    """The zone that days are counted in. No publisher lives in UTC: there it stands for "not known",
    and the offset that the page itself writes is the best that is known of its zone."""
    return written if written is not None and _zone_is_unknown(source) else source.zone


def _zone_is_unknown(source: Source) -> bool:
    return source.timezone in ("UTC", "Etc/UTC")
