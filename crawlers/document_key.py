"""The lasting identity of an article behind its URL shapes: AMP twins, tracking parameters, mobile hosts.

Pure; both the spider (is this one known?) and the reading (document_key) ask here."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import urlsplit

from crawlers.source import Source

TRACKING: Final = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|yclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid"
    r"|ref|ref_src|ref_url|_ga|_gl|ocid|cmpid|amp|outputtype",
    re.IGNORECASE,
)
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_HOST_PREFIX = re.compile(r"^(?:www\d?|m|mobile|amp)\.")
_DEFAULT_PORTS = {"http": 80, "https": 443}


def document_key(url: str, source: Source) -> str:
    """`{source.id}:{id}` where an article_url pattern with a group named `id` matches, else a folded URL.

    The folded URL has no scheme, no "www." or "m.", no tracking parameters, no fragment, no /amp and no
    trailing slash; the order of the remaining parameters is kept."""
    for pattern in source.article_url:
        found = pattern.search(url)
        if found is not None and found.groupdict().get("id"):
            return f"{source.id}:{found['id']}"
    return folded_url(url)


def folded_url(url: str) -> str:
    """A URL without what does not change the article. A URL that does not parse is returned as it is."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    if not host:
        return url
    host = _HOST_PREFIX.sub("", host) if host.count(".") > 1 else host
    if port is not None and port != _DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    query = _without_tracking(parts.query)
    return host + _folded_path(parts.path) + (f"?{query}" if query else "")


def _folded_path(path: str) -> str:
    steps = [step for step in _canonical_escapes(path).split("/") if step]
    if steps and steps[-1].lower() == "amp":
        steps.pop()
    elif len(steps) > 1 and steps[0].lower() == "amp":
        steps.pop(0)
    elif steps and steps[-1].lower().endswith((".amp", ".amp.html")):
        steps[-1] = re.sub(r"\.amp(\.html)?$", r"\1", steps[-1], flags=re.IGNORECASE)
    return "".join(f"/{step}" for step in steps)


def _without_tracking(query: str) -> str:
    pairs = (pair for pair in query.split("&") if pair)
    return "&".join(_canonical_escapes(pair) for pair in pairs if not TRACKING.fullmatch(pair.partition("=")[0]))


def _canonical_escapes(text: str) -> str:
    """Escapes in capitals, and letters beyond ASCII escaped: the three spellings of one path are one."""
    escaped = "".join(letter if letter.isascii() else _percent(letter) for letter in text)
    return _ESCAPE.sub(lambda found: f"%{found[1].upper()}", escaped)


def _percent(letter: str) -> str:
    return "".join(f"%{byte:02X}" for byte in letter.encode("utf-8", "surrogatepass"))
