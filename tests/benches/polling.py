"""`make bench-polling`: what it costs to poll hundreds of publishers every quarter of an hour. Writes docs/benchmarks/.

Simulated time: between two polls nothing happens, and the clock is set forward instead. A poll itself takes place in
real time, with real pauses at hosts and a real processor."""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from statistics import median

import yaml

from flows.manners import CLOCKS_DIFFER_S
from tests.benches.press import Simulated, publishers

EVERY_S = 900.0
DELAY_S = 2.0
GOAL_SHARE, GOAL_FRESH_S = 0.40, 600.0
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks" / "polling.md"


@dataclass(frozen=True, slots=True)
class Poll:
    """One round over all publishers that are due."""

    began_s: float  # time.time()
    ahead_s: float
    wall_s: float
    cpu_s: float  # user and system, of all its processes
    due: int
    articles: int
    owed: int


@dataclass(frozen=True, slots=True)
class Result:
    count: int
    polls: list[Poll]  # without the first, which asks for each robots.txt
    first: Poll
    requests: int
    shortest_gap_s: float  # between two requests at one host, as its server saw them
    too_short: int
    fresh_s: list[float]  # from publishing to the request for the article, sorted

    @property
    def share(self) -> float:
        """Of one core, for a poll every quarter of an hour."""
        return median(poll.cpu_s for poll in self.polls) / EVERY_S

    @property
    def reached(self) -> bool:
        in_time = all(poll.wall_s < EVERY_S for poll in [self.first, *self.polls])
        return in_time and not self.too_short and self.share < GOAL_SHARE and median(self.fresh_s) < GOAL_FRESH_S


def measure(count: int, rounds: int) -> Result:
    """Poll so many publishers, once and then `rounds` times, a quarter of an hour apart."""
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as name:
        folder = Path(name)
        write_sources(folder / "sources", count)
        (folder / "ahead").write_text("0", "ascii")
        began = time.time()
        hours = (rounds + 1) * EVERY_S / 3600
        with press(folder, began - EVERY_S, count, hours + 1) as port:
            polls = [_poll(folder, port, count, began, number) for number in range(rounds + 1)]
        log = [line.split() for line in (folder / "log").read_text("ascii").splitlines()]
    return result_of(count, polls, log, began - EVERY_S, publishers(count, hours + 1))


def write_sources(folder: Path, count: int) -> None:
    folder.mkdir()
    for number in range(1, count + 1):
        home = f"http://p{number:03d}.example/"
        keys = {
            "id": f"p{number:03d}", "name": {"ar": f"صحيفة {number}", "en": f"Paper {number}"}, "country": "IQ",
            "home": home, "timezone": "Asia/Baghdad", "cadence": "15m", "discover": {"feeds": [f"{home}rss"]},
            "article_url": [r"/news/(?P<id>\d+)"], "politeness": {"delay": f"{DELAY_S:g}s", "concurrency": 1},
        }  # fmt: skip
        (folder / f"p{number:03d}.yaml").write_text(yaml.safe_dump(keys, allow_unicode=True), "utf-8")


@contextmanager
def press(folder: Path, began: float, count: int, hours: float) -> Iterator[int]:
    words = [str(folder), str(began), str(count), str(hours)]
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.benches.press", *words], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin is not None and child.stdout is not None
    with child:
        try:
            yield int(child.stdout.readline())
        finally:
            child.stdin.close()


def _poll(folder: Path, port: int, count: int, began: float, number: int) -> Poll:
    ahead_s = number * EVERY_S - (time.time() - began)
    (folder / "ahead").write_text(repr(ahead_s), "ascii")
    words = [str(folder), str(port), str(count), repr(ahead_s)]
    paths = os.pathsep.join([str(ROOT / "tests" / "ahead"), str(ROOT)])
    before, at = _cpu_of_children_s(), time.time()
    done = subprocess.run(
        [sys.executable, "-m", "tests.benches.polling_round", *words],
        cwd=ROOT, env=dict(os.environ) | {"PYTHONPATH": paths}, stdout=subprocess.PIPE, check=True,
    )  # fmt: skip
    came = json.loads(done.stdout)
    poll = Poll(
        at, ahead_s, time.time() - at, _cpu_of_children_s() - before, came["due"], came["articles"], len(came["owed"])
    )
    print(
        f"poll {number}: {poll.due} due, {poll.articles} articles, {poll.cpu_s:.1f} s of CPU in {poll.wall_s:.0f} s",
        file=sys.stderr,
    )
    return poll


