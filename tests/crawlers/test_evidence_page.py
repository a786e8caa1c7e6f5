"""docs/evidence.md says what the tests check."""

from __future__ import annotations

from tests.crawlers.evidence_page import PAGE, written


def test_the_page_lists_what_the_tests_run() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page == written(page), "run: python -m tests.crawlers.evidence_page"
