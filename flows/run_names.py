"""Names of flow runs, as people read them in a list: what, which publishers, when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flows.house import catalogue_of
from flows.settings import load_settings
from storage.errors import WarraqError

MAX_NAMES = 3


def run_name(what: str, ids: Sequence[str], if_none: str) -> str:
    """Such as: crawl · السومرية, هسبريس · 2026-11-22 14:05. UTC."""
    names = [isolated(_arabic_name(each)) for each in ids[:MAX_NAMES]]
    more = f" +{len(ids) - MAX_NAMES}" if len(ids) > MAX_NAMES else ""
    which = ", ".join(names) + more if names else isolated(if_none)
    return f"{what} · {which} · {datetime.now(UTC):%Y-%m-%d %H:%M}"


def _arabic_name(source_id: str) -> str:
    """A source's Arabic name; its id if it cannot be read: the flow itself says what is wrong with it."""
    try:
        return catalogue_of(load_settings())[source_id].name.ar
    except WarraqError:
        return source_id


def isolated(text: str) -> str:
    """Arabic in a left-to-right line, so that it does not turn the date behind it around."""
    return f"\N{FIRST STRONG ISOLATE}{text}\N{POP DIRECTIONAL ISOLATE}"
