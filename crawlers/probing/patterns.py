"""From families of article URLs to the `article_url` and `ignore_url` of a source file."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from crawlers.probing.families import Family, IdPlace, Member, same_words
from crawlers.probing.shapes import Step, shape_of, solid_pattern

_ANY = "[^/?#]+"
_FEW = 2  # words in one place that are listed; with more, any word may stand there
_HOST_PREFIX = re.compile(r"^(www|m|mobile|amp)\.")
_TAIL = "(?:[?#]|$)"


@dataclass(frozen=True, slots=True)
class Patterns:
    article_url: tuple[str, ...]
    ignore_url: tuple[str, ...]


def patterns_for(families: Sequence[Family], moved: Mapping[str, str], sections: Collection[str]) -> Patterns:
    """Patterns for families of articles, the main one first.

    `moved`: URLs that led to another one, by redirect or as its canonical address. `sections`: the words that
    the site's sections are called by in their URLs; where one of them stands, there may be any other."""
    main = max(families, key=lambda family: len(family.ids()), default=None)
    articles: list[str] = []
    ignored: list[str] = []
    for family in families:
        own_ids = main is not None and family is not main and not _is_twin(family, main, moved)
        articles.append(_pattern(family, sections, own_ids=own_ids))
        ignored += _others(family, sections)
    return Patterns(tuple(dict.fromkeys(articles)), tuple(dict.fromkeys(ignored)))


def _is_twin(family: Family, main: Family, moved: Mapping[str, str]) -> bool:
    """Whether the same id means the same article in both: one leads to the other, or both have its headline."""
    mains = main.ids()
    for lasting, member in family.ids().items():
        twin = mains.get(lasting)
        if twin is not None and same_words(member.texts, twin.texts):
            return True
        target = shape_of(moved.get(member.url, ""))
        if target is not None and target.coarse == main.members[0].shape.coarse and _has_id(target.places, lasting):
            return True
    for url, target_url in moved.items():
        known = next((lasting for lasting, member in family.ids().items() if member.url == target_url), None)
        source = shape_of(url)
        if known and source is not None and source.coarse == main.members[0].shape.coarse:
            return _has_id(source.places, known)
    return False


def _has_id(places: Sequence[Step], lasting: str) -> bool:
    return any(step.id_by(rule) == lasting for step in places for rule in ("whole", "leading", "trailing"))


def _pattern(family: Family, sections: Collection[str], *, own_ids: bool) -> str:
    at = family.id_place
    count = len(family.members[0].shape.steps)
    steps = [_step(family, place, at, sections) for place in range(count)]
    if at is not None and own_ids:
        steps = _with_wider_id(steps, at) if at.place < count else [step.replace("?P<id>", "") for step in steps]
    shape = family.members[0].shape
    first = "(?:amp/)?" if any(each.shape.amp == "first" for each in family.members) else ""
    last = "(?:/amp)?" if any(each.shape.amp == "last" for each in family.members) else ""
    path = first + "/".join(steps) + re.escape(shape.ending) + last
    return rf"^https?://{hosts_pattern(family)}/{path}{_params(family, at, named=not own_ids)}"


def _step(family: Family, place: int, at: IdPlace | None, sections: Collection[str]) -> str:
    steps = [member.shape.places[place] for member in family.members]
    here = at.rule if at is not None and at.place == place else None
    kinds = {step.kind for step in steps}
    texts = {step.text for step in steps}
    solid = solid_pattern(steps[0].kind, texts, here) if len(kinds) == 1 or here else None
    if solid is not None:
        return solid
    if kinds == {"word"}:
        return _word(texts, sections)
    if at is not None or _is_dated(family):
        return _ANY
    return _title(texts)


def _word(texts: set[str], sections: Collection[str]) -> str:
    """A word that is always the same, one of two, or any: letters beyond ASCII can be written in three ways."""
    if len(texts) > _FEW or not all(map(str.isascii, texts)) or (texts & set(sections)):
        return _ANY
    spelled = sorted(re.escape(text).replace(r"\-", "-") for text in texts)
    return spelled[0] if len(spelled) == 1 else f"(?:{'|'.join(spelled)})"


def _is_dated(family: Family) -> bool:
    return any(step.kind in ("year", "date") for step in family.members[0].shape.places)


