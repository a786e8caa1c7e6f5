"""Child processes that end when we end, however we end: by return, by exception, by `kill -9`.

A tethered child leads a session of its own, so that Ctrl-C on our terminal reaches us alone and we decide
the order of the end. On Linux the kernel kills it when the thread that started it is gone
(prctl(2), PR_SET_PDEATHSIG). That beats a watcher on a pipe: there is no second process that could itself
be killed, and nothing to poll. The price: start tethered children from a thread that lives as long as they
shall, which the main thread does. On other systems only the orderly end is kept.

This file is also the program that ties the tether: it runs between fork and exec, imports nothing of ours,
and becomes the wanted program. A function run by Popen after fork would not be safe next to threads."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

TETHER_VARIABLE = "WARRAQ_TETHERED_PID"  # names the tethered process to those it starts; see watch.py
_PR_SET_PDEATHSIG = 1  # <linux/prctl.h>
_POLL_S = 0.05


@contextlib.contextmanager
def tethered(
    command: Sequence[str],
    *,
    env: Mapping[str, str],
    cwd: Path,
    log: Path,
    end_by: signal.Signals = signal.SIGTERM,
    grace_s: float = 30.0,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program while the block lasts; its stdout and stderr are appended to `log`.

    At the end of the block it gets the signal `end_by`, once; what is left of its process group after
    `grace_s` seconds is killed. The program may end earlier: ask `poll()`."""
    tie = [sys.executable, "-P", str(Path(__file__).resolve()), str(os.getpid()), *command]
    with log.open("ab") as sink:
        child = subprocess.Popen(
            tie,
            env=dict(env),
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield child
    finally:
        _end(child, end_by, grace_s)


def _end(child: subprocess.Popen[bytes], end_by: signal.Signals, grace_s: float) -> None:
    deadline = time.monotonic() + grace_s
    child.send_signal(end_by)
    with contextlib.suppress(subprocess.TimeoutExpired):
        child.wait(grace_s)
    while _group_lives(child.pid) and time.monotonic() < deadline:
        time.sleep(_POLL_S)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def _group_lives(group: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        os.waitpid(-group, os.WNOHANG)  # as process 1 of a container we inherit orphans, and must collect them
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _become(parent: int, command: list[str]) -> None:
    """Tie this process to `parent`, then turn it into `command`."""
    # A shell's `&` ignores SIGINT, the children inherit that, and a Prefect worker, which turns SIGTERM
    # into SIGINT, could then not be ended.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if sys.platform == "linux":
        failed = ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if failed:
            raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG)")
    if os.getppid() != parent:  # it died before the tether was tied
        raise SystemExit(1)
    os.environ[TETHER_VARIABLE] = str(os.getpid())
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
