"""Archives for tests, made by the house's own writers without a crawl: many small runs, five objects each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from flows.house import House
from flows.keeping import captures_in, keep_part, take_up
from flows.manifests import finish_run, name_current_extractor
from flows.reading import read_warc
from flows.report import SourceReport
from flows.verifying import Verification, verify
from storage import keys, spool, warc
from storage.keys import Part
from storage.ledger import PartState

SOURCE = "sahifa"
FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
RUNS = 24  # of the archive that the fixture `stored` opens: 121 objects
_WORDS = ("السوق", "القديم", "عاد", "إلى", "الحياة", "بعد", "ترميم", "طويل", "شارك", "فيه", "أهل", "الحي", "والحرفيون")


def write_source(folder: Path, source: str = SOURCE) -> Path:
    """A source file for these pages; returns its folder, for WARRAQ_SOURCES."""
    folder.mkdir(parents=True, exist_ok=True)
    fields = {
        "id": source,
        "name": {"ar": "الصحيفة", "en": "The Paper"},
        "country": "IQ",
        "home": f"https://{source}.example/",
        "language": "ar",
        "timezone": "Asia/Baghdad",
        "enabled": True,
        "cadence": "15m",
        "article_url": [rf"^https://{source}\.example/news/(?P<id>\d+)$"],
        "evidence": [{"what": "feed", "level": "unverified", "as_of": "2026-11-01"}],
    }
    (folder / f"{source}.yaml").write_text(yaml.safe_dump(fields, allow_unicode=True), "utf-8")
    return folder


def page(number: int) -> bytes:
    chosen = random.Random(number)
    paragraphs = "".join(f"<p>{' '.join(chosen.choices(_WORDS, k=30))} {number}.</p>" for _ in range(4))
    title = f"خبر السوق رقم {number}"
    return (
        f"<html><head><meta charset='utf-8'><title>{title}</title></head>"
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def run_records(part: Part, numbers: Sequence[int], moment: datetime) -> list[warc.Record]:
    block = f"software: tests\r\nisPartOf: {part.run}\r\n".encode()
    info = (
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", warc.warc_date(moment)),
        ("Content-Type", "application/warc-fields"),
        ("WARC-Block-Digest", warc.digest(block)),
    )
    records = [warc.Record("warcinfo", info, block)]
    for number in numbers:
        records.append(response(part.source, number, b"200 OK", page(number), moment))
    records.append(response(part.source, 900_000 + numbers[0], b"404 Not Found", b"gone", moment))
    return records


def response(source: str, number: int, status: bytes, body: bytes, moment: datetime) -> warc.Record:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: text/html; charset=utf-8\r\n"
    head += b"Content-Length: %d\r\n\r\n" % len(body)
    headers = (
        ("WARC-Record-ID", warc.new_record_id()),
        ("WARC-Date", warc.warc_date(moment)),
        ("WARC-Target-URI", f"https://{source}.example/news/{number}"),
        ("Content-Type", warc.HTTP_RESPONSE),
        ("WARC-Block-Digest", warc.digest(head + body)),
        ("WARC-Payload-Digest", warc.digest(body)),
    )
    return warc.Record("response", headers, head + body)


def add_run(
    house: House, number: int, *, source: str = SOURCE, articles: int = 1, finish: bool = True, copy: bool = False
) -> Part:
    """One run with one part: WARC, index, articles, rejections and, if finished, its manifest.

    `copy`: the spool still has the part too, as in its grace."""
    moment = FIRST + timedelta(minutes=15 * number)
    part = Part(source, f"{moment:%Y%m%dT%H%M%SZ}-{number:06x}", 1)
    file = spool.sealed_file(house.spool / source, part)
    warc.write_warc(file, run_records(part, range(number * 10, number * 10 + articles), moment))
    house.ledger.begin_run(source, part.run, moment)
    take_up(house, part, captures_in(file))
    house.ledger.set_part(part, PartState.SEALED, size=file.stat().st_size)
    keep_part(house, part)
    read = read_warc(house, part.warc)
    name_current_extractor(house, source, read.extractor)
    house.ledger.set_part(part, PartState.READ)
    if not copy:
        spool.kept_file(house.spool / source, part).unlink()
    if finish:
        row = next(row for row in house.ledger.runs_of(source) if row.run == part.run)
        assert finish_run(house, row, "finished", SourceReport(source, "", "", part.run), {})
    return part


@dataclass(frozen=True, slots=True)
class Damaged:
    key: str
    how: str  # flipped | cut | deleted


def damage_some(root: Path, count: int, seed: int) -> list[Damaged]:
    """Flip a bit in, cut or delete `count` objects below a folder store, chosen at random."""
    chosen = random.Random(seed)
    objects = sorted(file for file in root.rglob("*") if file.is_file() and ".incoming" not in file.parts)
    done = []
    for number, file in enumerate(chosen.sample(objects, count)):
        how = ("flipped", "cut", "deleted")[number % 3]
        content = bytearray(file.read_bytes())
        file.unlink()
        if how == "flipped":
            content[chosen.randrange(len(content))] ^= 1 << chosen.randrange(8)
            file.write_bytes(content)
        elif how == "cut":
            file.write_bytes(content[: chosen.randrange(len(content))])
        done.append(Damaged(file.relative_to(root).as_posix(), how))
    return done


def overwrite(root: Path, key: str, content: bytes) -> None:
    """Put other bytes in an object's place, behind the store's back; `root` holds the folder `archive`."""
    (root / "archive" / key).unlink()
    (root / "archive" / key).write_bytes(content)


def first_part(house: House) -> Part:
    part = keys.part_of(next(key for key in objects_in(house) if key.endswith(".warc.gz")))
    assert part is not None
    return part


def run_verify(house: House, **more: int) -> Verification:
    return verify(house, watch=lambda _: None, **more)


def objects_in(house: House) -> list[str]:
    return list(house.store.list(""))


def is_manifest(key: str) -> bool:
    return keys.run_of_manifest(key) is not None
