"""What the captures of a part tell of articles, compared with what was known: edited, deleted, restored, moved."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from crawlers.document_key import document_key
from crawlers.extraction.feed_body import TEXT_FROM_FEED
from crawlers.source import Source
from flows.house import House
from flows.learning import extractor_of
from flows.reading import read_pages
from flows.telling import Told, version_digest
from storage.events import Event, What, events_of, note_events
from storage.keys import Part
from storage.model import Article
from storage.warc import read_captures


def note_versions(house: House, part: Part, told: Sequence[Told], extractor: str) -> list[Event]:
    """Compare what a part tells with what was known, and write down what happened. Twice is once."""
    source = house.catalogue[part.source]
    known = events_of(house.ledger, part.source, (each.document_key for each in told))
    comparing = _Comparing(house, source, part, extractor, known, {each.url: each for each in told})
    for each in told:
        comparing.compare(each)
    note_events(house.ledger, comparing.new)
    return comparing.new


@dataclass(slots=True)
class _Comparing:
    house: House
    source: Source
    part: Part
    extractor: str
    known: dict[str, list[Event]]  # by document key, oldest first; grows
    by_url: dict[str, Told]  # of this part
    new: list[Event] = field(default_factory=list)

    def compare(self, told: Told) -> None:
        events = self.known.get(told.document_key, [])
        last = events[-1] if events else None
        alive = next((event for event in reversed(events) if event.text_digest is not None), None)
        if last is not None and told.captured_at < last.captured_at:
            return  # an old part that is taken up late
        if told.target is not None:
            self._compare_hop(told, last, alive)
        elif told.gone is not None:
            never_shown = told.only_bare and alive is not None and alive.detail == TEXT_FROM_FEED
            if last is not None and last.what != What.DELETED and not never_shown:
                self._note(told, What.DELETED, told.gone)
        elif told.headline is not None:
            self._compare_article(told, last, alive)

    def _compare_article(self, told: Told, last: Event | None, alive: Event | None) -> None:
        if last is None or alive is None:
            self._note(told, What.FIRST, TEXT_FROM_FEED if told.from_feed else "")
            return
        if last.what == What.DELETED:
            self._note(told, What.RESTORED)
        elif alive.url != told.url and self._leads(alive.url, told.url):
            self._note(told, What.MOVED, told.url)
        if not self._is_same(alive, told):
            self._note(told, What.EDITED, TEXT_FROM_FEED if told.from_feed else "")

    def _compare_hop(self, told: Told, last: Event | None, alive: Event | None) -> None:
        """A redirect: to the same article elsewhere, or away from it."""
        if last is None or alive is None or alive.url != told.url:
            return
        end = self._end_of(told)
        arrived = self.by_url.get(end)
        if document_key(end, self.source) == told.document_key and self.source.is_article(end):
            return  # what is found there tells of the move itself
        if arrived is not None and arrived.headline is not None:
            if arrived.text_digest == alive.text_digest or arrived.headline == alive.headline:
                if (last.what, last.detail) != (What.MOVED, end):
                    self._note(
                        replace(told, headline=arrived.headline, text_digest=arrived.text_digest), What.MOVED, end
                    )
                return
        elif last.what == What.MOVED and last.detail == end:
            return
        if last.what != What.DELETED:
            self._note(told, What.DELETED, f"redirect to {end}")

    def _end_of(self, told: Told) -> str:
        end = told.target or told.url
        for _ in range(20):
            further = self.by_url.get(end)
            if further is None or further.target is None:
                break
            end = further.target
        return end

    def _leads(self, url: str, to: str) -> bool:
        """Whether a redirect of this part leads from one URL to another."""
        hop = self.by_url.get(url)
        return hop is not None and hop.target is not None and self._end_of(hop) == to

    def _is_same(self, alive: Event, told: Told) -> bool:
        if alive.text_digest == told.text_digest:
            return True
        if alive.extractor == self.extractor:
            return False
        before = read_again(self.house, alive, self.source)  # another reading, another text: only alike compare
        return before is not None and version_digest(before) == told.text_digest

    def _note(self, told: Told, what: What, detail: str = "") -> None:
        event = Event(
            source=self.part.source,
            document_key=told.document_key,
            captured_at=told.captured_at,
            run=self.part.run,
            part=self.part.number,
            offset=told.offset,
            what=what,
            url=told.url,
            detail=detail,
            headline=told.headline,
            text_digest=told.text_digest,
            extractor=self.extractor,
        )
        self.new.append(event)
        self.known.setdefault(told.document_key, []).append(event)


def read_again(house: House, event: Event, source: Source) -> Article | None:
    """The article of an event's capture, by the present reading; None: there is none in it. Raises StoreError."""
    key = Part(event.source, event.run, event.part).warc
    with house.store.open(key, event.offset) as stream:
        capture = next(iter(read_captures(stream, key, 1 << 62)), None)
    if capture is None:
        return None
    extractor, recurring = extractor_of(house, source)
    outcome = next(iter(read_pages(house.readers, [capture], source, extractor.id, recurring)), None)
    return outcome if isinstance(outcome, Article) else None
