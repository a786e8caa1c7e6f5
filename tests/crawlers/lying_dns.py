"""`python -m tests.crawlers.lying_dns '{"name": ["address …", …]}'`: a crawl process in a world with its own DNS.

A name's answers are given one after the other, the last one again and again; each is one or more addresses, IPv4 or
IPv6. Other names do not exist."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Callable
from typing import Any

from crawlers.__main__ import main


def lookup(answers: dict[str, list[str]]) -> Callable[..., list[Any]]:
    def getaddrinfo(name: str, port: int, *_: object) -> list[Any]:
        if ":" in name:
            return [_answer(name, port)]  # Twisted asks what an IPv6 address means
        left = answers.get(name.rstrip("."))
        if not left:
            raise socket.gaierror(socket.EAI_NONAME, f"no {name} in this world")
        found = left.pop(0) if len(left) > 1 else left[0]
        return [_answer(address, port) for address in found.split()]

    return getaddrinfo


def _answer(address: str, port: int) -> tuple[object, ...]:
    six = ":" in address
    family = socket.AF_INET6 if six else socket.AF_INET
    return family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port, 0, 0) if six else (address, port)


if __name__ == "__main__":
    socket.getaddrinfo = lookup(json.loads(sys.argv[1]))  # what Twisted asks, in a thread
    sys.exit(main())
