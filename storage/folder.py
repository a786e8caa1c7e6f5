"""Objects as files below a folder.

Durable and create-once, also between processes: bytes go to a file in `.incoming`, fsync, are read back and
compared, and get their name by link(2), which fails if the name is taken; then the folders are synced.
A crash can leave a file in `.incoming`; it is never listed, and `check` removes it once it is old enough."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from storage.abandoned import hold, unless_held
from storage.errors import ObjectDiffers, ObjectMissing, StoreDenied, StoreError, StoreFull
from storage.growing_file import make_folder, sync_folder
from storage.store import (
    CHUNK,
    Stored,
    checked_key,
    checked_prefix,
    copy_into,
    derived_key,
    forward_stream,
    opened,
    sha256_of,
)

ABANDONED_AFTER_S = 600.0  # without a write, for machines that share the folder and not its locks

_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK, errno.ENOSYS}
_HINTS = {
    errno.EACCES: "allow this user to write there, or choose another folder in WARRAQ_STORE",
    errno.EPERM: "allow this user to write there, or choose another folder in WARRAQ_STORE",
    errno.EROFS: "choose a folder on a writable disk in WARRAQ_STORE",
    errno.ENOSPC: "make room on that disk, then run again",
    errno.EDQUOT: "make room in your quota, then run again",
    errno.ENOTDIR: "a part of that path is a file; choose another folder in WARRAQ_STORE",
    errno.EEXIST: "a file and a folder cannot share that name; move one of them away",
}


class FolderStore:
    """A store below `root`, which is made at the first write."""

    def __init__(self, root: Path, *, url: str | None = None) -> None:
        self._root = root.absolute()
        self._incoming = self._root / ".incoming"
        self.url = url or f"file:{root}"

    def check(self) -> None:
        """As promised by Store: writes and syncs a probe in `.incoming`, links it and removes both names.

        The root folder and `.incoming` stay; what dead writers left in it goes."""
        with self._in_our_words():
            self._make_incoming()
            self._remove_abandoned()
            with os.scandir(self._root) as entries:
                next(entries)
            with self._written(io.BytesIO(b"warraq")) as (probe, _, _):
                linked = probe.with_suffix(".linked")
                try:
                    self._link(probe, linked)
                finally:
                    linked.unlink(missing_ok=True)

    def put(self, key: str, content: bytes | Path) -> Stored:
        final = self._path(key)
        with opened(content) as source, self._in_our_words():
            if final.is_file():
                return self._compare(key, final, *sha256_of(source))
            self._make_incoming()
            with self._written(source) as (written, sha256, size):
                try:
                    final.parent.mkdir(parents=True, exist_ok=True)
                    self._link(written, final)
                except FileExistsError:
                    if not final.is_file():
                        raise
                    return self._compare(key, final, sha256, size)
            self._sync_folders(final)
            return Stored(key, size, sha256, created=True)

    def replace_derived(self, key: str, content: bytes) -> Stored:
        return self.restore(derived_key(key), content)

    def restore(self, key: str, content: bytes | Path) -> Stored:
        final = self._path(key)
        with opened(content) as source, self._in_our_words():
            self._make_incoming()
            with self._written(source) as (written, sha256, size):
                final.parent.mkdir(parents=True, exist_ok=True)
                written.replace(final)
            self._sync_folders(final)
        return Stored(key, size, sha256, created=True)

    def get(self, key: str) -> bytes:
        with self._in_our_words(key):
            return self._path(key).read_bytes()

    def open(self, key: str, offset: int = 0, length: int | None = None) -> BinaryIO:
        with self._in_our_words(key):
            file = self._path(key).open("rb")
            file.seek(offset)
            return file if length is None else forward_stream(file, length)

    def fetch(self, key: str, into: Path) -> None:
        with self.open(key) as stream:
            copy_into(stream, into)

    def exists(self, key: str) -> bool:
        with self._in_our_words(key):
            return self._path(key).is_file()

    def list(self, prefix: str) -> Iterator[str]:
        folder = checked_prefix(prefix).rpartition("/")[0]
        with self._in_our_words():
            found = _keys_below(self._root / folder, f"{folder}/" if folder else "", prefix)
            yield from found

    def _path(self, key: str) -> Path:
        return self._root / checked_key(key)

    @contextmanager
    def _written(self, source: BinaryIO) -> Iterator[tuple[Path, str, int]]:
        """A new, synced file in `.incoming`, its SHA-256 and size, after the bytes were read back.

        It is held while the block lasts, and goes with it."""
        path, descriptor = self._new_file()
        try:
            with open(descriptor, "wb") as file:  # noqa: PTH123 (a descriptor, not a path)
                digest, size = hashlib.sha256(), 0
                while chunk := source.read(CHUNK):
                    file.write(chunk)
                    digest.update(chunk)
                    size += len(chunk)
                file.flush()
                os.fsync(file.fileno())
                with path.open("rb") as written:
                    if sha256_of(written) != (digest.hexdigest(), size):
                        raise StoreError(f"{self._root}: bytes read back are not those written; check that disk")
                yield path, digest.hexdigest(), size
        finally:
            path.unlink(missing_ok=True)

    def _new_file(self) -> tuple[Path, int]:
        while True:
            path = self._incoming / secrets.token_hex(12)
            # Archived bytes never change, so the file is born read-only.
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
            if hold(descriptor, path):
                return path, descriptor
            os.close(descriptor)

    def _remove_abandoned(self) -> None:
        """Remove what writers that were killed left in `.incoming`; what cannot be removed stays."""
        for file in self._incoming.iterdir():
            with suppress(OSError):
                if time.time() - file.stat().st_mtime > ABANDONED_AFTER_S:
                    with unless_held(file) as is_abandoned:
                        if is_abandoned:
                            file.unlink()

    def _link(self, written: Path, final: Path) -> None:
        try:
            os.link(written, final)
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            raise StoreError(
                f"{self._root}: no hard links can be made there ({error.strerror}), which create-once "
                "needs; choose a folder on another file system in WARRAQ_STORE"
            ) from error

    def _compare(self, key: str, final: Path, sha256: str, size: int) -> Stored:
        with final.open("rb") as file:
            if sha256_of(file) != (sha256, size):
                raise ObjectDiffers(key, self.url)
            os.fsync(file.fileno())
        # Whoever made the name may have died before it was durable.
        self._sync_folders(final)
        return Stored(key, size, sha256, created=False)

    def _make_incoming(self) -> None:
        """Make `.incoming`, and with it the root, durable."""
        make_folder(self._incoming)

    def _sync_folders(self, final: Path) -> None:
        """Make the names on the way from the root to a file durable."""
        for folder in final.parents[: len(final.relative_to(self._root).parts)]:
            sync_folder(folder)

    @contextmanager
    def _in_our_words(self, key: str | None = None) -> Iterator[None]:
        """Turn an OSError into an error of the store, in one line that says what to do."""
        try:
            yield
        except OSError as error:
            if key is not None and self._says_missing(error):
                raise ObjectMissing(key, self.url) from error
            kind = StoreDenied if error.errno in _DENIED else StoreFull if error.errno in _FULL else StoreError
            hint = _HINTS.get(error.errno or 0, "check that disk, then run again")
            raise kind(f"{error.filename or self._root}: {error.strerror}; {hint}") from error

    def _says_missing(self, error: OSError) -> bool:
        """Whether an error of reading a key means that no object has it: a folder, or below an object."""
        if isinstance(error, NotADirectoryError):
            return self._root.is_dir()
        return isinstance(error, FileNotFoundError | IsADirectoryError)


def _keys_below(folder: Path, key: str, prefix: str) -> Iterator[str]:
    """Keys of the files below `folder`, whose own key is `key`; a folder that is not there has none."""
    try:
        with os.scandir(folder) as entries:
            # With its slash, a folder sorts where its keys do: "a-b" before "a/b".
            names = sorted(
                f"{entry.name}/" if entry.is_dir() else entry.name
                for entry in entries
                if not entry.name.startswith(".")
            )
    except FileNotFoundError:
        return
    for name in names:
        if not (key + name).startswith(prefix):
            continue
        if name.endswith("/"):
            yield from _keys_below(folder / name, key + name, prefix)
        else:
            yield key + name
