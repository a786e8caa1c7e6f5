"""Pages made to stop, fill or crash whoever reads them, each around a story that is whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tests.crawlers.extraction.pages import STORY, TITLE, page

_HEAD: Final = f"<h1>{TITLE}</h1>"


def _around(before: str, after: str = "") -> str:
    return page(f"{_HEAD}{before}{STORY}{after}")


# What cannot be read in the time of a page: a rejection with reason `timeout`.
COSTLY: Final[dict[str, Callable[[], str]]] = {
    "100,000 nested divs": lambda: _around("<div>" * 100_000),
    "100,000 nested divs, closed": lambda: _around("<div>" * 100_000, "</div>" * 100_000),
    "100,000 nested spans": lambda: _around("<span>" * 100_000),
    "20,000 nested tables": lambda: _around("<table><tr><td>" * 20_000),
    "60,000 paragraphs": lambda: page(f"{_HEAD}<div>{'<p>جملة قصيرة هنا</p>' * 60_000}</div>"),
    "200,000 line breaks": lambda: page(f"{_HEAD}<div>{'كلمات <br>' * 200_000}</div>"),
    "one attribute of 50 MB": lambda: _around(f'<div data-x="{"x" * 50_000_000}">', "</div>"),
    "800,000 attributes, 50 MB": lambda: _around(
        "<div " + " ".join(f'data-a{number}="{"x" * 50}"' for number in range(800_000)) + ">", "</div>"
    ),
    "48,000 classes, 50 MB": lambda: _around(
        "".join(f'<div class="{"c" * 500}" data-x="{"y" * 500}">{number}</div>' for number in range(48_000))
    ),
}

# Strings that make regular expressions go back and forth. They may cost a page its text or its time, never a run.
STRINGS: Final[dict[str, str]] = {
    "one word of 2,000,000 letters": "ا" * 2_000_000 + "!",
    "2,000,000 blanks": " " * 2_000_000 + "x",
    "2,000,000 times <": "<" * 2_000_000,
    "2,000,000 times &": "&" * 2_000_000,
    "1,000,000 quotes": '"' * 1_000_000,
    "500,000 open comments": "<!--" * 500_000,
    "500,000 digits and slashes": "1/" * 500_000,
    "100,000 dates": "12 يناير 2020 " * 100_000,
    "100,000 labels of bylines": "كتب " * 100_000,
    "100,000 separators": "كلمة - " * 100_000,
    "100,000 calls to follow": "تابعونا على " * 100_000,
    "100,000 brackets": "(" * 100_000 + ")" * 100_000,
}


def with_string(string: str) -> str:
    """A page that has the string in its title, heading, byline, date, prose and JSON-LD."""
    short = string[:20_000]
    return page(
        f"<h1>{TITLE} {short}</h1><span class=author>{short}</span><time>{short}</time><div class=date>{string}</div>"
        f"{STORY}<p>{string}</p>",
        f'<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{short}'
        f'","author":"{short}</script><meta property="og:title" content="{short}">',
    )
