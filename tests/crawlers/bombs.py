"""Small bodies that grow to a gigabyte when they are decoded, made without ever being that large."""

from __future__ import annotations

import gzip
import zlib

import brotli
import zstandard

GROWN_BYTES = 1 << 30
_BLOCK = 16 << 20
_BLOCKS = GROWN_BYTES // _BLOCK


def _deflated(start: bytes) -> bytes:
    """`start` and then a gigabyte of spaces, as raw deflate: after a full flush, a block can be repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    first = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    block = packer.compress(b" " * _BLOCK) + packer.flush(zlib.Z_FULL_FLUSH)
    return first + block * _BLOCKS + packer.flush()


def gzip_bomb(start: bytes = b"") -> bytes:
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + _deflated(start) + bytes(8)


def deflate_bomb() -> bytes:
    return b"\x78\x9c" + _deflated(b"") + bytes(4)


def brotli_bomb() -> bytes:
    packer = brotli.Compressor(quality=1)
    return b"".join(packer.process(b" " * _BLOCK) for _ in range(_BLOCKS)) + packer.finish()


def zstd_bomb() -> bytes:
    """Asks for a window of 128 MiB too, the largest that decoders give without being told to."""
    settings = zstandard.ZstdCompressionParameters(window_log=27, compression_level=1)
    packer = zstandard.ZstdCompressor(compression_params=settings).compressobj()
    return b"".join(packer.compress(b" " * _BLOCK) for _ in range(_BLOCKS)) + packer.flush()


def nested_bomb() -> bytes:
    """A gzip bomb in gzip: a few kilobytes."""
    return gzip.compress(gzip_bomb(), 9)


BOMBS = {
    "gzip": gzip_bomb,
    "deflate": deflate_bomb,
    "br": brotli_bomb,
    "zstd": zstd_bomb,
    "gzip, gzip": nested_bomb,
}
