"""The newsroom's server: every publisher on a port, and so an origin, of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from aiohttp import web

from flows.newsroom import alwaraq_alqadeem, marsad_almaghreb, rafidain_tv, sada_alfurat
from flows.newsroom.answers import BUSY, EDITED, MISSING, ONLY_GET, Answer, Seen, reply, seen
from flows.newsroom.ports import Handler, LocalPorts, in_background, port_of
from flows.newsroom.publisher import Publisher
from flows.newsroom.stories import Story, load_stories
from flows.newsroom.town import TOWN

PUBLISHERS: Mapping[str, Publisher] = {
    module.PUBLISHER.id: module.PUBLISHER for module in (sada_alfurat, rafidain_tv, alwaraq_alqadeem, marsad_almaghreb)
}
EVERYONE: Mapping[str, Publisher] = PUBLISHERS | TOWN  # type: ignore[operator]
EDIT_PATH = "/_newsroom/edit"  # POST here, on any port, publishes the edit


class Newsroom:
    """Publishers on 127.0.0.1. An async context manager, or `start` and `close`.

    `publishers`: the demo's four, or others of EVERYONE. `ports`: one for each of them, in their order; None: free
    ones. `folder`: other article files than the shipped ones. `start` raises PortTaken."""

    def __init__(
        self,
        *,
        folder: Path | None = None,
        ports: Sequence[int] | None = None,
        publishers: Mapping[str, Publisher] = PUBLISHERS,
    ) -> None:
        if ports is not None and len(ports) != len(publishers):
            raise ValueError(f"expected {len(publishers)} ports, one for each publisher, not {len(ports)}")
        self._publishers = publishers
        self.bases: dict[str, str] = {}  # publisher id -> "http://127.0.0.1:8731"
        self.requests: list[Seen] = []
        self.edited = False
        self._stories = {key: stories_of(each, folder) for key, each in publishers.items()}
        self._wanted_ports = ports or [0] * len(publishers)
        self._answers: dict[str, Mapping[str, Answer]] = {}
        self._asked_before: set[tuple[str, str]] = set()
        self._ports = LocalPorts()

    async def start(self) -> Self:
        try:
            bound = [self._ports.bind(port) for port in self._wanted_ports]
            self.bases = {
                key: f"http://127.0.0.1:{port_of(each)}" for key, each in zip(self._publishers, bound, strict=True)
            }
            self._write_pages()
            for key, listening in zip(self._publishers, bound, strict=True):
                await self._ports.serve(listening, self._handler(key))
        except BaseException:
            await self._ports.close()
            raise
        return self

    async def close(self) -> None:
        await self._ports.close()

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _moving(self, publisher: str, path: str) -> Answer | None:
        moving = self._publishers[publisher].moving
        return moving(self.bases[publisher], self.stories(publisher), path) if moving else None

    def publish_edit(self) -> None:
        """Change the one article that has an edit; its listings change with it. Twice is once."""
        self.edited = True
        self._write_pages()

    def stories(self, publisher: str) -> tuple[Story, ...]:
        """As they stand now, newest first, with those that are gone."""
        return edited(self._stories[publisher]) if self.edited else self._stories[publisher]

    def _write_pages(self) -> None:
        self._answers = {
            key: each.answers(self.bases[key], self.stories(key)) for key, each in self._publishers.items()
        }

    def _handler(self, publisher: str) -> Handler:
        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            status, response = await reply(request, self._answer(publisher, request))
            self.requests.append(seen(publisher, request, request.raw_path, status))
            return response

        return handle

    def _answer(self, publisher: str, request: web.BaseRequest) -> Answer:
        if request.method == "POST" and request.raw_path == EDIT_PATH:
            self.publish_edit()
            return EDITED
        if request.method not in ("GET", "HEAD"):
            return ONLY_GET
        pages = self._answers[publisher]
        asked, plain = request.raw_path, unquote(request.raw_path)
        spellings = (asked, without_tracking(asked), plain, without_tracking(plain))
        path = next((each for each in spellings if each in pages), asked)
        answer = pages.get(path) or self._moving(publisher, request.raw_path) or MISSING
        if answer.busy_first and (publisher, path) not in self._asked_before:
            self._asked_before.add((publisher, path))
            return BUSY
        return answer


def stories_of(publisher: Publisher, folder: Path | None = None) -> tuple[Story, ...]:
    return publisher.stories() if publisher.stories else load_stories(publisher.id, publisher.zone, folder)


def edited(stories: Sequence[Story]) -> tuple[Story, ...]:
    return tuple(story.after_edit() for story in stories)


def without_tracking(path_qs: str) -> str:
    """The path and query without the parameters that advertisers and sessions add."""
    parts = urlsplit(path_qs)
    added = ("utm_", "fbclid=", "gclid=", "PHPSESSID=")
    kept = [pair for pair in parts.query.split("&") if pair and not pair.startswith(added)]
    return parts.path + ("?" + "&".join(kept) if kept else "")


@contextmanager
def running_newsroom(
    *,
    folder: Path | None = None,
    ports: Sequence[int] | None = None,
    publishers: Mapping[str, Publisher] = PUBLISHERS,
) -> Iterator[Newsroom]:
    """A newsroom in a background thread, shut down at the end. Raises PortTaken."""
    with in_background(Newsroom(folder=folder, ports=ports, publishers=publishers)) as newsroom:
        yield newsroom
