"""One spelling for what newspapers spell in many: the form in which words of the calendar are compared.

Never shown and never stored; positions in a folded text are not those of the text it came from."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_MARKS: Final = re.compile("[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]")
_UNSEEN: Final = re.compile("[\u00ad\u200b-\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_TATWEEL_DASH: Final = re.compile("(?<![^\\W\\d])\u0640+(?![^\\W\\d])")  # between digits or alone: a drawn line
_SPACE: Final = re.compile(r"\s+")
_ISO_T: Final = re.compile(r"(?<=\d)t(?=\d\d:?\d\d)")
_SAME: Final = {  # no sign is put in that would be taken out
    **{chr(zero + digit): str(digit) for zero in (0x660, 0x6F0) for digit in range(10)},
    "\N{ARABIC LETTER ALEF WASLA}": "\N{ARABIC LETTER ALEF}",
    "\N{ARABIC LETTER ALEF MAKSURA}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER FARSI YEH}": "\N{ARABIC LETTER YEH}",
    "\N{ARABIC LETTER TEH MARBUTA}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER HEH GOAL}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER HEH DOACHASHMEE}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER AE}": "\N{ARABIC LETTER HEH}",
    "\N{ARABIC LETTER KEHEH}": "\N{ARABIC LETTER KAF}",
    "\N{ARABIC LETTER PEH}": "\N{ARABIC LETTER BEH}",
    "\N{ARABIC LETTER VEH}": "\N{ARABIC LETTER FEH}",
    "\N{ARABIC LETTER HAMZA}": "",
    "\N{ARABIC TATWEEL}": "",
    "\N{ARABIC DECIMAL SEPARATOR}": ".",
    "\N{ARABIC THOUSANDS SEPARATOR}": ",",
    "\N{ARABIC COMMA}": ",",
    "\N{ARABIC SEMICOLON}": ",",
    "\N{ARABIC FULL STOP}": ".",
    "\N{ARABIC DATE SEPARATOR}": "/",
    "\N{FULLWIDTH COMMA}": ",",
    "\N{FRACTION SLASH}": "/",
    "\N{DIVISION SLASH}": "/",
    "\N{RATIO}": ":",
    "\N{MIDDLE DOT}": " ",
    "\N{BULLET}": " ",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),  # hyphens, dashes, minus
    "\N{BROKEN BAR}": "|",
    "\N{BOX DRAWINGS LIGHT VERTICAL}": "|",
}
_OTHERS: Final = re.compile("[" + "".join(map(re.escape, _SAME)) + "]")


def fold(text: str) -> str:
    """Lower case, one alef, one yeh, no hamza, tashkeel, tatweel, accent or direction mark, ASCII digits and
    separators, one space where there is any."""
    plain = unicodedata.normalize("NFKD", _UNSEEN.sub("", text))
    plain = _TATWEEL_DASH.sub("-", _MARKS.sub("", plain))
    if not plain.isascii():
        for sign in set(_OTHERS.findall(plain)):
            plain = plain.replace(sign, _SAME[sign])
    plain = plain.replace("\\", "/").lower()
    return _SPACE.sub(" ", _ISO_T.sub(" ", plain)).strip()


def table(rows: dict[int, str]) -> dict[str, int]:
    """Folded words to numbers, from rows of words with `|` between them."""
    return {fold(word): number for number, words in rows.items() for word in words.split("|")}


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first; a space in a word stands for any number of them."""
    return "|".join(re.escape(word).replace(r"\ ", r"\s?") for word in sorted(words, key=len, reverse=True))
