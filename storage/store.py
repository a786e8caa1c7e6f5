"""Where objects lie: one protocol, the table of stores, and `open_store`.

Keys are relative, with "/" between parts (see keys.py). Objects are created once and never changed:
`put` of the same bytes again is quiet, of other bytes it raises ObjectDiffers and writes nothing.
Parts that begin with a dot are the stores' own (unfinished writes, probes): no key has one, no list shows
one. A key is never the folder of another key."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import urlsplit

from storage import keys
from storage.errors import InvalidSetting, StoreError

CHUNK = 1 << 20  # bytes read at a time when an object is copied or hashed
_MAX_KEY = 1024  # bytes of UTF-8; the limit of S3, https://docs.aws.amazon.com/AmazonS3/latest/userguide
_MAX_PART = 255  # bytes of UTF-8; the limit of most file systems


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as the store holds it."""

    key: str
    size: int  # bytes
    sha256: str  # hex, over the object's bytes
    created: bool  # False: these very bytes were there already


class Store(Protocol):
    """Errors: StoreUnreachable, StoreDenied, ObjectMissing, ObjectDiffers, StoreError."""

    url: str  # as the user wrote it, without credentials; for messages

    def check(self) -> None:
        """Prove that objects can be listed and created here, leaving nothing behind. Raises StoreError."""

    def put(self, key: str, content: bytes | Path) -> Stored:
        """Create an object and make it durable, once. The bytes are read back and compared before this
        returns. Raises ObjectDiffers if the key holds other bytes."""

    def replace_derived(self, key: str, content: bytes) -> Stored:
        """Put an object that can be made again (keys.is_derived) in place of a damaged or missing one, durably
        and at one stroke. Raises StoreError for a WARC, which is never written over."""

    def restore(self, key: str, content: bytes | Path) -> Stored:
        """Put the bytes that an object was stored with back in its place, durably and at one stroke.

        Only for a caller that has proved that what is there is a damaged copy of them: see bringing.py."""

    def get(self, key: str) -> bytes:
        """All bytes of an object. Raises ObjectMissing."""

    def open(self, key: str, offset: int = 0, length: int | None = None) -> BinaryIO:
        """A stream, read forward only, over an object, or over `length` bytes from `offset`.

        It ends where the object ends; an offset behind that gives an empty stream. Raises ObjectMissing."""

    def fetch(self, key: str, into: Path) -> None:
        """Copy an object into a local file, whole or not at all. Raises ObjectMissing."""

    def exists(self, key: str) -> bool: ...

    def list(self, prefix: str) -> Iterator[str]:
        """Keys that begin with a prefix, sorted by their code points, however many there are."""


def _open_folder(url: str, s3_endpoint: str | None) -> Store:
    from storage.folder import FolderStore

    path = url.removeprefix("file:")
    if path.startswith("//"):
        path = path.removeprefix("//")
        if not path.startswith("/"):
            raise InvalidSetting("WARRAQ_STORE", f"expected file:./folder or file:///folder, not {url!r}")
    if not path or "\0" in path:
        raise InvalidSetting("WARRAQ_STORE", f"expected a folder behind file:, not {url!r}")
    if path.startswith("~"):
        raise InvalidSetting("WARRAQ_STORE", f"~ means nothing here; write out the folder in {url!r}")
    return FolderStore(Path(path), url=url)


def _open_s3(url: str, s3_endpoint: str | None) -> Store:
    # boto3 costs half a second at import, and most commands on a folder never need it.
    from storage.s3 import S3Store

    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or "@" in bucket:
        raise InvalidSetting("WARRAQ_STORE", "expected s3://bucket/prefix, with the credentials in the AWS variables")
    if s3_endpoint is not None:
        _check_endpoint(s3_endpoint)
    prefix = prefix.strip("/")
    problem = _problem_of(prefix) if prefix else None
    if problem:
        raise InvalidSetting("WARRAQ_STORE", f"prefix {prefix!r}: {problem}")
    return S3Store(bucket, prefix, endpoint=s3_endpoint)


def _check_endpoint(endpoint: str) -> None:
    expected = "expected http://host:port or https://host, without a user or password"
    try:
        parts = urlsplit(endpoint)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError as error:
        raise InvalidSetting("WARRAQ_S3_ENDPOINT", expected) from error
    if not usable or "@" in parts.netloc:
        raise InvalidSetting("WARRAQ_S3_ENDPOINT", expected)


