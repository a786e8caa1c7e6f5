"""Sitemaps: index, plain, news, text, and what robots.txt lists. Source: https://www.sitemaps.org/protocol.html

No entity is expanded and no document type obeyed, so that an attack in XML ends as a short list."""

from __future__ import annotations

import io
import re
import zlib
from dataclasses import dataclass
from urllib.parse import urljoin

from lxml import etree

from crawlers.discovery import Link
from crawlers.discovery.feeds import moment_of

MAX_SITEMAP_BYTES = 50 << 20  # the protocol's own limit for one file
_ROBOTS_LINE = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()  # of an index


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Read one sitemap file, `.gz` or not. What cannot be read is left out; never raises."""
    plain = _inflated(body)
    start = plain.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"<"):
        lines = start.decode("utf-8", "replace").split()
        return Sitemap(pages=tuple(Link(line) for line in lines if line.startswith(("http://", "https://"))))
    pages: list[Link] = []
    sitemaps: list[Link] = []
    parsed = etree.iterparse(
        io.BytesIO(start), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    for _, element in parsed:
        kind = _local(element)
        if kind in ("url", "sitemap"):
            link = _link_of(element, url)
            if link is not None:
                (pages if kind == "url" else sitemaps).append(link)
            element.clear()
    return Sitemap(tuple(pages), tuple(sitemaps))


def sitemaps_in_robots(body: bytes, url: str) -> list[str]:
    """The `Sitemap:` lines of a robots.txt."""
    return [urljoin(url, found) for found in _ROBOTS_LINE.findall(body.decode("utf-8", "replace"))]


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _link_of(element: etree._Element, base: str) -> Link | None:
    texts: dict[str, str] = {}
    for child in element.iter():
        texts.setdefault(_local(child), (child.text or "").strip())
    if not texts.get("loc"):
        return None
    dated = moment_of(texts.get("publication_date")) or moment_of(texts.get("lastmod"))
    return Link(urljoin(base, texts["loc"]), dated)


def _inflated(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, MAX_SITEMAP_BYTES)
    except zlib.error:
        return b""
