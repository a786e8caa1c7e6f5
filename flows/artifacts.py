"""What all flow runs leave for people in the Prefect UI: progress while they run, and text that cannot break out."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from html import escape
from typing import Any
from uuid import UUID

from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)

from flows.progress import Progress
from flows.server_away import await_server, if_it_answers, server_problem

UPDATE_EVERY_S = 2.0  # an update is a request to the server; a person's eye needs no more
AGAIN_AFTER_S = 30.0  # to a server that did not answer
MAX_ROWS = 200  # publishers in a table; the server keeps every report, and nobody reads more
MAX_LINES = 100  # of a list
MAX_CHARS = 500  # of what comes from outside: a problem, a title
_SHARES = {  # percent of the bar
    "fetching": (0.0, 80.0),
    "keeping": (80.0, 90.0),
    "reading": (90.0, 100.0),
    "verifying": (0.0, 100.0),
    "importing": (0.0, 50.0),
    "comparing": (0.0, 100.0),
}
_IN_HTML = str.maketrans({mark: f"&#{ord(mark)};" for mark in "&<>\"'|`*_[]\\~#+"})
_MARKS = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)|^[#+-]")  # that mean something in Markdown where they stand


class ProgressArtifact:
    """A `progress.Watch` that moves one progress bar in the UI, as far as there is a server to be told."""

    def __init__(self, key: str, description: str) -> None:
        self._id: UUID | None = None
        self._said = 0.0
        self._next = 0.0  # when the server may be told again, by the monotonic clock
        with if_it_answers("a progress bar"):
            created: Any = create_progress_artifact(progress=0.0, key=key, description=description)
            self._id = created

    def __call__(self, progress: Progress) -> None:
        start, end = _SHARES[progress.phase]
        share = progress.done / progress.total if progress.total else 0.0
        percent = max(self._said, round(start + (end - start) * share, 1))
        if percent > self._said and time.monotonic() >= self._next:
            self._tell(percent)

    def finish(self) -> None:
        self._tell(100.0)

    def _tell(self, percent: float) -> None:
        self._next = time.monotonic() + AGAIN_AFTER_S
        if self._id is not None and server_problem() is None:
            with if_it_answers("progress"):
                update_progress_artifact(self._id, progress=percent)
                self._said, self._next = percent, time.monotonic() + UPDATE_EVERY_S


def leave_markdown(key: str, markdown: str, description: str) -> None:
    """Make a text artifact of the current flow run, once the server answers."""
    await_server()
    with if_it_answers(key):
        create_markdown_artifact(key=key, markdown=markdown, description=description)


def leave_table(key: str, table: Sequence[dict[str, Any]], description: str) -> None:
    """Make a table artifact of the current flow run, once the server answers."""
    await_server()
    with if_it_answers(key):
        create_table_artifact(key=key, table=list(table), description=description)


def listed(lines: list[str], where: str) -> str:
    """The lines, cut where they get too many for the UI, which then says so and where the rest is."""
    more = [f"- … and {len(lines) - MAX_LINES:,} more; {where}"] if len(lines) > MAX_LINES else []
    return "\n".join([*lines[:MAX_LINES], *more])


def plain(text: str) -> str:
    """Text that means itself in Markdown, on one line.

    The UI shows `&#95;` as it stands, outside of HTML, and takes a backslash in an address for a part of it."""
    return _MARKS.sub(r"\\\g<0>", escape(" ".join(text.split())).replace("&#x27;", "&#39;"))


def in_html(text: str) -> str:
    """Text that means itself within HTML within Markdown, on one line."""
    return " ".join(text.split()).translate(_IN_HTML)
