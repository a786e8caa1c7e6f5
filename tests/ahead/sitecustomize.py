"""Put on PYTHONPATH, lets a crawl process live ahead of the time, by the seconds in `WARRAQ_TEST_AHEAD_S`.

Only its clock moves: pauses, time limits and the processor are those of the real world."""

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any


def _set_ahead(by: timedelta) -> None:
    from crawlers import process

    begin = process.CrawlProcess.__init__

    def ahead(self: process.CrawlProcess, job: Any, events: Any, clock: Callable[[], datetime]) -> None:
        begin(self, job, events, lambda: clock() + by)

    process.CrawlProcess.__init__ = ahead  # type: ignore[method-assign]


if "WARRAQ_TEST_AHEAD_S" in os.environ and sys.orig_argv[-2:] == ["-m", "crawlers"]:
    _set_ahead(timedelta(seconds=float(os.environ["WARRAQ_TEST_AHEAD_S"])))
