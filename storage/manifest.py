"""The manifest of a run, `runs/{source}/{run}.json`: what was made, by what, and how it ended.

It is written last, so that a run without a manifest is not finished."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, TypeAdapter, ValidationError

from storage.errors import StoreError

Instant = Annotated[AwareDatetime, AfterValidator(lambda instant: instant.astimezone(UTC))]


@dataclass(frozen=True, slots=True)
class ManifestFile:
    """An object that the run stored."""

    key: str
    size: int  # bytes
    sha256: str  # hex


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a run was. `settings` holds no secrets: the caller picks what goes in."""

    kind: Literal["crawl", "replay"]
    source: str
    run: str
    started_at: Instant  # UTC
    finished_at: Instant  # UTC
    outcome: str  # one word: how it ended
    counts: dict[str, int] = field(default_factory=dict)  # captures, articles, rejected …
    extractor: str | None = None  # short id; None: nothing was extracted
    extractor_spelled: dict[str, Any] = field(default_factory=dict)  # what the short id is a digest of
    files: tuple[ManifestFile, ...] = ()
    software: dict[str, str] = field(default_factory=dict)  # name to version
    settings: dict[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()  # one line each, for people
    version: Literal[1] = 1

    def to_json(self) -> bytes:
        """UTF-8 with sorted keys and a line feed at the end; equal manifests give equal bytes."""
        text = json.dumps(asdict(self), sort_keys=True, indent=1, ensure_ascii=False, default=_iso)
        return f"{text}\n".encode()


_READER = TypeAdapter(Manifest)


def read_manifest(content: bytes) -> Manifest:
    """The manifest in a file's bytes; keys it does not know are left out. Raises StoreError on damage."""
    try:
        return _READER.validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise StoreError(f"damaged manifest: {where}: {first['msg']}; verify the object's digest") from error


def _iso(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"a manifest holds JSON values and aware instants, not {value!r}")
