"""What an item of a feed holds of its article: the text itself, or what may be no more than its beginning.

It is kept as the feed has it, up to MAX_BODY_BYTES; which of it is text, the reading decides.
Sources: RSS 2.0 and its content module, RFC 4287, JSON Feed 1.1."""

from __future__ import annotations

import copy
import html
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lxml import etree

from storage.metadata_fields import body_line
from storage.model import ToldBody

MAX_BODY_BYTES: Final = 64 << 10  # UTF-8, so some thirty thousand Arabic letters
MIN_BODY_CHARS: Final = 250  # markup and all; less holds no article
_WHOLE: Final = ("encoded", "full-text", "fulltext", "content")
_SUMMARIES: Final = ("description", "summary")
BODIES: Final = (*_WHOLE, *_SUMMARIES)
_OF_OTHERS: Final = ("search.yahoo.com/mrss", "excerpt", "itunes", "podcast")  # in namespaces: pictures, teasers, sound

Parts = Mapping[str, Sequence[etree._Element]]


def told_body_in(parts: Parts) -> str:
    """The line for the best body among an item's elements, by their local names; empty: none."""
    titles = (_text(each) for each in parts.get("title", ()) if not _is_foreign(each))
    title = " ".join(next(titles, "").split())
    for name in BODIES:
        for element in parts.get(name, ()):
            body = "" if _is_foreign(element) else _html_of(element)
            if len(body) >= MIN_BODY_CHARS:
                return _line(title, body, summary=name in _SUMMARIES)
    return ""


def told_body_of(item: Mapping[str, Any]) -> str:
    """The same of an item of a JSON Feed."""
    title = item.get("title")
    plain = item.get("content_text")
    body = item.get("content_html") or (_as_html(plain) if isinstance(plain, str) else "")
    usable = isinstance(body, str) and len(body) >= MIN_BODY_CHARS
    return _line(" ".join(title.split()) if isinstance(title, str) else "", body, summary=False) if usable else ""


def _line(title: str, body: str, *, summary: bool) -> str:
    content = body.encode("utf-8", "replace").replace(b"\0", b"")
    kept = content[:MAX_BODY_BYTES].decode("utf-8", "ignore")
    title = title.encode("utf-8", "replace").replace(b"\0", b"").decode("utf-8", "ignore")[:500]
    return body_line(ToldBody(kept, title, summary, cut=len(content) > MAX_BODY_BYTES))


def _is_foreign(element: etree._Element) -> bool:
    space = str(element.tag).rpartition("}")[0] or str(element.tag).rpartition(":")[0] or (element.prefix or "")
    return any(word in space.lower() for word in _OF_OTHERS)


def _html_of(element: etree._Element) -> str:
    """The body as HTML, whichever way it is written: escaped, in CDATA, as elements, as plain text."""
    if len(element):
        own = copy.deepcopy(element)
        for each in own.iter():
            if isinstance(each.tag, str):
                each.tag = etree.QName(each).localname
        etree.cleanup_namespaces(own)
        inner = "".join(str(etree.tostring(each, encoding="unicode", method="html")) for each in own)
        return html.escape(own.text or "", quote=False) + inner
    text = element.text or ""
    if element.get("type") == "text":
        return _as_html(text)
    return html.unescape(text) if "<" not in text and "&lt;" in text else text


def _as_html(plain: str) -> str:
    return "<br>".join(html.escape(plain, quote=False).splitlines())


def _text(element: etree._Element) -> str:
    return "".join(map(str, element.itertext()))
