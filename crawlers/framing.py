"""Where an answer begins and ends: Twisted's parser, as forgiving as browsers are.

What it forgives changes nothing in the capture, which holds the bytes as they came. Sources: RFC 9112; what
curl and Chrome read. The private names used here are guarded by tests/crawlers/test_wire.py."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

from scrapy.core.downloader.handlers.http11 import _LenientHTTPClientParser
from twisted.web._newclient import HEADER, STATUS
from twisted.web.http import _DataLoss

from crawlers.wire_faults import HeadTooLarge

logger = logging.getLogger(__name__)

MAX_LINE_BYTES = 64 << 10  # of a header line, or of a chunk's size and extensions; Twisted stops at 16 and 1 KiB
MAX_FRAMING_BYTES = 1 << 20  # of chunks, beyond an eighth of what is in them: 48 bytes a chunk on average
MAX_HEAD_BYTES = 256 << 10  # of a head with the 1xx answers before it, and of trailers; browsers stop here too
_SIZE_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]+)[ \t]*(?:;.*)?", re.DOTALL)


class NotChunks(ValueError):
    """A body that is said to come in chunks does not."""


class Chunks:
    """A body in chunks, read to its end. Line feeds alone, padded sizes and any extensions are taken.

    Twisted gives it `received`, which takes content, and `finished`, which takes what follows the end."""

    def __init__(self, received: Callable[[bytes], None], finished: Callable[[bytes], None]) -> None:
        self._received = received
        self._finished = finished
        self._buffer = bytearray()
        self._searched = 0  # bytes of the buffer in which there is no line feed
        self._left = 0  # bytes of the current chunk that are still to come
        self._framing_bytes = self._content_bytes = self._trailer_bytes = 0
        self._content_now: list[bytes] = []  # of one read, to be handed over together
        self._read: Callable[[], bool] | None = self._size_line  # what comes next; None: nothing, this was the end

    def dataReceived(self, data: bytes) -> None:
        """Raises NotChunks and HeadTooLarge."""
        self._buffer += data
        try:
            while self._buffer and self._read is not None and self._read():
                continue
        finally:
            self._hand_over()

    def _hand_over(self) -> None:
        if self._content_now:
            content, self._content_now = b"".join(self._content_now), []
            self._received(content)

    def noMoreData(self) -> None:
        if self._read is not None:
            raise _DataLoss("the connection ended before the last chunk")

    def _line(self) -> bytes | None:
        """The next line without its end; None: it is not all there yet."""
        end = self._buffer.find(b"\n", self._searched)
        if max(end, len(self._buffer) if end < 0 else 0) > MAX_LINE_BYTES:
            raise HeadTooLarge(f"a line of more than {MAX_LINE_BYTES} bytes between chunks")
        if end < 0:
            self._searched = len(self._buffer)
            return None
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._searched = 0
        return line.removesuffix(b"\r")

    def _size_line(self) -> bool:
        line = self._line()
        if line is None:
            return False
        found = _SIZE_LINE.fullmatch(line)
        if found is None:
            raise NotChunks(f"not the size of a chunk: {line[:40]!r}")
        self._left = int(found[1], 16)
        self._framing_bytes += len(line) + 4
        if self._framing_bytes - self._content_bytes // 8 > MAX_FRAMING_BYTES:
            raise HeadTooLarge(f"{self._framing_bytes} bytes of framing for {self._content_bytes} bytes of content")
        self._read = self._content if self._left else self._trailer
        return True

    def _content(self) -> bool:
        piece = bytes(self._buffer[: self._left])
        del self._buffer[: len(piece)]
        self._left -= len(piece)
        self._content_bytes += len(piece)
        self._content_now.append(piece)
        if self._left == 0:
            self._read = self._content_end
        return True

    def _content_end(self) -> bool:
        if self._buffer == b"\r":
            return False
        ending = 1 if self._buffer.startswith(b"\n") else 2 if self._buffer.startswith(b"\r\n") else 0
        if not ending:
            raise NotChunks("a chunk is longer than its size says")
        del self._buffer[:ending]
        self._read = self._size_line
        return True

    def _trailer(self) -> bool:
        line = self._line()
        if line is None:
            return False
        if line:
            self._trailer_bytes += len(line)
            if self._trailer_bytes > MAX_HEAD_BYTES:
                raise HeadTooLarge(f"more than {MAX_HEAD_BYTES} bytes of trailers")
            return True
        self._read = None
        self._hand_over()
        self._finished(bytes(self._buffer))
        return False


class AnswerParser(_LenientHTTPClientParser):
    """Takes long header lines, a space before the colon, empty lines before the answer, odd transfer codings."""

    MAX_LENGTH = MAX_LINE_BYTES
    _transferDecoders: Any = {b"chunked": Chunks}  # noqa: RUF012

    def lineReceived(self, line: bytes) -> None:
        if self.state == STATUS and not line.strip(b"\r"):
            return  # the ends of an earlier answer that said too small a length
        if self.state == HEADER and self._partialHeader is None and line.startswith((b" ", b"\t")):
            return  # goes on with a header that is not there
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:
        raise HeadTooLarge(f"a header line of more than {MAX_LINE_BYTES} bytes")

    def statusReceived(self, status: bytes) -> None:
        super().statusReceived(b" ".join(status.split(None, 2)))

    def headerReceived(self, name: bytes, value: bytes) -> None:
        try:
            super().headerReceived(name.rstrip(b" \t"), value)
        except ValueError as error:  # a name that Twisted takes for none; the capture has it all the same
            logger.debug("a header was not understood: %s", error)

    def allHeadersReceived(self) -> None:
        self._take_transfer_codings()
        super().allHeadersReceived()

    def _take_transfer_codings(self) -> None:
        """Leave Twisted `chunked` alone; what else is on the body is taken off with its content codings.

        A body with a transfer coding that is not in chunks ends with its connection, whatever length is said."""
        said = b",".join(self.connHeaders.getRawHeaders(b"Transfer-Encoding", []))
        codings = [coding.partition(b";")[0].strip().lower() for coding in said.split(b",")]
        codings = [coding for coding in codings if coding not in (b"", b"identity")]
        others = [coding for coding in codings if coding != b"chunked"]
        self.connHeaders.removeHeader(b"Transfer-Encoding")
        if len(others) < len(codings):
            self.connHeaders.addRawHeader(b"Transfer-Encoding", b"chunked")
        elif others:
            self.connHeaders.removeHeader(b"Content-Length")
        if others:
            self.headers.addRawHeader(b"Content-Encoding", b", ".join(others))


class Beginning(BytesIO):
    """Keeps the first bytes written to it, so many at most."""

    def __init__(self, content: bytes, most: int) -> None:
        super().__init__()
        self._most = most
        self.write(content)

    def write(self, data: Any) -> int:
        return super().write(data[: max(0, self._most - self.tell())])
