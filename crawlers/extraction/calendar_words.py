"""Words of the calendar across the Arab world, folded with `arabic.alike` (one alef, heh for teh marbuta).

Egyptian and Gulf, Levantine and Iraqi, Moroccan, Algerian and Tunisian month names, and those that Libya
used from 1986 to 2011. Tables only; the grammar is in dates.py and ages.py."""

from __future__ import annotations

from typing import Final

from crawlers.extraction.arabic import alike


def _table(rows: dict[int, str]) -> dict[str, int]:
    return {alike(name.strip()): number for number, names in rows.items() for name in names.split("|")}


MONTHS: Final = _table(
    {
        1: "يناير|ينائر|كانون الثاني|كانون ثاني|كانون ثان|كانون 2|كانون2|ك2|جانفي|جانفيه|january|jan",
        2: "فبراير|فبرائر|فبرير|شباط|فيفري|فيفريه|february|feb",
        3: "مارس|مارش|آذار|march|mar",
        4: "أبريل|نيسان|أفريل|april|apr",
        5: "مايو|أيار|مايس|ماي|may",
        6: "يونيو|يونية|حزيران|جوان|june|jun",
        7: "يوليو|يولية|تموز|يوليوز|جويلية|جوييلية|july|jul",
        8: "أغسطس|آب|غشت|أغشت|أوت|august|aug",
        9: "سبتمبر|سيبتمبر|أيلول|شتنبر|شتمبر|september|sept|sep",
        10: "أكتوبر|أوكتوبر|تشرين الأول|تشرين أول|تشرين 1|تشرين1|ت1|october|oct",
        11: "نوفمبر|نوفنبر|تشرين الثاني|تشرين ثاني|تشرين ثان|تشرين 2|تشرين2|ت2|نونبر|november|nov",
        12: "ديسمبر|ديسمبير|كانون الأول|كانون أول|كانون 1|كانون1|ك1|دجنبر|دجمبر|december|dec",
    }
)

# Everyday words (spring, the sea's bounty, the conqueror): months only beside a day and one of these years.
LIBYAN_MONTHS: Final = _table(
    {
        1: "أي النار",
        2: "النوار",
        3: "الربيع",
        4: "الطير",
        5: "الماء",
        6: "الصيف",
        7: "ناصر",
        8: "هانيبال",
        9: "الفاتح",
        10: "التمور",
        11: "الحرث",
        12: "الكانون",
    }
)
LIBYAN_YEARS: Final = range(1986, 2012)

WEEKDAYS: Final = _table(  # as datetime.weekday(): Monday is 0
    {
        0: "الإثنين|اثنين|monday|mon",
        1: "الثلاثاء|الثلثاء|الثلاثا|ثلاثاء|tuesday|tue",
        2: "الأربعاء|الإربعاء|أربعاء|wednesday|wed",
        3: "الخميس|خميس|خ|thursday|thu",
        4: "الجمعة|جمعة|friday|fri",
        5: "السبت|سبت|saturday|sat",
        6: "الأحد|أحد|sunday|sun",
    }
)

MORNING: Final = frozenset(map(alike, ("ص", "صباحا", "صباح", "am", "a.m.")))
EVENING: Final = frozenset(map(alike, ("م", "مساء", "مساءا", "ظهرا", "عصرا", "pm", "p.m.")))

ZONES: Final = {
    alike(word).lower(): zone
    for zone, words in {
        "UTC": "غرينتش|جرينتش|غرينيتش|ت.غ|ت غ|GMT|UTC",
        "Asia/Riyadh": "مكة المكرمة|مكة|السعودية|الرياض|KSA|AST",
        "Asia/Qatar": "الدوحة",
        "Asia/Baghdad": "بغداد",
        "Asia/Damascus": "دمشق",
        "Asia/Beirut": "بيروت",
        "Asia/Jerusalem": "القدس",
        "Asia/Gaza": "فلسطين",
        "Asia/Dubai": "أبوظبي|أبو ظبي|دبي|الإمارات|GST",
        "Africa/Cairo": "القاهرة",
        "Africa/Algiers": "الجزائر",
        "Africa/Casablanca": "الرباط|المغرب",
        "Africa/Tunis": "تونس",
        "Africa/Tripoli": "طرابلس",
        "Africa/Khartoum": "الخرطوم",
        "Asia/Aden": "صنعاء|عدن",
        "Europe/Moscow": "موسكو",
        "Europe/Istanbul": "إسطنبول|تركيا",
        "Europe/London": "لندن",
        "Europe/Paris": "باريس",
        "America/New_York": "نيويورك|واشنطن",
    }.items()
    for word in words.split("|")
}

# singular, dual, plural; the order is from the largest to the smallest, as ages are spoken
UNITS: Final[dict[str, tuple[str, str, str]]] = {
    "year": ("سنة|عام|عاما", "سنتين|سنتان|عامين|عامان", "سنوات|سنين|أعوام"),
    "month": ("شهر|شهرا", "شهرين|شهران", "أشهر|شهور"),
    "week": ("أسبوع|أسبوعا", "أسبوعين|أسبوعان", "أسابيع"),
    "day": ("يوم|يوما", "يومين|يومان", "أيام"),
    "hour": ("ساعة", "ساعتين|ساعتان", "ساعات"),
    "minute": ("دقيقة", "دقيقتين|دقيقتان", "دقائق|دقايق"),
    "second": ("ثانية", "ثانيتين|ثانيتان", "ثوان|ثواني"),
}

COUNTS: Final = {
    alike(word): number
    for number, words in {
        1: "واحد|واحدة",
        2: "اثنين|اثنتين",
        3: "ثلاث|ثلاثة",
        4: "أربع|أربعة",
        5: "خمس|خمسة",
        6: "ست|ستة",
        7: "سبع|سبعة",
        8: "ثمان|ثماني|ثمانية",
        9: "تسع|تسعة",
        10: "عشر|عشرة",
    }.items()
    for word in words.split("|")
}
