"""Arabic that was decoded wrongly before it was sent: repaired in the text, never in the addresses of links.

Three accidents are common: UTF-8 taken for windows-1252 ("Ø§Ù„"), UTF-8 taken for windows-1256 ("ط§ظ„"), and
windows-1256 taken for windows-1252 ("ÇáÎÈÑ"). Each leaves rows of letters that no language writes."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from itertools import islice
from typing import Final

from crawlers.letter_statistics import text_score


def _upper_half(codec: str) -> dict[str, int]:
    """Characters of the upper half to their bytes; undefined bytes are C1 controls, as browsers decode them."""
    return {bytes([byte]).decode(codec, "ignore") or chr(byte): byte for byte in range(0x80, 0x100)}


_LATIN: Final = {chr(byte): byte for byte in range(0x80, 0xA0)} | _upper_half("cp1252")
_ARABIC: Final = _upper_half("cp1256")


def _characters(table: dict[str, int], low: int, high: int) -> str:
    return "[" + "".join(re.escape(sign) for sign, byte in table.items() if low <= byte <= high) + "]"


def _utf_8_rows(table: dict[str, int]) -> re.Pattern[str]:
    """Rows of what the UTF-8 of Arabic, of its presentation forms and of punctuation looks like."""
    follows, leads = _characters(table, 0x80, 0xBF), _characters(table, 0xD8, 0xDB)
    two, three = _characters(table, 0xC2, 0xDF), _characters(table, 0xE2, 0xEF)
    pair = f"(?:{two}{follows}|{three}{follows}{follows})"
    return re.compile(f"{pair}{{0,50}}(?:{leads}{follows}){{2}}{pair}*")


_PUNCTUATION: Final = {
    # dashes, quotation marks and dots alone between spaces; "\u00c2\u00ab" is no word, "\u0622\u00ab" might be one
    "latin": re.compile("(?:\u00e2" + _characters(_LATIN, 0x80, 0xBF) + "{2}|\u00c2[\u00a0-\u00bf])"),
    "arabic": re.compile("\u00e2" + _characters(_ARABIC, 0x80, 0xBF) + "{2}"),
}
_LATIN_ROW: Final = re.compile(
    "(?<![A-Za-z])" + _characters(_LATIN, 0xC0, 0xFF).replace("]", "\u00a1\u00ba\u00bf]") + "{2,}(?![A-Za-z])"
)
_THE: Final = "\u00c7\u00e1"  # the article "ال"
_TAKEN_FOR: Final = (
    (("\u00d8\u00a7", "\u00d9\u201e", "\u00d9\u0084"), _utf_8_rows(_LATIN), _PUNCTUATION["latin"], _LATIN),
    (("\u0637\u00a7", "\u0638\u201e"), _utf_8_rows(_ARABIC), _PUNCTUATION["arabic"], _ARABIC),
)
_ADDRESS: Final = re.compile(
    r"""\b(?:href|src|srcset|action|content=["']https?)\s*[=:]\s*(?:"[^"]*"|'[^']*'|[^\s>]*)""", re.I
)
_MIN_ROWS: Final = 2
_MIN_WORDS: Final = 4  # of Latin letters with accents alone: French and Turkish have none in a row


def repaired(text: str) -> tuple[str, bool]:
    """The text with wrongly decoded Arabic put right, and whether there was any."""
    for alef_or_lam, rows, marks, table in _TAKEN_FOR:
        if not any(_holds(text, pair) for pair in alef_or_lam):
            continue  # no Arabic text is without them, and looking for them is cheap
        if sum(1 for _ in islice(rows.finditer(text), _MIN_ROWS)) == _MIN_ROWS:
            changed = _outside_addresses(text, rows, partial(_as_utf_8, table=table))
            return _outside_addresses(changed, marks, partial(_as_utf_8, table=table)), True
    words = _LATIN_ROW.findall(text) if _holds(text, _THE) else []
    if len(words) >= _MIN_WORDS and text_score(" ".join(_as_1256(word) for word in words)) > 0:
        return _outside_addresses(text, _LATIN_ROW, _as_1256), True
    return text, False


def _holds(text: str, pair: str) -> bool:
    """As `in`, which takes twenty times as long for two signs as for one."""
    return pair[0] in text and pair[1] in text and pair in text


def _outside_addresses(text: str, rows: re.Pattern[str], repair: Callable[[str], str]) -> str:
    """Addresses stay as sent: a server knows its paths by their wrong names."""
    pieces, end = [], 0
    for address in _ADDRESS.finditer(text):
        pieces += [rows.sub(lambda row: repair(row[0]), text[end : address.start()]), address[0]]
        end = address.end()
    return "".join((*pieces, rows.sub(lambda row: repair(row[0]), text[end:])))


def _as_utf_8(row: str, table: dict[str, int]) -> str:
    try:
        return bytes(table[sign] for sign in row).decode("utf-8")
    except UnicodeDecodeError:
        return row


def _as_1256(word: str) -> str:
    return bytes(_LATIN[sign] for sign in word).decode("cp1256")
