"""`python -m tests.crawlers.lying_dns '{"name": ["address", …]}'`: a crawl process in a world with its own DNS.

A name's answers are given one after the other, the last one again and again; other names do not exist."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable

from crawlers.__main__ import main


def lookup(answers: dict[str, list[str]]) -> Callable[[str], str]:
    def gethostbyname(name: str) -> str:
        left = answers.get(name.rstrip("."))
        if not left:
            raise socket.gaierror(socket.EAI_NONAME, f"no {name} in this world")
        return left.pop(0) if len(left) > 1 else left[0]

    return gethostbyname


if __name__ == "__main__":
    socket.gethostbyname = lookup(json.loads(sys.argv[1]))  # what Scrapy's resolver asks, in a thread
    sys.exit(main())
