"""How we behave at a publisher's: what robots.txt and Retry-After ask for is done, and nothing odd ends the crawl."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from crawlers.politeness import seconds_to_wait, user_agent
from crawlers.turns import FAILURES_TO_BE_DOWN, MAX_WAIT_S
from storage.http_message import parse_response
from storage.ledger import Ledger
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import job_for, job_for_all, outcome, records, run_job, source_at
from tests.crawlers.scripted import HTML, Scripted, answer, ok, site

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("Sun, 22 Nov 2026 10:01:30 GMT", 90.0),
        ("Sun, 22 Nov 2026 13:01:30 +0300", 90.0),
        ("Sun, 22 Nov 2026 10:01:30 -0000", 90.0),
        ("Sun, 22 Nov 2026 09:00:00 GMT", 0.0),
        ("9" * 400, float("inf")),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str, seconds: float) -> None:
    assert seconds_to_wait(header, 0, NOW) == seconds


@pytest.mark.parametrize(
    "header", [None, "", "-5", "1.5", "soon", "\N{SUPERSCRIPT TWO}", "Fri, 31 Dec 99999 23:59:59 GMT",
               "Fri, 31 Dec 1999 23:59:59 +99999999999999999999", "بعد قليل"],
)  # fmt: skip
def test_without_a_readable_retry_after_waits_double(header: str | None) -> None:
    assert [seconds_to_wait(header, attempt, NOW) for attempt in range(3)] == [5.0, 10.0, 20.0]


def test_the_user_agent_says_who_and_how_to_reach_us() -> None:
    said = user_agent("mailto:desk@prova.example")
    assert said.startswith("Mozilla/5.0 (compatible; Warraq/")
    assert said.endswith("; +mailto:desk@prova.example)")


def statuses(folder: Path, ending: str) -> list[int]:
    """Statuses of the captures of one URL, in the order they were made."""
    kept = (r for r in records(folder) if r.kind == "response" and str(r.header("WARC-Target-URI")).endswith(ending))
    return [parse_response(record.block).status for record in kept]


def states(folder: Path) -> dict[str, int]:
    ledger = Ledger(f"sqlite:///{folder / 'ledger.db'}")
    try:
        return ledger.url_counts("prova")
    finally:
        ledger.close()


@pytest.mark.parametrize("status", [b"429 Too Many Requests", b"503 Service Unavailable"])
def test_one_who_asks_us_to_wait_is_waited_for_and_both_answers_are_kept(tmp_path: Path, status: bytes) -> None:
    answers = Scripted(site(1, a_1=[answer(status, b"Retry-After: 1"), ok("<p>خبر</p>", HTML)]))
    with serving_bytes(answers) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
    first, second = answers.times("/a/1")
    assert second - first >= 1.0
    assert statuses(tmp_path, "/a/1") == [int(status[:3]), 200]
    assert (ended.outcome, ended.counts["fetched"], ended.counts.get("failed", 0)) == ("finished", 1, 0)
    assert states(tmp_path) == {"done": 1}


def test_one_who_asks_for_longer_than_we_wait_is_owed_to_the_next_run(tmp_path: Path) -> None:
    asks = answer(b"429 Too Many Requests", b"Retry-After: %d" % (MAX_WAIT_S + 1))
    answers = Scripted(site(2, a_1=asks))
    with serving_bytes(answers) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
        again = outcome(run_job(job_for(tmp_path, source_at(server.base), run="20261122T100001Z-abc124")))
        asked = [path for path, _ in answers.asked]
    assert statuses(tmp_path, "/a/1") == [429]
    assert asked[-1] == "/a/1"  # the whole host is left in peace, in the next run too
    assert (ended.outcome, ended.counts.get("fetched", 0) + ended.counts["put_off"]) == ("finished", 2)
    assert (again.outcome, again.counts.get("fetched", 0)) == ("finished", 0)
    assert any("asks for quiet (429, asking for 121 s)" in line for line in again.problems)
    assert states(tmp_path)["owed"] == ended.counts["put_off"]


ROBOTS = b"""User-agent: *
Disallow: /

