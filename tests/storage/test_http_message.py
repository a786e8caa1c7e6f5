"""HTTP blocks as real servers write them."""

import pytest

from storage.http_message import BROKEN_CHUNKS, NOT_CHUNKED, head_length, interim_length, parse_response

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


def test_empty_lines_and_interim_answers_come_before_the_answer() -> None:
    final = b"HTTP/1.1 200 OK\r\n\r\nok"
    for before in (b"\r\n", b"\n\r\n", b"\r\nHTTP/1.1 100 C\r\n\r\n", b"http/1.1 103 H\n\n\r\n"):
        assert interim_length(before + final) == len(before)
    assert interim_length(b"\r\n") == 0


def test_a_line_of_blanks_goes_on_with_a_header_and_ends_no_head() -> None:
    message = parse_response(b"http/1.1 200 OK\r\nX-A: 1\r\n \t\r\nX-B: 2\r\n\r\nok")
    assert (message.status, message.body, message.headers) == (200, b"ok", (("X-A", "1"), ("X-B", "2")))


def test_chunk_sizes_may_be_padded_and_lines_end_in_line_feeds() -> None:
    chunked = b"HTTP/1.1 200 OK\nTransfer-Encoding: gzip, chunked\n\n" + b"0" * 40 + b"2  ; a = b\nok\n0\n\n"
    assert parse_response(chunked).body == b"ok"
