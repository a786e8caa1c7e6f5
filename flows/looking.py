"""A look at sites: a crawl process that asks for a few pages of each, and what it captured, read back from its WARCs.

The WARCs lie in a temporary folder and go with it. A look is no crawl: the archive holds what was captured under a
source that somebody chose to crawl."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal

from crawlers.decoding import Unreadable, decoded_body
from crawlers.job import CrawlJob, SourceJob
from crawlers.probing.site import Answer, Site
from crawlers.source import Source
from flows.crawl_child import CrawlChild, Ended
from flows.progress import Progress, Watch
from flows.settings import Settings, contact_of
from flows.walk import WATCH_EVERY_S
from flows.workplace import working_folder
from storage.errors import DamagedWarc
from storage.keys import new_run_id
from storage.ledger import Ledger
from storage.model import Capture
from storage.owners import owner_name
from storage.warc import read_captures

PART_BYTES = 1 << 30
Kind = Literal["probe", "check"]


@dataclass(slots=True)
class Look:
    """What a look at one site brought."""

    source: Source
    site: Site
    captures: dict[str, Capture] = field(default_factory=dict)  # newest by URL
    problem: str = ""  # why the look did not come to its end; empty: it did

    def capture(self, asked: str) -> Capture | None:
        """The capture that answered a request, redirects followed."""
        return self.captures.get(self.site.get(asked).url)


def look_at(settings: Settings, sources: Sequence[Source], kind: Kind, now: datetime, watch: Watch) -> dict[str, Look]:
    """Look at sites in one process; by source id. Raises InvalidSetting without a contact, and the process's faults."""
    with working_folder() as folder:
        with CrawlChild(_job(settings, sources, kind, now, folder)) as child:
            while not child.over(WATCH_EVERY_S):
                watch(_progress(child))
            watch(_progress(child))
            if child.fault is not None:
                raise child.fault
            ends = {source.id: _end(child, source) for source in sources}
        return {source.id: _look(source, ends[source.id], folder) for source in sources}


def _job(
    settings: Settings, sources: Sequence[Source], kind: Literal["probe", "check"], now: datetime, folder: Path
) -> CrawlJob:
    """The order, under leases of a ledger of its own: the child holds its capture rows there."""
    url = f"sqlite:///{folder / 'ledger.db'}"
    run = new_run_id(now)
    contact = contact_of(settings)
    with _ledger(url) as ledger:
        leases = [ledger.lease(source.id, owner_name(run), now) for source in sources]
        for source in sources:
            ledger.begin_run(source.id, run, now)
    jobs = [
        SourceJob(source=source, run=run, owner=lease.owner, token=lease.token, look=kind)
        for source, lease in zip(sources, leases, strict=True)
    ]
    return CrawlJob(
        sources=tuple(jobs),
        ledger=url,
        spool=folder,
        contact=contact,
        allow_addresses=settings.allow_addresses,
        connect_to=settings.connect_to,
        part_bytes=PART_BYTES,
    )


@contextmanager
def _ledger(url: str) -> Iterator[Ledger]:
    ledger = Ledger(url)
    try:
        yield ledger
    finally:
        ledger.close()


def _progress(child: CrawlChild) -> Progress:
    counts = child.progress.values()
    done = sum(each.get(name, 0) for each in counts for name in ("fetched", "failed"))
    return Progress("looking", done, sum(each.get("asked", 0) for each in counts), dict(child.progress))


def _end(child: CrawlChild, source: Source) -> Ended:
    for event in child.follow(source.id):
        if event.kind == "source":
            return Ended(source.id, event.outcome, event.counts, event.problems, event.looked)
    return Ended(source.id, "died", {}, [child.death()])


def _look(source: Source, ended: Ended, folder: Path) -> Look:
    look = Look(source, Site(source.home))
    if ended.outcome != "finished":
        look.problem = (ended.problems or [f"the look was {ended.outcome}"])[-1]
    for file in sorted((folder / source.id).glob("*.warc.gz")):
        look.captures |= _captures(file)
    for asked, url, problem in ended.looked:
        capture = look.captures.get(url)
        look.site.add(Answer(asked, url, problem=problem) if problem or capture is None else _answer(asked, capture))
    return look


def _captures(file: Path) -> dict[str, Capture]:
    found = {}
    try:
        with file.open("rb") as stream:
            for capture in read_captures(stream, file.name, file.stat().st_size):
                found[capture.url] = capture
    except DamagedWarc:
        return found  # what came before the damage; the crawl process died, and the look says so
    return found


def _answer(asked: str, capture: Capture) -> Answer:
    try:
        body, problem = decoded_body(capture).content, ""
    except Unreadable as error:
        body, problem = b"", str(error)
    return Answer(asked, capture.url, capture.status, capture.header("content-type") or "", body, problem)
