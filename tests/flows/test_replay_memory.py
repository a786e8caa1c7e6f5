"""A page that takes more memory than a process may hold costs itself, not the replay."""

from __future__ import annotations

from pathlib import Path

from flows.replaying import replay_warcs, warcs_to_replay
from flows.steps import plain_steps
from storage import warc
from storage.model import Reason
from tests.flows import archives
from tests.flows.archives import FIRST, SOURCE, run_records, write_source
from tests.flows.houses import house_in
from tests.flows.test_damaged_replay import part

GOOD, BOMBS, MEMORY_MB = 4, (2,), 128


def test_pages_beyond_the_memory_are_rejections_by_name_and_the_replay_ends(tmp_path: Path) -> None:
    sources = write_source(tmp_path / "sources")
    records = run_records(part(0), range(GOOD), FIRST)
    for number in BOMBS:
        wide = archives.page(number).replace(b"<article>", b'<article data-x="%s">' % (b"x" * 15_000_000))
        records.insert(number, archives.response(SOURCE, 100 + number, b"200 OK", wide, FIRST))
    file = tmp_path / "archive" / part(0).warc
    file.parent.mkdir(parents=True)
    warc.write_warc(file, records)
    with house_in(tmp_path, sources=sources, readers=1, page_memory_mb=MEMORY_MB) as house, plain_steps() as steps:
        keys = warcs_to_replay(house, [SOURCE], None, None, [])
        report = replay_warcs(house, keys, steps=steps, watch=lambda _: None)
        tally = report.sources[0].tally
    assert report.exit_code == 0
    assert (tally.captures, tally.articles) == (GOOD + len(BOMBS) + 1, GOOD)
    assert tally.reasons == {Reason.MEMORY: len(BOMBS), Reason.HTTP_STATUS: 1}
