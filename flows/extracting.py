"""`warraq extract`: files of any origin read as articles, without a store, a ledger or a source file.

What a crawl knows of a page, its address, its publisher and the moment of its capture, is said by the caller,
by a list of pages, or by the page and its file; what had to be assumed stands in the article's flags."""

from __future__ import annotations

import functools
import gzip
import json
import re
import stat
import zlib
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from crawlers.catalogue import Catalogue
from crawlers.extraction.address import own_url
from crawlers.extraction.article import local_date, reject
from crawlers.extraction.canonical import registrable
from crawlers.extraction.version import extractor_for
from crawlers.source import Reading, Source
from flows.page_pool import Lost, PagePool
from storage.articles import as_json, reject_as_json
from storage.errors import DamagedWarc, UsageError, WarraqError
from storage.model import Article, Capture, CaptureRef, Reason, Rejection
from storage.warc import digest, read_captures

MAX_FILE_BYTES: Final = 256 << 20  # a page; a WARC is read record by record and may have any size
_NOWHERE = "https://page.invalid/"  # the address of a page that says none; RFC 2606
_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|title|meta|div|p|article|table|h1)[\s>]", re.IGNORECASE)
_SNIFFED_BYTES = 1 << 16
# Whose ending says where a publisher is; others are sold to the whole world (.tv, .me, .io). The Arab League.
_COUNTRIES: Final = frozenset(
    ("AE", "BH", "DJ", "DZ", "EG", "IQ", "JO", "KM", "KW", "LB", "LY", "MA", "MR", "OM", "PS", "QA", "SA", "SD")
) | {"SO", "SY", "TN", "YE"}


class BadFile(WarraqError):
    """A file that gives neither an article nor a reasoned rejection."""

    def __init__(self, file: Path, problem: str) -> None:
        super().__init__(f"{file}: {problem}")


@dataclass(frozen=True, slots=True)
class Said:
    """What the caller says of the files. None: let the page, its file or the list of pages say it."""

    url: str | None = None
    source: Source | None = None
    captured_at: datetime | None = None
    pages: dict[str, dict[str, Any]] = field(default_factory=dict)  # by stem: url, captured_at


def listed_pages(file: Path) -> dict[str, dict[str, Any]]:
    """A list of pages by stem: a JSON object a line with `stem`, `url` and, optional, `captured_at`.

    Raises UsageError with file and line."""
    found: dict[str, dict[str, Any]] = {}
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--pages {file}: cannot be read: {error}") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            found[row["stem"]] = row
        except (ValueError, TypeError, KeyError) as error:
            raise UsageError(f"--pages {file}:{number}: expected a JSON object with stem and url") from error
    return found


