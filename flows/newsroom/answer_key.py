"""What a perfect crawl of the newsroom brings home, and the source files to do it with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

import yaml

from flows.newsroom.publisher import PageDate, Publisher
from flows.newsroom.server import EVERYONE, Newsroom, edited, stories_of
from flows.newsroom.stories import Remark, Story


@dataclass(frozen=True, slots=True)
class Expected:
    """One article that has to come out, as its page shows it."""

    publisher: str
    id: int  # equals the `id` group of the source's article_url
    url: str  # as captured in the end: after redirects, without tracking
    other_urls: tuple[str, ...]  # AMP twin, short link, old address: the same article
    title: str
    paragraphs: tuple[str, ...]
    authors: tuple[str, ...]
    published: date | None  # day in the source's zone; None: the page does not say
    day: date  # the same, as the newsroom knows it; a feed may tell what the page does not
    published_at: datetime | None  # aware, UTC; None: the page gives a day at most
    comments: tuple[tuple[str, str, str], ...]  # author, text, age as printed

    @property
    def text(self) -> str:
        return "\n".join(self.paragraphs)


def expected_articles(bases: Mapping[str, str], *, after_edit: bool = False) -> list[Expected]:
    """The answer key for publishers at `bases`; stories that are gone are not in it."""
    return [
        _expected(EVERYONE[key], base, story)
        for key, base in bases.items()
        for story in _stories(EVERYONE[key], after_edit)
        if story.gone is None
    ]


def _stories(publisher: Publisher, after_edit: bool) -> Sequence[Story]:
    stories = stories_of(publisher)
    return edited(stories) if after_edit else stories


def _expected(publisher: Publisher, base: str, story: Story) -> Expected:
    shows = publisher.page_date
    return Expected(
        publisher=publisher.id,
        id=story.id,
        url=base + publisher.path(story),
        other_urls=tuple(base + path for path in publisher.other_paths(story)),
        title=story.title,
        paragraphs=story.paragraphs,
        authors=(story.author,) if story.author else (),
        published=None if shows is PageDate.NONE else story.published.date(),
        day=story.published.date(),
        published_at=story.published.astimezone(UTC) if shows is PageDate.MINUTE else None,
        comments=tuple(map(_comment, story.remarks)),
    )


def _comment(remark: Remark) -> tuple[str, str, str]:
    return remark.author, remark.text, remark.age


def write_sources(
    newsroom: Newsroom | Mapping[str, str], folder: Path, *, revisit: Sequence[str] = ("1h", "1d")
) -> list[Path]:
    """Write `<id>.yaml` for each publisher into `folder`, made if need be; give back the files."""
    bases = newsroom.bases if isinstance(newsroom, Newsroom) else newsroom
    folder.mkdir(parents=True, exist_ok=True)
    return [_write_source(EVERYONE[key], base, folder, revisit) for key, base in bases.items()]


def _write_source(publisher: Publisher, base: str, folder: Path, revisit: Sequence[str]) -> Path:
    keys = {
        "id": publisher.id,
        "name": {"ar": publisher.name, "en": publisher.name_en},
        "country": publisher.country,
        "home": f"{base}/",
        "language": "ar",
        "timezone": publisher.zone,
        "cadence": "15m",
        **publisher.source_keys(base),
        "politeness": {"delay": "0s", "concurrency": 4},
        "revisit": list(revisit),
        "notes": f"Invented publisher of the demo newsroom on {urlsplit(base).netloc}.",
    }
    file = folder / f"{publisher.id}.yaml"
    file.write_text(yaml.safe_dump(keys, allow_unicode=True, sort_keys=False, width=100), encoding="utf-8")
    return file
