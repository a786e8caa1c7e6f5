"""What the items of a feed hold of their articles, in every way that feeds write it, and on its way into the WARC."""

from __future__ import annotations

import json
from html import escape

import pytest

from crawlers.discovery.feed_bodies import MAX_BODY_BYTES
from crawlers.discovery.feeds import links_in_feed
from storage import warc
from storage.metadata_fields import body_line, fields_in, told_body
from storage.model import ToldBody

TEXT = "افتتحت بلدية المدينة صباح اليوم مكتبة الحي القديم بعد أعمال ترميم استمرت عامين كاملين." * 4
BODY = f"<p>{TEXT}</p><p>{TEXT}</p>"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/" '
    'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"'
)


def rss(inside: str) -> bytes:
    item = f"<item><title>عنوان</title><link>/1</link>{inside}</item>"
    return f'<rss version="2.0" {SPACES}><channel><title>t</title>{item}</channel></rss>'.encode()


def atom(inside: str) -> bytes:
    entry = f'<entry><title>عنوان</title><link href="/1"/>{inside}</entry>'
    return f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>'.encode()


FEEDS = {
    "cdata": (rss(f"<description>م</description><content:encoded><![CDATA[{BODY}]]></content:encoded>"), BODY, False),
    "escaped": (rss(f"<content:encoded>{escape(BODY)}</content:encoded>"), BODY, False),
    "escaped twice": (rss(f"<content:encoded>{escape(escape(BODY))}</content:encoded>"), BODY, False),
    "description": (rss(f"<description>{escape(BODY)}</description>"), BODY, True),
    "full text": (rss(f"<description>{escape(BODY)}</description><full-text>{TEXT}</full-text>"), TEXT, False),
    "not the picture's": (rss(f'<media:content url="/a.jpg"><media:title>x</media:title>{TEXT}</media:content>'),
                          "", False),
    "not the excerpt": (rss(f"<excerpt:encoded>{TEXT}</excerpt:encoded>"), "", False),
    "short": (rss("<content:encoded>خبر قصير</content:encoded>"), "", False),
    "atom html": (atom(f'<content type="html">{escape(BODY)}</content>'), BODY, False),
    "atom xhtml": (atom(f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">{BODY}</div></content>'),
                   f"<div>{BODY}</div>", False),
    "atom text": (atom(f'<content type="text">{TEXT}\n{TEXT} &lt;b></content>'), f"{TEXT}<br>{TEXT} &lt;b&gt;", False),
    "json": (json.dumps({"items": [{"url": "/1", "title": "عنوان", "content_html": BODY}]}).encode(), BODY, False),
    "json text": (json.dumps({"items": [{"url": "/1", "title": "عنوان", "content_text": f"{TEXT}\0\ud800"}]}).encode(),
                  f"{TEXT}?", False),
}  # fmt: skip


@pytest.mark.parametrize("name", FEEDS)
def test_the_body_of_an_item_is_found(name: str) -> None:
    feed, body, summary = FEEDS[name]
    (link,) = links_in_feed(feed, "http://a.test/feed")
    expected = ToldBody(body, "عنوان", summary) if body else None
    assert told_body(link.told_body) == expected


def test_a_long_body_is_cut_and_says_so() -> None:
    (link,) = links_in_feed(rss(f"<content:encoded>{'ا' * MAX_BODY_BYTES}</content:encoded>"), "http://a.test/feed")
    told = told_body(link.told_body)
    assert told is not None
    assert (told.cut, told.html) == (True, "ا" * (MAX_BODY_BYTES // 2))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\u2028", "\u2029", "\x85", "\x7f", "\x0b", "\x1c", "\0"])
def test_no_body_ends_its_line(end: str) -> None:
    told = ToldBody(f"a{end}via: http://evil.test/{end}", f"b{end}WARC-Type: response")
    block = warc.fields_block({"via": "http://a.test/", "via-body": body_line(told)})
    assert len(block.splitlines()) == len(block.decode().splitlines()) == 2
    assert fields_in(block)["via"] == "http://a.test/"
    assert told_body(fields_in(block)["via-body"]) == told


@pytest.mark.parametrize("line", ["", "{", "[]", "null", '{"html": 1}', '{"title": "x"}', '{"html": "", "x": 1}'])
def test_what_is_no_body_is_none(line: str) -> None:
    assert told_body(line) is None
