"""The shape of a URL: what each step of its path and each parameter is made of, so that articles can be told apart.

/news/politics/168078/some-long-title   ->  news  politics  num  slug
/2026/11/27/some-title.html             ->  year  month  day  slug  .html
/?q=node/12                             ->  q = node  num
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from crawlers.document_key import TRACKING

_ENDING = re.compile(r"\.(?:html?|shtml|xhtml|aspx?|php\d?|jsp|cfm|do)$", re.IGNORECASE)
_KINDS = (  # of a step, the first that matches; the group `id` is what lasts of it
    ("uuid", re.compile(r"(?P<id>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})", re.IGNORECASE)),
    ("date", re.compile(r"(?:19|20)\d\d[-_.]?[01]?\d[-_.]?[0-3]?\d")),
    ("num", re.compile(r"(?P<id>\d+)")),
    ("hex", re.compile(r"(?P<id>(?=[a-f]*\d)[0-9a-f]{12,})", re.IGNORECASE)),
    ("word-num", re.compile(r"[A-Za-z]{1,12}(?P<id>\d{2,})")),
    ("code", re.compile(r"(?P<id>(?=[^\d]*\d)(?=.*[A-Za-z])[0-9A-Za-z]{5,16})")),
    ("slug", re.compile(r"\d+[-_.:].+|.+[-_.]\d+|(?:[^-_+ ]*[-_+ ]){2,}[^-_+ ]*|[^-_+ ]+[-_+ ].{19,}|[^-_+ ]{30,}")),
)
_RULES = dict(_KINDS)
LASTING = frozenset({"uuid", "num", "hex", "word-num", "code"})  # kinds of step that can be an id
_SOLID = {
    "uuid": r"[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    "num": r"\d+",
    "hex": r"[0-9A-Fa-f]{12,}",
    "code": r"(?=[A-Za-z]*\d)(?=\d*[A-Za-z])[0-9A-Za-z]{5,16}",
    "year": r"\d{4}",
    "month": r"\d{1,2}",
    "day": r"\d{1,2}",
    "date": r"\d{4}[\d._-]*",
}
_LEADING, _TRAILING = re.compile(r"(\d+)[-_.:]"), re.compile(r"[-_.](\d+)$")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path, or one part of a parameter's value."""

    kind: str  # word: it stands for itself; year, month, day; or one of _KINDS
    text: str  # without the ending, percent-decoded

    def id_by(self, rule: str) -> str | None:
        """The lasting part if the step is read by a rule: `whole`, or the number that leads or trails a slug."""
        if rule == "whole":
            found = _RULES[self.kind].fullmatch(self.text) if self.kind in LASTING else None
            return found["id"] if found else None
        number = (_LEADING.match if rule == "leading" else _TRAILING.search)(self.text) if self.kind == "slug" else None
        return number[1] if number else None

    @property
    def name(self) -> str:
        """What the steps of one fine shape have in common."""
        if self.kind == "word-num":
            return self.text.rstrip("0123456789") + "#"
        return self.text if self.kind == "word" else f"<{self.kind}>"


@dataclass(frozen=True, slots=True)
class Shape:
    """The steps of a URL, its parameters without those of advertisers, and the ending of its last step."""

    host: str  # with its port
    amp: str  # first | last: the step `amp` stood there, and is not among the steps
    steps: tuple[Step, ...]
    ending: str
    params: tuple[tuple[str, tuple[Step, ...]], ...]

    @property
    def fine(self) -> tuple[str, ...]:
        """Equal for URLs that differ only in what is no word, or in a word behind a number or a date: a title."""
        solid = next((at for at, step in enumerate(self.steps) if step.kind not in ("word", "slug")), len(self.steps))
        titles = ("<slug>" if at > solid and step.kind == "word" else step.name for at, step in enumerate(self.steps))
        return self._key(tuple(titles))

    @property
    def coarse(self) -> tuple[str, ...]:
        """Equal for URLs that differ in words and titles of their path too, such as the name of a section."""
        return self._key(tuple("*" if step.kind in ("word", "slug") else step.name for step in self.steps))

    def _key(self, path: tuple[str, ...]) -> tuple[str, ...]:
        values = (f"{name}={'/'.join(step.name for step in value)}" for name, value in self.params)
        return (*path, self.ending.lower(), *values)

    @property
    def places(self) -> tuple[Step, ...]:
        """All steps, those of parameters last: URLs of one coarse shape have the same number of them."""
        return (*self.steps, *(step for _, value in self.params for step in value))

    @property
    def varies(self) -> bool:
        """Whether anything in it could tell one article from another."""
        kinds = {step.kind for step in self.places}
        return bool(kinds & (LASTING | {"slug"})) or bool(kinds & {"year", "date"})


