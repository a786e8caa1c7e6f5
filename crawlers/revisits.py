"""When a page that names articles is asked again, and with it its source. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

QUIET_FOR_LONGER = 4  # polls that bring nothing, before the polls become rarer
RAREST = timedelta(days=1)  # between two polls of a page, unless the source's cadence is longer
TIMES_RARER = 8  # than the source's cadence, at most
EARLY_SHARE, EARLY_AT_MOST = 10, timedelta(minutes=1)  # of its cadence that a source may be asked early
ALONG_SHARE = 4  # of its source's cadence that a page may be asked early


def next_poll(polled_at: datetime, cadence: timedelta, quiet: int) -> datetime:
    """When a page that has brought nothing new in its last `quiet` polls is due again.

    The cadence while it brings something; twice that after eight quiet polls, and so on up to eight times."""
    times = min(max(1.0, quiet / QUIET_FOR_LONGER), TIMES_RARER)
    return polled_at + max(cadence, min(cadence * times, RAREST))


def counted_from(run_began: datetime, polled_at: datetime, cadence: timedelta) -> datetime:
    """From when a poll's cadence counts: from the begin of its run, or a page that had to wait would lose a turn.

    But never less than half a cadence is between two polls, however long a run takes."""
    return max(run_began, polled_at - cadence / 2)


def due_by(now: datetime, cadence: timedelta) -> datetime:
    """What is due until then is due now: a schedule that fires a moment early, or asked late before, loses no turn."""
    return now + min(cadence / EARLY_SHARE, EARLY_AT_MOST)


def due_along(now: datetime, cadence: timedelta) -> datetime:
    """What is due until then is asked along, where a source is asked anyway."""
    return now + cadence / ALONG_SHARE
