"""The manifest of a run: the same bytes every time, and a clear word on damage."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from storage.errors import StoreError
from storage.manifest import Manifest, ManifestFile, is_whole, read_manifest

MANIFEST = Manifest(
    kind="crawl",
    source="example",
    run="20261122T140501Z-3fa9c2",
    started_at=datetime(2026, 11, 22, 14, 5, 1, tzinfo=UTC),
    finished_at=datetime(2026, 11, 22, 14, 6, 1, 500000, tzinfo=UTC),
    outcome="done",
    counts={"captures": 3, "articles": 2},
    extractor="x1",
    extractor_spelled={"code": "1", "libraries": {"lxml": "6.0"}},
    files=(ManifestFile("raw/example/2026/11/22/20261122T140501Z-3fa9c2-00001.warc.gz", 10, "ab" * 32),),
    software={"warraq": "0.1.0"},
    settings={"limit": None},
    problems=("صفحة واحدة لم تُقرأ",),
)


def test_a_manifest_comes_back_as_it_went_in() -> None:
    assert read_manifest(MANIFEST.to_json()) == MANIFEST
    replay = replace(MANIFEST, kind="replay", extractor=None, files=(), problems=())
    assert read_manifest(replay.to_json()) == replay


def test_equal_manifests_give_equal_bytes() -> None:
    shuffled = replace(MANIFEST, counts={"articles": 2, "captures": 3})
    assert shuffled.to_json() == MANIFEST.to_json()


def test_the_bytes_are_plain_json_that_people_can_read() -> None:
    text = MANIFEST.to_json().decode()
    assert text.endswith("}\n")
    assert text.splitlines()[1] == ' "counts": {'
    assert "صفحة واحدة لم تُقرأ" in text
    found = json.loads(text)
    assert list(found) == sorted(found)
    assert (found["version"], found["finished_at"]) == (1, "2026-11-22T14:06:01.500000Z")


def test_keys_of_a_later_release_are_left_out() -> None:
    assert read_manifest(json.dumps({**json.loads(MANIFEST.to_json()), "new": 1}).encode()) == MANIFEST


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (b"", "file"),
        (b"[]", "file"),
        (MANIFEST.to_json()[:100], "file"),
        (MANIFEST.to_json().replace(b'"crawl"', b'"walk"'), "kind"),
        (MANIFEST.to_json().replace(b'"version": 1', b'"version": 2'), "version"),
        (MANIFEST.to_json().replace(b'"size": 10', b'"size": "ten"'), "files.0.size"),
        (MANIFEST.to_json().replace(b"14:05:01Z", b"14:05:01"), "started_at"),
        (MANIFEST.to_json().replace(b'"outcome"', b'"income"'), "outcome"),
        (b"\xff\xfe", "file"),
    ],
)
def test_damage_is_named(damage: bytes, named: str) -> None:
    with pytest.raises(StoreError, match=f"damaged manifest: {named}: "):
        read_manifest(damage)


def test_an_instant_without_a_zone_is_not_written() -> None:
    with pytest.raises(TypeError, match="aware instants"):
        replace(MANIFEST, started_at=datetime(2026, 1, 1)).to_json()  # noqa: DTZ001


def test_a_manifest_knows_every_flipped_bit_of_itself() -> None:
    content = MANIFEST.to_json()
    assert is_whole(content)
    flipped = [content[:at] + bytes([content[at] ^ 1 << at % 8]) + content[at + 1 :] for at in range(len(content))]
    assert not any(map(is_whole, flipped))
    assert not any(is_whole(content[:at]) for at in range(len(content)))


def test_a_digest_among_the_settings_is_not_taken_for_its_own() -> None:
    odd = replace(MANIFEST, settings={"digest": "sha256:" + "0" * 64}, problems=('\n "digest": "sha256:' + "1" * 64,))
    assert is_whole(odd.to_json())
    assert read_manifest(odd.to_json()) == odd
