"""Run a crawl process on a source of a test, and read what it wrote."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawlers.events import Event
from crawlers.job import CrawlJob, SourceJob
from crawlers.source import Source
from storage import warc
from storage.ledger import Ledger

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
RUN = "20261122T100000Z-abc123"


def source_at(base: str, **more: Any) -> Source:
    """A source whose home page links its articles, all below /a/."""
    keys = {
        "id": "prova",
        "name": {"ar": "تجربة", "en": "Trial"},
        "country": "XX",
        "home": f"{base}/",
        "timezone": "UTC",
        "article_url": [r"/a/"],
        "politeness": {"delay": "0s", "concurrency": 1},
    }
    return Source.model_validate(keys | more)


def job_for(folder: Path, source: Source, *, run: str = RUN, **more: Any) -> CrawlJob:
    """An order under a fresh lease in a ledger below `folder`."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    ledger = Ledger(url)
    lease = ledger.lease(source.id, "test", NOW)
    ledger.begin_run(source.id, run, NOW)
    ledger.close()
    keys = {
        "sources": (SourceJob(source=source, run=run, owner=lease.owner, token=lease.token),),
        "ledger": url,
        "spool": folder / "spool",
        "contact": "mailto:tests@warraq.invalid",
        "allow_addresses": ("127.0.0.0/8",),
        "part_bytes": 1 << 30,
    }
    return CrawlJob.model_validate(keys | more)


def run_job(job: CrawlJob, *, timeout_s: float = 60) -> list[Event]:
    """Run `python -m crawlers` to its end with stdin held open, and give all its events."""
    child = subprocess.Popen([sys.executable, "-m", "crawlers"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdin is not None and child.stdout is not None
    with child:
        child.stdin.write(job.model_dump_json(by_alias=True).encode() + b"\n")
        child.stdin.flush()
        events = [Event(**json.loads(line)) for line in child.stdout]
        child.wait(timeout_s)
    return events


def outcome(events: list[Event]) -> Event:
    return next(event for event in events if event.kind == "source")


def records(folder: Path) -> list[warc.RawRecord]:
    """Every record of every sealed part of the source, oldest part first."""
    found = []
    for file in sorted((folder / "spool/prova").glob("*.warc.gz")):
        with file.open("rb") as stream:
            found += list(warc.read_records(stream, file.name, file.stat().st_size))
    return found


def job_for_all(folder: Path, *sources: Source, **more: Any) -> CrawlJob:
    """One order for several sources, each under its own lease."""
    jobs = [job_for(folder, source, **more) for source in sources]
    return jobs[0].model_copy(update={"sources": tuple(each for job in jobs for each in job.sources)})
