"""Pages read by other people's programs. Run by the Python of an environment that has them; needs nothing of ours.

    python reading_peers.py NAME PAGES.jsonl FOLDER ROUNDS

Prints a JSON object: version, CPU seconds of each round, and a prediction a page, as score_extraction.py reads them."""

import json
import re
import sys
import time
from importlib.metadata import version
from pathlib import Path


def trafilatura_default(html, url):
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, include_comments=False, with_metadata=True)
    return _of_trafilatura(found)


def trafilatura_precise(html, url):
    import trafilatura

    found = trafilatura.bare_extraction(html, url=url, include_comments=False, favor_precision=True, with_metadata=True)
    return _of_trafilatura(found)


def trafilatura_plain(html, url):
    import trafilatura

    return _of_trafilatura(trafilatura.bare_extraction(html, with_metadata=True))


def _of_trafilatura(found):
    if found is None:
        return {}
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"title": found.title, "date": found.date, "authors": authors, "text": found.text or ""}


def newspaper4k(html, url):
    import newspaper

    # Without pictures: it would ask the network for them, and fails on a page whose picture has an Arabic name.
    article = newspaper.Article(url, language="ar", fetch_images=False)
    article.download(input_html=html.decode("utf-8", "replace"))
    article.parse()
    date = article.publish_date.isoformat() if article.publish_date else None
    return {"title": article.title, "date": date, "authors": list(article.authors), "text": article.text}


def goose3(html, url):
    from goose3 import Goose
    from goose3.text import StopWordsArabic

    with Goose({"stopwords_class": StopWordsArabic}) as goose:
        found = goose.extract(raw_html=html.decode("utf-8", "replace"))
    return {
        "title": found.title,
        "date": found.publish_date,
        "authors": list(found.authors),
        "text": found.cleaned_text,
    }


def readability(html, url):
    import lxml.html
    from readability import Document

    document = Document(html.decode("utf-8", "replace"))
    body = lxml.html.fromstring(document.summary())
    lines = [re.sub(r"\s+", " ", line).strip() for line in body.xpath("//text()")]
    return {"title": document.short_title(), "text": "\n".join(line for line in lines if line)}


PEERS = {
    "trafilatura": ("trafilatura", trafilatura_default),
    "trafilatura favor_precision": ("trafilatura", trafilatura_precise),
    "trafilatura plain": ("trafilatura", trafilatura_plain),
    "newspaper4k": ("newspaper4k", newspaper4k),
    "goose3": ("goose3", goose3),
    "readability-lxml": ("readability-lxml", readability),
}


def main():
    name, listing, folder, rounds = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4])
    package, read = PEERS[name]
    pages = [json.loads(line) for line in listing.read_text(encoding="utf-8").splitlines()]
    content = {page["stem"]: (folder / f"{page['stem']}.html").read_bytes() for page in pages}
    read(content[pages[0]["stem"]], pages[0]["url"])  # imports and caches are not the pages' cost
    rows, costs, faults = {}, [], 0
    for _ in range(rounds):
        spent = []
        for page in pages:
            began = time.process_time()
            try:
                found = read(content[page["stem"]], page["url"])
            except Exception:  # a peer's fault on a page is its result for that page
                found, faults = {}, faults + 1
            spent.append(time.process_time() - began)
            rows[page["stem"]] = {"stem": page["stem"], **found}
        costs.append(spent)
    print(
        json.dumps(
            {"version": version(package), "costs": costs, "faults": faults, "rows": list(rows.values())}, default=str
        )
    )


if __name__ == "__main__":
    main()
