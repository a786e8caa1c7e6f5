"""When an article is looked at again, and when a page that names articles is. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

QUIET_FOR_LONGER = 4  # polls that bring nothing, before the polls become rarer
RAREST = timedelta(days=1)  # between two polls of a page, unless the source's cadence is longer
TIMES_RARER = 8  # than the source's cadence, at most


def next_poll(polled_at: datetime, cadence: timedelta, quiet: int) -> datetime:
    """When a page that has brought nothing new in its last `quiet` polls is due again.

    The cadence while it brings something; twice that after eight quiet polls, and so on up to eight times."""
    times = min(max(1.0, quiet / QUIET_FOR_LONGER), TIMES_RARER)
    return polled_at + max(cadence, min(cadence * times, RAREST))
