"""From the spool to articles: keep every owed part, read it, and finish the runs that can be.

Upload before extracting: a bug in extraction must never cost us a capture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from crawlers.source import Source
from flows.grace import release, restore_part
from flows.house import House
from flows.keeping import Kept, keep_part, settle_spool
from flows.learning import learn_before_first_reading
from flows.manifests import finish_run, name_current_extractor
from flows.progress import Progress, Watch
from flows.reading import Read, read_warc
from flows.report import SourceReport
from flows.steps import Pending, Result, Step, Steps
from flows.versions import note_versions
from storage import spool
from storage.errors import DamagedWarc, ObjectMissing, WarraqError
from storage.keys import Part
from storage.ledger import PartState
from storage.store import Stored

STORE_RETRIES = 3
AT_ONCE = 4  # parts on their way to the store, or being read, at the same time: each may take a gigabyte of disk


Reports = Mapping[str, SourceReport]


@contextmanager
def owed_if_it_fails(report: SourceReport, what: str) -> Iterator[None]:
    """Let a fault of ours end this step of this source only, and its report say so."""
    try:
        yield
    except WarraqError as error:
        report.owed.append(f"{what}: {error}")


def taken_up(house: House, sources: Sequence[Source], reports: Reports, notes: list[str]) -> list[Source]:
    """Mend and seal what the spool has of these sources, a line of `notes` for each part.

    Returns those for which that could be done; the others' reports say why not."""
    ready = []
    for source in sources:
        with owed_if_it_fails(reports[source.id], "what it has in the spool is not taken up"):
            notes += [f"{source.id}: {line}" for line in settle_spool(house, source.id)]
            ready.append(source)
    return ready


def settle(
    house: House,
    sources: Sequence[Source],
    reports: Reports,
    notes: list[str],
    steps: Steps,
    watch: Watch,
    carried: Mapping[Part, Kept] | None = None,
) -> None:
    """Bring every owed part of these sources into the store, read it, and finish the runs that can be.

    `carried`: parts that were kept a moment ago. Then copies whose grace is over go."""
    ready = taken_up(house, sources, reports, notes)
    files = _keep_and_read(house, _owed_parts(house, ready, reports), reports, steps, watch, carried or {})
    for source in ready:
        with owed_if_it_fails(reports[source.id], "its runs are not finished"):
            _finish_runs(house, source.id, reports[source.id], files)
        with owed_if_it_fails(reports[source.id], "its copies stay in the spool"):
            released = release(house, source.id)
            notes += [f"{source.id}: {line}" for line in released.restored]
            reports[source.id].owed += released.owed


def _owed_parts(house: House, sources: Sequence[Source], reports: Reports) -> list[Part]:
    parts = []
    for source in sources:
        with owed_if_it_fails(reports[source.id], "what it owes could not be looked up"):
            parts += [row.part for row in house.ledger.owed_parts(source.id)]
    return parts


def _keep_and_read(
    house: House,
    parts: Sequence[Part],
    reports: Reports,
    steps: Steps,
    watch: Watch,
    carried: Mapping[Part, Kept],
) -> dict[str, Stored]:
    """Keep and read these parts; what is known of their objects."""
    kept = _all_kept(house, parts, reports, steps, watch, carried)
    files = {stored.key: stored for each in kept.values() for stored in each.files}
    for part in kept:
        reports[part.source].warcs.append(part.warc)
    for source in dict.fromkeys(part.source for part in kept):
        _learn_first(house, source, [part.warc for part in kept if part.source == source], reports[source])
    read: Step[Part, Read] = Step("extract", lambda part: _read_part(house, part), _part_name, STORE_RETRIES, AT_ONCE)
    reading = steps.start(read, list(kept))
    for part, read_outcome in zip(kept, _all(reading, "reading", watch), strict=True):
        if isinstance(read_outcome, Read):
            with owed_if_it_fails(reports[part.source], f"what {part.stem} tells of edits is not written down"):
                events = note_versions(house, part, read_outcome.told, read_outcome.extractor.id)
                house.ledger.set_part(part, PartState.READ)
                reports[part.source].note_events(events)
            add_reading(reports[part.source], read_outcome)
            files |= {stored.key: stored for stored in read_outcome.files}
        else:
            reports[part.source].owed.append(f"{part.warc} is not read: {read_outcome}")
    return files


def _all_kept(
    house: House,
    parts: Sequence[Part],
    reports: Reports,
    steps: Steps,
    watch: Watch,
    carried: Mapping[Part, Kept],
) -> dict[Part, Kept]:
    """Bring these parts into the store, but for those that were carried there; the ones that are there, in order."""
    keep: Step[Part, Kept] = Step("keep", lambda part: keep_part(house, part), _part_name, STORE_RETRIES, AT_ONCE)
    left = [part for part in parts if part not in carried]
    keeping = steps.start(keep, left)
    kept = dict(carried)
    for part, outcome in zip(left, _all(keeping, "keeping", watch), strict=True):
        if isinstance(outcome, Kept):
            kept[part] = outcome
        else:
            reports[part.source].owed.append(f"{part.stem} is not in the store: {outcome}")
    return {part: kept[part] for part in parts if part in kept}


def _learn_first(house: House, source: str, warc_keys: Sequence[str], report: SourceReport) -> None:
    try:
        learn_before_first_reading(house, source, warc_keys)
    except WarraqError as error:  # reading says what is wrong with the part, and is owed
        report.problems.append(f"nothing was learned of {source}: {error}")


def _part_name(part: Part) -> str:
    return f"{part.source} {part.stem}"


def _all(pending: Sequence[Pending[Result]], phase: str, watch: Watch) -> Iterator[Result | Exception]:
    for number, each in enumerate(pending):
        watch(Progress(phase, number, len(pending), {}))
        yield each.outcome()
    watch(Progress(phase, len(pending), len(pending), {}))


def _read_part(house: House, part: Part) -> Read:
    read = _read_or_restored(house, part)
    name_current_extractor(house, part.source, read.extractor)
    return read


def _read_or_restored(house: House, part: Part) -> Read:
    """Read a part; what the store has lost or damaged since it was kept is stored again first, if a copy is here."""
    try:
        return read_warc(house, part.warc)
    except (ObjectMissing, DamagedWarc) as error:
        copy = spool.whole_file(house.spool / part.source, part)
        if copy is None or not restore_part(house, part, copy):
            raise error
    return read_warc(house, part.warc)


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
