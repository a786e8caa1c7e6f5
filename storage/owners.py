"""Who holds a lease: host, process and run; and whether that process is still there."""

from __future__ import annotations

import os
import socket
from pathlib import Path


def owner_name(run: str) -> str:
    """Who we are to the other workers: host, process and run."""
    return f"{socket.gethostname()}:{os.getpid()}:{run}"


def is_dead(owner: str) -> bool:
    """Whether an owner was a process of this machine that is no more. Owners elsewhere count as alive."""
    host, _, rest = owner.partition(":")
    pid = rest.partition(":")[0]
    if host != socket.gethostname() or not pid.isdigit():
        return False
    return not Path(f"/proc/{pid}").exists() if Path("/proc/self").exists() else not _answers(int(pid))


def _answers(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
