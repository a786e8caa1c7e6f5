"""The outcomes of a bench as a Markdown table that can be read in a terminal too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from tests.benches.contestants import BARE, Outcome

LIMIT = 1.05  # CPU of our crawl over bare Scrapy's
HEAD = ("", "pages", "CPU s / 1,000", "ratio", "pages / s", "peak MB", "WARC MB / 1,000")

Results = Mapping[str, list[Outcome]]  # by contestant, one outcome a round


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    fewest: int  # pages in the worst round
    cpu_s: float  # for 1,000 pages
    ratio: float  # of CPU seconds to bare Scrapy's
    pages_per_s: float
    peak_mb: float
    warc_mb: float | None  # for 1,000 pages; None: it keeps none

    def cells(self, pages: int) -> tuple[str, ...]:
        got = f"{self.fewest:,}" if self.fewest == pages else f"**{self.fewest:,} of {pages:,}**"
        kept = "none" if self.warc_mb is None else f"{self.warc_mb:.2f}"
        measured = (f"{self.cpu_s:.2f}", f"{self.ratio:.2f} x", f"{self.pages_per_s:.0f}", f"{self.peak_mb:.0f}")
        return (self.name, got, *measured, kept)


def rows_of(results: Results, pages: int) -> list[Row]:
    bare = [outcome.cost.cpu_s for outcome in results[BARE]]
    return [_row(name, outcomes, bare, pages) for name, outcomes in results.items()]


def _row(name: str, outcomes: list[Outcome], bare: list[float], pages: int) -> Row:
    kept = [outcome.warc_bytes for outcome in outcomes if outcome.warc_bytes is not None]
    return Row(
        name=name,
        fewest=min(outcome.pages for outcome in outcomes),
        cpu_s=median(outcome.cost.cpu_s for outcome in outcomes) * 1000 / pages,
        ratio=median(outcome.cost.cpu_s / one for outcome, one in zip(outcomes, bare, strict=True)),
        pages_per_s=median(pages / outcome.cost.wall_s for outcome in outcomes),
        peak_mb=median(outcome.cost.peak_mb for outcome in outcomes),
        warc_mb=median(kept) / 1e6 * 1000 / pages if kept else None,
    )


def spelled(rows: Iterable[Row], pages: int) -> str:
    """The table; names to the left, numbers to the right."""
    lines = [HEAD, *(row.cells(pages) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rule = f"| {'-' * widths[0]} | {' | '.join('-' * (width - 1) + ':' for width in widths[1:])} |"
    head, *others = (_line(cells, widths) for cells in lines)
    return "\n".join([head, rule, *others])


def _line(cells: tuple[str, ...], widths: list[int]) -> str:
    numbers = (cell.rjust(width) for cell, width in zip(cells[1:], widths[1:], strict=True))
    return f"| {cells[0].ljust(widths[0])} | {' | '.join(numbers)} |"
