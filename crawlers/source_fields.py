"""Values in a source file: durations, URLs, patterns, selectors. Each says what was expected if it is another thing."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit

from cssselect import HTMLTranslator, SelectorError
from cssselect import parse as parse_css
from lxml import etree
from pydantic import BeforeValidator, PlainSerializer

_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")
_CREDENTIALS = re.compile(r"\s*[^/?#]*//[^/?#]*@")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def duration(text: object) -> timedelta:
    """Read `30s`, `15m`, `6h`, `7d` or `0.1s`. Raises ValueError on anything else."""
    if isinstance(text, timedelta):
        return text
    found = _DURATION.fullmatch(text.strip()) if isinstance(text, str) else None
    expected = f"expected a duration such as 30s, 15m, 6h or 7d, not {text!r}"
    if found is None:
        raise ValueError(expected)
    try:
        return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
    except OverflowError as error:
        raise ValueError(expected) from error


def _spell(value: timedelta) -> str:
    return f"{value.total_seconds():.6f}".rstrip("0").rstrip(".") + "s"


def _regex(text: object) -> re.Pattern[str]:
    if isinstance(text, re.Pattern):
        return text
    if not isinstance(text, str):
        raise ValueError(f"expected a regular expression as text, not {text!r}")
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"expected a regular expression; {text!r} is not one: {error}") from error


def _http_url(text: object) -> str:
    if isinstance(text, str) and _CREDENTIALS.match(text):  # not repeated: messages go into logs
        raise ValueError("expected a URL without a user name or password in it: only what anyone may read is archived")
    expected = f"expected an http or https URL, not {text!r}"
    if not isinstance(text, str) or re.search(r"\s", text):
        raise ValueError(expected)
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise ValueError(expected) from error
    if not usable:
        raise ValueError(expected)
    return text


def _sitemap(text: object) -> str:
    return "robots" if text == "robots" else _http_url(text)


def is_xpath(rule: str) -> bool:
    """Whether a rule that may be CSS or XPath is XPath."""
    return rule.startswith(("/", "./", "(/", "(./"))


def _css(text: object) -> str:
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"expected a CSS selector, not {text!r}")
    try:
        if any(selector.pseudo_element for selector in parse_css(text)):
            raise ValueError(f"expected a CSS selector of elements, without ::, not {text!r}")
        HTMLTranslator().css_to_xpath(text)
    except SelectorError as error:
        raise ValueError(f"expected a CSS selector; {text!r} is not one: {error}") from error
    return text


def _css_or_xpath(text: object) -> str:
    if not isinstance(text, str) or not is_xpath(text):
        return _css(text)
    try:
        etree.XPath(text)
    except etree.XPathSyntaxError as error:
        raise ValueError(f"expected CSS or XPath; {text!r} is neither: {error}") from error
    return text


Duration = Annotated[timedelta, BeforeValidator(duration), PlainSerializer(_spell, return_type=str)]
HttpUrl = Annotated[str, BeforeValidator(_http_url)]
Sitemap = Annotated[str, BeforeValidator(_sitemap)]
Css = Annotated[str, BeforeValidator(_css)]
CssOrXPath = Annotated[str, BeforeValidator(_css_or_xpath)]
Regex = Annotated[
    re.Pattern[str], BeforeValidator(_regex), PlainSerializer(lambda found: found.pattern, return_type=str)
]
