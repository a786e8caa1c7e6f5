"""Charsets: what pages call them, what is declared where, and which of the old Arabic ones a page is in.

Labels: https://encoding.spec.whatwg.org/#names-and-labels; where they are declared:
https://html.spec.whatwg.org/multipage/parsing.html#determining-the-character-encoding"""

from __future__ import annotations

import codecs
import re
from typing import Final

from crawlers.letter_statistics import arabic_score

_META_BYTES: Final = 4096  # WHATWG reads 1,024; old pages put long comments first
_COMMENT = re.compile(rb"<!(?=--).*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]{0,600}", re.IGNORECASE)
_META_CHARSET = re.compile(rb"[\s/]charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_META_CONTENT = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HTTP_EQUIV = re.compile(rb"http-equiv\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LABELS: Final = {
    "utf-8": ("utf8", "unicode-1-1-utf-8", "x-unicode20utf8"),
    "windows-1256": ("cp1256", "x-cp1256", "windows1256", "win-1256", "cp-1256"),
    "iso-8859-6": ("iso8859-6", "iso88596", "iso_8859-6", "arabic", "asmo-708", "ecma-114", "csisolatinarabic"),
    "x-mac-arabic": ("mac-arabic", "macarabic", "mac_arabic"),
    "ibm864": ("cp864", "ibm-864"),
    "dos-720": ("cp720", "ibm720"),
    "windows-1252": (
        "iso-8859-1",
        "iso8859-1",
        "latin1",
        "latin-1",
        "us-ascii",
        "ascii",
        "cp1252",
        "l1",
        "x-user-defined",
    ),
    "utf-16-le": ("utf-16", "utf-16le", "unicode"),
    "utf-16-be": ("utf-16be",),
    "koi8-r": ("koi8", "koi", "koi8_r"),
    "windows-874": ("tis-620", "iso-8859-11", "cp874"),
}
_CANONICAL: Final = {alias: name for name, aliases in _LABELS.items() for alias in (name, *aliases)} | {
    "iso-ir-127": "iso-8859-6"
}
_CODECS: Final = {"x-mac-arabic": "mac_arabic", "ibm864": "cp864", "dos-720": "cp720", "windows-874": "cp874"}
_OLD_ARABIC: Final = ("windows-1256", "iso-8859-6")
_ODD_ARABIC: Final = ("x-mac-arabic", "ibm864", "dos-720")  # only where a page says so: they are too much alike


def declared_charsets(content: bytes, content_type: str | None) -> list[str]:
    """Labels as written: of the HTTP header, of the first <meta> that is no comment, of an XML declaration."""
    head = _COMMENT.sub(b"", content[:_META_BYTES])
    metas = (_in_meta(tag[0]) for tag in _META.finditer(head))
    found = [
        header[1] if (header := _HEADER.search(content_type or "")) else None,
        next((label for label in metas if label), None),
        xml[1].decode("ascii", "replace") if (xml := _XML.match(head)) else None,
    ]
    return [label for label in found if label]


def _in_meta(tag: bytes) -> str | None:
    found = _META_CHARSET.search(tag)
    if found is None and (equals := _HTTP_EQUIV.search(tag)) is not None and equals[1].lower() == b"content-type":
        found = _META_CONTENT.search(tag)
    return found[1].decode("ascii", "replace") if found else None


def canonical(label: str) -> str | None:
    """The one name of a charset; None if no charset is called so (base64 and its kin are codecs, not of text)."""
    plain = label.strip().lower()
    if plain in _CANONICAL:
        return _CANONICAL[plain]
    try:
        name = codecs.lookup(plain).name
        readable = isinstance(b"<html>".decode(plain, "replace"), str)
    except (LookupError, UnicodeError, ValueError):
        return None
    name = re.sub(r"^iso8859-", "iso-8859-", re.sub(r"^cp(125\d)$", r"windows-\1", name))
    return _CANONICAL.get(name, name) if readable else None


def decode_as(content: bytes, name: str) -> str:
    """Text in a charset by its canonical name; what is no character in it is replaced."""
    return content.decode(_CODECS.get(name, name), "replace")


def utf_16_without_mark(content: bytes) -> str | None:
    """UTF-16 by its upper bytes: nearly all are those of ASCII or Arabic, and stand at every other place."""
    sample = content[:4000]
    half = len(sample) // 2
    if half < 8:
        return None
    nul = [sample[parity::2].count(0x00) for parity in (0, 1)]
    upper = [nul[parity] + sample[parity::2].count(0x06) for parity in (0, 1)]
    for parity, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if upper[parity] > 0.9 * half and nul[parity] > 0 and nul[1 - parity] * 5 < half:
            return name
    return None


def old_charset(content: bytes, declared: list[str]) -> str:
    """The charset of a page that is not UTF-8, by the letters it gives; `declared`: canonical names, in order.

    A declared one that reads no worse than the best is believed; without any Arabic, what is declared."""
    asked = [*_OLD_ARABIC, *(name for name in declared if name in _ODD_ARABIC)]
    scores = {name: arabic_score(content, _CODECS.get(name, name)) for name in asked}
    best = max(scores.values())
    if best > 0:
        by_trust = [*(name for name in declared if name in scores), *_OLD_ARABIC]
        return next(name for name in by_trust if scores[name] == best)
    return next((name for name in declared if not name.startswith("utf")), "windows-1252")
