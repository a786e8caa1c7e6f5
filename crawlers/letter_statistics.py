"""Which of two old Arabic charsets are these bytes? Letter statistics answer.

windows-1256 and ISO-8859-6 agree from hamza to dad and part from there on, so wrong decoding gives
letters where Arabic never has them. The weights are rounded shares (per mille) of letters in running
Arabic news text; only their order of size matters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_PER_MILLE: Final = {
    "\u0627": 140, "\u0644": 115, "\u064a": 75, "\u0645": 60, "\u0648": 58, "\u0646": 52, "\u0631": 50,
    "\u062a": 48, "\u0628": 36, "\u0639": 34, "\u0629": 33, "\u062f": 32, "\u0633": 28, "\u0641": 27,
    "\u0647": 26, "\u0642": 24, "\u0623": 24, "\u062d": 20, "\u0643": 20, "\u062c": 14, "\u0634": 14,
    "\u0635": 11, "\u0649": 11, "\u062e": 10, "\u0625": 9, "\u0637": 11, "\u0636": 9, "\u0630": 8,
    "\u063a": 6, "\u0621": 5, "\u062b": 6, "\u0632": 7, "\u0626": 5, "\u0638": 3, "\u0624": 2, "\u0622": 2,
    # Persian, Urdu and Kurdish ones, which windows-1256 has too
    "\u067e": 10, "\u0686": 6, "\u0698": 3, "\u06af": 12, "\u06a9": 25, "\u06c1": 25, "\u06d2": 20, "\u06ba": 12,
    "\u0679": 5, "\u0688": 3, "\u0691": 4, "\u06be": 8,
}  # fmt: skip
_AVERAGE = 30.0  # between what a right and a wrong decoding give: chance would give 1000 / 36
_WORD = re.compile("[\u0621-\u064a\u0679-\u06d2]+")
_IN_A_LATIN_WORD = re.compile("[A-Za-z][\u0621-\u064a]|[\u0621-\u064a][A-Za-z]")
_MARKUP = re.compile(rb"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_SAMPLE_BYTES = 200_000
_FINAL_ONLY = frozenset("\u0629\u0649")  # teh marbuta, alef maksura: they end a word


def arabic_score(content: bytes, charset: str) -> float:
    """Above 0: reads as Arabic in this charset; the larger the better. Works from a few words on."""
    return text_score(_MARKUP.sub(b" ", content[:_SAMPLE_BYTES]).decode(charset, "replace"))


def text_score(text: str) -> float:
    """The same of a text without markup. Presentation forms count as the letters they show."""
    text = unicodedata.normalize("NFKC", text)
    high = sum(1 for sign in text if sign > "\x7f" and not sign.isspace())
    if high == 0:
        return 0.0
    words = _WORD.findall(text)
    weight: int = sum(_PER_MILLE.get(letter, 0) for word in words for letter in word)
    articles: int = sum(word.startswith("\u0627\u0644") for word in words)
    misplaced: int = sum(letter in _FINAL_ONLY for word in words for letter in word[:-1])
    misplaced += len(_IN_A_LATIN_WORD.findall(text))
    return weight / high - _AVERAGE + 100.0 * (articles - misplaced) / high
