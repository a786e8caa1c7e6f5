"""A publisher is data: the `Source` model and the reader of source files.

The keys are a fixed contract (DESIGN.md, section 5). A mistake is named with file, line and what was
expected. Facts about publishers carry their evidence level and date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from crawlers.source_fields import Css, CssOrXPath, Duration, HttpUrl, Regex, Sitemap
from storage.errors import InvalidSource


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Name(_Part):
    ar: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Section(_Part):
    url: HttpUrl
    links: CssOrXPath | None = None  # css or xpath of the links; None: every link that looks like an article
    pages: str | None = None  # "?page={n}"
    older: CssOrXPath | None = None  # css of the link to older items


class Ids(_Part):
    url: HttpUrl
    from_: int = Field(alias="from", ge=0)
    to: int | None = None


class Discover(_Part):
    feeds: tuple[HttpUrl, ...] = ()
    sitemaps: tuple[Sitemap, ...] = ()
    sections: tuple[Section, ...] = ()
    ids: Ids | None = None
    wordpress: tuple[HttpUrl, ...] = ()


class Politeness(_Part):
    delay: Duration = timedelta(seconds=2)  # between two requests to the publisher
    concurrency: int = Field(default=1, ge=1, le=16)


class CommentRules(_Part):
    item: Css
    author: Css | None = None
    text: Css | None = None
    date: Css | None = None


class Reading(_Part):
    """CSS of the parts of a page; all optional, generic extraction is the default."""

    title: Css | None = None
    body: Css | None = None
    remove: tuple[Css, ...] = ()
    authors: Css | None = None
    published: Css | None = None
    comments: CommentRules | None = None


class Expect(_Part):
    per_day: tuple[int, int] | None = None


class Level(StrEnum):
    VALIDATED = "validated"
    LISTED = "listed"
    UNVERIFIED = "unverified"


class Evidence(_Part):
    what: str
    level: Level
    as_of: date | str | None = None


class Source(_Part):
    """One publisher. Frozen; equal files give equal sources."""

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=60)
    name: Name
    country: str = Field(pattern=r"^[A-Z]{2}$")
    home: HttpUrl
    language: str = "ar"
    timezone: str
    enabled: bool = True
    cadence: Duration = timedelta(hours=1)
    discover: Discover = Discover()
    article_url: tuple[Regex, ...] = ()
    ignore_url: tuple[Regex, ...] = ()
    politeness: Politeness = Politeness()
    revisit: tuple[Duration, ...] = ()
    reading: Reading = Reading()
    expect: Expect = Expect()
    former_domains: tuple[str, ...] = ()
    copies: str = ""  # why its articles are copies of others', such as "aggregator"; empty: they are its own
    legal: str = ""  # what the law may have against keeping or showing its articles; empty: nothing known
    evidence: tuple[Evidence, ...] = ()
    notes: str = ""

    @field_validator("timezone")
    @classmethod
    def _zone_exists(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (OSError, ValueError, KeyError) as error:
            raise ValueError(f"expected an IANA time zone such as Asia/Baghdad, not {name!r}") from error
        return name

    @field_validator("revisit")
    @classmethod
    def _visits_take_time(cls, visits: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        if any(visit < timedelta(seconds=1) for visit in visits):
            raise ValueError("expected durations from 1s")
        return visits

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    def is_article(self, url: str) -> bool:
        """Whether a URL is that of an article: a match of `article_url` and none of `ignore_url`.

        Without `article_url`, every page of the publisher's hosts but the home page and those the file names."""
        if any(rule.search(url) for rule in self.ignore_url):
            return False
        if self.article_url:
            return any(rule.search(url) for rule in self.article_url)
        try:
            parts = urlsplit(url)
        except ValueError:
            return False
        below = parts.path.strip("/") != "" or parts.query != ""
        return below and self._is_own_host(parts.hostname or "") and url not in self.own_pages

    def is_own_page(self, url: str) -> bool:
        """Whether a URL is of one of the publisher's hosts."""
        try:
            return self._is_own_host(urlsplit(url).hostname or "")
        except ValueError:
            return False

    @property
    def robots_url(self) -> str:
        return urljoin(self.home, "/robots.txt")

    def _is_own_host(self, host: str) -> bool:
        """Whether a host is the home page's or a former one, or lies below it."""
        homes = (urlsplit(self.home).hostname or "", *self.former_domains)
        names = [home.lower().removeprefix("www.") for home in homes]
        return any(host == name or host.endswith(f".{name}") for name in names)

    @property
    def own_pages(self) -> frozenset[str]:
        """URLs that the file itself names: never articles."""
        found = self.discover
        pages = {self.home, *found.feeds, *found.sitemaps, *(section.url for section in found.sections)}
        return frozenset(pages | {self.robots_url})


