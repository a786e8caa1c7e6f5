"""The contract of Store, kept by every store in the table STORES, on a real disk and a real S3 server."""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest

from storage.errors import ObjectDiffers, ObjectMissing, StoreError
from storage.folder import FolderStore
from storage.s3 import S3Store
from storage.store import STORES, Store, Stored
from tests.storage.servers import SeaweedFS

_prefixes = count(1)


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store of each kind, set so that small numbers already mean paging and parts."""
    empty: Store = request.getfixturevalue(f"{request.param}_store")
    return empty


@pytest.fixture
def file_store(tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "archive")


@pytest.fixture
def s3_store(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> Store:
    for name, value in seaweedfs.environment().items():
        monkeypatch.setenv(name, value)
    return S3Store(
        seaweedfs.bucket,
        f"contract-{next(_prefixes)}/أرشيف",
        endpoint=seaweedfs.endpoint,
        page_size=100,
        single_put=8 << 20,
        part=5 << 20,
    )


ODD_KEYS = [
    "raw/نص/خبر أول.txt",
    "raw/a b+c%20&=?#;'\"!~*()[]{}@:,$",
    "raw/zero\N{ZERO WIDTH NON-JOINER}width/shadda\N{ARABIC SHADDA}",
    "raw/emoji/\N{GRINNING FACE}",
    "articles/extractor=x1/source=a/date=2026-11-22/20261122T140501Z-3fa9c2-00001.parquet",
    "raw/a|b<c>^`",
    f"raw/{'ن' * 127}/end",
]
NO_KEYS = [
    "",
    "/raw/a",
    "raw//a",
    "raw/",
    "../a",
    "raw/../a",
    "raw/./a",
    "raw/.hidden",
    ".incoming/a",
    "raw\\a",
    "raw/a\0b",
    "raw/a\nb",
    "raw/\udc80",
    "raw/" + "n" * 256,
    "n/" * 600 + "n",
]


def test_a_put_object_is_read_back_as_it_was(store: Store) -> None:
    content = "مرحبا\r\n\0\xff".encode("utf-8", "surrogatepass")
    stored = store.put("raw/a/1.warc.gz", content)
    assert stored == Stored("raw/a/1.warc.gz", len(content), hashlib.sha256(content).hexdigest(), created=True)
    assert store.get("raw/a/1.warc.gz") == content


def test_the_same_bytes_again_are_quiet(store: Store, tmp_path: Path) -> None:
    first = store.put("raw/a", b"same")
    (tmp_path / "same").write_bytes(b"same")
    again = store.put("raw/a", tmp_path / "same")
    assert first.created and not again.created
    assert (again.size, again.sha256) == (first.size, first.sha256)


@pytest.mark.parametrize("other", [b"other", b"sAme", b"", b"same and more"])
def test_other_bytes_are_refused_and_nothing_is_written(store: Store, other: bytes) -> None:
    store.put("raw/a", b"same")
    with pytest.raises(ObjectDiffers, match=r"raw/a.*nothing was overwritten"):
        store.put("raw/a", other)
    assert store.get("raw/a") == b"same"
    assert list(store.list("")) == ["raw/a"]


def test_of_16_writers_with_different_bytes_exactly_one_wins(store: Store) -> None:
    contents = [f"writer {number:02}".encode() * 500 for number in range(16)]
    together = Barrier(16)

    def write(content: bytes) -> bytes | None:
        together.wait()
        try:
            assert store.put("raw/race", content).created
        except ObjectDiffers:
            return None
        return content

    with ThreadPoolExecutor(16) as writers:
        winners = [content for content in writers.map(write, contents) if content is not None]
    assert len(winners) == 1
    assert store.get("raw/race") == winners[0]


def test_of_16_writers_with_the_same_bytes_one_creates_and_none_fails(store: Store) -> None:
    together = Barrier(16)

    def write(_: int) -> bool:
        together.wait()
        return store.put("raw/race", b"same" * 500).created

    with ThreadPoolExecutor(16) as writers:
        assert sorted(writers.map(write, range(16))) == [False] * 15 + [True]


@pytest.mark.parametrize(
    ("offset", "length", "expected"),
    [
        (0, None, b"0123456789"),
        (0, 4, b"0123"),
        (3, 4, b"3456"),
        (3, None, b"3456789"),
        (8, 100, b"89"),
        (9, 1, b"9"),
        (4, 0, b""),
        (10, 5, b""),
        (99, None, b""),
    ],
)
def test_a_range_is_read_alone(store: Store, offset: int, length: int | None, expected: bytes) -> None:
    store.put("raw/a", b"0123456789")
    with store.open("raw/a", offset, length) as stream:
        assert stream.read() == expected


def test_a_stream_is_read_in_pieces(store: Store) -> None:
    store.put("raw/a", b"first\nsecond\nthird")
    with store.open("raw/a", 2, 13) as stream:
        assert (stream.read(3), stream.readline(), stream.read(), stream.read()) == (
            b"rst",
            b"\n",
            b"second\nth",
            b"",
        )


def test_an_empty_object_is_an_object(store: Store) -> None:
    assert store.put("raw/empty", b"").size == 0
    assert not store.put("raw/empty", b"").created
    assert store.exists("raw/empty")
    assert store.get("raw/empty") == b""
    with store.open("raw/empty") as stream:
        assert stream.read() == b""


def test_a_file_of_20_mb_goes_and_comes_back_whole(store: Store, tmp_path: Path) -> None:
    content = random.Random(1).randbytes(20_000_000)
    (tmp_path / "part.warc.gz").write_bytes(content)
    stored = store.put("raw/part.warc.gz", tmp_path / "part.warc.gz")
    assert stored.created and stored.sha256 == hashlib.sha256(content).hexdigest()
    assert not store.put("raw/part.warc.gz", tmp_path / "part.warc.gz").created
    with pytest.raises(ObjectDiffers):
        store.put("raw/part.warc.gz", content[:-1] + b"?")
    store.fetch("raw/part.warc.gz", tmp_path / "new" / "copy")
    assert (tmp_path / "new" / "copy").read_bytes() == content
    assert [file.name for file in (tmp_path / "new").iterdir()] == ["copy"]
    with store.open("raw/part.warc.gz", 12_345_678, 1000) as stream:
        assert stream.read() == content[12_345_678:][:1000]


def test_a_fetch_replaces_the_local_file(store: Store, tmp_path: Path) -> None:
    store.put("raw/a", b"new")
    (tmp_path / "local").write_bytes(b"older and longer")
    store.fetch("raw/a", tmp_path / "local")
    assert (tmp_path / "local").read_bytes() == b"new"


def test_a_fetch_to_an_impossible_place_says_so(store: Store, tmp_path: Path) -> None:
    store.put("raw/a", b"new")
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/local cannot be written"):
        store.fetch("raw/a", tmp_path / "file" / "local")


def test_a_local_file_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no-such-file cannot be read"):
        store.put("raw/a", tmp_path / "no-such-file")
    assert not store.exists("raw/a")


@pytest.mark.parametrize("key", ["raw/missing", "raw", "raw/a/below"])
def test_a_missing_object_is_named(store: Store, tmp_path: Path, key: str) -> None:
    store.put("raw/a", b"a")
    assert not store.exists(key)
    with pytest.raises(ObjectMissing, match=f"no object '{key}' in {store.url}"):
        store.get(key)
    for length in (None, 0, 3):
        with pytest.raises(ObjectMissing):
            store.open(key, 1, length)
    with pytest.raises(ObjectMissing):
        store.fetch(key, tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


@pytest.mark.parametrize("key", ODD_KEYS)
def test_an_odd_key_holds_its_object(store: Store, key: str) -> None:
    store.put(key, key.encode())
    assert store.get(key) == key.encode()
    assert store.exists(key)
    assert list(store.list("")) == [key]


@pytest.mark.parametrize("key", NO_KEYS)
def test_what_is_no_key_is_refused_everywhere(store: Store, key: str) -> None:
    for use in (lambda: store.put(key, b""), lambda: store.get(key), lambda: store.exists(key)):
        with pytest.raises(StoreError, match="expected"):
            use()
    assert list(store.list("")) == []


def test_a_key_cannot_be_the_folder_of_another(store: Store) -> None:
    store.put("raw/a/b", b"")
    with pytest.raises(StoreError, match="folder"):
        store.put("raw/a", b"other")
    assert list(store.list("")) == ["raw/a/b"]


def test_a_list_is_sorted_by_code_points_and_begins_with_the_prefix(store: Store) -> None:
    keys = ["raw/a-b", "raw/a.b", "raw/a/b", "raw/a/b-c/d", "raw/a/b.c", "raw/a0", "raw/Z", "raw/ب", "rejected/a"]
    for key in reversed(keys):
        store.put(key, b"")
    assert list(store.list("")) == sorted(keys)
    assert list(store.list("raw/")) == sorted(keys[:-1])
    assert list(store.list("raw/a")) == ["raw/a-b", "raw/a.b", "raw/a/b", "raw/a/b-c/d", "raw/a/b.c", "raw/a0"]
    assert list(store.list("raw/a/b")) == ["raw/a/b", "raw/a/b-c/d", "raw/a/b.c"]
    assert list(store.list("raw/a/b-c/d")) == ["raw/a/b-c/d"]
    assert list(store.list("r")) == sorted(keys)
    assert list(store.list("runs/")) == []


@pytest.mark.parametrize("prefix", ["/", "../", "raw/../", "raw//", ".incoming/"])
def test_a_prefix_that_no_key_can_have_is_refused(store: Store, prefix: str) -> None:
    with pytest.raises(StoreError, match="expected"):
        list(store.list(prefix))


def test_a_list_goes_on_past_its_pages(store: Store) -> None:
    keys = [f"raw/{number:04}" for number in range(250)]
    with ThreadPoolExecutor(8) as writers:
        created = [stored.created for stored in writers.map(store.put, keys, [b"x"] * len(keys))]
    assert all(created)
    assert list(store.list("raw/")) == keys


def test_a_check_leaves_nothing_behind(store: Store) -> None:
    store.check()
    store.check()
    assert list(store.list("")) == []


def test_what_is_derived_can_be_replaced_and_a_warc_never(store: Store) -> None:
    index, article = "raw/a/2026/11/22/r-00001.cdxj", "articles/extractor=x/source=a/date=2026-11-22/r-00001.parquet"
    for key in (index, article, "runs/a/r.json"):
        store.put(key, b"damaged")
        replaced = store.replace_derived(key, b"made again")
        assert (replaced.size, replaced.sha256) == (10, hashlib.sha256(b"made again").hexdigest())
        assert store.get(key) == b"made again"
        assert not store.put(key, b"made again").created
    assert store.replace_derived("runs/a/new.json", b"was missing").created
    for key in ("raw/a/2026/11/22/r-00001.warc.gz", "raw/a/notes.txt", "raw/a/2026/11/22/r.warc"):
        store.put(key, b"evidence")
        with pytest.raises(StoreError, match="never written over"):
            store.replace_derived(key, b"other")
        assert store.get(key) == b"evidence"
