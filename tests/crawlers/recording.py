"""A recorder without a crawl: exchanges are made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from crawlers.exchange import Exchange
from crawlers.recorder import Recorder
from storage import spool, warc
from storage.ledger import Captured, Ledger
from tests.crawlers.crawls import NOW, RUN

FEED = "http://site.test/feed.xml"


class RecordingHouse:
    """A recorder whose clock stands still between exchanges, and whose groups end when told to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = NOW
        self.ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
        self.lease = self.ledger.lease("prova", "test", NOW)
        self.faults: list[Exception] = []
        self.recorder = Recorder(
            self.lease,
            RUN,
            folder / "spool/prova",
            self.ledger,
            lambda: self.now,
            lambda seconds, call: None,
            {"operator": "mailto:tests@warraq.invalid\r\nWARC-Type: response"},
            self.faults.append,
        )

    def exchange(
        self,
        received: bytes,
        url: str = FEED,
        *,
        complete: bool = True,
        first: bool = False,
        about: Captured | None = None,
    ) -> Exchange:
        """An answer as received; `about` is the capture whose validators were sent with the request."""
        self.now += timedelta(minutes=1)
        exchange = Exchange(url, lambda: self.now, self.now, first_time=first, validates=about)
        exchange.begin("192.0.2.1", 80)
        exchange.sent += b"GET / HTTP/1.1\r\nHost: site.test\r\n\r\n"
        exchange.receive(received)
        exchange.complete, exchange.ended_at = complete, self.now
        exchange.problem = None if complete else "closed early: as it happens"
        return exchange

    def capture(self, received: bytes, url: str = FEED, about: Captured | None = None, **how: bool) -> Captured:
        row = self.recorder.record(self.exchange(received, url, about=about, **how))
        self.recorder.flush()
        return row

    @property
    def file(self) -> Path:
        return next((self.folder / "spool/prova").glob(f"*{spool.SEALED}"))

    def records(self) -> list[warc.RawRecord]:
        self.recorder.seal()
        with self.file.open("rb") as stream:
            return list(warc.read_records(stream, "x", self.file.stat().st_size))
