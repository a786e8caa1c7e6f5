"""A server that sends the bytes it was told to, and remembers those it was sent: the other end of the wire."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

CLOSE = b"<close>"  # at the end of an answer: close the connection after it
STALL_S = 30.0


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
    _over: bool = False
    _connections: int = 0

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def answered(self, path: str) -> Logged:
        """The newest exchange for a path."""
        return next(each for each in reversed(self.log) if each.path == path)

    def _accept(self, listening: socket.socket) -> None:
        while not self._over:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            self._connections += 1
            number = self._connections
            threading.Thread(target=self._serve, args=(connection, number), daemon=True).start()

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
                sent = answer.removesuffix(CLOSE)
                self.log.append(Logged(path, request, sent, number))
                connection.sendall(sent)
                if answer.endswith(CLOSE):
                    return


@contextmanager
def serving_bytes(answers: Mapping[str, bytes]) -> Iterator[ByteServer]:
    listening = socket.create_server(("127.0.0.1", 0))
    server = ByteServer(answers, port=listening.getsockname()[1])
    thread = threading.Thread(target=server._accept, args=(listening,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server._over = True
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
