"""What recurs is learned before the first reading, kept in the store, and read with again by a replay."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.house import House
from flows.learning import extractor_of, learn, learn_before_first_reading
from flows.reading import read_warc
from storage import keys
from storage.articles import read_articles
from storage.errors import StoreError
from tests.flows import archives
from tests.flows.archives import SOURCE, add_run, run_verify, write_source
from tests.flows.houses import house_in

TAIL = "تبث الإذاعة من السوق كل خميس وترحب بكم مستمعين ومشاركين في برامجها المسائية"


@pytest.fixture
def with_tails(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = archives.page
    monkeypatch.setattr(
        archives, "page", lambda number: plain(number).replace(b"</article>", f"<p>{TAIL}</p></article>".encode())
    )


def _texts(house: House, extractor: str) -> list[str]:
    found = [key for key in house.store.list(keys.ARTICLES) if f"extractor={extractor}/" in key]
    return [article.text for key in found for article in read_articles(house.store.get(key))]


def test_a_replay_reads_with_what_was_learned_and_gives_the_same_bytes(with_tails: None, tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        part = add_run(house, 0, articles=10)
        source = house.catalogue[SOURCE]
        before, nothing = extractor_of(house, source)
        assert not nothing and all(TAIL in text for text in _texts(house, before.id))
        assert learn(house, source, [part.warc])
        assert list(house.store.list(keys.learned_of(SOURCE))) == [keys.learned(SOURCE, 1)]
        first, second = read_warc(house, part.warc), read_warc(house, part.warc)
        assert (first.extractor.id != before.id, first.new_files > 0, second.new_files) == (True, True, 0)
        assert len(_texts(house, first.extractor.id)) == 10
        assert not any(TAIL in text for text in _texts(house, first.extractor.id))
        learn(house, source, [part.warc])  # nothing new: no second object
        learn_before_first_reading(house, SOURCE, [part.warc])  # it was read already: left alone
        assert list(house.store.list(keys.learned_of(SOURCE))) == [keys.learned(SOURCE, 1)]
        assert not [each for each in run_verify(house).damages if each.key.startswith(keys.EXTRACTORS)]


def test_damaged_learned_data_is_named_with_what_helps(with_tails: None, tmp_path: Path) -> None:
    with house_in(tmp_path, sources=write_source(tmp_path / "sources")) as house:
        house.store.put(keys.learned(SOURCE, 1), b"{")
        with pytest.raises(StoreError, match=r"damaged object extractors/.*--learn"):
            extractor_of(house, house.catalogue[SOURCE])
