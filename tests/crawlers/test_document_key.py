"""One story, one key, whatever its URL looks like."""

from __future__ import annotations

import pytest

from crawlers.document_key import document_key, folded_url
from crawlers.source import Source


def _source(*article_url: str) -> Source:
    return Source.model_validate(
        {
            "id": "almithal",
            "name": {"ar": "المثال", "en": "Almithal"},
            "country": "IQ",
            "home": "https://news.example/",
            "timezone": "Asia/Baghdad",
            "article_url": article_url,
        }
    )


def test_the_group_named_id_is_the_key() -> None:
    source = _source(r"/story/(?P<id>\d+)")
    assert document_key("https://news.example/story/17/any-slug?x=1", source) == "almithal:17"
    assert document_key("https://m.news.example/amp/story/17", source) == "almithal:17"


def test_a_pattern_without_an_id_leaves_the_folded_url() -> None:
    assert document_key("https://www.news.example/story/17/", _source(r"/story/\d+")) == "news.example/story/17"


@pytest.mark.parametrize(
    "url",
    [
        "http://news.example/story/17",
        "https://www.news.example/story/17/",
        "https://m.news.example/story/17#comments",
        "https://NEWS.example:443/story/17?utm_source=x&utm_medium=y",
        "https://news.example/story/17?fbclid=abc&gclid=1&igshid=2&ref=home&mc_cid=9",
        "https://news.example/story/17/amp",
        "https://news.example/story/17/amp/",
        "https://news.example/amp/story/17",
        "https://news.example/story/17?amp=1",
    ],
)
def test_twins_of_a_story_share_a_key(url: str) -> None:
    assert folded_url(url) == "news.example/story/17"


def test_parameters_that_choose_the_story_stay_in_their_order() -> None:
    assert folded_url("https://news.example/?p=9&utm_source=x&lang=ar") == "news.example?p=9&lang=ar"


def test_three_spellings_of_an_arabic_path_are_one() -> None:
    keys = {
        folded_url(f"https://news.example/{path}")
        for path in ("%d8%a8%d8%ba%d8%af%d8%a7%d8%af", "%D8%A8%D8%BA%D8%AF%D8%A7%D8%AF", "بغداد")
    }
    assert keys == {"news.example/%D8%A8%D8%BA%D8%AF%D8%A7%D8%AF"}


def test_two_stories_keep_two_keys() -> None:
    assert folded_url("https://news.example/story/17") != folded_url("https://news.example/story/18")


def test_a_port_that_is_no_default_belongs_to_the_key() -> None:
    assert folded_url("http://127.0.0.1:8080/story/17") == "127.0.0.1:8080/story/17"


def test_a_host_of_two_labels_keeps_its_m() -> None:
    assert folded_url("https://m.example/story") == "m.example/story"


@pytest.mark.parametrize("url", ["http://[broken/x", "not a url", "https://news.example:port/x"])
def test_what_is_no_url_is_its_own_key(url: str) -> None:
    assert folded_url(url) == url
