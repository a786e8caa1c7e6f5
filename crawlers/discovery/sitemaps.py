"""Sitemaps: index, plain, news, text, and what robots.txt lists. Source: https://www.sitemaps.org/protocol.html

A sitemap is read as a stream of entries, without a tree: one of 50 MB, or an attack, takes little memory, a broken
entry costs only itself, and an undeclared namespace nothing."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from crawlers.discovery import Link, TooMuchToRead, absolute
from crawlers.discovery.feeds import MAX_FEED_BYTES, links_in_feed
from crawlers.discovery.moments import moment_of
from crawlers.discovery.xml_text import charset_of, plain_text, xml_text

MAX_SITEMAP_BYTES = 50 << 20  # the protocol's own limit for one file
MAX_SITEMAP_LINKS = 60_000  # the protocol's limit for one file is 50,000
MAX_WIDE_BYTES = 10 << 20  # in UTF-16 or UTF-32, which are read at once
MAX_GZIP_LAYERS = 3  # a .gz file, sent with a Content-Encoding that nobody announced
_PIECE_BYTES = 256 << 10
_MAX_WAITING = 1 << 20  # bytes that no tag or line ends; an honest URL has 2,048
_MAX_ENTRY = 64 << 10  # letters of one entry, with its pictures
_ROBOTS_LINE = re.compile(r"[ \t]*site-?map[ \t]*:[ \t]*([^\s#]\S*)", re.IGNORECASE)
_ROOT = re.compile(r"<([\w.-]+:)?(?:urlset|sitemapindex)(?=[\s>])", re.IGNORECASE)
_ENDS = re.compile(r"</(?:[\w.-]+:)?(?:urlset|sitemapindex)\s*>", re.IGNORECASE)
_PUBLISHED = re.compile(r"<(?:[\w.-]+:)?publication_date(?=[\s>])[^<>]*>", re.IGNORECASE)
_FEED = re.compile(r"<(?:\w+:)?(?:rss|rdf|feed)[\s>]", re.IGNORECASE)  # what the protocol allows as a sitemap too


@dataclass(frozen=True, slots=True)
class Sitemap:
    pages: tuple[Link, ...] = ()
    sitemaps: tuple[Link, ...] = ()  # of an index
    too_much: str = field(default="", compare=False)  # why not all was read
    broken: bool = field(default=False, compare=False)  # it ends in the middle: what follows is not known

    @property
    def whole(self) -> bool:
        return not (self.too_much or self.broken)


def read_sitemap(body: bytes, url: str) -> Sitemap:
    """Read one sitemap file, `.gz` or not. What cannot be read is left out; never raises."""
    reading = _Reading(url)
    try:
        for piece in _pieces(body, reading):
            reading.take(piece)
        reading.end()
    except TooMuchToRead as error:
        reading.too_much = str(error)
    if reading.feed:
        return Sitemap(tuple(links_in_feed(_start_of(body), url)), too_much=reading.too_much)
    return Sitemap(tuple(reading.pages), tuple(reading.sitemaps), reading.too_much, reading.broken)


class _Reading:
    """A sitemap on its way in, piece by piece; whole entries are read, the rest waits for the next piece."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.pages: list[Link] = []
        self.sitemaps: list[Link] = []
        self.too_much = ""
        self.feed = self.broken = False
        self._charset = ""
        self._rest = b""
        self._bytes = self._entries = 0
        self._first = True
        self._lines = False  # a text sitemap
        self._shape = _shape_of("")
        self._entry = ""  # begun, and not ended in the pieces so far

    def take(self, piece: bytes) -> None:
        self._bytes += len(piece)
        if self._bytes > MAX_SITEMAP_BYTES:
            raise TooMuchToRead(f"more than {MAX_SITEMAP_BYTES} bytes in one sitemap")
        data = self._rest + piece
        if not self._charset:
            if not data.lstrip(b"\xef\xbb\xbf \t\r\n"):
                return
            self._begin(data)
        if self._wide and len(data) > MAX_WIDE_BYTES:
            raise TooMuchToRead(f"more than {MAX_WIDE_BYTES} bytes of {self._charset} in one sitemap")
        self._read(data, last=False)

    def _begin(self, start: bytes) -> None:
        self._charset = charset_of(start)
        text = xml_text(start, self._charset)
        self._lines = not text.startswith("<")
        self.feed = _FEED.search(text[:3000]) is not None
        self._shape = _shape_of(text)

    @property
    def _wide(self) -> bool:
        return self._charset.startswith(("utf-16", "utf-32"))

    def _read(self, data: bytes, *, last: bool) -> None:
        """Read as far as what is there ends in a whole tag or line; all of it, where letters are wide."""
        if self._wide:
            cut = len(data) if last else 0
        else:
            at = data.rfind(b"\n" if self._lines else b">") + 1
            cut = at or (len(data) if last or len(data) > _MAX_WAITING else 0)
        self._rest = data[cut:]
        if not cut or self.feed:
            return
        text = xml_text(data[:cut], self._charset) if self._first else data[:cut].decode(self._charset, "replace")
        self._first = False
        (self._take_lines if self._lines else self._take_entries)(text)

    def end(self) -> None:
        if self._charset and (self._wide or self._lines):
            self._read(self._rest, last=True)
        if self._entry:
            self._take_entry(self._entry)
        if not (self._lines or self.feed):
            self.broken |= bool(self._charset) and _ENDS.search(self._entry) is None

    def _take_lines(self, text: str) -> None:
        for line in text.split():
            found = absolute(self.url, line) if line.startswith(("http://", "https://")) else None
            if found is not None:
                self._add(self.pages, Link(found))

    def _take_entries(self, text: str) -> None:
        text = self._entry + text
        starts = [found.start() for found in self._shape.entry.finditer(text)]
        for start, end in pairwise(starts):
            self._take_entry(text[start:end])
        self._entry = (text[starts[-1] :] if starts else text)[-_MAX_WAITING:]

    def _take_entry(self, entry: str) -> None:
        self._entries += 1
        if self._entries > MAX_SITEMAP_LINKS:
            raise TooMuchToRead(f"more than {MAX_SITEMAP_LINKS} entries in one sitemap")
        start = self._shape.entry.match(entry)
        if start is None:
            return
        entry = entry[:_MAX_ENTRY]
        loc = _inside(entry, self._shape.loc)
        # Some indexes write the URL without a `loc` around it.
        bare = plain_text(entry[start.end() :].partition("<")[0])
        written = loc or (bare if bare.startswith("http") else "")
        url = absolute(self.url, written, self._charset) if written else None
        if url is None:
            return
        published, changed = moment_of(_inside(entry, _PUBLISHED)), moment_of(_inside(entry, self._shape.changed))
        link = Link(url, published or changed, changed=published is None and changed is not None)
        self._add(self.pages if start[1].lower() == "url" else self.sitemaps, link)

    def _add(self, to: list[Link], link: Link) -> None:
        if len(to) >= MAX_SITEMAP_LINKS:
            raise TooMuchToRead(f"more than {MAX_SITEMAP_LINKS} links in one sitemap")
        to.append(link)


