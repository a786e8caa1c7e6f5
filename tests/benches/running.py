"""`make bench-due`: what Prefect adds to a crawl, and how long a click takes. Writes docs/benchmarks/running.md.

A private server and worker, warm, as `warraq up` has them; simulated publishers on 127.0.0.1. The same crawl of all
that is due runs twice, each into an empty house: by the command, in this process's care, and by the deployment."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from flows.deployments import register
from flows.pause_sources import Wish
from flows.pausing import crawlable, pause
from flows.prefect_api import prefect_client
from flows.prefect_server import private_server, private_worker
from tests.benches.polling import DELAY_S, EVERY_S, press, write_sources
from tests.flows.conftest import CODE
from tests.flows.houses import environment_in, house_in, variables_in
from tests.flows.prefect_runs import click, wait_for, wait_for_state

CLICKS = 5
LIMIT = 2  # articles a publisher
GOAL_CLICK_S, GOAL_OVERHEAD_S = 25.0, 20.0
WITHIN_S = 1800
LOOK_EVERY_S = 1.0  # at the run that is measured: five looks a second take a tenth of a core from it
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks" / "running.md"


@dataclass(frozen=True, slots=True)
class Result:
    count: int
    clicks_s: list[float]  # from a click to the first capture that is durable
    command_s: float  # the whole of `warraq crawl --due`
    run_s: float  # from the click to the run's end, of the same
    crawl_processes: int  # that the run started
    task_runs: int  # named crawl-source
    state: str
    message: str

    @property
    def overhead_s(self) -> float:
        return self.run_s - self.command_s

    @property
    def reached(self) -> bool:
        in_time = median(self.clicks_s) < GOAL_CLICK_S and self.overhead_s < GOAL_OVERHEAD_S
        return in_time and self.crawl_processes == 1 and self.task_runs == self.count and self.state == "COMPLETED"


def measure(count: int, clicks: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="warraq-bench-") as name:
        folder = Path(name)
        write_sources(folder / "sources", count)
        (folder / "ahead").write_text("0", "ascii")
        with press(folder, time.time() - EVERY_S, count, 2.0) as port:
            command_s = _by_the_command(folder, port, count)
            print(f"command: {command_s:.0f} s", file=sys.stderr)
            with _prefect(folder, port, count) as (client, home):
                clicks_s = [_click(client, home, number) for number in range(clicks + 1)][1:]  # the first one warms up
                print(f"clicks: {', '.join(f'{each:.1f} s' for each in clicks_s)}", file=sys.stderr)
            with _prefect(folder, port, count) as (client, home):
                return _by_the_deployment(client, home, count, clicks_s, command_s)


def _world(folder: Path, port: int, count: int) -> dict[str, str]:
    hosts = [f"p{number:03d}.example" for number in range(1, count + 1)]
    to = ",".join(f"{host}:80=127.0.0.1:{port}" for host in hosts)
    return {"WARRAQ_SOURCES": str(folder / "sources"), "WARRAQ_CONNECT_TO": to}


def _house(folder: Path, name: str) -> Path:
    """An empty house in which only the simulated publishers are due."""
    home = folder / name
    with house_in(home, sources=folder / "sources") as house:
        ours = {file.stem for file in (folder / "sources").glob("*.yaml")}
        pause(house, [source.id for source in crawlable(house) if source.id not in ours], "the bench")
    return home


def _by_the_command(folder: Path, port: int, count: int) -> float:
    home = _house(folder, "command")
    began = time.monotonic()
    command = [sys.executable, "-m", "flows.cli", "crawl", "--due", "--limit", str(LIMIT), "--json"]
    subprocess.run(
        command,
        cwd=ROOT,
        env=environment_in(home, **_world(folder, port, count)),
        stdout=subprocess.DEVNULL,
        check=True,
    )
    return time.monotonic() - began


@contextmanager
def _prefect(folder: Path, port: int, count: int) -> Iterator[tuple[Any, Path]]:
    """A client of a server with a worker that works in an empty house."""
    home = _house(folder, f"prefect-{time.time_ns()}")
    world = CODE | variables_in(home) | _world(folder, port, count)
    with private_server(home / "prefect") as server, prefect_client(server.api_url) as client:
        register(server.api_url)
        with private_worker(server, env=world):
            yield client, home


def _click(client: Any, home: Path, number: int) -> float:
    """As the UI creates a run; seconds until the first page of a publisher that was never crawled is durable."""
    source = f"p{number + 1:03d}"
    began = time.monotonic()
    run = click(client, "crawl/crawl", sources=[source], limit=LIMIT)
    wait_for(lambda: _captured(home, source), within_s=WITHIN_S, what="a page is captured")
    took = time.monotonic() - began
    wait_for_state(client, run, *ENDS, within_s=WITHIN_S)
    return took


def _captured(home: Path, source: str) -> bool:
    return any(file.stat().st_size for file in (home / "spool" / source).glob("*"))


def _by_the_deployment(client: Any, home: Path, count: int, clicks_s: list[float], command_s: float) -> Result:
    wait_for_state(
        client, click(client, "pause/pause", sources=["p001"], wish=Wish.RESUME), *ENDS, within_s=WITHIN_S
    )  # warm
    began, seen, over = time.monotonic(), set[int](), threading.Event()
    watcher = threading.Thread(target=_crawl_processes, args=(home, seen, over))
    watcher.start()
    run = click(client, "crawl-due/crawl-due", limit=LIMIT)
    state = wait_for_state(client, run, *ENDS, within_s=WITHIN_S, every_s=LOOK_EVERY_S)
    run_s = time.monotonic() - began
    over.set()
    watcher.join()
    found = client.read_flow_run(run)
    wait_for(lambda: _task_runs(client, run) >= count, within_s=180, what="all task runs are told")
    return Result(count, clicks_s, command_s, run_s, len(seen), _task_runs(client, run), state, found.state.message)


def _task_runs(client: Any, run: Any) -> int:
    """Of crawls of a source, which the server knows of this run."""
    flow_run = {"id": {"any_": [str(run)]}}
    task_runs = {"name": {"like_": "crawl-source"}}
    answer = client.request("POST", "/task_runs/count", json={"flow_runs": flow_run, "task_runs": task_runs})
    return int(answer.json())


def _crawl_processes(home: Path, seen: set[int], over: threading.Event) -> None:
    """Note every crawl process that works in a house."""
    mark = f"WARRAQ_SPOOL={home / 'spool'}".encode()
    while not over.wait(0.5):
        for each in Path("/proc").glob("[0-9]*"):
            try:
                command, environment = (each / "cmdline").read_bytes(), (each / "environ").read_bytes()
            except OSError:
                continue
            if mark in environment and command.endswith(b"-m\0crawlers\0"):
                seen.add(int(each.name))


def page(result: Result) -> str:
    clicks: Sequence[float] = sorted(result.clicks_s)
    return f"""# Runs from the Prefect UI

