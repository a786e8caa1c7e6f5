"""A folded line as numbers and calendar words, with what stands between them."""

from __future__ import annotations

import itertools
import re
from enum import Enum, auto
from typing import Final, NamedTuple

from .calendar_words import HIJRI_MONTHS, LIBYAN_MONTHS, MONTHS, ORDINALS, WEEKDAYS


class Kind(Enum):
    NUMBER = auto()
    MONTH = auto()
    LIBYAN = auto()
    HIJRI = auto()
    WEEKDAY = auto()
    ORDINAL = auto()
    WORD = auto()


class Token(NamedTuple):
    kind: Kind
    text: str
    value: int  # of a number, month, weekday or ordinal; -1: none
    start: int
    end: int
    gap: str  # what stands before it, stripped; " " for white space alone, "" for nothing

    def is_number(self, low: int, high: int, digits: int = 2) -> bool:
        return self.kind is Kind.NUMBER and len(self.text) <= digits and low <= self.value <= high


_PIECE: Final = re.compile(r"\d+|[^\W\d_]+")
_SPACED_YEAR: Final = re.compile(r"(?<!\d)(?<!\d )[12] \d \d \d(?! ?\d)")
_SPACED_RUN: Final = re.compile(r"(?<!\d)\d(?: \d)+(?!\d)")
_TABLES: Final = (
    (Kind.MONTH, MONTHS),
    (Kind.LIBYAN, LIBYAN_MONTHS),
    (Kind.HIJRI, HIJRI_MONTHS),
    (Kind.WEEKDAY, WEEKDAYS),
    (Kind.ORDINAL, ORDINALS),
)


def _phrases() -> dict[str, list[tuple[tuple[str, ...], Kind, int]]]:
    """Phrases by their first piece, the longest first."""
    found: dict[str, list[tuple[tuple[str, ...], Kind, int]]] = {}
    for kind, words in _TABLES:
        for word, value in words.items():
            pieces = tuple(_PIECE.findall(word))
            found.setdefault(pieces[0], []).append((pieces, kind, value))
    for rows in found.values():
        rows.sort(key=lambda row: -len(row[0]))
    return found


_PHRASES: Final = _phrases()


def joined_numerals(plain: str) -> str:
    """ "2 0 2 3" as "2023", and with it the other numerals of a line that is printed with such gaps.

    A line without a spaced year is left alone: there single digits are counts."""
    if not _SPACED_YEAR.search(plain):
        return plain
    return _SPACED_RUN.sub(lambda run: _joined(run[0]), plain)


def _joined(run: str) -> str:
    digits = run.replace(" ", "")
    return digits if len(digits) in (2, 4) else run


def tokens(plain: str) -> list[Token]:
    """Every number and word of a folded line, in order; words of several pieces are one token."""
    pieces = list(_PIECE.finditer(plain))
    found: list[Token] = []
    at = end = 0
    while at < len(pieces):
        gap = plain[end : pieces[at].start()]
        token, used = _token(pieces, at, plain, gap.strip() or gap[:1])
        found.append(token)
        at, end = at + used, token.end
    return found


def _token(pieces: list[re.Match[str]], at: int, plain: str, gap: str) -> tuple[Token, int]:
    piece = pieces[at]
    text, start = piece[0], piece.start()
    if text.isdigit():
        return Token(Kind.NUMBER, text, int(text[:9]), start, piece.end(), gap), 1
    for words, kind, value in _PHRASES.get(text, ()):
        last = at + len(words) - 1
        if _matches(words, pieces[at : last + 1], plain):
            return Token(kind, " ".join(words), value, start, pieces[last].end(), gap), len(words)
    return Token(Kind.WORD, text, -1, start, piece.end(), gap), 1


def _matches(words: tuple[str, ...], pieces: list[re.Match[str]], plain: str) -> bool:
    """Whether the pieces are these words, with at most a space between two of them."""
    if tuple(piece[0] for piece in pieces) != words:
        return False
    return not any(plain[one.end() : other.start()].strip() for one, other in itertools.pairwise(pieces))
