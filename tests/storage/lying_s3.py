"""An S3 server that refuses or lies for a while: a proxy in front of a real one, which passes everything else on.

Requests go on byte for byte, so that their signatures hold. Modes, changed while it runs:

honest     passes everything on
refusing   closes every connection without a word
busy       answers 503 SlowDown to everything
torso      takes an object, says 200, and stores only its first half
losing     takes an object, says 200, and has lost it by then
forgetful  takes an object, gives it back once, and loses it then
"""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.storage.servers import SeaweedFS

MODES = ("honest", "refusing", "busy", "torso", "losing", "forgetful")
_BUSY = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>later</Message></Error>"
_HOP = {"connection", "transfer-encoding", "keep-alive"}


@dataclass
class LyingS3:
    """`only`: keys with this in them are lied about; empty: all. `lies` counts them, by key."""

    server: SeaweedFS
    mode: str = "honest"
    only: str = ""
    lies: list[str] = field(default_factory=list)
    port: int = 0
    _given_back: set[str] = field(default_factory=set)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_lied_about(self, key: str) -> bool:
        return self.only in key and "/.warraq-check/" not in f"/{key}"

    def after(self, method: str, key: str, status: int, body: bytes) -> None:
        """Spoil what an honest server has just done."""
        forgets = method == "GET" and self.mode == "forgetful" and key not in self._given_back
        spoils = forgets or (method == "PUT" and self.mode in ("torso", "losing"))
        if status != 200 or not spoils or not self.is_lied_about(key):
            return
        if self.mode == "torso":
            self._client.put_object(Bucket=self.server.bucket, Key=key, Body=body[: len(body) // 2])
        else:
            self._client.delete_object(Bucket=self.server.bucket, Key=key)
        if forgets:
            self._given_back.add(key)
        self.lies.append(key)

    @cached_property
    def _client(self) -> Any:
        return self.server.client()


def _handler(lying: LyingS3) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            with suppress(ConnectionError):  # whoever asked was killed
                self.handle_one()

        def handle_one(self) -> None:
            if lying.mode == "refusing":
                self.close_connection = True
                return
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if lying.mode == "busy":
                self.answer(503, [("Content-Type", "application/xml")], _BUSY)
                return
            status, headers, content = self.passed_on(body)
            bucket, _, key = unquote(urlsplit(self.path).path).lstrip("/").partition("/")
            if key and bucket == lying.server.bucket:
                lying.after(self.command, key, status, body)
            self.answer(status, headers, content)

        def passed_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
            real = urlsplit(lying.server.endpoint)
            connection = http.client.HTTPConnection(str(real.hostname), real.port, timeout=30)
            connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():
                if name.lower() not in ("expect", "connection"):
                    connection.putheader(name, value)
            connection.endheaders(body or None)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _HOP]
            return answer.status, headers, content

        def answer(self, status: int, headers: list[tuple[str, str]], content: bytes) -> None:
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() != "content-length" or self.command == "HEAD":
                    self.send_header(name, value)
            if self.command != "HEAD":
                self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        def log_message(self, format: str, *args: Any) -> None:
            return

    for method in ("GET", "PUT", "HEAD", "POST", "DELETE"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    return Handler


@contextmanager
def lying_s3(server: SeaweedFS) -> Iterator[LyingS3]:
    """The proxy, on a port of its own, until the block ends."""
    lying = LyingS3(server)
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _handler(lying))
    lying.port = listening.server_address[1]
    thread = threading.Thread(target=listening.serve_forever, daemon=True)
    thread.start()
    try:
        yield lying
    finally:
        listening.shutdown()
        listening.server_close()
        thread.join()
