"""Captures and sources made by hand; every Arabic sentence here is ours."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.source import Source
from storage.model import Capture, CaptureRef

URL = "https://news.example/story/17"
CAPTURED = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def make_source(**changes: Any) -> Source:
    return Source.model_validate(
        {
            "id": "almithal",
            "name": {"ar": "المثال", "en": "Almithal"},
            "country": "IQ",
            "home": "https://news.example/",
            "timezone": "Asia/Baghdad",
            **changes,
        }
    )


def make_capture(body: str | bytes, url: str = URL, headers: dict[str, str] | None = None, **changes: Any) -> Capture:
    content = body.encode() if isinstance(body, str) else body
    sent = {"Content-Type": "text/html; charset=utf-8"} if headers is None else headers
    values: dict[str, Any] = {
        "ref": CaptureRef("raw/almithal/x.warc.gz", 120, 4567, "<urn:uuid:1>"),
        "url": url,
        "captured_at": CAPTURED,
        "status": 200,
        "headers": tuple(sent.items()),
        "body": content,
        "payload_digest": "sha1:ABC",
        **changes,
    }
    return Capture(**values)


@pytest.fixture
def source() -> Source:
    return make_source()


@pytest.fixture
def a_source() -> Callable[..., Source]:
    return make_source


@pytest.fixture
def a_capture() -> Callable[..., Capture]:
    return make_capture


SHARED = Path(__file__).parents[3] / "shared"


@pytest.fixture
def shared() -> Path:
    """The folder of material that is not ours to copy; tests on it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no ../shared beside the repository: its pages and datelines are not part of it")
    return SHARED


@pytest.fixture
def shared_datelines(shared: Path) -> list[dict[str, str | None]]:
    lines = (shared / "facts" / "dates.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]
