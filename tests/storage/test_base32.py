from __future__ import annotations

import base64
import random

from storage.base32 import base32


def test_it_is_written_as_the_standard_library_writes_it() -> None:
    dice = random.Random(32)
    for length in range(70):
        content = dice.randbytes(length)
        assert base32(content) == base64.b32encode(content).decode("ascii")
