"""The tap below Scrapy's Response: every byte sent and received, per exchange, as it was on the wire.

Scrapy's HTTP/1.1 handler builds its connections from a protocol class of its own; ours is a subclass that
copies what passes. Each request carries its `Exchange` down to the connection, so kept-alive connections
and Twisted's own retries cannot mix two exchanges up. The private names used here are guarded by
tests/crawlers/test_wire.py. Written against Scrapy 2.19, scrapy/core/downloader/handlers/http11.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred, fail
from twisted.internet.endpoints import HostnameEndpoint, wrapClientTLS

if TYPE_CHECKING:
    from crawlers.recorder import Recorder

Networks = tuple[IPv4Network | IPv6Network, ...]


class AddressRefused(Exception):
    """The connection led to an address that is not public and not in WARRAQ_ALLOW_ADDRESSES."""


@dataclass(slots=True, eq=False)
class Exchange:
    """One request and what came back for it."""

    url: str
    started_at: datetime
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    server: str | None = None  # IP address; None: never connected
    ended_at: datetime | None = None
    complete: bool = False  # the response ended where HTTP says it ends
    problem: str | None = None  # why it did not: the name of the exception

    def begin(self, server: str) -> None:
        """A connection takes the request up; a retry on a fresh connection starts from nothing."""
        self.server = server
        self.sent.clear()
        self.received.clear()
        self.complete = False


class _Tee:
    """The transport as a request sees it while it writes itself: what passes is copied."""

    def __init__(self, transport: Any, copy: bytearray) -> None:
        self._transport = transport
        self._copy = copy

    def write(self, data: bytes) -> None:
        self._copy += data
        self._transport.write(data)

    def writeSequence(self, pieces: list[bytes]) -> None:
        self.write(b"".join(pieces))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


class _TappedRequest:
    """A Twisted request that knows its exchange and writes itself through a tee."""

    def __init__(self, request: Any, exchange: Exchange) -> None:
        self._request = request
        self.exchange = exchange

    def writeTo(self, transport: Any) -> Any:
        return self._request.writeTo(_Tee(transport, self.exchange.sent))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class TappedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that copies each exchange, and refuses to speak to an inner address."""

    allowed: Networks = ()
    _exchange: Exchange | None = None

    def request(self, request: Any) -> Deferred[Any]:
        transport: Any = self.transport
        peer = str(transport.getPeer().host)
        if not _may_be_fetched(peer, self.allowed):
            transport.abortConnection()
            return fail(AddressRefused(f"{request.exchange.url} leads to {peer}, which is not a public address"))
        self._exchange = request.exchange
        self._exchange.begin(peer)
        return super().request(request)

    def dataReceived(self, data: bytes) -> None:
        if self._exchange is not None:
            self._exchange.received += data
        super().dataReceived(data)

    def _finishResponse(self, rest: bytes) -> None:
        if self._exchange is not None:
            if rest:
                del self._exchange.received[-len(rest) :]
            self._exchange.complete = True
            self._exchange = None
        super()._finishResponse(rest)


def _may_be_fetched(address: str, allowed: Networks) -> bool:
    host = ip_address(address.partition("%")[0])
    inner = getattr(host, "ipv4_mapped", None) or host
    if any(inner in network for network in allowed):
        return True
    return bool(inner.is_global and not inner.is_multicast)


class _Factory(_LenientHTTP11ClientFactory):
    allowed: Networks = ()

    def buildProtocol(self, addr: Any) -> TappedProtocol:
        protocol = TappedProtocol(self._quiescentCallback)
        protocol.allowed = self.allowed
        return protocol


class _PoolForOne:
    """The shared connection pool, for one request: it hands the exchange to whichever connection serves it."""

    def __init__(self, pool: Any, exchange: Exchange) -> None:
        self._pool = pool
        self._exchange = exchange

    def getConnection(self, key: Any, endpoint: Any) -> Deferred[Any]:
        taken: Deferred[Any] = self._pool.getConnection(key, endpoint)
        return taken.addCallback(lambda connection: _ConnectionForOne(connection, self._exchange))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pool, name)


@dataclass(frozen=True, slots=True)
class _ConnectionForOne:
    connection: Any
    exchange: Exchange

    def request(self, request: Any) -> Any:
        return self.connection.request(_TappedRequest(request, self.exchange))


class _Agent(_BindAddressAgent):
    """Scrapy's agent, with `connect_to`: another address for a host, as curl's option of that name."""

    connect_to: Mapping[str, str]

    def _getEndpoint(self, uri: Any) -> Any:
        target = self.connect_to.get(f"{uri.host.decode('ascii')}:{uri.port}")
        if target is None:
            return super()._getEndpoint(uri)
        host, _, port = target.rpartition(":")
        endpoint: Any = HostnameEndpoint(self._reactor, host.strip("[]"), int(port))
        if uri.scheme == b"https":
            policy = self._endpointFactory._policyForHTTPS
            return wrapClientTLS(policy.creatorForNetloc(uri.host, uri.port), endpoint)
        return endpoint


class _TappedAgent(_ScrapyAgent):
    """One download. A proxy named in a request is not used: what it sends is not what the server sent."""

    exchange: Exchange
    connect_to: Mapping[str, str]

    def _get_agent(self, request: Request, timeout: float) -> Any:
        from twisted.internet import reactor

        pool: Any = _PoolForOne(self._pool, self.exchange)
        agent = _Agent(reactor, self._contextFactory, connectTimeout=timeout, pool=pool)
        agent.connect_to = self.connect_to
        return agent


class TappedHandler(HTTP11DownloadHandler):
    """Scrapy's download handler for http and https, whose exchanges go to the crawler's recorder.

    Settings read: WARRAQ_RECORDER, WARRAQ_CLOCK, WARRAQ_ALLOWED, WARRAQ_CONNECT_TO."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._recorder: Recorder = crawler.settings["WARRAQ_RECORDER"]
        self._clock: Callable[[], datetime] = crawler.settings["WARRAQ_CLOCK"]
        self._connect_to: Mapping[str, str] = dict(crawler.settings["WARRAQ_CONNECT_TO"])
        pool: Any = self._pool
        pool._factory = type("Factory", (_Factory,), {"allowed": crawler.settings["WARRAQ_ALLOWED"]})

    async def download_request(self, request: Request) -> Response:
        """Fetch, and record what was sent and received, however it ended, before anybody else sees it."""
        exchange = Exchange(request.url.partition("#")[0], self._clock())
        agent = _TappedAgent(
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize,
            warnsize=self._default_warnsize,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        agent.exchange = exchange
        agent.connect_to = self._connect_to
        try:
            with wrap_twisted_exceptions():
                return await maybe_deferred_to_future(agent.download_request(request))
        except Exception as error:
            exchange.problem = type(error).__name__
            raise
        finally:
            exchange.ended_at = self._clock()
            if exchange.received:
                request.meta["captured"] = self._recorder.record(exchange)
