"""The walk of a replay: the same extraction again, from the stored WARCs. No Scrapy, no network but the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flows.house import House
from flows.learning import learn
from flows.progress import Progress, Watch
from flows.reading import Read, read_warc, source_of
from flows.report import Report, SourceReport
from flows.settling import AT_ONCE, STORE_RETRIES, add_reading
from flows.steps import Step, Steps
from storage import keys
from storage.errors import ObjectMissing, UsageError


def warcs_to_replay(
    house: House, sources: Sequence[str], since: date | None, until: date | None, warcs: Sequence[str]
) -> list[str]:
    """Keys of the WARCs meant: the named ones, or those of the sources whose run began in the days given.

    No source named means all that the store has. Raises ObjectMissing, UnknownSource, UsageError."""
    if warcs:
        for key in warcs:
            if not house.store.exists(key):
                raise ObjectMissing(key, house.store.url)
        return list(dict.fromkeys(warcs))
    if since and until and until < since:
        raise UsageError(f"--until {until} lies before --since {since}")
    chosen = [source.id for source in house.catalogue.chosen(sources)] if sources else [""]
    prefixes = [f"{keys.RAW}{source}/" if source else keys.RAW for source in chosen]
    found = [key for prefix in prefixes for key in house.store.list(prefix) if key.endswith(".warc.gz")]
    return [key for key in found if _within(key, since, until)]


def _within(key: str, since: date | None, until: date | None) -> bool:
    part = keys.part_of(key)
    if part is None:
        return since is None and until is None
    day = keys.run_day(part.run)
    return (since is None or day >= since) and (until is None or day <= until)


def replay_warcs(
    house: House, warc_keys: Sequence[str], *, steps: Steps, watch: Watch, at_once: int = AT_ONCE
) -> Report:
    """Extract WARCs again, `at_once` side by side.

    What is there already must be the same to the byte; what is not is written."""
    started = house.clock()
    reports: dict[str, SourceReport] = {}
    step: Step[str, Read] = Step("extract", lambda key: read_warc(house, key), _warc_name, STORE_RETRIES, at_once)
    pending = steps.start(step, warc_keys)
    for number, (key, each) in enumerate(zip(warc_keys, pending, strict=True)):
        watch(Progress("reading", number, len(warc_keys), {}))
        outcome = each.outcome()
        report = _report_for(house, key, reports)
        report.warcs.append(key)
        if isinstance(outcome, Read):
            add_reading(report, outcome)
        else:
            report.outcome = "failed"
            report.owed.append(f"{key} is not read: {outcome}")
    watch(Progress("reading", len(warc_keys), len(warc_keys), {}))
    return Report("replay", started, house.clock(), list(reports.values()))


def learn_anew(house: House, warc_keys: Sequence[str]) -> None:
    """Learn what recurs on the pages of each source in these WARCs. Raises StoreError, DamagedWarc, UnknownSource."""
    by_source: dict[str, list[str]] = {}
    for key in warc_keys:
        by_source.setdefault(source_of(house, key).id, []).append(key)
    for source, own in by_source.items():
        learn(house, house.catalogue[source], own)


def _warc_name(key: str) -> str:
    part = keys.part_of(key)
    return f"{part.source} {part.stem}" if part else key


def _report_for(house: House, warc_key: str, reports: dict[str, SourceReport]) -> SourceReport:
    part = keys.part_of(warc_key)
    source_id = part.source if part else warc_key
    if source_id not in reports:
        name = house.catalogue[source_id].name if source_id in house.catalogue else None
        reports[source_id] = SourceReport(source_id, name.ar if name else "", name.en if name else "")
    return reports[source_id]
