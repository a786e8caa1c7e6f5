"""Two readings of the same captures, counted and shown; one of them made current, and back again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from flows.compare_page import marks, page
from flows.comparing import Comparison, compare, similarity
from flows.house import House
from flows.readings import current, files_read, promote
from storage import keys
from storage.articles import read_articles, read_rejections, write_articles, write_rejections
from storage.errors import SourceBusy, UnknownSource, UsageError
from storage.model import Reason
from tests.flows.archives import SOURCE, add_run, run_verify, write_source
from tests.flows.houses import house_in

OTHER = "xother0000000"
EVIL = "<script>alert(1)</script>"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Five articles and a rejection, read by us; and by another extractor that says other things of them."""
    with house_in(tmp_path, sources=write_source(tmp_path / "sources"), readers=1) as house:
        add_run(house, 1, articles=5)
        pointer = current(house, SOURCE)
        assert pointer is not None
        files = [key for read in files_read(house, SOURCE, pointer.extractor).values() for key in read]
        read, refused = sorted(files)
        a, b, c, d, e = (replace(row, extractor=OTHER) for row in read_articles(house.store.get(read)))
        (gone,) = read_rejections(house.store.get(refused))
        c = replace(c, text=f"{c.text} كلمة", authors=("كاتب",))
        d = replace(d, published_date=d.captured_at.date())
        changed = [a, replace(b, title=f"{b.title} {EVIL}"), c, d]
        place = {"url": e.url, "offset": e.offset, "length": e.length, "record_id": e.record_id}
        lost = replace(gone, extractor=OTHER, payload_digest=e.payload_digest, reason=Reason.NO_TEXT, **place)
        house.store.put(read.replace(pointer.extractor, OTHER), write_articles(changed))
        others = [lost, replace(gone, extractor=OTHER)]
        house.store.put(refused.replace(pointer.extractor, OTHER), write_rejections(others))
        yield house


def compared(house: House, a: str, b: str) -> Comparison:
    (found,) = compare(house, a, b, [SOURCE], lambda _: None)
    return found


def test_every_difference_is_counted_by_field(house: House) -> None:
    found = compared(house, "current", OTHER)
    assert (found.read, found.same, found.different, found.newly_rejected, found.neither) == (6, 1, 3, 1, 1)
    assert (found.title, found.date, found.date_gained, found.text, found.authors, found.comments) == (1, 1, 1, 1, 1, 0)
    assert 0.9 < found.least_similar <= found.similarity < 1
    back = compared(house, OTHER, "current")
    assert (back.newly_read, back.date_lost, back.newly_rejected) == (1, 1, 0)
    with pytest.raises(UsageError, match="has read nothing"):
        compared(house, "current", "xnone")


def test_the_page_marks_words_and_runs_no_script(house: House) -> None:
    found = compared(house, "current", OTHER)
    text = page([found], "current", OTHER, house.clock())
    assert EVIL not in text and "&lt;script&gt;" in text
    assert (
        'dir="auto"' in text
        and "مقارنة قراءتين" in text
        and "<ins>" in text
        and "مرفوضة <small lang=en>rejected" in text
    )
    assert '<html lang="ar" dir="rtl">' in text and text.count("<table class=pair>") == len(found.pairs) == 4
    assert marks("قال الوزير أمس", "قال الرئيس أمس") == ("قال <del>الوزير</del> أمس", "قال <ins>الرئيس</ins> أمس")
    assert marks("a b c d", "a x y d") == ("a <del>b c</del> d", "a <ins>x y</ins> d"), "one mark, not one a word"
    twice = page([found, found], "current", OTHER, house.clock())
    assert "<tr class=all>" in twice and "<tr class=all>" not in text, "sums of several sources"
    assert similarity("a b c d", "a b c e") == 0.75


def test_promotion_is_whole_kept_and_undone(house: House) -> None:
    first = current(house, SOURCE)
    assert first is not None
    (now,) = promote(house, OTHER, [], "somebody")
    assert (now.extractor, now.before, now.history[-1].by) == (OTHER, [first.extractor], "somebody")
    assert promote(house, OTHER, [SOURCE], "somebody")[0] == now == current(house, SOURCE)
    (undone,) = promote(house, None, [SOURCE], "another", back=True)
    assert (undone.extractor, undone.before) == (first.extractor, [])
    assert [change.back for change in undone.history] == [False, True]
    with pytest.raises(UsageError, match="no extractor was current before"):
        promote(house, None, [SOURCE], "another", back=True)
    with pytest.raises(UsageError, match="has read nothing"):
        promote(house, "xnone", [SOURCE], "somebody")
    assert [each for each in run_verify(house).damages if each.key.startswith(keys.EXTRACTORS)] == []


def test_of_two_promotions_at_once_none_is_lost(house: House) -> None:
    first = current(house, SOURCE)
    assert first is not None
    start = threading.Barrier(2)

    def again(name: str) -> int:
        done = 0
        start.wait()
        for _ in range(5):
            try:
                promote(house, name, [SOURCE], name)
                done += 1
            except SourceBusy:
                continue
        return done

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(again, (OTHER, first.extractor)))
    pointer = current(house, SOURCE)
    assert pointer is not None and sum(made) >= 1
    told = [change.extractor for change in pointer.history]
    assert all(one != two for one, two in pairwise([first.extractor, *told])), "each change starts from the one before"
    assert pointer.extractor == [first.extractor, *told][-1] and len(pointer.before) == len(told)


def test_nothing_is_promoted_that_is_not_known(house: House) -> None:
    before = current(house, SOURCE)
    for name, sources in (("xnone", []), ("xnone", [SOURCE]), (OTHER, ["nobody"])):
        with pytest.raises(UsageError):
            promote(house, name, sources, "somebody")
    with pytest.raises(UnknownSource):
        promote(house, "latest", ["nobody"], "somebody")
    assert current(house, SOURCE) == before


def test_what_has_not_read_every_warc_is_not_promoted_by_mistake(house: House) -> None:
    add_run(house, 2)
    with pytest.raises(UsageError, match="has not read 1 WARCs"):
        promote(house, OTHER, [SOURCE], "somebody")
    assert promote(house, OTHER, [SOURCE], "somebody", partial=True)[0].extractor == OTHER
