"""Base32 of digests (RFC 4648), in half the time of the standard library's, which is paid four times a capture."""

from __future__ import annotations

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]
_GROUP = 5  # bytes that are written as 8 letters


def base32(content: bytes) -> str:
    """With its padding, as `base64.b32encode` gives it."""
    missing = -len(content) % _GROUP
    groups = (len(content) + missing) // _GROUP
    number = int.from_bytes(content, "big") << 8 * missing
    letters = "".join([_PAIRS[number >> shift & 1023] for shift in range(40 * groups - 10, -1, -10)])
    padding = missing * 8 // _GROUP
    return letters[: len(letters) - padding] + "=" * padding
