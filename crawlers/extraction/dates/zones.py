"""Time zones by the names that Arabic news gives them. Zones: https://www.iana.org/time-zones

"بتوقيت عمان" (Amman, or Oman) names no zone here: publishers of both countries mean their own, which is what a
date without a zone is read in. AST is Arabia's standard time, as in java.util.Date on Gulf servers."""

from __future__ import annotations

from datetime import UTC, timedelta, timezone, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from .folding import any_of, fold

_PLACES: Final = {
    fold(word): zone
    for zone, words in {
        "Asia/Riyadh": "مكة المكرمة|مكة|السعودية|الرياض|المدينة المنورة|المملكة",
        "Asia/Qatar": "الدوحة|قطر",
        "Asia/Kuwait": "الكويت",
        "Asia/Bahrain": "البحرين|المنامة",
        "Asia/Dubai": "أبوظبي|أبو ظبي|دبي|الإمارات|الشارقة",
        "Asia/Muscat": "مسقط|سلطنة عمان",
        "Asia/Aden": "صنعاء|عدن|اليمن",
        "Asia/Baghdad": "بغداد|العراق|أربيل",
        "Asia/Damascus": "دمشق|سوريا|سورية",
        "Asia/Beirut": "بيروت|لبنان",
        "Asia/Amman": "الأردن",
        "Asia/Jerusalem": "القدس المحتلة|القدس الشريف|القدس|إسرائيل",
        "Asia/Gaza": "فلسطين|غزة",
        "Africa/Cairo": "القاهرة|مصر",
        "Africa/Khartoum": "الخرطوم|السودان",
        "Africa/Tripoli": "طرابلس|ليبيا",
        "Africa/Tunis": "تونس",
        "Africa/Algiers": "الجزائر",
        "Africa/Casablanca": "الرباط|المغرب|الدار البيضاء",
        "Africa/Nouakchott": "نواكشوط|موريتانيا",
        "Africa/Mogadishu": "مقديشو|الصومال",
        "Africa/Djibouti": "جيبوتي",
        "Asia/Tehran": "طهران|إيران",
        "Europe/Moscow": "موسكو|روسيا",
        "Europe/Istanbul": "إسطنبول|اسطنبول|تركيا|أنقرة",
        "Europe/London": "لندن|بريطانيا",
        "Europe/Paris": "باريس|فرنسا",
        "Europe/Berlin": "برلين|ألمانيا|وسط أوروبا",
        "America/New_York": "نيويورك|واشنطن|شرق الولايات المتحدة",
        "Asia/Shanghai": "بكين|الصين",
        "Asia/Tokyo": "طوكيو|اليابان",
    }.items()
    for word in words.split("|")
}
_UTC_WORDS: Final = tuple(map(fold, ("غرينتش", "جرينتش", "غرينيتش", "جرينيتش", "كرينتش", "العالمي", "ت.غ", "ت غ")))
_HOURS_EAST: Final = {
    **dict.fromkeys(("ast", "msk", "trt", "eest"), 3),
    **dict.fromkeys(("eet", "cest"), 2),
    **dict.fromkeys(("cet", "west", "bst"), 1),
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    "gst": 4,
    "wet": 0,
    "edt": -4,
    "pst": -8,
}
_LETTERS: Final[dict[str, tzinfo]] = {
    **dict.fromkeys(("gmt", "utc", "ut"), UTC),
    **{name: ZoneInfo(zone) for name, zone in {"ksa": "Asia/Riyadh", "uae": "Asia/Dubai"}.items()},
    **{name: timezone(timedelta(hours=hours)) for name, hours in _HOURS_EAST.items()},
}

# What may stand behind (or, for the letters, before) a time. Groups: sign and offset, letters, place.
_OFFSET: Final = r"(?P<sign>[+-])\s?(?P<oh>0\d|1[0-4])(?::?(?P<om>00|15|30|45))?(?![\d:/.-])"
_HOURS: Final = r"(?P<sign2>[+-])\s?(?P<oh2>\d{1,2})(?::?(?P<om2>00|30|45))?(?![\d:])"
_NAMED: Final = any_of((*_LETTERS, "z"))
_PLACE: Final = any_of((*_PLACES, *_UTC_WORDS, *_LETTERS))
AFTER_A_TIME: Final = (
    rf"\s?[(\[]?\s?(?:{_OFFSET}(?:\s?(?:gmt|utc|غرينتش|جرينتش))?"
    rf"|(?P<letters>{_NAMED})(?![a-z])(?:\s?{_HOURS})?"
    rf"|{_HOURS.replace('2>', '3>')}\s?(?:gmt|utc)"
    rf"|,?\s?(?:حسب\s|وفق\s)?(?:ال|ب|وفق\s)?توقيت\s(?:ال)?(?P<place>{_PLACE})(?!\w)(?:\s?{_HOURS.replace('2>', '4>')})?"
    rf"|(?P<place2>{any_of(_UTC_WORDS)})(?!\w)(?:\s?{_HOURS.replace('2>', '5>')})?)\s?[)\]]?"
)
BEFORE_A_TIME: Final = rf"(?P<lead>{any_of(_LETTERS)})(?![a-z])\s?[:,-]?\s?"


def zone_of(parts: dict[str, str | None]) -> tzinfo | None:
    """The zone that the groups of AFTER_A_TIME and BEFORE_A_TIME name; None if they name none."""
    for number in ("", "2", "3", "4", "5"):
        if parts.get(f"sign{number}"):
            hours, minutes = int(parts[f"oh{number}"] or 0), int(parts[f"om{number}"] or 0)
            offset = timedelta(hours=hours, minutes=minutes)
            return timezone(-offset if parts[f"sign{number}"] == "-" else offset) if hours <= 14 else None
    if letters := (parts.get("lead") or parts.get("letters")):
        return UTC if letters == "z" else _LETTERS[letters]
    place = parts.get("place") or parts.get("place2")
    if place is None:
        return None
    name = " ".join(place.split())
    return ZoneInfo(_PLACES[name]) if name in _PLACES else _LETTERS.get(name, UTC)
