"""Finding articles: feeds, sitemaps, section pages, WordPress, home pages. Pure readers of bytes; the spider asks."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, urljoin, urlsplit

MAX_ENTITIES = 1_000_000
MAX_URL = 8_192  # letters; what servers take at most
_ABSOLUTE = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_UTF_8 = ("utf-8", "utf-16-le", "utf-16-be")  # charsets whose queries go onto the wire as UTF-8


@dataclass(frozen=True, slots=True)
class Link:
    """A URL that a feed, sitemap or page names."""

    url: str  # absolute, otherwise exactly as written
    dated: datetime | None = None  # aware; what the feed or sitemap says of its date
    changed: bool = field(default=False, compare=False)  # `dated` is that of the last change: the article may be older
    told_body: str = field(default="", compare=False)  # of the article, see metadata_fields.body_line; empty: none


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


def absolute(base: str, target: str, charset: str = "utf-8") -> str | None:
    """The URL that `target` means where `base` is the address and the page is in `charset`.

    An absolute URL stays letter for letter: tatweel, marks of direction and the case of escapes belong to it. Only
    a query in letters beyond ASCII, on a page in an old charset, is escaped: the letters alone would not say which
    bytes a browser sends. None unless it is an http or https URL with a host, and without a user name or password."""
    written = target.strip()
    if len(written) > MAX_URL:
        return None
    if not written.isprintable():
        written = re.sub(r"[\t\r\n]", "", written)
    try:
        url = written if _ABSOLUTE.match(written) else urljoin(base, written)
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc and parts.port != 0
    except ValueError:  # such as "http://[": one broken link is no reason to lose the page's others
        return None
    if not usable:
        return None
    return url if charset in _UTF_8 or url.isascii() else _with_escaped_query(url, charset)


def _with_escaped_query(url: str, charset: str) -> str:
    """As browsers do: https://url.spec.whatwg.org/#query-state"""
    before, mark, rest = url.partition("?")
    query, hash_mark, fragment = rest.partition("#")
    try:
        query = "".join(each if each.isascii() else quote(each.encode(charset)) for each in query)
    except (LookupError, UnicodeError):
        return url
    return before + mark + query + hash_mark + fragment
