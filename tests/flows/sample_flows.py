"""Tiny flows for the tests of the Prefect side. A worker imports this file as a module."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path
from typing import Annotated

from prefect import flow
from pydantic import Field

from flows.watch import watched_worker


@flow
def count(
    words: Annotated[list[str], Field(title="Words · الكلمات", description="What to count. ما يُعدّ.")],
    since: date | None = None,
) -> int:
    """Count words."""
    del since
    return len(words)


@flow
def linger(mark: str, seconds: float = 300) -> None:
    """Write our process id into `mark`, wait, and say so beside it when asked to end before that."""
    with watched_worker(poll_s=0.5):
        Path(mark).write_text(str(os.getpid()))
        try:
            time.sleep(seconds)
        finally:
            Path(f"{mark}.cleaned").touch()
