"""One crawl process a host, across all workers: a lease in the ledger beside those of the sources.

Several sources may share a host. A process takes the lease of a host with its first request there, and asks before
every request whether it still holds it, so that one that slept through its end asks nobody anything."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable
from datetime import datetime

from crawlers.turns import PutOff
from storage.errors import LeaseLost, Passing, SourceBusy, WarraqError
from storage.leases import Lease, host_name
from storage.ledger import Ledger
from storage.owners import is_dead

logger = logging.getLogger(__name__)

SEEN_FOR_S = 0.2  # a lease that held so short a time ago is not looked up again
TRUSTED_FOR_S = (
    30.0  # a lease that held so short a time ago cannot have run out: it was good for 90 s, renewed every 20
)
RENEW_EVERY_S = 20.0


class HostTaken(PutOff):
    """Another run asks this host; its URLs wait for a later one of ours."""


class HostLeases:
    """The leases of one crawl process. All methods but `renew` raise LedgerError."""

    def __init__(self, ledger: Ledger, clock: Callable[[], datetime], owner: str) -> None:
        self._ledger = ledger
        self._clock = clock
        self._owner = owner
        self._held: dict[str, Lease] = {}
        self._seen_at: dict[str, float] = {}  # time.monotonic()
        self._renewed_at = time.monotonic()

    def hold(self, host: str) -> None:
        """See that the host is ours to ask now. Raises HostTaken."""
        seen_s_ago = time.monotonic() - self._seen_at.get(host, -math.inf)
        if seen_s_ago < SEEN_FOR_S:
            return
        lease = self._held.get(host)
        try:
            if lease is None:
                self._held[host] = self._taken(host)
            elif not self._ledger.holds(lease):
                raise self._refused(host)
        except Passing:
            if seen_s_ago >= TRUSTED_FOR_S:
                raise
            return  # what is captured meanwhile cannot be written down, and shuts the door
        self._seen_at[host] = time.monotonic()

    def _taken(self, host: str) -> Lease:
        name = host_name(host)
        holder = self._ledger.owner_of(name)
        dead = frozenset({holder}) if holder and is_dead(holder) else frozenset()
        try:
            return self._ledger.lease(name, self._owner, self._clock(), dead=dead)
        except SourceBusy:
            raise self._refused(host) from None

    def _refused(self, host: str) -> HostTaken:
        return HostTaken(f"{host} is being asked by another run, {self._ledger.owner_of(host_name(host))}")

    def renew(self) -> None:
        """Hold them for longer, if it is time. Called often; what fails is tried again, and no fault of the crawl."""
        if time.monotonic() - self._renewed_at < RENEW_EVERY_S:
            return
        self._renewed_at = time.monotonic()
        try:
            self._ledger.renew(list(self._held.values()), self._clock())
        except LeaseLost as error:
            logger.warning("%s", error)
            self._renew_one_by_one()
        except WarraqError as error:
            logger.warning("the leases of hosts could not be renewed: %s", error)

    def _renew_one_by_one(self) -> None:
        for lease in self._held.values():
            try:
                self._ledger.renew([lease], self._clock())
            except WarraqError:
                continue  # `hold` says so when it is asked
