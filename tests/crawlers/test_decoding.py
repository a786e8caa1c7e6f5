"""Bytes to text: content codings, bombs, and the charsets of the Arab web."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from crawlers import decoding
from crawlers.decoding import Unreadable, decode_html, decoded_body
from storage.model import Capture

SENTENCE = "افتتحت البلدية صباح اليوم مكتبة عامة جديدة في الحي القديم، وقال المدير إن أبوابها مفتوحة للجميع."
SHORT = "أعلنت الوزارة النتائج"
PAGE = f"<html><head><title>خبر</title></head><body><p>{SENTENCE}</p></body></html>".encode()


def _raw_deflate(content: bytes) -> bytes:
    coder = zlib.compressobj(wbits=-15)
    return coder.compress(content) + coder.flush()


CODERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}


def _encoded(a_capture: Callable[..., Capture], body: bytes, coding: str) -> Capture:
    return a_capture(body, headers={"Content-Type": "text/html", "Content-Encoding": coding})


@pytest.mark.parametrize("coding", CODERS)
def test_every_content_coding_comes_off(a_capture: Callable[..., Capture], coding: str) -> None:
    body = decoded_body(_encoded(a_capture, CODERS[coding](PAGE), coding.upper()))
    assert (body.content, body.flags) == (PAGE, ())


def test_raw_deflate_comes_off_as_well(a_capture: Callable[..., Capture]) -> None:
    assert decoded_body(_encoded(a_capture, _raw_deflate(PAGE), "deflate")).content == PAGE


def test_codings_in_a_row_come_off_last_one_first(a_capture: Callable[..., Capture]) -> None:
    twice = brotli.compress(gzip.compress(PAGE))
    assert decoded_body(_encoded(a_capture, twice, "gzip, br")).content == PAGE


def test_gzip_of_several_members_is_one_body(a_capture: Callable[..., Capture]) -> None:
    members = gzip.compress(PAGE[:40]) + gzip.compress(PAGE[40:])
    assert decoded_body(_encoded(a_capture, members, "gzip")).content == PAGE


def test_a_gzip_tail_that_is_missing_costs_only_the_tail(a_capture: Callable[..., Capture]) -> None:
    body = decoded_body(_encoded(a_capture, gzip.compress(PAGE * 50)[:-12], "gzip"))
    assert body.content.startswith(PAGE)
    assert body.flags == ("content-coding-truncated",)


@pytest.mark.parametrize("coding", ["gzip", "br", "deflate", "zstd"])
def test_a_body_that_is_not_encoded_as_it_says_is_read_as_it_is(a_capture: Callable[..., Capture], coding: str) -> None:
    body = decoded_body(_encoded(a_capture, PAGE, coding))
    assert (body.content, body.flags) == (PAGE, (f"not-{coding}",))


@pytest.mark.parametrize("coding", CODERS)
def test_a_bomb_is_refused_before_it_fills_the_memory(
    a_capture: Callable[..., Capture], coding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(decoding, "MAX_DECODED_BYTES", 100_000)
    bomb = CODERS[coding](b"<p>" + bytes(5_000_000))
    with pytest.raises(Unreadable, match="more than 100000 bytes"):
        decoded_body(_encoded(a_capture, bomb, coding))
    with pytest.raises(Unreadable, match="more than 100000 bytes"):
        decoded_body(_encoded(a_capture, bytes(100_001), "identity"))


def test_an_unknown_coding_is_named(a_capture: Callable[..., Capture]) -> None:
    with pytest.raises(Unreadable, match="'sdch'"):
        decoded_body(_encoded(a_capture, PAGE, "sdch"))


CHARSETS = ["utf-8", "windows-1256", "iso-8859-6"]


@pytest.mark.parametrize("text", [SENTENCE, SHORT])
@pytest.mark.parametrize("meta", [None, *CHARSETS])
@pytest.mark.parametrize("header", [None, *CHARSETS])
@pytest.mark.parametrize("charset", CHARSETS)
def test_arabic_survives_right_missing_and_wrong_declarations(
    charset: str, header: str | None, meta: str | None, text: str
) -> None:
    head = f'<meta charset="{meta}">' if meta else ""
    content = f"<html><head>{head}</head><body><p>{text}</p></body></html>".encode(charset)
    decoded = decode_html(content, f"text/html; charset={header}" if header else "text/html")
    assert text in decoded.text
    assert decoded.charset_used == charset
    declared = header or meta
    assert decoded.charset_declared == declared
    contradicted = any(said not in (None, charset) for said in (header, meta))
    assert ("charset-conflict" in decoded.flags) == contradicted


@pytest.mark.parametrize("label", ["cp1256", "x-cp1256", "WINDOWS-1256"])
def test_labels_of_windows_1256_are_one_charset(label: str) -> None:
    decoded = decode_html(SENTENCE.encode("cp1256"), f"text/html; charset={label}")
    assert (decoded.charset_declared, decoded.charset_used) == (label, "windows-1256")
    assert "charset-conflict" not in decoded.flags


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_beats_every_declaration(codec: str) -> None:
    decoded = decode_html(SENTENCE.encode(codec), "text/html; charset=windows-1256")
    assert decoded.text == SENTENCE


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_seen(codec: str) -> None:
    page = f"<html><head><title>x</title></head><body><p>{SENTENCE}</p></body></html>"
    assert decode_html(page.encode(codec), None).text == page


def test_one_bad_byte_does_not_make_utf_8_another_charset() -> None:
    decoded = decode_html(SENTENCE.encode() + b"\xff", "text/html; charset=windows-1256")
    assert decoded.text == SENTENCE + "\ufffd"
    assert "bad-bytes" in decoded.flags


def test_nuls_are_dropped_and_flagged() -> None:
    decoded = decode_html(SENTENCE.encode() + b"\x00" + SHORT.encode(), None)
    assert decoded.text == SENTENCE + SHORT
    assert "nul-bytes" in decoded.flags


@pytest.mark.parametrize("label", ["base64", "rot13", "x-user-defined", "\udc80"])
def test_a_label_that_names_no_charset_harms_nothing(label: str) -> None:
    assert decode_html("café".encode("latin-1"), f"text/html; charset={label}").text == "café"
