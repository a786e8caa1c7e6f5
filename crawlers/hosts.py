"""Whose page is it? The source of a URL by its host, for captures that others made."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from crawlers.source import Source
from storage.keys import IMPORTED

# Pages of hosts that no source file describes are read without rules, in UTC, and dated by what they say.
UNKNOWN = Source.model_validate(
    {
        "id": IMPORTED,
        "name": {"ar": "مستورد", "en": "Imported"},
        "country": "ZZ",
        "home": "https://imported.invalid/",
        "language": "und",
        "timezone": "UTC",
        "article_url": [r"^https?://[^/?#]+/+[^?#]", r"^https?://[^/?#]+/*\?"],  # every page but the home page
        "ignore_url": [r"^https?://[^/?#]+/(?:robots\.txt|favicon\.ico)"],
    }
)


class Hosts:
    """Sources by the hosts of their home pages and former domains, and by those below them, such as www. and m."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources: dict[str, list[Source]] = {}
        known = list(sources)
        for source in known:
            self._take(urlsplit(source.home).netloc, source)
        for source in known:
            for domain in source.former_domains:
                self._take(domain, source)
        self._found: dict[str, list[Source]] = {}

    def _take(self, host: str, source: Source) -> None:
        known = self._sources.setdefault(_bare(host), [])
        if source not in known:
            known.append(source)

    def source_of(self, url: str) -> Source:
        """The source of a URL; UNKNOWN if none has its host. Of several at one host, one whose article it is."""
        try:
            parts = urlsplit(url)
            host = _bare(parts.netloc.rpartition("@")[2])
        except ValueError:
            return UNKNOWN
        if parts.scheme.lower() not in ("http", "https") or not host:
            return UNKNOWN
        if host not in self._found:
            self._found[host] = self._at(host)
        found = self._found[host]
        if len(found) > 1:
            return next((source for source in found if source.is_article(url)), found[0])
        return found[0]

    def _at(self, host: str) -> list[Source]:
        for name in dict.fromkeys((host, host.partition(":")[0])):
            while name:
                if name in self._sources:
                    return self._sources[name]
                name = name.partition(".")[2]
        return [UNKNOWN]


def _bare(host: str) -> str:
    """A host as it is looked up: in small ASCII letters, without www. and the ports that go without saying."""
    name = host.lower().rstrip(".").removeprefix("www.")
    for port in (":80", ":443"):
        name = name.removesuffix(port)
    try:
        return name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return name
