"""The form lists publishers by name, enabled ones first, and what it sends back is understood."""

from __future__ import annotations

from pathlib import Path

from crawlers.catalogue import Catalogue
from flows.source_choices import chosen_ids, source_choices
from tests.crawlers.test_source import LEAST


def test_enabled_sources_stand_first_with_both_names_and_plain_ids_last(tmp_path: Path) -> None:
    (tmp_path / "zzz.yaml").write_text(LEAST.replace("prova", "zzz"), "utf-8")
    (tmp_path / "broken.yaml").write_text("id: [", "utf-8")
    catalogue = Catalogue(tmp_path)
    choices = source_choices(catalogue)
    enabled = [each for each in catalogue if each != "broken" and catalogue[each].enabled]
    assert choices[: len(enabled)] == [
        f"{each} · {catalogue[each].name.ar} · {catalogue[each].name.en}" for each in enabled
    ]
    assert "hespress · هسبريس · Hespress" in choices
    assert "zzz · تجربة · Trial" in choices
    assert set(catalogue) <= set(choices)
    assert len(choices) == len(set(choices)) == 2 * len(catalogue) - 1  # the broken one has no name to show


def test_choices_and_plain_ids_mean_the_same_source() -> None:
    assert chosen_ids(["hespress · هسبريس · Hespress", "elkhabar", "hespress"]) == ["hespress", "elkhabar"]
    every = source_choices(Catalogue())
    assert sorted(chosen_ids(every)) == sorted(Catalogue())
