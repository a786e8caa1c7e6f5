"""A plain client for the newsroom's tests: http.client and re, none of the code under test."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urljoin, urlsplit

from crawlers.source import Section, Source


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    headers: tuple[tuple[str, str], ...]  # as received, in order
    body: bytes  # transfer coding taken off, content coding still on

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def first(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)

    @property
    def content(self) -> bytes:
        return gzip.decompress(self.body) if self.first("Content-Encoding") == "gzip" else self.body


def ask(url: str, *, method: str = "GET", **headers: str) -> Reply:
    """One request on a connection of its own. Header names are written with _ for -."""
    parts = urlsplit(url)
    assert parts.hostname
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers={k.replace("_", "-"): v for k, v in headers.items()})
        answer = connection.getresponse()
        return Reply(answer.status, tuple(answer.getheaders()), answer.read())
    finally:
        connection.close()


_LISTS = {  # the CSS of the source files, as far as the newsroom uses it
    "ul.headlines a": re.compile(r'<ul class="headlines[^"]*">(.*?)</ul>', re.S),
    "td.headlines a": re.compile(r"<TD VALIGN=TOP CLASS=headlines>(.*?)</TD>", re.S),
    "a.older": re.compile(r"(<A CLASS=older [^>]*>)"),
}
_HREF = re.compile(r'href="?([^">]+?)"?[\s>]', re.I)


@dataclass(slots=True)
class Walk:
    """What following a source file's discovery finds: URLs as listed, and how each was answered."""

    listed: set[str] = field(default_factory=set)
    answered: dict[str, tuple[str, Reply]] = field(default_factory=dict)  # listed -> (last URL, reply)


def walk(source: Source) -> Walk:
    found = Walk()
    for feed in source.discover.feeds:
        text = ask(feed).content.decode()
        found.listed |= set(map(unescape, re.findall(r"<link>([^<]+)</link>", text)))
        found.listed |= set(map(unescape, re.findall(r'rel="alternate" type="text/html" href="([^"]+)"', text)))
    for sitemap in source.discover.sitemaps:
        found.listed |= set(_sitemap_urls(source, sitemap))
    for section in source.discover.sections:
        found.listed |= set(_section_urls(section))
    found.listed = {url for url in found.listed if source.is_article(url)}
    forbidden = _forbidden(source)
    for url in sorted(found.listed):
        if not any(urlsplit(url).path.startswith(folder) for folder in forbidden):
            found.answered[url] = follow(url)
    return found


def follow(url: str) -> tuple[str, Reply]:
    """The last URL and its reply, redirects followed and one 429 tried again."""
    reply = ask(url)
    if reply.status == 429:
        reply = ask(url)
    location = reply.first("Location")
    return follow(urljoin(url, location)) if location else (url, reply)


def _forbidden(source: Source) -> list[str]:
    robots = ask(f"{source.home}robots.txt")
    text = robots.content.decode() if robots.status == 200 else ""
    return re.findall(r"Disallow: (/\S+)", text)


def _sitemap_urls(source: Source, address: str) -> Iterator[str]:
    if address == "robots":
        robots = ask(f"{source.home}robots.txt").content.decode()
        for named in re.findall(r"Sitemap: (\S+)", robots):
            yield from _sitemap_urls(source, named)
        return
    body = ask(address).content
    text = (gzip.decompress(body) if address.endswith(".gz") else body).decode()
    for url in map(unescape, re.findall(r"<loc>([^<]+)</loc>", text)):
        if "<sitemapindex" in text:
            yield from _sitemap_urls(source, url)
        else:
            yield url


def _section_urls(section: Section) -> Iterator[str]:
    """Page after page until one brings nothing new."""
    seen: set[str] = set()
    url: str | None = section.url
    number = 1
    while url is not None:
        reply = ask(url)
        text = reply.content.decode("utf-8" if b'charset="utf-8"' in reply.content else "cp1256")
        new = set(_hrefs(text, section.links or "", url)) - seen
        if reply.status != 200 or not new:
            return
        yield from new
        seen |= new
        number += 1
        url = _next_page(section, text, url, number)


def _next_page(section: Section, text: str, url: str, number: int) -> str | None:
    if section.older:
        return next(_hrefs(text, section.older, url), None)
    return section.url + section.pages.format(n=number) if section.pages else None


def _hrefs(text: str, css: str, page: str) -> Iterator[str]:
    for part in _LISTS[css].findall(text):
        for href in _HREF.findall(part):
            yield urljoin(page, unescape(href))
