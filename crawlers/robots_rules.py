"""What a robots.txt says: RFC 9309, with Crawl-delay, Content-Signal and Sitemap lines. Pure.

Texts are compared as bytes, escapes spelled one way, so that a path in raw UTF-8, in windows-1256 or escaped is the
same path. Written by us: the libraries at hand merge no groups, end groups at unknown lines, or decode what is
reserved. Sources: RFC 9309; where it is silent, Google's parser (https://github.com/google/robotstxt)."""

from __future__ import annotations

import codecs
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

MAX_BYTES = 500 << 10  # RFC 9309, section 2.5: the rest is not read
_MAX_LINE_BYTES = 2083 * 8 - 1  # as Google's parser: a longer line is cut there
_SPACE = re.compile(rb"^(?:[ \t\v\f]|\xc2[\x85\xa0])+|(?:[ \t\v\f]|\xc2[\x85\xa0])+$")
_LINE = re.compile(rb"([A-Za-z][A-Za-z _-]*?)[ \t]*:(.*)|(\S+)[ \t]+(\S+)", re.DOTALL)  # the colon may be forgotten
_TOKEN = re.compile(rb"[\w\x80-\xff-]+")  # the RFC allows letters, `_` and `-`; there are names such as 008
_KEYS = {
    key: meaning
    for meaning, spellings in {
        "user-agent": ["user-agent", "useragent", "user agent", "user_agent", "useg-agent", "ser-agent", "user-agents"],
        "allow": ["allow", "alow", "allaw"],
        "disallow": ["disallow", "dissallow", "dissalow", "disalow", "diasllow", "disallaw", "desallow", "disalllow"],
        "crawl-delay": ["crawl-delay", "crawl delay", "crawldelay", "crawl_delay"],
        "sitemap": ["sitemap", "site-map", "sitemaps"],
        "content-signal": ["content-signal", "content-signals"],
    }.items()
    for key in spellings
}  # with the misspellings that Google's parser and crawler-commons read
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_AS_THEY_ARE = _UNRESERVED | frozenset(b"!&'()+,/:;=?@#[]%")  # may stand in a URL; `*` and `$` are signs of rules
_HEX = frozenset(b"0123456789ABCDEFabcdef")
_INDEX = re.compile(rb"/index\.html?$")


@dataclass(slots=True)
class _Block:
    """What stands below some User-agent lines; all agents named there share it."""

    rules: list[tuple[bool, bytes]] = field(default_factory=list)  # allowed?, pattern as written
    crawl_delay_s: float | None = None


@dataclass(slots=True)
class _Group:
    """All that is said to one agent."""

    ruled_by: list[_Block] = field(default_factory=list)
    slowed_by: list[_Block] = field(default_factory=list)

    @property
    def crawl_delay_s(self) -> float | None:
        said = (block.crawl_delay_s for block in self.slowed_by if block.crawl_delay_s is not None)
        return next(said, None)