User-agent: warraq
Disallow: /a/2
Crawl-delay: 0.5
"""


@pytest.fixture(scope="module")
def obedient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Scripted, dict[str, int]]]:
    """A crawl of a site whose robots.txt names us: what it wrote, what it asked for, what it counted."""
    folder = tmp_path_factory.mktemp("obedient")
    answers = Scripted(site(4, robots=ok(ROBOTS)))
    with serving_bytes(answers) as server:
        yield folder, answers, outcome(run_job(job_for(folder, source_at(server.base)))).counts


def test_a_crawl_delay_is_the_least_time_between_requests(obedient: tuple[Path, Scripted, dict[str, int]]) -> None:
    times = [at for path, at in obedient[1].asked if path != "/robots.txt"]
    assert len(times) == 4
    # Twisted's timers and the clock of the server differ by some milliseconds.
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.49


def test_what_robots_txt_forbids_is_not_asked_for_and_not_owed(
    obedient: tuple[Path, Scripted, dict[str, int]],
) -> None:
    folder, answers, counts = obedient
    assert answers.times("/a/2") == []
    assert (counts["refused"], counts["fetched"]) == (1, 3)
    assert states(folder) == {"done": 3, "refused": 1}


FORBID = b"User-agent: *\nDisallow: /a/\n"


def hops(count: int) -> dict[str, bytes]:
    """Redirects that lead to the rules after so many steps."""
    steps = {f"/r/{n}": answer(b"302 Found", b"Location: /r/%d" % (n + 1)) for n in range(1, count)}
    return steps | {f"/r/{count}": ok(FORBID)}


ODD_ROBOTS = {
    "missing": (answer(b"404 Not Found"), 1),
    "a-web-page": (ok("<!DOCTYPE html><html><p>الصفحة غير موجودة</p></html>", HTML), 1),
    "broken": (answer(b"500 Internal Server Error"), 0),
    "busy": (answer(b"503 Service Unavailable", b"Retry-After: 0"), 0),
    "forbidden": (answer(b"403 Forbidden", body=FORBID), 1),
    "elsewhere": (answer(b"301 Moved Permanently", b"Location: /rules"), 0),
    "in-circles": (answer(b"302 Found", b"Location: /robots.txt"), 1),
    "not-text": (ok(bytes(range(256)) * 50), 1),
    "nothing": (ok(b""), 1),
    "five-hops": (answer(b"301 Moved Permanently", b"Location: /r/1"), 0),
    "seven-hops": (answer(b"301 Moved Permanently", b"Location: /q/1"), 1),
    "hidden-in-a-page": (ok(b"<html><pre>\n" + FORBID + b"</pre>", HTML), 0),
}
MORE = hops(5) | {path.replace("/r/", "/q/"): each.replace(b"/r/", b"/q/") for path, each in hops(7).items()}


def test_an_odd_robots_txt_does_not_end_the_crawl(tmp_path: Path) -> None:
    with ExitStack() as running:
        sources = []
        for name, (robots, _) in ODD_ROBOTS.items():
            server = running.enter_context(serving_bytes(Scripted(site(1, robots=robots, rules=ok(FORBID)) | MORE)))
            sources.append(source_at(server.base, id=name))
        events = run_job(job_for_all(tmp_path, *sources))
    ended = {each.source: (each.outcome, each.counts.get("fetched", 0)) for each in events if each.kind == "source"}
    assert ended == {name: ("finished", fetched) for name, (_, fetched) in ODD_ROBOTS.items()}


def test_rules_on_another_host_are_this_host_s_rules(tmp_path: Path) -> None:
    with serving_bytes({"/rules": ok(FORBID)}) as other:
        moved = answer(b"301 Moved Permanently", b"Location: %b/rules" % other.base.encode())
        with serving_bytes(Scripted(site(1, robots=moved))) as server:
            ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
    assert (ended.counts.get("fetched", 0), ended.counts["refused"]) == (0, 1)


def test_a_robots_txt_is_asked_for_once_a_day_and_kept_in_the_archive(tmp_path: Path) -> None:
    answers = Scripted(site(1, robots=ok(b"User-agent: *\nDisallow: /b/\n")))
    with serving_bytes(answers) as server:
        source = source_at(server.base, discover={"sitemaps": ["robots"], "sections": [{"url": f"{server.base}/"}]})
        for run in ("20261122T100000Z-abc123", "20261122T100100Z-abc124"):
            run_job(job_for(tmp_path, source, run=run))
    assert len(answers.times("/robots.txt")) == 1
    assert statuses(tmp_path, "/robots.txt") == [200]


def test_what_cannot_be_had_forbids_all_and_is_asked_for_again_in_the_next_run(tmp_path: Path) -> None:
    answers = Scripted(site(2, robots=[*[answer(b"500 Oops")] * 3, ok(b"")]))
    with serving_bytes(answers) as server:
        first = outcome(run_job(job_for(tmp_path, source_at(server.base))))
        asked = [path for path, _ in answers.asked]
        second = outcome(run_job(job_for(tmp_path, source_at(server.base), run="20261122T100001Z-abc124")))
    assert set(asked) == {"/robots.txt"}
    assert (first.counts.get("fetched", 0), first.counts["put_off"]) == (0, 1)
    assert any("/robots.txt answers 500; nothing is fetched until it can be read" in line for line in first.problems)
    assert second.counts["fetched"] == 2


def test_one_connection_a_host_even_without_a_delay(tmp_path: Path) -> None:
    with serving_bytes(Scripted(site(12))) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base))))
    assert ended.counts["fetched"] == 12
    assert {each.connection for each in server.log} == {1}


def test_sources_that_share_a_host_take_turns_there(tmp_path: Path) -> None:
    answers = Scripted(site(4))
    with serving_bytes(answers) as server:
        polite = {"delay": "0.3s", "concurrency": 1}
        sources = [
            source_at(server.base, id=name, politeness=polite, article_url=[f"/a/[{ids}]$"])
            for name, ids in (("one", "12"), ("two", "34"))
        ]
        events = run_job(job_for_all(tmp_path, *sources))
    assert [each.counts["fetched"] for each in events if each.kind == "source"] == [2, 2]
    times = [at for _, at in answers.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.28


def test_a_host_that_is_down_is_left_in_peace_and_named(tmp_path: Path) -> None:
    broken = {f"a_{n}": answer(b"502 Bad Gateway") for n in range(1, 21)}
    answers = Scripted(site(20, **broken))
    with serving_bytes(answers) as server:
        first = outcome(run_job(job_for(tmp_path, source_at(server.base))))
        asked = len(answers.times("/a/"))
        second = outcome(run_job(job_for(tmp_path, source_at(server.base), run="20261122T100001Z-abc124")))
    assert FAILURES_TO_BE_DOWN <= asked <= 3 * FAILURES_TO_BE_DOWN
    assert first.counts.get("failed", 0) + first.counts["put_off"] == 20
    assert any("is down (answers 502); not asked again before" in line for line in first.problems)
    assert len(answers.times("/a/")) == asked
    assert second.counts["put_off"] == 1 + states(tmp_path)["owed"]
