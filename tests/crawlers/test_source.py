"""Source files: every key is read, and every mistake is named with its file, its line and what was expected."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from crawlers.catalogue import OURS, Catalogue
from crawlers.source import Source, load_source
from crawlers.source_fields import duration
from storage.errors import InvalidSetting, InvalidSource, UnknownSource, UsageError

WHOLE = """\
id: prova
name: {ar: تجربة, en: Trial}
country: IQ
home: https://prova.example/
language: ar
timezone: Asia/Baghdad
enabled: false
cadence: 15m
discover:
  feeds: [https://prova.example/rss.xml]
  sitemaps: [robots, https://prova.example/sitemap.xml]
  sections:
    - {url: https://prova.example/a, links: "h2 > a", pages: "?page={n}"}
    - {url: https://prova.example/b, links: "//h3/a", older: "a.older"}
  ids: {url: "https://prova.example/node/{id}", from: 1, to: 9}
  wordpress: [https://prova.example/blog]
article_url: ['/news/(?P<id>\\d+)']
ignore_url: ['/news/live']
politeness: {delay: 0.1s, concurrency: 2}
revisit: [1h, 6h, 1d, 30d]
reading:
  title: h1
  body: div.text
  remove: [.more, aside]
  authors: .author
  published: time
  comments: {item: .comment, author: .who, text: .what, date: .when}
expect: {per_day: [20, 400]}
former_domains: [old.example]
evidence: [{what: feed, level: validated, as_of: 2026-02-26}]
notes: ملاحظة
"""
LEAST = """\
id: prova
name: {ar: تجربة, en: Trial}
country: IQ
home: https://prova.example/
timezone: Asia/Baghdad
"""


def written(folder: Path, text: str | bytes, name: str = "prova.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def problem(folder: Path, text: str | bytes) -> str:
    """What is said of a file, from the line number on: `3: country: …`."""
    file = written(folder, text)
    with pytest.raises(InvalidSource) as raised:
        load_source(file)
    said = str(raised.value)
    assert said.startswith(f"{file}:")
    assert "\n" not in said
    return said.removeprefix(f"{file}:")


def test_every_key_is_read(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, WHOLE))
    assert (source.name.ar, source.country, source.enabled, source.cadence) == ("تجربة", "IQ", False, minutes(15))
    assert source.discover.sitemaps == ("robots", "https://prova.example/sitemap.xml")
    assert [section.older for section in source.discover.sections] == [None, "a.older"]
    assert source.discover.ids is not None
    assert (source.discover.ids.from_, source.discover.ids.to) == (1, 9)
    assert source.politeness.delay == timedelta(seconds=0.1)
    assert source.revisit == (minutes(60), minutes(360), timedelta(days=1), timedelta(days=30))
    assert source.reading.remove == (".more", "aside")
    assert source.reading.comments is not None
    assert source.reading.comments.date == ".when"
    assert source.expect.per_day == (20, 400)
    assert source.evidence[0].as_of == date(2026, 2, 26)
    assert str(source.zone) == "Asia/Baghdad"


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


@pytest.mark.parametrize("text", [WHOLE, LEAST])
def test_a_source_survives_the_way_to_the_crawl_process(tmp_path: Path, text: str) -> None:
    source = load_source(written(tmp_path, text))
    assert Source.model_validate(source.model_dump(by_alias=True)) == source
    assert Source.model_validate_json(source.model_dump_json(by_alias=True)) == source


def test_what_is_left_out_has_the_defaults_of_the_design(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, LEAST))
    assert (source.language, source.enabled, source.cadence) == ("ar", True, minutes(60))
    assert (source.politeness.delay, source.politeness.concurrency) == (timedelta(seconds=2), 1)
    assert (source.discover.feeds, source.revisit, source.reading.body) == ((), (), None)


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    file = written(tmp_path, b"\xef\xbb\xbf" + LEAST.replace("\n", "\r\n").encode())
    assert load_source(file).id == "prova"


MISTAKES = {
    "colour: red\n": "6: colour: unknown key; expected one of id, name, country, home",
    "discover:\n  feed: []\n": "7: discover.feed: unknown key; expected one of feeds, sitemaps, sections, ids",
    "discover:\n  ids:\n    url: https://a.example/\n    start: 1\n    from: 1\n": (
        "9: discover.ids.start: unknown key; expected one of url, from, to"
    ),
    "reading:\n  comments:\n    author: b\n": "7: reading.comments.item: missing",
    "cadence: often\n": "6: cadence: expected a duration such as 30s, 15m, 6h or 7d, not 'often'",
    "cadence: 15\n": "6: cadence: expected a duration such as 30s, 15m, 6h or 7d, not 15",
    "cadence: 99999999999d\n": "6: cadence: expected a duration",
    "politeness:\n  delay: -1s\n": "7: politeness.delay: expected a duration",
    "politeness:\n\n  concurrency: 0\n": "8: politeness.concurrency: Input should be greater than or equal to 1",
    "article_url:\n  - /a/\n  - '/(b'\n": "8: article_url.1: expected a regular expression; '/(b' is not one",
    "ignore_url: [7]\n": "6: ignore_url.0: expected a regular expression as text, not 7",
    "discover:\n  feeds: [ftp://a.example/]\n": "7: discover.feeds.0: expected an http or https URL",
    "discover:\n  feeds: ['http://[a/']\n": "7: discover.feeds.0: expected an http or https URL",
    "discover:\n  feeds: ['https://a.example/b c']\n": "7: discover.feeds.0: expected an http or https URL",
    "discover:\n  sitemaps: [robot]\n": "7: discover.sitemaps.0: expected an http or https URL",
    "discover:\n  sections:\n    - url: https://a.example/\n    - pages: x\n      url: nowhere\n": (
        "10: discover.sections.1.url: expected an http or https URL, not 'nowhere'"
    ),
    "discover:\n  sections: [{url: 'https://a.example/', links: 'a['}]\n": (
        "7: discover.sections.0.links: expected a CSS selector; 'a[' is not one"
    ),
    "discover:\n  sections: [{url: 'https://a.example/', older: '//a['}]\n": (
        "7: discover.sections.0.older: expected CSS or XPath; '//a[' is neither"
    ),
    "reading: {title: 'h1::text'}\n": "6: reading.title: expected a CSS selector of elements, without ::",
    "reading:\n  remove:\n    - aside\n    - ''\n": "9: reading.remove.1: expected a CSS selector",
    "revisit: [1h, 0.5s]\n": "6: revisit: expected durations from 1s",
    "expect:\n  per_day: [1, 2, 3]\n": "7: expect.per_day: Tuple should have at most 2 items",
    "evidence: [{what: feed, level: rumour}]\n": (
        "6: evidence.0.level: Input should be 'validated', 'listed' or 'unverified'"
    ),
    "evidence:\n  - what: feed\n    as_of: 2026-02-30\n    level: listed\n": "8: not YAML: day is out of range",
    "enabled: perhaps\n": "6: enabled: Input should be a valid boolean",
    "home: https://other.example/\n": "6: the key 'home' stands here a second time",
    "discover:\n  feeds: []\n  feeds: []\n": "8: the key 'feeds' stands here a second time",
    "notes: [\n": "7: not YAML",
    "\tnotes: x\n": "6: not YAML: found character '\\t' that cannot start any token",
    "notes: a\0b\n": "6: not YAML: unacceptable character",
}


@pytest.mark.parametrize(("more", "expected"), MISTAKES.items(), ids=lambda text: text.split(":")[0].strip())
def test_a_mistake_is_named_with_its_line(tmp_path: Path, more: str, expected: str) -> None:
    assert problem(tmp_path, LEAST + more).startswith(expected)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("country: IQ\n", "", "1: country: missing; every source file needs it"),
        (", en: Trial", "", "2: name.en: missing"),
        ("{ar: تجربة, en: Trial}", "Trial", "2: name: Input should be a valid dictionary"),
        ("country: IQ", "country: Iraq", "3: country: String should match pattern"),
        ("country: IQ", "country: NO", "3: country: Input should be a valid string"),
        ("Asia/Baghdad", "Asia/Bagdad", "5: timezone: expected an IANA time zone such as Asia/Baghdad"),
        ("Asia/Baghdad", "''", "5: timezone: expected an IANA time zone"),
        ("Asia/Baghdad", "Asia", "5: timezone: expected an IANA time zone"),
        ("Asia/Baghdad", "../../etc/passwd", "5: timezone: expected an IANA time zone"),
        ("id: prova", "id: Prova", "1: id: String should match pattern"),
        ("id: prova", "id: proba", "1: expected the id 'prova', as the file is named, not 'proba'"),
        (LEAST, "", "1: expected keys and values"),
        (LEAST, "# nothing yet\n", "1: expected keys and values"),
        (LEAST, "- id: prova\n", "1: expected keys and values"),
        (LEAST, "prova", "1: expected keys and values"),
        (LEAST, LEAST + "---\n" + LEAST, "6: not YAML: but found another document"),
    ],
)
def test_what_is_missing_or_wrong_is_named_with_its_line(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    assert problem(tmp_path, LEAST.replace(before, after)).startswith(expected)


def test_a_file_in_another_encoding_is_named_with_the_line_of_its_first_wrong_byte(tmp_path: Path) -> None:
    assert problem(tmp_path, LEAST.encode("windows-1256")).startswith("2: expected UTF-8 text")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidSource, match=r"none\.yaml: cannot be read: No such file"):
        load_source(tmp_path / "none.yaml")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("30s", 30), ("15m", 900), ("6h", 21600), ("7d", 604800), ("0.1s", 0.1), ("0s", 0), (" 2 h ", 7200)],
)
def test_durations(text: str, seconds: float) -> None:
    assert duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize("text", ["", "s", "1", "1w", "1.s", "-1s", "1h30m", 5, None, True])
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match="expected a duration such as 30s"):
        duration(text)


def test_patterns_say_what_is_an_article(tmp_path: Path) -> None:
    source = load_source(written(tmp_path, WHOLE))
    assert source.is_article("https://prova.example/news/7")
    assert source.is_article("https://m.prova.example/news/7?x=1")
    assert not source.is_article("https://prova.example/news/live/7")
    assert not source.is_article("https://prova.example/about")


def test_without_patterns_every_other_page_of_the_publisher_is_an_article(tmp_path: Path) -> None:
    text = WHOLE.replace("article_url: ['/news/(?P<id>\\d+)']\n", "")
    source = load_source(written(tmp_path, text))
    here = "https://prova.example"
    assert all(
        map(source.is_article, [f"{here}/x", f"{here}/?p=7", "https://www.prova.example/x", "http://old.example/1"])
    )
    own = [f"{here}/", here, f"{here}/rss.xml", f"{here}/a", f"{here}/robots.txt", f"{here}/news/live"]
    elsewhere = ["https://social.example/prova", "https://notprova.example/x", "http://[bad/x"]
    assert not any(map(source.is_article, own + elsewhere))


def test_a_file_of_the_user_replaces_ours(tmp_path: Path) -> None:
    ours = next(iter(Catalogue()))
    written(tmp_path, LEAST.replace("prova", ours), f"{ours}.yaml")
    written(tmp_path / "deeper", LEAST)
    catalogue = Catalogue(tmp_path)
    assert catalogue[ours].name.en == "Trial"
    assert catalogue.file(ours) == tmp_path / f"{ours}.yaml"
    assert set(catalogue) == set(Catalogue()) | {"prova"}
    assert OURS in Catalogue().file(ours).parents


def test_two_files_of_one_id_are_both_named(tmp_path: Path) -> None:
    first, second = written(tmp_path / "a", LEAST), written(tmp_path / "b", LEAST)
    with pytest.raises(InvalidSource, match="the source 'prova' stands in") as raised:
        Catalogue(tmp_path)
    assert str(first) in str(raised.value)
    assert str(second) in str(raised.value)


def test_an_unknown_id_is_answered_with_the_nearest(tmp_path: Path) -> None:
    written(tmp_path, LEAST)
    with pytest.raises(UnknownSource, match="unknown source 'prva'; nearest: 'prova'"):
        Catalogue(tmp_path).chosen(["prva"])
    with pytest.raises(UnknownSource, match="`warraq sources list` shows them all"):
        Catalogue(tmp_path).file("qqqqqqqq")


def test_sources_are_chosen_once_each_in_the_order_named(tmp_path: Path) -> None:
    for name in ("one", "two"):
        written(tmp_path, LEAST.replace("prova", name), f"{name}.yaml")
    assert [each.id for each in Catalogue(tmp_path).chosen(["two", "one", "two"])] == ["two", "one"]


def test_where_no_source_is_enabled_there_is_nothing_to_do(tmp_path: Path) -> None:
    for source_id in Catalogue():
        written(tmp_path, LEAST.replace("prova", source_id) + "enabled: false\n", f"{source_id}.yaml")
    with pytest.raises(UsageError, match="no source is enabled"):
        Catalogue(tmp_path).chosen([])


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidSetting, match=f"WARRAQ_SOURCES: expected a folder of source files; {tmp_path}{os.sep}no"
    ):
        Catalogue(tmp_path / "no")


def test_a_broken_file_elsewhere_does_not_stop_another_source(tmp_path: Path) -> None:
    written(tmp_path, LEAST)
    written(tmp_path, "id: [", "broken.yaml")
    catalogue = Catalogue(tmp_path)
    assert [each.id for each in catalogue.chosen(["prova"])] == ["prova"]
    with pytest.raises(InvalidSource, match=r"broken\.yaml:1: not YAML"):
        catalogue.chosen(["broken"])
