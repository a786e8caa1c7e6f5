"""Names in bylines that are no person's: desks, houses, roles, logins. Words of the trade, no publisher's name."""

from __future__ import annotations

import re
from typing import Final

from crawlers.extraction.arabic import folded, words
from crawlers.extraction.names import looks_like_a_name

_LOGIN = re.compile(r"[a-z0-9._-]+")  # what content systems call their users; no name is printed so
_INITIALS = re.compile(r"[A-Z]{2,6}\d{0,3}")
_DAYS: Final = words(
    folded("السبت الأحد الاثنين الإثنين الثلاثاء الأربعاء الخميس الجمعة")
    + " monday tuesday wednesday thursday friday saturday sunday"
)
_ALONE: Final = (
    frozenset(map(folded, ("الموقع", "الإدارة", "أدمن", "المدير", "خاص", "الأخبار", "مراسلونا", "مراسلنا", "أخبار")))
    | _DAYS
)
# A first word that makes the whole of it a desk, a house or a role: "هيئة …", "قناة …", "كاتبة من لبنان".
_BEGINS: Final = words(
    folded(
        """
        خاص فريق هيئة قسم إدارة غرفة مكتب شبكة موقع قناة صحيفة جريدة مجلة راديو إذاعة تلفزيون مركز مؤسسة بوابة منصة أسرة
        طاقم محرر محررة محررو محررون محرري المحرر المحررة المحررون التحرير مراسل مراسلة مراسلو مندوب مندوبة مدير
        مديرة رئيس رئيسة سكرتير مشرف المشرف كاتب كاتبة باحث باحثة صحفي صحفية صحافي صحافية إعلامي إعلامية محلل محللة
        خبير خبيرة أكاديمي أكاديمية ناشط ناشطة أستاذ أستاذة أديب أديبة باشگاه پایگاه گروه سرویس
        """
    )
)
_ENDS: Final = words(folded("نيوز أونلاين اونلاين ميديا نت كوم ديجيتال") + " tv fm com net org")
_WITHIN: Final = words(
    """
    group news media tv radio network desk team staff newsroom online channel admin administrator editor editors
    editorial user users webmaster website magazine newspaper redaction moderator
    """
)
_AGENCY_BEGINS: Final = words(folded("وكالة الوكالة خبرگزاری"))
_AGENCY_ENDS: Final = words(folded("برس للأنباء") + " agency press")
_MAX_AGENCY_WORDS: Final = 6
_MIN_NAME_WORDS: Final = 2
# Roles before a name, and labels that stand without a colon: "الكاتبة …", "متابعة …".
_ROLES: Final = words(
    folded("الكاتب الكاتبة الصحفي الصحفية الصحافي الصحافية الإعلامي الإعلامية الزميل الزميلة المراسل المراسلة")
)
_LABELS: Final = words(folded("إعداد متابعة تقرير حوار تغطية ترجمة تحرير تحقيق المحرر المحررة كتب كتبت بقلم"))


def is_nobody(name: str) -> bool:
    """Whether what stands as an author is no person: "هيئة التحرير", "News Desk", "admin", "كاتبة وباحثة"."""
    said = folded(name).split()
    if not said or _LOGIN.fullmatch(name) or _INITIALS.fullmatch(name):
        return True
    whole = " ".join(said)
    return (
        whole in _ALONE
        or said[0] in _BEGINS
        or said[-1] in _ENDS
        or not _WITHIN.isdisjoint(said)
        or names_an_agency(name)
    )


def names_an_agency(name: str) -> bool:
    """Whether a name says of itself that it is a news agency's: "وكالة … للأنباء", "… برس"."""
    said = folded(name).split()
    if not 2 <= len(said) <= _MAX_AGENCY_WORDS:
        return False
    return said[0] in _AGENCY_BEGINS or said[-1] in _AGENCY_ENDS


def without_role(name: str) -> str:
    """A name without the role or the label beside it: "الكاتبة رنا الأحمد"; left as it is where no name is left."""
    said = name.split()
    role = next((n for n in range(_MIN_NAME_WORDS, len(said)) if folded(said[n]) in _BEGINS), len(said))
    name = " ".join(said[:role])
    first, _, rest = name.strip().partition(" ")
    plain, left = folded(first), rest.split()
    if plain in _ROLES and len(left) >= 2:
        return rest.strip()
    return rest.strip() if plain in _LABELS and looks_like_a_name(rest.strip()) else name
