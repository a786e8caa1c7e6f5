"""What a ledger of ten million URLs costs: `make bench-ledger` writes docs/benchmarks/ledger.md.

The URLs are really there: found in pages of 5,000, by 200 sources in turn, with keys in no order, as a crawl finds
them, all owed, which is the worst case for a resume. Each step is a process with memory of its own."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import platform
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from storage.ledger import FOUND_AT_ONCE, Found, Ledger
from storage.ledger_overview import known_sources, owes_urls

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks" / "ledger.md"
SOURCES = 200
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
_LAST_SHARE = 10  # the last tenth is timed by itself: a ledger must not grow slower as it fills
_LOOKUPS = 100  # pages of known URLs
_CATEGORIES = ("politics", "economy", "sport", "culture")


def found_pages(count: int) -> Iterator[tuple[str, list[Found]]]:
    """Pages of URLs with their sources: the same for the same count."""
    for number in range(0, count, FOUND_AT_ONCE):
        source = f"source-{number // FOUND_AT_ONCE % SOURCES:03}"
        size = min(FOUND_AT_ONCE, count - number)
        yield source, [_found(source, number + step) for step in range(size)]


def _found(source: str, number: int) -> Found:
    scattered = int.from_bytes(hashlib.blake2b(str(number).encode(), digest_size=6).digest(), "big")
    path = f"www.{source}.example/{_CATEGORIES[number % 4]}/{scattered}-khabar-jadid-min-al-madina"
    return Found(path, f"https://{path}/", f"https://www.{source}.example/sitemap.xml", BEGAN, "sitemap")


def insert(url: str, count: int) -> dict[str, float]:
    """URLs a second, over all and over the last tenth."""
    ledger, written, pages, cpu = Ledger(url), 0, 0.0, 0.0
    last_from, last = count - count // _LAST_SHARE, [0, 0.0]
    for number, (source, page) in enumerate(found_pages(count)):
        began, cpu_before = time.perf_counter(), time.process_time()
        new = ledger.discover(source, page, BEGAN + timedelta(seconds=number)).new
        spent = time.perf_counter() - began
        cpu += time.process_time() - cpu_before
        written, pages = written + new, pages + spent
        if (number + 1) * FOUND_AT_ONCE > last_from:
            last = [last[0] + new, last[1] + spent]
    ledger.close()
    if written != count:
        raise SystemExit(f"{written} of {count} URLs were new")
    return {"insert": written / pages, "insert, CPU": written / cpu, "insert, last tenth": last[0] / last[1]}


def lookup(url: str, count: int) -> dict[str, float]:
    """Known URLs looked up a second, in pages from all over the ledger."""
    ledger, seen, spent, cpu = Ledger(url), 0, 0.0, 0.0
    every = max(1, count // FOUND_AT_ONCE // _LOOKUPS)
    for number, (source, page) in enumerate(found_pages(count)):
        if number % every:
            continue
        began, cpu_before = time.perf_counter(), time.process_time()
        told = ledger.discover(source, page, BEGAN)
        spent += time.perf_counter() - began
        cpu += time.process_time() - cpu_before
        seen += len(page)
        if told.new:
            raise SystemExit(f"{told.new} URLs of {source} were not known any more")
    ledger.close()
    return {"lookup": seen / spent, "lookup, CPU": seen / cpu}


def resume(url: str, count: int) -> dict[str, float]:
    """Seconds until a fresh process knows who owes what, and has the first URLs to ask for of each source."""
    began = time.perf_counter()
    ledger = Ledger(url)
    opened = time.perf_counter()
    sources = known_sources(ledger)
    owing = [source for source in sources if owes_urls(ledger, source)]
    first = [next(ledger.owed(source)) for source in owing]
    done = time.perf_counter()
    counted = sum(sum(ledger.url_counts(source).values()) for source in sources[:1])
    last = time.perf_counter()
    ledger.close()
    if len(first) != min(SOURCES, -(-count // FOUND_AT_ONCE)) or not counted:
        raise SystemExit(f"{len(first)} sources owe URLs")
    return {"open": opened - began, "resume": done - began, "count of a source": last - done}


STEPS = {"insert": insert, "lookup": lookup, "resume": resume}


def step(name: str, url: str, count: int) -> dict[str, float]:
    """A step in a process of its own, with the memory it took at most, in MB."""
    command = [sys.executable, "-m", "tests.benches.ledger", "--urls", str(count), "--ledger", url, "--step", name]
    said = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout
    found: dict[str, float] = json.loads(said)
    return found


def report(found: dict[str, dict[str, float]], count: int, database: str, size_mb: float) -> str:
    insert_, lookup_, resume_ = (found[name] for name in STEPS)
    rows = [
        ("insert, URLs a second", f"{insert_['insert']:,.0f}", "> 20,000"),
        ("insert, URLs a second of processor time", f"{insert_['insert, CPU']:,.0f}", ""),
        ("insert, the last tenth, URLs a second", f"{insert_['insert, last tenth']:,.0f}", "> 20,000"),
        ("seen-lookup, URLs a second", f"{lookup_['lookup']:,.0f}", "> 20,000"),
        ("seen-lookup, URLs a second of processor time", f"{lookup_['lookup, CPU']:,.0f}", ""),
        ("memory of a process, MB", f"{max(one['memory'] for one in found.values()):,.0f}", "< 1,024"),
        ("open, s", f"{resume_['open']:.2f}", ""),
        ("resume: open, who owes, the first URLs of each source, s", f"{resume_['resume']:.2f}", "< 2"),
        ("count of one source's URLs by state, s", f"{resume_['count of a source']:.2f}", ""),
        ("size on disk, MB", f"{size_mb:,.0f}" if size_mb else "–", ""),
    ]
    lines = [
        "# A ledger of many URLs",
        "",
        f"Written by `make bench-ledger` on {datetime.now(UTC):%Y-%m-%d}; do not edit. {count:,} URLs of {SOURCES}",
        f"sources, all owed, found in pages of {FOUND_AT_ONCE:,} with keys in no order. Database: {database}.",
        "",
        "| | measured | goal |",
        "|---|--:|--:|",
        *(f"| {name} | {value} | {goal} |" for name, value, goal in rows),
        "",
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}. Every page of URLs is a transaction, durable when it returns.",
        "",
    ]
    return "\n".join(lines)


def measured(url: str, count: int) -> dict[str, dict[str, float]]:
    return {name: step(name, url, count) for name in STEPS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--urls", type=int, default=10_000_000)
    parser.add_argument("--ledger", help="URL of an empty database; a new SQLite file by default")
    parser.add_argument("--step", choices=STEPS, help="one step, in this process")
    said: Any = parser.parse_args()
    if said.step:
        found = STEPS[said.step](said.ledger, said.urls)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(found | {"memory": memory}))
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "ledger.db"
        url = said.ledger or f"sqlite:///{file}"
        found_all = measured(url, said.urls)
        size = sum(one.stat().st_size for one in Path(folder).iterdir()) / 1e6
    kind = f"SQLite {sqlite3.sqlite_version}" if not said.ledger else url.partition("+")[0]
    page = report(found_all, said.urls, kind, size)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


if __name__ == "__main__":
    main()
