"""The reading scored on real pages that lie beside the repository; floors may be raised, not lowered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from crawlers.extraction.article import extract, local_date
from crawlers.source import Source
from storage.model import Article, Capture, Rejection

# All 1.0. Plain trafilatura (favor_precision): f1 .977, title .72, date .69, author .38.
FLOORS = {"f1": 0.999, "complete": 1.0, "clean": 1.0, "title": 1.0, "date": 1.0, "author": 1.0}


def _prediction(stem: str, found: object, source: Source) -> dict[str, object]:
    if isinstance(found, Rejection) and found.headline is not None:
        known = found.headline
        return {"stem": stem, "text": "", "title": known.title, "date": known.date, "authors": known.authors}
    assert isinstance(found, Article), found
    return {
        "stem": stem,
        "title": found.title,
        "date": local_date(found, source),
        "authors": found.authors,
        "text": found.text,
        "comments": [comment.text for comment in found.comments],
    }


def test_real_pages_are_read_at_least_as_well_as_before(
    shared: Path, tmp_path: Path, a_capture: Callable[..., Capture], a_source: Callable[..., Source]
) -> None:
    quality, predictions = shared / "quality", tmp_path / "predictions.jsonl"
    with predictions.open("w", encoding="utf-8") as file:
        for line in (quality / "pages.jsonl").read_text(encoding="utf-8").splitlines():
            page = json.loads(line)
            source = a_source(home=f"https://{page['url'].split('/')[2]}/", timezone="UTC")
            body = (quality / "pages" / f"{page['stem']}.html").read_bytes()
            capture = a_capture(body, url=page["url"], headers={"Content-Type": "text/html"})
            prediction = _prediction(page["stem"], extract(capture, source, "quality"), source)
            print(json.dumps(prediction, ensure_ascii=False), file=file)
    scorer = [sys.executable, str(quality / "score_extraction.py"), str(quality / "gold"), str(predictions)]
    scores = json.loads(subprocess.run(scorer, capture_output=True, check=True, text=True).stdout)
    assert {name: score for name, score in scores.items() if score < FLOORS.get(name, 0)} == {}
    assert scores["pages"] == 20
