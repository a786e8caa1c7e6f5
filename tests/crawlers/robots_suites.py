"""The robots.txt suites of Google (C++) and Protego (Python), read from their own files and put to our matcher."""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crawlers.robots_rules import Robots, read_robots

_TEST = re.compile(r"^TEST\(RobotsUnittest, (\w+)\) \{\n(.*?)^\}\n", re.DOTALL | re.MULTILINE)
_NEXT = re.compile(
    r"(?:const |static )*(?:absl::string_view|std::string|char) (?P<name>\w+)(?:\[\])?(?: =)?"
    r"(?P<value>\s*(?:\"(?:[^\"\\]|\\.)*\"\s*)+);"
    r"|EXPECT_(?P<expected>TRUE|FALSE)\(\s*IsUserAgentAllowed\((?P<arguments>.*?)\)\)\s*;",
    re.DOTALL,
)
_LITERAL = re.compile(r"\"((?:[^\"\\]|\\.)*)\"")


@dataclass(frozen=True, slots=True)
class Case:
    test: str
    robots: bytes
    agent: str
    url: str
    allowed: bool


def google_cases(file: Path) -> Iterator[Case]:
    """Every EXPECT_TRUE and EXPECT_FALSE of IsUserAgentAllowed whose arguments are plain texts."""
    for test, body in _TEST.findall(file.read_text("utf-8")):
        known: dict[str, str] = {}
        for found in _NEXT.finditer(body):
            if found["name"]:
                known[found["name"]] = _text(found["value"])
                continue
            arguments = [_argument(each, known) for each in re.split(r",\s*(?![^\"]*\"\s*[,)])", found["arguments"])]
            if len(arguments) == 3 and None not in arguments:
                robots, agent, url = (str(each) for each in arguments)
                yield Case(test, robots.encode("latin-1"), agent, _utf_8(url), found["expected"] == "TRUE")


def _argument(text: str, known: dict[str, str]) -> str | None:
    return _text(text) if text.strip().startswith('"') else known.get(text.strip())


def _text(literals: str) -> str:
    """Adjacent C++ literals as one text, a character an octet."""
    return "".join(each.encode("utf-8").decode("unicode_escape") for each in _LITERAL.findall(literals))


def _utf_8(octets: str) -> str:
    return octets.encode("latin-1").decode("utf-8")


class _Protego:
    """Protego's interface in front of our matcher, as far as its tests need it."""

    def __init__(self, robots: Robots) -> None:
        self._robots = robots
        self.sitemaps = iter(robots.sitemaps)

    @classmethod
    def parse(cls, content: str) -> _Protego:
        return cls(read_robots(content.encode("utf-8", "surrogatepass")))

    def can_fetch(self, url: str, agent: str) -> bool:
        return self._robots.for_agent(agent).allows(url)

    def crawl_delay(self, agent: str) -> float | None:
        return self._robots.for_agent(agent).crawl_delay_s


def protego_tests(file: Path) -> dict[str, Any]:
    """The test functions of Protego's own suite, by name, over our matcher."""
    with _standing_in():
        space: dict[str, Any] = {"__name__": "protegos_own_tests"}
        exec(compile(file.read_text("utf-8"), str(file), "exec"), space)
    suite = space["TestProtego"]()
    return {name: getattr(suite, name) for name in dir(suite) if name.startswith("test")}


@contextmanager
def _standing_in() -> Iterator[None]:
    names = ("protego", "protego._utils")
    before = {name: sys.modules.get(name) for name in names}
    for name in names:
        sys.modules[name] = types.ModuleType(name)
    sys.modules["protego"].Protego = _Protego  # type: ignore[attr-defined]
    sys.modules["protego._utils"]._parse_time_period = None  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for name, module in before.items():
            if module is None:
                del sys.modules[name]
            else:
                sys.modules[name] = module