@dataclass(frozen=True, slots=True)
class _Shape:
    """How this file writes its elements: with a prefix or without. An image's `image:loc` is not the page's."""

    entry: re.Pattern[str]
    loc: re.Pattern[str]
    changed: re.Pattern[str]


def _shape_of(text: str) -> _Shape:
    root = _ROOT.search(text)
    prefix = re.escape(root[1] or "") if root else ""
    return _Shape(
        *(
            re.compile(rf"<{prefix}{name}(?=[\s>])[^<>]*>", re.IGNORECASE)
            for name in ("(url|sitemap)", "loc", "lastmod")
        )
    )


def _inside(entry: str, start: re.Pattern[str]) -> str:
    """The text of the first element that starts so; empty if there is none, or nothing ends it."""
    found = start.search(entry)
    end = entry.find("</", found.end()) if found else -1
    return plain_text(entry[found.end() : end]) if found and end >= 0 else ""


def sitemaps_in_robots(body: bytes, url: str) -> list[str]:
    """The `Sitemap:` lines of a robots.txt, as absolute URLs."""
    lines = body.decode("utf-8", "replace").lstrip("\ufeff").splitlines()
    found = (absolute(url, match[1]) for match in map(_ROBOTS_LINE.match, lines) if match)
    return [each for each in found if each is not None]


def _start_of(body: bytes) -> bytes:
    """As much of a file without its gzip layers as is read of a feed."""
    start = bytearray()
    for piece in _pieces(body, _Reading("")):
        start += piece
        if len(start) > MAX_FEED_BYTES:
            break
    return bytes(start)


def _pieces(body: bytes, reading: _Reading) -> Iterator[bytes]:
    """The file without its gzip layers, however many and whatever its name says, a piece at a time."""
    layers, first = 0, body
    while first[:2] == b"\x1f\x8b" and layers < MAX_GZIP_LAYERS:
        layers += 1
        first = next(_inflated(iter((first,)), _Reading("")), b"")
    pieces = (body[at : at + _PIECE_BYTES] for at in range(0, len(body), _PIECE_BYTES))
    for _ in range(layers):
        pieces = _inflated(pieces, reading)  # type: ignore[assignment]
    yield from pieces


def _inflated(pieces: Iterator[bytes], reading: _Reading) -> Iterator[bytes]:
    """Every gzip member in a stream, up to where it is damaged; what is behind the last member is no matter."""
    decoder, left = zlib.decompressobj(31), b""
    for piece in pieces:
        left += piece
        while left:
            if decoder.eof:
                if not left.startswith(b"\x1f\x8b"):
                    return
                decoder = zlib.decompressobj(31)
            try:
                out = decoder.decompress(left, _PIECE_BYTES)
            except zlib.error:
                reading.broken = True
                return
            left = decoder.unconsumed_tail or decoder.unused_data
            if out:
                yield out
            elif not decoder.eof:
                break
    while not decoder.eof and (out := decoder.decompress(decoder.unconsumed_tail, _PIECE_BYTES)):
        yield out
    reading.broken |= not decoder.eof
