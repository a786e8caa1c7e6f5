"""Which URLs of an unknown site are articles, told from their shapes, the words of their links and who names them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import pytest
import yaml

from crawlers.probing.families import Named, Standing, families_of, is_headline, merged
from crawlers.probing.patterns import patterns_for
from crawlers.probing.shapes import shape_of
from crawlers.source import Source
from crawlers.source_text import source_text

SITE = "https://www.x.example"
HOSTS = frozenset({"www.x.example"})
HEADLINE = "البلدية تفتتح السوق القديم بعد ترميمه"


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/news/politics/168078/some-long-title-here", ["word", "word", "num", "slug"]),
        ("/2026/11/27/any.html", ["year", "month", "day", "word"]),
        ("/2026/3", ["year", "month"]),
        ("/1999/77", ["num", "num"]),
        ("/?q=node/12", ["word", "num"]),
        ("/news/2020-06-03-1.3874341", ["word", "slug"]),
        ("/v.aspx?cdate=27102012&id=d8f3c548-2cc9-4232-9fe2-d4320d62684a", ["word", "num", "uuid"]),
        ("/ar/news3370327.htm", ["word", "word-num"]),
        ("/0qFfde", ["code"]),
        ("/a/%D8%A7%D9%84%D8%B3%D9%88%D9%82-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%85-%D8%AC", ["word", "slug"]),
        ("/section?utm_source=x&fbclid=1", ["word"]),
        ("/amp/article/5", ["word", "num"]),
    ],
)
def test_each_step_of_a_url_has_a_kind(path: str, kinds: list[str]) -> None:
    shape = shape_of(SITE + path)
    assert shape is not None
    assert [step.kind for step in shape.places] == kinds


@pytest.mark.parametrize("url", ["", "http://[a", "mailto:a@b.example", "/news/1"])
def test_what_is_no_url_has_no_shape(url: str) -> None:
    assert shape_of(url) is None


def test_headlines_are_told_from_sections_and_buttons() -> None:
    assert is_headline(HEADLINE)
    assert not any(map(is_headline, ["رياضة", "اقرأ المزيد", "أخبار محلية عامة", "1 2 3 4 5 6 7 8"]))


def patterns(named: Sequence[Named], moved: Mapping[str, str] | None = None, sections: Sequence[str] = ()) -> list[str]:
    found = merged([each for each in families_of(named, HOSTS) if each.standing is not Standing.NO])
    return list(patterns_for(found, moved or {}, sections).article_url)


def by(kind: str, *paths: str, text: str = "") -> list[Named]:
    return [Named(SITE + path, kind, text) for path in paths]


JOOMLA = "/index.php?option=com_content&view="
CASES: dict[str, tuple[list[Named], list[str], list[str], bool]] = {  # named, articles to come, no articles, with an id
    "numbers in sections": (
        by("feed", *(f"/news/{section}/{n}/title-of-it" for n, section in enumerate("abcab", 1000))),
        ["/news/unseen/2000/another"],
        ["/tag/x/5/t", "/news/a", "/news/a/1000"],
        True,
    ),
    "bare numbers": (by("feed", *(f"/{n}" for n in range(100, 120))), ["/5000"], ["/page/2", "/about", "/"], True),
    "dates": (
        by("feed", *(f"/2026/11/{n}/{'abc'[n % 3] * 4}/" for n in range(10, 20))),
        ["/2027/1/2/x"],
        ["/category/a/", "/2026/11/", "/2026/11/05/"],
        False,
    ),
    "titles alone": (
        by("feed", *(f"/عنوان-خبر-طويل-{letter}" for letter in "ابتثج")),
        ["/some-thing-else-again"],
        ["/about", "/contact-us"],
        False,
    ),
    "unclean": (
        by("page", *(f"/?q=node/{n}" for n in range(10, 20)), text=HEADLINE)
        + by("page", *(f"/?q=taxonomy/term/{n}" for n in range(9)), text="وسم"),
        ["/?page=0&q=node/999"],
        ["/?q=taxonomy/term/3", "/?q=user/5"],
        True,
    ),
    "joomla": (
        by(
            "page",
            *(f"/index.php?option=com_content&view=article&id={n}:x&catid={n % 4}" for n in range(40)),
            text=HEADLINE,
        )
        + by("page", *(f"/index.php?option=com_content&view=category&id={n}" for n in range(9)), text="قسم"),
        ["/index.php?option=com_content&view=article&id=999:new&catid=77"],
        ["/index.php?option=com_content&view=category&id=3", "/index.php?option=com_users"],
        True,
    ),
    "guids": (
        by("feed", *(f"/view.aspx?cdate=2710201{n}&id=d8f3c548-2cc9-4232-9fe2-d4320d62684{n}" for n in range(9))),
        ["/view.aspx?cdate=01012027&id=00000000-2cc9-4232-9fe2-d4320d626841"],
        ["/view.aspx?cdate=01012027", "/list.aspx?id=1"],
        True,
    ),
    "a number behind a date and a dash": (
        by("page", *(f"/politics/2020-06-0{n}-1.387434{n}" for n in range(1, 9)), text=HEADLINE),
        ["/politics/2021-01-01-1.4000000"],
        ["/politics/", "/politics/about"],
        True,
    ),
    "codes": (by("feed", *(f"/0qFfd{letter}" for letter in "abcdefgh")), ["/9Zxcv1"], ["/about"], True),
}


@pytest.mark.parametrize("name", CASES)
def test_patterns_take_what_is_alike_and_nothing_else(name: str) -> None:
    named, articles, others, has_id = CASES[name]
    rules = [re.compile(rule) for rule in patterns(named)]
    wanted = [each.url for each in named if each.by != "page" or each.text == HEADLINE] + [
        SITE + path for path in articles
    ]
    assert all(any(rule.search(url) for rule in rules) for url in wanted)
    assert not any(rule.search(SITE + path) for path in others for rule in rules)
    assert all("?P<id>" in rule.pattern for rule in rules) == has_id
    tracked = [f"{url}{'&' if '?' in url else '?'}utm_source=rss#top" for url in wanted]
    assert all(any(rule.search(url) for rule in rules) for url in tracked)
    bare = [url.replace("https://www.", "http://") for url in wanted]
    assert all(any(rule.search(url) for rule in rules) for url in bare)


def test_twins_share_an_id_where_one_leads_to_the_other() -> None:
    named = by("news", *(f"/ar/news/{n}-the-title.html" for n in range(10, 20))) + by("feed", "/s/12")
    moved = {f"{SITE}/s/12": f"{SITE}/ar/news/12-the-title.html"}
    assert [rule for rule in patterns(named, moved) if "/s/(?P<id>" in rule]
    assert not [rule for rule in patterns(named) if "/s/(?P<id>" in rule]


def test_ids_that_two_kinds_of_page_count_alone_are_kept_apart() -> None:
    named = by("feed", *(f"/{n}" for n in range(100, 140))) + by(
        "page", *(f"/video/{n}" for n in range(3)), text=HEADLINE
    )
    assert any("(?P<id>video/" in rule for rule in patterns(named))


def test_amp_twins_are_one_family() -> None:
    named = by("feed", *(f"/story/{n}" for n in range(50, 60))) + by(
        "page", "/amp/story/50", "/amp/story/51", text=HEADLINE
    )
    (rule,) = patterns(named)
    assert re.search(rule, f"{SITE}/amp/story/77")


def test_other_hosts_are_left_out_and_sub_hosts_are_not() -> None:
    named = [Named("https://sport.x.example/a/5001", "feed"), Named("https://twitter.example/a/5002", "feed")]
    (family,) = families_of(named, HOSTS)
    assert family.urls == ["https://sport.x.example/a/5001"]


def test_a_pattern_for_titles_takes_no_time_on_long_urls() -> None:
    (rule,) = patterns(by("feed", *(f"/title-of-some-article-{letter}" for letter in "abcdef")))
    assert not re.search(rule, f"{SITE}/{'a-' * 3000}/x/y")


def test_a_source_survives_its_own_text() -> None:
    source = Source.model_validate(
        {
            "id": "prova",
            "name": {"ar": "تجربة: «أولى»", "en": "Trial #1, it's"},
            "country": "IQ",
            "home": "https://prova.example/?a=[1]",
            "timezone": "Asia/Baghdad",
            "enabled": False,
            "cadence": "90m",
            "discover": {
                "feeds": ["https://prova.example/rss?a={b},c"],
                "sections": [{"url": "https://prova.example/a", "pages": "?page={n}"}],
                "ids": {"url": "https://prova.example/{id}", "from": 3},
            },
            "article_url": [r"^https?://x/(?P<id>\d+): #'\"$"],
            "politeness": {"delay": "0.5s"},
            "revisit": ["1h", "36h", "1d"],
            "reading": {"title": "h1", "comments": {"item": "li"}},
            "expect": {"per_day": [1, 2]},
            "former_domains": ["old.example"],
            "copies": "aggregator",
            "legal": "yes: it is",
            "evidence": [{"what": "feed, it", "level": "listed", "as_of": "2026-10 (undated)"}],
            "notes": "  odd\n\nnotes: # with 'all' of it  ",
        }
    )
    text = source_text(source)
    assert Source.model_validate(yaml.safe_load(text)) == source
    assert "تجربة" in text and "ids: {url: " in text and "36h" in text
    assert "copies: aggregator" in text
