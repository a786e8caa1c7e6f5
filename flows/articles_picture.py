"""Articles a day by publisher, as a picture: a bar a day, a colour a publisher, in Arabic, read from the right."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from flows.gap_picture import FONTS, MONTHS
from flows.house import House
from storage.articles_a_day import articles_a_day

DAYS = 30
NAMED = 8  # publishers with a colour of their own; the others share one
_COLOURS = ("#2f6f9f", "#2f7d4f", "#d9a441", "#b3402e", "#6b4e9b", "#3aa6a0", "#c26a9a", "#7a8a2e", "#9a9a9a")
_WIDTH, _HEIGHT, _TOP, _SIDE, _LEGEND = 960, 260, 56, 56, 26
_OTHERS = "غيرهم"


@dataclass(frozen=True, slots=True)
class Daily:
    """One publisher's articles by day, in the order of `days`."""

    name: str
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Days:
    days: tuple[date, ...]  # oldest first
    publishers: tuple[Daily, ...]  # those with most articles first


def last_days(house: House, sources: Sequence[str]) -> Days:
    """The last 30 days (UTC) of these sources, today included. Raises LedgerError."""
    today = house.clock().date()
    days = tuple(today - timedelta(days=DAYS - 1 - number) for number in range(DAYS))
    counts = articles_a_day(house.ledger, sources, days[0], today)
    named = {source: house.catalogue[source].name.ar if source in house.catalogue else source for source in counts}
    found = [Daily(named[source], tuple(counts[source].get(day, 0) for day in days)) for source in counts]
    return Days(days, tuple(sorted(found, key=lambda each: (-sum(each.counts), each.name))))


def articles_picture(of: Days) -> str:
    """One SVG."""
    shown = _with_others(of)
    totals = [sum(each.counts[place] for each in shown) for place in range(len(of.days))]
    most = max(totals, default=0) or 1
    rows = (len(shown) + 2) // 3
    base, height = _TOP + _HEIGHT, _TOP + _HEIGHT + 40 + rows * _LEGEND + 10
    right = _WIDTH - _SIDE
    bars = "".join(_bar(of, shown, place, totals[place], most, base) for place in range(len(of.days)))
    words = f"{sum(totals):,} مقالة في آخر {len(of.days)} يومًا، بتاريخها كما يعلنه الموقع أو بيوم العثور عليها"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"
 height="{height}" direction="rtl" lang="ar" font-family="{FONTS}" font-size="14">
<rect width="100%" height="100%" fill="#fff"/>
<text x="{right}" y="26" font-size="18" font-weight="bold">المقالات في كل يوم</text>
<text x="{_SIDE}" y="26" fill="#555" text-anchor="end">{words}</text>
{bars}<path d="M{_SIDE} {base}H{right}" stroke="#888"/>
{"".join(_legend(each, number, base + 52) for number, each in enumerate(shown))}
</svg>
"""


def picture_url(svg: str) -> str:
    """The picture as an address that holds it."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _with_others(of: Days) -> list[Daily]:
    if len(of.publishers) <= NAMED:
        return list(of.publishers)
    rest = of.publishers[NAMED:]
    together = tuple(sum(each.counts[place] for each in rest) for place in range(len(of.days)))
    return [*of.publishers[:NAMED], Daily(f"{_OTHERS} ({len(rest)})", together)]


def _bar(of: Days, shown: Sequence[Daily], place: int, total: int, most: int, base: int) -> str:
    """A day: its colours, its number above them, its date below where there is room."""
    step = (_WIDTH - 2 * _SIDE) / len(of.days)
    x, y = _WIDTH - _SIDE - step * (place + 1), float(base)
    drawn = ""
    for number, each in enumerate(shown):
        high = each.counts[place] / most * (_HEIGHT - 20)
        if high:
            y -= high
            box = f'x="{x + 2:.1f}" y="{y:.1f}" width="{step - 4:.1f}" height="{high:.1f}"'
            drawn += f'<rect {box} fill="{_colour(number)}"/>'
    middle = x + step / 2
    if total:
        drawn += (
            f'<text x="{middle:.1f}" y="{y - 5:.1f}" text-anchor="middle" font-size="11" fill="#333">{total:,}</text>'
        )
    if place % 5 == 0 or place == len(of.days) - 1:
        day = of.days[place]
        drawn += (
            f'<text x="{middle:.1f}" y="{base + 20}" text-anchor="middle" font-size="12" fill="#555">'
            f"{day.day} {MONTHS[day.month - 1]}</text>"
        )
    return f"<g><title>{of.days[place]}: {total}</title>{drawn}</g>\n"


def _legend(each: Daily, number: int, top: int) -> str:
    """Three publishers in a row, each with its colour and its sum."""
    right = _WIDTH - _SIDE - (number % 3) * (_WIDTH - 2 * _SIDE) / 3
    y = top + number // 3 * _LEGEND
    return (
        f'<rect x="{right - 12:.0f}" y="{y - 11}" width="12" height="12" fill="{_colour(number)}"/>'
        f'<text x="{right - 20:.0f}" y="{y}">{escape(each.name)} · {sum(each.counts):,}</text>\n'
    )


def _colour(number: int) -> str:
    return _COLOURS[min(number, NAMED)]
