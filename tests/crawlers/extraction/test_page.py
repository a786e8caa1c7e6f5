"""What is noted at elements is what a walk would find; what folds quickly folds alike."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.extraction import arabic
from crawlers.extraction.dates import folding
from crawlers.extraction.page import MAX_SHORT_CHARS, Held, note_texts, parse, short_text
from tests.crawlers.extraction.pages import comments_page

PAGES = {file.stem: file.read_text("utf-8") for file in sorted((Path(__file__).parent / "cms").glob("*.html"))}


@pytest.mark.parametrize("limit", [0, 3, 40, 120, MAX_SHORT_CHARS])
def test_a_noted_text_is_the_one_that_a_walk_finds(limit: int) -> None:
    found: set[str] = set()
    for name, html in (PAGES | {"comments": comments_page()}).items():
        tree = parse(html)
        assert tree is not None
        with Held(tree):
            walked = [short_text(element, limit) for element in tree.iter()]
            note_texts(tree)
            assert [short_text(element, limit) for element in tree.iter()] == walked, name
        found.update(walked)
    assert found - {""} if limit else found == {""}


def test_texts_are_noted_anew_where_the_tree_has_changed() -> None:
    tree = parse("<body><p>أول <b>ثان</b> ثالث</p></body>")
    assert tree is not None
    with Held(tree):
        note_texts(tree)
        assert short_text(tree, 40) == "أول ثان ثالث"
        tree.find(".//b").drop_tree()
        note_texts(tree)
        assert short_text(tree, 40) == "أول ثالث"


@pytest.mark.parametrize("table", [arabic._ALIKE, arabic._DIGITS, folding._SAME])
def test_no_sign_that_folding_puts_in_would_be_taken_out(table: dict[str, str]) -> None:
    assert table.keys().isdisjoint("".join(table.values()))
