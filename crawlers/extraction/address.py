"""Where a page that comes without its address was: what it says of itself in its head.

Read from the bytes, before anything is parsed, so that it costs next to nothing on any page."""

from __future__ import annotations

import html
import re
from collections import Counter
from typing import Final
from urllib.parse import urljoin, urlsplit

from crawlers.extraction.canonical import registrable

_HEAD_BYTES: Final = 1 << 20  # looked at for tags and hosts
_TAG = re.compile(r"<(?:link|meta|base)\b[^<>]{0,4000}>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.IGNORECASE)
_SAVED = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Mirrored from\s+)(\S+)", re.IGNORECASE)
_HOST = re.compile(r"\bhttps?:\\?/\\?/([a-z0-9.-]{3,253})", re.IGNORECASE)
_JSON_URL = re.compile(r'"(?:url|@id|mainEntityOfPage)"\s*:\s*"(https?:[^"]{5,2000})"')
_PRIORITY: Final = ("saved", "canonical", "og:url", "twitter:url", "amphtml", "shortlink", "json", "base")


def own_url(content: bytes) -> str | None:
    """The address a page gives itself; None if it gives none that can be used.

    A page that was taken over from another publisher may name that one as canonical; so the address whose
    host the page links to most often is believed, and of several on it the canonical one."""
    text = content[:_HEAD_BYTES].replace(b"\0", b"").decode("utf-8", "replace")
    hosts = Counter(registrable(f"https://{host}") for host in _HOST.findall(text))
    claimed = [(name, url) for name, url in _claims(text) if _usable(url)]
    claimed.sort(key=lambda claim: (-hosts[registrable(claim[1])], _PRIORITY.index(claim[0])))
    return claimed[0][1] if claimed else None


def _claims(text: str) -> list[tuple[str, str]]:
    found = [("saved", match[1]) for match in _SAVED.finditer(text)]
    base = ""
    for tag in _TAG.findall(text):
        values = {name.lower(): html.unescape(a or b or c).strip() for name, a, b, c in _ATTRIBUTE.findall(tag)}
        name = (values.get("rel") or values.get("property") or values.get("name") or "").lower()
        link = values.get("href") or values.get("content") or ""
        if tag[1:5].lower() == "base":
            base = link
            found.append(("base", link))
        elif name in _PRIORITY:
            found.append((name, link))
    found += [("json", match[1].replace("\\/", "/")) for match in _JSON_URL.finditer(text)][:3]
    return [(name, _joined(base, link)) for name, link in found]


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not url.isspace()
    except ValueError:
        return False
