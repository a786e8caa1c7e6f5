"""Answers for a ByteServer that change from one request to the next, or take their time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping

HTML = b"Content-Type: text/html; charset=utf-8"


def ok(body: bytes | str, *lines: bytes) -> bytes:
    """A whole 200 answer."""
    content = body if isinstance(body, bytes) else body.encode()
    return b"\r\n".join([b"HTTP/1.1 200 OK", *lines, b"Content-Length: %d" % len(content), b"", content])


def answer(status: bytes, *lines: bytes, body: bytes = b"") -> bytes:
    return b"\r\n".join([b"HTTP/1.1 " + status, *lines, b"Content-Length: %d" % len(body), b"", body])


def site(articles: int, **more: bytes | list[bytes]) -> dict[str, bytes | list[bytes]]:
    """A home page and the articles it links, /a/1 and on; `robots` and others are put beside them."""
    links = "".join(f'<a href="/a/{n}">x</a>' for n in range(1, articles + 1))
    pages = {f"/a/{n}": ok(f"<p>خبر {n}</p>", HTML) for n in range(1, articles + 1)}
    named = {f"/{name.replace('_', '/')}": value for name, value in more.items() if name != "robots"}
    robots = {"/robots.txt": more["robots"]} if "robots" in more else {}
    return {"/": ok(links, HTML), **pages, **robots, **named}


class Scripted(Mapping[str, bytes]):
    """Each path has one answer, or a list of them: one a request, the last again and again."""

    def __init__(self, answers: Mapping[str, bytes | list[bytes]], *, seconds_each: float = 0.0) -> None:
        self._answers = {path: list(each) if isinstance(each, list) else [each] for path, each in answers.items()}
        self._seconds_each = seconds_each
        self.asked: list[tuple[str, float]] = []  # path, and time.monotonic() when it was asked for

    def __getitem__(self, path: str) -> bytes:
        self.asked.append((path, time.monotonic()))
        time.sleep(self._seconds_each)
        left = self._answers[path]
        return left.pop(0) if len(left) > 1 else left[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)

    def times(self, start: str) -> list[float]:
        """When paths that begin so were asked for."""
        return [at for path, at in self.asked if path.startswith(start)]
