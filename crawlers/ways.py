"""The ways to a publisher's articles that its source file names, by the addresses under which polls are remembered."""

from __future__ import annotations

from crawlers.source import Source


def ways_to_articles(source: Source) -> list[str]:
    """Feeds, sitemaps, sections, WordPress; the home page where the file names none of these.

    A date archive has other pages every day, and no poll is ever remembered under its own address."""
    found = source.discover
    sitemaps = [source.robots_url if sitemap == "robots" else sitemap for sitemap in found.sitemaps]
    sections = [section.url for section in found.sections]
    return [*found.feeds, *sitemaps, *sections, *found.wordpress] or [source.home]
