"""Finding articles: feeds, sitemaps, section pages. Pure readers of bytes; the spider does the asking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin, urlsplit

MAX_ENTITIES = 1_000_000


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a feed, sitemap or page names."""

    url: str  # absolute, otherwise exactly as written
    dated: datetime | None = None  # aware; what the feed or sitemap says of its date


class TooMuchToRead(Exception):
    """A page that names articles has more in it than any honest one, and would take our memory and time."""


def check_tags(markup: bytes, at_most: int) -> None:
    """Raise TooMuchToRead if XML or HTML has more tags than `at_most`, or more than MAX_ENTITIES entities.

    It is they that cost, not bytes: 120 bytes of memory an element in a tree, and more for each that is looked at."""
    for what, found, most in (
        ("tags", markup.count(b"<"), at_most),
        ("entities", markup.count(b"&"), MAX_ENTITIES),
    ):
        if found > most:
            raise TooMuchToRead(f"{found} {what} in {len(markup)} bytes, at most {most} are read")


def absolute(base: str, target: str) -> str | None:
    """The URL that `target` means where `base` is the address.

    None unless it is an http or https URL with a host, and without a user name or password."""
    try:
        url = urljoin(base, target.strip())
        parts = urlsplit(url)
    except ValueError:  # such as "http://[": one broken link is no reason to lose the page's others
        return None
    return url if parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc else None
