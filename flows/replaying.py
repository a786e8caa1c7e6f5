"""The walk of a replay: the same extraction again, from the stored WARCs. No Scrapy, no network but the store."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from fnmatch import translate
from typing import Any

from crawlers.hosts import UNKNOWN
from flows.house import House
from flows.learning import learn
from flows.manifests import name_current_extractor
from flows.progress import Progress, Watch
from flows.reading import ReadWarc, read_past_damage
from flows.replay_progress import ReplayProgress
from flows.report import Report, SourceReport
from flows.settling import AT_ONCE, STORE_RETRIES, add_reading
from flows.steps import Step, Steps
from storage import cdxj, keys
from storage.errors import ObjectMissing, UsageError
from storage.keys import Part
from storage.manifest import read_manifest


def warcs_to_replay(
    house: House,
    sources: Sequence[str],
    since: date | None,
    until: date | None,
    warcs: Sequence[str],
    url: str | None = None,
) -> list[str]:
    """Keys of the WARCs meant: the named ones, or those of the sources whose run began in the days given.

    Archives of others are meant where they hold captures of the sources, in those days. `url`: a pattern such as
    `https://host/news/*`; only WARCs that hold such a URL. No source named means all that the store has.
    Raises ObjectMissing, UnknownSource, UsageError, StoreError."""
    if since and until and until < since:
        raise UsageError(f"--until {until} lies before --since {since}")
    if warcs:
        for key in warcs:
            if not house.store.exists(key):
                raise ObjectMissing(key, house.store.url)
        found = list(dict.fromkeys(warcs))
    else:
        found = list(_chosen(house, sources, since, until))
    return [key for key in found if url is None or _holds(house, key, url)]


def _chosen(house: House, sources: Sequence[str], since: date | None, until: date | None) -> Iterator[str]:
    ids = [each for each in dict.fromkeys(sources) if each == keys.IMPORTED or house.catalogue[each]]
    prefixes = [f"{keys.RAW}{each}/" for each in ids if each != keys.IMPORTED] if ids else [keys.RAW]
    for prefix in prefixes:
        for key in house.store.list(prefix):
            part = keys.part_of(key)
            is_warc = part is not None or key.endswith(keys.OURS)
            if is_warc and (part is None or part.source != keys.IMPORTED) and _within(part, since, until):
                yield key
    for key in house.store.list(f"{keys.RAW}{keys.IMPORTED}/"):
        part = keys.part_of(key)
        if part is not None and _is_meant(_import_facts(house, part), frozenset(ids), since, until):
            yield key


def _within(part: Part | None, since: date | None, until: date | None) -> bool:
    if part is None:
        return since is None and until is None
    day = keys.run_day(part.run)
    return (since is None or day >= since) and (until is None or day <= until)


def _import_facts(house: House, part: Part) -> dict[str, Any]:
    """What the manifest says of an archive of others; empty if it is not there: its import is not finished."""
    key = keys.manifest(part.source, part.run)
    if not house.store.exists(key):
        return {}
    facts: dict[str, Any] = read_manifest(house.store.get(key)).settings.get("import", {})
    return facts


def _is_meant(facts: dict[str, Any], ids: frozenset[str], since: date | None, until: date | None) -> bool:
    if ids and keys.IMPORTED not in ids and not ids & facts.get("sources", {}).keys():
        return False
    first, last = (_day_of(facts.get(name)) for name in ("first_capture", "last_capture"))
    return (since is None or last is None or last >= since) and (until is None or first is None or first <= until)


def _day_of(moment: str | None) -> date | None:
    return datetime.fromisoformat(moment).date() if moment else None


def _holds(house: House, warc: str, url: str) -> bool:
    """Whether the index of a WARC has a URL of this pattern; one whose index is not there or empty may."""
    part = keys.part_of(warc)
    if part is None:
        return True
    wanted = re.compile(translate(url if "://" in url else f"*://{url}"), re.IGNORECASE)
    try:
        lines = house.store.get(part.cdxj).decode("utf-8").splitlines()
    except ObjectMissing:
        return True
    return not lines or any(wanted.match(cdxj.read_line(line).url) for line in lines)


def sources_meant(house: House, sources: Sequence[str]) -> frozenset[str]:
    """Of which sources the captures in archives of others are read; empty: of all."""
    return frozenset() if keys.IMPORTED in sources else frozenset(sources)


def replay_warcs(
    house: House,
    warc_keys: Sequence[str],
    *,
    steps: Steps,
    watch: Watch,
    at_once: int = AT_ONCE,
    only: frozenset[str] = frozenset(),
    elsewhere: Callable[[str], ReadWarc] | None = None,
) -> Report:
    """Extract WARCs again, `at_once` side by side, past their damage, which is owed.

    What is there already must be the same to the byte; what is not is written. WARCs that this replay had done
    before it was killed are not read again. `only`: of archives of others, the captures of these sources.
    `elsewhere`: what reads a WARC in another process or machine; then `at_once` is for its engine to say."""
    started = house.clock()
    progress = ReplayProgress(house, warc_keys, only)
    reports: dict[str, SourceReport] = {}
    owed = [key for key in warc_keys if key not in progress.done]

    turn = threading.Lock()

    def here(key: str) -> ReadWarc:
        done = read_past_damage(house, key, only)
        with turn:  # at once, not in the order of the WARCs: a kill must not cost what others had done meanwhile
            progress.remember(done)
        return done

    bound = 0 if elsewhere else at_once
    step: Step[str, ReadWarc] = Step("extract", elsewhere or here, _warc_name, STORE_RETRIES, bound)
    pending = dict(zip(owed, steps.start(step, owed), strict=True))
    failed = False
    for number, key in enumerate(warc_keys):
        watch(Progress("reading", number, len(warc_keys), {}))
        outcome = pending[key].outcome() if key in pending else progress.done[key]
        if isinstance(outcome, ReadWarc):
            _name_extractors(house, outcome)  # of those remembered too: the kill may have come between
            if elsewhere and key in pending:
                progress.remember(outcome)
            _add(house, outcome, reports)
        else:
            failed = True
            report = _report_for(house, _source_id(key), reports)
            report.outcome = "failed"
            report.warcs.append(key)
            report.owed.append(f"{key} is not read: {outcome}")
    watch(Progress("reading", len(warc_keys), len(warc_keys), {}))
    if not failed:
        progress.end()
    resumed = len(warc_keys) - len(owed)
    notes = [f"{resumed} WARCs had been read before this replay was ended; it went on from there"] if resumed else []
    return Report("replay", started, house.clock(), list(reports.values()), notes)


def _name_extractors(house: House, done: ReadWarc) -> None:
    """The first reading that a source has is its current one; a later one waits for `promote`."""
    for each in done.reads:
        if each.files:
            name_current_extractor(house, each.source, each.extractor)


def _add(house: House, done: ReadWarc, reports: dict[str, SourceReport]) -> None:
    for each in done.reads:
        report = _report_for(house, each.source, reports)
        report.warcs.append(done.warc)
        add_reading(report, each)
    if done.damages:
        report = _report_for(house, _source_id(done.warc), reports)
        report.outcome = "quarantined"
        report.owed += [f"quarantined: {damage}" for damage in done.damages]
        report.warcs += [done.warc] if done.warc not in report.warcs else []


def learn_anew(house: House, warc_keys: Sequence[str]) -> None:
    """Learn what recurs on the pages of each source in these WARCs. Raises StoreError, DamagedWarc, UnknownSource."""
    by_source: dict[str, list[str]] = {}
    for key in warc_keys:
        part = keys.part_of(key)
        if part is not None and part.source != keys.IMPORTED:  # those hold pages of many sources
            by_source.setdefault(part.source, []).append(key)
    for source, own in by_source.items():
        learn(house, house.catalogue[source], own)


def _warc_name(key: str) -> str:
    part = keys.part_of(key)
    return f"{part.source} {part.stem}" if part else key


def _source_id(warc_key: str) -> str:
    part = keys.part_of(warc_key)
    return part.source if part else warc_key


def _report_for(house: House, source_id: str, reports: dict[str, SourceReport]) -> SourceReport:
    if source_id not in reports:
        name = UNKNOWN.name if source_id == keys.IMPORTED else None
        if source_id in house.catalogue:
            name = house.catalogue[source_id].name
        reports[source_id] = SourceReport(source_id, name.ar if name else "", name.en if name else "")
    return reports[source_id]
