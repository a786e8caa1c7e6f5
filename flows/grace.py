"""The grace of local copies: a part that was proved to be in the store stays in the spool for a while.

Before a copy goes, the store has to prove once more that it has the object. What it lost or damaged meanwhile is
stored again from the copy, whose grace then begins anew: a store that lies costs time, never a capture."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flows.house import House
from flows.keeping import bring_part, described
from storage import spool, warc
from storage.bringing import is_whole
from storage.errors import DamagedWarc, ObjectMissing, WarraqError
from storage.keys import Part
from storage.ledger import PartState
from storage.store import sha256_of

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Released:
    """What became of the copies that were looked at."""

    gone: int = 0  # deleted, their objects proved
    restored: list[str] = field(default_factory=list)  # a line for each object that the store had lost or damaged
    owed: list[str] = field(default_factory=list)  # a line for each copy that could not be dealt with


def release(house: House, source: str, *, grace: timedelta | None = None) -> Released:
    """Delete the copies of a source whose grace is over, each after its object was proved again.

    `grace` None: as the settings say. Never raises for a single part: it stays, and its line says why."""
    folder, done = house.spool / source, Released()
    grace = house.settings.spool_grace if grace is None else grace
    for file, part in spool.parts_in(folder, source, spool.KEPT):
        try:
            with spool.faults_named(folder):
                if house.clock() - spool.kept_at(file) >= grace:
                    _release_one(house, part, file, done)
        except FileNotFoundError:  # another run has released it
            continue
        except WarraqError as error:
            done.owed.append(f"the copy of {part.warc} stays in the spool: {error}")
    return done


def _release_one(house: House, part: Part, file: Path, done: Released) -> None:
    restored = restore_part(house, part, file)
    if restored:
        done.restored.append(restored)
        spool.keep(file.parent, part, house.clock())
    elif is_read(house, part):
        file.unlink(missing_ok=True)
        done.gone += 1


def is_read(house: House, part: Part) -> bool:
    """Whether nothing of a part is owed any more; until then its copy is worth keeping."""
    return any(row.part == part and row.state == PartState.READ for row in house.ledger.parts_of(part.source, part.run))


def restore_part(house: House, part: Part, file: Path) -> str:
    """Store a part again from its local copy, where the store has lost or damaged it.

    Returns a line about it; empty: the store has it, byte for byte. Raises StoreError, and DamagedWarc where the
    copy is not whole and the store does not have its equal."""
    with file.open("rb") as stream:
        ours = sha256_of(stream)
    try:
        there = described(house.store, part.warc)
        if (there.sha256, there.size) == ours:
            bring_part(house, part, file)
            return ""
    except ObjectMissing:
        there = None
    if warc.whole_length(file) < file.stat().st_size:
        raise DamagedWarc(str(file), warc.whole_length(file), "the copy is not whole, and not what the store has")
    if there is not None and not is_whole(house.store, part.warc):  # as it was, when its copy was marked as kept
        house.store.restore(part.warc, file)
    bring_part(house, part, file)
    how = "lost" if there is None else "damaged"
    logger.warning("the store had %s %s; it was stored again from the spool", how, part.warc)
    return f"{part.warc} was {how} in the store, and was stored again from the spool"


def release_all(house: House, *, why: str, say: Callable[[str], None]) -> int:
    """Give up the grace of all copies in the spool, whoever's they are, because room is needed; how many went."""
    gone = 0
    for folder in sorted(each for each in house.spool.iterdir() if each.is_dir()):
        released = release(house, folder.name, grace=timedelta(0))
        gone += released.gone
        for line in (*released.restored, *released.owed):
            say(line)
    if gone:
        logger.warning("%d local copies were given up before their time: %s", gone, why)
    return gone