STORES: dict[str, Callable[[str, str | None], Store]] = {"file": _open_folder, "s3": _open_s3}


def open_store(url: str, *, s3_endpoint: str | None = None) -> Store:
    """The store at a URL: file:./folder, file:///folder (taken literally, no %-decoding) or s3://bucket/prefix.

    Touches neither disk nor network: `Store.check` does. `s3_endpoint` None: AWS, or what boto3's own
    variables say. Raises InvalidSetting."""
    scheme, colon, _ = url.partition(":")
    if not colon or scheme not in STORES:
        raise InvalidSetting("WARRAQ_STORE", "expected file:./folder or s3://bucket/prefix")
    return STORES[scheme](url, s3_endpoint)


def checked_key(key: str) -> str:
    """The key itself. Raises StoreError if it could mean different objects in different stores, or none."""
    problem = _problem_of(key)
    if problem:
        raise StoreError(f"key {key!r}: {problem}")
    return key


def derived_key(key: str) -> str:
    """The key itself. Raises StoreError if its object is no copy of anything and so must never be replaced."""
    if not keys.is_derived(checked_key(key)):
        raise StoreError(f"{key}: a WARC is never written over; only what is made from it can be made again")
    return key


def checked_prefix(prefix: str) -> str:
    """The prefix itself. Raises StoreError if no key can begin with it."""
    if prefix:
        # Cut off in the middle of a part, a prefix need only begin like a key.
        checked_key(f"{prefix}x" if prefix.endswith("/") else prefix)
    return prefix


def _problem_of(key: str) -> str | None:
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        return "expected valid Unicode text"
    if size > _MAX_KEY:
        return f"expected at most {_MAX_KEY} bytes, not {size}"
    if "\\" in key or any(ord(letter) < 0x20 or letter == "\x7f" for letter in key):
        return "expected no backslash and no control character"
    parts = key.split("/")
    if "" in parts:
        return "expected a relative path with no empty part"
    if any(part.startswith(".") for part in parts):
        return "expected no part that begins with a dot"
    if any(len(part.encode()) > _MAX_PART for part in parts):
        return f"expected parts of at most {_MAX_PART} bytes"
    return None


def sha256_of(stream: BinaryIO) -> tuple[str, int]:
    """The SHA-256 (hex) of the rest of a stream, and its size in bytes."""
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        digest.update(chunk)
        size += len(chunk)
    return digest.hexdigest(), size


@contextmanager
def opened(content: bytes | Path) -> Iterator[BinaryIO]:
    """The bytes to be stored, as a seekable stream. Raises StoreError if the local file cannot be opened."""
    if isinstance(content, bytes):
        yield io.BytesIO(content)
        return
    try:
        file = content.open("rb")
    except OSError as error:
        raise StoreError(f"{content} cannot be read: {error.strerror}; nothing was stored") from error
    with file:
        yield file


class Readable(Protocol):
    """What a stream is made of: a file, or the body of an answer."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


def forward_stream(source: Readable, length: int | None = None) -> BinaryIO:
    """A buffered stream over the next `length` bytes of a source; None: to its end. Closes the source too."""
    return io.BufferedReader(_Forward(source, length), buffer_size=CHUNK // 4)


class _Forward(io.RawIOBase):
    def __init__(self, source: Readable, length: int | None) -> None:
        self._source = source
        self._left = length

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        wanted = len(buffer) if self._left is None else min(len(buffer), self._left)
        chunk = self._source.read(wanted)
        buffer[: len(chunk)] = chunk
        if self._left is not None:
            self._left -= len(chunk)
        return len(chunk)

    def close(self) -> None:
        self._source.close()
        super().close()


def copy_into(stream: BinaryIO, into: Path) -> None:
    """Write a stream into a local file, whole or not at all. Raises StoreError if the file cannot be written."""
    unfinished = into.with_name(f"{into.name}.{os.getpid()}.unfinished")
    try:
        into.parent.mkdir(parents=True, exist_ok=True)
        try:
            with unfinished.open("wb") as file:
                shutil.copyfileobj(stream, file, CHUNK)
            unfinished.replace(into)
        finally:
            unfinished.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(f"{into} cannot be written: {error.strerror}; make room or choose another folder") from error