def moment_of(text: str, option: str = "--captured-at") -> datetime:
    """An instant, UTC where it names no zone. Raises UsageError."""
    try:
        moment = datetime.fromisoformat(text)
    except (ValueError, TypeError) as error:
        raise UsageError(f"{option}: expected a moment such as 2026-11-22T12:00:00Z, not {text!r}") from error
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page on its way through the readers, or a fault in the place of a file."""

    stem: str = ""
    capture: Capture | None = None
    source: Source | None = None
    extractor: str = ""
    is_file: bool = True  # and so must give a row; captures of a WARC do if they are pages
    fault: BadFile | None = None


def extracted(
    files: Iterable[Path], said: Said, catalogue: Catalogue, readers: PagePool
) -> Iterator[dict[str, Any] | BadFile]:
    """JSON rows in the order of the files, and of the captures in a WARC; BadFile in the place of a faulty file."""
    publishers = _Publishers(said.source, catalogue)
    for asked, outcome in readers.in_order(_submitted(files, said, publishers, readers)):
        if asked.fault is not None:
            yield asked.fault
            continue
        assert asked.capture is not None and asked.source is not None
        if isinstance(outcome, Lost):
            outcome = reject(asked.capture, asked.source, asked.extractor, outcome.reason, outcome.detail)
        if outcome is None and asked.is_file:
            outcome = reject(asked.capture, asked.source, asked.extractor, Reason.NOT_HTML, "a feed or a sitemap")
        if outcome is not None:
            yield _row(asked.stem, outcome, asked.source)


def _submitted(
    files: Iterable[Path], said: Said, publishers: _Publishers, readers: PagePool
) -> Iterator[tuple[_Asked, Future[Any]]]:
    for file in files:
        try:
            is_file = not is_warc(file)
            captures = [_page(file, said)] if is_file else _in_warc(file, said)
            for capture in captures:
                shared = publishers.of(capture.url)
                yield _Asked(stem_of(file), capture, *shared, is_file), readers.submit(capture, shared)
        except BadFile as bad:
            yield _Asked(fault=bad), _nothing()
        except DamagedWarc as damaged:
            yield _Asked(fault=BadFile(file, str(damaged).removeprefix(f"{file}: "))), _nothing()


def _nothing() -> Future[Any]:
    done: Future[Any] = Future()
    done.set_result(None)
    return done


class _Publishers:
    """The source that each page is read with, and its extractor: the one said, else by host."""

    def __init__(self, said: Source | None, catalogue: Catalogue) -> None:
        self._said = said
        self._catalogue = catalogue
        self._known: dict[str, tuple[Source, str]] = {}

    def of(self, url: str) -> tuple[Source, str]:
        host = (urlsplit(url).hostname or "").lower()
        if host not in self._known:
            source = self._said or source_of_host(host, self._catalogue)
            # Whoever names a file says that it is an article, whatever its address looks like.
            every = source.model_copy(update={"article_url": (re.compile(""),), "ignore_url": ()})
            self._known[host] = every, extractor_for(every).id
        return self._known[host]


def stem_of(file: Path) -> str:
    """The name without its ending; of `x.html.gz` and `x.warc.gz` without both."""
    inner = Path(file.stem) if file.suffix == ".gz" else file
    return inner.stem


def is_warc(file: Path) -> bool:
    """Whether a file begins as a WARC does, compressed or not. Raises BadFile where it cannot be read."""
    try:
        mode = file.stat().st_mode
        if stat.S_ISDIR(mode):
            raise BadFile(file, "is a folder; name the files in it")
        if not stat.S_ISREG(mode):  # opening a pipe would wait for its writer, and it can be read only once
            raise BadFile(file, "is a pipe or a device; save what it gives as a file, and name that")
        with file.open("rb") as stream:
            start = stream.read(2)
            stream.seek(0)
            if start == b"\x1f\x8b":
                with gzip.open(stream) as inflated:
                    return inflated.read(5) == b"WARC/"
            return stream.read(5) == b"WARC/"
    except FileNotFoundError as error:
        raise BadFile(file, "there is no such file") from error
    except (EOFError, zlib.error, gzip.BadGzipFile):
        return False
    except OSError as error:
        raise BadFile(file, f"cannot be read: {error.strerror or error}") from error


def _in_warc(file: Path, said: Said) -> Iterator[Capture]:
    with file.open("rb") as stream:
        for capture in read_captures(stream, str(file), file.stat().st_size):
            moment = said.captured_at or capture.captured_at
            yield replace(capture, url=said.url or capture.url, captured_at=moment)


def _page(file: Path, said: Said) -> Capture:
    """A capture of what the file holds. Raises BadFile."""
    try:
        if file.stat().st_size > MAX_FILE_BYTES:
            raise BadFile(file, f"has more than {MAX_FILE_BYTES >> 20} MB: no page has")
        content = file.read_bytes()
        written = datetime.fromtimestamp(file.stat().st_mtime, UTC).replace(microsecond=0)
    except OSError as error:
        raise BadFile(file, f"cannot be read: {error.strerror or error}") from error
    listed = said.pages.get(stem_of(file), {})
    packed = content[:2] == b"\x1f\x8b"
    moment = said.captured_at or (moment_of(at, "captured_at") if (at := listed.get("captured_at")) else None)
    url = said.url or listed.get("url") or (None if packed else own_url(content))
    like_html = packed or _TAG.search(content[:_SNIFFED_BYTES].replace(b"\0", b"")) is not None
    headers = ((("Content-Type", "text/html"),) if like_html else ()) + (
        (("Content-Encoding", "gzip"),) if packed else ()
    )
    assumed = (("url-assumed", url is None), ("captured-at-assumed", moment is None))
    return Capture(
        ref=CaptureRef(str(file), 0, len(content), ""),
        url=url or _NOWHERE,
        captured_at=moment or written,
        status=200,
        headers=headers,
        body=content,
        payload_digest=digest(content),
        flags=tuple(flag for flag, is_so in assumed if is_so),
    )


def _row(stem: str, outcome: Article | Rejection, source: Source) -> dict[str, Any]:
    if isinstance(outcome, Article):
        return {"stem": stem, "date": local_date(outcome, source), **as_json(outcome)}
    row = {"stem": stem, "date": None, **reject_as_json(outcome)}
    if outcome.headline is not None:
        known = outcome.headline
        row |= {"date": known.date, "title": known.title, "authors": list(known.authors), "language": known.language}
    return row


def source_of_host(host: str, catalogue: Catalogue) -> Source:
    """What is known of the publisher at a host, without its `reading` rules; else only its name and country.

    The zone of an unknown publisher is that of its country's ending (.eg), or UTC for "not known"."""
    wanted = registrable(f"https://{host}")
    for source_id in catalogue:
        if wanted and wanted in catalogue.file(source_id).read_text(encoding="utf-8", errors="replace"):
            known = catalogue[source_id]
            if registrable(known.home) == wanted:
                return known.model_copy(update={"reading": Reading()})
    country = host.rpartition(".")[2].upper()
    zone = _zones().get(country)
    label = wanted.partition(".")[0] or "page"
    slug = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")[:60] or "page"
    return Source.model_validate(
        {
            "id": slug,
            "name": {"ar": label, "en": label},
            "country": country if zone else "ZZ",
            "home": f"https://{host or 'page.invalid'}/",
            "timezone": zone or "UTC",
        }
    )


@functools.cache
def _zones() -> dict[str, str]:
    """The zone of each Arab country; from the time zone database, zone.tab."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in reversed(table.splitlines()) if not line.startswith("#"))
    return {row[0]: row[2] for row in rows if row[0] in _COUNTRIES}
