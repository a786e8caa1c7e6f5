"""What to import: files, folders, and objects of another bucket, each brought onto the disk when its turn comes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from storage.errors import UsageError
from storage.store import Store, open_store

_ENDINGS = (".warc", ".arc", ".wacz", ".warc.gz", ".arc.gz", ".warc.zst", ".arc.zst", ".warc.zstd")
_BEGINS = (b"WARC/", b"filedesc:", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"\x5d\x2a\x4d\x18", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Input:
    origin: str  # absolute path or s3:// URL
    name: str
    path: Path | None = None
    store: Store | None = None
    key: str = ""

    @contextmanager
    def file(self, folder: Path) -> Iterator[Path]:
        """The file, on the disk while it is needed. Raises StoreError, OSError."""
        if self.path is not None:
            yield self.path
            return
        assert self.store is not None
        fetched = folder / "fetched"
        self.store.fetch(self.key, fetched)
        yield fetched
        fetched.unlink()


def inputs_of(given: Sequence[str], s3_endpoint: str | None) -> list[Input]:
    """The files meant, each once. A folder or a prefix means what looks like an archive below it.

    Raises UsageError, InvalidSetting, StoreError."""
    found: dict[str, Input] = {}
    for each in given:
        for one in _in_bucket(each, s3_endpoint) if each.startswith("s3://") else _on_disk(Path(each)):
            found.setdefault(one.origin, one)
    return list(found.values())


def _on_disk(path: Path) -> list[Input]:
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder")
    if not path.is_dir():
        return [Input(str(path.absolute()), path.name, path)]
    files = [file for file in sorted(path.rglob("*")) if file.is_file() and _looks_like_an_archive(file)]
    if not files:
        raise UsageError(f"{path}: no WARC, ARC or WACZ file lies below it")
    return [Input(str(file.absolute()), file.name, file) for file in files]


def _looks_like_an_archive(file: Path) -> bool:
    if file.name.startswith("."):
        return False
    if file.name.lower().endswith(_ENDINGS):
        return True
    with file.open("rb") as stream:
        begin = stream.read(16)
    return begin.startswith(_BEGINS) and not file.name.lower().endswith((".zip", ".cdx.gz", ".cdxj.gz"))


def _in_bucket(url: str, s3_endpoint: str | None) -> list[Input]:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    store = open_store(f"s3://{bucket}", s3_endpoint=s3_endpoint)
    if key and not key.endswith("/") and store.exists(key):
        found = [key]
    else:
        prefix = f"{key.rstrip('/')}/" if key else ""
        found = [each for each in store.list(prefix) if each.lower().endswith(_ENDINGS)]
    if not found:
        raise UsageError(f"{url}: no WARC, ARC or WACZ file lies there")
    return [Input(f"s3://{bucket}/{each}", PurePosixPath(each).name, store=store, key=each) for each in found]
