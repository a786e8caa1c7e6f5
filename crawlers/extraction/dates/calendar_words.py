"""Words of the calendar across the Arab world, and the English and French ones that stand in its pages.

Egyptian and Gulf, Levantine and Iraqi, Moroccan, Algerian and Tunisian month names, those that Libya used from
1986 to 2011, and the Hijri year. Tables only, folded with `folding.fold`; the grammar is beside them."""

from __future__ import annotations

from typing import Final

from .folding import fold, table

_ARABIC_MONTHS: Final = table(
    {
        1: "يناير|ينائر|كانون الثاني|كانون ثاني|كانون ثان|كانون 2|ك2|جانفي|جانفيه|january|jan|janvier|janv",
        2: "فبراير|فبرائر|فبرير|فيبراير|شباط|فيفري|فيفريه|february|feb|février|févr|fév",
        3: "مارس|مارش|آذار|march|mar|mars",
        4: "أبريل|ابرايل|نيسان|أفريل|april|apr|avril|avr",
        5: "مايو|أيار|مايس|ماي|may|mai",
        6: "يونيو|يونية|يونيه|حزيران|جوان|june|jun|juin",
        7: "يوليو|يولية|يوليه|تموز|يوليوز|جويلية|جوييلية|july|jul|juillet|juil",
        8: "أغسطس|أغسطوس|آب|غشت|أغشت|أوت|august|aug|août",
        9: "سبتمبر|سيبتمبر|سبتمر|أيلول|شتنبر|شتمبر|september|sept|sep|septembre",
        10: "أكتوبر|أوكتوبر|تشرين الأول|تشرين أول|تشرين 1|ت1|october|oct|octobre",
        11: "نوفمبر|نوفنبر|تشرين الثاني|تشرين ثاني|تشرين ثان|تشرين 2|ت2|نونبر|november|nov|novembre",
        12: "ديسمبر|ديسمبير|دسمبر|كانون الأول|كانون أول|كانون 1|ك1|دجنبر|دجمبر|december|dec|décembre|déc",
    }
)

# Of Gregorian months in Urdu and Central Kurdish, where they are no names of the table above.
_OTHER_MONTHS: Final = table(
    {
        1: "جنوری|کانوونی دووەم",
        2: "فروری|شوباتی",
        3: "مارچ|ئازار|ئازاری|ئادار|ئاداری",
        4: "نیسانی",
        5: "مئی|ئایار|ئایاری",
        6: "جون|حوزەیران|حوزەیرانی",
        7: "جولائی|تەمووز|تەمووزی|تەممووز|تەممووزی",
        8: "اگست|ئاب|ئابی",
        9: "ستمبر|ئەیلوول|ئەیلوولی|ئەیلول",
        10: "تشرینی یەکەم",
        11: "نومبر|تشرینی دووەم",
        12: "کانوونی یەکەم",
    }
)
MONTHS: Final = _OTHER_MONTHS | _ARABIC_MONTHS