class _Loader(yaml.SafeLoader):
    """Names the line of a value that looks like a date or a number and is none, such as 2026-02-30."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error


_QUICK: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as quick, but poor in words on mistakes


def load_source(file: Path) -> Source:
    """Read one source file. Raises InvalidSource with `file:line` and what was expected."""
    text = _text_of(file)
    return _quickly(text, file.stem) or _with_care(text, file)


def _quickly(text: str, stem: str) -> Source | None:
    """The source if nothing at all is wrong with its file."""
    loader = _QUICK(text)
    try:
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode) or next(_keys_written_twice(node), None) is not None:
            return None
        source = Source.model_validate(loader.construct_document(node))
    except (yaml.YAMLError, ValueError):
        return None
    finally:
        loader.dispose()
    return source if source.id == stem else None


def _with_care(text: str, file: Path) -> Source:
    """Read it again to name the mistake."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0)) + 1
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise InvalidSource(f"{file}:{line}", f"not YAML: {problem}") from error
    if not isinstance(data, dict):
        raise InvalidSource(f"{file}:1", "expected keys and values (id, name, country, home …)")
    twice = next(_keys_written_twice(node), None)
    if twice is not None:
        raise InvalidSource(f"{file}:{twice.start_mark.line + 1}", f"the key {twice.value!r} stands here a second time")
    try:
        source = Source.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = f"{file}:{_line_of(node, first['loc'])}"
        raise InvalidSource(where, _in_words(first["loc"], first["msg"], first["type"])) from error
    if source.id != file.stem:
        line = _line_of(node, ("id",))
        raise InvalidSource(f"{file}:{line}", f"expected the id {file.stem!r}, as the file is named, not {source.id!r}")
    return source


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        problem = f"expected UTF-8 text: {error.reason} at byte {error.start}"
        raise InvalidSource(f"{file}:{line}", problem) from error
    except OSError as error:
        raise InvalidSource(str(file), f"cannot be read: {error.strerror}") from error


def _in_words(loc: tuple[int | str, ...], message: str, kind: str) -> str:
    path = ".".join(map(str, loc)) or "file"
    if kind == "extra_forbidden":
        allowed = ", ".join(_keys_beside(loc))
        return f"{path}: unknown key; expected one of {allowed}"
    if kind == "missing":
        return f"{path}: missing; every source file needs it"
    return f"{path}: {message.removeprefix('Value error, ')}"


def _keys_beside(loc: tuple[int | str, ...]) -> list[str]:
    model: Any = Source
    for step in loc[:-1]:
        if isinstance(step, str):
            model = _model_in(model.model_fields[step].annotation)
    return [name.alias or key for key, name in model.model_fields.items()]


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for arg in getattr(annotation, "__args__", ()) if (found := _model_in(arg))), None)


def _line_of(node: yaml.Node | None, loc: tuple[int | str, ...]) -> int:
    """The line of the deepest part of `loc` that the file has."""
    line = 1
    for step in loc:
        if isinstance(node, yaml.MappingNode):
            pair = next(((key, value) for key, value in node.value if key.value == str(step)), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line + 1, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
        else:
            break
    return line


def _keys_written_twice(node: yaml.Node | None) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield key
            seen.add(key.value)
            yield from _keys_written_twice(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _keys_written_twice(item)
