"""What the newsroom knows of a publisher, apart from its articles."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from flows.newsroom.answers import Answer
from flows.newsroom.stories import Story


class PageDate(Enum):
    """How exactly the article page itself says when it was published."""

    NONE = "none"
    DAY = "day"
    MINUTE = "minute"


@dataclass(frozen=True, slots=True)
class Publisher:
    """Paths are raw path and query, as they stand in a request line."""

    id: str
    name: str
    name_en: str
    country: str  # ISO 3166-1
    zone: str  # IANA
    page_date: PageDate
    path: Callable[[Story], str]  # where the article lies in the end
    other_paths: Callable[[Story], tuple[str, ...]]  # AMP twin, short link, old address: same article
    answers: Callable[[str, Sequence[Story]], Mapping[str, Answer]]  # (base, newest first) -> by path
    source_keys: Callable[[str], dict[str, Any]]  # base -> discover, article_url, reading … of its file
    stories: Callable[[], tuple[Story, ...]] | None = None  # None: those of its file in articles/
    moving: Callable[[str, Sequence[Story], str], Answer | None] | None = None  # (base, stories, path): pages that move
