"""URLs of one site put into families, and how sure it is that a family is one of articles."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from crawlers.probing.shapes import LASTING, Shape, Step, shape_of

MIN_HEADLINE_WORDS = 4  # sections, tags and buttons have one to three
MIN_HEADLINE_LETTERS = 15
_DISTINCT = 0.95  # of an id among URLs: a few may be listed under two addresses


class Standing(IntEnum):
    NO = 0
    UNSURE = 1  # a sitemap names it, or one headline: a look at an article decides
    LIKELY = 2  # headlines link to it
    SURE = 3  # a feed or a news sitemap names it


@dataclass(frozen=True, slots=True)
class Named:
    """A URL that a page of the site names."""

    url: str
    by: str  # feed | news | sitemap | page
    text: str = ""  # of the link


@dataclass(slots=True)
class Member:
    url: str
    shape: Shape
    by: set[str] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IdPlace:
    """Where the id of a family stands: which of `Shape.places`, and how it is read there."""

    place: int
    rule: str  # whole | leading | trailing


@dataclass(slots=True)
class Family:
    """URLs of one coarse shape that may be articles."""

    members: list[Member]
    standing: Standing
    others: list[Member]  # of the same coarse shape, and no articles

    @property
    def urls(self) -> list[str]:
        return [member.url for member in self.members]

    @property
    def id_place(self) -> IdPlace | None:
        """The place that differs from article to article, the one with the longest values if there are several."""
        different = {(each.shape.steps, each.shape.params): each for each in self.members}.values()
        best: tuple[float, IdPlace] | None = None
        for place in range(min(len(each.shape.places) for each in different)):
            for rule in ("whole", "leading", "trailing"):
                ids = [each.shape.places[place].id_by(rule) for each in different]
                known = [each for each in ids if each is not None]
                if len(known) < len(ids) or len(set(known)) < _DISTINCT * len(known):
                    continue
                if rule != "whole" and len(known) < 3 and min(map(len, known)) < 5:
                    continue  # a title that has a number in it
                weight = sum(map(len, known)) / len(known) + (100 if rule == "whole" else 0)
                if best is None or weight > best[0]:
                    best = (weight, IdPlace(place, rule))
        return best[1] if best else None

    def ids(self) -> dict[str, Member]:
        """Members by their id; empty if the family has none."""
        at = self.id_place
        if at is None:
            return {}
        found = ((each.shape.places[at.place].id_by(at.rule), each) for each in self.members)
        return {lasting: each for lasting, each in found if lasting is not None}


def families_of(named: Iterable[Named], hosts: frozenset[str]) -> list[Family]:
    """Families that may be articles, the surest and largest first. URLs of other hosts are left out."""
    members: dict[str, Member] = {}
    for each in named:
        shape = shape_of(each.url)
        if shape is None or not is_own(shape.host, hosts) or not (shape.steps or shape.params):
            continue
        member = members.setdefault(each.url, Member(each.url, shape))
        member.by.add(each.by)
        if each.text:
            member.texts.append(each.text)
    coarse: dict[tuple[str, ...], dict[tuple[str, ...], list[Member]]] = defaultdict(lambda: defaultdict(list))
    for member in members.values():
        coarse[member.shape.coarse][member.shape.fine].append(member)
    found = [family for groups in coarse.values() for family in _families(list(groups.values()))]
    return sorted(found, key=lambda family: (family.standing, len(family.members)), reverse=True)


def _families(groups: Sequence[list[Member]]) -> list[Family]:
    """Of one coarse shape: what is sure together with what shares a word with it, and each other fine shape alone."""
    judged = [(group, _standing(group)) for group in groups]
    others = [member for group, standing in judged if standing is Standing.NO for member in group]
    sure = [member for group, standing in judged if standing is Standing.SURE for member in group]
    words = {(place, step.text) for member in sure for place, step in _words_of(member)}
    alone = []
    for group, standing in judged:
        if standing in (Standing.NO, Standing.SURE):
            continue
        if words & {(place, step.text) for place, step in _words_of(group[0])}:
            sure += group
        else:
            alone.append(Family(group, standing, others))
    return [*([Family(sure, Standing.SURE, others)] if sure else []), *alone]


def _words_of(member: Member) -> list[tuple[int, Step]]:
    return [(place, step) for place, step in enumerate(member.shape.steps) if step.kind == "word"]


def merged(families: Sequence[Family]) -> list[Family]:
    """Families of one coarse shape as one, in the order of the first of each."""
    found: dict[tuple[str, ...], Family] = {}
    for family in families:
        known = found.get(family.members[0].shape.coarse)
        if known is None:
            found[family.members[0].shape.coarse] = Family(list(family.members), family.standing, family.others)
        else:
            known.members += family.members
    return list(found.values())


def _standing(group: Sequence[Member]) -> Standing:
    """How sure it is that URLs of one fine shape are articles."""
    by = set[str]().union(*(member.by for member in group))
    if by & {"feed", "news"}:
        return Standing.SURE
    if not group[0].shape.varies:
        return Standing.NO
    linked = [member for member in group if member.texts]
    headlines = sum(any(map(is_headline, member.texts)) for member in linked)
    if linked and headlines * 2 < len(linked):
        return Standing.NO
    solid = any(step.kind in LASTING for step in group[0].shape.places)
    if headlines >= 2 or (headlines and solid and "sitemap" in by):
        return Standing.LIKELY
    return Standing.UNSURE


def is_headline(text: str) -> bool:
    return len(text.split()) >= MIN_HEADLINE_WORDS and sum(map(str.isalpha, text)) >= MIN_HEADLINE_LETTERS


def is_own(host: str, hosts: frozenset[str]) -> bool:
    """Whether a host is one of these, with or without "www.", or lies below one."""
    bare = {each.removeprefix("www.") for each in hosts}
    return any(host == each or host.endswith(f".{each}") for each in bare)


def same_words(one: Iterable[str], other: Iterable[str]) -> bool:
    """Whether two URLs are linked to by the same headline."""
    first = {re.sub(r"\W+", "", text) for text in one if is_headline(text)}
    return bool(first & {re.sub(r"\W+", "", text) for text in other})
