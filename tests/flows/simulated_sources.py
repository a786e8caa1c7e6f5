"""Weeks of a source's life, written into a real ledger at once: runs, finds, captures, as a crawl writes them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from crawlers.source import Source
from storage.ledger import Ledger
from storage.ledger_schema import captures, runs, urls

BAGHDAD = ZoneInfo("Asia/Baghdad")
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)  # a Thursday noon in Baghdad
Volume = Callable[[datetime, random.Random], float]  # articles a day, by the moment


def source_of(source_id: str, **more: Any) -> Source:
    keys = {
        "id": source_id,
        "name": {"ar": "صحيفة التجربة", "en": source_id.title()},
        "country": "IQ",
        "home": f"https://{source_id}.example/",
        "timezone": "Asia/Baghdad",
        "cadence": "1h",
        "discover": {"feeds": [f"https://{source_id}.example/rss"]},
    }
    return Source.model_validate(keys | more)


def steady(per_day: float) -> Volume:
    return lambda at, chance: per_day


def weekly(per_day: float, rests: tuple[int, ...] = (4, 5), share: float = 0.1) -> Volume:
    """Less on some days of the week (4 is Friday)."""
    return lambda at, chance: per_day * (share if at.astimezone(BAGHDAD).weekday() in rests else 1.0)


def by_daylight(per_day: float) -> Volume:
    """Nothing between 22 and 7 o'clock."""
    return lambda at, chance: per_day * 24 / 15 if 7 <= at.astimezone(BAGHDAD).hour < 22 else 0.0


@dataclass
class Life:
    """What happens at a source, hour by hour; give phases with `live`, then `write`."""

    source: Source
    began: datetime
    every: timedelta = timedelta(hours=6)  # between two runs
    seed: int = 1
    _at: datetime = field(init=False)
    _owed: int = 0
    _known: int = 0
    _version: int = 0
    _runs: list[dict[str, Any]] = field(default_factory=list)
    _urls: list[dict[str, Any]] = field(default_factory=list)
    _captures: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._at = self.began
        self._chance = random.Random(self.seed)

    def live(
        self,
        until: datetime,
        volume: Volume,
        *,
        feed: str = "lively",  # lively | frozen | moving: changes, but names nothing known | 403 | 503 | gone
        rejected: float = 0.02,  # share of the articles that cannot be read
        challenge: bool = False,  # every answer is one and the same page
        crawled: bool = True,
        backlog: int = 0,  # articles that lie there at the first run
        undated: bool = False,
    ) -> Life:
        """Go on until a moment."""
        self._owed += backlog
        while self._at < until:
            self._publish(volume)
            self._at += self.every
            if crawled and self._at <= until:
                self._run(feed, rejected, challenge, undated)
        return self

    def _publish(self, volume: Volume) -> None:
        hours = int(self.every / timedelta(hours=1))
        for hour in range(hours):
            rate = volume(self._at + timedelta(hours=hour), self._chance) / 24
            self._owed += sum(self._chance.random() < rate / 12 for _ in range(12))

    def _run(self, feed: str, rejected: float, challenge: bool, undated: bool) -> None:
        run = f"{self._at:%Y%m%dT%H%M%SZ}-{len(self._runs) % 4096:06x}"
        works = feed == "lively" and not challenge
        new = self._owed if works else 0
        self._owed = 0 if works or feed == "frozen" else self._owed
        self._version += new > 0 or feed == "moving"
        answers = [] if feed == "gone" else [(f"{self.source.home}rss", self._status(feed), f"sha256:f{self._version}")]
        for _ in range(new):
            self._known += 1
            url = f"{self.source.home}news/{self._known}"
            age = timedelta(minutes=self._chance.randrange(1, int(self.every / timedelta(minutes=1))))
            self._urls.append(self._url_row(url, None if undated else self._at - age))
            answers.append((url, 200, f"sha256:a{self._known}"))
        if challenge:
            answers = [(f"{self.source.home}news/{n}", 200, "sha256:challenge") for n in range(5)]
        elif self._status(feed) in (403, 503) and feed != "gone":
            answers += [(f"{self.source.home}news/{n}", self._status(feed), f"sha256:{n}") for n in range(3)]
        bad = sum(self._chance.random() < rejected for _ in range(new))
        counts = {
            "captures": len(answers),
            "pages": int(feed in ("lively", "frozen", "moving")),
            "pages_failed": int(feed in ("403", "503", "gone")),
            "found": 20 if feed in ("lively", "frozen") and not challenge else 0,
            "articles": new - bad,
            "rejected": bad,
        }
        times = {"started_at": self._at, "finished_at": self._at + timedelta(minutes=3)}
        self._runs.append({"source": self.source.id, "run": run, "outcome": "finished", "counts": counts, **times})
        self._captures += [self._capture_row(run, number, *answer) for number, answer in enumerate(answers)]

    @staticmethod
    def _status(feed: str) -> int:
        return int(feed) if feed.isdigit() else 200

    def _url_row(self, url: str, dated: datetime | None) -> dict[str, Any]:
        return {
            "source": self.source.id,
            "document_key": url,
            "url": url,
            "found_in": f"{self.source.home}rss",
            "found_at": self._at,
            "dated": dated,
            "state": "done",
            "tries": 0,
        }

    def _capture_row(self, run: str, number: int, url: str, status: int, digest: str) -> dict[str, Any]:
        return {
            "source": self.source.id,
            "run": run,
            "part": 1,
            "offset": number * 100,
            "length": 100,
            "record_id": f"<{run}-{number}>",
            "url": url,
            "archive_key": url,
            "captured_at": self._at + timedelta(seconds=number),
            "status": status,
            "payload_digest": digest,
            "kind": "response",
            "decoded_digest": "",
        }

    def write(self, ledger: Ledger) -> None:
        with ledger.engine.begin() as connection:
            for table, rows in ((runs, self._runs), (urls, self._urls), (captures, self._captures)):
                if rows:
                    connection.execute(insert(table), rows)
