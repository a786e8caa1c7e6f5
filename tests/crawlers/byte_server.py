"""A server that sends the bytes it was told to, and remembers those it was sent: the other end of the wire."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

# At the end of an answer, what the server does after it. Without one, it waits for the next request.
CLOSE = b"<close>"
RESET = b"<reset>"  # a TCP reset
STALL = b"<stall>"  # nothing more, until the server ends
CUT = b"<cut>"  # close, and over TLS without its close_notify
_ENDINGS = (CLOSE, RESET, STALL, CUT)


class Drip(bytes):
    """An answer that is sent a byte at a time."""


class Cut(bytes):
    """An answer that is sent in two pieces, far enough apart to arrive as two."""

    first: int

    def __new__(cls, answer: bytes, first: int) -> Cut:
        cut = super().__new__(cls, answer)
        cut.first = first
        return cut


@dataclass(frozen=True, slots=True)
class Logged:
    path: str
    request: bytes
    answer: bytes
    connection: int  # counts from 1


@dataclass(slots=True)
class ByteServer:
    """`answers`: path to the bytes of one whole HTTP answer. An unknown path gets a 404."""

    answers: Mapping[str, bytes]
    port: int = 0
    log: list[Logged] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    _over: threading.Event = field(default_factory=threading.Event)
    _connections: int = 0

    @property
    def base(self) -> str:
        return f"{'http' if self.tls is None else 'https'}://127.0.0.1:{self.port}"

    def answered(self, path: str) -> Logged:
        """The newest exchange for a path."""
        return next(each for each in reversed(self.log) if each.path == path)

    def _accept(self, listening: socket.socket) -> None:
        while not self._over.is_set():
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self._connections += 1
            number = self._connections
            threading.Thread(target=self._welcome, args=(connection, number), daemon=True).start()

    def _welcome(self, connection: socket.socket, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            self._serve(connection, number)
        except OSError:
            connection.close()  # the client did not like our certificate, or our manners

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection:
            waiting = b""
            while True:
                while b"\r\n\r\n" not in waiting:
                    try:
                        more = connection.recv(65536)
                    except OSError:
                        return
                    if not more:
                        return
                    waiting += more
                head, _, waiting = waiting.partition(b"\r\n\r\n")
                request = head + b"\r\n\r\n"
                path = request.split(b" ", 2)[1].decode("ascii")
                answer = self.answers.get(path, b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                ending = next((each for each in _ENDINGS if answer.endswith(each)), b"")
                sent = bytes(answer).removesuffix(ending)
                self.log.append(Logged(path, request, sent, number))
                for piece in _pieces(answer, sent):
                    connection.sendall(piece)
                if ending:
                    self._end(connection, ending)
                    return

    def _end(self, connection: socket.socket, ending: bytes) -> None:
        if ending == STALL:
            self._over.wait()
        elif ending == RESET:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif ending == CLOSE and isinstance(connection, ssl.SSLSocket):
            connection.unwrap()  # says that this is the end


def _pieces(answer: bytes, sent: bytes) -> Iterator[bytes]:
    if isinstance(answer, Cut):
        yield sent[: answer.first]
        time.sleep(0.003)
        yield sent[answer.first :]
        return
    step = 1 if isinstance(answer, Drip) else max(1, len(sent))
    yield from (sent[at : at + step] for at in range(0, len(sent), step))


@contextmanager
def serving_bytes(answers: Mapping[str, bytes], *, tls: ssl.SSLContext | None = None) -> Iterator[ByteServer]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = ByteServer(answers, port=listening.getsockname()[1], tls=tls)
    thread = threading.Thread(target=server._accept, args=(listening,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server._over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
