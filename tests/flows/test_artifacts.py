"""The report artifact: what is owed stands first, nothing from the web can break out, and it stays small."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from flows.articles_picture import Daily, Days, articles_picture, last_days
from flows.artifacts import MAX_LINES, MAX_ROWS
from flows.report import Report, SourceReport
from flows.report_page import _OUTCOMES_AR, markdown
from storage.model import Article, Reason, Tally
from tests.flows.archives import SOURCE, add_run, write_source
from tests.flows.houses import house_in

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
EVIL = '</div>|<script>alert("x")</script>\r\n\n# عنوان | [x](javascript:y) `z` **ق** \\| &amp; \'">'
TAG = re.compile(r"<[^>]*>")


def article(**more: Any) -> Article:
    nothing = dict.fromkeys(Article.__dataclass_fields__)
    lists: dict[str, Any] = dict.fromkeys(("authors", "tags", "images", "comments", "flags"), ())
    given = {"url": "https://prova.example/1", "title": "عنوان", "text": "نصّ", "source": "prova", "captured_at": NOW}
    return Article(**(nothing | lists | given | more))


def source(name: str = "prova", **more: Any) -> SourceReport:
    return SourceReport(**({"source": name, "name_ar": "تجربة", "name_en": "Trial"} | more))


def report(*sources: SourceReport, kind: str = "crawl") -> Report:
    return Report(kind, NOW, NOW + timedelta(seconds=7), list(sources))


def rows(text: str, heading: str) -> list[list[str]]:
    """Cells of the table with this heading in it."""
    table = next(part for part in text.split("\n\n") if heading in part and part.startswith("|"))
    return [re.split(r"(?<!\\)\|", line)[1:-1] for line in table.splitlines()]


def test_what_is_owed_stands_before_everything_else_and_in_both_languages() -> None:
    text = markdown(report(source("well"), source("ill", owed=["one part is not kept: nobody answers"])))
    assert text.index("## Owed · معلّق") < text.index("| publisher |")
    assert "- ill: one part is not kept: nobody answers" in text
    assert "Something is owed" in text
    assert "بقي ما لم يُنجز" in text


def test_where_nothing_is_owed_it_says_so() -> None:
    text = markdown(report(source(tally=Tally(captures=3, articles=2, other=1)), kind="replay"))
    assert text.startswith(
        "# Replay · 2026-11-22 10:00 UTC\n\n**2 articles** from 1 publishers in 7 s. Nothing is owed."
    )
    assert "## Owed" not in text
    assert "لم يبقَ شيء معلّق" in text
    assert "إعادة الاستخراج" in text


def test_a_report_without_sources_or_articles_is_whole() -> None:
    for text in (markdown(report()), markdown(report(source()))):
        assert "**0 articles**" in text
        assert "## Some of the articles" not in text
        assert "## Files" not in text


@pytest.mark.parametrize("where", ["name_en", "name_ar", "owed", "title", "text", "url"])
def test_nothing_from_outside_can_break_the_table_or_bring_html_or_links(where: str) -> None:
    if where in ("title", "text", "url"):
        each = source(sample=[article(**{where: EVIL})])
    else:
        each = source(**{where: [EVIL] if where == "owed" else EVIL})
    text, harmless = markdown(report(each)), markdown(report(source(owed=["x"], sample=[article()])))
    assert set(TAG.findall(text)) <= set(TAG.findall(harmless))
    assert [len(row) for row in rows(text, "publisher")] == [8, 8, 8]
    assert [len(row) for row in rows(text, "الناشر")] == [8, 8, 8]
    assert [line for line in text.splitlines() if line.startswith("#") and "عنوان" in line] == []
    assert not any(live in text for live in ("[x](", "`z`", "**ق**", '"x"'))


def test_an_address_that_is_none_of_the_web_is_no_link() -> None:
    assert "href" not in markdown(report(source(sample=[article(url="javascript:alert(1)")])))
    linked = markdown(report(source(sample=[article(url='https://prova.example/?a=1&b="x"')])))
    assert '<a href="https://prova.example/?a=1&#38;b=&#34;x&#34;"><b>عنوان</b></a>' in linked


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_an_arabic_word(reason: Reason) -> None:
    tally = Tally(captures=2)
    tally.reject(reason)
    tally.reject(reason)
    text = markdown(report(source(tally=tally)))
    (english,), (arabic,) = rows(text, "publisher")[2:], rows(text, "الناشر")[2:]
    assert english[7].strip() == f"2<br>{reason} 2"
    assert re.fullmatch(r"2<br>[\N{ARABIC LETTER HAMZA}-\N{ARABIC SUKUN} ]+ 2", arabic[0].strip()), arabic


@pytest.mark.parametrize("outcome", ["finished", "stopped", "failed", "died", "busy"])
def test_every_outcome_has_an_arabic_word(outcome: str) -> None:
    text = markdown(report(source(outcome=outcome)))
    (english,), (arabic,) = rows(text, "publisher")[2:], rows(text, "الناشر")[2:]
    told = outcome != "finished"  # nothing is said where all is as it should be
    assert english[0].strip() == ("Trial" + f"<br>**{outcome}**" * told)
    assert arabic[7].strip() == ("تجربة" + f"<br>**{_OUTCOMES_AR.get(outcome)}**" * told)


def test_each_part_from_right_to_left_is_one_line() -> None:
    long = article(title="عنوان\nفي سطرين", text="فقرة\n\nوأخرى\n" * 90, published_date=date(2026, 11, 21))
    text = markdown(report(*(source(f"s{n}", sample=[article() if n % 2 else long]) for n in range(MAX_ROWS + 1))))
    opened = [line for line in text.splitlines() if 'dir="rtl"' in line]
    assert len(opened) == 1 + 1 + 5  # the heading, what was cut, and five articles
    assert all(line.startswith('<div dir="rtl">') and line.endswith("</div>") for line in opened)
    assert sum("تجربة · 2026-11-21<br>فقرة وأخرى" in line for line in opened) == 3
    assert sum("بلا تاريخ" in line for line in opened) == 2


def test_a_thousand_sources_make_a_report_that_says_what_it_leaves_out() -> None:
    each = {"warcs": ["raw/x"] * 3, "problems": ["p" * 300] * 200, "sample": [article(text="ن" * 9000)] * 9}
    sources = [source(f"s{n:04}", owed=[f"owed {n}"] * 3 if n >= 900 else [], **each) for n in range(1000)]
    text = markdown(report(*sources))
    assert len(text.encode()) < 200_000
    shown = rows(text, "publisher")[2:]
    assert len(shown) == MAX_ROWS
    assert "… and 800 more publishers" in text
    assert "800 ناشرًا غيرهم" in text
    assert f"… and {300 - MAX_LINES} more; " in text
    assert f"… and {3000 - MAX_LINES:,} more; the manifests" in text


def test_those_that_owe_something_are_never_left_out_of_the_table() -> None:
    sources = [source(f"s{n}", name_en=f"N{n}") for n in range(MAX_ROWS + 50)]
    sources[-1].owed.append("something")
    first, *others = (row[0].strip().partition("<br>")[0] for row in rows(markdown(report(*sources)), "publisher")[2:])
    assert first == f"N{MAX_ROWS + 49}"
    assert others == [f"N{n}" for n in range(MAX_ROWS - 1)]


def test_what_is_very_long_is_cut() -> None:
    long = "x" * 200_000
    text = markdown(report(source(owed=[long], sample=[article(title=long, text=long)])))
    assert text.count("x") < 2_000


def test_what_is_owed_leads_to_a_form_that_is_filled_in() -> None:
    forms = {"crawl": "/deployments/deployment/c/run", "replay": "/deployments/deployment/r/run"}
    text = markdown(report(source("ill", owed=["x"], warcs=["raw/ill/1.warc.gz"]), source("well")), forms, "data:,x")
    crawl, replay = re.findall(r"\((/deployments/[^)]*)\)", text)
    assert json.loads(unquote(crawl.partition("?parameters=")[2])) == {"sources": ["ill"]}
    assert json.loads(unquote(replay.partition("?parameters=")[2])) == {"warcs": ["raw/ill/1.warc.gz"]}
    assert "![المقالات في كل يوم](data:,x)" in text and "Trial<br>**owes**" in text


def test_the_picture_of_the_last_days_counts_what_is_in_the_archive(tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        add_run(house, 1, articles=5)
        found = last_days(house, [SOURCE, "no-such"])
        drawn = articles_picture(found)
    assert len(found.days) == 30 and found.days[-1] == house.clock().date()
    assert {each.name: len(each.counts) for each in found.publishers} == {"الصحيفة": 30, "no-such": 30}
    many = Days(found.days, tuple(Daily(f"ناشر {n} <b>", (n,) * 30) for n in range(20, 0, -1)))
    assert "غيرهم (12)" in articles_picture(many) and "<b>" not in articles_picture(many)
    assert drawn.startswith("<svg") and "مقالة في آخر 30 يومًا" in drawn
