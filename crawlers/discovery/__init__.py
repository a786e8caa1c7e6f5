"""Finding articles: feeds, sitemaps, section pages. Pure readers of bytes; the spider does the asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a feed, sitemap or page names."""

    url: str  # absolute, otherwise exactly as written
    dated: datetime | None = None  # aware; what the feed or sitemap says of its date


def absolute(base: str, target: str) -> str | None:
    """The URL that `target` means where `base` is the address; None unless it is an http or https URL with a host."""
    try:
        url = urljoin(base, target.strip())
        parts = urlsplit(url)
    except ValueError:  # such as "http://[": one broken link is no reason to lose the page's others
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname else None