@dataclass(frozen=True, slots=True)
class _Rule:
    allows: bool
    length: int  # octets of the pattern
    pieces: tuple[bytes, ...]  # between the stars, escapes spelled one way
    to_the_end: bool  # it ended in `$`

    def matches(self, path: bytes) -> bool:
        first, *others = self.pieces
        if not path.startswith(first):
            return False
        at = len(first)
        last = others.pop() if others and self.to_the_end else None
        for piece in others:
            found = path.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        if last is not None:
            return len(path) - len(last) >= at and path.endswith(last)
        return not self.to_the_end or at == len(path)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a robots.txt says to one agent."""

    rules: tuple[_Rule, ...]
    crawl_delay_s: float | None  # None: nothing, or nothing that is a number
    named: bool  # the agent is addressed by its name, not as `*`

    def allows(self, url: str) -> bool:
        """Whether a URL, or a path with its query, may be asked for: the longest match decides, `Allow` a tie."""
        path = _path_of(url)
        if path == b"/robots.txt":
            return True
        found = ((rule.length, rule.allows) for rule in self.rules if rule.matches(path))
        return max(found, default=(0, True))[1]


@dataclass(frozen=True, slots=True)
class Robots:
    """A robots.txt, read once."""

    sitemaps: tuple[str, ...]  # as written
    signals: tuple[str, ...]  # values of Content-Signal lines, as written, in their order
    _groups: dict[str, _Group]
    _told: dict[str, Rules] = field(default_factory=dict, compare=False, repr=False)  # by token, once asked

    def for_agent(self, token: str) -> Rules:
        """What is said to a product token, case ignored; to `*`, if it is not named."""
        name = token.lower()
        if name not in self._told:
            group = self._groups.get(name)
            named = group is not None
            group = group or self._groups.get("*") or _Group()
            self._told[name] = Rules(tuple(_rules_of(group)), group.crawl_delay_s, named)
        return self._told[name]

    def forbidden_to(self, tokens: Iterable[str], path: str = "/") -> list[str]:
        """Those of some product tokens that are named and may not ask for a path."""
        told = ((token, self.for_agent(token)) for token in tokens)
        return [token for token, rules in told if rules.named and not rules.allows(path)]


def read_robots(body: bytes) -> Robots:
    """Read a robots.txt of any sort. Never raises: what is no rule says nothing, so that a web page allows all."""
    groups: dict[str, _Group] = {}
    sitemaps: list[str] = []
    signals: list[str] = []
    rules, slowed = _Block(), _Block()
    ruled = delayed = False
    for key, value in _lines(_as_utf_8(body[:MAX_BYTES])):
        if key == "user-agent":
            rules = _Block() if ruled else rules
            slowed = _Block() if ruled or delayed else slowed
            ruled = delayed = False
            group = groups.setdefault(_agent(value), _Group())
            if not group.ruled_by or group.ruled_by[-1] is not rules:
                group.ruled_by.append(rules)
            group.slowed_by.append(slowed)
        elif key in ("allow", "disallow"):
            ruled = True
            rules.rules.append((key == "allow", value))
        elif key == "crawl-delay":  # no record of the RFC: it says nothing of where a group ends
            delayed = True
            slowed.crawl_delay_s = _seconds(value) if slowed.crawl_delay_s is None else slowed.crawl_delay_s
        elif key == "sitemap" and value:
            sitemaps.append(value.decode("utf-8", "replace"))
        elif key == "content-signal" and value:
            signals.append(value.decode("utf-8", "replace"))
    groups.pop("", None)  # a User-agent line that names nobody
    return Robots(tuple(dict.fromkeys(sitemaps)), tuple(dict.fromkeys(signals)), groups)


def _as_utf_8(body: bytes) -> bytes:
    for mark, coding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if body.startswith(mark):
            return body[2:].decode(coding, "replace").encode("utf-8", "replace")
    for byte in codecs.BOM_UTF8:  # a broken mark is met too
        body = body[1:] if body[:1] == bytes([byte]) else body
    return body


def _lines(body: bytes) -> Iterable[tuple[str, bytes]]:
    """Known keys and their values, without comments and spaces."""
    for line in re.split(rb"\r\n|\r|\n", body):
        stripped = _SPACE.sub(b"", line[:_MAX_LINE_BYTES].partition(b"#")[0])
        found = _LINE.fullmatch(stripped)
        if found is not None:
            key, value = (found[1], found[2]) if found[1] is not None else (found[3], found[4])
            known = _KEYS.get(key.decode("latin-1").lower())
            if known is not None:
                yield known, _SPACE.sub(b"", value)


def _agent(value: bytes) -> str:
    """The product token of a User-agent line: what follows it is a version, or a mistake."""
    if value[:1] == b"*" and (len(value) == 1 or value[1:2].isspace()):
        return "*"
    found = _TOKEN.match(value)
    return found[0].decode("utf-8", "replace").lower() if found else ""


def _seconds(value: bytes) -> float | None:
    try:
        seconds = float(value)
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) and seconds >= 0 else None


def _rules_of(group: _Group) -> Iterable[_Rule]:
    for allows, pattern in (rule for block in group.ruled_by for rule in block.rules):
        if not pattern:
            continue  # `Disallow:` with nothing forbids nothing
        yield _rule(allows, pattern)
        index = _INDEX.search(pattern)
        if allows and index is not None:  # as Google reads it: who allows the index page allows the folder
            yield _rule(allows, pattern[: index.start()] + b"/$")


def _rule(allows: bool, pattern: bytes) -> _Rule:
    if pattern[:1] not in (b"/", b"*", b"$"):
        pattern = b"/" + pattern  # forgotten, and meant: no path begins with anything else
    to_the_end = pattern.endswith(b"$")
    pieces = [_one_spelling(piece) for piece in (pattern[:-1] if to_the_end else pattern).split(b"*")]
    length = sum(map(len, pieces)) + len(pieces) - 1 + to_the_end
    return _Rule(allows, length, tuple(pieces), to_the_end)


def _path_of(url: str) -> bytes:
    """Path and query of a URL, escapes spelled one way."""
    rest = url.encode("utf-8", "surrogatepass").partition(b"#")[0]
    scheme = re.match(rb"[A-Za-z][A-Za-z0-9+.-]*://|//", rest)
    if scheme is not None:
        host_end = re.search(rb"[/?;]", rest[scheme.end() :])
        rest = rest[scheme.end() + host_end.start() :] if host_end else b""
    return _one_spelling(rest if rest.startswith(b"/") else b"/" + rest)


def _one_spelling(text: bytes) -> bytes:
    """Unreserved octets bare, all that may not stand in a URL escaped, and escapes in capitals."""
    if _UNRESERVED.issuperset(text.replace(b"/", b"")):
        return text
    spelled = bytearray()
    at = 0
    while at < len(text):
        byte = text[at]
        if byte == 0x25 and len(text) > at + 2 and text[at + 1] in _HEX and text[at + 2] in _HEX:
            byte = int(text[at + 1 : at + 3], 16)
            spelled += bytes([byte]) if byte in _UNRESERVED else b"%%%02X" % byte
            at += 3
            continue
        spelled += bytes([byte]) if byte in _AS_THEY_ARE else b"%%%02X" % byte
        at += 1
    return bytes(spelled)
