"""A stock Scrapy crawl, run as a script of its own: `stock_scrapy.py SITEMAP_URL SEEN_FILE SETTINGS_JSON`.

Every middleware is there as Scrapy ships it. It keeps nothing but the names of the pages it got, and imports
nothing of ours, so that any environment with a Scrapy can run it."""

import json
import sys
from pathlib import Path

from scrapy.crawler import CrawlerProcess
from scrapy.spiders import SitemapSpider


class Stock(SitemapSpider):
    name = "stock"

    def parse(self, response):
        if response.status == 200:
            self.seen.append((response.url, len(response.body)))


if __name__ == "__main__":
    sitemap, seen_file, settings = sys.argv[1:]
    seen: list[tuple[str, int]] = []
    process = CrawlerProcess(json.loads(settings))
    process.crawl(Stock, sitemap_urls=[sitemap], seen=seen)
    process.start()
    Path(seen_file).write_text(json.dumps(seen), encoding="utf-8")
