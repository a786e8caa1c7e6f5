"""Who runs in the capture bench: what each is told, where it writes, and how we see which pages it has.

All fetch the same pages from the same server without delay; what can be set alike is set alike. The Scrapy
crawls and ours find the pages in the sitemap and obey robots.txt; wget gets a list."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, cast

from warcio.archiveiterator import ArchiveIterator

from crawlers.process import SETTINGS
from tests.benches.cost import Cost, cost_of
from tests.benches.publisher import Publisher
from tests.crawlers.crawls import job_for, source_at

ROOT = Path(__file__).parents[2]
CONCURRENCY = 8
OURS, BARE = "Warraq, with capture", "Scrapy, no capture"
AGENT = "Mozilla/5.0 (compatible; Warraq-bench; +mailto:tests@warraq.invalid)"
_WITHIN_S = 1200  # seconds for one crawl; it takes ten or twenty
_HEADERS = cast(dict[str, str], SETTINGS["DEFAULT_REQUEST_HEADERS"])
_STOCK = {
    "ADDONS": {},
    "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY,
    "DEFAULT_REQUEST_HEADERS": _HEADERS,
    "DOWNLOAD_DELAY": 0,
    "LOG_LEVEL": "INFO",  # Scrapy's own default writes a line a page; ours writes none
    "REMOTE_CONTROL_ENABLED": False,
    "ROBOTSTXT_OBEY": True,
    "TELNETCONSOLE_ENABLED": False,
    "USER_AGENT": AGENT,
}
_WEBARCHIVE = {
    "EXTENSIONS": {"scrapy_webarchive.extensions.WaczExporter": 543},
    "SW_EXPORT_URI": "kept/",
}


@dataclass(frozen=True, slots=True)
class Site:
    base: str  # "http://127.0.0.1:8080"
    publisher: Publisher


@dataclass(frozen=True, slots=True)
class Outcome:
    cost: Cost
    pages: int  # that were on the site, and are there as the site has them
    warc_bytes: int | None  # None: it keeps none


@dataclass(frozen=True, slots=True)
class Contestant:
    name: str
    version: str
    run: Callable[[Site, Path], Outcome]


def contestants(cache: Path, *, install: bool) -> tuple[list[Contestant], list[str]]:
    """All that can run here, ours and bare Scrapy first, and a line for each that cannot."""
    found = [
        Contestant(OURS, version("warraq"), run_ours),
        Contestant(BARE, version("scrapy"), run_stock),
    ]
    absent = []
    if shutil.which("wget"):
        said = subprocess.run(["wget", "--version"], capture_output=True, text=True, check=True).stdout
        found.append(Contestant("wget --warc-file", said.split()[2], run_wget))
    else:
        absent.append("wget is not installed: apt-get install wget")
    try:
        python, versions = webarchive_environment(cache, install=install)
    except NotInstalled as error:
        absent.append(str(error))
    else:
        found.append(Contestant("scrapy-webarchive", versions, partial(run_webarchive, python)))
    return found, absent


def run_ours(site: Site, folder: Path) -> Outcome:
    source = source_at(
        site.base,
        discover={"sitemaps": [f"{site.base}/sitemap.xml"]},
        politeness={"delay": "0s", "concurrency": CONCURRENCY},
    )
    order = job_for(folder, source).model_dump_json(by_alias=True).encode() + b"\n"
    command = [sys.executable, "-m", "crawlers"]
    cost = cost_of(command, folder, cwd=ROOT, order=order, within_s=_WITHIN_S)
    return _archived(cost, site, sorted((folder / "spool").rglob("*.warc.gz")))


def run_stock(site: Site, folder: Path) -> Outcome:
    cost = _scrapy(sys.executable, site, folder, _STOCK)
    seen = json.loads((folder / "seen").read_text(encoding="utf-8")) if cost.exit_code == 0 else []
    there = {url for url, _ in seen}
    return Outcome(cost, sum(f"{site.base}{path}" in there for path in site.publisher.paths), None)


def run_webarchive(python: str, site: Site, folder: Path) -> Outcome:
    (folder / "kept").mkdir()
    cost = _scrapy(python, site, folder, _STOCK | _WEBARCHIVE)
    for wacz in (folder / "kept").rglob("*.wacz"):
        with zipfile.ZipFile(wacz) as packed:
            packed.extractall(folder / "unpacked")
    return _archived(cost, site, sorted((folder / "unpacked").rglob("*.warc*")))


def _scrapy(python: str, site: Site, folder: Path, settings: dict[str, object]) -> Cost:
    script = str(Path(__file__).with_name("stock_scrapy.py"))
    command = [python, script, f"{site.base}/sitemap.xml", str(folder / "seen"), json.dumps(settings)]
    return cost_of(command, folder, cwd=folder, within_s=_WITHIN_S)


def run_wget(site: Site, folder: Path) -> Outcome:
    urls = folder / "urls"
    urls.write_text("".join(f"{site.base}{path}\n" for path in site.publisher.paths), encoding="utf-8")
    headers = [f"--header={name}: {value}" for name, value in _HEADERS.items()]
    command = ["wget", "--no-verbose", "--no-config", f"--user-agent={AGENT}", "--header=Accept-Encoding: gzip"]
    command += [*headers, f"--input-file={urls}", "--output-document=/dev/null", f"--warc-file={folder / 'kept'}"]
    return _archived(cost_of(command, folder, cwd=folder, within_s=_WITHIN_S), site, [folder / "kept.warc.gz"])


# --- what was kept -------------------------------------------------------------------------------


def _archived(cost: Cost, site: Site, files: list[Path]) -> Outcome:
    found: set[str] = set()
    for file in files:
        with file.open("rb") as stream:
            found.update(_pages_in(stream, site))
    size = sum(file.stat().st_size for file in files)
    return Outcome(cost, len(found) if cost.exit_code == 0 else 0, size)


def _pages_in(stream: BinaryIO, site: Site) -> Iterator[str]:
    """Paths of the site whose page is in the WARC, its content the same as on the site."""
    for record in ArchiveIterator(stream):
        if record.rec_type != "response":
            continue
        path = record.rec_headers.get_header("WARC-Target-URI").strip("<>").removeprefix(site.base)
        wanted = site.publisher.digests.get(path)
        body = record.content_stream().read()
        if wanted is not None and hashlib.sha256(body).digest() == wanted:
            yield path


# --- scrapy-webarchive, in an environment of its own ------------------------------------------------

WEBARCHIVE = "scrapy-webarchive==0.5.3"
# Newer ones lack private names that the Scrapy it asks for imports, and what its packer imports.
_OF_ITS_TIME = ("w3lib<2.2", "twisted<24.4", "setuptools<81")


class NotInstalled(Exception):
    """A contestant cannot run here; says why."""


def webarchive_environment(cache: Path, *, install: bool) -> tuple[str, str]:
    """The Python that has scrapy-webarchive, and its versions. Made once and kept in `cache`; raises NotInstalled."""
    python = str(cache / WEBARCHIVE / "bin/python")
    show = [python, "-m", "pip", "list", "--disable-pip-version-check"]
    if not (cache / WEBARCHIVE / "whole").exists():
        if not install:
            raise NotInstalled("scrapy-webarchive is not installed, and not asked for")
        try:
            subprocess.run([sys.executable, "-m", "venv", "--clear", cache / WEBARCHIVE], check=True, timeout=120)
            pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
            subprocess.run([*pip, WEBARCHIVE, *_OF_ITS_TIME], check=True, timeout=600, capture_output=True)
        except (OSError, subprocess.SubprocessError) as error:
            # With its command, and so with paths of this machine: for the terminal, not for the page.
            print(error, file=sys.stderr)
            raise NotInstalled(f"{WEBARCHIVE} could not be installed ({type(error).__name__})") from error
        (cache / WEBARCHIVE / "whole").touch()
    listed = dict(re.findall(r"^(\S+)\s+(\S+)", subprocess.run(show, capture_output=True, text=True).stdout, re.M))
    return python, f"{listed['scrapy-webarchive']} on Scrapy {listed['Scrapy']}"
