"""The walk of a crawl: lease, settle, fetch, keep, read, finish. The same for flow and command.

Upload before extracting: a bug in extraction must never cost us a capture."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from crawlers.job import CrawlJob, SourceJob
from crawlers.source import Source
from flows.crawl_child import CrawlChild, Ended
from flows.house import House, is_dead, owner_name
from flows.keeping import Kept, keep_part, settle_spool
from flows.manifests import finish_run, name_current_extractor
from flows.reading import Read, read_warc
from flows.report import Report, SourceReport
from flows.settings import contact_of
from flows.steps import Pending, Result, Step, Steps
from storage.errors import CrawlFailed, SourceBusy, WarraqError
from storage.keys import Part, new_run_id
from storage.leases import Lease
from storage.ledger import PartState
from storage.store import Stored

logger = logging.getLogger(__name__)

RENEW_EVERY_S = 20.0
WATCH_EVERY_S = 0.5
STORE_RETRIES = 3
AT_ONCE = 4  # parts on their way to the store, or being read, at the same time: each may take a gigabyte of disk


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a walk is. `total` grows while discovery goes on."""

    phase: str  # fetching | keeping | reading
    done: int
    total: int
    sources: dict[str, dict[str, int]]  # counts of the crawl process, by source


Watch = Callable[[Progress], None]


def crawl_sources(
    house: House,
    sources: Sequence[Source],
    *,
    since: datetime | None = None,
    limit: int | None = None,
    steps: Steps,
    watch: Watch,
) -> Report:
    """Crawl sources in one process, archive and extract what came, and say what is owed.

    Raises InvalidSetting without a contact, before anything is written; all that happens to a source is in
    its report."""
    contact = contact_of(house.settings)
    started = house.clock().replace(microsecond=0)  # what the run's id says, so that a rebuilt ledger says the same
    run = new_run_id(started)
    reports = {s.id: SourceReport(s.id, s.name.ar, s.name.en, run) for s in sources}
    leases = _take_leases(house, sources, run, reports)
    with renewed(house, leases):
        leased = [source for source in sources if source.id in {lease.source for lease in leases}]
        notes = [f"{source.id}: {line}" for source in leased for line in settle_spool(house, source.id)]
        jobs = []
        for lease in leases:
            house.ledger.begin_run(lease.source, run, started)
            source = house.catalogue[lease.source]
            jobs.append(SourceJob(source=source, run=run, owner=lease.owner, token=lease.token))
        if jobs:
            _fetch(house, _job(house, jobs, contact, since, limit), leased, reports, steps, watch)
        notes += [f"{source.id}: {line}" for source in leased for line in settle_spool(house, source.id)]
        _settle(house, leased, reports, steps, watch)
    return Report("crawl", started, house.clock(), list(reports.values()), notes)


def settle_sources(house: House, sources: Sequence[Source], *, steps: Steps, watch: Watch) -> Report:
    """Take up what these sources owe in the spool and finish their runs, without fetching.

    What happens to a source is in its report; one that is being crawled is reported as busy."""
    started = house.clock()
    run = new_run_id(started)
    reports = {s.id: SourceReport(s.id, s.name.ar, s.name.en, run) for s in sources}
    leases = _take_leases(house, sources, run, reports)
    with renewed(house, leases):
        leased = [source for source in sources if source.id in {lease.source for lease in leases}]
        notes = [f"{source.id}: {line}" for source in leased for line in settle_spool(house, source.id)]
        _settle(house, leased, reports, steps, watch)
    return Report("settle", started, house.clock(), list(reports.values()), notes)


def _job(house: House, jobs: Sequence[SourceJob], contact: str, since: datetime | None, limit: int | None) -> CrawlJob:
    settings = house.settings
    return CrawlJob(
        sources=tuple(jobs),
        ledger=settings.ledger,
        spool=settings.spool.resolve(),
        contact=contact,
        allow_addresses=settings.allow_addresses,
        connect_to=settings.connect_to,
        since=since,
        limit=limit,
        part_bytes=settings.part_bytes,
        max_body_bytes=settings.max_body_bytes,
    )


# --- leases --------------------------------------------------------------------------------------


def _take_leases(house: House, sources: Sequence[Source], run: str, reports: dict[str, SourceReport]) -> list[Lease]:
    """The leases of the sources that are free; the others' reports say who has them."""
    taken = []
    for source in sources:
        holder = house.ledger.owner_of(source.id)
        dead = frozenset({holder}) if holder and is_dead(holder) else frozenset()
        try:
            taken.append(house.ledger.lease(source.id, owner_name(run), house.clock(), dead=dead))
        except SourceBusy as busy:
            reports[source.id].outcome = "busy"
            reports[source.id].owed.append(str(busy))
    return taken


