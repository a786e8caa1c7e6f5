"""What a crawl process says while it runs: one JSON object a line, over a pipe that stays open to the end.

log      level, message                      anything worth a person's eye
progress source, counts                      at most twice a second and source
room     message                             why nothing is fetched for now; without a message: it goes on
source   source, outcome, counts, problems, notes   a source's crawl has ended and its parts are sealed
end                                          every source has ended; nothing follows
fault    error, message, exit_code           nothing could be started; nothing follows"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import IO, Any, TextIO

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Event:
    kind: str
    source: str = ""  # id; empty: the process as a whole
    message: str = ""
    level: str = "INFO"
    outcome: str = ""  # finished | stopped | failed
    counts: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    looked: list[tuple[str, str, str]] = field(default_factory=list)  # of a look, see Visit
    notes: list[str] = field(default_factory=list)  # of the whole process, such as how long it waited for room
    exit_code: int = 1  # of a fault


class Events:
    """The writing end. A reader that went away ends the telling, not the crawl: its stdin tells that story."""

    def __init__(self, pipe: TextIO) -> None:
        self._pipe = pipe
        self._open = True

    def say(self, event: Event) -> None:
        if not self._open:
            return
        try:
            self._pipe.write(json.dumps(asdict(event), ensure_ascii=False) + "\n")
            self._pipe.flush()
        except BrokenPipeError:
            self._open = False


class LogEvents(logging.Handler):
    """Sends log records as events."""

    def __init__(self, events: Events) -> None:
        super().__init__()
        self._events = events

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno < logging.WARNING and not record.name.startswith("crawlers"):
            return  # Scrapy tells every crawler's settings and middlewares
        spider: Any = getattr(record, "spider", None)
        source = spider.source.id if spider is not None else getattr(record, "source", "")
        self._events.say(Event("log", source, self.format(record), record.levelname))


def read_events(pipe: IO[bytes]) -> Iterator[Event]:
    """The reading end: yields events until the pipe ends. A line that is no event becomes a log event."""
    for line in pipe:
        try:
            yield Event(**json.loads(line))
        except (ValueError, TypeError):
            yield Event("log", message=line.decode("utf-8", "replace").rstrip(), level="WARNING")
