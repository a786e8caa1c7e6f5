"""What is known of one article over time: its captures, what happened to it, and what changed in its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Any

from crawlers.document_key import document_key
from crawlers.extraction.feed_body import TEXT_FROM_FEED
from flows.house import House
from flows.versions import read_again
from storage.errors import UsageError
from storage.events import Event, What, captures_at, events_of
from storage.ledger import Captured
from storage.surt import surt

_FROM, _TO = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"  # so that a change does not turn its neighbours


@dataclass(frozen=True, slots=True)
class Change:
    """Words in their order: kept, taken out, put in."""

    how: str  # same | out | in
    words: str


@dataclass(frozen=True, slots=True)
class Step:
    event: Event
    headline: list[Change] = field(default_factory=list)  # empty: as before, or nothing to compare with
    text: list[Change] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class History:
    source: str
    document_key: str
    captures: list[Captured]
    steps: list[Step]


def history_of(house: House, url: str) -> History:
    """Raises UsageError if nothing is known of the URL, StoreError, LedgerError."""
    for source in house.catalogue.values():
        if not source.is_article(url):
            continue
        key = document_key(url, source)
        events = events_of(house.ledger, source.id, [key]).get(key, [])
        addresses = {surt(url), *(surt(event.url) for event in events)}
        captures = captures_at(house.ledger, source.id, addresses)
        if events or captures:
            return History(source.id, key, captures, list(_steps(house, events)))
    raise UsageError(f"no capture of {url} is known; `warraq crawl` makes some")


def _steps(house: House, events: list[Event]) -> Iterator[Step]:
    before: Event | None = None
    for event in events:
        step = Step(event)
        if event.text_digest is not None:
            if before is not None and event.what in (What.EDITED, What.RESTORED):
                source = house.catalogue[event.source]
                old, new = read_again(house, before, source), read_again(house, event, source)
                if old is not None and new is not None:
                    step = Step(event, changes(old.title, new.title), changes(old.text, new.text))
            before = event
        yield step


def changes(before: str, after: str) -> list[Change]:
    """What was changed, word by word; empty if nothing was."""
    old, new = before.split(), after.split()
    if old == new:
        return []
    found = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            found.append(Change("same", " ".join(old[a:b])))
            continue
        found += [Change("out", " ".join(old[a:b]))] if b > a else []
        found += [Change("in", " ".join(new[c:d]))] if d > c else []
    return found


def as_line(changed: list[Change], *, around: int = 6) -> str:
    """Changes on one line, with a few words around each; right-to-left words stay where they are."""
    parts = []
    for change in changed:
        words = change.words.split()
        if change.how == "same":
            shown = change.words if len(words) <= 2 * around else " ".join([*words[:around], "…", *words[-around:]])
            parts.append(shown)
        else:
            opened, closed = ("[-", "-]") if change.how == "out" else ("{+", "+}")
            parts.append(f"{opened}{_FROM}{change.words}{_TO}{closed}")
    return " ".join(parts)


def as_rows(history: History) -> Iterator[dict[str, Any]]:
    """One JSON object for each thing that happened, then one for each capture."""
    for step in history.steps:
        event = step.event
        yield {
            "kind": "event", "what": event.what, "detail": event.detail, "captured_at": event.captured_at.isoformat(),
            "url": event.url, "headline": event.headline, "run": event.run, "part": event.part, "offset": event.offset,
            "headline_changes": [[change.how, change.words] for change in step.headline],
            "text_changes": [[change.how, change.words] for change in step.text],
        }  # fmt: skip
    for capture in history.captures:
        yield {
            "kind": "capture", "captured_at": capture.captured_at.isoformat(), "url": capture.url,
            "status": capture.status, "record": capture.kind, "record_id": capture.record_id, "run": capture.run,
            "part": capture.part, "offset": capture.offset, "length": capture.length,
            "payload_digest": capture.payload_digest,
        }  # fmt: skip


def as_lines(history: History) -> Iterator[str]:
    """The same for people."""
    yield f"{history.document_key} · {len(history.captures)} captures"
    for step in history.steps:
        event = step.event
        said = event.url if event.detail in ("", TEXT_FROM_FEED) else event.detail
        yield f"{event.captured_at:%Y-%m-%d %H:%M:%S}  {event.what:9} {said}"
        for name, changed in (("headline", step.headline), ("text", step.text)):
            if changed:
                yield f"    {name}: {as_line(changed)}"
    for capture in history.captures:
        yield f"{capture.captured_at:%Y-%m-%d %H:%M:%S}  {capture.kind:9} {capture.status}  {capture.url}"
