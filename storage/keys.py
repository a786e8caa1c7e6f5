"""Every object key, and so the map of the bucket:

    raw/{source}/{yyyy}/{mm}/{dd}/{run}-{part}.warc.gz     sealed captures; never changed
    raw/{source}/{yyyy}/{mm}/{dd}/{run}-{part}.cdxj        their index
    articles/extractor={extractor}/source={source}/date={yyyy-mm-dd}/{run}-{part}.parquet
    rejected/extractor={extractor}/source={source}/date={yyyy-mm-dd}/{run}-{part}.parquet
    runs/{source}/{run}.json                               manifest; written last: no manifest, not finished
    extractors/{source}.json                               which extractor's articles are the current ones
    extractors/{source}/recurring-{number}.json            what recurs on the source's pages: data of its extractor

What others made (source `imported`) keeps its bytes, and so its ending: .warc.gz, .warc, .warc.zst, .arc.gz, .arc,
.arc.zst, or .wacz for a package that is not whole. Its run is the moment of its first capture and the begin of its
digest, so that the same bytes get the same key whenever they come.

`run` is UTC time plus random, sortable; `part` is a number from 00001; `date` is the day of capture in UTC.
The day in a raw key is the day the run began, so that all parts of a run lie together."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import PurePosixPath

IMPORTED = "imported"  # the source of archives that others made; each capture in them has its own
OURS = ".warc.gz"
RUN_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{6}")
_WARC_KEY = re.compile(
    r"raw/(?P<source>[a-z0-9-]+)/(?P<y>\d{4})/(?P<m>\d\d)/(?P<d>\d\d)/"
    r"(?P<run>\d{8}T\d{6}Z-[0-9a-f]{6})-(?P<part>\d{5})(?P<ending>\.warc\.gz)"
)
_IMPORTED_KEY = re.compile(
    _WARC_KEY.pattern.replace("[a-z0-9-]+", "imported").replace(r"\.warc\.gz", r"\.(?:w?arc(?:\.gz|\.zst)?|wacz)")
)
_READING_KEY = re.compile(
    r"(?:articles|rejected)/extractor=(?P<extractor>[^/]+)/source=(?P<source>[a-z0-9-]+)/"
    r"date=(?P<day>\d{4}-\d\d-\d\d)/(?P<run>\d{8}T\d{6}Z-[0-9a-f]{6})-(?P<part>\d{5})\.parquet"
)
_LEARNED_KEY = re.compile(r"extractors/[a-z0-9-]+/recurring-\d{5}\.json")
_MANIFEST_KEY = re.compile(r"runs/(?P<source>[a-z0-9-]+)/(?P<run>\d{8}T\d{6}Z-[0-9a-f]{6})\.json")


def new_run_id(now: datetime) -> str:
    """A sortable run id such as 20261122T140501Z-3fa9c2. `now` must be aware."""
    return f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}"


def imported_run_id(first_capture: datetime, sha256: str) -> str:
    """The run of an archive that others made: always the same for the same bytes."""
    return f"{first_capture.astimezone(UTC):%Y%m%dT%H%M%SZ}-{sha256[:6]}"


def run_day(run: str) -> date:
    """The UTC day a run began, read from its id."""
    return date(int(run[:4]), int(run[4:6]), int(run[6:8]))


def run_start(run: str) -> datetime:
    """The second a run began, read from its id. UTC."""
    return datetime.strptime(run[:16], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Part:
    """One WARC file of a run. `number` counts from 1."""

    source: str
    run: str
    number: int
    ending: str = field(default=OURS, compare=False)  # of its WARC; the other keys of a part do not say it

    @property
    def stem(self) -> str:
        return f"{self.run}-{self.number:05d}"

    @property
    def warc(self) -> str:
        return f"{self._folder}/{self.stem}{self.ending}"

    @property
    def cdxj(self) -> str:
        return f"{self._folder}/{self.stem}.cdxj"

    @property
    def _folder(self) -> str:
        return f"raw/{self.source}/{run_day(self.run):%Y/%m/%d}"


def part_of(warc_key: str) -> Part | None:
    """The part whose WARC lies at `warc_key`; None if the key is not one of ours."""
    found = _WARC_KEY.fullmatch(warc_key) or _IMPORTED_KEY.fullmatch(warc_key)
    if found is None:
        return None
    return Part(found["source"], found["run"], int(found["part"]), found["ending"])


@dataclass(frozen=True, slots=True)
class Reading:
    """What the key of an article or rejection file says."""

    part: Part
    extractor: str
    day: date


def reading_of(key: str) -> Reading | None:
    """What an articles or rejected key says; None if it is not one of ours."""
    found = _READING_KEY.fullmatch(key)
    if found is None:
        return None
    part = Part(found["source"], found["run"], int(found["part"]))
    return Reading(part, found["extractor"], date.fromisoformat(found["day"]))


def part_behind(key: str) -> Part | None:
    """The part that a WARC, an index, an article or a rejection file belongs to; None if it is none of these."""
    if key.startswith(RAW):
        return part_of(key.removesuffix(".cdxj") + ".warc.gz" if key.endswith(".cdxj") else key)
    reading = reading_of(key)
    return reading.part if reading else None


def run_of_manifest(key: str) -> tuple[str, str] | None:
    """Source and run of a manifest's key; None if it is not one of ours."""
    found = _MANIFEST_KEY.fullmatch(key)
    return (found["source"], found["run"]) if found else None


def is_derived(key: str) -> bool:
    """Whether an object can be made again from the WARCs: all but the WARCs themselves."""
    return not key.startswith(RAW) or key.endswith(".cdxj")


def articles(extractor: str, source: str, day: date, stem: str) -> str:
    return f"articles/extractor={extractor}/source={source}/date={day:%Y-%m-%d}/{stem}.parquet"


def rejected(extractor: str, source: str, day: date, stem: str) -> str:
    return f"rejected/extractor={extractor}/source={source}/date={day:%Y-%m-%d}/{stem}.parquet"


def stem_of(key: str) -> str:
    """`{run}-{part}` of a raw, articles or rejected key; the file name without its endings."""
    return PurePosixPath(key).name.split(".", 1)[0]


def manifest(source: str, run: str) -> str:
    return f"runs/{source}/{run}.json"


def current_extractor(source: str) -> str:
    return f"extractors/{source}.json"


def learned_of(source: str) -> str:
    """The prefix of what was learned of a source; the last of its keys is what counts."""
    return f"extractors/{source}/recurring-"


def learned(source: str, number: int) -> str:
    return f"{learned_of(source)}{number:05d}.json"


def is_learned(key: str) -> bool:
    return _LEARNED_KEY.fullmatch(key) is not None


RAW = "raw/"
ARTICLES = "articles/"
REJECTED = "rejected/"
RUNS = "runs/"
EXTRACTORS = "extractors/"
