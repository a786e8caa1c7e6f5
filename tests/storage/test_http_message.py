"""HTTP blocks as real servers write them."""

import pytest

from storage.http_message import BROKEN_CHUNKS, NOT_CHUNKED, head_length, parse_response

CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_status_reason_and_headers_are_read() -> None:
    message = parse_response(b"HTTP/1.0 404 Not  Here\r\nX-a:  1\r\nx-A:2\r\n\r\nbody")
    assert (message.status, message.reason, message.body) == (404, "Not  Here", b"body")
    assert message.headers == (("X-a", "1"), ("x-A", "2"))


def test_a_folded_header_is_one_value() -> None:
    assert parse_response(b"HTTP/1.1 200\r\nA: one\r\n  two\r\n\r\n").headers == (("A", "one two"),)


def test_bare_line_feeds_end_a_head() -> None:
    block = b"HTTP/1.1 200 OK\nA: b\n\nbody"
    assert parse_response(block).body == b"body"
    assert head_length(block) == len(block) - 4


@pytest.mark.parametrize(
    ("body", "expected", "flags"),
    [
        (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: t\r\n\r\n", b"abcde", ()),
        (b"<html>not chunked", b"<html>not chunked", (NOT_CHUNKED,)),
        (b"3\r\nabc\r\n9\r\nde", b"abcde", (BROKEN_CHUNKS,)),
        (b"3\r\nabc\r\n", b"abc", (BROKEN_CHUNKS,)),
        (b"3\nabc\n0\n\n", b"abc", ()),
    ],
)
def test_chunks_are_undone_or_flagged(body: bytes, expected: bytes, flags: tuple[str, ...]) -> None:
    message = parse_response(CHUNKED + body)
    assert (message.body, message.flags) == (expected, flags)


def test_a_block_that_is_not_http_has_status_zero() -> None:
    assert parse_response(b"\x00\x01garbage").status == 0
