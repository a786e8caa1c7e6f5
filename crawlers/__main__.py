"""`python -m crawlers`: a crawl process. Reads one job from stdin, writes events to stdout.

It ends when the job is done, at one SIGTERM (what is in flight is finished and sealed), or when stdin ends:
then whoever gave the order is gone, and an orphan must not go on asking publishers for pages."""

from __future__ import annotations

import logging
import os
import signal
import sys
import threading
from datetime import UTC, datetime

from pydantic import ValidationError

from crawlers.events import Event, Events, LogEvents
from crawlers.job import CrawlJob
from crawlers.room import give_memory_back
from storage.errors import WarraqError

LAST_WORDS_S = 20.0  # from the end of stdin to the end of the process, whatever it is doing


def main() -> int:
    events = Events(os.fdopen(os.dup(1), "w", encoding="utf-8"))
    os.dup2(2, 1)  # what a library prints must not look like an event
    give_memory_back()
    logging.basicConfig(level=logging.INFO, handlers=[LogEvents(events)], format="%(message)s")
    try:
        job = CrawlJob.model_validate_json(sys.stdin.buffer.readline())
        from crawlers.process import CrawlProcess  # half a second of imports: not before the order is there

        process = CrawlProcess(job, events, lambda: datetime.now(UTC))
        threading.Thread(target=_end_with_stdin, daemon=True).start()
        process.run()
    except WarraqError as error:
        events.say(Event("fault", message=str(error), level="ERROR", exit_code=error.exit_code))
        return error.exit_code
    except ValidationError as error:
        first = error.errors(include_input=False)[0]  # the order itself may hold a password
        where = ".".join(map(str, first["loc"])) or "the order"
        events.say(Event("fault", message=f"{where}: {first['msg']}", level="ERROR", exit_code=2))
        return 2
    return 0


def _end_with_stdin() -> None:
    while os.read(0, 65536):  # below Python's buffer, whose lock a thread may not hold at the end of a process
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(LAST_WORDS_S)
    os._exit(3)


if __name__ == "__main__":
    sys.exit(main())