@contextmanager
def renewed(house: House, leases: Sequence[Lease]) -> Iterator[None]:
    """Hold leases for as long as the block lasts, however slow the publisher; give them back at its end."""
    over = threading.Event()

    def renew() -> None:
        while not over.wait(RENEW_EVERY_S):
            try:
                house.ledger.renew(leases, house.clock())
            except WarraqError as error:
                logger.warning("a lease could not be renewed: %s", error)

    keeper = threading.Thread(target=renew, name="leases", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()
        house.ledger.release(leases, house.clock())


# --- fetching ------------------------------------------------------------------------------------


def _fetch(
    house: House, job: CrawlJob, leased: Sequence[Source], reports: dict[str, SourceReport], steps: Steps, watch: Watch
) -> None:
    """Run the crawl process, a step a source, until all have ended."""
    with CrawlChild(job) as child:
        step: Step[Source, Ended] = Step(
            "crawl-source", lambda source: _followed(child, source), lambda source: source.id
        )
        pending = steps.start(step, leased)
        while not child.over(WATCH_EVERY_S):
            watch(_progress(child))
        watch(_progress(child))
        outcomes = [each.outcome() for each in pending]
        if child.fault is not None:
            raise child.fault
    for source, outcome in zip(leased, outcomes, strict=True):
        _report_fetch(reports[source.id], outcome, child.progress[source.id])


def _followed(child: CrawlChild, source: Source) -> Ended:
    """Log what the crawl of a source says until it ends. Raises CrawlFailed if the process died."""
    for event in child.follow(source.id):
        if event.kind == "log":
            logger.log(logging.getLevelNamesMapping().get(event.level, logging.INFO), "%s", event.message)
        elif event.kind == "source":
            ended = Ended(source.id, event.outcome, event.counts, event.problems)
            counts = ", ".join(f"{count:,} {name}" for name, count in ended.counts.items())
            logger.info("%s: %s; %s", source.id, ended.outcome, counts)
            if ended.outcome == "failed":
                raise CrawlFailed(f"the crawl of {source.id} failed: {(ended.problems or ['no reason given'])[-1]}")
            return ended
    raise CrawlFailed(f"{child.death()}; what {source.id} had captured is safe, run it again to go on")


def _report_fetch(report: SourceReport, outcome: Ended | Exception, last: dict[str, int]) -> None:
    if isinstance(outcome, Exception):
        report.outcome, report.counts = "failed", last
        report.owed.append(str(outcome))
        report.problems.append(str(outcome))
        return
    report.outcome, report.counts = outcome.outcome, outcome.counts
    report.problems += outcome.problems
    if outcome.outcome != "finished":
        report.owed.append("the crawl was stopped before its end; run it again to go on")
    for count, words in (
        ("failed", "articles could not be fetched"),
        ("pages_failed", "pages of links did not answer"),
    ):
        if outcome.counts.get(count):
            first = outcome.problems[0] if outcome.problems else ""
            report.owed.append(f"{outcome.counts[count]} {words}, such as: {first}")


def _progress(child: CrawlChild) -> Progress:
    counts = child.progress.values()
    done = sum(each.get(name, 0) for each in counts for name in ("fetched", "gone", "failed", "refused"))
    return Progress("fetching", done, sum(each.get("asked", 0) for each in counts), dict(child.progress))


# --- keeping, reading, finishing -----------------------------------------------------------------


def _settle(
    house: House, sources: Sequence[Source], reports: dict[str, SourceReport], steps: Steps, watch: Watch
) -> None:
    """Bring every owed part of these sources into the store, read it, and finish the runs that can be."""
    parts = [row.part for source in sources for row in house.ledger.owed_parts(source.id)]
    files: dict[str, Stored] = {}
    keep: Step[Part, Kept] = Step("keep", lambda part: keep_part(house, part), _part_name, STORE_RETRIES, AT_ONCE)
    read: Step[Part, Read] = Step("extract", lambda part: _read_part(house, part), _part_name, STORE_RETRIES, AT_ONCE)
    kept = []
    keeping = steps.start(keep, parts)
    for part, outcome in zip(parts, _all(keeping, "keeping", watch), strict=True):
        if isinstance(outcome, Kept):
            kept.append(part)
            reports[part.source].warcs.append(part.warc)
            files |= {stored.key: stored for stored in outcome.files}
        else:
            reports[part.source].owed.append(f"{part.stem} is not in the store: {outcome}")
    reading = steps.start(read, kept)
    for part, read_outcome in zip(kept, _all(reading, "reading", watch), strict=True):
        if isinstance(read_outcome, Read):
            add_reading(reports[part.source], read_outcome)
            files |= {stored.key: stored for stored in read_outcome.files}
        else:
            reports[part.source].owed.append(f"{part.warc} is not read: {read_outcome}")
    for source in sources:
        _finish_runs(house, source.id, reports[source.id], files)


def _part_name(part: Part) -> str:
    return f"{part.source} {part.stem}"


def _all(pending: Sequence[Pending[Result]], phase: str, watch: Watch) -> Iterator[Result | Exception]:
    for number, each in enumerate(pending):
        watch(Progress(phase, number, len(pending), {}))
        yield each.outcome()
    watch(Progress(phase, len(pending), len(pending), {}))


def _read_part(house: House, part: Part) -> Read:
    read = read_warc(house, part.warc)
    name_current_extractor(house, part.source, read.extractor)
    house.ledger.set_part(part, PartState.READ)
    return read


def add_reading(report: SourceReport, read: Read) -> None:
    report.tally.add(read.tally)
    report.created += read.new_files
    report.identical += len(read.files) - read.new_files
    report.articles += [stored.key for stored in read.files if stored.key.startswith("articles/")]
    report.sample += read.sample[: max(0, 5 - len(report.sample))]


def _finish_runs(house: House, source: str, report: SourceReport, files: dict[str, Stored]) -> None:
    for row in house.ledger.runs_of(source, unfinished=True):
        outcome = report.outcome if row.run == report.run else "interrupted"
        counts = report if row.run == report.run else SourceReport(source, report.name_ar, report.name_en, row.run)
        try:
            if not finish_run(house, row, outcome, counts, files):
                report.owed.append(f"run {row.run} is not finished; `warraq crawl {source}` takes it up again")
        except WarraqError as error:
            report.owed.append(f"run {row.run} has no manifest: {error}")
