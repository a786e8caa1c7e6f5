"""Archive keys: the SURT of an exact URL, in the canonical form that CDX indexes use.

Written anew from the rules of webarchive-commons (its Java sources and tests are Apache-2.0), because the
`surt` package is AGPL; the tests compare us with that package, URL by URL.
Source: https://iipc.github.io/warc-specifications/specifications/cdx-format/cdx-2015/"""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address
from urllib.parse import unquote_to_bytes

_BREAKS = re.compile(r"[\r\n\t]")
_SPLIT = re.compile(r"([a-zA-Z][a-zA-Z0-9+\-.]*)://+(?:([^/?#]*)@)?([^/?#]*)([^?#]*)(?:\?([^#]*))?", re.DOTALL)
_WWW = re.compile(r"^www\d*\.")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_PATH_SESSIONS = (
    re.compile(r"^(.*?/)(\((?:[a-z]\([0-9a-z]{24}\))+\)/)([^?]+\.aspx.*)$", re.IGNORECASE | re.DOTALL),
    re.compile(r"^(.*?/)(\([0-9a-z]{24}\)/)([^?]+\.aspx.*)$", re.IGNORECASE | re.DOTALL),
)
_PLAIN = re.compile(r"[!\"$&-~]*")  # what _recoded leaves as it is
_ESCAPED = tuple(chr(b) if 0x20 < b < 0x7F and b not in b"#%" else f"%{b:02X}" for b in range(256))
_MAY_BE_SESSION = re.compile(r"sess|sid=|cfid=", re.IGNORECASE)  # one of the next holds it
_QUERY_SESSIONS = tuple(
    re.compile(rf"^(.*?)(?:{name})(?:&(.*))?$", re.IGNORECASE | re.DOTALL)
    for name in (
        r"jsessionid=[0-9a-z]{32}",
        r"phpsessid=[0-9a-z]{32}",
        r"sid=[0-9a-z]{32}",
        r"aspsessionid[a-z]{8}=[a-z]{24}",
        r"cfid=[^&]+&cftoken=[^&]+",
    )
)


def surt(url: str) -> str:
    """`com,example)/path?query` of a URL; the URL itself, trimmed, when it has no host."""
    text = _BREAKS.sub("", url.strip(" \r\n\t\0"))
    found = _SPLIT.match(text)
    if found is None or not found[3]:
        return text
    scheme = found[1].lower()
    query = _query(found[5])
    return f"{_authority(scheme, found[3])}){_path(found[4])}{'' if query is None else '?' + query}"


@lru_cache(maxsize=4096)
def _authority(scheme: str, text: str) -> str:
    host, colon, port = text.rpartition(":")
    if not colon or not port.isdigit():
        host, port = text, ""
    is_default = not port or port == _DEFAULT_PORTS.get(scheme)
    return _host(host) if is_default else f"{_host(host)}:{int(port)}"


def _host(host: str) -> str:
    raw = _unescaped(host)
    try:
        name = raw.decode("utf-8")
        name = _escaped(raw) if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        name = _escaped(raw)
    name = _WWW.sub("", name.lower().strip(".").replace("..", "."))
    if name.isdigit() and int(name) < 1 << 32:
        name = str(IPv4Address(int(name)))
    return ",".join(reversed(name.split(".")))


def _path(path: str) -> str:
    text = _recoded(path)
    if "//" in text or "/." in text or not text or text.endswith("/"):
        text = "/" + "/".join(_steps(text))
    for rule in _PATH_SESSIONS if "(" in text else ():
        if found := rule.match(text):
            text = found[1] + found[3]
    return text.lower()


def _steps(path: str) -> list[str]:
    kept: list[str] = []
    for step in path.split("/")[1:]:
        if step == ".." and kept:
            kept.pop()
        elif step != ".":
            kept.append(step)
    return [step for step in kept if step]


def _query(query: str | None) -> str | None:
    if not query:
        return None
    text = _recoded(query)
    for rule in _QUERY_SESSIONS if _MAY_BE_SESSION.search(text) else ():
        if found := rule.match(text):
            text = found[1] + (found[2] or "")
    ordered = sorted(tuple(pair.partition("=")) for pair in text.lower().split("&"))
    return "&".join("".join(pair) for pair in ordered) or None


def _unescaped(text: str) -> bytes:
    """Percent-decode until nothing changes."""
    raw = text.encode("utf-8", "surrogatepass")
    while (once := unquote_to_bytes(raw)) != raw:
        raw = once
    return raw


def _escaped(raw: bytes) -> str:
    return "".join([_ESCAPED[b] for b in raw])


def _recoded(text: str) -> str:
    """Each character that must be is escaped, once, and no other."""
    return text if _PLAIN.fullmatch(text) else _escaped(_unescaped(text))
