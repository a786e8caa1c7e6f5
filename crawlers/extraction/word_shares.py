"""How much of one text is in another, by their words."""

from __future__ import annotations

from collections import Counter
from typing import Final

from crawlers.extraction.arabic import folded

COVERED: Final = 0.85  # of the words: two readings of one text; the rest is captions, bylines and "read also" in either


def shared(lines: list[str], told: list[str]) -> float:
    """How much of the words of `told` is in the lines, 0.0 to 1.0."""
    one, other = (Counter(folded(" ".join(each)).split()) for each in (lines, told))
    return (one & other).total() / max(1, other.total())
