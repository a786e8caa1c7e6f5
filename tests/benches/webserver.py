"""nginx in front of a folder, as a process of its own that ends with the bench."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.benches.publisher import GZIP_LEVEL

_STARTS_WITHIN_S = 60.0
_PATH = os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"))
_CONFIG = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    types {{ text/html html; application/xml xml; text/plain txt; }}
    charset utf-8;
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000;
    open_file_cache max=8000 inactive=600s;
    gzip on;
    gzip_comp_level {level};
    gzip_proxied any;
    gzip_static on;
    gzip_vary on;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen 127.0.0.1:{port} backlog=64; root {root}; }}
}}
"""


def nginx() -> str | None:
    """Where nginx lies; None: it is not installed (Debian, Ubuntu: apt-get install nginx-light)."""
    return shutil.which("nginx", path=_PATH)


def nginx_version() -> str:
    said = subprocess.run([nginx() or "nginx", "-v"], capture_output=True, text=True, check=True)
    found = re.search(r"nginx/(\S+)", said.stderr + said.stdout)
    return found[1] if found else "?"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(root: Path, folder: Path, port: int) -> Iterator[None]:
    """Serve `root` on 127.0.0.1 while the block runs; configuration and error log lie in `folder`."""
    folder.mkdir(parents=True)
    config = folder / "nginx.conf"
    config.write_text(_CONFIG.format(folder=folder, root=root, port=port, level=GZIP_LEVEL), encoding="utf-8")
    command = [nginx() or "nginx", "-p", str(folder), "-e", str(folder / "error.log"), "-c", str(config)]
    server = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    try:
        _wait_for(port, server, folder / "error.log")
        yield
    finally:
        server.terminate()
        server.wait(10)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    said = log.read_text(encoding="utf-8", errors="replace") if log.exists() else "no error log"
    raise RuntimeError(f"nginx does not answer on 127.0.0.1:{port}: {said}")
