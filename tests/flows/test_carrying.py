"""Parts go to the store while the crawl goes on; what cannot go waits, and stands in nobody's way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flows import carrying
from flows.carrying import Carrier
from flows.house import House
from flows.keeping import keep_part
from flows.report import SourceReport
from flows.settling import settle
from flows.steps import Item, Pending, Result, Step, Steps, plain_steps
from storage import spool
from storage.errors import StoreUnreachable
from storage.keys import Part
from storage.ledger import PartState
from storage.store import Store, Stored
from tests.flows.test_keeping import NEXT, PART, cut, house_at, in_spool, written


class Moody:
    """A real store that does not answer, for as long as it is told to."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.is_down = True
        self.refused = 0

    def put(self, key: str, content: bytes | Path) -> Stored:
        if self.is_down:
            self.refused += 1
            raise StoreUnreachable("nobody answers")
        return self._store.put(key, content)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    for pause in ("LOOK_EVERY_S", "LOOK_SOONER_S", "ASK_AGAIN_S"):
        monkeypatch.setattr(carrying, pause, 0.02)
    with house_at(tmp_path) as opened:
        opened.ledger.begin_run(PART.source, PART.run, opened.clock())
        yield opened


def sealed(house: House, part: Part = PART) -> bytes:
    """A part, sealed as the crawl process does it; its bytes."""
    written(house, 2, part=part)
    return spool.seal(house.spool / part.source, part, house.ledger).read_bytes()


def carrier(house: House, waits_for: str = "") -> Carrier:
    return Carrier(house, [house.catalogue["prova"]], lambda: waits_for)


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_a_part_goes_as_soon_as_it_is_sealed_and_an_open_one_stays(house: House) -> None:
    open_part = written(house, 2, part=NEXT)
    with carrier(house) as carried:
        content = sealed(house)
        until(lambda: PART in carried.kept)
        assert house.store.get(PART.warc) == content
    assert list(carried.kept) == [PART]
    assert in_spool(house) == [f"{PART.stem}.warc.gz.kept", open_part.name]
    assert {row.part: row.state for row in house.ledger.parts_of("prova", PART.run)} == {
        PART: PartState.KEPT,
        NEXT: PartState.OPEN,
    }


def test_a_part_is_carried_once(house: House) -> None:
    sealed(house)
    with carrier(house) as carried:
        until(lambda: PART in carried.kept)
        first = carried.kept[PART]
        sealed(house, part=NEXT)
        until(lambda: NEXT in carried.kept)
        assert carried.kept[PART] is first


def test_a_store_that_does_not_answer_is_asked_again(house: House) -> None:
    content = sealed(house)
    store = Moody(house.store)
    with carrier(replace(house, store=store)) as carried:
        until(lambda: store.refused >= 2)
        assert in_spool(house) == [f"{PART.stem}.warc.gz"]
        assert carried.kept == {}
        store.is_down = False
        until(lambda: PART in carried.kept)
    assert house.store.get(PART.warc) == content


def test_a_part_that_cannot_be_kept_waits_for_the_end_and_the_others_go(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    sealed(house)
    broken = spool.sealed_file(house.spool / "prova", PART)
    cut(broken, 10)
    with carrier(house) as carried:
        sealed(house, part=NEXT)
        until(lambda: NEXT in carried.kept)
        third = replace(NEXT, number=3)
        sealed(house, part=third)
        until(lambda: third in carried.kept)
    assert PART not in carried.kept
    assert broken.exists() and not house.store.exists(PART.warc)
    assert sum("waits for the crawl's end" in each.message for each in caplog.records) == 1


def test_a_crawl_that_waits_for_room_gets_that_of_copies_and_others_keep_theirs(house: House) -> None:
    sealed(house)
    keep_part(house, PART)
    house.ledger.set_part(PART, PartState.READ)
    copy = [f"{PART.stem}.warc.gz.kept"]
    with carrier(house) as carried:
        sealed(house, part=NEXT)
        until(lambda: NEXT in carried.kept)
        assert in_spool(house) == [*copy, f"{NEXT.stem}.warc.gz.kept"]
    with carrier(house, "the disk is full"):
        until(lambda: in_spool(house) == [f"{NEXT.stem}.warc.gz.kept"])
    assert house.store.exists(PART.warc)


class Noted:
    """Steps that are run, and written down."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps
        self.started: dict[str, list[object]] = {}

    def start(self, step: Step[Item, Result], items: Sequence[Item]) -> Sequence[Pending[Result]]:
        self.started[step.name] = list(items)
        return self._steps.start(step, items)


def test_what_was_carried_is_kept_by_no_step_again_and_is_read_in_its_turn(house: House) -> None:
    sealed(house)
    sealed(house, part=NEXT)
    reports = {"prova": SourceReport("prova", "تجربة", "Trial")}
    with plain_steps() as plain:
        noted = Noted(plain)
        carried = {NEXT: keep_part(house, NEXT)}
        settle(house, [house.catalogue["prova"]], reports, [], noted, lambda _progress: None, carried)
    assert noted.started == {"keep": [PART], "extract": [PART, NEXT]}
    assert reports["prova"].warcs == [PART.warc, NEXT.warc]
