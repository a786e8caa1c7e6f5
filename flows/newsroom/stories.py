"""The articles of the demo newsroom, as written in `articles/<publisher>.yaml`.

Texts, people and places are invented for Warraq; nothing is taken from a real publisher."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

_NOT_IN_SLUG = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """A reader's comment with its printed relative age ("منذ 6 سنوات 6 أشهر")."""

    author: str
    age: str
    text: str


@dataclass(frozen=True, slots=True)
class Story:
    """One article. `quirks` name what is odd about its page; the publishers' modules know them."""

    id: int
    slug: str
    title: str
    section: str
    author: str
    published: datetime  # aware, in the publisher's zone
    paragraphs: tuple[str, ...]  # empty only for a story that is gone
    remarks: tuple[Remark, ...] = ()
    quirks: frozenset[str] = frozenset()
    gone: int | None = None  # 404 or 410: still listed, no longer there
    revised: datetime | None = None  # None: never edited
    edit: tuple[str, str] | None = None  # headline and first paragraph after `publish_edit`

    def after_edit(self) -> Story:
        """The story as it stands after the newsroom's edit; itself if the edit does not touch it."""
        if self.edit is None:
            return self
        title, opening = self.edit
        later = self.published.replace(hour=23, minute=15)
        return replace(self, title=title, paragraphs=(opening, *self.paragraphs[1:]), revised=later)


def load_stories(publisher: str, zone: str, folder: Path | None = None) -> tuple[Story, ...]:
    """Read a publisher's stories, newest first. `folder` None: the articles shipped with the package."""
    place = folder if folder is not None else files(__package__) / "articles"
    rows = yaml.safe_load((place / f"{publisher}.yaml").read_text(encoding="utf-8"))
    stories = (_story(row, ZoneInfo(zone)) for row in rows)
    return tuple(sorted(stories, key=lambda story: story.published, reverse=True))


def slug_of(title: str) -> str:
    return _NOT_IN_SLUG.sub("-", title).strip("-")


def _story(row: Mapping[str, Any], zone: ZoneInfo) -> Story:
    edit = row.get("edit")
    return Story(
        id=row["id"],
        slug=row.get("slug") or slug_of(row["title"]),
        title=row["title"],
        section=row["section"],
        author=row.get("author", ""),
        published=datetime.fromisoformat(row["published"]).replace(tzinfo=zone),
        paragraphs=tuple(row.get("paragraphs", ())),
        remarks=tuple(Remark(*remark) for remark in row.get("comments", ())),
        quirks=frozenset(row.get("quirks", ())),
        gone=row.get("gone"),
        edit=(edit["title"], edit["opening"]) if edit else None,
    )
