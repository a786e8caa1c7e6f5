"""robots.txt against RFC 9309, the suites of others, and rules of Arabic sites."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crawlers.robots_rules import MAX_BYTES, read_robots
from tests.crawlers.robots_suites import google_cases, protego_tests

SHARED = Path(__file__).parents[3] / "shared"
SUITES = SHARED / "fixtures/robots"
GOOGLE = SUITES / "google__robotstxt/robots_test.cc"
PROTEGO = SUITES / "scrapy__protego/test_protego.py"
shared = pytest.mark.skipif(not SUITES.exists(), reason="../shared is not on this machine")

# Where a suite says other than RFC 9309, and why we side with the RFC.
AGAINST_GOOGLE = {
    ("ID_Encoding", "http://foo.bar/foo/bar/ツ"): "the caller is to escape the URL there; we do",
    ("ID_Encoding", "http://foo.bar/foo/bar/baz"): "the RFC's table in 2.2.2 has %62%61%7A match baz",
}
AGAINST_PROTEGO = {
    "test_generosity": "an agent with a space is no product token",
    "test_grouping_unknown_keys": "2.2.4: other records must not end a group",
    "test_unicode_url_and_useragent": "2.2.1: a product token is asked for, no whole User-Agent header",
    "test_special_symbols_dual_behaviour": "2.2.3: a closing $ is the end, not a letter",
}
NOT_OURS = (  # interfaces that we do not have, or that look into Protego
    "test_bytestrings", "test_line_endings", "test_no_preferred_host", "test_no_request_rate", "test_parse_time_period",
    "test_request_rate", "test_request_rate_bare_number", "test_visit_time",
)  # fmt: skip


@shared
def test_google_s_suite_is_passed_but_for_what_the_rfc_says_otherwise() -> None:
    cases = list(google_cases(GOOGLE))
    assert len(cases) >= 140
    wrong = [each for each in cases if read_robots(each.robots).for_agent(each.agent).allows(each.url) != each.allowed]
    assert {(each.test, each.url) for each in wrong} == set(AGAINST_GOOGLE)


@shared
@pytest.mark.parametrize("name", sorted(protego_tests(PROTEGO)) if PROTEGO.exists() else [])
def test_protego_s_suite_is_passed_but_for_what_the_rfc_says_otherwise(name: str) -> None:
    if name in NOT_OURS:
        pytest.skip("an interface of Protego alone")
    run = protego_tests(PROTEGO)[name]
    if name in AGAINST_PROTEGO:
        with pytest.raises(AssertionError):
            run()
    else:
        run()


@shared
@pytest.mark.parametrize(
    ("file", "agent", "allowed", "forbidden"),
    [
        ("rfc9309-example-simple-robots.txt", "foobot", ["/example/page.html", "/example/allowed.gif"], ["/", "/a/b"]),
        ("rfc9309-example-simple-robots.txt", "barbot", ["/"], ["/example/page.html"]),
        ("rfc9309-example-simple-robots.txt", "quxbot", ["/", "/example/page.html"], []),
        ("rfc9309-example-simple-robots.txt", "other", ["/", "/publications/1"], ["/example/page.html", "/a.gif"]),
        ("rfc9309-example-longest-match-robots.txt", "foobot", ["/", "/example/page/a"],
         ["/example/page/disallowed.gif"]),
        ("rfc9309-example-rule-group-merging.txt", "examplebot", ["/"], ["/foo", "/bar", "/baz"]),
        ("rfc9309-example-rule-group-merging.txt", "bazbot", ["/foo", "/bar"], ["/baz"]),
        ("merge-rules.txt", "wget", ["/foo/bar/bar.txt", "/chk/bar/bar.txt"], ["/tmp/bar/bar.txt"]),
        ("wildcards.txt", "anybot", ["/wishlist/universal/page"], ["/wishlist/bogus", "/anydirectoryhere/gcrnsts"]),
    ],
)  # fmt: skip
def test_crawler_commons_files_say_what_its_tests_say(
    file: str, agent: str, allowed: list[str], forbidden: list[str]
) -> None:
    rules = read_robots((SUITES / "crawler-commons__crawler-commons" / file).read_bytes()).for_agent(agent)
    assert [path for path in allowed if not rules.allows(path)] == []
    assert [path for path in forbidden if rules.allows(path)] == []


@shared
def test_no_robots_txt_of_a_real_publisher_is_a_fault() -> None:
    files = [*(SHARED / "quality/robots").iterdir(), *PROTEGO.parent.glob("www.*")]
    assert len(files) > 20
    for file in files:
        robots = read_robots(file.read_bytes())
        assert isinstance(robots.for_agent("warraq").allows("/"), bool), file.name


ARABIC = "/أخبار/العراق"
ESCAPED = "/%D8%A3%D8%AE%D8%A8%D8%A7%D8%B1/%D8%A7%D9%84%D8%B9%D8%B1%D8%A7%D9%82"


@pytest.mark.parametrize("written", [ARABIC, ESCAPED, ESCAPED.lower(), "/أخبار/*راق", "/*/%d8%a7لعراق$"])
@pytest.mark.parametrize("asked", [ARABIC, ESCAPED, ESCAPED.lower(), f"https://s.test{ARABIC}#تعليق"])
def test_an_arabic_path_is_one_path_in_every_spelling(written: str, asked: str) -> None:
    rules = read_robots(f"User-agent: *\nDisallow: {written}\n".encode()).for_agent("warraq")
    assert not rules.allows(asked)
    assert rules.allows("/أخبار/سوريا")


def test_a_path_in_windows_1256_is_met_as_its_octets() -> None:
    body = b"User-agent: *\nDisallow: /" + "أخبار".encode("windows-1256")
    rules = read_robots(body).for_agent("warraq")
    assert not rules.allows("/%C3%CE%C8%C7%D1/1")
    assert rules.allows("/%D8%A3%D8%AE")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf", b"\xef\xbb"])
def test_marks_and_line_ends_change_nothing(end: str, mark: bytes) -> None:
    body = mark + end.join(["User-agent: warraq", "Disallow: /a", "", "Crawl-delay: 2.5"]).encode()
    rules = read_robots(body).for_agent("Warraq")
    assert (rules.allows("/a/1"), rules.allows("/b"), rules.crawl_delay_s) == (False, True, 2.5)


@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_read(coding: str) -> None:
    body = "\N{ZERO WIDTH NO-BREAK SPACE}User-agent: *\nDisallow: /أخبار\n".encode(coding)
    assert not read_robots(body).for_agent("warraq").allows("/أخبار/1")


@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("warraq", True), ("WARRAQ", True), ("Warraq/1.0", True), ("warraq bot", True), ("Warraq*", True),
        ("warr", False),
        ("warraqbot", False), ("warraq-news", False), ("warraq2", False), ("Mozilla/5.0 warraq", False),
    ],
)  # fmt: skip
def test_a_group_is_for_one_product_token(named: str, meant: bool) -> None:
    rules = read_robots(f"User-agent: {named}\nDisallow: /\n".encode()).for_agent("warraq")
    assert rules.named is meant
    assert rules.allows("/x") is not meant


def test_all_groups_of_a_name_are_one_and_a_named_agent_leaves_the_star_alone() -> None:
    body = b"User-agent: *\nDisallow: /s\n\nUser-agent: a\nUser-agent: warraq\nDisallow: /1\n"
    body += b"\nUser-agent: b\nDisallow: /3\nUser-agent: WARRAQ\nDisallow: /2\n"
    rules = read_robots(body).for_agent("warraq")
    assert [rules.allows(path) for path in ("/1", "/2", "/3", "/s", "/robots.txt")] == [False, False, True, True, True]


def test_a_crawl_delay_is_said_to_its_agents_and_ends_no_group() -> None:
    body = b"User-agent: a\nCrawl-delay: 1\n\nUser-agent: b\nCrawl-delay: 2\n\nUser-agent: *\nDisallow: /x\n"
    robots = read_robots(body)
    assert [robots.for_agent(name).crawl_delay_s for name in ("a", "b", "c")] == [1.0, 2.0, None]
    assert [robots.for_agent(name).allows("/x") for name in ("a", "b", "c")] == [False] * 3


@pytest.mark.parametrize("value", ["soon", "-1", "nan", "inf", "", "1e999"])
def test_a_crawl_delay_that_is_no_number_says_nothing(value: str) -> None:
    assert read_robots(f"User-agent: *\nCrawl-delay: {value}\n".encode()).for_agent("w").crawl_delay_s is None


def test_a_web_page_forbids_nothing() -> None:
    page = "<!DOCTYPE html><html><body>User-agent: * Disallow: / <p>الصفحة غير موجودة</p></body></html>"
    assert read_robots(page.encode()).for_agent("warraq").allows("/x")


def test_what_lies_beyond_500_kib_is_not_read() -> None:
    head = b"User-agent: *\n" + b"#" * (MAX_BYTES - 40) + b"\nDisallow: /in\n"
    rules = read_robots(head + b"#" * 100 + b"\nDisallow: /out\n").for_agent("warraq")
    assert (rules.allows("/in"), rules.allows("/out")) == (False, True)


def test_content_signals_and_sitemaps_are_kept_as_written() -> None:
    body = b"Content-Signal: search=yes, ai-train=no\nUser-agent: *\nContent-signal: /a ai-input=no\nAllow: /\n"
    body += b"Sitemap: /s.xml\n"
    robots = read_robots(body)
    assert robots.signals == ("search=yes, ai-train=no", "/a ai-input=no")
    assert robots.sitemaps == ("/s.xml",)


def test_ai_agents_that_are_told_off_by_name_are_listed() -> None:
    robots = read_robots(b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\nUser-agent: *\nDisallow: /x\n")
    assert robots.forbidden_to(["GPTBot", "CCBot", "ClaudeBot"]) == ["GPTBot", "CCBot"]


@pytest.mark.parametrize(
    "body", [b"User-agent: *\nDisallow: /" + b"*a" * 8000 + b"$", b"User-agent: *\nDisallow: /*\n" * 20_000,
             b"User-agent: a\n" * 35_000 + b"Disallow: /\n",
             b"".join(b"User-agent: %d\n" % n for n in range(12_000)) + b"Disallow: /\n" * 20_000,
             bytes(range(256)) * 2000, b"\xff\xfe" + b"\x00\xd8" * 9000]
)  # fmt: skip
def test_nothing_in_a_robots_txt_takes_long(body: bytes) -> None:
    began = time.process_time()
    read_robots(body).for_agent("warraq").allows("/" + "a" * 4000 + "b")
    assert time.process_time() - began < 2.0
