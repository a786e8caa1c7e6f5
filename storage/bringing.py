"""Bring an object into a store that may have failed half way, or lied, the last time.

Create-once keeps what is there, even where that is the torso of our own upload. A torso is told from an object of
somebody else: it is a beginning of our bytes, or it is to be a WARC, is not whole, and most of it is ours. To write
over it loses nothing."""

from __future__ import annotations

import logging
from pathlib import Path

from storage import warc
from storage.errors import ObjectDamaged, ObjectDiffers, ObjectMissing
from storage.store import CHUNK, Store, Stored, opened

logger = logging.getLogger(__name__)
WARC = ".warc.gz"
_BLOCK = 64  # bytes compared at a time


def bring(store: Store, key: str, content: bytes | Path) -> Stored:
    """Create an object, once, or put it in place of a damaged copy of it; proved by reading it back.

    Raises StoreError; ObjectDiffers where another whole object has the key."""
    try:
        return store.put(key, content)
    except (ObjectDiffers, ObjectDamaged) as error:
        if not is_damaged_copy(store, key, content):
            raise
        logger.warning("%s; it is put in place again", error)
        return store.restore(key, content)


def is_damaged_copy(store: Store, key: str, content: bytes | Path) -> bool:
    """Whether a store has nothing under a key but what is left of these bytes."""
    try:
        if _begins(store, key, content):
            return True
        return key.endswith(WARC) and not is_whole(store, key) and _is_mostly(store, key, content)
    except ObjectMissing:
        return True


def _begins(store: Store, key: str, content: bytes | Path) -> bool:
    """Whether an object is a beginning of these bytes, and not all of them."""
    with store.open(key) as stored, opened(content) as ours:
        while there := stored.read(CHUNK):
            if ours.read(len(there)) != there:
                return False
        return bool(ours.read(1))


def _is_mostly(store: Store, key: str, content: bytes | Path) -> bool:
    """Whether most of an object's first megabyte are these bytes, at the same place."""
    with store.open(key) as stored, opened(content) as ours:
        there, here = stored.read(CHUNK), ours.read(CHUNK)
    blocks = range(0, len(there), _BLOCK)
    equal = sum(there[at : at + _BLOCK] == here[at : at + _BLOCK] for at in blocks)
    return equal * 2 > len(blocks)


def is_whole(store: Store, key: str) -> bool:
    """Whether an object is a whole WARC, by the checksums in it. Raises ObjectMissing."""
    size = 0
    with store.open(key) as stored:
        while there := stored.read(CHUNK):
            size += len(there)
    with store.open(key) as stored:
        return size > 0 and warc.whole_bytes(stored) == size
