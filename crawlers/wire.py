"""The tap below Scrapy's Response: every byte sent and received, per exchange, as it was on the wire.

Scrapy's HTTP/1.1 handler builds its connections from a protocol class of its own; ours is a subclass that
copies what passes. Each request carries its `Exchange` down to the connection, so kept-alive connections
and Twisted's own retries cannot mix two exchanges up. The private names used here are guarded by
tests/crawlers/test_wire.py. Written against Scrapy 2.19, scrapy/core/downloader/handlers/http11.py."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from OpenSSL import SSL
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _BindAddressAgent,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _ScrapyAgent,
)
from scrapy.exceptions import DownloadCancelledError, ResponseDataLossError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import deferred_to_future, maybe_deferred_to_future
from twisted.internet.defer import Deferred, fail
from twisted.internet.endpoints import wrapClientTLS
from twisted.internet.error import ConnectionDone
from twisted.internet.interfaces import ISSLTransport
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web._newclient import HEADER, STATUS, RequestNotSent

from crawlers.addresses import AddressRefused, Networks, guarded_endpoint, may_be_fetched
from crawlers.conditional import REVISIT, VALIDATES
from crawlers.exchange import Exchange, TappedRequest, Tls
from crawlers.framing import MAX_HEAD_BYTES, AnswerParser, Beginning
from crawlers.limits import AS_SENT, KEPT_OF_ARTICLES_BYTES, MAX_DECODED_BYTES, TOLD_BODY, TOLD_PUBLISHED, VIA
from crawlers.politeness import TURN
from crawlers.robots import SAID
from crawlers.room import Room
from crawlers.wire_faults import FAULTS, TOO_LARGE, AnswerTooLarge, HeadTooLarge, certificate_problem, named, root_cause

if TYPE_CHECKING:
    from crawlers.door import Door
    from crawlers.recorder import Recorder


logger = logging.getLogger(__name__)

CLOSE_WITHIN_S = 1.0


class TappedProtocol(_LenientHTTP11ClientProtocol):
    """A connection that copies each exchange, and refuses to speak to an inner address."""

    allowed: Networks
    room: Room
    _exchange: Exchange | None = None
    _used = False  # a request has been sent
    _openssl: SSL.Connection | None = None  # None: not encrypted
    _tls: Tls | None = None

    def connectionMade(self) -> None:
        super().connectionMade()
        transport: Any = self.transport
        if ISSLTransport.providedBy(transport):
            self._openssl = transport.getHandle()

    def request(self, request: Any) -> Deferred[Any]:
        transport: Any = self.transport
        peer = transport.getPeer()
        if not may_be_fetched(str(peer.host), self.allowed):
            transport.abortConnection()
            return fail(AddressRefused(request.exchange.url, str(peer.host), final=False))
        if self._used and something_waits(getattr(transport, "transport", transport).getHandle()):
            transport.loseConnection()
            return fail(RequestNotSent())  # Twisted asks again on a fresh connection
        self._used = True
        self._exchange = request.exchange
        self._exchange.begin(str(peer.host), int(peer.port), self)
        answered = super().request(request)
        if self._parser is not None:
            self._parser.__class__ = AnswerParser
        return answered

    def dataReceived(self, data: bytes) -> None:
        exchange = self._exchange
        if exchange is None:
            logger.warning("%d bytes that nobody asked for; the connection is dropped", len(data))
        else:
            exchange.receive(data)
            exchange.tls = self._agreed()
            if self._in_head() and len(exchange.received) > MAX_HEAD_BYTES:
                self._giveUp(Failure(HeadTooLarge(f"more than {MAX_HEAD_BYTES} bytes of headers")))
                return
            self.room.take(exchange, len(data) if exchange.read_later else 2 * len(data))
            if self._parser is None:
                return  # there was no room
        super().dataReceived(data)

    def give_up(self, exchange: Exchange, words: str) -> None:
        """Stop receiving an answer, if it is still under way on this connection."""
        if self._exchange is exchange:
            exchange.given_up = AnswerTooLarge(words)  # Twisted takes it for an end where no length is said
            self._giveUp(Failure(exchange.given_up))

    def _in_head(self) -> bool:
        return self._parser is not None and self._parser.state in (STATUS, HEADER)

    def _agreed(self) -> Tls | None:
        """What TLS came to, once a byte has come through it."""
        if self._tls is None and self._openssl is not None:
            self._tls = Tls.of(self._openssl)
        return self._tls

    def _finishResponse(self, rest: bytes) -> None:
        if self._exchange is not None:
            self._exchange.finish(rest)
            if rest:  # what else comes on this connection could pass for the answer to the next request
                current: Any = self._currentRequest
                current.persistent = False
            self._exchange = None
        super()._finishResponse(rest)

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        if self._exchange is not None:
            self._exchange.unclean = not reason.check(ConnectionDone)
            if self._openssl is not None:
                self._exchange.certificate_problem = certificate_problem(self._openssl)
        super().connectionLost(reason)


def something_waits(connection: socket.socket) -> bool:
    """Whether the other side has sent what nobody asked for, or hung up: what comes next would be misread."""
    try:
        connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


class _Factory(_LenientHTTP11ClientFactory):
    allowed: Networks
    room: Room

    def buildProtocol(self, addr: Any) -> TappedProtocol:
        protocol = TappedProtocol(self._quiescentCallback)
        protocol.allowed, protocol.room = self.allowed, self.room
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
        return self.connection.request(TappedRequest(request, self.exchange))


class _Agent(_BindAddressAgent):
    """Scrapy's agent behind the address guard, with `connect_to`: another address for a host, as curl's option."""

    connect_to: Mapping[str, str]
    allowed: Networks

    def _getEndpoint(self, uri: Any) -> Any:
        name = uri.host.decode("ascii")
        host, _, port = self.connect_to.get(f"{name}:{uri.port}", f"{name}:{uri.port}").rpartition(":")
        timeout_s = self._endpointFactory._connectTimeout
        endpoint: Any = guarded_endpoint(self._reactor, host.strip("[]"), int(port), self.allowed, timeout_s)
        if uri.scheme == b"https":
            policy = self._endpointFactory._policyForHTTPS
            return wrapClientTLS(policy.creatorForNetloc(uri.host, uri.port), endpoint)
        return endpoint


class _TappedAgent(_ScrapyAgent):
    """One download. A proxy named in a request is not used: what it sends is not what the server sent."""

    exchange: Exchange
    connect_to: Mapping[str, str]
    allowed: Networks

    def _get_agent(self, request: Request, timeout: float) -> Any:
        from twisted.internet import reactor

        pool: Any = _PoolForOne(self._pool, self.exchange)
        agent = _Agent(reactor, self._contextFactory, connectTimeout=timeout, pool=pool)
        agent.connect_to = self.connect_to
        agent.allowed = self.allowed
        return agent

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        """Where nobody reads the page in the fetch, Scrapy gets its beginning: the exchange has all of it."""
        body = super()._cb_bodyready(txresponse, request)
        reader = getattr(txresponse, "_bodyProtocol", None)
        if self.exchange.read_later and reader is not None:
            reader._bodybuf = Beginning(reader._bodybuf.getvalue(), KEPT_OF_ARTICLES_BYTES)
        return body


class TappedHandler(HTTP11DownloadHandler):
    """Scrapy's download handler for http and https, whose exchanges go to the crawler's recorder.

    Settings read: WARRAQ_RECORDER, WARRAQ_CLOCK, WARRAQ_ALLOWED, WARRAQ_CONNECT_TO, WARRAQ_ROOM, WARRAQ_DOOR."""

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._recorder: Recorder = crawler.settings["WARRAQ_RECORDER"]
        self._door: Door = crawler.settings["WARRAQ_DOOR"]
        self._clock: Callable[[], datetime] = crawler.settings["WARRAQ_CLOCK"]
        self._connect_to: Mapping[str, str] = dict(crawler.settings["WARRAQ_CONNECT_TO"])
        self._allowed: Networks = crawler.settings["WARRAQ_ALLOWED"]
        pool: Any = self._pool
        self._room: Room = crawler.settings["WARRAQ_ROOM"]
        pool._factory = type("Factory", (_Factory,), {"allowed": self._allowed, "room": self._room})

    async def close(self) -> None:
        """Close what connections are open; where that takes too long, leave them.

        Scrapy's own fires the Deferred itself then, and again where a busy loop is late: an error in every log."""
        await asyncio.wait([deferred_to_future(self._pool.closeCachedConnections())], timeout=CLOSE_WITHIN_S)

    async def download_request(self, request: Request) -> Response:
        """Fetch once there is room for it, and record what was sent and received, however it ended, before
        anybody else sees it. Raises NoRoom if the crawl ends first."""
        await self._door.enter(lambda: self._crawler.crawling)
        turn = request.meta.get(TURN)
        if turn is not None:
            turn.left()
        exchange = Exchange(request.url.partition("#")[0], self._clock, self._clock())
        exchange.via, exchange.told_published = request.meta.get(VIA, ""), request.meta.get(TOLD_PUBLISHED)
        exchange.told_body_of = request.meta.get(TOLD_BODY, "")
        exchange.first_time = bool(request.meta.get(AS_SENT)) and not request.meta.get(REVISIT)
        exchange.validates = request.meta.get(VALIDATES)
        exchange.notes = request.meta.get(SAID, {})
        exchange.read_later = bool(request.meta.get(AS_SENT))
        agent = _TappedAgent(
            contextFactory=self._contextFactory,
            pool=self._pool,
            maxsize=self._default_maxsize if exchange.read_later else min(self._default_maxsize, MAX_DECODED_BYTES),
            warnsize=self._default_warnsize,
            fail_on_dataloss=True,
            crawler=self._crawler,
        )
        agent.exchange = exchange
        agent.connect_to = self._connect_to
        agent.allowed = self._allowed
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(agent.download_request(request))
            if not exchange.complete:
                raise ResponseDataLossError from exchange.given_up
            return response
        except FAULTS as error:
            exchange.problem = named(error, exchange.certificate_problem)
            if isinstance(root_cause(error), MemoryError):
                raise MemoryError(exchange.problem) from error  # ours, and none of the host's
            again = exchange.given_up is not None or not exchange.problem.startswith(TOO_LARGE)
            raise (type(error) if again else DownloadCancelledError)(exchange.problem) from error
        except BaseException as error:
            exchange.problem = type(error).__name__
            raise
        finally:
            exchange.complete = exchange.complete and exchange.problem is None
            exchange.ended_at = self._clock()
            self._room.leave(exchange)
            if exchange.received:
                request.meta["captured"] = self._recorder.record(exchange)
                exchange.received = bytearray()  # a failure's traceback holds on to the exchange for a while
