"""The whole walk past one machine: articles on S3, the ledger on PostgreSQL, and no secret anywhere."""

import subprocess
import sys
from pathlib import Path

from flows.newsroom import running_newsroom, write_sources
from storage.store import open_store
from tests.flows.houses import environment_in
from tests.storage.servers import SeaweedFS


def test_a_crawl_and_a_replay_with_s3_and_postgresql_leave_no_secret_behind(
    tmp_path: Path, seaweedfs: SeaweedFS, postgres_url: str, monkeypatch
) -> None:
    environment = environment_in(
        tmp_path,
        WARRAQ_STORE=f"s3://{seaweedfs.bucket}/far",
        WARRAQ_S3_ENDPOINT=seaweedfs.endpoint,
        WARRAQ_LEDGER=postgres_url,
        WARRAQ_SOURCES=str(tmp_path / "sources"),
        WARRAQ_SPOOL_GRACE="0s",
        **seaweedfs.environment(),
    )
    with running_newsroom() as newsroom:
        write_sources(newsroom, tmp_path / "sources")
        command = [sys.executable, "-m", "flows.cli"]
        crawled = subprocess.run(
            [*command, "crawl", "alwaraq-alqadeem", "marsad-almaghreb"], cwd=tmp_path, env=environment,
            capture_output=True, text=True, timeout=120,
        )  # fmt: skip
    assert crawled.returncode == 0, crawled.stderr
    replayed = subprocess.run(
        [*command, "replay"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120
    )
    assert replayed.returncode == 0, replayed.stderr
    assert "3 files the same to the byte, 0 new" in replayed.stderr
    for name, value in seaweedfs.environment().items():
        monkeypatch.setenv(name, value)
    store = open_store(f"s3://{seaweedfs.bucket}/far", s3_endpoint=seaweedfs.endpoint)
    kept = list(store.list(""))
    assert len([key for key in kept if key.endswith(".warc.gz")]) == 2
    everything = [crawled.stdout, crawled.stderr, replayed.stderr, *(store.get(key).decode("latin-1") for key in kept)]
    assert not any(seaweedfs.secret_key in text for text in everything)
    assert not any(path.is_file() for path in (tmp_path / "spool").rglob("*"))
