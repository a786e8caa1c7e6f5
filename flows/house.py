"""The world, opened: settings, sources, store, ledger, spool and clock, passed to whatever needs them."""

from __future__ import annotations

import getpass
import logging
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawlers.catalogue import Catalogue
from flows.page_pool import Limits, PagePool
from flows.settings import Settings, load_settings
from flows.workplace import remove_abandoned
from storage.errors import StoreDenied, StoreUnreachable
from storage.ledger import Ledger
from storage.store import Store, open_store

logger = logging.getLogger(__name__)

LEDGER_WAIT_S = 30.0  # for its server to answer again, say after a restart


def now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    catalogue: Catalogue
    store: Store
    ledger: Ledger
    readers: PagePool
    store_problem: str = ""  # why nothing can be stored for now; empty: the store answered when it was opened
    clock: Callable[[], datetime] = now

    @property
    def spool(self) -> Path:
        return self.settings.spool


def catalogue_of(settings: Settings) -> Catalogue:
    return Catalogue(*([settings.sources] if settings.sources else []))


def readers_of(settings: Settings, size: int = 0) -> PagePool:
    """The processes that read pages, none of them started yet."""
    return PagePool(size or settings.readers, Limits(settings.page_seconds, settings.page_memory_mb << 20))


@contextmanager
def open_house(settings: Settings | None = None, *, readers: int = 0, store_may_wait: bool = False) -> Iterator[House]:
    """Open everything, or raise a WarraqError before anything is written.

    `readers`: processes that read pages; 0: as the settings say. `store_may_wait`: a store that does not answer, or
    is full, is no reason to stop: what would go there waits in the spool, and `store_problem` says why.
    What processes that were killed left of their work is removed."""
    settings = settings or load_settings()
    remove_abandoned()
    catalogue = catalogue_of(settings)
    store = open_store(settings.store, s3_endpoint=settings.s3_endpoint)
    problem = _problem_of(store, store_may_wait)
    ledger = Ledger(settings.ledger, wait_s=LEDGER_WAIT_S)
    try:
        settings.spool.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreDenied(f"the spool {settings.spool} cannot be made: {error.strerror}; set WARRAQ_SPOOL") from error
    try:
        with readers_of(settings, readers) as pool:
            yield House(settings, catalogue, store, ledger, pool, problem)
    finally:
        ledger.close()


def _problem_of(store: Store, may_wait: bool) -> str:
    try:
        store.check()
    except StoreUnreachable as error:
        if not may_wait:
            raise
        logger.warning("%s; meanwhile all waits in the spool", error)
        return str(error)
    return ""


def whoami() -> str:
    """Who does this, for people: user and host."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user id without a name, as containers have
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"
