"""What publishers say of AI is written down with each capture, and obeyed where the policy says so."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from crawlers.robots_rules import read_robots
from crawlers.usage import reserved, said_in_answer, said_of_site
from storage.metadata_fields import fields_in
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import job_for, outcome, records, run_job, source_at
from tests.crawlers.scripted import HTML, Scripted, ok, site

PAGE = "https://mithal.example/a/1"
TYPE = ("Content-Type", "text/html; charset=utf-8")
LONG_HEAD = b"<style>" + b".a { margin: 0 }\n" * 1200 + b"</style>"


def gzipped(content: bytes) -> bytes:
    """Without the time: what is compressed is part of a test's name, and two processes have to agree on that."""
    return gzip.compress(content, mtime=0)


@pytest.mark.parametrize(
    ("robots", "said", "why"),
    [
        (b"User-agent: *\nDisallow: /x\n", {}, None),
        (b"User-agent: GPTBot\nDisallow: /\n", {"ai-agents-forbidden": "GPTBot"}, "robots.txt forbids it to GPTBot"),
        (b"User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /a/\n", {"ai-agents-forbidden": "GPTBot CCBot"},
         "robots.txt forbids it to GPTBot"),
        (b"User-agent: CCBot\nDisallow: /video/\n", {}, None),
        (b"User-agent: *\nContent-Signal: search=yes, ai-train=no\nAllow: /\n",
         {"content-signal": "search=yes, ai-train=no"}, "robots.txt says ai-train=no"),
        (b"User-agent: *\nContent-signal: ai-train=yes\n", {"content-signal": "ai-train=yes"}, None),
    ],
)  # fmt: skip
def test_what_robots_txt_says_of_a_page(robots: bytes, said: dict[str, str], why: str | None) -> None:
    found = said_of_site(read_robots(robots), PAGE)
    assert (found, reserved(found)) == (said, why)


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ([TYPE], b"<meta name='robots' content='index'>", {}),
        ([TYPE, ("X-Robots-Tag", "noai, noimageai")], b"", {"header-x-robots-tag": "noai, noimageai"}),
        ([TYPE, ("TDM-Reservation", "1"), ("tdm-policy", "https://mithal.example/p")], b"",
         {"header-tdm-reservation": "1", "header-tdm-policy": "https://mithal.example/p"}),
        ([TYPE], b"<META content=noai name=ROBOTS>", {"meta-robots": "noai"}),
        ([TYPE], b'<meta name="tdm-reservation" content="1">', {"meta-tdm-reservation": "1"}),
        ([TYPE, ("Content-Encoding", "gzip")], gzipped(b'<meta name="robots" content="noai">'),
         {"meta-robots": "noai"}),
        ([TYPE, ("Content-Encoding", "gzip")], gzipped(LONG_HEAD + b"<meta name=robots content=noai>"),
         {"meta-robots": "noai"}),
        ([TYPE, ("Content-Encoding", "gzip")], gzipped(b"<p>" + LONG_HEAD + b"<meta name=robots content=noai>"),
         {}),
        ([TYPE, ("Content-Encoding", "gzip")], b"not gzip", {}),
        ([("Content-Type", "text/plain")], b'<meta name="robots" content="noai">', {}),
    ],
)  # fmt: skip
def test_what_an_answer_says_of_itself(headers: list[tuple[str, str]], body: bytes, said: dict[str, str]) -> None:
    assert said_in_answer(headers, body) == said


ROBOTS = b"""User-agent: *
Allow: /

User-agent: ClaudeBot
Disallow: /a/2
"""


def said_by_url(folder: Path) -> dict[str, dict[str, str]]:
    """Fields of the metadata records, by the last part of the URL."""
    kept = [record for record in records(folder) if record.kind == "metadata"]
    return {str(record.header("WARC-Target-URI")).rpartition("/")[2]: fields_in(record.block) for record in kept}


@pytest.mark.slow
def test_what_is_said_is_recorded_by_default_and_obeyed_if_the_policy_says_so(tmp_path: Path) -> None:
    pages = site(3, robots=ok(ROBOTS), a_3=ok("<p>خبر</p>", HTML, b"TDM-Reservation: 1"))
    answers = Scripted(pages)
    with serving_bytes(answers) as server:
        recorded = outcome(run_job(job_for(tmp_path / "record", source_at(server.base))))
        asked = [path for path, _ in answers.asked]
        obeyed = outcome(run_job(job_for(tmp_path / "obey", source_at(server.base), ai_policy="obey")))
        asked_then = [path for path, _ in answers.asked[len(asked) :]]
    assert (recorded.counts["fetched"], recorded.counts.get("refused", 0)) == (3, 0)
    said = said_by_url(tmp_path / "record")
    assert {name: fields.get("ai-agents-forbidden") for name, fields in said.items() if name in "123" and name} == {
        "1": None, "2": "ClaudeBot", "3": None,
    }  # fmt: skip
    assert said["3"]["header-tdm-reservation"] == "1"
    assert "/a/2" in asked and "/a/2" not in asked_then
    assert (obeyed.counts["fetched"], obeyed.counts["refused"]) == (2, 1)
    assert any("left alone, robots.txt forbids it to ClaudeBot" in line for line in obeyed.problems)
    assert "2" not in said_by_url(tmp_path / "obey")
