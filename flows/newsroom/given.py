"""Serve given pages under their real host names and paths: the Host header decides.

Each host has a `/feed.xml` that lists its pages, unless a page was given for that address."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Self
from urllib.parse import quote, urlsplit

from aiohttp import web

from flows.newsroom.answers import MISSING, ONLY_GET, Answer, Seen, reply, seen
from flows.newsroom.ports import LocalPorts, in_background, port_of

_ASCII = "".join(map(chr, range(0x21, 0x7F)))  # stays as written; only other characters are percent-encoded
FEED = "/feed.xml"


@dataclass(frozen=True, slots=True)
class GivenPage:
    """A page to serve as it is. `body`: its bytes, or the file that holds them (read at start)."""

    url: str  # http or https, with the real host name
    body: bytes | Path
    content_type: str = "text/html"
    headers: tuple[tuple[str, str], ...] = ()  # more headers; order, case and repetitions are kept
    status: int = 200


class PageServer:
    """One port for http and, with an `ssl_context`, one for https; both answer for every given host."""

    def __init__(self, pages: Iterable[GivenPage], ssl_context: ssl.SSLContext | None = None) -> None:
        self.port = 0  # known after start
        self.tls_port: int | None = None  # None: no TLS was asked for
        self.requests: list[Seen] = []  # `publisher` holds the host name
        self._pages = tuple(pages)
        self._ssl_context = ssl_context
        self._answers: Mapping[tuple[str, str], Answer] = {}
        self._ports = LocalPorts()

    async def start(self) -> Self:
        try:
            self._answers = _answers(self._pages)
            listening = self._ports.bind(0)
            self.port = port_of(listening)
            await self._ports.serve(listening, self._handle)
            if self._ssl_context is not None:
                listening = self._ports.bind(0)
                self.tls_port = port_of(listening)
                await self._ports.serve(listening, self._handle, self._ssl_context)
        except BaseException:
            await self._ports.close()
            raise
        return self

    async def close(self) -> None:
        await self._ports.close()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        host, path_qs = _asked_for(request)
        answer = self._answers.get((host, path_qs), MISSING)
        status, response = await reply(request, answer if request.method in ("GET", "HEAD") else ONLY_GET)
        self.requests.append(seen(host, request, path_qs, status))
        return response


def _asked_for(request: web.BaseRequest) -> tuple[str, str]:
    """Host name and raw path; a proxy's client sends the whole URL in the request line."""
    if request.raw_path.startswith(("http://", "https://")):
        return _address(request.raw_path)
    host = request.headers.get("Host", "")
    return _address(f"//{host}{request.raw_path}")


def _address(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    path_qs = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return parts.hostname or "", quote(path_qs, safe=_ASCII)


def _answers(pages: Iterable[GivenPage]) -> dict[tuple[str, str], Answer]:
    by_address: dict[tuple[str, str], Answer] = {}
    urls: dict[str, list[str]] = {}
    for page in pages:
        body = page.body if isinstance(page.body, bytes) else page.body.read_bytes()
        headers = (("Content-Type", page.content_type), *page.headers)
        host, path_qs = _address(page.url)
        by_address[host, path_qs] = Answer(body, headers, status=page.status)
        urls.setdefault(host, []).append(page.url)
    return {(host, FEED): _feed(host, listed) for host, listed in urls.items()} | by_address


def _feed(host: str, urls: Iterable[str]) -> Answer:
    items = "\n".join(
        f"<item><title>{escape(url)}</title><link>{escape(url)}</link><guid>{escape(url)}</guid></item>" for url in urls
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel>
<title>{escape(host)}</title>
<link>http://{escape(host)}/</link>
<description>given pages</description>
{items}
</channel></rss>
"""
    return Answer(text.encode(), (("Content-Type", "application/rss+xml; charset=utf-8"),))


@contextmanager
def running_pages(pages: Iterable[GivenPage], ssl_context: ssl.SSLContext | None = None) -> Iterator[PageServer]:
    """A PageServer in a background thread, shut down at the end."""
    with in_background(PageServer(pages, ssl_context)) as server:
        yield server
