"""The walk of a crawl: lease, settle, fetch, keep, read, finish. The same for flow and command."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from crawlers.job import CrawlJob, SourceJob
from crawlers.source import Source
from flows.carrying import Carrier
from flows.crawl_child import CrawlChild, Ended
from flows.house import House
from flows.keeping import Kept
from flows.progress import Progress, Watch
from flows.report import Report, SourceReport
from flows.settings import contact_of
from flows.settling import Reports, owed_if_it_fails, settle, taken_up
from flows.steps import Step, Steps
from flows.window import Window
from storage.errors import CrawlFailed, SourceBusy, UsageError, WarraqError
from storage.keys import Part, new_run_id
from storage.leases import Lease
from storage.ledger import State
from storage.owners import is_dead, owner_name

logger = logging.getLogger(__name__)

RENEW_EVERY_S = 20.0
WATCH_EVERY_S = 0.5


def crawl_sources(
    house: House,
    sources: Sequence[Source],
    *,
    since: datetime | None = None,
    limit: int | None = None,
    window: Window | None = None,
    due_at: datetime | None = None,
    steps: Steps,
    watch: Watch,
) -> Report:
    """Crawl sources in one process, archive and extract what came, and say what is owed.

    `window`: days to fill in instead of what is new; the same ones go on where an earlier run stopped.
    `due_at`: only pages that are due then are asked, and a source that another run holds is left to it.
    Raises InvalidSetting without a contact, before anything is written; all that happens to a source is in
    its report."""
    contact = contact_of(house.settings)
    started = house.clock().replace(microsecond=0)  # what the run's id says, so that a rebuilt ledger says the same
    run = new_run_id(started)
    reports = {s.id: SourceReport(s.id, s.name.ar, s.name.en, run) for s in sources}
    notes: list[str] = []
    leases = _take_leases(house, sources, run, reports)
    if due_at is not None:
        _leave_to_others(reports, notes)
    with renewed(house, leases):
        leased = [source for source in sources if source.id in {lease.source for lease in leases}]
        ready = taken_up(house, leased, reports, notes)
        jobs = _begun(house, leases, ready, run, started, reports, window)
        carried: dict[Part, Kept] = {}
        if jobs:
            fetched = [job.source for job in jobs]
            job = _job(house, jobs, contact).model_copy(update={"since": since, "limit": limit, "due_at": due_at})
            carried = _fetch(house, job, fetched, reports, steps, watch)
            _count_owed(house, fetched, reports, notes, bounded=bool(since or limit or window))
        settle(house, ready, reports, notes, steps, watch, carried)
    return Report("backfill" if window else "crawl", started, house.clock(), list(reports.values()), notes)


def settle_sources(house: House, sources: Sequence[Source], *, steps: Steps, watch: Watch) -> Report:
    """Take up what these sources owe in the spool and finish their runs, without fetching.

    What happens to a source is in its report; one that is being crawled is reported as busy."""
    started = house.clock()
    run = new_run_id(started)
    reports = {s.id: SourceReport(s.id, s.name.ar, s.name.en, run) for s in sources}
    notes: list[str] = []
    leases = _take_leases(house, sources, run, reports)
    with renewed(house, leases):
        leased = [source for source in sources if source.id in {lease.source for lease in leases}]
        settle(house, leased, reports, notes, steps, watch)
    return Report("settle", started, house.clock(), list(reports.values()), notes)


def _job(house: House, jobs: Sequence[SourceJob], contact: str) -> CrawlJob:
    settings = house.settings
    return CrawlJob(
        sources=tuple(jobs),
        ledger=settings.ledger,
        spool=settings.spool.resolve(),
        contact=contact,
        allow_addresses=settings.allow_addresses,
        connect_to=settings.connect_to,
        budgets=settings.budgets,
        ai_policy=settings.ai_policy,
        part_bytes=settings.part_bytes,
        max_body_bytes=settings.max_body_bytes,
        spool_bytes=settings.spool_bytes,
        patience_s=settings.patience.total_seconds(),
    )


def _begun(
    house: House,
    leases: Sequence[Lease],
    ready: Sequence[Source],
    run: str,
    started: datetime,
    reports: Reports,
    window: Window | None,
) -> list[SourceJob]:
    """Write down that the run of each source begins; what is to be done for those where that could be."""
    by_id, jobs = {source.id: source for source in ready}, []
    for lease in leases:
        if lease.source in by_id:
            with owed_if_it_fails(reports[lease.source], "nothing was fetched"):
                house.ledger.begin_run(lease.source, run, started)
                source = by_id[lease.source]
                since, until = window.moments(source.zone) if window else (None, None)
                task = window.name if window else ""
                order = {"task": task, "since": since, "until": until}
                jobs.append(SourceJob(source=source, run=run, owner=lease.owner, token=lease.token, **order))
    return jobs


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


def _leave_to_others(reports: Reports, notes: list[str]) -> None:
    """What another run holds is its business, and is only named."""
    for report in reports.values():
        notes += report.owed
        report.owed.clear()


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
        try:
            house.ledger.release(leases, house.clock())
            for owner in {lease.owner for lease in leases}:
                house.ledger.release_hosts(owner, house.clock())
        except WarraqError as error:  # they run out by themselves; what the walk came to matters more
            logger.warning("the leases could not be given back: %s", error)


# --- fetching ------------------------------------------------------------------------------------


def _fetch(
    house: House, job: CrawlJob, sources: Sequence[Source], reports: Reports, steps: Steps, watch: Watch
) -> dict[Part, Kept]:
    """Run the crawl process, a step a source, until all have ended; the parts that were kept meanwhile."""
    began = time.monotonic()

    def followed(source: Source) -> Ended:
        try:
            return _followed(child, source)
        finally:
            reports[source.id].seconds = round(time.monotonic() - began, 1)

    with CrawlChild(job) as child, Carrier(house, sources, lambda: child.waits_for) as carrier:
        step: Step[Source, Ended] = Step("crawl-source", followed, lambda source: source.id)
        pending = steps.start(step, sources)
        while not child.over(WATCH_EVERY_S):
            watch(_progress(child))
        watch(_progress(child))
        outcomes = [each.outcome() for each in pending]
        if isinstance(child.fault, UsageError):
            raise child.fault
    for source, outcome in zip(sources, outcomes, strict=True):
        _report_fetch(reports[source.id], child.fault or outcome, child.progress[source.id])
    return carrier.kept


def _count_owed(house: House, sources: Sequence[Source], reports: Reports, notes: list[str], *, bounded: bool) -> None:
    """See that a crawl which says that it is done has left no URL behind; what a bound leaves out is only noted."""
    for source in sources:
        report = reports[source.id]
        with owed_if_it_fails(report, "what it owes could not be counted"):
            left = house.ledger.url_counts(source.id).get(State.OWED, 0)
            if left and bounded:
                notes.append(f"{source.id}: {left} URLs are left for a crawl without --limit and --since")
            elif left and not report.owed:
                report.owed.append(f"{left} URLs are known and not fetched; run it again to go on")


def _followed(child: CrawlChild, source: Source) -> Ended:
    """Log what the crawl of a source says until it ends. Raises CrawlFailed if the process died."""
    for event in child.follow(source.id):
        if event.kind == "log":
            logger.log(logging.getLevelNamesMapping().get(event.level, logging.INFO), "%s", event.message)
        elif event.kind == "source":
            ended = Ended(source.id, event.outcome, event.counts, event.problems, notes=event.notes)
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
    report.problems += [*outcome.notes, *outcome.problems]
    if outcome.outcome != "finished":
        report.owed.append("the crawl was stopped before its end; run it again to go on")
    for count, words in (
        ("failed", "articles could not be fetched"),
        ("pages_failed", "pages of links did not answer"),
        ("put_off", "requests were put off"),
    ):
        if outcome.counts.get(count):
            first = outcome.problems[0] if outcome.problems else ""
            report.owed.append(f"{outcome.counts[count]} {words}, such as: {first}")


def _progress(child: CrawlChild) -> Progress:
    counts = child.progress.values()
    done = sum(each.get(name, 0) for each in counts for name in ("fetched", "gone", "failed", "refused"))
    asked = sum(each.get("asked", 0) for each in counts)
    return Progress("fetching", done, asked, dict(child.progress), child.waits_for)
