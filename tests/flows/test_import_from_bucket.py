"""Archives of others taken in from another bucket: one object, a prefix, and the same twice."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.flows.archives import SOURCE, page, write_source
from tests.flows.houses import environment_in
from tests.storage.servers import SeaweedFS
from tests.storage.written_archives import CONTAINERS, warc_record


def archive(number: int) -> bytes:
    url = f"https://{SOURCE}.example/news/{number}"
    return CONTAINERS["gzip"]([warc_record(number, body=page(number), WARC_Target_URI=url)])


def imported(folder: Path, seaweedfs: SeaweedFS, *given: str) -> dict[str, dict[str, Any]]:
    """What the command says of each, by the name it has in the bucket."""
    environment = environment_in(folder, WARRAQ_SOURCES=str(folder / "sources"), WARRAQ_READERS="1")
    environment |= seaweedfs.environment() | {"WARRAQ_S3_ENDPOINT": seaweedfs.endpoint}
    command = [sys.executable, "-m", "flows.cli", "import", "--json", *given]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr
    rows = [json.loads(line) for line in ended.stdout.splitlines()]
    return {row["name"]: row for row in rows if row["event"] == "imported"}


@pytest.mark.slow
def test_archives_in_a_bucket_are_taken_in_once(seaweedfs: SeaweedFS, tmp_path: Path) -> None:
    write_source(tmp_path / "sources")
    for name, content in {"a.warc.gz": archive(1), "below/b.warc.gz": archive(2), "note.txt": b"no archive"}.items():
        seaweedfs.client().put_object(Bucket=seaweedfs.bucket, Key=f"theirs/{name}", Body=content)
    base = f"s3://{seaweedfs.bucket}/theirs"
    first = imported(tmp_path, seaweedfs, f"{base}/a.warc.gz")
    assert [each["status"] for each in first.values()] == ["imported"]
    both = imported(tmp_path, seaweedfs, f"{base}/")
    assert {name.removeprefix(base): each["status"] for name, each in both.items()} == {
        "/a.warc.gz": "already",
        "/below/b.warc.gz": "imported",
    }
    stored = {file.name: file.read_bytes() for file in (tmp_path / "archive/raw/imported").rglob("*.warc.gz")}
    assert sorted(stored.values()) == sorted([archive(1), archive(2)]), "their bytes, once each"
    manifests = [json.loads(file.read_text()) for file in (tmp_path / "archive/runs/imported").glob("*.json")]
    assert sorted(each["settings"]["import"]["from"] for each in manifests) == sorted(both)
