"""Which sitemaps are worth reading again, and which days a sitemap, an address or an archive speaks of."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from crawlers.discovery import Link
from crawlers.discovery.periods import archive_pages, day_in, period_in
from crawlers.discovery.pruning import Bounds, not_long_after, sitemaps_to_read
from storage.link_pages import LinkPage

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


def urls(links: list[Link] | tuple[Link, ...]) -> list[str]:
    return [link.url for link in links]


def known(url: str, *, days: float, changed: datetime | None = None, whole: bool = True) -> dict[str, LinkPage]:
    moment = NOW - timedelta(days=days)
    return {url: LinkPage(url, "sitemap", moment, whole, changed)}


def chosen(*listed: Link, known: dict[str, LinkPage], bounds: Bounds = Bounds()) -> list[str]:  # noqa: B008
    return urls(sitemaps_to_read(listed, known, bounds, NOW, again=True).links)


def test_a_sitemap_is_read_again_only_if_it_changed_since_it_was_read_whole() -> None:
    old, today = NOW - timedelta(days=9), NOW.replace(hour=0)
    assert chosen(Link("/a", old), known=known("/a", days=1)) == []
    assert chosen(Link("/a", NOW), known=known("/a", days=1)) == ["/a"]
    assert chosen(Link("/a", old), known=known("/a", days=1, whole=False)) == ["/a"]
    # A day alone does not say the hour: what was read that day is read once more.
    assert chosen(Link("/a", today), known=known("/a", days=0, changed=today)) == ["/a"]


def test_of_sitemaps_that_say_nothing_the_ends_are_read_and_old_months_are_not() -> None:
    listed = [Link(f"https://x.example/sitemap-2024-{month:02}.xml") for month in range(1, 13)]
    before = {link.url: LinkPage(link.url, "sitemap", NOW - timedelta(days=1), True) for link in listed}
    assert chosen(*listed, known=before) == []
    numbered = [Link(f"https://x.example/map{n}.xml") for n in range(1, 30)]
    before = {link.url: LinkPage(link.url, "sitemap", NOW - timedelta(days=1), True) for link in numbered}
    assert chosen(*numbered, known=before) == ["https://x.example/map29.xml", "https://x.example/map1.xml"]
    assert chosen(*numbered, known={})[:2] == ["https://x.example/map29.xml", "https://x.example/map28.xml"]


def test_a_window_leaves_sitemaps_of_other_days_alone() -> None:
    bounds = Bounds(datetime(2024, 3, 1, tzinfo=UTC), datetime(2024, 4, 1, tzinfo=UTC))
    listed = [Link(f"https://x.example/{year}/{month:02}/map.xml") for year in (2023, 2024) for month in (2, 3, 4, 6)]
    read = chosen(*listed, known={}, bounds=bounds)
    assert "https://x.example/2024/03/map.xml" in read and "https://x.example/2024/06/map.xml" not in read
    assert not [url for url in read if "/2023/" in url]


def test_dates_of_change_bound_a_window_only_where_they_differ() -> None:
    until = datetime(2024, 4, 1, tzinfo=UTC)
    spread = [Link(f"/{n}", until + timedelta(days=20 * n), changed=True) for n in range(9)]
    assert urls(not_long_after(spread, until)) == ["/0", "/1"]
    written_anew = [Link(f"/{n}", until + timedelta(days=90), changed=True) for n in range(9)]
    assert not_long_after(written_anew, until) == written_anew


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/sitemap-2024-05.xml", (date(2024, 5, 1), date(2024, 5, 31))),
        ("/sitemap.xml?yyyy=2024&mm=5&dd=7", (date(2024, 5, 7), date(2024, 5, 7))),
        ("/maps/2023.xml", (date(2023, 1, 1), date(2023, 12, 31))),
        ("/post-sitemap12.xml", None),
        ("/map-202405.xml", (date(2024, 5, 1), date(2024, 5, 31))),
    ],
)
def test_the_days_in_the_name_of_a_sitemap_are_read(url: str, expected: tuple[date, date] | None) -> None:
    assert period_in(f"https://x.example{url}") == expected


def test_a_date_archive_is_filled_in_newest_first() -> None:
    days = archive_pages("https://x.example/{yyyy}/{mm}/{d}", date(2024, 2, 28), date(2024, 3, 1))
    assert [url[-9:] for url, _ in days] == ["2024/03/1", "024/02/29", "024/02/28"]
    months = archive_pages("https://x.example/{yyyy}-{m}", date(2023, 12, 5), date(2024, 1, 2))
    assert [url[-7:] for url, _ in months] == ["/2024-1", "2023-12"]
    assert day_in("/2024/05/17/x-20240230") == date(2024, 5, 17)
