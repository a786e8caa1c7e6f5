"""The flows for archives of others and for readings: what their forms refuse, and what they leave for people."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest

from flows import compare as compare_flow
from flows import crawl as crawl_flow
from flows import import_archives
from flows import promote as promote_flow
from flows.backfill import stretches
from flows.comparing import compare
from flows.deployments import form_of
from flows.house import House
from flows.importing import Imported
from flows.readings import current, files_read, promote
from storage.articles import read_articles, write_articles
from storage.keys import ARTICLES
from tests.flows.archives import SOURCE, add_run, write_source
from tests.flows.houses import house_in

OTHER = "xother0000000"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Three articles, read by us and by another extractor that has another word in the first headline."""
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        add_run(house, 1, articles=3)
        pointer = current(house, SOURCE)
        assert pointer is not None
        for files in files_read(house, SOURCE, pointer.extractor).values():
            for key in (key for key in files if key.startswith(ARTICLES)):
                first, *others = (replace(row, extractor=OTHER) for row in read_articles(house.store.get(key)))
                changed = replace(first, title=f"<i>جديد</i> {first.title}")
                house.store.put(key.replace(pointer.extractor, OTHER), write_articles([changed, *others]))
        yield house


def test_a_comparison_is_shown_with_its_words_marked_and_says_what_to_do_next(house: House, tmp_path: Path) -> None:
    found = compare(house, "current", OTHER, [], lambda _: None)
    file = compare_flow._written(house, "<p>page", "current", OTHER)
    shown = compare_flow.markdown(found, "current", OTHER, file)
    assert file.read_text() == "<p>page" and str(file) in shown
    assert shown.startswith("# 4 captures: 1 articles differ, 0 newly rejected, 0 newly read")
    assert "<ins>&lt;i&gt;جديد&lt;/i&gt;" in shown and '<div dir="rtl"><b>B</b>' in shown
    assert f"run the promote deployment with `{OTHER}`: {SOURCE} `{OTHER}`" in shown
    assert "Same<br>" in shown and "Date lost<br>" not in shown, "only columns that say something"
    linked = compare_flow.markdown(found, "current", "latest", file, {"promote": "/form"})
    (form,) = re.findall(r"\(/form\?parameters=([^)]*)\)", linked)
    assert json.loads(unquote(form)) == {"sources": [SOURCE], "extractor": "latest"}
    assert all("\n" not in line for line in shown.strip().split("\n\n") if line.startswith("<div"))


def test_a_promotion_is_shown_with_what_was_before(house: House) -> None:
    first = current(house, SOURCE)
    assert first is not None
    done = promote(house, OTHER, [], "somebody", partial=True)
    shown = promote_flow.markdown(done)
    assert promote_flow.summary(done) == f"{SOURCE}: {OTHER} is the current reading"
    assert f"| {SOURCE} | `{OTHER}` | `{first.extractor}` |" in shown


def test_an_import_shows_what_could_not_be_read_first_and_fails() -> None:
    done = [Imported("/a/one.warc.gz", "imported", captures=3), Imported("/a/two.arc", damages=["two.arc: at byte 7"])]
    shown = import_archives.markdown(done)
    assert shown.index("Could not be read") < shown.index("| file<br>") and "two.arc: at byte 7" in shown
    assert import_archives.state_of(done).message == "two.arc: at byte 7"
    assert import_archives.state_of(done[:1]).message == "1 files, 3 captures"


def test_their_forms_have_limits_and_drop_downs() -> None:
    properties = form_of(compare_flow.compare)["properties"]
    assert properties["a"]["pattern"] == compare_flow.NAMED and "current" in properties["a"]["description"]
    form = form_of(promote_flow.promote)
    assert [way.value for way in promote_flow.Way] == form["definitions"]["Way"]["enum"]
    assert form_of(import_archives.import_archives)["properties"]["files"]["minItems"] == 1


def test_what_may_stay_empty_is_one_field_and_no_switch_between_types() -> None:
    properties = form_of(crawl_flow.crawl)["properties"]
    assert (properties["since"]["type"], properties["since"]["format"]) == ("string", "date")
    assert (properties["limit"]["type"], properties["limit"]["minimum"]) == ("integer", 1)
    assert not any("anyOf" in each or each.get("default", 0) is None for each in properties.values())


def test_gaps_are_told_as_stretches_of_days() -> None:
    days = [date(2024, 12, 30), date(2024, 12, 31), date(2025, 1, 1), date(2025, 1, 3)]
    assert stretches(days) == ["2024-12-30 – 2025-01-01", "2025-01-03"] and stretches([]) == []
