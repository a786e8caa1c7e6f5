"""Pages made to stop a run, through `warraq extract`: each ends by name, and the next page is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.page_pool import PagePool
from flows.reading import read_pages
from storage.model import Article, Reason, Rejection
from tests.crawlers.conftest import make_capture, make_source
from tests.crawlers.extraction.page_bombs import COSTLY, STRINGS, with_string
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, page
from tests.flows.test_extract import extract_files

GOOD = page(f"<article><h1>{TITLE}</h1>{STORY}</article>")


def test_costly_pages_end_as_timeouts_and_the_readers_live_on(tmp_path: Path) -> None:
    names = []
    for number, written in enumerate(COSTLY.values()):
        for name, text in ((f"bomb{number}.html", written()), (f"good{number}.html", GOOD)):
            (tmp_path / name).write_text(text, "utf-8")
            names.append(name)
    code, rows, words = extract_files(tmp_path, *names)
    assert (code, words, len(rows)) == (0, "", 2 * len(COSTLY))
    assert dict(zip(COSTLY, [row.get("reason") for row in rows[::2]], strict=True)) == dict.fromkeys(COSTLY, "timeout")
    assert all(row["detail"] for row in rows[::2])
    assert {row["text"] for row in rows[1::2]} == {"\n".join(PARAGRAPHS)}


@pytest.mark.slow
def test_strings_that_make_expressions_go_back_and_forth_cost_one_page_at_most() -> None:
    pages = [one for string in STRINGS.values() for one in (with_string(string), GOOD)]
    source = make_source()
    with PagePool(2) as pool:
        outcomes = list(read_pages(pool, [make_capture(one) for one in pages], source, "x"))
    for name, bomb in zip(STRINGS, outcomes[::2], strict=True):
        assert isinstance(bomb, Article) or (isinstance(bomb, Rejection) and bomb.reason is not Reason.FAULT), name
    assert all(isinstance(one, Article) and one.text == "\n".join(PARAGRAPHS) for one in outcomes[1::2])
