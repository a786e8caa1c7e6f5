"""The address a page claims for itself, believed only where it names the same publisher."""

from __future__ import annotations

from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.extraction.metadata import Metadata
from crawlers.extraction.page import Element
from crawlers.source import Source

# Hosts whose last two labels are a suffix anyone registers under: com.sa, net.jo, org.eg, co.uk …
_SECOND_LEVEL: Final = frozenset(("com", "net", "org", "gov", "edu", "co", "ac", "info", "mil", "press"))


def canonical(tree: Element, metadata: Metadata, url: str, source: Source) -> tuple[str | None, tuple[str, ...]]:
    """The canonical URL, else og:url, and flags: what names another publisher, or an IP address, is refused."""
    ours = {
        registrable(url),
        registrable(source.home),
        *map(registrable, map("https://{}/".format, source.former_domains)),
    }
    links = (link.get("href") for link in tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    flags: list[str] = []
    for name, claimed in (("canonical", next(filter(None, links), None)), ("og-url", metadata.first("og:url"))):
        if claimed is None:
            continue
        there = absolute(url, claimed.strip())
        if there is not None and registrable(there) in ours:
            return there, tuple(flags)
        flags.append(f"{name}-unusable" if there is None else f"{name}-elsewhere")
    return None, tuple(flags)


def absolute(url: str, link: str) -> str | None:
    """A link of a page as a whole http URL; None if it is none."""
    try:
        joined = urljoin(url, link)
        usable = urlsplit(joined).scheme in ("http", "https") and urlsplit(joined).hostname
    except ValueError:
        return None
    return joined if usable else None


def registrable(url: str) -> str:
    """The part of a host that a publisher registers: example.com, example.com.sa; an address as it is."""
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
    labels = host.split(".")
    if ":" in host or host.replace(".", "").isdigit():
        return host
    wide = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    return ".".join(labels[-3 if wide else -2 :])
