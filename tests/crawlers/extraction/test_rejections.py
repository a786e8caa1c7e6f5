"""What gives no article says why; what was never meant to be one is not counted against a source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crawlers.extraction import article as reading
from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Capture, Reason, Rejection
from tests.crawlers.extraction.pages import STORY, page

REFUSED = [
    ({"status": 404}, Reason.HTTP_STATUS, "404"),
    ({"status": 410}, Reason.HTTP_STATUS, "410"),
    ({"status": 503}, Reason.HTTP_STATUS, "503"),
    ({"truncated": "length"}, Reason.TRUNCATED, "length"),
    ({"body": b" \r\n"}, Reason.EMPTY_BODY, ""),
    ({"headers": (("Content-Type", "application/pdf"),)}, Reason.NOT_HTML, "application/pdf"),
    ({"body": b"<html><body><div id=app></div></body></html>"}, Reason.NO_TEXT, "0 letters"),
    (
        {"headers": (("Content-Type", "text/html"), ("Content-Encoding", "sdch"))},
        Reason.UNREADABLE,
        "unknown content coding 'sdch'",
    ),
]


@pytest.mark.parametrize(("changes", "reason", "detail"), REFUSED)
def test_what_gives_no_article_says_why(
    a_capture: Callable[..., Capture], source: Source, changes: dict[str, object], reason: Reason, detail: str
) -> None:
    values = {"body": page(STORY).encode(), "headers": (("Content-Type", "text/html"),), **changes}
    base = a_capture("")
    capture = Capture(**{**{name: getattr(base, name) for name in Capture.__slots__}, **values})
    found = extract(capture, source, "abc123")
    assert isinstance(found, Rejection)
    assert (found.reason, found.detail, found.url, found.extractor) == (reason, detail, capture.url, "abc123")


OTHER = [
    ("https://news.example/story/17", 301, "text/html", "<html></html>"),
    ("https://news.example/story/17", 304, "text/html", ""),
    ("https://news.example/", 200, "text/html", page(STORY)),
    ("https://news.example/robots.txt", 200, "text/plain", "User-agent: *"),
    ("https://news.example/feed", 200, "application/rss+xml", "<rss></rss>"),
    ("https://news.example/feed", 200, "text/html", "<?xml version='1.0'?><rss version='2.0'></rss>"),
    ("https://news.example/map-1", 200, "text/xml", "<urlset></urlset>"),
    ("https://news.example/x.png", 200, "image/png", "PNG"),
]


@pytest.mark.parametrize(("url", "status", "kind", "body"), OTHER)
def test_what_was_never_an_article_is_none(
    a_capture: Callable[..., Capture], source: Source, url: str, status: int, kind: str, body: str
) -> None:
    assert extract(a_capture(body, url=url, status=status, headers={"Content-Type": kind}), source, "x") is None


def test_a_url_that_the_source_ignores_is_none(
    a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    assert extract(a_capture(page(STORY)), a_source(article_url=[r"/news/\d+"]), "x") is None


def test_a_fault_on_a_page_is_a_rejection_that_names_it(
    a_capture: Callable[..., Capture], source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise RecursionError("too deep")

    monkeypatch.setattr(reading, "main_text", broken)
    found = extract(a_capture(page(STORY)), source, "x")
    assert isinstance(found, Rejection)
    assert (found.reason, found.detail) == (Reason.FAULT, "RecursionError: too deep")
