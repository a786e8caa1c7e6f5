"""What feeds say of a page's publication lies in the WARC beside its capture, and reaches the reading."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from storage import warc
from storage.model import ToldBody
from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import job_for, outcome, run_job, source_at
from tests.crawlers.scripted import Scripted, ok, site

BODY = ("خبر طويل لا ينتهي سطره " * 20).encode()
RSS = (
    b'<rss version="2.0"><channel><title>t</title>'
    b"<item><title>a</title><link>/a/1</link><pubDate>Fri, 05 Mar 2021 10:15:00 +0300</pubDate></item>"
    b"<item><title>b</title><link>/a/2</link><description>" + BODY + b"</description></item></channel></rss>"
)
MAP = b"<urlset><url><loc>/a/3</loc><lastmod>2021-04-01T00:00:00Z</lastmod></url></urlset>"


def test_what_a_feed_tells_is_kept_with_the_capture_and_the_date_of_a_change_is_not(tmp_path: Path) -> None:
    pages = site(3, feed=ok(RSS, b"Content-Type: application/rss+xml"), map=ok(MAP, b"Content-Type: text/xml"))
    with serving_bytes(Scripted(pages)) as server:
        discover = {"feeds": [f"{server.base}/feed"], "sitemaps": [f"{server.base}/map"]}
        events = run_job(job_for(tmp_path, source_at(server.base, discover=discover)))
    assert outcome(events).outcome == "finished"
    told, bodies = {}, {}
    for file in sorted((tmp_path / "spool/prova").glob("*.warc.gz")):
        content = file.read_bytes()
        captures = list(warc.read_captures(io.BytesIO(content), "x", len(content)))
        told |= {one.url[-4:]: one.told_published for one in captures}
        bodies |= {one.url[-4:]: one.told_body for one in captures}
        with file.open("rb") as stream:
            blocks = [one.block for one in warc.read_records(stream, "x", len(content)) if one.kind == "metadata"]
    assert (told["/a/1"], told["/a/2"], told["/a/3"]) == (datetime(2021, 3, 5, 7, 15, tzinfo=UTC), None, None)
    assert bodies.pop("/a/2") == ToldBody(BODY.decode(), "b", summary=True)
    assert set(bodies.values()) == {None}
    assert sum(f"via: {server.base}/feed\r\n".encode() in block for block in blocks) == 2
