"""What a page says of itself to machines: JSON-LD and <meta>. Sources: https://schema.org/, https://ogp.me/."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from crawlers.extraction.arabic import folded, one_line
from crawlers.extraction.page import Element

_ARTICLE_TYPE = re.compile(r"(?:\w*Article|\w*BlogPosting|Report|LiveBlogPosting|AnalysisNewsArticle)$")
_PAGE_TYPES: Final = frozenset(("WebPage", "ItemPage"))
_FIELD = re.compile(r'"(datePublished|dateModified|headline)"\s*:\s*"((?:[^"\\]|\\.)*)"')
_BREAK = re.compile(r"<(?:br|/p|/div|/h\d|/li)\b[^<>]*>|\\r?\\n", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[a-zA-Z/!][^<>]*>")
_TYPED = re.compile(r'"@type"\s*:\s*"((?:News)?Article|BlogPosting)"')


@dataclass(frozen=True, slots=True)
class Metadata:
    metas: tuple[tuple[str, str], ...]  # name (lower case), content; in document order, content never empty
    items: tuple[dict[str, Any], ...]  # JSON-LD objects, @graph opened; in document order
    damaged: bool  # a JSON-LD block did not parse

    def first(self, *names: str) -> str | None:
        """The content of the first meta, in the order of `names`, that is there."""
        return next((found for name in names for found in self.every(name)), None)

    def every(self, name: str) -> list[str]:
        return [content for key, content in self.metas if key == name]

    def articles(self) -> list[dict[str, Any]]:
        """JSON-LD items that are articles, before items that are whole pages."""
        typed = [item for item in self.items if any(map(_ARTICLE_TYPE.search, types_of(item)))]
        return typed + [item for item in self.items if _PAGE_TYPES & set(types_of(item))]

    def about(self, title: str) -> list[dict[str, Any]]:
        """Articles of JSON-LD that can be this one: not those whose headline is another story's."""
        found = self.articles()
        if len(found) < 2:
            return found
        wanted = folded(title)
        return [item for item in found if _same_story(folded(text_in(item, "headline") or ""), wanted)]

    def summary(self) -> str | None:
        """What the page says the story is about; often its first sentences."""
        return self.first("og:description", "description", "twitter:description")


def article_body(metadata: Metadata, title: str) -> list[str]:
    """The lines of the story as JSON-LD gives them, tags and entities undone; [] if it does not."""
    for item in metadata.about(title):
        updates = item.get("liveBlogUpdate")
        entries = [one for one in updates if isinstance(one, dict)] if isinstance(updates, list) else []
        parts = [text for one in (item, *entries) for text in (one.get("articleBody"),) if isinstance(text, str)]
        found = "\n".join(parts)
        if found.strip():
            text = _BREAK.sub("\n", html.unescape(html.unescape(found)))
            lines = (one_line(line) for line in _ANY_TAG.sub(" ", text).splitlines())
            return [line for line in lines if line]
    return []


def read_metadata(tree: Element) -> Metadata:
    """Metas and JSON-LD of a page. Damaged JSON-LD gives what a search for its plainest fields gives."""
    metas = []
    for meta in tree.iter("meta"):
        content = one_line(meta.get("content") or "")
        for attribute in ("property", "name", "itemprop"):
            if content and meta.get(attribute):
                metas.append((meta.get(attribute).strip().lower(), content))
    items: list[dict[str, Any]] = []
    damaged = False
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower():
            found, whole = _read_block(script.text or "")
            items.extend(found)
            damaged = damaged or not whole
    return Metadata(tuple(metas), tuple(items), damaged)


def _read_block(block: str) -> tuple[list[dict[str, Any]], bool]:
    text = re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*.*?\*/)|(?:-->|//\s*\]\]>)\s*;?\s*$", "", block).strip()
    try:
        return list(_objects(json.loads(text, strict=False))), True
    except (json.JSONDecodeError, RecursionError):
        typed = _TYPED.search(text)
        fields = {key: _unescaped(value) for key, value in reversed(_FIELD.findall(text))}
        return ([{"@type": typed[1], **fields}] if typed and fields else []), False


def _unescaped(value: str) -> str:
    try:
        return str(json.loads(f'"{value}"', strict=False))
    except json.JSONDecodeError:
        return value


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Top-level objects and those of @graph. Nested ones (lists of other stories) are not this page's."""
    if isinstance(value, list):
        for one in value:
            yield from _objects(one)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for key in ("@graph", "mainEntity"):
            if isinstance(value.get(key), list | dict):
                yield from _objects(value[key])


def types_of(item: dict[str, Any]) -> list[str]:
    found = item.get("@type")
    return [one for one in (found if isinstance(found, list) else [found]) if isinstance(one, str)]


def text_in(item: dict[str, Any], key: str) -> str | None:
    """A text field of a JSON-LD object, entities undone; None if it is missing or not a text."""
    found = item.get(key)
    if isinstance(found, list) and found:
        found = found[0]
    # twice: some editors escape what the template escapes again
    text = one_line(html.unescape(html.unescape(found))) if isinstance(found, str) else ""
    return text or None


def _same_story(headline: str, title: str) -> bool:
    if not headline or not title:
        return True
    return headline in title or title in headline or len(_common(headline, title)) >= 0.6 * len(set(title.split()))


def _common(one: str, other: str) -> set[str]:
    return set(one.split()) & set(other.split())
