"""Parts go to the store while the crawl goes on, as soon as they are sealed, so that a long crawl fills no disk.

A store that does not answer is asked again later; what else goes wrong waits for the crawl's end, which tries all
of it again and reports it. Where the crawl waits for room, copies that are proved to be in the store give it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from crawlers.source import Source
from flows.grace import release_all
from flows.house import House
from flows.keeping import Kept, keep_part
from storage.errors import StoreUnreachable, WarraqError
from storage.keys import Part
from storage.ledger import PartState

logger = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0  # one statement, however many sources; what is left at the end costs a step each
LOOK_SOONER_S = 1.0  # while the crawl waits for room
ASK_AGAIN_S = 20.0  # after a store did not answer


class Carrier:
    """Keeps sealed parts of these sources, whose leases the caller holds, until the block ends.

    `waits_for` says why the crawl waits, or "" if it does not."""

    def __init__(self, house: House, sources: Sequence[Source], waits_for: Callable[[], str]) -> None:
        self.kept: dict[Part, Kept] = {}
        self._house = house
        self._sources = [source.id for source in sources]
        self._waits_for = waits_for
        self._left: set[Part] = set()  # to the crawl's end
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._work, name="carrier", daemon=True)

    def __enter__(self) -> Carrier:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _work(self) -> None:
        pause_s = LOOK_SOONER_S
        while not self._over.wait(pause_s):
            pause_s = self._round()

    def _round(self) -> float:
        """Keep what is sealed, and make room if it is needed; seconds until the next round."""
        try:
            self._keep_sealed_parts()
            if why := self._waits_for():
                release_all(self._house, why=why, say=lambda line: logger.warning("%s", line))
        except StoreUnreachable as error:
            logger.warning("%s; what is captured waits in the spool", error)
            return ASK_AGAIN_S
        except (WarraqError, OSError) as error:
            logger.warning("parts wait in the spool: %s", error)
        return LOOK_SOONER_S if self._waits_for() else LOOK_EVERY_S

    def _keep_sealed_parts(self) -> None:
        for row in self._house.ledger.owed_parts_of(self._sources):
            if row.state != PartState.SEALED or row.part in self._left or self._over.is_set():
                continue
            try:
                self.kept[row.part] = keep_part(self._house, row.part)
            except StoreUnreachable:
                raise
            except WarraqError as error:
                self._left.add(row.part)
                logger.warning("%s waits for the crawl's end: %s", row.part.stem, error)
