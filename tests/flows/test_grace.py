"""Local copies after the upload: they stay for their grace, and no store that lies costs a capture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.grace import release, restore_part
from flows.house import House
from flows.keeping import keep_part, settle_spool
from flows.statuses import status_of
from storage import spool
from storage.errors import DamagedWarc, ObjectDiffers
from storage.ledger import PartState
from tests.flows.archives import overwrite
from tests.flows.test_keeping import PART, cut, house_at, in_spool, sealed

KEPT = f"{PART.stem}.warc.gz.kept"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with house_at(tmp_path) as opened:
        opened.ledger.begin_run(PART.source, PART.run, opened.clock())
        yield opened


@pytest.fixture
def content(house: House) -> bytes:
    """The bytes of a part that is kept and read."""
    whole = sealed(house)
    keep_part(house, PART)
    house.ledger.set_part(PART, PartState.READ)
    return whole


def later(house: House, **more: float) -> House:
    return replace(house, clock=lambda: house.clock() + timedelta(**more))


def test_a_copy_goes_when_its_grace_is_over_and_not_before(house: House, content: bytes) -> None:
    assert release(later(house, minutes=59), "prova").gone == 0
    assert in_spool(house) == [KEPT]
    assert release(later(house, minutes=61), "prova").gone == 1
    assert (in_spool(house), house.store.get(PART.warc)) == ([], content)
    assert release(later(house, minutes=61), "prova").gone == 0


def test_a_copy_in_its_grace_is_owed_by_nobody(house: House, content: bytes) -> None:
    (status,) = status_of(house).sources
    assert (status.spool_files, status.copies, status.copies_bytes) == (0, 1, len(content))


def test_a_part_that_is_not_read_yet_keeps_its_copy(house: House) -> None:
    sealed(house)
    keep_part(house, PART)
    assert release(later(house, days=9), "prova").gone == 0
    assert in_spool(house) == [KEPT]


DAMAGES: dict[str, Callable[[bytes], bytes | None]] = {
    "lost": lambda whole: None,
    "empty": lambda whole: b"",
    "cut in a record": lambda whole: whole[:-9],
    "cut to its first byte": lambda whole: whole[:1],
    "a bit flipped": lambda whole: whole[:200] + bytes([whole[200] ^ 4]) + whole[201:],
    "noise behind it": lambda whole: whole + b"noise",
    "another thing": lambda whole: b"<html>504 Gateway Time-out</html>",
}


def damage(house: House, content: bytes, how: str) -> None:
    made = DAMAGES[how](content)
    if made is None:
        (house.spool.parent / "archive" / PART.warc).unlink()
    else:
        overwrite(house.spool.parent, PART.warc, made)


@pytest.mark.parametrize("how", DAMAGES)
def test_what_the_store_lost_or_damaged_is_stored_again_and_its_grace_begins_anew(
    house: House, content: bytes, how: str
) -> None:
    damage(house, content, how)
    released = release(later(house, hours=2), "prova")
    assert (released.gone, len(released.restored), released.owed) == (0, 1, [])
    assert PART.warc in released.restored[0]
    assert (house.store.get(PART.warc), in_spool(house)) == (content, [KEPT])
    assert release(later(house, hours=2, minutes=59), "prova").gone == 0
    assert release(later(house, hours=3, minutes=1), "prova").gone == 1


@pytest.mark.parametrize("how", [how for how in DAMAGES if how != "another thing"])
def test_the_torso_of_an_earlier_upload_does_not_block_the_part(house: House, how: str) -> None:
    whole = sealed(house)
    house.store.put(PART.warc, whole)
    damage(house, whole, how)
    keep_part(house, PART)
    assert house.store.get(PART.warc) == whole


def test_another_whole_warc_under_the_key_is_never_written_over(house: House, content: bytes) -> None:
    other = content + content
    overwrite(house.spool.parent, PART.warc, other)
    released = release(later(house, hours=2), "prova")
    assert (released.gone, released.restored, len(released.owed)) == (0, [], 1)
    assert (house.store.get(PART.warc), in_spool(house)) == (other, [KEPT])
    with pytest.raises(ObjectDiffers):
        keep_part(house, PART)


def test_a_copy_that_is_damaged_itself_never_replaces_what_the_store_has(house: House, content: bytes) -> None:
    copy = house.spool / "prova" / KEPT
    cut(copy, 9)
    with pytest.raises(DamagedWarc, match="the copy is not whole"):
        restore_part(house, PART, copy)
    assert house.store.get(PART.warc) == content
    assert len(release(later(house, hours=2), "prova").owed) == 1


def test_a_lost_index_is_made_again_before_the_copy_goes(house: House, content: bytes) -> None:
    index = house.store.get(PART.cdxj)
    (house.spool.parent / "archive" / PART.cdxj).unlink()
    assert release(later(house, hours=2), "prova").gone == 1
    assert house.store.get(PART.cdxj) == index


def test_a_new_ledger_takes_a_copy_up_too(house: House, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "anew").mkdir()
    with house_at(tmp_path / "anew") as fresh:
        (tmp_path / "spool").rename(tmp_path / "anew/spool.old")
        (tmp_path / "anew/spool").rmdir()
        (tmp_path / "anew/spool.old").rename(tmp_path / "anew/spool")
        settle_spool(fresh, "prova")
        assert fresh.ledger.captures_of(PART) == 2
        assert [row.state for row in fresh.ledger.owed_parts("prova")] == [PartState.KEPT]
        keep_part(fresh, PART)
        assert fresh.store.get(PART.warc) == content
    assert spool.KEPT.endswith(".kept")
