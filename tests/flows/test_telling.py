"""What is a new version of an article, and what is only a page that moves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from flows.telling import Told, told_by
from storage.model import Capture, CaptureRef
from tests.flows.moving_pages import HEADLINE, MOVING, PARAGRAPHS, page

SOURCE = Source.model_validate(
    {
        "id": "mithal",
        "name": {"ar": "المثال", "en": "Example"},
        "country": "IQ",
        "home": "https://mithal.example/",
        "timezone": "Asia/Baghdad",
        "article_url": [r"/news/(?P<id>\d+)"],
    }
)


def told(body: bytes, status: int = 200) -> Told | None:
    capture = Capture(
        CaptureRef("w", 0, 1, "<urn:uuid:1>"),
        "https://mithal.example/news/1",
        datetime(2026, 11, 22, 10, tzinfo=UTC),
        status,
        (("Content-Type", "text/html; charset=utf-8"),),
        body,
        "sha256:x",
    )
    outcome = extract(capture, SOURCE, "e")
    return None if outcome is None else told_by(outcome, SOURCE)


def test_there_are_thirty_templates() -> None:
    assert len(MOVING) == 30


@pytest.mark.parametrize("name", MOVING)
def test_what_moves_on_a_page_makes_no_version_and_an_edit_does(name: str) -> None:
    pages = [page(name, seed) for seed in range(4)]
    assert len(set(pages)) > 1
    seen = [told(each) for each in pages]
    assert {each.headline for each in seen if each} == {HEADLINE}
    assert len({each.text_digest for each in seen if each}) == 1
    corrected = (*PARAGRAPHS[:1], PARAGRAPHS[1].replace("عشرين ألف", "ثلاثين ألف"), *PARAGRAPHS[2:])
    edits = (told(page(name, 1, paragraphs=corrected)), told(page(name, 1, headline=HEADLINE + " اليوم")))
    for edit in edits:
        assert edit is not None and seen[0] is not None
        assert edit.text_digest != seen[0].text_digest


def test_a_number_that_is_corrected_is_an_edit() -> None:
    before, after = (
        told(
            page(
                "spaces", 1, paragraphs=(*PARAGRAPHS, f"وحضر الافتتاح {count} شخصاً من أهالي الحي والأحياء المجاورة له.")
            )
        )
        for count in (120, 150)
    )
    assert before is not None and after is not None
    assert before.text_digest != after.text_digest


@pytest.mark.parametrize(
    "words",
    [
        "عذراً، الصفحة المطلوبة غير موجودة. ربما تم نقلها أو حذفها، يمكنك العودة إلى الصفحة الرئيسية للموقع",
        "لم يتم العثور على الصفحة التي تبحث عنها، تحقق من الرابط أو استخدم البحث للوصول إلى ما تريد",
        "404 Page not found, the page you are looking for has been removed or had its name changed",
    ],
)
def test_a_page_that_says_it_is_none_is_a_soft_404(words: str) -> None:
    body = f"<html><head><meta charset=utf-8><title>خطأ</title></head><body><h1>خطأ</h1><p>{words}</p></body></html>"
    seen = told(body.encode())
    assert seen is not None
    assert (seen.gone or "").startswith("soft 404")


@pytest.mark.parametrize(("status", "gone"), [(404, "404"), (410, "410"), (500, None), (403, None)])
def test_only_404_and_410_say_that_an_article_is_gone(status: int, gone: str | None) -> None:
    seen = told(b"<html><p>x</p></html>", status)
    assert (seen.gone if seen else None) == gone
