"""Whether the spool owes the store captures for longer than it should, and the event that says so."""

from __future__ import annotations

import socket
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.alerts import SPOOL_EVENT
from storage import spool

TOO_LONG = timedelta(hours=1)  # from the sealing of a part
AGAIN_AFTER = timedelta(hours=1)  # while it lasts
TOLD = "told-owed"  # a file in the spool; its time is when it was told last


@dataclass(frozen=True, slots=True)
class Owed:
    """Sealed parts that wait for the store."""

    since: datetime  # when the oldest was sealed
    files: int
    size: int  # bytes


def owed_in(folder: Path) -> Owed | None:
    """All that waits in a spool; None: nothing does. Parts that are being written wait for nobody."""
    found = []
    for source in (each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else ():
        for file, _ in spool.parts_in(source, source.name, spool.SEALED):
            with suppress(FileNotFoundError):  # it was just kept
                found.append(file.stat())
    if not found:
        return None
    since = datetime.fromtimestamp(min(each.st_mtime for each in found), UTC)
    return Owed(since, len(found), sum(each.st_size for each in found))


def tell_if_owed(folder: Path, now: datetime) -> Owed | None:
    """Emit an event if something waits for more than an hour, once an hour; what was told of."""
    owed = owed_in(folder)
    if owed is None or now - owed.since < TOO_LONG or _was_told(folder, now):
        return None
    from prefect.events import emit_event

    (folder / TOLD).touch()
    host = socket.gethostname()
    emit_event(
        event=SPOOL_EVENT,
        occurred=now,
        resource={"prefect.resource.id": f"warraq.spool.{host}", "prefect.resource.name": f"{host}:{folder}"},
        payload={
            "files": owed.files,
            "bytes": owed.size,
            "since": owed.since.isoformat(),
            "folder": str(folder),
            "host": host,
        },
    )
    return owed


def _was_told(folder: Path, now: datetime) -> bool:
    try:
        return now - datetime.fromtimestamp((folder / TOLD).stat().st_mtime, UTC) < AGAIN_AFTER
    except FileNotFoundError:
        return False
