"""How well and how fast Arabic pages are read, by us and by others, on the same pages in one run: `make bench-reading`.

Reads `../shared/quality` beside the repository, writes `docs/benchmarks/reading.md`. Quality is what its own
score_extraction.py says; CPU seconds are of the process that reads, imports left out, rounds interleaved."""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from crawlers.extraction.article import extract, local_date
from crawlers.source import Source
from storage.model import Article, Capture, CaptureRef, Rejection

ROOT = Path(__file__).parents[2]
QUALITY = ROOT.parent / "shared" / "quality"
PAGE = ROOT / "docs" / "benchmarks" / "reading.md"
PEERS = Path(__file__).with_name("reading_peers.py")
PACKAGES = ("newspaper4k[nlp]", "goose3[arabic]", "readability-lxml", "lxml_html_clean")
OURS, PLAIN = "Warraq", "trafilatura plain"
ELSEWHERE = ("newspaper4k", "goose3", "readability-lxml")  # need an environment of their own
CONTESTANTS = (OURS, "trafilatura", "trafilatura favor_precision", *ELSEWHERE, PLAIN)
MEASURES = ("f1", "complete", "clean", "title", "date", "author")


@dataclass(frozen=True)
class Outcome:
    version: str
    costs: list[list[float]]  # CPU seconds, a round, a page
    rows: list[dict[str, Any]]
    scores: dict[str, float]

    @property
    def pages_per_s(self) -> float:
        return median(len(one) / sum(one) for one in self.costs)

    @property
    def slowest_s(self) -> float:
        """The 99th percentile of the pages' median times."""
        each = sorted(median(times) for times in zip(*self.costs, strict=True))
        return each[min(len(each) - 1, int(0.99 * len(each)))]


def ours(pages: list[dict[str, str]], rounds: int) -> dict[str, Any]:
    """The same as reading_peers.py prints: each page with a source of its host alone, without any rule."""
    captures = [(page["stem"], *_capture(page)) for page in pages]
    extract(captures[0][1], captures[0][2], "bench")
    costs, rows = [], {}
    for _ in range(rounds):
        spent = []
        for stem, capture, source in captures:
            began = time.process_time()
            found = extract(capture, source, "bench")
            spent.append(time.process_time() - began)
            rows[stem] = {"stem": stem, **_row(found, source)}
        costs.append(spent)
    return {"version": "0.1.0", "costs": costs, "rows": list(rows.values())}


def _capture(page: dict[str, str]) -> tuple[Capture, Source]:
    name = {"ar": page["publisher"], "en": page["publisher"]}
    home = f"https://{page['url'].split('/')[2]}/"
    source = Source.model_validate({"id": "bench", "name": name, "country": "ZZ", "home": home, "timezone": "UTC"})
    body = (QUALITY / "pages" / f"{page['stem']}.html").read_bytes()
    ref = CaptureRef("bench", 0, len(body), "")
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Capture(ref, page["url"], at, 200, (("Content-Type", "text/html"),), body, ""), source


def _row(found: object, source: Source) -> dict[str, Any]:
    if isinstance(found, Article):
        return {"title": found.title, "date": local_date(found, source), "authors": found.authors, "text": found.text}
    if isinstance(found, Rejection) and found.headline is not None:
        return {"title": found.headline.title, "date": found.headline.date, "authors": found.headline.authors}
    return {}


def run(name: str, pages: list[dict[str, str]], rounds: int, peers: Path) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        if name == OURS:
            said = ours(pages, rounds)
        else:
            python = str(peers / "bin" / "python") if name in ELSEWHERE else sys.executable
            command = [python, str(PEERS), name, str(QUALITY / "pages.jsonl"), str(QUALITY / "pages"), str(rounds)]
            said = json.loads(
                subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
            )
        predictions = Path(folder) / "predictions.jsonl"
        lines = (json.dumps(row, ensure_ascii=False, default=str) for row in said["rows"])
        predictions.write_text("\n".join(lines) + "\n", encoding="utf-8")
        scorer = [sys.executable, str(QUALITY / "score_extraction.py"), str(QUALITY / "gold"), str(predictions)]
        scores = json.loads(subprocess.run(scorer, check=True, capture_output=True, text=True).stdout)
    return Outcome(said["version"], said["costs"], said["rows"], scores)


def joined(outcomes: list[Outcome]) -> Outcome:
    """Rounds of one contestant; what it read is the same in each."""
    costs = [spent for outcome in outcomes for spent in outcome.costs]
    return Outcome(outcomes[0].version, costs, outcomes[0].rows, outcomes[0].scores)


def report(results: dict[str, Outcome], rounds: int) -> str:
    plain = results[PLAIN].pages_per_s
    lines = [
        "# How Arabic pages are read",
        "",
        f"Written by `make bench-reading` on {datetime.now(UTC):%Y-%m-%d}; do not edit. 20 real pages,",
        f"means over their publishers; no `reading` rules. Rounds, interleaved: {rounds}; medians. CPU of one",
        "process, imports left out.",
        "",
        "| | F1 | complete | clean | title | day | author | pages / CPU s | to plain | p99 of a page, CPU s |",
        "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for name, outcome in results.items():
        scores = [f"{outcome.scores[key]:.3f}" if key in outcome.scores else "–" for key in MEASURES]
        speed = (f"{outcome.pages_per_s:.1f}", f"{outcome.pages_per_s / plain:.2f} x", f"{outcome.slowest_s:.3f}")
        lines.append(f"| {name} {outcome.version} | {' | '.join((*scores, *speed))} |")
    lines += [
        "",
        "`complete`: share of pages with recall ≥ 0.98; `clean`: precision ≥ 0.98. *plain* is",
        "`trafilatura.bare_extraction(html, with_metadata=True)` with its default date search, the speed that ours",
        "is held against (goal 1.5 x); *trafilatura* has its comments off. These pages were in sight when our",
        "rules were written: our scores on them say that nothing broke, not how others will be read.",
        "",
        f"Machine: {platform.system()} {platform.machine()}, Python {platform.python_version()}.",
        "",
    ]
    return "\n".join(lines)


def peers_in(folder: Path) -> Path:
    """An environment with the peers that ours should not have; made once."""
    if not (folder / "ready").exists():
        print("installing peers …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([folder / "bin" / "python", "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    rounds: int = parser.parse_args().rounds
    if not QUALITY.is_dir():
        sys.exit(f"{QUALITY} is not there: the pages are no part of the repository")
    pages = [json.loads(line) for line in (QUALITY / "pages.jsonl").read_text(encoding="utf-8").splitlines()]
    peers = peers_in(Path.home() / ".cache" / "warraq" / "reading-peers")
    every: dict[str, list[Outcome]] = {name: [] for name in CONTESTANTS}
    for _ in range(rounds):
        for name in CONTESTANTS:
            every[name].append(run(name, pages, 1, peers))
    results = {name: joined(outcomes) for name, outcomes in every.items()}
    PAGE.write_text(report(results, rounds), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
