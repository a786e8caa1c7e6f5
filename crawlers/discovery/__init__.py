"""Finding articles: feeds, sitemaps, section pages. Pure readers of bytes; the spider does the asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a feed, sitemap or page names."""

    url: str  # absolute, otherwise exactly as written
    dated: datetime | None = None  # aware; what the feed or sitemap says of its date
