"""What we asked publishers for, exchange by exchange, as the stored WARCs hold it: no process is asked to remember.

An exchange that brought no byte of an answer, such as a connection that was refused, is in no WARC."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crawlers.source import Source
from crawlers.turns import host_of
from flows.house import House
from storage import keys
from storage.http_message import parse_response
from storage.keys import Part
from storage.ledger import PartState
from storage.metadata_fields import ENDED, RECEIVED, STARTED, fields_in
from storage.warc import CAPTURE_KINDS, RawRecord, read_records

_OF_AI = ("content-signal", "ai-agents-forbidden")
_IN_STORE = (PartState.KEPT, PartState.READ)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a run was bound to, as the first record of its WARC says."""

    source: str
    run: str
    delay_s: float  # of the source file
    concurrency: int
    user_agent: str
    operator: str
    ai_policy: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request and what came back."""

    terms: Terms
    url: str
    started: datetime
    ended: datetime
    status: int  # 0: the answer has no status line
    sent: int  # bytes
    received: int  # bytes
    retry_after: str | None  # as sent
    said_of_ai: tuple[tuple[str, str], ...]  # what robots.txt says of AI and this page
    body: bytes | None  # of an answer for a robots.txt; None: of any other

    @property
    def host(self) -> str:
        return host_of(self.url)


def parts_of_runs(house: House, sources: Sequence[Source], since: date, until: date) -> tuple[list[Part], int]:
    """The parts of the runs that began on these days, oldest first; and how many are not in the store yet.

    Raises LedgerError."""
    found: list[Part] = []
    missing = 0
    for source in sources:
        for run in house.ledger.runs_of(source.id):
            if since <= keys.run_day(run.run) <= until:
                rows = house.ledger.parts_of(source.id, run.run)
                found += [row.part for row in rows if row.state in _IN_STORE]
                missing += sum(row.state not in _IN_STORE for row in rows)
    return sorted(found, key=lambda part: (part.run, part.source, part.number)), missing


def asked_in(house: House, part: Part) -> Iterator[Asked]:
    """Each exchange of a part, in file order. Raises StoreError, DamagedWarc."""
    terms = Terms(part.source, part.run, 0.0, 1, "", "", "")
    answer: RawRecord | None = None
    sent = 0
    with house.store.open(part.warc) as stream:
        for record in read_records(stream, part.warc, 1):
            if record.kind == "warcinfo":
                terms = _terms(part, fields_in(record.block))
            elif record.kind in CAPTURE_KINDS:
                answer, sent = record, 0
            elif record.kind == "request":
                sent = len(record.block)
            elif record.kind == "metadata" and answer is not None:
                yield _asked(terms, answer, sent, fields_in(record.block))
                answer = None


def _terms(part: Part, said: dict[str, str]) -> Terms:
    settings: dict[str, Any] = json.loads(said.get("settings", "{}"))
    return Terms(
        part.source,
        part.run,
        float(settings.get("delay_s", 0.0)),
        int(settings.get("concurrency", 1)),
        said.get("http-header-user-agent", ""),
        said.get("operator", ""),
        str(settings.get("ai_policy", "")),
    )


def _asked(terms: Terms, answer: RawRecord, sent: int, said: dict[str, str]) -> Asked:
    url = answer.header("WARC-Target-URI") or ""
    message = parse_response(answer.block)
    retry_after = next((value for name, value in message.headers if name.lower() == "retry-after"), None)
    started = _moment(said.get(STARTED) or answer.header("WARC-Date") or "")
    return Asked(
        terms,
        url,
        started,
        _moment(said[ENDED]) if ENDED in said else started,
        message.status,
        sent,
        int(said.get(RECEIVED) or len(answer.block)),
        retry_after,
        tuple((name, said[name]) for name in _OF_AI if name in said),
        message.body if url.partition("?")[0].endswith("/robots.txt") else None,
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
