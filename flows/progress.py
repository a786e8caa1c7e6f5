"""How far a walk is, for whoever watches it: a bar, lines of JSON, an artifact."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk is. `total` grows while discovery goes on."""

    phase: str  # fetching | keeping | reading
    done: int
    total: int
    sources: dict[str, dict[str, int]]  # counts of the crawl process, by source
    waits_for: str = ""  # why nothing is fetched for now; empty: it goes on


Watch = Callable[[Progress], None]
