"""Sources paused and resumed without touching a file. A paused one is crawled only when it is named."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from crawlers.source import Source
from flows.house import House
from flows.settings import Settings
from storage.errors import UsageError
from storage.ledger import Ledger
from storage.pauses import Pause, Pauses

_SQLITE = "sqlite:///"


def pause(house: House, ids: Sequence[str], by: str, reason: str = "") -> dict[str, Pause]:
    """All that are paused then. Raises UnknownSource before anything is written, LedgerError."""
    chosen = house.catalogue.chosen(ids) if ids else []
    pauses = Pauses(house.ledger)
    pauses.pause([source.id for source in chosen], house.clock(), by, reason)
    return pauses.all()


def resume(house: House, ids: Sequence[str]) -> dict[str, Pause]:
    """All that are paused then; one whose file is gone can be resumed too. Raises LedgerError."""
    pauses = Pauses(house.ledger)
    pauses.resume(ids)
    return pauses.all()


def crawlable(house: House, ids: Iterable[str] = ()) -> list[Source]:
    """The named sources, or all enabled ones that are not paused. Raises UsageError if none is left."""
    named = list(ids)
    if named:
        return house.catalogue.chosen(named)
    paused = Pauses(house.ledger).all()
    found = [source for source in house.catalogue.chosen([]) if source.id not in paused]
    if not found:
        raise UsageError("every enabled source is paused; `warraq sources resume ID` goes on with one")
    return found


def paused_in(settings: Settings) -> dict[str, Pause]:
    """What is paused, by the ledger alone; one that is not there yet is not made. Raises LedgerError."""
    if settings.ledger.startswith(_SQLITE) and not Path(settings.ledger.removeprefix(_SQLITE)).exists():
        return {}
    ledger = Ledger(settings.ledger)
    try:
        return Pauses(ledger).all()
    finally:
        ledger.close()
