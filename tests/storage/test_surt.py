"""Archive keys against the `surt` package (AGPL, so a tool of the tests only) and the public examples."""

import json
import random
import warnings
from pathlib import Path

import pytest

from storage.surt import surt

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    reference = pytest.importorskip("surt", reason="comes with cdxj-indexer in the dev group").surt

SHARED = Path(__file__).parents[3] / "shared"
PIECES = [
    "a", "B", "%d8%a7", "خبر", "%25", "%2e", "..", ".", "/", "//", "?", "&", "=", "a=1", "b=2", "~", "!", "+", "ـ",
    "sid=0123456789abcdef0123456789abcdef", "q=", "node/12", "#x", "%20",
]  # fmt: skip


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.example.com/", "com,example)/"),
        ("http://Example.COM:80/News/?b=2&A=1#top", "com,example)/news?a=1&b=2"),
        ("https://example.com:8443/x/", "com,example:8443)/x"),
        ("http://127.0.0.1:8731/news/1", "1,0,0,127:8731)/news/1"),
        ("https://example.com/خبر/12", "com,example)/%d8%ae%d8%a8%d8%b1/12"),
        ("https://example.com/%D8%AE/?q=node/12", "com,example)/%d8%ae?q=node/12"),
        ("http://مثال.com/", "com,xn--mgbh0fb)/"),
        ("http://x.test/(S(0123456789abcdefghij1234))/a.aspx?sid=0123456789abcdef0123456789abcdef", "test,x)/a.aspx"),
    ],
)
def test_a_url_has_its_key(url: str, key: str) -> None:
    assert surt(url) == key


def test_keys_equal_the_reference_on_made_up_urls() -> None:
    dice = random.Random(7)
    hosts = ["example.com", "www.example.com", "www2.EXAMPLE.net", "مثال.com", "10.0.0.1", "a.b.c.", "x.test:8080"]
    starts = [f"{scheme}://{host}/" for scheme in ("http", "https", "HTTP") for host in hosts]
    urls = [dice.choice(starts) + "".join(dice.choices(PIECES, k=dice.randint(0, 9))) for _ in range(3000)]
    assert [(u, surt(u)) for u in urls] == [(u, reference(u)) for u in urls]


def test_keys_equal_the_reference_on_real_urls() -> None:
    pages = SHARED / "quality/pages.jsonl"
    if not pages.exists():
        pytest.skip("../shared/quality is not there")
    urls = [json.loads(line)["url"] for line in pages.read_text(encoding="utf-8").splitlines()]
    assert urls
    assert {u: surt(u) for u in urls} == {u: reference(u) for u in urls}
