"""The extractor's id moves with what decides the reading, and with nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from crawlers.extraction import version
from crawlers.extraction.version import extractor_for
from crawlers.source import Source


def test_the_id_is_short_and_spelled_out(source: Source) -> None:
    extractor = extractor_for(source)
    assert re.fullmatch(r"x[0-9a-f]{12}", extractor.id)
    assert set(extractor.spelled) == {"code", "libraries", "unicode", "source", "recurring"}
    assert json.loads(json.dumps(extractor.spelled)) == extractor.spelled


@pytest.mark.parametrize(
    "changes",
    [
        {"reading": {"body": "div.text"}},
        {"article_url": [r"/story/(?P<id>\d+)"]},
        {"ignore_url": ["/video/"]},
        {"timezone": "Africa/Cairo"},
        {"language": "fa"},
    ],
)
def test_a_new_rule_is_a_new_extractor(
    source: Source, a_source: Callable[..., Source], changes: dict[str, object]
) -> None:
    assert extractor_for(a_source(**changes)).id != extractor_for(source).id


@pytest.mark.parametrize("changes", [{"cadence": "5m"}, {"politeness": {"delay": "9s"}}, {"notes": "x"}])
def test_how_a_source_is_fetched_does_not_change_how_it_is_read(
    source: Source, a_source: Callable[..., Source], changes: dict[str, object]
) -> None:
    assert extractor_for(a_source(**changes)).id == extractor_for(source).id


def test_a_new_library_is_a_new_extractor(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    before = extractor_for(source).id
    monkeypatch.setattr("crawlers.extraction.version.importlib.metadata.version", lambda name: f"{name}-99")
    version._library_versions.cache_clear()
    changed = extractor_for(source).id
    monkeypatch.undo()
    version._library_versions.cache_clear()
    assert changed != before
    assert extractor_for(source).id == before


def test_a_changed_module_is_a_new_extractor(source: Source, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = extractor_for(source).id
    for file in Path(version.__file__).parent.glob("*.py"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "dates.py").write_text("# another reading\n", encoding="utf-8")
    monkeypatch.setattr(version, "__file__", str(tmp_path / "version.py"))
    version._code_digest.cache_clear()
    changed = extractor_for(source).id
    monkeypatch.undo()
    version._code_digest.cache_clear()
    assert changed != before
    assert extractor_for(source).id == before
