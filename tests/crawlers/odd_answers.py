"""Odd but legal HTTP answers, by path: what servers send, and what must lie in the WARC byte for byte."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass

import brotli
import zstandard

from tests.crawlers.byte_server import CLOSE, CUT, Drip

PAGE = ("<!doctype html><title>خبر</title>" + "<p>هذا سطر كُتب لهذه التجربة وحدها.</p>" * 40).encode()
CRLF = b"\r\n"
HTML = b"Content-Type: text/html; charset=utf-8"
CHUNKED = b"Transfer-Encoding: chunked"
DEFLATED = zlib.compress(PAGE)
BARE_DEFLATED = zlib.compress(PAGE, wbits=-15)
REDIRECT = b"Location: /a/plain"


@dataclass(frozen=True, slots=True)
class Odd:
    """An answer as sent, in the three pieces that a WARC keeps apart."""

    answer: bytes
    before: bytes = b""  # 1xx answers
    after: bytes = b""  # bytes after its end
    ending: bytes = b""  # what the server does then
    drip: bool = False

    @property
    def sent(self) -> bytes:
        whole = self.before + self.answer + self.after + self.ending
        return Drip(whole) if self.drip else whole


def head(*lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return CRLF.join([status, *lines, b"", b""])


def sized(body: bytes, *lines: bytes, status: bytes = b"HTTP/1.1 200 OK") -> bytes:
    return head(*lines, b"Content-Length: %d" % len(body), status=status) + body


def chunks(body: bytes, size: int = 700, *, form: bytes = b"%x", trailers: bytes = b"", last: bytes = b"0") -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    framed = b"".join(form % len(piece) + CRLF + piece + CRLF for piece in pieces)
    return framed + last + CRLF + trailers + CRLF


def chunked(body: bytes, *lines: bytes, coding: bytes = CHUNKED, **how: object) -> bytes:
    return head(HTML, *lines, coding) + chunks(body, **how)  # type: ignore[arg-type]


def coded(name: bytes, body: bytes) -> Odd:
    return Odd(sized(body, HTML, b"Content-Encoding: " + name))


def moved(status: bytes, *lines: bytes) -> Odd:
    return Odd(sized(b"", REDIRECT, *lines, status=b"HTTP/1.1 " + status))


HEADS = {
    "plain": Odd(sized(PAGE, HTML)),
    "mixed-case": Odd(sized(PAGE, b"cOnTeNt-TyPe: text/html", b"SERVER: x", b"server: y")),
    "repeated": Odd(sized(PAGE, HTML, b"Set-Cookie: a=1", b"Set-Cookie: b=2", b"set-cookie: a=3", b"Set-Cookie: a=1")),
    "spacing": Odd(sized(PAGE, b"Content-Type:text/html", b"X-Wide: \t  1 \t ", b"X-Empty:", b"X-Blank:   ")),
    "space-before-colon": Odd(head(HTML, b"Content-Length : %d" % len(PAGE)) + PAGE),
    "obs-fold": Odd(sized(PAGE, HTML, b"X-Long: one\r\n two\r\n\tthree", b"X-After: 4")),
    "obs-fold-empty": Odd(sized(PAGE, HTML, b"X-Long:\r\n one")),
    "no-colon": Odd(sized(PAGE, HTML, b"this is no header")),
    "many-headers": Odd(sized(PAGE, HTML, *(b"X-%d: %d" % (n, n) for n in range(200)))),
    "large-header": Odd(sized(PAGE, HTML, b"X-Large: " + b"v" * 60_000)),
    "large-head": Odd(sized(PAGE, HTML, *(b"X-%d: %b" % (n, b"v" * 7_000) for n in range(30)))),
    "8-bit-value": Odd(sized(PAGE, HTML, b"X-Name: " + "اسم".encode() + b" \xe9\xff")),
    "8-bit-name": Odd(sized(PAGE, HTML, b"X-\xe9t\xe9: 1")),
    "odd-name": Odd(sized(PAGE, HTML, b"X Name With Spaces: 1", b"X(1): 2", b": 3")),
    "nul-in-value": Odd(sized(PAGE, HTML, b"X-Nul: a\0b")),
    "cr-in-value": Odd(sized(PAGE, HTML, b"X-Cr: a\rb")),
    "warc-in-value": Odd(sized(PAGE, HTML, b"X-Warc: WARC/1.1", b"WARC-Type: warcinfo", b"WARC-Record-ID: <urn:x>")),
    "lf-only": Odd(b"HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: %d\n\n" % len(PAGE) + PAGE),
    "lf-and-crlf": Odd(b"HTTP/1.1 200 OK\r\nX-A: 1\nContent-Length: %d\r\n\r\n" % len(PAGE) + PAGE),
    "no-headers": Odd(b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, ending=CLOSE),
    "dripped": Odd(sized(PAGE[:400], HTML), drip=True),
}
STATUS_LINES = {
    "reason-arabic": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 " + "حسنًا".encode())),
    "reason-long": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 " + b"very " * 500 + b"well")),
    "reason-spaces": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200   OK  ")),
    "reason-empty": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 ")),
    "reason-missing": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200")),
    "http-1.0": Odd(head(HTML, status=b"HTTP/1.0 200 OK") + PAGE, ending=CLOSE),
    "http-1.0-sized": Odd(sized(PAGE, HTML, status=b"HTTP/1.0 200 OK"), ending=CLOSE),
    "http-1.0-keep-alive": Odd(sized(PAGE, HTML, b"Connection: keep-alive", status=b"HTTP/1.0 200 OK")),
    "201": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 201 Created")),
    "204": Odd(head(b"X-A: 1", status=b"HTTP/1.1 204 No Content")),
    "204-sized": Odd(head(b"Content-Length: 0", status=b"HTTP/1.1 204 No Content")),
    "206": Odd(sized(PAGE, HTML, b"Content-Range: bytes 0-9/99", status=b"HTTP/1.1 206 Partial Content")),
    "299": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 299 Odd")),
    "304": Odd(head(b'ETag: "1"', status=b"HTTP/1.1 304 Not Modified")),
    "304-sized": Odd(head(b"Content-Length: 500", status=b"HTTP/1.1 304 Not Modified")),
    "404": Odd(sized(b"<p>gone</p>", HTML, status=b"HTTP/1.1 404 Not Found")),
    "410": Odd(sized(b"", status=b"HTTP/1.1 410 Gone")),
    "451": Odd(sized(b"<p>no</p>", HTML, status=b"HTTP/1.1 451 Unavailable For Legal Reasons")),
    "499": Odd(sized(b"<p>?</p>", HTML, status=b"HTTP/1.1 499 ")),
    "501": Odd(sized(b"<p>no</p>", HTML, status=b"HTTP/1.1 501 Not Implemented")),
    "599": Odd(sized(b"<p>late</p>", HTML, status=b"HTTP/1.1 599 Network Connect Timeout")),
}
REDIRECTS = {
    "301": moved(b"301 Moved Permanently"),
    "302": moved(b"302 Found", b"Set-Cookie: seen=1"),
    "303": moved(b"303 See Other"),
    "307": moved(b"307 Temporary Redirect"),
    "308": moved(b"308 Permanent Redirect"),
    "301-body": Odd(sized(b"<p>moved</p>", REDIRECT, HTML, status=b"HTTP/1.1 301 Moved")),
    "302-chunked": Odd(head(REDIRECT, CHUNKED, status=b"HTTP/1.1 302 Found") + chunks(b"moved")),
    "300-nowhere": Odd(sized(b"choose", HTML, status=b"HTTP/1.1 300 Multiple Choices")),
}
LENGTHS = {
    "empty": Odd(sized(b"", HTML)),
    "no-length": Odd(head(HTML) + PAGE, ending=CLOSE),
    "no-length-cut": Odd(head(HTML) + PAGE, ending=CUT),
    "no-length-empty": Odd(head(HTML), ending=CLOSE),
    "length-twice": Odd(sized(PAGE, HTML, b"Content-Length: %d" % len(PAGE))),
    "length-list": Odd(head(HTML, b"Content-Length: %d, %d" % (len(PAGE), len(PAGE))) + PAGE),
    "length-zeros": Odd(head(HTML, b"Content-Length: 000%d" % len(PAGE)) + PAGE),
    "length-folded": Odd(head(HTML, b"Content-Length:\r\n %d" % len(PAGE)) + PAGE),
    "identity": Odd(sized(PAGE, HTML, b"Transfer-Encoding: identity")),
    "close": Odd(sized(PAGE, HTML, b"Connection: close"), ending=CLOSE),
    "close-unsaid": Odd(sized(PAGE, HTML), ending=CLOSE),
    "keep-alive": Odd(sized(PAGE, HTML, b"Connection: Keep-Alive", b"Keep-Alive: timeout=5, max=100")),
    "five-megabytes": Odd(sized(bytes(range(256)) * 20_480, b"Content-Type: application/octet-stream")),
    "crlf-body": Odd(sized(b"\r\n\r\n" * 50 + b"WARC/1.1\r\nWARC-Type: response\r\n\r\n\0", HTML)),
    "http-body": Odd(sized(sized(PAGE, HTML), b"Content-Type: message/http")),
    "leftover": Odd(sized(PAGE, HTML), after=b"\r\n\r\nleft over"),
    "leftover-answer": Odd(sized(PAGE, HTML), after=sized(b"not asked for", HTML)),
    "chunked-leftover": Odd(chunked(PAGE), after=CRLF),
}
CHUNKS = {
    "chunked": Odd(chunked(PAGE)),
    "chunked-one": Odd(chunked(PAGE, size=100_000)),
    "chunked-tiny": Odd(chunked(PAGE[:300], size=1)),
    "chunked-empty": Odd(chunked(b"")),
    "chunked-case": Odd(chunked(PAGE, coding=b"transfer-ENCODING: Chunked")),
    "chunked-upper-hex": Odd(chunked(PAGE, form=b"%X")),
    "chunked-zeros": Odd(chunked(PAGE, form=b"%08x")),
    "chunked-last-zeros": Odd(chunked(PAGE, last=b"0000")),
    "chunked-extension": Odd(chunked(PAGE, form=b"%x;name=value")),
    "chunked-extension-quoted": Odd(chunked(PAGE, form=b'%x;a="b;c";d', last=b"0;end")),
    "chunked-trailers": Odd(chunked(PAGE, b"Trailer: X-Sum, Expires", trailers=b"X-Sum: 1\r\nExpires: never\r\n")),
    "chunked-and-length": Odd(chunked(PAGE, b"Content-Length: 3")),
    "chunked-dripped": Odd(chunked(PAGE[:200], size=50), drip=True),
    "chunked-gzip": Odd(chunked(gzip.compress(PAGE), b"Content-Encoding: gzip", size=100)),
    "chunked-brotli": Odd(chunked(brotli.compress(PAGE), b"Content-Encoding: br", size=30)),
}
CODINGS = {
    "gzip": coded(b"gzip", gzip.compress(PAGE)),
    "x-gzip": coded(b"x-gzip", gzip.compress(PAGE)),
    "gzip-case": coded(b"GZip", gzip.compress(PAGE)),
    "gzip-members": coded(b"gzip", gzip.compress(PAGE[:900]) + gzip.compress(PAGE[900:])),
    "gzip-empty": coded(b"gzip", b""),
    "gzip-of-nothing": coded(b"gzip", gzip.compress(b"")),
    "gzip-not": coded(b"gzip", PAGE),
    "deflate": coded(b"deflate", DEFLATED),
    "deflate-bare": coded(b"deflate", BARE_DEFLATED),
    "brotli": coded(b"br", brotli.compress(PAGE)),
    "zstd": coded(b"zstd", zstandard.compress(PAGE)),
    "gzip-br": coded(b"gzip, br", brotli.compress(gzip.compress(PAGE))),
    "coding-unknown": coded(b"x-own", PAGE[::-1]),
    "coding-identity": coded(b"identity", PAGE),
    "gzip-no-length": Odd(head(HTML, b"Content-Encoding: gzip") + gzip.compress(PAGE), ending=CLOSE),
}
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
INTERIM = {
    "100": Odd(sized(PAGE, HTML), before=CONTINUE),
    "102": Odd(sized(PAGE, HTML), before=b"HTTP/1.1 102 Processing\r\nX-A: 1\r\n\r\n"),
    "103": Odd(sized(PAGE, HTML), before=HINTS),
    "103-twice-100": Odd(chunked(PAGE), before=HINTS + HINTS + CONTINUE),
    "103-302": Odd(moved(b"302 Found").answer, before=HINTS),
    "103-304": Odd(head(status=b"HTTP/1.1 304 Not Modified"), before=HINTS),
    "103-dripped": Odd(sized(b"ok", HTML), before=HINTS, drip=True),
    "103-leftover": Odd(sized(b"ok", HTML), before=HINTS, after=b"more"),
}
ODD = {
    f"/a/{name}": odd
    for group in (HEADS, STATUS_LINES, REDIRECTS, LENGTHS, CHUNKS, CODINGS, INTERIM)
    for name, odd in group.items()
}
