"""Put on PYTHONPATH, ends a process by SIGKILL at a named moment of our own code: a power cut to the line.

`WARRAQ_TEST_DIE` holds `process|module|function|call or return|how often before, and once more`, such as
`flows.cli|storage.bringing|bring|return|2`. The process is told by its command line."""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Any

_lock = threading.Lock()


def _die_at(process: str, module: str, function: str, event: str, times: str) -> None:
    if process not in sys.orig_argv:
        return
    left = [int(times)]

    def watch(frame: FrameType, happening: str, _: Any) -> None:
        if happening != event or frame.f_code.co_name != function or frame.f_globals.get("__name__") != module:
            return
        with _lock:
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.setprofile(watch)
    threading.setprofile(watch)


if "WARRAQ_TEST_DIE" in os.environ:
    _die_at(*os.environ["WARRAQ_TEST_DIE"].split("|"))
