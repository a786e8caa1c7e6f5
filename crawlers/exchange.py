"""One request and what came back for it, as the tap saw it; and what went wrong, in words that can be counted."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from cryptography.hazmat.primitives.serialization import Encoding
from OpenSSL import SSL

from storage.ledger import Captured


@dataclass(frozen=True, slots=True)
class Tls:
    """What was agreed on a connection."""

    version: str  # as OpenSSL names it: "TLSv1.3"
    cipher: str  # as OpenSSL names it: "TLS_AES_256_GCM_SHA384"
    chain_digest: str  # "sha256:" and hex over the certificates as sent, DER, leaf first

    @classmethod
    def of(cls, connection: SSL.Connection) -> Tls:
        """What a connection whose handshake is done says of itself."""
        digest = hashlib.sha256()
        for certificate in connection.get_peer_cert_chain(as_cryptography=True) or ():
            digest.update(certificate.public_bytes(Encoding.DER))
        version, cipher = connection.get_protocol_version_name(), connection.get_cipher_name()
        return cls(version, cipher or "", f"sha256:{digest.hexdigest()}")


class Connection(Protocol):
    """What an exchange runs over."""

    def give_up(self, exchange: Exchange, words: str) -> None: ...


@dataclass(slots=True, eq=False)
class Exchange:
    url: str
    clock: Callable[[], datetime]
    started_at: datetime
    via: str = ""  # the page that named the URL; empty: none did, or it is not known
    told_published: datetime | None = None  # what that page, a feed or a news sitemap, says of the publication
    told_body_of: str = ""  # document key under which the ledger holds what a feed has of the article; empty: nothing
    first_time: bool = False  # the URL has no capture yet, so that none can be repeated
    read_later: bool = False  # from the capture: Scrapy is given only the beginning of the body
    validates: Captured | None = None  # the capture whose validators were sent; None: none were
    notes: Mapping[str, str] = field(default_factory=dict)  # more fields of its metadata record
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)  # 1xx answers and the answer, as they came
    surplus: bytes = b""  # what came after the answer's end in the same breath
    server: str | None = None  # IP address; None: never connected
    port: int | None = None
    tls: Tls | None = None  # None: not encrypted
    first_byte_at: datetime | None = None
    ended_at: datetime | None = None
    complete: bool = False  # the answer ended where HTTP says it ends
    unclean: bool = False  # the connection broke, or its TLS ended without a close_notify
    given_up: Exception | None = None  # why we stopped receiving it; None: we did not
    certificate_problem: str | None = None  # what OpenSSL says against the server's certificate
    problem: str | None = None  # why it is not complete: see wire_faults.named
    connection: Connection | None = None  # None: not begun

    def begin(self, server: str, port: int, connection: Connection | None = None) -> None:
        """A connection takes the request up; a retry on a fresh connection starts from nothing."""
        self.server, self.port, self.connection = server, port, connection
        self.tls = self.first_byte_at = None
        self.sent.clear()
        self.received.clear()
        self.surplus = b""
        self.complete = self.unclean = False
        self.given_up = None

    def give_up(self, words: str) -> None:
        """There is no room for the rest of the answer."""
        if self.connection is not None:
            self.connection.give_up(self, words)

    def receive(self, data: bytes) -> None:
        if self.first_byte_at is None:
            self.first_byte_at = self.clock()
        self.received += data

    def finish(self, rest: bytes) -> None:
        """The answer ends here; `rest` was received with it and is no part of it.

        An answer without a length ends with its connection, and how that ended is all there is to go by. Over
        TLS many servers leave the close_notify out, so that this is written down, but taken for an end."""
        if rest:
            del self.received[-len(rest) :]
            self.surplus = bytes(rest)
        self.complete = self.given_up is None and (not self.unclean or self.tls is not None)


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


class TappedRequest:
    """A Twisted request that knows its exchange and writes itself through a tee."""

    def __init__(self, request: Any, exchange: Exchange) -> None:
        self._request = request
        self.exchange = exchange

    def writeTo(self, transport: Any) -> Any:
        return self._request.writeTo(_Tee(transport, self.exchange.sent))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)
