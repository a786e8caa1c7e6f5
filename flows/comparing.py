"""What two extractors say differently of the same captures, field by field and source by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from difflib import SequenceMatcher
from typing import Any

from flows.house import House
from flows.progress import Progress, Watch
from flows.readings import extractor_named, files_read, read_sources
from storage import keys
from storage.articles import read_articles, read_rejections
from storage.errors import UsageError
from storage.model import Article, Rejection

SAMPLE = 6  # pairs of a source on the page: those that differ most
_MAX_WORDS = 4000  # of a text that are compared in their order; more are compared as sets, or it takes minutes
_FIELDS = ("title", "date", "text", "authors", "comments")
_OTHER = ("subtitle", "agency", "updated_at", "language", "section", "tags", "images", "canonical_url", "document_key")
Place = tuple[str, int, str]  # WARC, offset, record id
Outcome = Article | Rejection


@dataclass(frozen=True, slots=True)
class Pair:
    """One capture as both read it. None: it gave neither an article nor a rejection."""

    a: Outcome | None
    b: Outcome | None
    differing: tuple[str, ...]
    similarity: float  # of the texts, 0 to 1; 0 where only one is an article

    @property
    def url(self) -> str:
        either = self.a or self.b
        return either.url if either else ""


@dataclass(slots=True)
class Comparison:
    """One source. Counts are captures; all of `read` stand in exactly one of the next five."""

    source: str
    a: str
    b: str
    read: int = 0  # by either
    same: int = 0  # articles of both, equal in every field
    different: int = 0  # articles of both
    newly_rejected: int = 0  # an article of A, and none of B
    newly_read: int = 0  # an article of B, and none of A
    neither: int = 0  # no article of either
    other_reason: int = 0  # of those: rejected for another reason
    only_a_read: int = 0  # captures in WARCs that B has not read at all; not counted in `read`
    only_b_read: int = 0
    title: int = 0
    date: int = 0
    date_gained: int = 0
    date_lost: int = 0
    text: int = 0
    authors: int = 0
    comments: int = 0
    other: int = 0  # another field
    similarity: float = 1.0  # of the texts of both, on average
    least_similar: float = 1.0
    pairs: list[Pair] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        row = asdict(self)
        row.pop("pairs")
        return row


def compare(house: House, a: str, b: str, sources: Sequence[str], watch: Watch) -> list[Comparison]:
    """Compare two extractors, by id or as `current` and `latest`. No source named: all that both have read.

    Raises UsageError if there is nothing to compare, StoreError."""
    chosen = list(dict.fromkeys(sources)) or read_sources(house)
    found = []
    for number, source in enumerate(chosen):
        watch(Progress("comparing", number, len(chosen), {}))
        ids = extractor_named(house, source, a), extractor_named(house, source, b)
        read = [files_read(house, source, each) for each in ids]
        for each, files in zip(ids, read, strict=True):
            if not files and sources:
                raise UsageError(f"{source}: {each} has read nothing of it; `warraq replay {source}` reads it")
        if all(read):
            found.append(_compared(house, Comparison(source, *ids), read[0], read[1]))
    watch(Progress("comparing", len(chosen), len(chosen), {}))
    if not found:
        raise UsageError(f"no source was read by both {a} and {b}; `warraq replay` reads them with this Warraq")
    return found


def _compared(house: House, found: Comparison, a: dict[str, list[str]], b: dict[str, list[str]]) -> Comparison:
    ratios = 0.0
    for stem in sorted(a.keys() | b.keys()):
        if stem not in a or stem not in b:
            count = len(_outcomes(house, (a.get(stem) or b[stem])))
            found.only_a_read += count if stem in a else 0
            found.only_b_read += count if stem in b else 0
            continue
        ours, theirs = _outcomes(house, a[stem]), _outcomes(house, b[stem])
        for place in sorted(ours.keys() | theirs.keys()):
            pair = pair_of(ours.get(place), theirs.get(place))
            _count(found, pair)
            ratios += pair.similarity if isinstance(pair.a, Article) and isinstance(pair.b, Article) else 0
    both = found.same + found.different
    found.similarity = round(ratios / both, 4) if both else 1.0
    return found


def _outcomes(house: House, read: Sequence[str]) -> dict[Place, Outcome]:
    found: dict[Place, Outcome] = {}
    for key in read:
        content = house.store.get(key)
        rows: Iterator[Outcome] = read_articles(content) if key.startswith(keys.ARTICLES) else read_rejections(content)
        found |= {(row.warc, row.offset, row.record_id): row for row in rows}
    return found


def pair_of(a: Outcome | None, b: Outcome | None) -> Pair:
    if not isinstance(a, Article) or not isinstance(b, Article):
        return Pair(a, b, (), 0.0)
    differing = [name for name in _FIELDS if _said(a, name) != _said(b, name)]
    differing += ["other"] if any(getattr(a, name) != getattr(b, name) for name in _OTHER) else []
    return Pair(a, b, tuple(differing), similarity(a.text, b.text))


def _said(article: Article, name: str) -> object:
    if name == "date":
        return article.published_at, article.published_date
    return getattr(article, name)


def similarity(a: str, b: str) -> float:
    """Share of words that two texts have in common, in their order; 1 for equal ones."""
    if a == b:
        return 1.0
    ours, theirs = a.split(), b.split()
    if max(len(ours), len(theirs)) > _MAX_WORDS:
        common = set(ours) & set(theirs)
        return round(2 * len(common) / max(1, len(set(ours)) + len(set(theirs))), 4)
    return round(SequenceMatcher(None, ours, theirs, autojunk=False).ratio(), 4)


def _count(found: Comparison, pair: Pair) -> None:
    found.read += 1
    a, b = pair.a, pair.b
    if isinstance(a, Article) and isinstance(b, Article):
        found.same += not pair.differing
        found.different += bool(pair.differing)
        for name in pair.differing:
            setattr(found, name, getattr(found, name) + 1)
        found.date_gained += a.published_date is None and b.published_date is not None
        found.date_lost += a.published_date is not None and b.published_date is None
        found.least_similar = min(found.least_similar, pair.similarity)
    elif isinstance(a, Article):
        found.newly_rejected += 1
    elif isinstance(b, Article):
        found.newly_read += 1
    else:
        found.neither += 1
        reasons = [each.reason if each is not None else None for each in (a, b)]
        found.other_reason += reasons[0] != reasons[1]
    if pair.differing or isinstance(a, Article) != isinstance(b, Article):
        found.pairs = sorted([*found.pairs, pair], key=_rank)[:SAMPLE]


def _rank(pair: Pair) -> tuple[float, int, str]:
    return pair.similarity, -len(pair.differing), pair.url
