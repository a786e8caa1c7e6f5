"""A replay over one WARC of a gigabyte holds little of it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import warc
from tests.flows.archives import FIRST, SOURCE, run_records, write_source
from tests.flows.houses import environment_in
from tests.flows.test_damaged_replay import part

ROOT = Path(__file__).parents[2]
PICTURE_BYTES, PICTURES = 8 << 20, 128
MOST_MB = 600  # a worker: the command that reads the WARC, and a process that reads pages


def records() -> Iterator[warc.Record]:
    noise = random.Random(1).randbytes(PICTURE_BYTES)
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n" % len(noise)
    for number in range(PICTURES):
        yield from run_records(part(0), [number * 2, number * 2 + 1], FIRST)[1:]
        block = head + number.to_bytes(4, "big") + noise[4:]
        headers = (
            ("WARC-Record-ID", warc.new_record_id()),
            ("WARC-Date", warc.warc_date(FIRST)),
            ("WARC-Target-URI", f"https://{SOURCE}.example/picture/{number}"),
            ("Content-Type", warc.HTTP_RESPONSE),
            ("WARC-Block-Digest", warc.digest(block)),
            ("WARC-Payload-Digest", warc.digest(block[len(head) :])),
        )
        yield warc.Record("response", headers, block, len(head))


@pytest.mark.slow
def test_a_replay_of_a_gigabyte_stays_below_600_megabytes_a_worker(tmp_path: Path) -> None:
    for number, content in ((0, records()), (1, iter(run_records(part(1), [7], FIRST)))):
        file = tmp_path / "archive" / part(number).warc
        file.parent.mkdir(parents=True, exist_ok=True)
        warc.write_warc(file, content)
    assert (tmp_path / "archive" / part(0).warc).stat().st_size >= 1 << 30
    environment = environment_in(tmp_path, WARRAQ_SOURCES=str(write_source(tmp_path / "sources")))
    command = [sys.executable, "-m", "tests.benches.replay_runs", "replay", "2", part(1).warc, part(0).warc]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=600, check=True)
    said = json.loads(ended.stdout.splitlines()[-1])
    assert said["pages"] == PICTURES * 4 and said["articles"] >= PICTURES * 2 - 2, said  # a text of chance may be none
    assert 0 < said["main_mb"] < MOST_MB and 0 < said["reader_mb"] < MOST_MB, said