def _cpu_of_children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)  # those that have ended, with theirs
    return used.ru_utime + used.ru_stime


def result_of(
    count: int, polls: Sequence[Poll], log: Sequence[Sequence[str]], zero: float, all_of_them: Sequence[Simulated]
) -> Result:
    by_host = {each.host: each for each in all_of_them}
    gaps: list[float] = []
    fresh: list[float] = []
    for poll in polls:
        times: dict[str, list[float]] = defaultdict(list)
        for at, host, path, _ in log:
            if poll.began_s <= float(at) <= poll.began_s + poll.wall_s:
                times[host].append(float(at))
                if path.startswith("/news/") and poll is not polls[0]:
                    published = by_host[host].moments[int(path.removeprefix("/news/")) - 1]
                    fresh.append(float(at) + poll.ahead_s - zero - published)
        gaps += [later - earlier for each in times.values() for earlier, later in pairwise(each)]
    if not fresh:
        raise SystemExit("no article was asked for after the first poll")
    short = [gap for gap in gaps if gap < DELAY_S - CLOCKS_DIFFER_S]
    return Result(count, list(polls[1:]), polls[0], len(log), min(gaps), len(short), sorted(fresh))


def page(result: Result) -> str:
    fresh, cpu = result.fresh_s, [poll.cpu_s for poll in result.polls]
    all_polls = [result.first, *result.polls]
    middle, late = median(fresh) / 60, fresh[int(len(fresh) * 0.9)] / 60
    spread = f"{min(cpu):.1f} to {max(cpu):.1f} s"
    rows = "\n".join(_row(number, poll) for number, poll in enumerate(all_polls))
    return f"""# Polling {result.count} publishers every quarter of an hour

Written by `make bench-polling` on {datetime.now(UTC):%Y-%m-%d}; do not edit. {result.count} simulated publishers,
each with a feed, a delay of {DELAY_S:g} s and 3 to 300 articles a day; polled by `warraq crawl --due`'s own code in one
crawl process, with pages of some 30 KB.

| | goal | measured |
|---|--:|--:|
| CPU, share of one core | under {GOAL_SHARE:.0%} | {result.share:.1%} |
| requests that came before a host's delay was over | 0 | {result.too_short} of {result.requests:,} |
| shortest time between two requests at a host | {DELAY_S:g} s | {result.shortest_gap_s:.3f} s |
| from publishing to the request for the article, median | under {GOAL_FRESH_S / 60:.0f} min | {middle:.1f} min |
| the same, 90 of 100 | | {late:.1f} min |
| the longest poll | under 900 s | {max(poll.wall_s for poll in all_polls):.0f} s |

| poll | due | articles | CPU s | of 900 s | took s | sources that owe |
|---|--:|--:|--:|--:|--:|--:|
{rows}

CPU is user and system time of all processes of a poll, their start and the reading of the articles included, as the
kernel counts it; the share is the median of the polls after the first ({spread}), over 900 s. The
publishers' server is another process and is not counted. The time between two polls was left out: the clock that
decides what is due and what is published was set forward instead. Within a poll all is real: pauses, disk, processor.
Poll 0 asks for each robots.txt too. Freshness is that of the {len(fresh):,} articles of the later polls, in which
hardly any feed was quiet for long enough to be asked more rarely. How long a poll takes, and so freshness, depends
on what else the machine does; CPU grows by some percent on a busy one.

Machine: {os.cpu_count()} cores, load {os.getloadavg()[2]:.0f} over the last quarter of an hour.
"""


def _row(number: int, poll: Poll) -> str:
    share = poll.cpu_s / EVERY_S
    cells = (number, poll.due, poll.articles, f"{poll.cpu_s:.1f}", f"{share:.1%}", f"{poll.wall_s:.0f}", poll.owed)
    return f"| {' | '.join(map(str, cells))} |"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args()
    result = measure(asked.sources, asked.rounds)
    asked.page.write_text(page(result), "utf-8")
    print(page(result))
    return 0 if result.reached else 1


if __name__ == "__main__":
    sys.exit(main())
