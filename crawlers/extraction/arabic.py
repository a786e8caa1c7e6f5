"""Arabic letters: what counts as Arabic, and folded forms for comparing.

A folded form is never stored as the article; the text stays as published."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ZWNJ: Final = "\N{ZERO WIDTH NON-JOINER}"
ZWJ: Final = "\N{ZERO WIDTH JOINER}"

_TATWEEL = "\N{ARABIC TATWEEL}"
_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
_DIRECTIONS = "\u200b\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff"
_DIRECTION = re.compile(f"[{_DIRECTIONS}]")
_UNSPELLED = re.compile(f"[{_MARKS}{_DIRECTIONS}{_TATWEEL}]")
_LETTER = re.compile("[\u0620-\u064a\u066e-\u06d3\u06d5\u06fa-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufefc]")
_NO_WORD = re.compile(r"[^\w\s]+")
_OTHER_DIGIT = re.compile("[\u0660-\u0669\u06f0-\u06f9]")
_DIGITS = {chr(zero + n): str(n) for zero in (0x660, 0x6F0) for n in range(10)}
_ALIKE = {
    "\N{ARABIC LETTER ALEF WITH MADDA ABOVE}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER ALEF WITH HAMZA ABOVE}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER ALEF WITH HAMZA BELOW}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
}


def letters(text: str) -> int:
    """How many letters of the Arabic script, tashkeel and tatweel not counted."""
    return len(_LETTER.findall(text)) - text.count(_TATWEEL)


def share(text: str) -> float:
    """Arabic letters among all letters, 0.0 to 1.0; 0.0 for a text without letters."""
    every = sum(1 for sign in text if sign.isalpha())
    return letters(text) / every if every else 0.0


def ascii_digits(text: str) -> str:
    """Arabic-Indic and Extended digits as 0 to 9."""
    return _replaced(text, _DIGITS) if _OTHER_DIGIT.search(text) else text


def _replaced(text: str, table: dict[str, str]) -> str:
    """As `str.translate`, which takes ten times as long, where no sign that is put in is taken out."""
    for sign, other in table.items():
        text = text.replace(sign, other)
    return text


def without_marks(text: str) -> str:
    """Without tashkeel, tatweel and direction marks; joiners stay."""
    return _UNSPELLED.sub("", text)


def alike(text: str) -> str:
    """For comparing spellings: NFKC, no marks, one alef, one yeh, heh for teh marbuta, ASCII digits."""
    if text.isascii():
        return text
    return ascii_digits(_replaced(without_marks(unicodedata.normalize("NFKC", text)), _ALIKE))


def folded(text: str) -> str:
    """Only the words of `alike`, in lower case, one space between: two prints of a title are equal in it."""
    return " ".join(_NO_WORD.sub(" ", alike(text).replace(ZWNJ, "").replace(ZWJ, "")).split()).casefold()


def one_line(text: str) -> str:
    """Runs of white space as one space, ends stripped, NFC."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def without_direction(text: str) -> str:
    """Without direction marks and zero-width spaces (invisible furniture of titles and names)."""
    return _DIRECTION.sub("", text)


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as one text."""
    return frozenset(text.split())
