"""WACZ packages: a zip with WARCs and a datapackage.json that names each file with its digest.

Source: https://specs.webrecorder.net/wacz/1.1.1/ and multi-wacz/0.1.0."""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

DATAPACKAGE = "datapackage.json"
SEAL = "datapackage-digest.json"
_ARCHIVES = (".warc", ".warc.gz", ".warc.zst", ".arc", ".arc.gz")
_MAX_JSON = 64 << 20  # bytes of a datapackage.json
_MAX_RATIO = 200  # inflated to packed, of an entry above 64 MB: HTML packs to a tenth
_AT_ONCE = 1 << 20
_FAULTS = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


@dataclass(frozen=True, slots=True)
class Entry:
    """A WARC in a package."""

    name: str  # its path in the package
    packed: int  # bytes
    size: int  # bytes
    place: int  # in the directory of the package, where a path may stand more than once


@dataclass(slots=True)
class Wacz:
    """What a package says it holds. `problems`: one line each, what does not bear it out."""

    entries: list[Entry] = field(default_factory=list)
    packages: list[Entry] = field(default_factory=list)  # packages in the package
    datapackage: dict[str, Any] = field(default_factory=dict)
    seal: dict[str, Any] = field(default_factory=dict)  # digest and signature of datapackage.json
    problems: list[str] = field(default_factory=list)
    stated: dict[str, str] = field(default_factory=dict)  # digests by path, as `sha256:…`


def is_zip(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile | None]:
    """The package; None where its directory, which stands at its end, cannot be read."""
    try:
        package = zipfile.ZipFile(file)
    except _FAULTS:
        yield None
        return
    with package:
        yield package


def read_wacz(file: Path) -> Wacz | None:
    """What is in a package, each file held against its digest; None if it is no whole zip."""
    with _opened(file) as package:
        if package is None:
            return None
        found = Wacz()
        names = {entry.filename: entry for entry in package.infolist() if not entry.is_dir()}
        _read_datapackage(package, names, found)
        for place, entry in enumerate(package.infolist()):
            name, last = entry.filename, names.get(entry.filename)
            if last is None or (last is not entry and (last.CRC, last.file_size) == (entry.CRC, entry.file_size)):
                continue
            if last is not entry:
                found.problems.append(f"{name} stands there more than once, with other bytes; each is read")
            ending = name.lower()
            if ending.endswith(_ARCHIVES):
                found.entries.append(Entry(name, entry.compress_size, entry.file_size, place))
            elif ending.endswith(".wacz"):
                found.packages.append(Entry(name, entry.compress_size, entry.file_size, place))
            elif name in found.stated:
                _check(package, entry, found)
        found.problems += [f"{name} is named by {DATAPACKAGE} and not there" for name in found.stated.keys() - names]
        for each in found.datapackage.get("resources") or ():
            path = str(each.get("path", "")) if isinstance(each, dict) else ""
            if path.startswith(("http://", "https://")):
                found.problems.append(f"{path} lies elsewhere; import it by itself")
                found.problems = [line for line in found.problems if not line.startswith(f"{path} is named")]
        return found


def _read_datapackage(package: zipfile.ZipFile, names: dict[str, zipfile.ZipInfo], found: Wacz) -> None:
    content = _small(package, names.get(DATAPACKAGE), found)
    if content is None:
        found.problems.append(f"no {DATAPACKAGE} that can be read: the digests of its files are not known")
        return
    seal = _small(package, names.get(SEAL), found)
    try:
        found.datapackage = json.loads(content)
        found.seal = json.loads(seal) if seal is not None else {}
        resources = found.datapackage.get("resources") or []
        found.stated = {str(each["path"]): str(each["hash"]) for each in resources if "hash" in each}
        stated = found.seal.get("hash")
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        found.problems.append(f"{DATAPACKAGE} does not say what it should: {error}")
        found.datapackage, found.seal = {}, {}
        return
    if stated is not None and stated != f"sha256:{hashlib.sha256(content).hexdigest()}":
        found.problems.append(f"{DATAPACKAGE} has not the digest that {SEAL} says")


def _small(package: zipfile.ZipFile, entry: zipfile.ZipInfo | None, found: Wacz) -> bytes | None:
    if entry is None:
        return None
    if entry.file_size > _MAX_JSON:
        found.problems.append(f"{entry.filename} has {entry.file_size:,} bytes")
        return None
    try:
        with package.open(entry) as stream:
            return stream.read(_MAX_JSON)
    except _FAULTS as error:
        found.problems.append(f"{entry.filename} cannot be read: {error}")
        return None


def _check(package: zipfile.ZipFile, entry: zipfile.ZipInfo, found: Wacz) -> None:
    try:
        with package.open(entry) as stream:
            problem = _copied(stream, entry, None, found.stated.get(entry.filename))
    except _FAULTS as error:
        problem = f"cannot be read: {error}"
    if problem:
        found.problems.append(f"{entry.filename} {problem}")


def unpack(file: Path, entry: Entry, into: Path, stated: str | None) -> str | None:
    """Write an entry's bytes to a file; what is wrong with it, if anything. What could be read is written anyhow."""
    with _opened(file) as package:
        if package is None:
            return "cannot be read: the package has no directory"
        try:
            known = package.infolist()[entry.place]
            with package.open(known) as stream, into.open("wb") as target:
                return _copied(stream, known, target, stated)
        except _FAULTS as error:
            return f"cannot be read to its end: {error}"


def _copied(stream: Any, entry: zipfile.ZipInfo, target: Any | None, stated: str | None) -> str | None:
    algorithm, _, value = (stated or "sha256:").partition(":")
    if algorithm not in hashlib.algorithms_guaranteed or algorithm.startswith("shake"):
        return f"has a digest of an unknown kind, {stated}"
    running, size = hashlib.new(algorithm, usedforsecurity=False), 0
    while piece := stream.read(_AT_ONCE):
        size += len(piece)
        if size > max(64 << 20, _MAX_RATIO * entry.compress_size):
            return f"inflates to more than {_MAX_RATIO} times its size, and is left at {size:,} bytes"
        running.update(piece)
        if target is not None:
            target.write(piece)
    if value and running.hexdigest() != value.lower():
        return f"has not the digest that {DATAPACKAGE} says"
    return None


def plain_name(name: str) -> str:
    """The last part of an entry's path."""
    return PurePosixPath(name).name
