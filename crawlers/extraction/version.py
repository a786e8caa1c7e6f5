"""Which reading is this? The id changes with our code, the libraries that read, and the source's rules."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import crawlers.charsets
import crawlers.decoding
import crawlers.document_key
import crawlers.letter_statistics
import crawlers.mojibake
import crawlers.source
import crawlers.source_fields
import storage.http_message
import storage.metadata_fields
from crawlers.extraction.recurring import NOTHING, Recurring
from crawlers.source import Source

# pyarrow does not read pages, but writes its version into article files, and equal ids promise equal files.
_LIBRARIES: Final = ("trafilatura", "lxml", "htmldate", "hijridate", "brotli", "zstandard", "pyarrow")
_RULES: Final = {
    *("id", "name", "home", "former_domains", "article_url", "ignore_url"),  # whose pages are articles
    *("reading", "timezone", "language"),
}
_ID_CHARS = 12  # hex: 48 bits, no clash among all versions there will ever be
_LETTER = "x"  # an id of digits alone would be read as a number by tools that guess from folder names


@dataclass(frozen=True)
class Extractor:
    id: str
    spelled: dict[str, object]  # what the id stands for, in words, for the manifest


def extractor_for(source: Source, recurring: Recurring = NOTHING) -> Extractor:
    """The extractor of a source. Equal code, libraries, rules and learned data give an equal id on every machine."""
    rules = source.model_dump(
        mode="json",
        by_alias=True,
        include={
            "id",
            "name",
            "home",
            "reading",
            "article_url",
            "ignore_url",
            "timezone",
            "language",
            "former_domains",
        },
    )
    spelled: dict[str, object] = {
        "code": _code_digest(),
        "libraries": dict(_library_versions()),
        "unicode": unicodedata.unidata_version,
        "source": rules,
        "recurring": recurring.digest,
    }
    canonical = json.dumps(spelled, sort_keys=True, ensure_ascii=False).encode()
    return Extractor(_LETTER + hashlib.sha256(canonical).hexdigest()[:_ID_CHARS], spelled)


@functools.cache
def _library_versions() -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in _LIBRARIES}


@functools.cache
def _code_digest() -> str:
    """SHA-256 over the names and bytes of every module that has a say in an article."""
    digest = hashlib.sha256()
    beside = (
        crawlers.charsets,
        crawlers.decoding,
        crawlers.document_key,
        crawlers.letter_statistics,
        crawlers.mojibake,
        crawlers.source,
        crawlers.source_fields,
        storage.http_message,
        storage.metadata_fields,
    )
    files = [*Path(__file__).parent.rglob("*.py"), *(Path(str(module.__file__)) for module in beside)]
    for name, file in sorted((f"{file.parent.name}/{file.name}", file) for file in files):
        content = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return f"sha256:{digest.hexdigest()}"
