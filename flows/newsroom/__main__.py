"""`python -m flows.newsroom [--port 8731] [--sources DIR]`: the demo newsroom until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.newsroom.answer_key import write_sources
from flows.newsroom.ports import PortTaken
from flows.newsroom.publisher import Publisher
from flows.newsroom.server import EVERYONE, PUBLISHERS, Newsroom


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m flows.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=8731, help="first of consecutive ports; 0: free ones")
    parser.add_argument("--all", action="store_true", help="all twelve publishers, not only the demo's four")
    parser.add_argument(
        "--sources",
        type=Path,
        default=Path("warraq-newsroom/sources"),
        help="folder for the source files of the publishers",
    )
    return parser.parse_args(words)


def _words(newsroom: Newsroom, sources: Path) -> str:
    lines = [f"{base}/  {EVERYONE[key].name} ({key})" for key, base in newsroom.bases.items()]
    return "\n".join(
        [
            *lines,
            "",
            "To crawl it, in another shell:",
            f"export WARRAQ_SOURCES={sources.resolve()} WARRAQ_ALLOW_ADDRESSES=127.0.0.0/8 "
            "WARRAQ_CONTACT=mailto:you@example.org",
            f"warraq crawl {' '.join(newsroom.bases)}",
            "",
            "Ctrl-C ends it.\n",
        ]
    )


async def _serve(first_port: int, sources: Path, publishers: Mapping[str, Publisher]) -> None:
    ports = range(first_port, first_port + len(publishers)) if first_port else None
    async with Newsroom(ports=ports, publishers=publishers) as newsroom:
        write_sources(newsroom, sources)
        ended = _end_signal()
        sys.stdout.write(_words(newsroom, sources))
        sys.stdout.flush()
        await ended.wait()


def _end_signal() -> asyncio.Event:
    """Set at Ctrl-C or SIGTERM, also where a shell started us with SIGINT ignored."""
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    return ended


def main(words: Sequence[str] | None = None) -> int:
    """Exit code: 0 after Ctrl-C or SIGTERM, 1 if a port is taken or the source files cannot be written."""
    arguments = _arguments(words)
    try:
        asyncio.run(_serve(arguments.port, arguments.sources, EVERYONE if arguments.all else PUBLISHERS))
    except PortTaken as error:
        sys.stderr.write(f"newsroom: {error.strerror} with --port\n")
        return 1
    except (OSError, OverflowError) as error:
        sys.stderr.write(f"newsroom: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
