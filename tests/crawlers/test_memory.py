"""A long crawl takes no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.crawlers.byte_server import serving_bytes
from tests.crawlers.crawls import job_for, source_at
from tests.crawlers.measured import run_measured
from tests.crawlers.scripted import HTML, ok

PAGES, A_SITEMAP = 20_000, 1_000
SETTLED = 2_000  # pages, after which nothing may grow any more
MAY_GROW_MB = 6  # what a heap breathes; measured: 0.0


class Newspaper(Mapping[str, bytes]):
    """Small pages without end, made when they are asked for."""

    base = ""

    def __getitem__(self, path: str) -> bytes:
        kind, _, number = path.lstrip("/").partition("/")
        if kind == "a":
            return ok(f"<title>{number}</title><p>{'كلمة ' * 40}</p>", HTML)
        if kind == "m":
            first = int(number) * A_SITEMAP
            pages = "".join(f"<url><loc>{self.base}/a/{n}</loc></url>" for n in range(first, first + A_SITEMAP))
            return ok(f"<urlset>{pages}</urlset>", b"Content-Type: application/xml")
        raise KeyError(path)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return PAGES


@pytest.mark.slow
def test_memory_is_flat_after_the_first_2000_of_20000_pages(tmp_path: Path) -> None:
    paper = Newspaper()
    with serving_bytes(paper) as server:
        paper.base = server.base
        sitemaps = [f"{server.base}/m/{n}" for n in range(PAGES // A_SITEMAP)]
        polite = {"delay": "0s", "concurrency": 16}
        job = job_for(tmp_path, source_at(server.base, discover={"sitemaps": sitemaps}, politeness=polite))
        measured = run_measured(job)
    assert measured.outcome().counts["fetched"] == PAGES
    settled = next(mb for fetched, mb in measured.memory_mb if fetched >= SETTLED)
    highest = max(mb for fetched, mb in measured.memory_mb if fetched >= SETTLED)
    print(f"{settled:.1f} MB after {SETTLED} pages, {highest:.1f} MB at most after that")
    assert highest - settled < MAY_GROW_MB
