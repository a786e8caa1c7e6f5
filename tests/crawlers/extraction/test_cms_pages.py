"""Pages as the content systems of Arabic publishers build them; structures real, words our own (`cms/`)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture

CMS = Path(__file__).parent / "cms"
EXPECTED = [json.loads(line) for line in (CMS / "expected.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("expected", EXPECTED, ids=[each["page"] for each in EXPECTED])
def test_a_page_of_each_build_is_read_to_the_letter(
    expected: dict[str, object], a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    source = a_source(name={"ar": "صدى الوادي", "en": "Sada"})
    found = extract(a_capture((CMS / f"{expected['page']}.html").read_bytes()), source, "x")
    assert isinstance(found, Article), found
    assert found.text == expected["text"]
    assert found.title == expected["title"]
    assert list(found.authors[:1]) == expected["authors"]