# Everyday words (spring, the sea's bounty, the conqueror): months only beside a day and one of these years.
LIBYAN_MONTHS: Final = table(
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
LIBYAN_EPOCH: Final = 632  # "و.ر": solar years since the death of the Prophet

HIJRI_MONTHS: Final = table(
    {
        1: "محرم|المحرم|محرم الحرام|muharram",
        2: "صفر|صفر الخير|safar",
        3: "ربيع الأول|ربيع أول|ربيع 1|rabi al awwal",
        4: "ربيع الآخر|ربيع آخر|ربيع الثاني|ربيع ثاني|ربيع 2",
        5: "جمادى الأولى|جمادى الأول|جمادى أولى|جمادى 1|جماد الأول|جماد أول",
        6: "جمادى الآخرة|جمادى الآخر|جمادى الثانية|جمادى الثاني|جمادى 2|جماد الثاني|جماد الآخر|جماد ثاني",
        7: "رجب|رجب الأصم|rajab",
        8: "شعبان|شعبان المعظم|shaban",
        9: "رمضان|رمضان المبارك|رمضان المعظم|ramadan",
        10: "شوال|shawwal",
        11: "ذو القعدة|ذي القعدة|ذا القعدة|ذوالقعدة|ذيالقعدة",
        12: "ذو الحجة|ذي الحجة|ذا الحجة|ذوالحجة|ذيالحجة",
    }
)

WEEKDAYS: Final = table(  # as datetime.weekday(): Monday is 0
    {
        0: "الإثنين|پیر|سوموار|دووشەممە|اثنين|الاتنين|اتنين|monday|mon|lundi|lun",
        1: "الثلاثاء|منگل|سێشەممە|الثلثاء|الثلاثا|ثلاثاء|التلات|tuesday|tues|tue|mardi",
        2: "الأربعاء|بدھ|چوارشەممە|أربعاء|الاربع|wednesday|wed|mercredi|mer",
        3: "الخميس|جمعرات|پێنجشەممە|خميس|thursday|thurs|thur|thu|jeudi|jeu",
        4: "الجمعة|هەینی|جمعة|friday|fri|vendredi|ven",
        5: "السبت|ہفتہ|شەممە|سبت|saturday|sat|samedi|sam",
        6: "الأحد|أحد|اتوار|یەکشەممە|sunday|sun|dimanche|dim",
    }
)
WEEKDAY_LETTERS: Final = table({0: "ن", 1: "ث", 2: "ر", 3: "خ", 4: "ج", 5: "س", 6: "ح"})  # of Drupal

MORNING: Final = frozenset(
    map(fold, ("ص", "صباحا", "صباح", "الصباح", "فجرا", "ضحى", "قبل الظهر", "am", "a.m.", "a.m", "matin"))
)
EVENING: Final = frozenset(
    map(fold, ("م", "مساء", "مساءا", "المساء", "ظهرا", "الظهر", "عصرا", "بعد الظهر", "pm", "p.m.", "p.m", "soir"))
)
NIGHT: Final = frozenset(map(fold, ("ليلا", "منتصف الليل")))  # before midnight or after it, by the hour

MILADI: Final = tuple(map(fold, ("ميلادية", "ميلادي", "للميلاد", "مسيحي", "م", "ad", "ce")))
HIJRI: Final = tuple(map(fold, ("هجرية", "هجري", "للهجرة", "هـ", "ه", "ah", "h")))
LIBYAN_ERA: Final = tuple(map(fold, ("و.ر", "و ر", "و. ر", "من وفاة الرسول", "وفاة الرسول")))

ORDINALS: Final = table(
    {
        **dict(
            enumerate(
                (
                    *("الأول|أول|غرة", "الثاني", "الثالث", "الرابع", "الخامس", "السادس", "السابع", "الثامن"),
                    *("التاسع", "العاشر", "الحادي عشر", "الثاني عشر", "الثالث عشر", "الرابع عشر", "الخامس عشر"),
                    *("السادس عشر", "السابع عشر", "الثامن عشر", "التاسع عشر", "العشرين", "الحادي والعشرين"),
                    *("الثاني والعشرين", "الثالث والعشرين", "الرابع والعشرين", "الخامس والعشرين"),
                    *("السادس والعشرين", "السابع والعشرين", "الثامن والعشرين", "التاسع والعشرين", "الثلاثين"),
                    "الحادي والثلاثين",
                ),
                start=1,
            )
        )
    }
)

PUBLISHED: Final = tuple(
    map(
        fold,
        (
            *("تاريخ النشر", "تاريخ الإضافة", "تاريخ الخبر", "وقت النشر", "نشر", "نشرت", "نشرها", "نشره", "نشرفي"),
            *("تم النشر", "تم نشره", "النشر", "أضيف", "أضيفت", "أضيف بتاريخ", "حرر", "حررت", "كتب", "كتبت", "صدر"),
            *("تاريخ", "التاريخ", "بتاريخ", "الموافق", "published", "posted", "publié", "publie", "mis en ligne"),
            *("created", "date", "paru"),
        ),
    )
)
UPDATED: Final = tuple(
    map(
        fold,
        (
            *("آخر تحديث", "تحديث", "التحديث", "تم التحديث", "حدث في", "محدث", "محدثة", "آخر تعديل", "تعديل", "عدل"),
            *("التعديل", "updated", "last update", "modified", "mis à jour", "mise à jour", "màj", "modifié", "edited"),
        ),
    )
)

# singular, dual, plural; the order is from the largest to the smallest, as ages are spoken
UNITS: Final[dict[str, tuple[str, str, str]]] = {
    "year": ("سنة|عام|عاما|year|an", "سنتين|سنتان|عامين|عامان", "سنوات|سنين|أعوام|years|ans"),
    "month": ("شهر|شهرا|month", "شهرين|شهران", "أشهر|شهور|months|mois"),
    "week": ("أسبوع|أسبوعا|week|semaine", "أسبوعين|أسبوعان", "أسابيع|weeks|semaines"),
    "day": ("يوم|يوما|day|jour", "يومين|يومان", "أيام|days|jours"),
    "hour": ("ساعة|hour|hr|heure|h", "ساعتين|ساعتان", "ساعات|hours|hrs|heures|س"),
    "minute": ("دقيقة|minute|min", "دقيقتين|دقيقتان", "دقائق|دقايق|minutes|mins|د"),
    "second": ("ثانية|second|sec|seconde", "ثانيتين|ثانيتان", "ثوان|ثواني|seconds|secs|secondes"),
}

COUNTS: Final = table(
    {
        1: "واحد|واحدة|one|a|an|un|une",
        2: "اثنين|اثنتين|اثنان|two|deux",
        3: "ثلاث|ثلاثة|three|trois",
        4: "أربع|أربعة|four|quatre",
        5: "خمس|خمسة|five|cinq",
        6: "ست|ستة|six",
        7: "سبع|سبعة|seven|sept",
        8: "ثمان|ثماني|ثمانية|eight|huit",
        9: "تسع|تسعة|nine|neuf",
        10: "عشر|عشرة|ten|dix",
        11: "أحد عشر|إحدى عشرة",
        12: "اثني عشر|اثنتي عشرة|اثنا عشر|اثنتا عشرة",
        20: "عشرين|عشرون",
        30: "ثلاثين|ثلاثون",
        40: "أربعين|أربعون",
        50: "خمسين|خمسون",
    }
)
