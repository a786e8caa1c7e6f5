"""`warraq sources probe` and `add`: a look at an unknown site, its sample articles read, and a source file made of it.

Fetching and extraction do not know each other; they meet here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import TypeAdapter, ValidationError

from crawlers.extraction.article import extract
from crawlers.probing.proposal import Proposal, accepted_families, propose
from crawlers.probing.rounds import sample_of
from crawlers.probing.shapes import ascii_host
from crawlers.source import Source
from crawlers.source_fields import HttpUrl
from crawlers.source_text import source_text
from flows.looking import Look, look_at
from flows.progress import Watch
from flows.settings import Settings
from storage.errors import InvalidSetting, UsageError, WarraqError
from storage.model import Article, Reason, Rejection

SAMPLES = 3
# Other reasons say nothing of what kind of page it is.
_NO_ARTICLE = {
    *(Reason.NO_TEXT, Reason.NO_TITLE, Reason.NOT_HTML, Reason.EMPTY_BODY),
    *(Reason.LIST_PAGE, Reason.NEEDS_SCRIPT),
}


class FileThere(UsageError):
    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} is there already; --force replaces it, --id names another source")


class ProbeFailed(WarraqError):
    """A site could not be looked at at all."""


@dataclass(frozen=True, slots=True)
class Probed:
    proposal: Proposal
    samples: tuple[Article | Rejection, ...]
    asked: int  # requests

    @property
    def text(self) -> str:
        return source_text(self.proposal.source)


def probe_site(
    settings: Settings,
    url: str,
    now: datetime,
    watch: Watch,
    *,
    source_id: str | None = None,
    delay: timedelta | None = None,
) -> Probed:
    """Look at a site and propose a source file. Raises UsageError, InvalidSetting, ProbeFailed.

    `delay`: between two requests; None: our default, or none at an address that the settings allow by number."""
    probed = probe_sites(settings, {source_id or "": url}, now, watch, delay=delay)[0]
    if isinstance(probed, ProbeFailed):
        raise probed
    return probed


def probe_sites(
    settings: Settings, urls: Mapping[str, str], now: datetime, watch: Watch, *, delay: timedelta | None = None
) -> list[Probed | ProbeFailed]:
    """Look at several sites side by side. `urls`: home pages by the id that the source is to have; "": by the host."""
    for source_id in filter(None, urls):
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", source_id):
            raise UsageError(f"--id: expected letters a-z, digits and -, not {source_id!r}")
    addresses = [_address(url) for url in urls.values()]
    pauses = [delay if delay is not None else _pause(settings, address) for address in addresses]
    strangers = [_stranger(n, *each) for n, each in enumerate(zip(addresses, pauses, strict=True))]
    looks = look_at(settings, strangers, "probe", now, watch)
    found: list[Probed | ProbeFailed] = []
    for source_id, stranger, pause in zip(urls, strangers, pauses, strict=True):
        look = looks[stranger.id]
        if look.problem and not look.site.answers:
            found.append(ProbeFailed(f"{stranger.home} could not be looked at: {look.problem}"))
            continue
        reader = _Reader(look)
        proposal = propose(look.site, reader.reads, now.date(), source_id=source_id or None, delay=pause)
        found.append(Probed(proposal, reader.samples(proposal.source), len(look.site.answers)))
    return found


def _address(url: str) -> str:
    """The URL as written, or with https:// where no scheme was. Raises UsageError."""
    full = url if "://" in url else f"https://{url}"
    try:
        checked: str = TypeAdapter(HttpUrl).validate_python(full)
    except ValidationError as error:
        raise UsageError(error.errors()[0]["msg"].removeprefix("Value error, ")) from error
    parts = urlsplit(checked)
    host = parts.hostname or ""
    try:
        checked = checked.replace(host, ascii_host(host), 1)
    except UnicodeError as error:
        raise UsageError(f"expected a host that DNS can know, not {host!r}") from error
    return checked if parts.path else f"{checked}/"


def _pause(settings: Settings, address: str) -> timedelta | None:
    """No delay at an address that the settings allow by number: it is our own machine."""
    try:
        number = ip_address(urlsplit(address).hostname or "")
    except ValueError:
        return None
    return timedelta(0) if any(number in network for network in settings.allow_addresses) else None


def _stranger(number: int, address: str, pause: timedelta | None) -> Source:
    """The site as a source of which nothing is known yet: every page of its host may be an article."""
    polite = {} if pause is None else {"politeness": {"delay": pause, "concurrency": 1}}
    facts = {
        "id": f"look-{number}",
        "name": {"ar": "؟", "en": "?"},
        "country": "ZZ",
        "home": address,
        "timezone": "UTC",
    }
    return Source.model_validate(facts | polite)


class _Reader:
    """Reads the sample articles of a look."""

    def __init__(self, look: Look) -> None:
        self._look = look
        self._plain = look.source.model_copy(update={"home": look.site.home.url})

    def reads(self, url: str) -> bool | None:
        capture = self._look.capture(url) if url in self._look.site.answers else None
        found = extract(capture, self._plain, "probe") if capture is not None else None
        if isinstance(found, Article):
            return True
        return False if isinstance(found, Rejection) and found.reason in _NO_ARTICLE else None

    def samples(self, source: Source) -> tuple[Article | Rejection, ...]:
        """Articles as the proposed source reads them, those of the main family first."""
        families = accepted_families(self._look.site, self.reads)
        urls = [url for family in families for url in sample_of(family, len(family.urls))]
        captures = [self._look.capture(url) for url in urls if url in self._look.site.answers]
        read = [extract(capture, source, "probe") for capture in captures if capture is not None]
        once = {found.url: found for found in read if found is not None}
        return tuple(sorted(once.values(), key=lambda found: isinstance(found, Rejection)))[:SAMPLES]


def file_for(settings: Settings, source_id: str, *, force: bool) -> Path:
    """Where a source's file goes in the user's folder. Raises InvalidSetting without one, FileThere."""
    if settings.sources is None:
        raise InvalidSetting("WARRAQ_SOURCES", "not set; set it to a folder for your own source files")
    folder = settings.sources
    there = next((file for file in sorted(folder.rglob(f"{source_id}.y*ml"))), None) if folder.is_dir() else None
    if there is not None and not force:
        raise FileThere(there)
    return there or folder / f"{source_id}.yaml"


def write_source(file: Path, text: str) -> None:
    """Raises WarraqError if the folder or the file cannot be written."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise WarraqError(f"{file} cannot be written: {error.strerror}") from error
