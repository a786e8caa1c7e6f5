"""Verify the archive: every object against its manifest, every record, index line and article against the
other. Full or a share of the parts; ended in the middle, it goes on from there."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from flows.fixity import Damage, damages_of
from flows.house import House
from flows.progress import Progress, Watch
from flows.survey import Survey, survey
from storage.errors import UsageError
from storage.keys import Part
from storage.verifications import Verifications, VerifiedPart

AT_ONCE = 4  # parts looked at side by side: each may take a gigabyte of disk
REMEMBER_EVERY = 16  # parts; a verification that is killed looks at so many again, at most


@dataclass(slots=True)
class Verification:
    """What a verification came to."""

    started_at: datetime
    finished_at: datetime
    sample: int  # percent of the parts that were looked into
    parts: int
    objects: int
    resumed: int  # parts that an earlier, unfinished verification had looked at
    damages: list[Damage]  # as found; those that were repaired are in `repaired` too
    repaired: list[str] = field(default_factory=list)  # keys made again, and whole now
    beyond: list[str] = field(default_factory=list)  # what could not be repaired and why; a line each

    @property
    def left(self) -> list[Damage]:
        """Damage that is still there."""
        mended = set(self.repaired)
        return [damage for damage in self.damages if damage.key not in mended]

    @property
    def damaged_objects(self) -> list[str]:
        return sorted({damage.key for damage in self.damages})

    @property
    def exit_code(self) -> int:
        return 1 if self.left else 0


def verify(house: House, *, sample: int = 100, repair: bool = False, watch: Watch) -> Verification:
    """Look at everything, or at `sample` percent of the parts: others every day, all of them in 100 / sample days.

    Manifests, pointers and orphans are always looked at. Raises StoreError, LedgerError, UsageError."""
    from flows.repairing import repair_damages

    if not 1 <= sample <= 100:
        raise UsageError(f"--sample: expected percent from 1 to 100, not {sample}")
    records = Verifications(house.ledger, house.store.url)
    began = records.begin(sample, house.clock())
    # Damage that was found before the end in the middle may have been repaired since: it is looked at again.
    seen = {(part.source, part.stem): part for part in records.remembered(began) if not part.damages}
    found = survey(house)
    wanted = [part for part in found.parts if in_sample(part, sample, house.clock().date())]
    owed = [part for part in wanted if (part.source, part.stem) not in seen]
    for number, group in _verified(house, found, owed, len(wanted) - len(owed)):
        watch(Progress("verifying", number, len(wanted), {}))
        records.remember(began, group)
        seen |= {(part.source, part.stem): part for part in group}
    damages = [Damage(**place) for key in sorted(seen) for place in seen[key].damages] + found.damages
    objects = sum(part.objects for part in seen.values()) + found.objects
    result = Verification(began, house.clock(), sample, len(wanted), objects, len(wanted) - len(owed), damages)
    if repair and damages:
        result.repaired, result.beyond = repair_damages(house, found, damages)
    result.finished_at = house.clock()
    records.finish(began, objects, len(result.left), result.finished_at)
    return result


def in_sample(part: Part, percent: int, day: date) -> bool:
    """Whether a part's turn is on this day: a window over a hash of its name moves on by `percent` a day."""
    place = int.from_bytes(hashlib.sha256(f"{part.source} {part.stem}".encode()).digest()[:4]) % 100
    return (place + day.toordinal() * percent) % 100 < percent


def _verified(
    house: House, found: Survey, parts: Sequence[Part], before: int
) -> Iterator[tuple[int, list[VerifiedPart]]]:
    """Groups of parts as they are done, with how many are done by then."""

    def look(part: Part) -> VerifiedPart:
        files = found.parts[part]
        damages = damages_of(house, files)
        return VerifiedPart(part.source, part.stem, len(files.keys), [damage.to_json() for damage in damages])

    queue = iter(parts)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="verify") as pool:
        while group := list(islice(queue, REMEMBER_EVERY)):
            before += len(group)
            yield before, list(pool.map(look, group))
