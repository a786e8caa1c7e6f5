"""The digests a record states, held against its bytes.

Writers differ in what they call the payload of a chunked answer: with its chunks, as warcio and FastWARC check it,
or without. Either is taken. A digest of an algorithm that Python lacks is not checked."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from functools import lru_cache, partial

from storage.base32 import base32
from storage.http_message import head_length, parse_response

Headers = Sequence[tuple[str, str]]
BLOCK_DIGEST, PAYLOAD_DIGEST = "warc-block-digest", "warc-payload-digest"
_NAMES = {BLOCK_DIGEST: "WARC-Block-Digest", PAYLOAD_DIGEST: "WARC-Payload-Digest"}
_LENGTHS = tuple(map(len, _NAMES))  # what nearly all other names are told by
# The digits of RFC 4648 as those that int() knows; what is no digit there must be none here.
_BASE_32 = bytes.maketrans(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz2345670189_+- \t\r\n\v\f",
    b"0123456789ABCDEFGHIJKLMNOP0123456789ABCDEFGHIJKLMNOPQRSTUV!!!!!!!!!!!!!",
)
_QUICK: dict[str, Callable[[bytes | memoryview], hashlib._Hash]] = {
    "sha256": hashlib.sha256,
    "sha1": lambda content: hashlib.sha1(content, usedforsecurity=False),
}
HTTP_KINDS = ("response", "request", "revisit", "unknown")


def has_http_head(kind: str, headers: Headers, block: bytes) -> bool:
    """Whether an HTTP head stands before the payload."""
    if kind not in HTTP_KINDS:
        return False
    if block.startswith(b"HTTP/"):
        return True
    stated = next((value for name, value in headers if name.lower() == "content-type"), "application/http")
    return stated.lower().startswith("application/http")


def payload_start(kind: str, headers: Headers, block: bytes) -> int:
    """Bytes of a block before its payload."""
    return head_length(block) if has_http_head(kind, headers, block) else 0


def digest_problem(kind: str, headers: Headers, block: bytes) -> str | None:
    """Which digest of a record does not match its bytes; None: those it states do.

    The payload of a revisit lies elsewhere, so only its block is checked."""
    for name, text in _stated(headers):
        is_payload = name == PAYLOAD_DIGEST
        if is_payload and kind == "revisit":
            continue
        content = memoryview(block)[payload_start(kind, headers, block) :] if is_payload else block
        algorithm, _, value = text.partition(":")
        hashed = _hash_named(algorithm)
        if hashed is None or _gives(value, hashed(content).digest()):
            continue
        if is_payload and kind == "response" and _matches_without_chunks(text, block):
            continue
        return f"{_NAMES[name]} is {text}, which its bytes do not give"
    return None


def _stated(headers: Headers) -> list[tuple[str, str]]:
    named = [(name.lower(), value) for name, value in headers if len(name) in _LENGTHS]
    return [each for each in named if each[0] in _NAMES]


def _matches_without_chunks(stated: str, block: bytes) -> bool:
    message = parse_response(block)
    return message.chunked and digest_matches(stated, message.body)


@lru_cache(maxsize=64)
def _hash_named(stated: str) -> Callable[[bytes | memoryview], hashlib._Hash] | None:
    """What hashes by an algorithm that a digest names; None: Python has none of that name."""
    name = stated.lower().replace("-", "")
    if name not in hashlib.algorithms_guaranteed or name.startswith("shake"):
        return None
    return _QUICK.get(name) or partial(hashlib.new, name, usedforsecurity=False)


def digest_matches(stated: str, content: bytes | memoryview) -> bool:
    """Whether `algorithm:value`, in base32, hex or base64, is a digest of these bytes."""
    algorithm, _, value = stated.partition(":")
    hashed = _hash_named(algorithm)
    return hashed is not None and _gives(value, hashed(content).digest())


def says_in_base32(stated: str, content: bytes | memoryview) -> bool:
    """The same, sooner, for the algorithms and the spelling of nearly all digests; False too for any other."""
    algorithm, _, value = stated.partition(":")
    hashed = _QUICK.get(algorithm)
    return hashed is not None and _is_base32(value, hashed(content).digest())


def _gives(value: str, digest: bytes) -> bool:
    if len(value) == 2 * len(digest) and value.lower() == digest.hex():
        return True
    if _is_base32(value, digest):
        return True
    return value in (base64.b64encode(digest).decode("ascii"), base64.urlsafe_b64encode(digest).decode("ascii"))


def _is_base32(value: str, digest: bytes) -> bool:
    """Whether base32, padded or not, says these bytes. As one number: b32decode takes longer than SHA-256 does."""
    try:
        number = int(value.rstrip("=").encode().translate(_BASE_32), 32)
    except ValueError:  # UnicodeError too
        return False
    return number == int.from_bytes(digest) << (-8 * len(digest) % 5)


class RunningDigests:
    """The same for a block too large to be held: what it states, and SHA-1 of its payload for the index."""

    def __init__(self, kind: str, headers: Headers, begin: bytes) -> None:
        start = payload_start(kind, headers, begin)
        self._sha1 = hashlib.sha1(memoryview(begin)[start:], usedforsecurity=False)
        self._checks = []
        for name, stated in _stated(headers):
            hashed = _hash_named(stated.partition(":")[0])
            if hashed is None or (name == PAYLOAD_DIGEST and kind == "revisit"):
                continue
            self._checks.append((name, stated, hashed(memoryview(begin)[start if name == PAYLOAD_DIGEST else 0 :])))

    def update(self, piece: bytes) -> None:
        self._sha1.update(piece)
        for _, _, running in self._checks:
            running.update(piece)

    @property
    def sha1(self) -> str:
        return "sha1:" + base32(self._sha1.digest())

    def problem(self) -> str | None:
        for name, stated, running in self._checks:
            if not _gives(stated.partition(":")[2], running.digest()):
                return f"{_NAMES[name]} is {stated}, which its bytes do not give"
        return None
