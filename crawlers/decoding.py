"""From the bytes as sent to text: content codings off, charset found.

Codings: RFC 9110 section 8.4. Charset labels: https://encoding.spec.whatwg.org/. Old Arabic sites speak
windows-1256 or ISO-8859-6, often undeclared or declared wrong, so a declaration is believed only when what
it gives reads as Arabic."""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import brotli
import zstandard

from crawlers.charsets import canonical, declared_charsets, decode_as, old_charset, utf_16_without_mark
from crawlers.mojibake import repaired
from storage.errors import WarraqError
from storage.model import Capture

MAX_DECODED_BYTES: Final = 16 * 1024 * 1024  # of a page, coded or not; the largest real article measured is 0.5 MB
_MAX_CODINGS = 5
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Unreadable(WarraqError):
    """A body whose content coding cannot be undone."""


class TooLarge(Unreadable):
    """A body that is, or grows, larger than MAX_DECODED_BYTES."""


@dataclass(frozen=True, slots=True)
class Body:
    content: bytes
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decoded:
    text: str
    charset_declared: str | None  # as written, header before meta
    charset_used: str
    flags: tuple[str, ...]


def decoded_body(capture: Capture) -> Body:
    """The body with every Content-Encoding taken off, last one first.

    A gzip stream that breaks off gives what it holds, flagged; a body that is not encoded as it says is
    taken as it is, flagged. Raises Unreadable for an unknown coding or damage, TooLarge for a bomb."""
    said = ",".join(value for coded in _CODED_BY for key, value in capture.headers if key.lower() == coded).lower()
    codings = [name.strip() for name in said.split(",") if name.strip() not in _NO_CODING]
    if len(codings) > _MAX_CODINGS:
        raise Unreadable(f"{len(codings)} content codings, at most {_MAX_CODINGS} are undone")
    _check_size(len(capture.body))
    content, flags = capture.body, []
    for coding in reversed(codings):
        if coding not in _CODINGS:
            raise Unreadable(f"unknown content coding {coding!r}")
        content, flag = _CODINGS[coding](content)
        if flag is not None:
            flags.append(flag)
    return Body(content, tuple(flags))


def _gunzip(content: bytes) -> tuple[bytes, str | None]:
    if not content.startswith(b"\x1f\x8b"):
        return content, "not-gzip"
    out = bytearray()
    while content.startswith(b"\x1f\x8b"):
        decoder = zlib.decompressobj(31)
        try:
            out += decoder.decompress(content, MAX_DECODED_BYTES + 1 - len(out))
        except zlib.error as error:
            if out:  # the members before are whole
                return bytes(out), "content-coding-damaged"
            raise Unreadable(f"gzip: {error}") from error
        _check_size(len(out))
        if not decoder.eof:
            return bytes(out), "content-coding-truncated"
        content = decoder.unused_data
    return bytes(out), None


def _inflate(content: bytes) -> tuple[bytes, str | None]:
    """`deflate` is zlib by the RFC and raw deflate on many servers."""
    for window in (15, -15):
        decoder = zlib.decompressobj(window)
        try:
            out = decoder.decompress(content, MAX_DECODED_BYTES + 1)
        except zlib.error:
            continue
        _check_size(len(out))
        return out, None if decoder.eof else "content-coding-truncated"
    return _as_it_is(content, "deflate")


def _unbrotli(content: bytes) -> tuple[bytes, str | None]:
    decoder, out = brotli.Decompressor(), bytearray()
    try:
        out += decoder.process(content, output_buffer_limit=MAX_DECODED_BYTES + 1)
        while not decoder.can_accept_more_data() and len(out) <= MAX_DECODED_BYTES:
            out += decoder.process(b"", output_buffer_limit=MAX_DECODED_BYTES + 1 - len(out))
    except brotli.error:
        return _as_it_is(content, "br")
    _check_size(len(out))
    return bytes(out), None if decoder.is_finished() else "content-coding-truncated"


def _unzstd(content: bytes) -> tuple[bytes, str | None]:
    out = bytearray()
    try:
        with zstandard.ZstdDecompressor().stream_reader(content, read_across_frames=True) as stream:
            while chunk := stream.read(1 << 16):
                out += chunk
                _check_size(len(out))
    except zstandard.ZstdError:
        return _as_it_is(content, "zstd")
    return bytes(out), None


def _as_it_is(content: bytes, coding: str) -> tuple[bytes, str]:
    """A server that announces a coding and sends plain HTML is common enough to be read."""
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        return content, f"not-{coding}"
    raise Unreadable(f"{coding}: the body cannot be decoded")


def _check_size(size: int) -> None:
    if size > MAX_DECODED_BYTES:
        raise TooLarge(f"more than {MAX_DECODED_BYTES} bytes of a page")


_CODED_BY = ("content-encoding", "transfer-encoding")  # in this order
_NO_CODING = {"", "identity", "none", "utf-8", "utf8", "chunked"}  # chunks are undone before
_CODINGS: dict[str, Callable[[bytes], tuple[bytes, str | None]]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _inflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}


def decode_html(content: bytes, content_type: str | None) -> Decoded:
    """Text of a page: BOM, strict UTF-8, a declaration that reads as Arabic, letter statistics, in that order.

    Never fails: at worst bytes are replaced, and flagged. NULs are dropped; Arabic that was decoded wrongly
    before it was sent is put right in the text, and flagged."""
    labels = declared_charsets(content, content_type)
    names = [name for name in map(canonical, labels) if name is not None]
    text, used, flags = _decode(content, names)
    if "\x00" in text:
        text, flags = text.replace("\x00", ""), [*flags, "nul-bytes"]
    text, was_double = repaired(text)
    if was_double:
        flags = [*flags, "double-encoded"]
    contradicted = [name for name in dict.fromkeys(names) if not _same(name, used)]
    if contradicted or (labels and not names):
        flags = [*flags, "charset-conflict"]
    return Decoded(text, labels[0] if labels else None, used, tuple(flags))


def _same(name: str, used: str) -> bool:
    """A page that can be read says in ASCII what it is in, so that a meta cannot mean UTF-16."""
    return name == used or (name.startswith("utf-16") and used == "utf-8") or name.startswith(used)


def _decode(content: bytes, names: list[str]) -> tuple[str, str, list[str]]:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace"), name, []
    utf_16 = utf_16_without_mark(content)
    if utf_16 is not None:
        return content.decode(utf_16, "replace"), utf_16, []
    if content.isascii():  # the same in all of them, so that a page may have what it says
        named = next((name for name in names if not name.startswith("utf")), "utf-8") if names else "utf-8"
        return content.decode("ascii"), names[0] if names[:1] == ["utf-8"] else named, []
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if wrong == 0 or _is_mostly_utf_8(content, text, wrong):
        return text, "utf-8", ["bad-bytes"] if wrong else []
    name = old_charset(content, names)
    text = decode_as(content, name)
    return text, name, ["bad-bytes"] if "\ufffd" in text else []


def _is_mostly_utf_8(content: bytes, text: str, wrong: int) -> bool:
    """Letters come out of UTF-8 by design, not by chance: a few bad bytes do not make it another charset."""
    right = sum(sign > "\x7f" for sign in text) - wrong
    return right >= wrong * _RIGHT_TO_WRONG


_RIGHT_TO_WRONG: Final = 2  # windows-1256 has hardly two letters in a row that UTF-8 could mean
