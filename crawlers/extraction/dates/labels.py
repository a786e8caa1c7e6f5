"""The words that stand beside a date: who published or edited when, and what is no date at all."""

from __future__ import annotations

import re
from typing import Final

from .calendar_words import PUBLISHED, UPDATED
from .folding import any_of, fold

_NEUTRAL: Final = frozenset(map(fold, ("تاريخ", "التاريخ", "بتاريخ", "الموافق", "كتب", "كتبت", "date", "حرر", "حررت")))
_STRONG: Final = re.compile(rf"(?<!\w)(?:{any_of(word for word in PUBLISHED if word not in _NEUTRAL)})(?!\w)")
_UPDATE: Final = re.compile(rf"(?<!\w)و?(?:{any_of(UPDATED)})(?:ها?)?(?!\w)")
_BESIDE: Final = tuple(
    map(
        fold,
        (
            *("في", "فى", "يوم", "اليوم", "عند", "الساعة", "ساعة", "على", "منذ", "توقيت", "بتوقيت", "بالتوقيت المحلي"),
            *("هذا", "مساء", "صباح", "الموافق لـ", "الموافق", "لـ", "on", "at", "le", "à", "last", "time", "آخر", "by"),
            *("نشرت", "من", "شهر", "عام", "سنة", "الماضي", "الجاري", "الحالي", "ص", "م", "هـ", "gmt", "utc"),
        ),
    )
)
LABELS: Final = re.compile(rf"(?<!\w)(?:{any_of((*PUBLISHED, *UPDATED, *_BESIDE))})(?!\w)")
_NUMBERS: Final = any_of(map(fold, ("رقم", "هاتف", "تلفون", "جوال", "فاكس", "موبايل", "tel", "no")))
NUMBERED: Final = re.compile(rf"(?<!\w)(?:{_NUMBERS})\W*$")
_EVENTS: Final = (
    *("ثورة", "انتفاضة", "حرب", "هجمات", "هجوم", "أحداث", "انقلاب", "معركة", "مجزرة", "اتفاق", "اتفاقية", "معاهدة"),
    *("إعلان", "قانون", "مرسوم", "دستور", "زلزال", "ذكرى", "انفجار", "انتخابات", "احتجاجات", "مظاهرات", "حراك", "حركة"),
    *("مواليد", "ولد", "ولدت", "المولود", "المولودة", "توفي", "توفيت", "استقلال", "حادثة", "جيل", "born", "died"),
)
# "the revolution of 25 January 2011", "born on 5 March 1960": history, whatever else the line is
EVENT: Final = re.compile(rf"(?<!\w)(?:ال)?(?:{any_of(map(fold, _EVENTS))})\s(?:(?:في|يوم|بتاريخ|on)\s)?$")
ISSUE: Final = frozenset(map(fold, ("العدد", "عدد", "الحلقة", "حلقة", "صفحة", "الصفحة", "الجزء", "issue", "episode")))
RANGE: Final = re.compile(r"\s?(?:-|(?:و)?(?:الي|حتي|لغايه)|و|to|until|au|et|and)\s?")
COMING: Final = re.compile(rf"(?<!\w)(?:{any_of(map(fold, ('المقبل', 'القادم', 'الآتي', 'next', 'prochain')))})(?!\w)")
_LABEL_CHARS: Final = 40  # before a date, in which its label stands


def says_update(before: str) -> bool:
    """Whether the words before a date say that it is of an edit, and none behind them that it is of publication."""
    update = _last(_UPDATE, before)
    return update >= 0 and update >= _last(_STRONG, before)


def says_published(before: str) -> bool:
    published = _last(_STRONG, before)
    return published >= 0 and published > _last(_UPDATE, before)


def _last(words: re.Pattern[str], before: str) -> int:
    return max((found.end() for found in words.finditer(before[-_LABEL_CHARS:])), default=-1)
