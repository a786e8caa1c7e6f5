"""One poll of all publishers that are due, as `warraq crawl --due` does it, at a simulated moment.

`python -m tests.benches.polling_round FOLDER PORT COUNT AHEAD_S`: prints what it came to as JSON."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from flows.due import crawl_due
from flows.steps import plain_steps
from tests.flows.houses import house_in


def main(folder: Path, port: int, count: int, ahead_s: float) -> None:
    hosts = [f"p{number:03d}.example" for number in range(1, count + 1)]
    connect_to = {f"{host}:80": f"127.0.0.1:{port}" for host in hosts}
    ids = [host.partition(".")[0] for host in hosts]
    os.environ["WARRAQ_TEST_AHEAD_S"] = str(ahead_s)
    with house_in(folder, sources=folder / "sources", connect_to=connect_to) as house, plain_steps() as steps:
        clock = house.clock
        ahead = replace(house, clock=lambda: clock() + timedelta(seconds=ahead_s))
        found, report = crawl_due(ahead, ids, steps=steps, watch=lambda _: None)
    articles = sum(each.tally.articles for each in report.sources)
    print(json.dumps({"due": len(found.sources), "articles": articles, "owed": report.owed}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
