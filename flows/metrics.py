"""How the house stands as numbers for Prometheus: asked of the ledger and the spool at every scrape."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, generate_latest, start_http_server
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from flows.house import House
from flows.owed_spool import owed_in
from flows.terminal import words as terminal
from storage import spool
from storage.errors import LedgerError, UsageError
from storage.ledger_sums import Sums, sums_of
from storage.pauses import Pauses
from storage.verifications import Verifications

_COUNTERS: Sequence[tuple[str, str, Callable[[Sums], int]]] = (
    ("warraq_captures", "Captures in WARC files.", lambda each: each.captures),
    ("warraq_captured_bytes", "Bytes of their records.", lambda each: each.bytes),
    ("warraq_articles", "Articles read, over all crawls.", lambda each: each.articles),
    (
        "warraq_rejections",
        "Captures that were to be an article and gave none, over all crawls.",
        lambda each: each.rejections,
    ),
)
_GAUGES: Sequence[tuple[str, str, Callable[[Sums], int]]] = (
    ("warraq_owed_urls", "URLs found and not yet fetched.", lambda each: each.owed),
    ("warraq_owed_parts", "WARC parts not yet proved to be in the store, or not read.", lambda each: each.parts_owed),
)
_MOMENTS: Sequence[tuple[str, str, Callable[[Sums], datetime | None]]] = (
    ("warraq_last_capture_timestamp_seconds", "When the last capture was made.", lambda each: each.last_capture),
    ("warraq_newest_article_timestamp_seconds", "When the newest article was found.", lambda each: each.newest),
)


class HouseCollector:
    """A collector of prometheus_client. Where the ledger cannot be asked, `warraq_up` is 0 and stands alone."""

    def __init__(self, house: House) -> None:
        self._house = house

    def collect(self) -> Iterator[Metric]:
        sums, up = self._asked()
        yield GaugeMetricFamily("warraq_up", "1: the ledger answers.", value=up)
        for name, words, count in _COUNTERS:
            counter = CounterMetricFamily(name, words, labels=["source"])
            for each in sums:
                counter.add_metric([each.source], count(each))
            yield counter
        for name, words, count in _GAUGES:
            yield _by_source(name, words, {each.source: float(count(each)) for each in sums})
        for name, words, moment in _MOMENTS:
            known = {each.source: at.timestamp() for each in sums if (at := moment(each)) is not None}
            yield _by_source(name, words, known)
        if up:
            paused = Pauses(self._house.ledger).all()
            yield _by_source("warraq_paused", "1: crawled only if it is named.", dict.fromkeys(paused, 1.0))
            yield from self._verified()
        yield from self._spooled()

    def _asked(self) -> tuple[list[Sums], int]:
        try:
            return sums_of(self._house.ledger), 1
        except LedgerError:
            return [], 0

    def _verified(self) -> Iterator[Metric]:
        last = Verifications(self._house.ledger, self._house.store.url).last()
        if last is not None and last.finished_at is not None:
            words = "When the last verification of the store ended."
            moment = last.finished_at.timestamp()
            yield GaugeMetricFamily("warraq_last_verification_timestamp_seconds", words, value=moment)
            damages = float(last.damages or 0)
            yield GaugeMetricFamily("warraq_verification_damages", "Damaged places it found.", value=damages)

    def _spooled(self) -> Iterator[Metric]:
        folder, settings = self._house.spool, self._house.settings
        owed, disk = owed_in(folder), os.statvfs(folder)
        numbers = (
            ("warraq_spool_bytes", "Bytes in the spool of this machine.", spool.used_bytes(folder)),
            ("warraq_spool_limit_bytes", "Bytes that it may hold.", settings.spool_bytes),
            ("warraq_spool_free_bytes", "Free bytes on its disk.", disk.f_bavail * disk.f_frsize),
            ("warraq_spool_waiting_files", "Sealed parts that wait for the store.", owed.files if owed else 0),
            (
                "warraq_spool_waiting_since_timestamp_seconds",
                "When the oldest of them was sealed; 0: none waits.",
                owed.since.timestamp() if owed else 0,
            ),
        )
        for name, words, value in numbers:
            yield GaugeMetricFamily(name, words, value=value)


def _by_source(name: str, words: str, values: dict[str, float]) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(name, words, labels=["source"])
    for source, value in values.items():
        gauge.add_metric([source], value)
    return gauge


def registry_of(house: House) -> CollectorRegistry:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(HouseCollector(house))
    return registry


def metrics_text(house: House) -> str:
    """Prometheus text format, version 0.0.4."""
    return generate_latest(registry_of(house)).decode("utf-8")


def serve_metrics(house: House, host: str, port: int) -> None:
    """Answer at http://host:port/metrics until we are stopped. Raises UsageError where the port cannot be had."""
    try:
        server, thread = start_http_server(port, host, registry_of(house))
    except OSError as error:
        raise UsageError(f"{host}:{port} cannot be had: {error.strerror}") from error
    terminal.print(f"http://{host}:{port}/metrics; Ctrl-C ends it", highlight=False)
    try:
        thread.join()
    finally:
        server.shutdown()
        server.server_close()
