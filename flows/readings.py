"""Which extractors have read a source, and which of them is the current one.

The pointer extractors/{source}.json is written over at one stroke. It keeps who made which extractor current and
when, and the ones before it, so that every promotion can be undone. The first reading that a source has becomes
current by itself; after that only `promote` moves the pointer, so that a replay with new code changes nothing
that others look at before somebody has compared."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

from flows.house import House
from flows.learning import extractor_of
from storage import keys
from storage.errors import ObjectMissing, SourceBusy, StoreError, UsageError
from storage.owners import owner_name

PROMOTION = "promotion:"  # name of its lease; no source is called so
CURRENT, LATEST = "current", "latest"  # words for the one the pointer names, and for the reading of this Warraq


@dataclass(frozen=True, slots=True)
class Change:
    extractor: str
    at: str  # ISO 8601, UTC
    by: str
    back: bool = False


@dataclass(slots=True)
class Pointer:
    """Which extractor's articles are a source's current ones."""

    source: str
    extractor: str
    before: list[str] = field(default_factory=list)  # what `--back` goes back to, the last one first asked
    history: list[Change] = field(default_factory=list)

    def to_json(self) -> bytes:
        row: dict[str, Any] = {"source": self.source, "extractor": self.extractor}
        if self.history:
            row |= {"before": self.before, "history": [asdict(change) for change in self.history]}
        return (json.dumps(row, indent=1) + "\n").encode()


def read_pointer(content: bytes) -> Pointer:
    """Raises StoreError if it is damaged."""
    try:
        row = json.loads(content)
        history = [Change(**change) for change in row.get("history", [])]
        pointer = Pointer(row["source"], row["extractor"], list(row.get("before", [])), history)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError("a damaged pointer to the current extractor; `warraq verify --repair` next") from error
    if pointer.to_json() != content:
        raise StoreError("a pointer to the current extractor that nobody of us wrote; `warraq verify --repair` next")
    return pointer


def current(house: House, source: str) -> Pointer | None:
    """None: nothing has read the source yet. Raises StoreError."""
    try:
        return read_pointer(house.store.get(keys.current_extractor(source)))
    except ObjectMissing:
        return None


def extractor_named(house: House, source: str, name: str) -> str:
    """The id that a name means for a source: itself, `current` or `latest`. Raises UsageError, UnknownSource."""
    if name == LATEST:
        return extractor_of(house, _described(house, source))[0].id
    if name != CURRENT:
        return name
    pointer = current(house, source)
    if pointer is None:
        raise UsageError(f"{source}: no extractor is current yet; `warraq replay {source}` reads it")
    return pointer.extractor


def _described(house: House, source: str) -> Any:
    from crawlers.hosts import UNKNOWN

    return UNKNOWN if source == keys.IMPORTED else house.catalogue[source]


def read_sources(house: House) -> list[str]:
    """Ids of all sources that were ever read, sorted."""
    names = (key.removeprefix(keys.EXTRACTORS).removesuffix(".json") for key in house.store.list(keys.EXTRACTORS))
    return sorted(name for name in names if "/" not in name)


def files_read(house: House, source: str, extractor: str) -> dict[str, list[str]]:
    """What an extractor made of a source: keys of article and rejection files by `{run}-{part}`."""
    found: dict[str, list[str]] = {}
    for kind in (keys.ARTICLES, keys.REJECTED):
        for key in house.store.list(f"{kind}extractor={extractor}/source={source}/"):
            found.setdefault(keys.stem_of(key), []).append(key)
    return found


def promote(
    house: House, name: str | None, sources: Sequence[str], by: str, *, back: bool = False, partial: bool = False
) -> list[Pointer]:
    """Make an extractor's articles the current ones of sources; `back`: those that were it before. Twice is once.

    No source named: all that it has read. Raises UsageError, StoreError, before anything is written, and SourceBusy
    while another promotion is made: of two at once, one would be missing in the history."""
    with _alone(house):
        return _promoted(house, name, sources, by, back, partial)


@contextmanager
def _alone(house: House) -> Iterator[None]:
    try:
        lease = house.ledger.lease(PROMOTION, owner_name(secrets.token_hex(8)), house.clock())
    except SourceBusy as error:
        raise SourceBusy("another promotion is being made; ask again in a moment") from error
    try:
        yield
    finally:
        house.ledger.release([lease], house.clock())


def _promoted(
    house: House, name: str | None, sources: Sequence[str], by: str, back: bool, partial: bool
) -> list[Pointer]:
    chosen = list(dict.fromkeys(sources)) or read_sources(house)
    changes = [
        change for source in chosen if (change := _change(house, source, name, by, back, partial, bool(sources)))
    ]
    if not changes:
        raise UsageError("nothing to promote: no source was read by it; `warraq replay` reads them")
    for pointer, is_new in changes:
        if is_new:
            house.store.replace_derived(keys.current_extractor(pointer.source), pointer.to_json())
    return [pointer for pointer, _ in changes]


def _change(
    house: House, source: str, name: str | None, by: str, back: bool, partial: bool, is_named: bool
) -> tuple[Pointer, bool] | None:
    """The pointer as it is to be, and whether it is another than now; None: this source is not meant."""
    now = house.clock().isoformat()
    pointer = current(house, source)
    if back:
        if pointer is None or not pointer.before:
            if is_named:
                raise UsageError(f"{source}: no extractor was current before this one")
            return None
        former = pointer.before[-1]
        change = Change(former, now, by, back=True)
        return Pointer(source, former, pointer.before[:-1], [*pointer.history, change]), True
    extractor = extractor_named(house, source, name or LATEST)
    read = files_read(house, source, extractor)
    if not read:
        if is_named:
            raise UsageError(f"{source}: {extractor} has read nothing of it; `warraq replay {source}` comes first")
        return None
    if pointer is None:
        return Pointer(source, extractor, [], [Change(extractor, now, by)]), True
    if pointer.extractor == extractor:
        return pointer, False
    missing = len(files_read(house, source, pointer.extractor).keys() - read.keys())
    if missing and not partial:
        raise UsageError(
            f"{source}: {extractor} has not read {missing:,} WARCs that {pointer.extractor} has; "
            f"`warraq replay {source}` reads them, --partial promotes it all the same"
        )
    history = [*pointer.history, Change(extractor, now, by)]
    return Pointer(source, extractor, [*pointer.before, pointer.extractor], history), True
