"""The demo newsroom: four small Arabic publishers on 127.0.0.1, each on a port of its own; eight more in town/.

It is what `warraq demo` crawls and the fixture of the tests. It imports nothing of Warraq. Every text,
person and place is invented. Pages are the same bytes at every request; only the Date header moves.

| behaviour                          | who shows it, and where                                              |
|------------------------------------|----------------------------------------------------------------------|
| RSS 2.0 with whole texts           | sada-alfurat `/rss.xml`                                              |
| RSS with tracked and short links   | marsad-almaghreb `/rss` (utm_source, fbclid; one `/s/<id>`)          |
| Atom                               | rafidain-tv `/atom.xml`                                              |
| sitemap index, a .gz sitemap       | rafidain-tv `/sitemap.xml`, named by its robots.txt                  |
| news sitemap                       | marsad-almaghreb `/sitemap-news.xml`                                 |
| sections with `?page=n`            | sada-alfurat; they end in an empty page, a 404, the last page again  |
| links to older pages               | alwaraq-alqadeem `/` and `/section.asp?cat=4`                        |
| robots.txt: Crawl-delay, Disallow  | sada-alfurat, rafidain-tv, marsad-almaghreb; alwaraq-alqadeem: 404   |
| traps that robots.txt forbids      | `/preview/news/1099` (looks like an article), `/studio/rehearsal`,   |
|                                    | `/admin/login`                                                       |
| Content-Encoding gzip              | sada-alfurat and marsad-almaghreb pages, if the client accepts it    |
| chunked                            | rafidain-tv and marsad-almaghreb pages                               |
| two Set-Cookie headers             | sada-alfurat pages                                                   |
| header names in odd case           | rafidain-tv everywhere (`sErVeR`, `CONTENT-type`, `last-MODIFIED`)   |
| 301                                | rafidain-tv `/n/<id>`, in its .gz sitemap                            |
| 302                                | marsad-almaghreb `/s/<id>`, in its feed                              |
| 304                                | ETag: sada-alfurat, marsad-almaghreb (weak); Last-Modified:          |
|                                    | rafidain-tv, marsad-almaghreb; no validators: alwaraq-alqadeem       |
| 404 that is still listed           | sada-alfurat, in its feed                                            |
| 410 that is still listed           | rafidain-tv, in its .gz sitemap                                      |
| 429 with Retry-After: 1, once      | marsad-almaghreb, one article                                        |
| edited between two crawls          | marsad-almaghreb, after `publish_edit()` or POST `/_newsroom/edit`   |
| windows-1256, declared in meta     | alwaraq-alqadeem; no charset in the header, once a wrong one         |
| no date on the page, comments      | sada-alfurat                                                         |
| newer dates in the page's tail     | rafidain-tv                                                          |
| JSON-LD, Open Graph, AMP twins     | marsad-almaghreb                                                     |

Pages of others are served under their own host names by `running_pages`."""

from flows.newsroom.answer_key import Expected, expected_articles, write_sources
from flows.newsroom.answers import Seen
from flows.newsroom.given import GivenPage, PageServer, running_pages
from flows.newsroom.ports import PortTaken
from flows.newsroom.server import EVERYONE, PUBLISHERS, Newsroom, running_newsroom

__all__ = [
    "EVERYONE",
    "PUBLISHERS",
    "Expected",
    "GivenPage",
    "Newsroom",
    "PageServer",
    "PortTaken",
    "Seen",
    "expected_articles",
    "running_newsroom",
    "running_pages",
    "write_sources",
]
