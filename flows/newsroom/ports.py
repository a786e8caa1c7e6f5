"""Local servers of the newsroom: ports of 127.0.0.1, opened together and closed together."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Protocol, Self, TypeVar

from aiohttp import web

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
_HOST = "127.0.0.1"
_SHUTDOWN_S = 1.0  # what an open request may take to end at close


class PortTaken(OSError):
    """Another program listens on the port that was asked for."""

    def __init__(self, port: int) -> None:
        super().__init__(errno.EADDRINUSE, f"port {port} of {_HOST} is taken; name another one")
        self.port = port


class LocalPorts:
    """The servers of one newsroom. `bind` first, then `serve`; `close` ends whatever was begun."""

    def __init__(self) -> None:
        self._sockets: list[socket.socket] = []
        self._runners: list[web.ServerRunner] = []

    def bind(self, port: int) -> socket.socket:
        """Bind a port; 0: a free one that the system chooses. Raises PortTaken."""
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._sockets.append(listening)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((_HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortTaken(port) from error
            raise
        return listening

    async def serve(
        self, listening: socket.socket, handler: Handler, ssl_context: ssl.SSLContext | None = None
    ) -> None:
        runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=_SHUTDOWN_S)
        self._runners.append(runner)
        await runner.setup()
        await web.SockSite(runner, listening, ssl_context=ssl_context).start()

    async def close(self) -> None:
        for runner in self._runners:
            await runner.cleanup()
        for listening in self._sockets:
            listening.close()
        self._runners, self._sockets = [], []


def port_of(listening: socket.socket) -> int:
    port: int = listening.getsockname()[1]
    return port


class Service(Protocol):
    async def start(self) -> Self: ...

    async def close(self) -> None: ...


ServiceT = TypeVar("ServiceT", bound=Service)


@contextmanager
def in_background(service: ServiceT) -> Iterator[ServiceT]:
    """Run a service in a thread with a loop of its own, for callers that have no loop."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="newsroom", daemon=True)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(service.start(), loop).result()
        yield service
    finally:
        asyncio.run_coroutine_threadsafe(service.close(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
