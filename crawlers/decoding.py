"""From the bytes as sent to text: content codings off, charset found.

Codings: RFC 9110 section 8.4. Charset labels: https://encoding.spec.whatwg.org/. Old Arabic sites speak
windows-1256 or ISO-8859-6, often undeclared or declared wrong, so a declaration is believed only when what
it gives reads as Arabic."""

from __future__ import annotations

import codecs
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import brotli
import zstandard

from crawlers.letter_statistics import arabic_score
from storage.errors import WarraqError
from storage.model import Capture

MAX_DECODED_BYTES: Final = 64 * 1024 * 1024  # the largest real article page measured is 0.5 MB
_MAX_CODINGS = 5
_META_BYTES = 4096  # WHATWG reads 1,024; old pages put long comments first
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LABELS = {
    "utf-8": ("utf8", "unicode-1-1-utf-8", "x-unicode20utf8"),
    "windows-1256": ("cp1256", "x-cp1256", "windows1256", "win-1256", "cp-1256"),
    "iso-8859-6": ("iso8859-6", "iso88596", "arabic", "asmo-708", "ecma-114", "csisolatinarabic", "iso-ir-127"),
    "windows-1252": ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "us-ascii", "ascii", "cp1252", "l1"),
    "utf-16-le": ("utf-16", "utf-16le", "unicode"),
    "utf-16-be": ("utf-16be",),
}
_CANONICAL = {alias: name for name, aliases in _LABELS.items() for alias in (name, *aliases)}


class Unreadable(WarraqError):
    """A body whose content coding cannot be undone, or that grows beyond MAX_DECODED_BYTES."""


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
    taken as it is, flagged. Raises Unreadable for an unknown coding, damage, or a bomb."""
    said = ",".join(value for coded in _CODED_BY for key, value in capture.headers if key.lower() == coded).lower()
    codings = [name.strip() for name in said.split(",") if name.strip() not in _NO_CODING]
    if len(codings) > _MAX_CODINGS:
        raise Unreadable(f"{len(codings)} content codings, at most {_MAX_CODINGS} are undone")
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
        raise Unreadable(f"more than {MAX_DECODED_BYTES} bytes when decoded")


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

    Never fails: at worst bytes are replaced, and flagged. NULs are dropped."""
    from_header = _HEADER.search(content_type or "")
    from_meta = _META.search(content[:_META_BYTES])
    labels = [from_header[1]] if from_header else []
    labels += [from_meta[1].decode("ascii", "replace")] if from_meta else []
    text, used, flags = _decode(content, [label.lower() for label in labels])
    if "\x00" in text:
        text, flags = text.replace("\x00", ""), [*flags, "nul-bytes"]
    declared = labels[0] if labels else None
    if declared is not None and _CANONICAL.get(declared.lower(), declared.lower()) != used:
        flags = [*flags, "charset-conflict"]
    return Decoded(text, declared, used, tuple(flags))


def _decode(content: bytes, labels: list[str]) -> tuple[str, str, list[str]]:
    for bom, name in _BOMS:
        if content.startswith(bom):
            return content[len(bom) :].decode(name, "replace"), name, []
    if content[:4000].count(0) * 5 > len(content[:4000]):  # every other byte: UTF-16 without a BOM
        name = "utf-16-be" if content[:1] == b"\x00" else "utf-16-le"
        return content.decode(name, "replace"), name, []
    text = content.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    # Arabic letters come out of UTF-8 by design, not by chance: a few bad bytes do not make it another charset.
    if wrong == 0 or wrong * 20 < sum("\u0600" <= sign <= "\u06ff" for sign in text):
        return text, "utf-8", ["bad-bytes"] if wrong else []
    return _decode_old(content, labels)


def _decode_old(content: bytes, labels: list[str]) -> tuple[str, str, list[str]]:
    scores = {name: arabic_score(content, name) for name in ("windows-1256", "iso-8859-6")}
    best = max(scores, key=lambda name: (scores[name], name))
    declared = [_CANONICAL.get(label, label) for label in labels]
    if scores[best] > 0:
        chosen = next((name for name in declared if scores.get(name) == scores[best]), best)
        return _with_flags(content, chosen)
    for name in declared:
        if name != "utf-8" and _known(name):
            return _with_flags(content, name)
    return _with_flags(content, "utf-8" if "utf-8" in declared else "windows-1252")


def _with_flags(content: bytes, name: str) -> tuple[str, str, list[str]]:
    text = content.decode(name, "replace")
    return text, name, ["bad-bytes"] if "\ufffd" in text else []


def _known(name: str) -> bool:
    """Whether Python has a text codec of this name (base64 and its kin are codecs too, but not of text)."""
    try:
        return isinstance(b"<html>".decode(name, "replace"), str)
    except (LookupError, UnicodeError):
        return False
