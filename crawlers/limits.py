"""What a page may grow to once its content codings are off, and which pages are decoded in the fetch at all.

Pages that name articles are: the spider reads them. Articles are not: the capture holds them as sent, and reading
them decodes the capture. On the wire, an answer is limited by Scrapy's DOWNLOAD_MAXSIZE and DOWNLOAD_TIMEOUT."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.downloadermiddlewares.redirect import MetaRefreshMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes

MAX_DECODED_BYTES = 50 << 20  # the sitemap protocol's limit for one file
MAX_CODINGS = 3
MAX_ROBOTS_BYTES = 500 << 10  # RFC 9309, section 2.5: the rest is not read
KEPT_OF_ARTICLES_BYTES = 64 << 10  # of a body, for the fetch to look at; the capture has all of it
MAX_STUB_BYTES = 4 << 10  # as sent; a page that only says where the article is now is small
VIA = "via"  # key in a request's meta: the page that named the URL
TOLD_PUBLISHED = "told_published"  # key in a request's meta: what that page says of the publication; None: nothing
TOLD_BODY = "told_body"  # key in a request's meta: the document key under which the ledger holds what a feed has of it
AS_SENT = "as_sent"  # key in a request's meta: the spider does not read the page
_MAX_BETWEEN_CODINGS = 8 << 20  # what is honestly coded twice is small after the first decoding
_MAX_DECODED_STUB_BYTES = 16 << 10


class GrowsTooLarge(IgnoreRequest):
    """A page is small as sent, and larger than a page that names articles may be once it is decoded."""


class DecodePagesWeRead(HttpCompressionMiddleware):
    """Takes the content codings off pages that name articles, and off articles that may be mere stubs."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)

    def process_response(self, request: Request, response: Response) -> Response:  # type: ignore[override]
        """The response decoded, or as it is. Raises GrowsTooLarge, and OSError and the like for damage."""
        codings = response.headers.getlist("Content-Encoding")
        if not request.meta.get(AS_SENT):
            plain = self._decoded(response, codings, MAX_DECODED_BYTES) if codings else response
            return _start_of_robots(plain)
        if not codings:
            return response
        if len(response.body) > MAX_STUB_BYTES:
            return response
        try:
            return self._decoded(response, codings, _MAX_DECODED_STUB_BYTES)
        except Exception:  # no stub, then: damage and bombs in articles are named where the capture is read
            return response

    def _decoded(self, response: Response, codings: list[bytes], max_bytes: int) -> Response:
        try_off, left_on = self._split_encodings(codings)
        if len(try_off) > MAX_CODINGS:
            raise GrowsTooLarge(f"{len(try_off)} content codings on one page, at most {MAX_CODINGS} are undone")
        body = response.body
        for number, coding in enumerate(try_off, start=1):
            limit = max_bytes if number == len(try_off) else min(max_bytes, _MAX_BETWEEN_CODINGS)
            grown = self._without(coding, body, limit)
            if grown is None:
                sizes = f"{len(response.body)} bytes as sent, more than {limit} decoded"
                raise GrowsTooLarge(f"{sizes} ({coding.decode('latin-1')})")
            body = grown
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        if left_on:
            headers.setlist("Content-Encoding", left_on)
        kind = responsetypes.from_args(headers=headers, url=response.url, body=body)
        # The charset was guessed on coded bytes, if at all.
        again = {"encoding": None} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, headers=headers, body=body, **again)

    def _without(self, coding: bytes, body: bytes, limit: int) -> bytes | None:
        """The body with one coding off; None if it is longer than `limit` bytes then.

        No exception, whose traceback would keep what was decoded so far in memory until garbage is collected."""
        try:
            return self._decode(body, coding, limit)
        except ValueError:  # Scrapy's own class for it is private
            return None


def _start_of_robots(response: Response) -> Response:
    too_long = len(response.body) > MAX_ROBOTS_BYTES and urlsplit(response.url).path == "/robots.txt"
    return response.replace(body=response.body[:MAX_ROBOTS_BYTES]) if too_long else response


class FollowRefreshInPagesWeRead(MetaRefreshMiddleware):
    """Obeys `<meta http-equiv=refresh>` in pages that name articles and in stubs; it is not looked for in articles."""

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        coded = "Content-Encoding" in response.headers
        if request.meta.get(AS_SENT) and (coded or len(response.body) > _MAX_DECODED_STUB_BYTES):
            return response
        return super().process_response(request, response)
