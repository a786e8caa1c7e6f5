"""Articles by their numbers, for a backfill where the publisher's addresses allow it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from crawlers.document_key import document_key
from crawlers.visit import Visit
from storage.ledger import Found
from storage.link_pages import dated_ids

BATCH = 400  # written down at a time
_MARGIN = timedelta(days=2)  # articles are published a little out of the order of their numbers


def numbered_articles(visit: Visit) -> Iterator[list[Found]]:
    """The articles of the source's numbers, newest first, those of the window as far as dates in the ledger tell."""
    ids = visit.source.discover.ids
    if ids is None or not visit.task:
        return
    first, last = _range_of(visit, ids.from_, ids.to)
    if last is None:
        visit.problem(f"ids of {visit.source.id}: no article number is known to end at; write `to` in its source file")
        return
    batch: list[Found] = []
    for number in range(last, first - 1, -1):
        url = ids.url.replace("{id}", str(number))
        if not visit.budgets.spend("ids", url):
            break
        batch.append(Found(document_key(url, visit.source), url, ids.url, None, "id"))
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _range_of(visit: Visit, first: int, last: int | None) -> tuple[int, int | None]:
    """Narrowed by articles whose numbers and dates are known; not beyond what the source file says."""
    known = dated_ids(visit.ledger, visit.source.id)
    if last is None:
        last = known[-1][0] if known else None
    if visit.since is not None:
        first = max([first, *(number for number, dated in known if dated < visit.since - _MARGIN)])
    if visit.until is not None and last is not None:
        last = min([last, *(number for number, dated in known if dated > visit.until + _MARGIN)])
    return first, last