def host_of(url: str) -> str:
    """Host and port of a URL, the host as DNS knows it; empty if there is none."""
    try:
        parts = urlsplit(url)
        return ascii_host((parts.hostname or "").lower()) + (f":{parts.port}" if parts.port else "")
    except ValueError:
        return ""


def ascii_host(host: str) -> str:
    """A host in Arabic letters as DNS knows it. Raises ValueError for one that DNS cannot know."""
    return host if host.isascii() else host.encode("idna").decode("ascii")


def shape_of(url: str) -> Shape | None:
    """None for a URL that does not parse or has no host."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    host = host_of(url)
    if not host:
        return None
    raw = [step for step in parts.path.split("/") if step]
    amp = "first" if raw[:1] == ["amp"] else "last" if raw[-1:] == ["amp"] else ""
    raw = raw[1:] if amp == "first" else raw[:-1] if amp else raw
    ending = _ENDING.search(raw[-1]) if raw else None
    if ending is not None and ending.start() > 0:
        raw[-1] = raw[-1][: ending.start()]
    steps = _with_dates([_step(each) for each in raw])
    return Shape(host, amp, steps, ending[0] if ending else "", tuple(_params(parts.query)))


def _params(query: str) -> list[tuple[str, tuple[Step, ...]]]:
    pairs = (pair.partition("=") for pair in query.split("&") if pair)
    return [
        (name, tuple(_step(each) for each in value.split("/") if each))
        for name, _, value in pairs
        if not TRACKING.fullmatch(name)
    ]


def _step(raw: str) -> Step:
    text = unquote(raw)
    return Step(next((kind for kind, rule in _KINDS if rule.fullmatch(text)), "word"), text)


def _with_dates(steps: list[Step]) -> tuple[Step, ...]:
    """Numbers that are a year, a month and a day one after the other are no ids."""
    found = list(steps)
    for at, step in enumerate(steps[:-1]):
        if re.fullmatch(r"(?:19|20)\d\d", step.text) and _is_within(steps[at + 1], 12):
            found[at], found[at + 1] = Step("year", step.text), Step("month", steps[at + 1].text)
            if at + 2 < len(steps) and _is_within(steps[at + 2], 31):
                found[at + 2] = Step("day", steps[at + 2].text)
            break
    return tuple(found)


def _is_within(step: Step, most: int) -> bool:
    return re.fullmatch(r"\d{1,2}", step.text) is not None and 1 <= int(step.text) <= most


def solid_pattern(kind: str, texts: set[str], id_rule: str | None) -> str | None:
    """A regular expression for a step that is no word; with the group `id` by that rule. None: of a title."""
    if kind == "word-num":
        letters = {text.rstrip("0123456789") for text in texts}
        number = r"(?P<id>\d+)" if id_rule else r"\d+"
        return (re.escape(letters.pop()) if len(letters) == 1 else "[A-Za-z]+") + number
    if kind in _SOLID:
        return f"(?P<id>{_SOLID[kind]})" if id_rule else _SOLID[kind]
    if id_rule == "leading":
        return r"(?P<id>\d+)[-_.:][^/?#]+"
    if id_rule == "trailing":
        return r"[^/?#]+[-_.](?P<id>\d+)"
    return None
