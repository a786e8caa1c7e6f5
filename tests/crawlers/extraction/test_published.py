"""Which of the dates on a page is that of its publication. Captures are of 2026-11-22 12:00 UTC, from Baghdad."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from crawlers.extraction.article import extract
from crawlers.source import Source
from storage.model import Article, Capture, Precision
from tests.crawlers.extraction.pages import STORY, TITLE, page

Read = Callable[..., Article]


@pytest.fixture
def read(a_capture: Callable[..., Capture], a_source: Callable[..., Source]) -> Read:
    def article(
        body: str = "",
        head: str = "",
        url: str = "https://news.example/story/17",
        told: datetime | None = None,
        **rules: Any,
    ) -> Article:
        source = a_source(**rules)
        whole = page(body if "<h1" in body else f"<h1>{TITLE}</h1>{body}{STORY}", head)
        found = extract(a_capture(whole, url=url, told_published=told), source, "x")
        assert isinstance(found, Article), found
        return found

    return article


def ld(**fields: Any) -> str:
    item = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f'<script type="application/ld+json">{json.dumps(item, ensure_ascii=False)}</script>'


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


RANKED = [
    ("json-ld", ld(datePublished="2021-03-01T10:00:00+03:00"), "", "https://news.example/story/17", date(2021, 3, 1)),
    ("meta", meta("article:published_time", "الثلاثاء، 02 مارس 2021 - 10:00 ص"), "", "", date(2021, 3, 2)),
    ("time", "", '<span itemprop="datePublished" content="2021-03-03">أمس</span>', "", date(2021, 3, 3)),
    ("time", "", '<span property="schema:datePublished" content="2021-03-03T08:00">ص</span>', "", date(2021, 3, 3)),
    ("time", "", '<time pubdate datetime="2021-03-03T08:00">3 مارس</time>', "", date(2021, 3, 3)),
    ("time", "", '<abbr class="published" title="2021-03-03T08:00:00+0300">الأربعاء</abbr>', "", date(2021, 3, 3)),
    ("time", "", '<span class="publish-date" data-timestamp="1614761000">منذ زمن</span>', "", date(2021, 3, 3)),
    ("url", "", "", "https://news.example/2021/03/04/story", date(2021, 3, 4)),
    ("text", "", "<p>نشر في: 5 آذار 2021</p>", "", date(2021, 3, 5)),
    ("text", "", "<p>بغداد - 5 آذار/مارس 2021</p>", "", date(2021, 3, 5)),
    ("meta", meta("dc.date", "2021-03-06"), "", "", date(2021, 3, 6)),
    ("json-ld", ld(dateCreated="2021-03-06T10:00:00+03:00"), "", "", date(2021, 3, 6)),
]


@pytest.mark.parametrize(("method", "head", "body", "url", "day"), RANKED)
def test_each_way_of_saying_it_is_read(read: Read, method: str, head: str, body: str, url: str, day: date) -> None:
    found = read(body, head, url or "https://news.example/story/17")
    assert (found.published_date, found.published_method) == (day, method)


def test_the_order_of_trust(read: Read) -> None:
    heads, bodies = [row[1] for row in RANKED[:2]], '<span itemprop="datePublished" content="2021-03-03"></span>'
    url = "https://news.example/2021/03/02/story"
    assert read(bodies, "".join(heads), url).published_method == "json-ld"
    assert read(bodies, heads[1], url).published_method == "meta"
    assert read(bodies, "", url).published_method == "time"
    ruled = read('<i class="when">7 آذار 2021</i>', "".join(heads), reading={"published": ".when"})
    assert (ruled.published_method, ruled.published_date) == ("rule", date(2021, 3, 7))


def test_what_the_feed_said_is_asked_last(read: Read) -> None:
    told = at("2021-03-07T09:00+03:00")
    alone = read("", told=told)
    assert (alone.published_date, alone.published_at, alone.published_method) == (date(2021, 3, 7), told, "discovery")
    assert read("<p>5 آذار 2021</p>", told=told).published_method == "text"
    vague = read("", ld(dateCreated="2021-02-20T10:00:00+03:00"), told=told)
    assert vague.published_method == "discovery"


# --- machines that are wrong ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        *("1970-01-01T00:00:00Z", "1970-01-01T03:00:00+03:00", "0000-00-00 00:00:00", "-0001-11-30T00:00:00+00:00"),
        *("2030-01-05T10:00:00Z", "2020-01-01T00:00:00", "2020-01-01T00:00:00+03:00", "2019-12-31T21:00:00Z"),
        *("غير محدد", "", "31/02/2021"),
    ],
)
def test_a_date_that_cannot_be_is_refused_for_the_printed_one(read: Read, wrong: str) -> None:
    found = read("<p>نشر في: 5 آذار 2021 - 10:15</p>", ld(datePublished=wrong) + meta("article:published_time", wrong))
    assert (found.published_date, found.published_at) == (date(2021, 3, 5), at("2021-03-05T10:15+03:00"))
    alone = read("", ld(datePublished=wrong))
    assert alone.published_date is None


def test_the_first_of_january_is_believed_where_readers_see_it_too(read: Read) -> None:
    found = read("<p>1 كانون الثاني 2020</p>", ld(datePublished="2020-01-01T00:00:00+03:00"))
    assert found.published_date == date(2020, 1, 1)


def test_a_year_or_a_month_alone_is_kept_as_such_and_yields_to_a_day(read: Read) -> None:
    assert read("", ld(datePublished="2020")).published_precision is Precision.YEAR
    month = read("<p>آذار 2021</p>")
    assert (month.published_date, month.published_precision) == (date(2021, 3, 1), Precision.MONTH)
    assert read("<p>5 آذار 2021</p>", ld(datePublished="2021")).published_date == date(2021, 3, 5)


def test_an_import_date_yields_to_what_readers_are_told(read: Read) -> None:
    imported = ld(datePublished="2019-06-30T14:00:00+03:00", dateModified="2019-06-30T14:00:00+03:00")
    found = read("<p>الخميس 5 آذار 2009</p>", imported)
    assert (found.published_date, "dates-disagree" in found.flags) == (date(2009, 3, 5), True)
    labelled = read("<p>تاريخ النشر: 5 آذار 2009</p>", ld(datePublished="2019-06-30T14:00:00+03:00"))
    assert labelled.published_date == date(2009, 3, 5)
    by_url = read("", imported, "https://news.example/2009/03/05/story")
    assert by_url.published_date == date(2009, 3, 5)


def test_a_publication_at_the_moment_of_the_capture_is_the_templates(read: Read) -> None:
    found = read("<p>5 آذار 2021</p>", meta("article:published_time", "2026-11-22T11:59:58Z"))
    assert found.published_date == date(2021, 3, 5)


def test_without_a_reason_machines_are_believed_and_it_is_flagged(read: Read) -> None:
    found = read("<p>9 آذار 2021</p>", ld(datePublished="2021-03-05T10:00:00+03:00"))
    assert (found.published_date, found.flags) == (date(2021, 3, 5), ("dates-disagree",))


def test_month_first_is_read_only_with_evidence(read: Read) -> None:
    plain = read("<p>03/04/2021</p>")
    assert plain.published_date == date(2021, 4, 3)
    agreed = read("<p>03/04/2021</p>", url="https://news.example/2021/03/04/story")
    assert agreed.published_date == date(2021, 3, 4)
    future = read("<p>11/12/2026</p>")  # the 11th of December is still to come
    assert (future.published_date, future.flags) == (date(2026, 11, 12), ("month-first",))


# --- zones ---------------------------------------------------------------------------------------


def test_utc_near_midnight_gives_the_local_day(read: Read) -> None:
    found = read("", ld(datePublished="2021-03-05T22:30:00Z"))
    assert (found.published_date, found.published_at) == (date(2021, 3, 6), at("2021-03-05T22:30+00:00"))
    printed = read("<p>6 آذار 2021 - 01:30</p>", ld(datePublished="2021-03-05T22:30:00Z"))
    assert (printed.published_date, printed.published_at) == (date(2021, 3, 6), at("2021-03-05T22:30+00:00"))


def test_a_z_behind_the_very_time_that_readers_see_is_local_time(read: Read) -> None:
    found = read("<p>5 آذار 2021 - 22:30</p>", ld(datePublished="2021-03-05T22:30:00Z"))
    assert (found.published_date, found.published_at) == (date(2021, 3, 5), at("2021-03-05T22:30+03:00"))
    assert "zone-contradicted" in found.flags


def test_a_z_by_day_is_no_truer(read: Read) -> None:
    found = read("<p>5 آذار 2021 - 10:15</p>", ld(datePublished="2021-03-05T10:15:00Z"))
    assert found.published_at == at("2021-03-05T10:15+03:00")


def test_without_the_publishers_zone_the_printed_morning_after_is_believed(read: Read) -> None:
    said = ld(datePublished="2021-03-05T22:30:00Z")
    assert read("<p>6 آذار 2021 - 01:30</p>", said, timezone="UTC").published_date == date(2021, 3, 6)
    assert read("<p>5 آذار 2021 - 22:30</p>", said, timezone="UTC").published_date == date(2021, 3, 5)
    assert read("", said, timezone="UTC").published_date == date(2021, 3, 5)
    assert read("<p>6 آذار 2021</p>", said.replace("22:30", "10:30"), timezone="UTC").published_date == date(2021, 3, 5)


def test_software_set_to_utc_keeps_its_moment_and_the_printed_day(read: Read) -> None:
    for printed in ("5 آذار 2021 - 22:30", "5 آذار 2021"):
        found = read(f"<p>{printed}</p>", ld(datePublished="2021-03-05T22:30:00+00:00"))
        assert (found.published_date, found.published_at) == (date(2021, 3, 5), at("2021-03-05T22:30+00:00"))
        assert found.flags == ("day-as-printed",)


def test_a_time_without_a_zone_is_the_sources_and_flagged(read: Read) -> None:
    found = read("<p>5 آذار 2021 - 10:15</p>")
    assert (found.published_at, found.flags) == (at("2021-03-05T10:15+03:00"), ("zone-assumed",))
    zoned = read("<p>5 آذار 2021 - 10:15 بتوقيت غرينتش</p>")
    assert (zoned.published_at, zoned.flags) == (at("2021-03-05T10:15+00:00"), ())


def test_a_day_of_machines_takes_the_time_that_readers_see(read: Read) -> None:
    found = read("<p>5 آذار 2021 - 10:15 ص</p>", ld(datePublished="2021-03-05"))
    assert (found.published_at, found.published_precision) == (at("2021-03-05T10:15+03:00"), Precision.MINUTE)


# --- updates -------------------------------------------------------------------------------------


def test_publication_and_edit_are_both_kept(read: Read) -> None:
    by_machines = read("", ld(datePublished="2021-03-05T10:00:00+03:00", dateModified="2021-03-06T09:00:00+03:00"))
    printed = read("<p>نشر: 5 آذار 2021 10:00</p><p>آخر تحديث: 6 آذار 2021 09:00</p>")
    for found in (by_machines, printed):
        assert (found.published_date, found.updated_at) == (date(2021, 3, 5), at("2021-03-06T09:00+03:00"))


def test_an_edit_before_the_publication_is_a_drafts(read: Read) -> None:
    found = read("", ld(datePublished="2021-03-05T10:00:00+03:00", dateModified="2021-03-04T09:00:00+03:00"))
    assert (found.published_date, found.updated_at) == (date(2021, 3, 5), None)


def test_only_the_edit_is_shown_so_the_page_is_as_old_as_that_and_says_so(read: Read) -> None:
    found = read("<p>آخر تحديث: 6 آذار 2021 09:00</p>")
    assert (found.published_date, found.updated_at) == (date(2021, 3, 6), at("2021-03-06T09:00+03:00"))
    assert "from-update" in found.flags
    assert read("", ld(dateModified="2021-03-06T09:00:00+03:00")).published_date is None


# --- JSON-LD as it comes -------------------------------------------------------------------------


def test_the_articles_block_is_found_among_others(read: Read) -> None:
    other = ld(headline="سوق الكتب يعود نهاية الأسبوع", datePublished="2020-02-02T10:00:00+03:00")
    site = '<script type="application/ld+json">{"@type": "WebSite", "datePublished": "2011-01-05"}</script>'
    mine = ld(datePublished="2021-03-05T10:00:00+03:00", dateCreated="2021-02-20T10:00:00+03:00")
    assert read("", site + other + mine).published_date == date(2021, 3, 5)
    graph = {
        "@context": "https://schema.org",
        "@graph": [
            {"@type": ["Organization", "Brand"], "name": "المثال", "foundingDate": "1999-01-01"},
            {"@type": "WebPage", "datePublished": "2021-03-05T07:00:00+00:00"},
            {"@type": ["Article", "NewsArticle"], "headline": TITLE, "datePublished": "2021-03-05T07:00:00+00:00"},
        ],
    }
    found = read("", f'<script type="application/ld+json">{json.dumps(graph)}</script>')
    assert (found.published_date, found.published_method) == (date(2021, 3, 5), "json-ld")


def test_broken_json_still_says_its_date(read: Read) -> None:
    broken = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "x" "y",'
        '"datePublished": "2021-03-05T10:00:00+03:00",}</script>'
    )
    found = read("", broken)
    assert (found.published_date, "json-ld-damaged" in found.flags) == (date(2021, 3, 5), True)


def test_json_ld_in_numbers_arabic_or_hijri_is_read(read: Read) -> None:
    assert read("", ld(datePublished=1614927600)).published_date == date(2021, 3, 5)
    assert read("", ld(datePublished="٥ مارس ٢٠٢١ ١٠:١٥ ص")).published_date == date(2021, 3, 5)
    hijri = read("", ld(datePublished="21 رجب 1442 هـ"))
    assert (hijri.published_date, hijri.published_calendar) == (date(2021, 3, 5), "hijri")


# --- less than a date ----------------------------------------------------------------------------


def test_an_age_gives_a_day_only_where_it_can_be_but_one(read: Read) -> None:
    certain = read('<time class="published">منذ ساعتين</time>')
    assert (certain.published_date, certain.published_at) == (date(2026, 11, 22), None)
    assert "from-age" in certain.flags
    assert read('<time class="published">أمس</time>').published_date == date(2026, 11, 21)
    assert read('<time class="published">منذ يوم</time>').published_date is None  # of two days it can be either
    assert read('<time class="published">منذ 6 أشهر</time>').published_date is None


def test_a_day_without_a_year_is_the_last_one_and_yields_to_any_other(read: Read) -> None:
    found = read('<span class="published">نشر في 5 مارس</span>')
    assert (found.published_date, "year-assumed" in found.flags) == (date(2026, 3, 5), True)
    assert read('<span class="published">5 مارس</span>', meta("dc.date", "2021-03-05")).published_date == date(
        2021, 3, 5
    )


def test_hijri_and_gregorian_that_disagree_are_flagged_in_the_article(read: Read) -> None:
    found = read("<p>10 رجب 1441 هـ - 25 آذار 2020 م</p>")
    assert (found.published_date, found.flags) == (date(2020, 3, 25), ("hijri-contradicts",))
    assert found.published_calendar == "gregorian"
