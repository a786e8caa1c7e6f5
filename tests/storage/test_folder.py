"""The folder store beyond the contract: other processes, crashes, and disks that refuse."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from storage.errors import StoreDenied, StoreError
from storage.folder import ABANDONED_AFTER_S, FolderStore
from storage.store import open_store

WRITE = """
import sys
from pathlib import Path
from storage.errors import ObjectDiffers
from storage.folder import FolderStore
store, content = FolderStore(Path(sys.argv[1])), sys.argv[2].encode() * 100_000
print("ready", flush=True)
sys.stdin.readline()
try:
    print("created" if store.put("raw/race", content).created else "quiet")
except ObjectDiffers:
    print("differs")
"""

WRITE_IN_LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from storage.errors import StoreError
from storage.folder import FolderStore
resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))
try:
    FolderStore(Path(sys.argv[1])).put("raw/a", bytes(1_000_000))
except StoreError as error:
    print(error)
"""

WRITE_WHAT_COMES = """
import sys
from pathlib import Path
from storage.folder import FolderStore
FolderStore(Path(sys.argv[1])).put("raw/slow", Path(sys.argv[2]))
"""


def files_below(folder: Path) -> list[str]:
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file())


def test_of_4_processes_exactly_one_creates(tmp_path: Path) -> None:
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITE, tmp_path, str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(4)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    said = sorted(writer.communicate()[0].strip() for writer in writers)
    assert said == ["created", "differs", "differs", "differs"]
    assert files_below(tmp_path) == ["raw/race"]


def test_a_stored_file_lies_under_its_key_and_is_read_only(tmp_path: Path) -> None:
    FolderStore(tmp_path).put("raw/a/1.warc.gz", b"x")
    assert files_below(tmp_path) == ["raw/a/1.warc.gz"]
    assert stat.S_IMODE((tmp_path / "raw/a/1.warc.gz").stat().st_mode) & 0o222 == 0


def test_what_a_crash_left_behind_is_not_listed_and_in_nobodys_way(tmp_path: Path) -> None:
    store = FolderStore(tmp_path)
    store.put("raw/a", b"x")
    (tmp_path / ".incoming" / "0123").write_bytes(b"half an obj")
    (tmp_path / "raw" / ".DS_Store").touch()
    assert list(store.list("")) == ["raw/a"]
    assert store.put("raw/b", b"half an object").created


def test_what_a_killed_writer_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    store, pipe = FolderStore(tmp_path / "archive"), tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen([sys.executable, "-c", WRITE_WHAT_COMES, tmp_path / "archive", pipe]) as writer:
        with pipe.open("wb", buffering=0) as source:
            source.write(b"half an object")
            wait_for(lambda: files_below(tmp_path / "archive") != [])
            (half,) = (tmp_path / "archive/.incoming").iterdir()
            long_ago = time.time() - 2 * ABANDONED_AFTER_S
            os.utime(half, (long_ago, long_ago))
            store.check()
            assert half.exists(), "its writer is alive"
            writer.kill()
            writer.wait()
        os.utime(half)
        store.check()
        assert half.exists(), "it may be the file of another machine"
        os.utime(half, (long_ago, long_ago))
        store.check()
    assert files_below(tmp_path / "archive") == []


def wait_for(condition: Callable[[], bool], within_s: float = 180) -> None:
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WRITE_IN_LITTLE_ROOM, tmp_path], capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{tmp_path}: File too large; check that disk, then run again\n"
    assert files_below(tmp_path) == []


def test_a_folder_below_a_file_cannot_be_a_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = open_store(f"file:{tmp_path}/file/archive")
    for use in (store.check, lambda: store.put("raw/a", b"x"), lambda: store.get("raw/a")):
        with pytest.raises(StoreError, match=r"file.*Not a directory; .*WARRAQ_STORE") as refusal:
            use()
        assert type(refusal.value) is StoreError
    assert not store.exists("raw/a")


def test_a_file_cannot_be_a_store(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    store = open_store(f"file://{tmp_path}/file")
    for use in (store.check, lambda: store.put("raw/a", b"x"), lambda: list(store.list(""))):
        with pytest.raises(StoreError, match=r"file.*; "):
            use()


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs Linux's /sys, where not even root may write")
def test_a_folder_that_may_not_be_written_is_denied() -> None:
    store = open_store("file:/sys/kernel/warraq")
    for use in (store.check, lambda: store.put("raw/a", b"x")):
        with pytest.raises(StoreDenied, match=r"/sys/kernel/warraq.*; .*WARRAQ_STORE"):
            use()
    assert list(store.list("")) == []


def test_a_relative_folder_stays_the_same_when_the_process_moves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path)
    store = open_store("file:./archive")
    monkeypatch.chdir("elsewhere")
    store.put("raw/a", b"x")
    assert store.url == "file:./archive"
    assert files_below(tmp_path) == ["archive/raw/a"]
