"""`make bench-replay`: what a replay gives a second, and what reading an archive costs, ours beside others.

Contestants run one after the other, round by round, each in a process of its own. Writes docs/benchmarks/replay.md."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.benches.replay_archive import bench_pages, part_of_bench, write_as_cc_news, write_as_ours, write_bench_source

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "benchmarks" / "replay.md"
PEER = Path(__file__).with_name("replay_peer.py")
PACKAGES = ("datatrove", "warcio", "faust-cchardet", "python-magic", "trafilatura", "lxml_html_clean", "orjson")
WARM = 4  # pages of the WARC that starts and warms the processes; not counted

Said = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, prog="make bench-replay")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, default=160, help="in the WARCs that are replayed")
    asked = parser.parse_args()
    peer, absent = peer_in(Path.home() / ".cache" / "warraq" / "replay-peers")
    with tempfile.TemporaryDirectory(prefix="bench-replay-") as name:
        folder = Path(name)
        pages, words = bench_pages()
        warcs = archive_in(folder, pages, asked.pages)
        environment = environment_of(folder)
        rounds: dict[str, list[Said]] = {what: [] for what in ("memory", "two", "one", "peer", "patient")}
        for number in range(asked.rounds):
            print(f"round {number + 1} of {asked.rounds} …", file=sys.stderr)
            rounds["memory"].append(ours(environment, "memory", "1", *warcs[1:]))
            rounds["two"].append(ours(environment, "replay", "2", *warcs))
            rounds["one"].append(ours(environment, "replay", "1", *warcs))
            if peer is not None:
                rounds["peer"].append(datatrove(peer, folder / "flat", 1))
                rounds["patient"].append(datatrove(peer, folder / "flat", 60))
        write_as_ours(folder / "ours.warc.gz", pages, range(400))
        write_as_cc_news(folder / "cc.warc.gz", pages, 400)
        indexes = {
            "as we write them": ours(environment, "index", str(folder / "ours.warc.gz")),
            "as CC-NEWS": ours(environment, "index", str(folder / "cc.warc.gz")),
        }
    PAGE.write_text(report(rounds, indexes, words, absent), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def archive_in(folder: Path, pages: list[bytes], count: int) -> list[str]:
    """A store with one WARC to warm up and four to measure; their keys. The four lie in `flat` too."""
    write_bench_source(folder / "sources")
    spans = [range(WARM), *(range(WARM + number * count // 4, WARM + (number + 1) * count // 4) for number in range(4))]
    keys = [part_of_bench(number).warc for number in range(5)]
    (folder / "flat").mkdir()
    for key, span in zip(keys, spans, strict=True):
        write_as_ours(folder / "archive" / key, pages, span)
        if span.start >= WARM:
            (folder / "flat" / Path(key).name).hardlink_to(folder / "archive" / key)
    return keys


def environment_of(folder: Path) -> dict[str, str]:
    return dict(os.environ) | {
        "WARRAQ_STORE": f"file:{folder / 'archive'}",
        "WARRAQ_LEDGER": f"sqlite:///{folder / 'ledger.db'}",
        "WARRAQ_SPOOL": str(folder / "spool"),
        "WARRAQ_SOURCES": str(folder / "sources"),
    }


def ours(environment: dict[str, str], *given: str) -> Said:
    command = [sys.executable, "-m", "tests.benches.replay_runs", *given]
    return _said(subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True))


def datatrove(python: str, folder: Path, timeout_s: int) -> Said:
    command = [python, str(PEER), str(folder), "*.warc.gz", str(timeout_s)]
    return _said(subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))


def _said(done: subprocess.CompletedProcess[str]) -> Said:
    said: Said = json.loads(done.stdout.splitlines()[-1])
    return said


def peer_in(folder: Path) -> tuple[str | None, str]:
    """The Python that has datatrove, made once; None, and why, where it cannot be installed."""
    python = folder / "bin" / "python"
    try:
        if not (folder / "ready").exists():
            print("installing datatrove …", file=sys.stderr)
            subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True, timeout=900)
            (folder / "ready").touch()
        subprocess.run([python, "-c", "import magic"], check=True, capture_output=True)
    except (OSError, subprocess.SubprocessError) as error:
        return None, f"datatrove could not be installed, or lacks libmagic ({type(error).__name__})"
    return str(python), ""


def middle(found: list[Said], per: str, of: str = "pages") -> float:
    return median(each[of] / each[per] for each in found)


def report(rounds: dict[str, list[Said]], indexes: dict[str, Said], words: str, absent: str) -> str:
    memory, two, one, peer, patient = rounds.values()
    wall = median(b["pages"] / b["wall_s"] / (2 * a["pages"] / a["wall_s"]) for a, b in zip(memory, two, strict=True))
    cpu = median(b["pages"] / b["cpu_s"] / (a["pages"] / a["cpu_s"]) for a, b in zip(memory, two, strict=True))
    lines = [
        "# What a replay gives a second",
        "",
        f"Written by `make bench-replay` on {datetime.now(UTC):%Y-%m-%d}; do not edit. {memory[0]['pages']} pages",
        f"({words}, told apart by numbers in their text) in four WARCs as we write them. Rounds,",
        f"interleaved: {len(memory)}; medians.",
        "",
        "| | pages | articles | pages / s | pages / CPU s |",
        "|---|--:|--:|--:|--:|",
        _row("`extract` on pages in memory, one process", memory),
        _row("`warraq replay --workers 2`", two),
        _row("`warraq replay --workers 1`", one),
    ]
    for found, words in ((peer, "its time limit of 1 s"), (patient, "a limit of 60 s")):
        if found:
            pages = memory[0]["pages"]
            speeds = [median(pages / each[per] for each in found) for per in ("wall_s", "cpu_s")]
            name = f"datatrove {found[0]['version']}, trafilatura {found[0]['trafilatura']}, text only, {words}"
            kept = min(each["documents"] for each in found)
            lines.append(f"| {name} | {pages} | {kept} | {speeds[0]:.2f} | {speeds[1]:.2f} |")
    lines += [
        "",
        f"Replay with two processes to twice the one in memory: **{wall:.2f}** by the clock, **{cpu:.2f}** by",
        "seconds of CPU, which other work on the machine disturbs less (goal 0.85).",
    ]
    if peer:
        ratios = [median(b["cpu_s"] / a["cpu_s"] for a, b in zip(one, each, strict=True)) for each in (peer, patient)]
        dropped = memory[0]["pages"] - min(each["documents"] for each in peer)
        lines += [
            f"Replay with all metadata to datatrove's text alone, by seconds of CPU: **{ratios[0]:.2f} x**, and with",
            f"the longer limit **{ratios[1]:.2f} x** (goal 1.0). Of {memory[0]['pages']} pages datatrove gives no",
            f"text for {dropped} with its own limit, which is one of the clock, and no reason for any; every",
            "page of ours is an article or a rejection that says why.",
        ]
    lines += [f"Not run: {absent}."] if absent else []
    lines += [
        f"Peak memory: {_most(two, 'main_mb')} MB the command, {_most(two, 'reader_mb')} MB a process that reads",
        "pages.",
        "",
        "## Reading and indexing a WARC",
        "",
        "400 pages; medians of three rounds, milliseconds of CPU a page, all in one process.",
        "",
        "| WARC | FastWARC, digests | our reader | to FastWARC | reader and index | our index | cdxj-indexer | to it |",
        "|---|--:|--:|--:|--:|--:|--:|--:|",
        *(_index_row(name, found) for name, found in indexes.items()),
        "",
        "FastWARC and our reader give each record's head and block, both digests checked; ours also names what is",
        "damaged. Our index and cdxj-indexer state the digests that the records bring. Goals: 0.9 x and 4 x.",
        "",
        f"Machine: {platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {sys.version.split()[0]}.",
        f"While this was measured, {os.getloadavg()[1]:.1f} processes wanted to run on them; where",
        "that is much more than three, the clock says little.",
        "",
    ]
    return "\n".join(lines)


def _most(found: list[Said], name: str) -> str:
    return f"{max(each[name] for each in found):.0f}"


def _row(name: str, found: list[Said]) -> str:
    speeds = (middle(found, "wall_s"), middle(found, "cpu_s"))
    return f"| {name} | {found[0]['pages']} | {found[0]['articles']} | {speeds[0]:.2f} | {speeds[1]:.2f} |"


def _index_row(name: str, found: Said) -> str:
    cost = {who: median(each["cpu_s"]) for who, each in found.items()}
    shown = {who: f"{spent / 400 * 1000:.3f}" for who, spent in cost.items()}
    to_fastwarc, to_indexer = cost["fastwarc"] / cost["ours_read"], cost["cdxj_indexer"] / cost["ours_index"]
    return (
        f"| {name} | {shown['fastwarc']} | {shown['ours_read']} | {to_fastwarc:.2f} x | {shown['ours_both']} "
        f"| {shown['ours_index']} | {shown['cdxj_indexer']} | {to_indexer:.1f} x |"
    )


if __name__ == "__main__":
    main()
