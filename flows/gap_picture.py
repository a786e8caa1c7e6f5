"""The gap map as a picture: a bar a day, or a week or month where there are many, in Arabic, read from the right.

SVG by hand: it is a file that opens everywhere, and needs no library that draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape

from flows.gap_map import Day, GapMap

MAX_BARS = 92  # three months of days; more are put together
_WIDTH, _HEIGHT, _TOP, _SIDE, _BAND = 960, 120, 54, 56, 216
_COLOURS = (("captured", "#2f7d4f", "حُفظ"), ("failed", "#b3402e", "أخفق"), ("owed", "#d9a441", "معلّق"))
_GAP = "#f3d9d4"
FONTS = "'Noto Naskh Arabic', 'Noto Sans Arabic', 'Amiri', serif"
MONTHS = (
    *("كانون الثاني", "شباط", "آذار", "نيسان", "أيار", "حزيران"),
    *("تموز", "آب", "أيلول", "تشرين الأول", "تشرين الثاني", "كانون الأول"),
)


@dataclass(slots=True)
class _Bar:
    first: date
    captured: int = 0
    failed: int = 0
    owed: int = 0
    empty: bool = False  # a gap, for at least one of its days


def gap_picture(maps: Sequence[GapMap]) -> str:
    """One SVG with a band a publisher."""
    height = max(1, len(maps)) * _BAND + 20
    bands = "\n".join(_band(each, 10 + number * _BAND) for number, each in enumerate(maps))
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}"
 height="{height}" direction="rtl" lang="ar" font-family="{FONTS}" font-size="14">
<rect width="100%" height="100%" fill="#fff"/>
{bands}
</svg>
"""


def _band(of: GapMap, top: int) -> str:
    bars = _bars(of)
    most = max((bar.captured + bar.failed + bar.owed for bar in bars), default=0) or 1
    step = (_WIDTH - 2 * _SIDE) / max(1, len(bars))
    base = top + _TOP + _HEIGHT
    drawn = "".join(_bar(bar, _WIDTH - _SIDE - step * (place + 1), step, base, most) for place, bar in enumerate(bars))
    labels = "".join(_label(bars, place, step, base) for place in range(len(bars)))
    sums = (("وُجد", "found"), ("حُفظ", "captured"), ("أخفق", "failed"))
    numbers = " · ".join(f"{words} {of.total(name):,}" for words, name in sums) + f" · فجوات {len(of.gaps):,}"
    right, axis = _WIDTH - _SIDE, f"M{_SIDE} {base}H{_WIDTH - _SIDE}"
    return f"""<g>
<text x="{right}" y="{top + 16}" font-size="18" font-weight="bold">{escape(of.name_ar)}</text>
<text x="{right}" y="{top + 38}" fill="#555">{numbers}</text>
{_legend(top + 16)}
{drawn}<path d="{axis}" stroke="#888"/>
<text x="{right + 8}" y="{top + _TOP + 10}" fill="#555" direction="ltr" text-anchor="start">{most:,}</text>
{labels}</g>"""


def _legend(y: int) -> str:
    pieces = (*_COLOURS, ("gap", _GAP, "فجوة"))
    return "".join(
        f'<rect x="{_SIDE + place * 84}" y="{y - 11}" width="12" height="12" fill="{colour}"/>'
        f'<text x="{_SIDE + place * 84 + 18}" y="{y}" direction="ltr" text-anchor="start">{words}</text>'
        for place, (_, colour, words) in enumerate(pieces)
    )


def _bar(bar: _Bar, x: float, step: float, base: int, most: int) -> str:
    width, y, drawn = max(1.0, step - 2), float(base), ""
    if bar.empty:
        drawn += f'<rect x="{x:.1f}" y="{base - _HEIGHT}" width="{step:.1f}" height="{_HEIGHT}" fill="{_GAP}"/>'
    for name, colour, _ in _COLOURS:
        height = getattr(bar, name) / most * _HEIGHT
        if height:
            y -= height
            drawn += f'<rect x="{x + 1:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    return f"<g><title>{bar.first}: {bar.captured} / {bar.failed} / {bar.owed}</title>{drawn}</g>\n"


def _label(bars: Sequence[_Bar], place: int, step: float, base: int) -> str:
    """The day below a bar, at the first and then as often as there is room."""
    every = max(1, round(110 / step))
    if place % every:
        return ""
    day = bars[place].first
    middle = _WIDTH - _SIDE - step * (place + 0.5)
    words = f"{day.day} {MONTHS[day.month - 1]} {day.year}" if place == 0 else f"{day.day} {MONTHS[day.month - 1]}"
    return f'<text x="{middle:.1f}" y="{base + 20}" text-anchor="middle" font-size="12" fill="#555">{words}</text>\n'


def _bars(of: GapMap) -> list[_Bar]:
    """The days, put together by week or by month if they are many."""
    days, gaps = of.days, set(of.gaps)
    by = _by_day if len(days) <= MAX_BARS else _by_week if len(days) <= MAX_BARS * 7 else _by_month
    bars: dict[date, _Bar] = {}
    for day in days:
        bar = bars.setdefault(by(day), _Bar(by(day)))
        bar.captured, bar.failed, bar.owed = bar.captured + day.captured, bar.failed + day.failed, bar.owed + day.owed
        bar.empty |= day.day in gaps
    return list(bars.values())


def _by_day(day: Day) -> date:
    return day.day


def _by_week(day: Day) -> date:
    return day.day - timedelta(days=day.day.weekday())


def _by_month(day: Day) -> date:
    return day.day.replace(day=1)
