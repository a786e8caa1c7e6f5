"""What a command costs: the kernel's own account of one process and of all that it waited for."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# A small process in between: the kernel counts what the parent had in memory at the fork as the child's peak.
_STARTER = """
import json, os, signal, sys, time
account, within_s, *command = sys.argv[1:]
began = time.monotonic()
child = os.posix_spawnp(command[0], command, os.environ)
signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))
signal.alarm(int(within_s))
_, status, used = os.wait4(child, 0)
signal.alarm(0)
spent = (time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
with open(account, "w") as file:
    json.dump([os.waitstatus_to_exitcode(status), *spent], file)
"""


@dataclass(frozen=True, slots=True)
class Cost:
    exit_code: int
    wall_s: float
    cpu_s: float  # user and system, of the process and of its children
    peak_mb: float  # the largest resident set of one process among them


def cost_of(command: Sequence[str | Path], folder: Path, *, cwd: Path, order: bytes = b"", within_s: int) -> Cost:
    """Run a command to its end; what it prints goes to the file `said` in `folder`, the account lies beside it.

    `order` is written to its stdin, which stays open until it has ended. Killed after `within_s`: exit code -9."""
    account = folder / "account.json"
    starter = [sys.executable, "-I", "-S", "-c", _STARTER, account, str(within_s), *command]
    with (folder / "said").open("wb") as said:
        child = subprocess.Popen(list(map(str, starter)), cwd=cwd, stdin=subprocess.PIPE, stdout=said, stderr=said)
        assert child.stdin is not None
        with child, child.stdin:
            if order:
                child.stdin.write(order)
                child.stdin.flush()
            child.wait()
    return Cost(*json.loads(account.read_text(encoding="utf-8")))
