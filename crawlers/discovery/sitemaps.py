"""Sitemaps: index, plain, news, text, and what robots.txt lists. Source: https://www.sitemaps.org/protocol.html

No entity is expanded and no document type obeyed, so that an attack in XML ends as a short list."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from crawlers.discovery import Link, TooMuchToRead, absolute, check_tags
from crawlers.discovery.feeds import links_in_feed, moment_of

MAX_SITEMAP_BYTES = 50 << 20  # the protocol's own limit for one file
MAX_SITEMAP_TAGS = 1_000_000  # 50,000 URLs, the protocol's limit for one file, with nine elements each
_INFLATE_AT_ONCE = 1 << 20
_ROBOTS_LINE = re.compile(r"[ \t]*sitemap[ \t]*:[ \t]*([^\s#]\S*)", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(rb"(<!\[CDATA\[.*?\]\]>)|&(?!(?:\w+|#\d+|#x[0-9A-Fa-f]+);)", re.DOTALL)
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_FEEDS = ("rss", "rdf", "feed")  # root elements of what the protocol allows as a sitemap too


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()  # of an index
    too_much: str = field(default="", compare=False)  # why nothing was read, though there may be something


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Read one sitemap file, `.gz` or not. What cannot be read is left out; never raises."""
    try:
        plain = _inflated(body)
        check_tags(plain, MAX_SITEMAP_TAGS)
    except TooMuchToRead as error:
        return Sitemap(too_much=str(error))
    encoding = "utf-16" if plain.startswith(_UTF_16) else "utf-8"
    if not plain[:4096].decode(encoding, "replace").lstrip("\ufeff \t\r\n").startswith("<"):
        lines = plain.decode(encoding, "replace").lstrip("\ufeff").split()
        found = (absolute(url, line) for line in lines if line.startswith(("http://", "https://")))
        return Sitemap(pages=tuple(Link(each) for each in found if each is not None))
    return _read_xml(plain if encoding == "utf-16" else _mended(plain), url)


def _mended(xml: bytes) -> bytes:
    """UTF-8 XML without what stands before it or breaks off behind it, and with `&` as it must be written."""
    whole = xml[: xml.rfind(b">") + 1].lstrip(b"\xef\xbb\xbf \t\r\n")
    return _BARE_AMPERSAND.sub(lambda found: found[1] or b"&amp;", whole)


def _read_xml(xml: bytes, url: str) -> Sitemap:
    pages: list[Link] = []
    sitemaps: list[Link] = []
    kind = ""
    for element in _elements(xml):
        kind = _local(element)
        if kind in ("url", "sitemap"):
            link = _link_of(element, url)
            if link is not None:
                (pages if kind == "url" else sitemaps).append(link)
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]  # type: ignore[union-attr]
    if kind in _FEEDS:  # the last element to end is the root
        return Sitemap(tuple(links_in_feed(xml, url)))
    return Sitemap(tuple(pages), tuple(sitemaps))


def _elements(xml: bytes) -> Iterator[etree._Element]:
    """Elements as they end, up to where nothing can be read any more."""
    parsed = etree.iterparse(
        io.BytesIO(xml), events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False
    )
    try:
        for _, element in parsed:
            yield element
    except etree.XMLSyntaxError:
        return


def sitemaps_in_robots(body: bytes, url: str) -> list[str]:
    """The `Sitemap:` lines of a robots.txt, as absolute URLs."""
    lines = body.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
    found = (absolute(url, match[1]) for match in map(_ROBOTS_LINE.match, lines) if match)
    return [each for each in found if each is not None]


def _local(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def _link_of(element: etree._Element, base: str) -> Link | None:
    texts: dict[str, str] = {}
    for child in element:  # its own children: an image has a `loc` too
        texts.setdefault(_local(child), str(child.xpath("string()")).strip())
    news = (each for each in element.iterdescendants() if _local(each) == "publication_date")
    published = next((moment_of(each.text) for each in news), None)
    # Some indexes write the URL without a `loc` around it.
    bare = (element.text or "").strip()
    written = texts.get("loc") or (bare if bare.startswith("http") else "")
    url = absolute(base, written) if written else None
    return Link(url, published or moment_of(texts.get("lastmod"))) if url else None


def _inflated(body: bytes) -> bytes:
    if body[:2] != b"\x1f\x8b":
        return body
    pieces: list[bytes] = []
    size = 0
    with gzip.GzipFile(fileobj=io.BytesIO(body)) as file:
        while True:
            try:
                piece = file.read1(_INFLATE_AT_ONCE)
            except (OSError, EOFError, zlib.error):
                break  # what came before the damage can be read
            if not piece:
                break
            pieces.append(piece)
            size += len(piece)
            if size > MAX_SITEMAP_BYTES:
                raise TooMuchToRead(f"{len(body)} bytes of gzip hold more than {MAX_SITEMAP_BYTES}")
    return b"".join(pieces)
