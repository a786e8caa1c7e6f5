"""All twelve publishers of the newsroom: every article found, each once, and nothing else."""

import pytest

from flows.newsroom import EVERYONE
from flows.recall import recall, table


@pytest.mark.slow
def test_every_article_of_twelve_publishers_is_found_once_and_nothing_else_is() -> None:
    rows = recall()
    assert [each.publisher for each in rows] == list(EVERYONE)
    assert len(rows) == 12
    assert [each for each in rows if not each.is_perfect] == [], table(rows)
    assert sum(each.found for each in rows) >= 290
    # An unchanged newsroom is asked for pages that name articles, and for no article.
    assert all(each.requests_again < each.requests - each.expected + 5 for each in rows)
