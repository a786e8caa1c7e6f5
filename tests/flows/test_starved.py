"""A store that refuses or lies, a full disk, a death at each step: nothing is lost, and nothing is owed in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crawlers.byte_server import ByteServer, serving_bytes
from tests.flows.kills import COMMAND, CRAWL, SETTLE, Trial, answers
from tests.flows.starved import (
    DISK_TRIALS,
    MENDING_MOMENTS,
    MOMENTS,
    NO_ROOM_FOR,
    STORE_FAULTS,
    dying_at,
    owed_everywhere,
    slow_answers,
    with_a_full_disk,
    with_a_store_that,
    with_no_room_for,
)
from tests.storage.lying_s3 import LyingS3, lying_s3
from tests.storage.servers import SeaweedFS

PAGES = 60


@pytest.fixture(scope="module")
def site() -> Iterator[ByteServer]:
    with serving_bytes(answers(PAGES)) as server:
        yield server


@pytest.fixture(scope="module")
def slow_site() -> Iterator[ByteServer]:
    with serving_bytes(slow_answers(PAGES)) as server:
        yield server


@pytest.fixture
def lying(seaweedfs: SeaweedFS, monkeypatch: pytest.MonkeyPatch) -> Iterator[LyingS3]:
    for name, value in seaweedfs.environment().items():
        monkeypatch.setenv(name, value)
    with lying_s3(seaweedfs) as proxy:
        yield proxy


@pytest.mark.slow
def test_without_its_store_a_crawl_fills_the_spool_and_the_next_to_settle_uploads_it(
    tmp_path: Path, site: ByteServer, lying: LyingS3
) -> None:
    store = {"WARRAQ_STORE": f"s3://{lying.server.bucket}/down", "WARRAQ_S3_ENDPOINT": lying.endpoint}
    trial = Trial(tmp_path, site, PAGES, store | lying.server.environment())
    lying.mode = "refusing"
    done = trial.run(CRAWL)
    owed_everywhere(trial, done)
    assert "no answer from bucket" in done.stderr and "is not in the store" in done.stderr
    assert len(trial.durable()) == PAGES + 2
    owed_everywhere(trial, trial.run(SETTLE))
    lying.mode = "honest"
    settled = trial.run(SETTLE)
    assert settled.returncode == 0, settled.stderr
    trial.check(trial.durable())
    wrong = trial.run(CRAWL, AWS_SECRET_ACCESS_KEY="wrong")
    assert wrong.returncode == 1 and "refuses us" in wrong.stderr
    assert trial.run([*COMMAND, "status"]).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("mode", STORE_FAULTS)
def test_a_store_that_fails_or_lies_costs_no_capture_and_no_silence(
    mode: str, tmp_path: Path, site: ByteServer, lying: LyingS3
) -> None:
    assert with_a_store_that(0, mode, tmp_path, site, PAGES, lying)  # further trials: kill_table


@pytest.mark.slow
@pytest.mark.parametrize("number", range(DISK_TRIALS))
def test_a_full_disk_costs_no_capture(number: int, tmp_path: Path, slow_site: ByteServer) -> None:
    assert with_a_full_disk(number, tmp_path, slow_site, PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("what", NO_ROOM_FOR)
def test_a_full_disk_below_archive_or_reading_costs_no_capture(what: str, tmp_path: Path, site: ByteServer) -> None:
    assert with_no_room_for(what, tmp_path, site, PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_a_death_at_any_step_is_made_good_by_the_next_run(moment: str, tmp_path: Path, site: ByteServer) -> None:
    assert dying_at(moment, tmp_path, site, PAGES)


@pytest.mark.slow
@pytest.mark.parametrize("moment", MENDING_MOMENTS)
def test_a_death_while_a_death_is_made_good_is_made_good_too(moment: str, tmp_path: Path, site: ByteServer) -> None:
    assert dying_at(moment, tmp_path, site, PAGES, after_a_kill=True)
