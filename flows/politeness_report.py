"""The politeness report: how we behaved at publishers' hosts, as something one can send to a publisher."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from crawlers.robots import origin_of
from crawlers.source import Name
from flows.asked import Asked, asked_in, parts_of_runs
from flows.house import House
from flows.manners import HostManners, manners_at_hosts
from flows.progress import Progress, Watch
from storage.errors import UsageError, WarraqError
from storage.host_memory import RobotsMemory, robots_memory
from storage.keys import IMPORTED
from storage.ledger_overview import known_sources, refused_urls


@dataclass(frozen=True, slots=True)
class Politeness:
    """What was asked at some publishers' hosts in some days."""

    since: date
    until: date
    made_at: datetime
    contact: str
    names: dict[str, Name]  # of the sources, by id
    hosts: list[HostManners]
    notes: list[str]  # what these figures leave out

    @property
    def exit_code(self) -> int:
        """0: all that was asked of us was kept. 1: something was not, or some WARC could not be read."""
        return 0 if all(host.kept for host in self.hosts) and not self.notes else 1

    def rows(self) -> Iterator[dict[str, Any]]:
        """An object a host, for machines."""
        for host in self.hosts:
            names = {source: self.names[source].model_dump() for source in host.sources if source in self.names}
            yield {"event": "host", "names": names, "kept": host.kept, **asdict(host)}
        about = {"since": self.since, "until": self.until, "made_at": self.made_at, "contact": self.contact}
        yield {"event": "politeness", **about, "hosts": len(self.hosts), "notes": self.notes}


def politeness_of(house: House, ids: Sequence[str], since: date, until: date, watch: Watch) -> Politeness:
    """Read the WARCs of the runs that began on these days; of all crawled sources if none is named.

    Raises UnknownSource, StoreError, LedgerError, and UsageError where there is nothing to tell."""
    named = ids or [each for each in known_sources(house.ledger) if each in house.catalogue and each != IMPORTED]
    sources = [house.catalogue[source_id] for source_id in dict.fromkeys(named)]
    parts, missing = parts_of_runs(house, sources, since, until)
    asked: list[Asked] = []
    notes = [f"{missing} parts are not in the store yet; `warraq status --settle` takes them up"] if missing else []
    for number, part in enumerate(parts):
        watch(Progress("reading", number, len(parts), {}))
        try:
            asked += asked_in(house, part)
        except WarraqError as error:
            notes.append(f"{part.warc} is not counted: {error}")
    watch(Progress("reading", len(parts), len(parts), {}))
    if not asked:
        raise UsageError(f"no capture of these sources from {since} to {until}; name other days with --since")
    refused = (url for source in sources for url in refused_urls(house.ledger, source.id))
    hosts = manners_at_hosts(asked, refused, _copies(house, asked))
    names = {source.id: source.name for source in sources}
    return Politeness(since, until, house.clock(), house.settings.contact or "", names, hosts, notes)


def _copies(house: House, asked: Sequence[Asked]) -> Iterator[RobotsMemory]:
    """The last robots.txt of each origin that the ledger remembers."""
    for origin in dict.fromkeys(origin_of(each.url) for each in asked):
        memory = robots_memory(house.ledger, origin)
        if memory is not None:
            yield memory
