"""How many articles of a day are in the archive, source by source: by their own date, or by when they were found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import BigInteger, case, func, select, type_coerce

from storage.ledger import Ledger, State
from storage.ledger_database import faults_named
from storage.ledger_schema import urls

_DAY_US = 86_400_000_000
_EPOCH = date(1970, 1, 1)


def articles_a_day(ledger: Ledger, sources: Sequence[str], first: date, last: date) -> dict[str, dict[date, int]]:
    """Captured articles by source and day (UTC), of days from `first` to `last`. Raises LedgerError.

    A date that a feed gives is believed where it lies before the find."""
    own = case((urls.c.dated.is_not(None) & (urls.c.dated <= urls.c.found_at), urls.c.dated), else_=urls.c.found_at)
    day = func.floor(type_coerce(own, BigInteger) / _DAY_US)
    since, until = (datetime.combine(each, time(), UTC) for each in (first, last + timedelta(days=1)))
    asked = (
        select(urls.c.source, day.label("day"), func.count().label("articles"))
        .where(urls.c.source.in_(sources), urls.c.state == State.DONE, own >= since, own < until)
        .group_by(urls.c.source, day)
    )
    found: dict[str, dict[date, int]] = {source: {} for source in sources}
    with faults_named(ledger.engine), ledger.engine.execution_options(reading=True).connect() as connection:
        for row in connection.execute(asked):
            found[row.source][_EPOCH + timedelta(days=int(row.day))] = row.articles
    return found
