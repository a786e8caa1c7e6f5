"""The manifest of a run, `runs/{source}/{run}.json`: what was made, by what, and how it ended.

It is written last, so that a run without a manifest is not finished. Nothing else names its digest, so it
carries its own: SHA-256 over its bytes with 64 zeros in the digest's place."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AwareDatetime, TypeAdapter, ValidationError

from storage.errors import StoreError

_UNSEALED = b"0" * 64
_SEAL = re.compile(rb'^ "digest": "sha256:([0-9a-f]{64})"', re.MULTILINE)
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

    kind: Literal["crawl", "replay", "import"]
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
        values = asdict(self) | {"digest": f"sha256:{_UNSEALED.decode()}"}
        content = f"{json.dumps(values, sort_keys=True, indent=1, ensure_ascii=False, default=_iso)}\n".encode()
        seal = _digest(content)
        return _SEAL.sub(lambda line: line[0].replace(_UNSEALED, seal), content)


_READER = TypeAdapter(Manifest)


def read_manifest(content: bytes) -> Manifest:
    """The manifest in a file's bytes; keys it does not know are left out. Raises StoreError on damage."""
    try:
        return _READER.validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "file"
        raise StoreError(f"damaged manifest: {where}: {first['msg']}; verify the object's digest") from error


def is_whole(content: bytes) -> bool:
    """Whether a manifest's bytes are those that were written, by its own digest."""
    seals = _SEAL.findall(content)
    return len(seals) == 1 and seals[0] == _digest(
        _SEAL.sub(lambda line: line[0].replace(seals[0], _UNSEALED), content)
    )


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _iso(value: object) -> str:
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(f"a manifest holds JSON values and aware instants, not {value!r}")
