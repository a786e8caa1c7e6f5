"""What the sink costs: CPU a record for answers that came compressed, and the file's size against zlib-6 for all."""

from __future__ import annotations

import gzip
import random
import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from tests.crawlers.odd_answers import HTML, sized
from tests.crawlers.recording import RecordingHouse

MAX_MS_A_RECORD = 0.25  # of CPU, where zlib takes MS_TO_DEFLATE for a page
MS_TO_DEFLATE = 8.5  # at level 6, where a record was measured to take 0.23
MAX_OF_ZLIB_6 = 1.0
_PAGES, _EXCHANGES, _RECORDS_EACH = 20, 200, 3  # response, request, metadata


@dataclass(frozen=True, slots=True)
class Sink:
    ms_a_record: float  # CPU, median; digests and index key included, the ledger and fsync not
    slowness: float  # of the machine just then: the time to deflate a page, over MS_TO_DEFLATE; at least 1
    of_zlib_6: float  # bytes of the file over those of its records deflated at level 6

    def __str__(self) -> str:
        return f"{self.ms_a_record:.3f} ms of CPU a record, a file of {self.of_zlib_6:.4f} x zlib-6"


def measure_sink(folder: Path) -> Sink:
    house = RecordingHouse(folder)
    pages = _pages(_PAGES)
    before = time.thread_time()
    gzipped = [gzip.compress(page, 6) for page in pages]
    to_deflate = (time.thread_time() - before) / _PAGES * 1000
    packed = [sized(page, HTML, b"Content-Encoding: gzip") for page in gzipped]
    spent = []
    for n in range(_EXCHANGES):
        exchange = house.exchange(packed[n % _PAGES], f"http://site.test/a/{n}", first=True)
        before = time.thread_time()
        house.recorder.record(exchange)
        spent.append(time.thread_time() - before)
    for page in pages:
        house.recorder.record(house.exchange(sized(page, HTML), "http://site.test/plain", first=True))
    found = house.records()
    house.ledger.close()
    file = house.file.read_bytes()
    members = (file[record.offset : record.offset + record.length] for record in found)
    zlib_bytes = sum(len(gzip.compress(gzip.decompress(member), 6)) for member in members)
    cost = statistics.median(spent) / _RECORDS_EACH * 1000
    return Sink(cost, max(1.0, to_deflate / MS_TO_DEFLATE), len(file) / zlib_bytes)


def _pages(count: int) -> list[bytes]:
    """Pages of about 80 KB of letters, as hard to compress as prose."""
    dice = random.Random(7)
    words = ["".join(dice.choices("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", k=dice.randint(2, 8))) for _ in range(3000)]
    return [
        ("<p>" + "</p>\n<p>".join(" ".join(dice.choices(words, k=40)) for _ in range(190))).encode()
        for _ in range(count)
    ]
