"""Hundreds of simulated publishers on one port of 127.0.0.1, told apart by their host names.

`python -m tests.benches.press FOLDER BEGAN COUNT HOURS`: each publishes at moments that are drawn once, and shows
what is out by a time that is FOLDER/ahead seconds after the real one. It logs each request to FOLDER/log: when it came
(time.time()), host, path, status. It prints its port, and ends with its stdin."""

from __future__ import annotations

import asyncio
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

from flows.newsroom.ports import LocalPorts, port_of

SHOWN = 30  # items of a feed
WORDS = (
    "قال", "أعلن", "الوزير", "المجلس", "البلدي", "في", "المدينة", "القديمة", "مشروع",
    "المياه", "الجديد", "خلال", "اليوم", "بعد", "اجتماع", "طويل", "مع", "السكان",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Simulated:
    """A publisher: how much it publishes, and when. Moments are seconds after the beginning of the simulation."""

    host: str
    per_day: float
    moments: tuple[float, ...]

    def published_by(self, moment: float) -> int:
        """How many of its articles are out; they count from 1."""
        return sum(each <= moment for each in self.moments)


def publishers(count: int, hours: float) -> list[Simulated]:
    """From a few articles a day to some hundreds, as lists of real publishers have it; the same each time."""
    found = []
    for number in range(1, count + 1):
        chance = random.Random(number)
        per_day = min(300.0, max(3.0, chance.lognormvariate(3.7, 1.0)))
        at, moments = 0.0, [0.0]  # no feed is empty
        while (at := at + chance.expovariate(per_day / 86_400)) < hours * 3600:
            moments.append(at)
        found.append(Simulated(f"p{number:03d}.example", per_day, tuple(moments)))
    return found


def page(host: str, number: int) -> bytes:
    """An article of some 30 KB, most of them furniture."""
    chance = random.Random(f"{host}{number}")
    paragraphs = "".join(f"<p>{' '.join(chance.choices(WORDS, k=40))}.</p>" for _ in range(8))
    links = "".join(f'<li><a href="/tag/{n}">{" ".join(chance.choices(WORDS, k=6))}</a></li>' for n in range(150))
    title = " ".join(chance.choices(WORDS, k=8))
    return (
        f'<!DOCTYPE html><html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        f"<nav><ul>{links}</ul></nav><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


class Press:
    """The server of all of them."""

    def __init__(self, folder: Path, began: float, all_of_them: list[Simulated]) -> None:
        self._ahead = folder / "ahead"
        self._log = (folder / "log").open("a", buffering=1, encoding="ascii")
        self._began = began
        self._by_host = {each.host: each for each in all_of_them}

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        came = time.time()
        response = self._response(self._by_host[request.host.partition(":")[0]], request, came)
        self._log.write(f"{came:.6f} {request.host.partition(':')[0]} {request.path} {response.status}\n")
        return response

    def _response(self, publisher: Simulated, request: web.BaseRequest, came: float) -> web.Response:
        out = publisher.published_by(came + float(self._ahead.read_text("ascii")) - self._began)
        if request.path == "/rss":
            tag = f'"{out}"'
            if request.headers.get("If-None-Match") == tag:
                return web.Response(status=304, headers={"ETag": tag})
            numbers = range(out, max(0, out - SHOWN), -1)
            items = "".join(f"<item><link>http://{publisher.host}/news/{n}</link></item>" for n in numbers)
            feed = f'<rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
            return web.Response(text=feed, content_type="application/rss+xml", headers={"ETag": tag})
        number = request.path.removeprefix("/news/")
        if number.isdecimal() and 1 <= int(number) <= out:
            return web.Response(body=page(publisher.host, int(number)), content_type="text/html", charset="utf-8")
        return web.Response(status=404)


async def serve(folder: Path, began: float, count: int, hours: float) -> None:
    ports = LocalPorts()
    listening = ports.bind(0)
    await ports.serve(listening, Press(folder, began, publishers(count, hours)).answer)
    print(port_of(listening), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await ports.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])))
