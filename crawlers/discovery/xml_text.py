"""XML as publishers send it, made readable: our decoder for its letters, and mended where parsers stop.

No document type is obeyed and no entity of its own expanded: an attack in XML ends as harmless text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from html.entities import html5

from crawlers.decoding import decode_html

_DECLARED = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)")
_IN_HEADER = re.compile(r"charset\s*=", re.IGNORECASE)
_HIGH = re.compile(rb"[\x80-\xff]")
_PROLOG = re.compile(r"<\?xml[^>]*>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^<>\[]*([\[>])", re.IGNORECASE)
_DOCTYPE_END = re.compile(r"\]\s*>")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_AMPERSAND = re.compile(r"&(?:(#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|\w{1,40});)?")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")
_XML = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_SAMPLE_BYTES = 100_000
_WIDE = ((b"\x00\x00\xfe\xff", "utf-32-be"), (b"\xff\xfe\x00\x00", "utf-32-le"))


def charset_of(body: bytes, content_type: str = "") -> str:
    """The charset of a feed or sitemap: what it reads as, if that is Arabic; else what it declares; else UTF-8.

    Looks at the start and at what follows the first letter beyond ASCII, so that size costs no time."""
    for mark, name in _WIDE:
        if body.startswith(mark):
            return name
    first = _HIGH.search(body, 4)
    sample = body[:4096] if first is None else body[:4096] + body[max(4096, first.start() - 1) :][:_SAMPLE_BYTES]
    sample = sample[: sample.rfind(b">") + 1] or sample  # no letter is cut in two
    declared = _DECLARED.search(body[:1024])
    label = content_type if declared is None else f"charset={declared[1].decode('ascii')}"
    used = decode_html(sample, label).charset_used
    if used == "windows-1252" and declared is not None and _IN_HEADER.search(content_type):
        used = decode_html(sample, content_type).charset_used
    # Without any declaration, XML is UTF-8; a stray byte does not make it Western.
    return "utf-8" if used == "windows-1252" and declared is None and not _IN_HEADER.search(content_type) else used


def xml_text(body: bytes, charset: str) -> str:
    """The whole text in this charset, without BOM, blanks before it, prolog, document type and control characters."""
    text = body.decode(charset, "replace").lstrip("\ufeff \t\r\n")
    return _CONTROLS.sub("", _without_doctype(_PROLOG.sub("", text, count=1))).lstrip()


def _without_doctype(text: str) -> str:
    found = _DOCTYPE.search(text, 0, _SAMPLE_BYTES)
    if found is None:
        return text
    if found[1] == ">":
        return text[: found.start()] + text[found.end() :]
    end = _DOCTYPE_END.search(text, found.end())
    return text[: found.start()] + (text[end.end() :] if end else "")


def mended(text: str) -> str:
    """XML whose every `&` can be read: HTML's entities become their letters, others (an attack's own) vanish."""
    if "&" not in text:
        return text
    return "".join(
        f"{_CDATA}{each}{_CDATA_END}" if cdata else _AMPERSAND.sub(_entity, each) for cdata, each in _parts(text)
    )


def _parts(text: str) -> Iterator[tuple[bool, str]]:
    """Markup and the insides of CDATA, in turn. CDATA that nothing ends goes to the end."""
    at = 0
    while (start := text.find(_CDATA, at)) >= 0:
        yield False, text[at:start]
        end = text.find(_CDATA_END, start)
        end = len(text) if end < 0 else end
        yield True, text[start + len(_CDATA) : end]
        at = end + len(_CDATA_END)
    yield False, text[at:]


def _entity(found: re.Match[str]) -> str:
    name = found[1]
    if name is None:
        return "&#38;"
    if name.startswith("#"):
        return found[0] if _is_letter(name) else ""
    if name.lower() in _XML:
        return f"&#{ord(_XML[name.lower()])};"  # libxml2 drops named ones while it recovers
    letters = html5.get(f"{name};", "")
    return "" if letters in "<>&" else letters


def _is_letter(reference: str) -> bool:
    """Whether a character reference names one that XML allows."""
    code = int(reference[2:], 16) if reference[1] in "xX" else int(reference[1:])
    return code in (9, 10, 13) or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def plain_text(markup: str) -> str:
    """What the inside of an element says: tags and comments gone, CDATA opened, entities read."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    parts = _parts(_COMMENT.sub("", markup))
    return "".join(each if cdata else unescape(mended(_TAG.sub("", each))) for cdata, each in parts).strip()
