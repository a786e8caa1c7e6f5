"""Who is an author and who is none: labels, roles, desks, houses, agencies, logins and addresses in bylines."""

from __future__ import annotations

import pytest

from crawlers.extraction.bylines import people_in

PEOPLE = [
    ("كتب: سلمى الهاشمي ووليد منصور", ("سلمى الهاشمي", "وليد منصور"), None),
    ("بقلم/ منى العطار", ("منى العطار",), None),
    ("إعداد وتقديم: ليلى بن سالم", ("ليلى بن سالم",), None),
    ("إعداد - ليلى بن سالم", ("ليلى بن سالم",), None),
    ("الكاتب رنا الأحمد", ("رنا الأحمد",), None),
    ("الكاتبة: رنا الأحمد", ("رنا الأحمد",), None),
    ("الصحفي سامي ناصر", ("سامي ناصر",), None),
    ("Author, رنا الأحمد", ("رنا الأحمد",), None),
    ("سلمى حداد، وليد منصور", ("سلمى حداد", "وليد منصور"), None),
    ("سلمى حداد-وليد منصور", ("سلمى حداد", "وليد منصور"), None),
    ("سلمى حداد - وليد منصور", ("سلمى حداد", "وليد منصور"), None),
    ("سلمى حداد/ وليد منصور/ رنا الأحمد", ("سلمى حداد", "وليد منصور", "رنا الأحمد"), None),
    ("سلمى حداد و وليد منصور", ("سلمى حداد", "وليد منصور"), None),
    ("سلمى حداد salma@news.test", ("سلمى حداد",), None),
    ("سلمى حداد @salma_h", ("سلمى حداد",), None),
    ("سلمى حداد (بيروت)", ("سلمى حداد",), None),
    ("بيروت ـ سلمى حداد", ("سلمى حداد",), None),
    ("سلمى حداد | مراسلة السنبلة", ("سلمى حداد",), None),
    ("وكالة النهر - سلمى حداد", ("سلمى حداد",), "وكالة النهر"),
    ("Written by Salma Haddad and Walid Mansour", ("Salma Haddad", "Walid Mansour"), None),
    ("تقرير: سلمى حداد - تصوير: سامي ناصر", ("سلمى حداد",), None),
    ("ترجمة: منى العطار", ("منى العطار",), None),
    ("تحرير: منى العطار", ("منى العطار",), None),
    ("د. منى العطار - كاتبة وباحثة", ("د. منى العطار",), None),
    ("منى العطار، كاتبة من لبنان", ("منى العطار",), None),
    ("سلمى حداد - القاهرة", ("سلمى حداد",), None),
    ("خاص – سلمى حداد", ("سلمى حداد",), None),
    ("متابعة سلمى حداد", ("سلمى حداد",), None),
    ("عبد الله وهبي", ("عبد الله وهبي",), None),
    ("أبو بكر وارث", ("أبو بكر وارث",), None),
    ("السنبلة + سلمى حداد", ("سلمى حداد",), None),
]
AGENCIES = [
    ("وكالة النهر للأنباء", "وكالة النهر للأنباء"),
    ("وكالة أنباء النهر", "وكالة أنباء النهر"),
    ("النهر برس", "النهر برس"),
    ("خبرگزاری آریا", "خبرگزاری آریا"),
    ("River News Agency", "River News Agency"),
    ("القاهرة (رويترز)", "رويترز"),
    ("رويترز - القاهرة", "رويترز"),
    ("أ ف ب + السنبلة", "أ ف ب"),
    ("السنبلة - وكالات", "وكالات"),
]
NOBODY = [
    "salma.haddad@news.test",
    "@salma_h",
    "فريق التحرير",
    "هيئة التحرير",
    "قسم التحرير",
    "غرفة الأخبار",
    "قسم الأخبار",
    "محرر",
    "محررة",
    "المحرر السياسي",
    "المحرر الرياضي",
    "محرر الشؤون المحلية",
    "التحرير",
    "إدارة الموقع",
    "مدير الموقع",
    "الأخبار",
    "مراسلونا",
    "محررو الموقع",
    "admin",
    "Administrator",
    "Super User",
    "Newsroom",
    "News Desk",
    "Web Desk",
    "Staff",
    "Editorial Team",
    "Staff Writer",
    "editor1",
    "Editor in Chief",
    "webmaster",
    "user",
    "YJC",
    "Arya Group",
    "Sunbula News",
    "SNB Media",
    "Nahda TV",
    "شبكة النهر الإخبارية",
    "موقع النهر",
    "قناة النهر الفضائية",
    "النهر نيوز",
    "مركز النهر للدراسات",
    "باشگاه خبرنگاران جوان",
    "كتب المحرر السياسي",
    "كتب - المحرر الاقتصادي",
    "نشر بواسطة: هيئة التحرير",
    "بواسطة admin",
    "بواسطة: فريق التحرير",
    "خاص السنبلة",
]


@pytest.mark.parametrize(("printed", "people", "agency"), PEOPLE)
def test_people_are_named_without_what_stands_around_them(
    printed: str, people: tuple[str, ...], agency: str | None
) -> None:
    assert people_in([printed], {"السنبله"}) == (people, agency)


@pytest.mark.parametrize(("printed", "agency"), AGENCIES)
def test_an_agency_is_no_author(printed: str, agency: str) -> None:
    assert people_in([printed], {"السنبله"}) == ((), agency)


@pytest.mark.parametrize("printed", NOBODY)
def test_a_desk_a_house_or_a_login_is_nobody(printed: str) -> None:
    assert people_in([printed], {"السنبله"}) == ((), None)