def _title(texts: set[str]) -> str:
    """A title that is all there is to know an article by: at least as many words as the shortest one seen."""
    joints = min(len(re.findall(r"[-_+ ]", text)) for text in texts)
    return "[^/?#_+-]*[-_+]" * min(joints, 2) + "[^/?#]*" if joints else _ANY


def _with_wider_id(steps: list[str], at: IdPlace) -> list[str]:
    """The id together with the step before it, since the number alone may be that of another article."""
    if at.place == 0:
        return [step.replace("?P<id>", "") for step in steps]
    before, here = steps[at.place - 1], steps[at.place].replace("?P<id>", "?:")
    return [*steps[: at.place - 1], f"(?P<id>{before}/{here})", *steps[at.place + 1 :]]


def _params(family: Family, at: IdPlace | None, *, named: bool) -> str:
    """The parameters that say which article it is, in their order; others may stand between them."""
    shape = family.members[0].shape
    if not shape.params:
        return f"/?{_TAIL}"
    parts, place = [], len(shape.steps)
    for number, (name, value) in enumerate(shape.params):
        values = [{each.shape.places[place + k].text for each in family.members} for k in range(len(value))]
        is_id = at is not None and place <= at.place < place + len(value)
        constant = all(len(texts) == 1 for texts in values) and any(step.kind == "word" for step in value)
        if is_id or constant:
            spelled = [
                _value(step, texts, at.rule if at is not None and at.place == place + k and named else None)
                for k, (step, texts) in enumerate(zip(value, values, strict=True))
            ]
            parts.append((number, f"{re.escape(name)}={'/'.join(spelled)}"))
        place += len(value)
    joined = "".join(f"(?:[^#]*&)?{part}(?=[&#]|$)" for _, part in parts)
    return rf"/?\?{joined}" if shape.steps and not shape.ending else rf"\?{joined}"


def _value(step: Step, texts: set[str], id_rule: str | None) -> str:
    if len(texts) == 1 and id_rule is None:
        return re.escape(step.text)
    return solid_pattern(step.kind, texts, id_rule) or "[^&#]+"


def hosts_pattern(family: Family) -> str:
    """The hosts of a family, each with and without "www." and the like."""
    hosts = {member.shape.host for member in family.members}
    bare = sorted({_HOST_PREFIX.sub("", host) if host.count(".") > 1 else host for host in hosts})
    parent = min(bare, key=len)
    if len(bare) > 1 and all(host == parent or host.endswith(f".{parent}") for host in bare):
        return rf"(?:[\w-]+\.)*{re.escape(parent)}".replace(r"\-", "-")
    spelled = [spelling for host in bare for spelling in _spellings(host)]
    names = re.escape(spelled[0]) if len(spelled) == 1 else f"(?:{'|'.join(map(re.escape, spelled))})"
    names = names.replace(r"\-", "-")
    if re.fullmatch(r"[\d.]+(?::\d+)?|\[.*|localhost.*", bare[0]):
        return names
    seen = {found[1] for host in hosts if (found := _HOST_PREFIX.match(host)) and host.count(".") > 1}
    prefixes = sorted(seen | {"www"})
    return rf"(?:{prefixes[0]}\.)?{names}" if len(prefixes) == 1 else rf"(?:(?:{'|'.join(prefixes)})\.)?{names}"


def _spellings(host: str) -> list[str]:
    """A host in Arabic letters can be written in these, or in ASCII."""
    name, colon, port = host.partition(":")
    try:
        other = name.encode("idna").decode() if not name.isascii() else name.encode().decode("idna")
    except UnicodeError:
        return [host]
    return list(dict.fromkeys([host, other + colon + port]))


def _others(family: Family, sections: Collection[str]) -> list[str]:
    """Patterns of what looks like the family's articles and is none, where the family's own pattern would take it."""
    pattern = re.compile(_pattern(family, sections, own_ids=False))
    taken: list[Member] = [member for member in family.others if pattern.search(member.url)]
    found = []
    for member in taken:
        steps = member.shape.steps
        differs = [
            place
            for place, step in enumerate(steps)
            if step.kind == "word" and step.text not in {each.shape.steps[place].text for each in family.members}
        ]
        if differs and steps[differs[0]].text.isascii():
            before = "[^/?#]+/" * differs[0]
            word = re.escape(steps[differs[0]].text).replace(r"\-", "-")
            found.append(rf"^https?://[^/]+/{before}{word}(?:[/?#.]|$)")
    return found
