"""Folders for files that are worked on: they go with their process, or with the next one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from flows.workplace import remove_abandoned, working_folder
from storage.errors import StoreError
from tests.flows.houses import house_in

WORK = """
from flows.workplace import working_folder
with working_folder() as folder:
    (folder / "part").write_bytes(bytes(1000))
    print(folder, flush=True)
    input()
"""


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files of the test's own."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def test_a_folder_goes_with_its_block(temporary: Path) -> None:
    with working_folder() as folder:
        (folder / "part").touch()
        assert folder.parent == temporary
    assert list(temporary.iterdir()) == []


def test_the_next_command_removes_the_folders_of_killed_processes_alone(temporary: Path, tmp_path: Path) -> None:
    other = temporary / "warraq-work-of-nobody"
    other.symlink_to(tmp_path)
    command = [sys.executable, "-c", WORK]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as killed, subprocess.Popen(command, **pipes) as alive:
        folders = []
        for process in (killed, alive):
            assert process.stdout is not None
            folders.append(Path(process.stdout.readline().decode().strip()))
        killed.kill()
        killed.wait()
        with house_in(tmp_path / "house"):
            assert [folder.exists() for folder in folders] == [False, True]
            assert other.is_symlink()
        alive.communicate(b"\n")
    assert list(temporary.iterdir()) == [other]
    assert remove_abandoned() == []


def test_where_no_folder_can_be_made_it_says_what_to_do(temporary: Path) -> None:
    tempfile.gettempdir()
    temporary.rmdir()
    with pytest.raises(StoreError, match=r"temporary files.*set TMPDIR"), working_folder():
        pass
