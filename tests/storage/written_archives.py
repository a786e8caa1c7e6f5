"""Archive files as others write them, made by hand: every container, and every way to break one."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence

from backports import zstd

from storage import warc

Write = Callable[[Sequence[bytes]], bytes]


def warc_record(
    number: int, *, version: str = "1.0", body: bytes = b"", newline: bytes = b"\r\n", **more: str
) -> bytes:
    """A plain response record; `more` adds or replaces headers, with _ for -, and leaves out those that are empty."""
    payload = body or f"<html><body><h1>خبر {number}</h1></body></html>".encode() * 20
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + payload
    headers = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012d}>",
        "WARC-Date": "2026-11-22T10:00:00Z",
        "WARC-Target-URI": f"https://prova.example/{number}",
        "Content-Type": warc.HTTP_RESPONSE,
        "WARC-Block-Digest": warc.digest(block),
        "WARC-Payload-Digest": warc.digest(payload),
        "Content-Length": str(len(block)),
    }
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = [f"WARC/{version}"] + [f"{name}: {value}" for name, value in headers.items() if value]
    return newline.join(line.encode() for line in lines) + newline * 2 + block + newline * 2


def arc_record(number: int, *, second_version: bool = False) -> bytes:
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + f"<p>خبر {number}</p>".encode() * 30
    middle = "200 - - 0 part.arc.gz " if second_version else ""
    head = f"https://prova.example/a b/{number} 192.0.2.1 20140216050221 text/html {middle}{len(block)}\n"
    return head.encode() + block + b"\n"


def arc_description(*, second_version: bool = False) -> bytes:
    names = "URL IP-address Archive-date Content-type "
    names += "Result-code Checksum Location Offset Filename " if second_version else ""
    block = f"{2 if second_version else 1} 0 Prova\n{names}Archive-length\n\n".encode()
    middle = "200 - - 0 part.arc.gz " if second_version else ""
    return f"filedesc://part.arc.gz 0.0.0.0 20140216050221 text/plain {middle}{len(block)}\n".encode() + block + b"\n"


def with_dictionary(records: Sequence[bytes]) -> bytes:
    """As the WARC-Zstd specification has it: the dictionary, compressed, in a skippable frame at the start."""
    samples = [warc_record(number) for number in range(500)]
    dictionary = zstd.train_dict(samples, 4096)
    packed = zstd.compress(dictionary.dict_content)
    first = b"\x5d\x2a\x4d\x18" + len(packed).to_bytes(4, "little") + packed
    return first + b"".join(zstd.compress(each, zstd_dict=dictionary) for each in records)


def _frame(content: bytes) -> bytes:
    return zstd.compress(content, options={zstd.CompressionParameter.checksum_flag: 1})


CONTAINERS: dict[str, Write] = {
    "gzip": lambda records: b"".join(gzip.compress(each, mtime=0) for each in records),
    "gzip stored": lambda records: b"".join(gzip.compress(each, 0, mtime=0) for each in records),
    "one gzip member": lambda records: gzip.compress(b"".join(records), mtime=0),
    "plain": b"".join,
    "zstd": lambda records: b"".join(map(_frame, records)),
    "one zstd frame": lambda records: _frame(b"".join(records)),
    "zstd with a dictionary": with_dictionary,
}
SHARED = ("one gzip member", "one zstd frame")  # their records do not begin at offsets of their own


def spans(write: Write, records: Sequence[bytes]) -> list[tuple[int, int]]:
    """Where each record lies in the file, where it has a place of its own."""
    ends = [len(write(records[: count + 1])) for count in range(len(records))]
    return list(zip([len(write(records[:0])), *ends], ends, strict=False))
