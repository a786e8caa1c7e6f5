"""`make bench-capture`: what a crawl costs with our capture, beside bare Scrapy and other archivers.

One nginx on 127.0.0.1 serves the same pages to all; the contestants run one after the other, round by round, each
in a process of its own. Exit code 0: every contestant got every page, and ours is within its limit."""

from __future__ import annotations

import argparse
import os
import platform
import signal
import sys
import tempfile
from collections import defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.benches.contestants import BARE, ROOT, Contestant, Outcome, Site, contestants
from tests.benches.publisher import Publisher, write_publisher
from tests.benches.sink import MAX_MS_A_RECORD, MAX_OF_ZLIB_6, measure_sink
from tests.benches.table import LIMIT, Results, rows_of, spelled
from tests.benches.webserver import free_port, nginx, nginx_version, served

PAGES, QUICK_PAGES = 2000, 200
PAGE = ROOT / "docs/benchmarks/capture.md"


def main(words: list[str] | None = None) -> int:
    asked = _arguments(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # nginx must not outlive us
    if nginx() is None:
        print("nginx is not installed: apt-get install nginx-light", file=sys.stderr)
        return 2
    pages, rounds = (QUICK_PAGES, 1) if asked.quick else (PAGES, asked.rounds)
    running, absent = contestants(asked.cache, install=not asked.quick)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-capture-")))
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        publisher = write_publisher(folder / "site", base, pages)
        stack.enter_context(served(publisher.root, folder / "nginx", port))
        results = _run(running, Site(base, publisher), folder, rounds)
        sink = measure_sink(folder / "sink")
    table = "\n".join([spelled(rows_of(results, pages), pages), *(f"\nNot run: {line}" for line in absent)])
    table += f"\n\nThe sink alone: {sink}; at most {MAX_MS_A_RECORD} ms and {MAX_OF_ZLIB_6:.2f} x are allowed."
    print(f"\n{table}\n")
    if asked.out is not None:
        asked.out.parent.mkdir(parents=True, exist_ok=True)
        asked.out.write_text(_report(table, running, results, publisher), encoding="utf-8")
        print(f"written: {asked.out}")
    return _verdict(results, pages, judged=not asked.quick)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, prog="make bench-capture")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "warraq-bench"
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_PAGES} pages, one round, nothing installed")
    parser.add_argument("--out", type=Path, help="the page to write; not with --quick unless named")
    parser.add_argument("--cache", type=Path, default=cache, help="where other archivers are installed")
    asked = parser.parse_args(words)
    if asked.out is None and not asked.quick:
        asked.out = PAGE
    return asked


def _run(running: list[Contestant], site: Site, folder: Path, rounds: int) -> Results:
    results: Results = defaultdict(list)
    for number in range(1, rounds + 1):
        for place, contestant in enumerate(running):
            with tempfile.TemporaryDirectory(dir=folder, prefix=f"{number}-{place}-") as own:
                outcome = contestant.run(site, Path(own))
                if outcome.cost.exit_code != 0:
                    print((Path(own) / "said").read_text(encoding="utf-8", errors="replace")[-2000:], file=sys.stderr)
            results[contestant.name].append(outcome)
            print(_line(number, contestant, outcome), flush=True)
    return results


def _line(number: int, contestant: Contestant, outcome: Outcome) -> str:
    cost = outcome.cost
    return (
        f"round {number}: {contestant.name} ({contestant.version}): {outcome.pages} pages, "
        f"{cost.cpu_s:.2f} s CPU, {cost.wall_s:.2f} s, {cost.peak_mb:.0f} MB, exit code {cost.exit_code}"
    )


def _verdict(results: Results, pages: int, *, judged: bool) -> int:
    rows = rows_of(results, pages)
    short = [row.name for row in rows if row.fewest != pages]
    for name in short:
        print(f"{name} did not get all pages: its row is worth nothing", file=sys.stderr)
    ours = rows[0].ratio
    over = judged and ours > LIMIT
    if over:
        print(f"a crawl with capture costs {ours:.2f} x bare Scrapy, at most {LIMIT} is allowed", file=sys.stderr)
    return 1 if short or over else 0


def _report(table: str, running: list[Contestant], results: Results, publisher: Publisher) -> str:
    pages, rounds = len(publisher.digests), len(results[BARE])
    html_kb, gzip_kb = (size / pages / 1000 for size in (publisher.html_bytes, publisher.gzip_bytes))
    versions = ", ".join(f"{each.name} {each.version}" for each in running)
    return f"""# What a capture costs

Written by `make bench-capture` on {datetime.now(UTC):%Y-%m-%d}; do not edit. {pages:,} made-up Arabic pages of
{html_kb:.1f} KB ({gzip_kb:.1f} KB in gzip), half of them sent with a length and half in chunks; rounds, interleaved:
{rounds}; medians. Limit for Warraq: {LIMIT} x bare Scrapy.

{table}

CPU is user and system time of the whole process, its start included, as the kernel counts it for the child. The
ratio is the median of the rounds' ratios to the bare Scrapy of the same round. A page counts if it is in the archive
with the content that the site has (for bare Scrapy: if the spider was given it). Wall time, and so pages a second,
depend on what else the machine does; CPU seconds much less, but they too grow by some percent on a busy machine.

What is not the same for all: Warraq also keeps a ledger (SQLite) and makes every group of captures durable with
fsync; bare Scrapy and scrapy-webarchive decompress every page, which a crawl that only keeps them does not need;
scrapy-webarchive needs an older Scrapy and makes an index and a package at the end; wget fetches from a list, one
page after the other. Part of our lead over bare Scrapy is one setting, `CONCURRENT_ITEMS = 1`, which any user of
Scrapy without items could make.

Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()},
nginx {nginx_version()}. Versions: {versions}.

To reproduce: `apt-get install nginx-light wget`, then `make bench-capture`
(`ROUNDS=5` for more rounds).

{_rounds(results)}
"""


def _rounds(results: Results) -> str:
    lines = ["CPU seconds, round by round:", ""]
    for name, outcomes in results.items():
        lines.append(f"- {name}: {', '.join(f'{outcome.cost.cpu_s:.2f}' for outcome in outcomes)}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
