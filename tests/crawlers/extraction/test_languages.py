"""Languages told apart by their letters, whatever the page declares."""

from __future__ import annotations

from pathlib import Path

import pytest

from crawlers.extraction.languages import language_of
from crawlers.extraction.page import parse, text_of

LINES = {
    "ar": [
        *("مكتبة الحي تفتح أبوابها بعد عامين", "قال الوزير إن الأبواب مفتوحة", "الدولار يرتفع في بغداد"),
        *("وصل رئيس شركة پيپسي إلى أربيل قرب گلي علي بيگ", "کتبت الی المدیر رسالة عن الترمیم في المکتبة"),
    ],
    "fa": [
        *("کتابخانه محله پس از دو سال باز شد", "وزیر گفت که درها باز است", "قیمت دلار در تهران بالا رفت"),
        "كتابخانه محله قديم پس از دو سال بازسازي به روي مردم گشوده شد و گفت كه اين كار را ادامه مي دهد",
    ],
    "ur": ["محلے کا کتب خانہ دو سال بعد کھل گیا", "وزیر اعظم نے کہا", "پاکستان میں بارش"],
    "ckb": ["کتێبخانەی گەڕەکەکە دوای دوو ساڵ کرایەوە", "نرخی دۆلار بەرزبووەوە", "هەواڵی نوێ"],
    "en": ["The library of the old quarter opens its doors", "The library opens its doors"],
    "fr": ["La bibliothèque du quartier ouvre ses portes", "Le ministre est arrivé à Tunis"],
    "tr": ["Kütüphane yeniden açıldı ve çocuklar için bir oda daha"],
}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in LINES.items() for text in texts])
@pytest.mark.parametrize("declared", [None, "ar", "en-US", "fa-IR", "fr", "zz"])
def test_letters_win_over_what_is_declared(code: str, text: str, declared: str | None) -> None:
    assert language_of(text, declared, "ar") == code


@pytest.mark.parametrize(
    ("text", "declared", "fallback", "code"),
    [
        ("محمد رضا", "fa", "ar", "fa"),  # letters and words of both
        ("محمد رضا", None, "ur", "ur"),
        ("محمد رضا", "en", None, "ar"),
        ("مكتبة الحي", "ary", "ar", "ary"),
        ("2020", "ar-IQ", "ar", "ar"),
        ("2020", None, "ar", None),
        ("Warraq", "ar", "ar", None),
        ("Warraq", "de", "ar", "de"),
        ("הספרייה נפתחה", "ar", "ar", "he"),
        ("Библиотека открыта", "ru-RU", "ar", "ru"),
        ("Библиотека открыта", "ar", "ar", None),
    ],
)
def test_what_letters_leave_open_is_as_declared_if_it_can_be(
    text: str, declared: str | None, fallback: str | None, code: str | None
) -> None:
    assert language_of(text, declared, fallback) == code


def test_a_page_with_quotations_is_in_the_language_of_most_of_it() -> None:
    english = "The library of the old quarter is open, and this is what the director said at the door: "
    assert language_of(english + "أهلا بكم في المكتبة", "ar", "ar") == "en"
    arabic = "قالت المديرة في كلمتها أمام الأبواب المفتوحة إن المكتبة كانت دائما لأهل الحي: "
    assert language_of(arabic + "welcome to the library", "en", "ar") == "ar"
    beside = "مقدمه این مطالعه درباره کتابخانه های شهر است و نشان می دهد که مردم آن را دوست دارند: "
    assert language_of(beside + english, "fa-IR", "ar") == "fa"


def test_the_given_pages_are_told_apart(shared: Path) -> None:
    found = {}
    for file in sorted((shared / "quality/negatives").glob("*__*.html")):
        tree = parse(file.read_text(encoding="utf-8", errors="replace"))
        found[file.stem] = language_of(text_of(tree), "ar", "ar")
    assert {stem: code for stem, code in found.items() if not stem.partition("__")[2].startswith(str(code))} == {}
    assert len(found) == 6
    for file in (shared / "quality/pages").glob("*.html"):
        tree = parse(file.read_text(encoding="utf-8", errors="replace"))
        assert language_of(text_of(tree), "en", None) == "ar", file.stem
