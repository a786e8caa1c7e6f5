"""Sitemaps without end, calendars and addresses that change at every request end at budgets that the report names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from storage.ledger import Ledger
from storage.ledger_overview import url_rows
from tests.crawlers.crawls import job_for, outcome, run_job, source_at

_fresh = count(1)


class Endless(BaseHTTPRequestHandler):
    """Every page leads to another one."""

    def do_GET(self) -> None:
        base = f"http://{self.headers['Host']}"
        number = int((re.findall(r"\d+", self.path) or ["0"])[-1])
        if self.path.startswith("/index"):
            children = (f"/index{number}.xml", f"/index{number + 1}.xml", f"/map{number}.xml")
            listed = "".join(f"<sitemap><loc>{base}{each}</loc></sitemap>" for each in children)
            body = f"<sitemapindex>{listed}</sitemapindex>"
        elif self.path.startswith("/map"):
            body = f"<urlset><url><loc>{base}/a/{number}</loc></url></urlset>"
        elif self.path.startswith("/calendar"):
            body = f'<a rel="next" href="/calendar?day={number + 1}">x</a><a href="/calendar?day={number - 1}">x</a>'
        elif self.path.startswith("/queries"):
            links = "".join(f'<a href="/one-and-the-same-page?mark={next(_fresh)}">x</a>' for _ in range(20))
            body = f'{links}<a rel="next" href="/queries?p={number + 1}">x</a>'
        elif self.path.startswith("/steps"):
            body = '<a href="/x/y/x/y/x/y/a-b-c-d-e">x</a><a href="/a/b-c-d-e-1">x</a>'
        else:
            body = "<p>صفحة</p>"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Endless) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def crawled(folder: Path, base: str, discover: dict[str, Any], **more: Any) -> Any:
    source = source_at(base, discover=discover, **more)
    budgets = {"section_pages": 12, "query_variants": 50}
    return outcome(run_job(job_for(folder, source, budgets=budgets)))


def test_sitemaps_that_list_themselves_and_one_another_end_at_their_depth(tmp_path: Path, base: str) -> None:
    ended = crawled(tmp_path, base, {"sitemaps": [f"{base}/index1.xml"]})
    assert (ended.outcome, ended.counts.get("pages_failed", 0)) == ("finished", 0)
    assert [line for line in ended.problems if line.startswith("budget sitemap_depth: more than 4 ")] == ended.problems
    assert "WARRAQ_BUDGETS=sitemap_depth=" in ended.problems[0]
    assert ended.counts["fetched"] == 4 and ended.counts["pages"] < 12


def test_a_calendar_ends_after_two_pages_that_bring_nothing(tmp_path: Path, base: str) -> None:
    ended = crawled(tmp_path, base, {"sections": [{"url": f"{base}/calendar?day=1"}]})
    assert ended.outcome == "finished" and ended.counts["pages"] == 2


def test_queries_that_are_new_at_every_request_end_at_their_budgets(tmp_path: Path, base: str) -> None:
    discover = {"sections": [{"url": f"{base}/queries?p=1", "links": "a:not([rel])"}]}
    ended = crawled(tmp_path, base, discover, article_url=[])
    said = {line.partition(":")[0] for line in ended.problems}
    assert {"budget query_variants", "budget section_pages"} <= said
    assert (ended.counts["fetched"], ended.counts["pages"]) == (50, 12)


def test_paths_that_repeat_themselves_are_left_alone(tmp_path: Path, base: str) -> None:
    ended = crawled(tmp_path, base, {"sections": [{"url": f"{base}/steps"}]}, article_url=[])
    assert (ended.counts["traps"], ended.counts["fetched"]) == (1, 1)
    ledger = Ledger(f"sqlite:///{tmp_path / 'ledger.db'}")
    (row,) = url_rows(ledger, "prova")
    ledger.close()
    assert (row.found_by, row.url) == ("section", f"{base}/a/b-c-d-e-1")