Written by `make bench-due` on {datetime.now(UTC):%Y-%m-%d}; do not edit. A private Prefect server and worker, warm, as
`warraq up` has them; {result.count} simulated publishers on 127.0.0.1, each with a delay of {DELAY_S:g} s.

| | goal | measured |
|---|--:|--:|
| from a click (a run made by the API, as the form does) to the first page captured, median of {len(clicks)} | \
under {GOAL_CLICK_S:.0f} s | {median(clicks):.1f} s |
| the same, shortest and longest | | {clicks[0]:.1f} to {clicks[-1]:.1f} s |
| what the `crawl-due` deployment adds to `warraq crawl --due`, {result.count} publishers due | \
under {GOAL_OVERHEAD_S:.0f} s | {result.overhead_s:.1f} s |
| crawl processes of that run | 1 | {result.crawl_processes} |
| task runs `crawl-source` that the server shows of it | {result.count} | {result.task_runs} |

The command took {result.command_s:.0f} s from its start to its end, the run {result.run_s:.0f} s from the click on
({result.state.lower()}: {result.message}); each in an empty house, for {LIMIT} articles a publisher at most, one after
the other. Captured means: durable on the worker's disk. Both depend on what else the machine does.

Machine: {os.cpu_count()} cores, load {os.getloadavg()[2]:.0f} over the last quarter of an hour.
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--clicks", type=int, default=CLICKS)
    parser.add_argument("--page", type=Path, default=PAGE)
    asked = parser.parse_args()
    result = measure(asked.sources, asked.clicks)
    asked.page.write_text(page(result), "utf-8")
    print(page(result))
    return 0 if result.reached else 1


if __name__ == "__main__":
    sys.exit(main())
