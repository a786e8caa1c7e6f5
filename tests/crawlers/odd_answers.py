"""Odd but legal HTTP answers, by path: what servers send, and what must lie in the WARC byte for byte."""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, replace

import brotli
import zstandard

from tests.crawlers.byte_server import CLOSE, CUT, Cut, Drip

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
    cut: int = 0  # bytes of the first of two pieces; 0: all in one

    @property
    def sent(self) -> bytes:
        whole = self.before + self.answer + self.after + self.ending
        return Drip(whole) if self.drip else Cut(whole, self.cut) if self.cut else whole


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
    "fold-of-nothing": Odd(sized(PAGE, b" X-Folded: onto the status line", HTML)),
    "fold-blank": Odd(sized(PAGE, b"X-A: 1\r\n \t", HTML)),
    "fold-200-times": Odd(sized(PAGE, HTML, b"X-A: 1" + b"\r\n more" * 200)),
    "tab-before-colon": Odd(head(HTML, b"Content-Length\t:\t%d\t" % len(PAGE)) + PAGE),
    "lf-at-the-end": Odd(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\n" % len(PAGE) + PAGE),
    "three-thousand": Odd(sized(PAGE, HTML, *(b"X-%d: 1" % n for n in range(3000)))),
    "near-the-limit": Odd(sized(PAGE, HTML, *(b"X-%04d: " % n + b"v" * 1000 for n in range(240)))),
    "empty-lines-before": Odd(sized(PAGE, HTML), before=b"\r\n\n"),
    "upgrade": Odd(sized(PAGE, HTML, b"Upgrade: h2, h2c", b"Connection: Upgrade")),
}
STATUS_LINES = {
    "reason-arabic": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 " + "حسنًا".encode())),
    "reason-long": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 " + b"very " * 500 + b"well")),
    "reason-spaces": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200   OK  ")),
    "reason-empty": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200 ")),
    "reason-missing": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 200")),
    "status-tabs": Odd(sized(PAGE, HTML, status=b"HTTP/1.1\t200\tOK")),
    "status-spaces": Odd(sized(PAGE, HTML, status=b"HTTP/1.1  200  OK")),
    "version-in-lower-case": Odd(sized(PAGE, HTML, status=b"http/1.1 200 OK")),
    "205": Odd(sized(PAGE, HTML, status=b"HTTP/1.1 205 Reset Content")),
    "204-chunked": Odd(head(CHUNKED, status=b"HTTP/1.1 204 No Content")),
    "304-body": Odd(head(status=b"HTTP/1.1 304 Not Modified"), after=b"not to be here"),
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
    "length-list-spaced": Odd(head(HTML, b"Content-Length: %d ,  %d" % (len(PAGE), len(PAGE))) + PAGE),
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
    "chunked-padded": Odd(chunked(PAGE, form=b"%x    ", last=b"0  ")),
    "chunked-extension-spaced": Odd(chunked(PAGE, form=b"%x ;\ta = b")),
    "chunked-extension-odd": Odd(chunked(PAGE, form=b'%x;a="\\r\\n\xe9{}"')),
    "chunked-extension-long": Odd(chunked(PAGE, form=b"%x;a=" + b"x" * 16_000)),
    "chunked-many-zeros": Odd(chunked(PAGE, form=b"%040x", last=b"0" * 40)),
    "chunked-line-feeds": Odd(head(HTML, CHUNKED) + b"4\nabcd\n0\nX-Sum: 1\n\n"),
    "chunked-long-trailers": Odd(chunked(PAGE, trailers=b"X-Sum: " + b"1" * 30_000 + b"\r\n" + b"A: b\r\n" * 500)),
    "chunked-twice-said": Odd(chunked(PAGE, CHUNKED)),
    "chunked-identity": Odd(chunked(PAGE, coding=b"Transfer-Encoding: identity, chunked")),
    "chunked-parameter": Odd(chunked(PAGE, coding=b"Transfer-Encoding: chunked;q=1")),
    "chunked-like-an-end": Odd(chunked(b"0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", size=5)),
    "transfer-none": Odd(sized(PAGE, HTML, b"Transfer-Encoding:")),
    "transfer-gzip": Odd(head(HTML, b"Transfer-Encoding: gzip") + gzip.compress(PAGE), ending=CLOSE),
    "transfer-gzip-chunked": Odd(chunked(gzip.compress(PAGE), coding=b"Transfer-Encoding: gzip, chunked")),
    "transfer-too": Odd(chunked(gzip.compress(DEFLATED), b"Transfer-Encoding: gzip", b"Content-Encoding: deflate")),
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
    "103-thirty-times": Odd(sized(PAGE, HTML), before=HINTS * 30),
    "103-folded": Odd(sized(PAGE, HTML), before=b"HTTP/1.1 103 Hints\r\nLink: </s.css>;\r\n rel=preload\r\n\r\n"),
    "100-line-feeds": Odd(sized(PAGE, HTML), before=b"HTTP/1.1 100\n\n"),
    "100-in-the-body": Odd(sized(CONTINUE + sized(PAGE, HTML), HTML)),
    "103-leftover": Odd(sized(b"ok", HTML), before=HINTS, after=b"more"),
}
SPLIT = {
    "all-of-it": Odd(
        head(b"A: b\r\n c", CHUNKED) + b'3;x="y"\r\nabc\r\n02\r\nde\r\n0;z\r\nT: u\r\n\r\n',
        before=b"HTTP/1.1 103 E\r\nL: x\r\n\r\n",
    ),
    "line-feeds": Odd(b"HTTP/1.1 200 OK\nContent-Length : 3\nX:y\n\nabc"),
}
ODD = {
    f"/a/{name}": odd
    for group in (HEADS, STATUS_LINES, REDIRECTS, LENGTHS, CHUNKS, CODINGS, INTERIM)
    for name, odd in group.items()
}
CUTS = {  # short answers, each sent in two pieces, cut at every byte
    f"/a/{name}/{at}": replace(odd, cut=at)
    for name, odd in SPLIT.items()
    for at in range(1, len(odd.before + odd.answer))
}
