"""`warraq extract` on files of every kind. The files are ours; the command is the real one."""

from __future__ import annotations

import gzip
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from crawlers.catalogue import Catalogue
from flows.extracting import source_of_host
from storage import warc
from tests.crawlers.extraction.pages import PARAGRAPHS, STORY, TITLE, comments_page, page

ARTICLE = page(f"<article><h1>{TITLE}</h1><span>5 آذار 2020 - 12:24</span>{STORY}</article>")
CANONICAL = '<link rel="canonical" href="https://almithal.example/news/17">'


def extract_files(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
    done = subprocess.run(
        [sys.executable, "-m", "flows.cli", "extract", *arguments],
        cwd=folder, env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True, timeout=120,
    )  # fmt: skip
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def test_each_file_gives_one_object_in_the_order_given(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_text(ARTICLE.replace("<head>", f"<head>{CANONICAL}"), "utf-8")
    (tmp_path / "a.htm").write_bytes(ARTICLE.encode("cp1256", "replace"))
    (tmp_path / "u.html").write_text(ARTICLE, "utf-16")
    (tmp_path / "z.html.gz").write_bytes(gzip.compress(ARTICLE.encode()))
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    (tmp_path / "feed.xml").write_text("<?xml version='1.0'?><rss version='2.0'></rss>", "utf-8")
    names = ["b.html", "a.htm", "u.html", "z.html.gz", "empty.html", "picture.html", "feed.xml"]
    code, rows, words = extract_files(tmp_path, *names)
    assert (code, words) == (0, "")
    assert [row["stem"] for row in rows] == ["b", "a", "u", "z", "empty", "picture", "feed"]
    assert [row.get("reason") for row in rows[4:]] == ["empty-body", "not-html", "not-html"]
    for row in rows[:4]:
        assert (row["title"], row["text"]) == (TITLE, "\n".join(PARAGRAPHS))
        assert row["published_date"] == "2020-03-05"
    assert rows[0]["url"] == rows[0]["canonical_url"] == "https://almithal.example/news/17"
    assert "url-assumed" in rows[1]["flags"]
    assert sorted(os.listdir(tmp_path)) == sorted(names)  # noqa: PTH208 - nothing was written


def test_faults_are_named_and_the_other_files_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(ARTICLE, "utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "half.warc.gz").write_bytes(_warc_of(tmp_path, ARTICLE)[:-40])
    code, rows, words = extract_files(tmp_path, "missing.html", "folder", "half.warc.gz", "a.html")
    assert (code, [row["stem"] for row in rows]) == (1, ["a"])
    lines = words.splitlines()
    assert lines[0] == "warraq: missing.html: there is no such file"
    assert lines[1] == "warraq: folder: is a folder; name the files in it"
    assert lines[2].startswith("warraq: half.warc.gz: damaged at byte 0")


def test_a_pipe_is_refused_without_waiting_for_its_writer(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(ARTICLE, "utf-8")
    os.mkfifo(tmp_path / "pipe.html")
    code, rows, words = extract_files(tmp_path, "pipe.html", "a.html")
    assert (code, [row["stem"] for row in rows]) == (1, ["a"])
    assert words == "warraq: pipe.html: is a pipe or a device; save what it gives as a file, and name that\n"


def test_ctrl_c_ends_it_with_one_true_line(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(ARTICLE, "utf-8")
    command = [sys.executable, "-m", "flows.cli", "extract", *["a.html"] * 5000]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARRAQ_")}
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment | {"PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        assert running.stdout is not None
        assert json.loads(running.stdout.readline())["title"] == TITLE
        running.send_signal(signal.SIGINT)
        rest, words = running.communicate(timeout=60)
    assert running.returncode == 130
    assert words.decode() == "warraq: stopped; each object on stdout is whole, and nothing else was written\n"
    assert {json.loads(line)["title"] for line in rest.splitlines()} <= {TITLE}


def test_a_warc_gives_an_object_a_page(tmp_path: Path) -> None:
    (tmp_path / "x.warc.gz").write_bytes(_warc_of(tmp_path, ARTICLE, comments_page(), "GIF89a"))
    code, rows, _ = extract_files(tmp_path, "x.warc.gz")
    assert code == 0
    assert [(row["stem"], row["url"]) for row in rows] == [("x", "https://a.example/0"), ("x", "https://a.example/1")]
    assert (rows[1]["warc"], rows[1]["offset"] > 0, len(rows[1]["comments"])) == ("x.warc.gz", True, 5)
    assert set(rows[1]["comments"][0]) == {"author", "text", "raw_date", "from", "to"}


def test_what_is_said_of_a_file_counts(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(comments_page(), "utf-8")
    pages = {"stem": "a", "url": "https://news.example.eg/1", "captured_at": "2026-11-22T12:00:00Z"}
    (tmp_path / "pages.jsonl").write_text(json.dumps(pages) + "\n", "utf-8")
    _, (listed,), _ = extract_files(tmp_path, "--pages", "pages.jsonl", "a.html")
    _, (said,), _ = extract_files(
        tmp_path, "a.html", "--url", pages["url"], "--captured-at", "2026-11-22T14:00:00+02:00"
    )
    assert listed == said
    assert (said["url"], said["source"], said["captured_at"]) == (pages["url"], "example-eg", pages["captured_at"])
    assert said["comments"][0]["from"] == "2020-07-22T12:00:00Z"


@pytest.mark.parametrize(("arguments", "words"), [
    (["a", "b", "--url", "https://x.example/"], "--url names the address of one page"),
    (["a", "--source", "nobody-knows"], "unknown source 'nobody-knows'"),
    (["a", "--captured-at", "gestern"], "--captured-at: expected a moment such as"),
    (["a", "--pages", "nowhere"], "--pages nowhere: cannot be read"),
])  # fmt: skip
def test_wrong_usage_is_named(tmp_path: Path, arguments: list[str], words: str) -> None:
    code, rows, said = extract_files(tmp_path, *arguments)
    assert (code, rows) == (2, [])
    assert words in said


def test_a_publisher_is_known_by_its_host_and_its_country_by_the_ending() -> None:
    catalogue = Catalogue()
    known = next(iter(catalogue.values()))
    assert source_of_host(known.home.split("/")[2], catalogue).id == known.id
    unknown = {host: source_of_host(host, catalogue).timezone for host in ("www.x.com.eg", "x.ps", "x.tv", "x.com", "")}
    assert unknown == {"www.x.com.eg": "Africa/Cairo", "x.ps": "Asia/Gaza", "x.tv": "UTC", "x.com": "UTC", "": "UTC"}


def _warc_of(folder: Path, *bodies: str) -> bytes:
    records = []
    for number, body in enumerate(bodies):
        kind = "image/gif" if body.startswith("GIF") else "text/html; charset=utf-8"
        block = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n{body}".encode()
        headers = (
            ("WARC-Record-ID", warc.new_record_id()),
            ("WARC-Date", "2026-11-22T12:00:00Z"),
            ("WARC-Target-URI", f"https://a.example/{number}"),
            ("Content-Type", warc.HTTP_RESPONSE),
        )
        records.append(warc.Record("response", headers, block))
    file = folder / "made"
    warc.write_warc(file, records)
    content = file.read_bytes()
    file.unlink()
    return content
