"""A backfill: the walk of a crawl with a window of days, and the gap map of what it came to."""

from __future__ import annotations

from collections.abc import Sequence

from crawlers.source import Source
from flows.gap_map import GapMap, gap_map
from flows.house import House
from flows.progress import Watch
from flows.report import Report
from flows.steps import Steps
from flows.walk import crawl_sources
from flows.window import Window


def backfill_sources(
    house: House, sources: Sequence[Source], window: Window, *, limit: int | None = None, steps: Steps, watch: Watch
) -> tuple[Report, list[GapMap]]:
    """Fetch the articles of a window that are not in the archive, and map each day of it.

    Goes on where an earlier backfill of the same window stopped. Raises as `crawl_sources` does."""
    report = crawl_sources(house, sources, window=window, limit=limit, steps=steps, watch=watch)
    return report, [gap_map(house, source, window) for source in sources]
