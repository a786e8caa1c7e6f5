"""The heads of WARC and ARC records: what a record is, and how many bytes it has.

Real writers break the rules: bare line feeds, folded lines, spaces in URLs. What can be read is read.
Sources: https://iipc.github.io/warc-specifications/ (WARC 0.17 to 1.1), https://archive.org/web/researcher/ArcFileFormat.php"""

from __future__ import annotations

import re
import uuid
from typing import NamedTuple

MAX_HEAD = 1 << 16  # bytes; no known writer comes near
WARC_HEAD = re.compile(rb"WARC/\d{1,2}\.\d{1,3}[ \t]*\r?\n(?=[!-9;-~]+[ \t]*:)")
_ARC = rb"[a-z][a-z0-9+.-]*:[^\n]* \d{12,17} [^\n]* \d+[ \t]*\r?\n"
ARC_HEAD = re.compile(_ARC)
ARC_HEAD_ON_A_LINE = re.compile(rb"(?<=\n)" + _ARC)
HEAD_END = re.compile(rb"\r?\n\r?\n")
_PLAIN_LINE = re.compile(r"^([!-9;-~]+): ([!-~](?:[ -~]*[!-~])?)\r\n", re.MULTILINE)
_V2 = re.compile(r"(.*) (\S+) (\d{12,17}) (\S+) (\d{3}|-) (\S+) (\S+) (\d+|-) (\S+) (\S+)")
_V1 = re.compile(r"(.*?) (\S+) (\d{12,17}) (.+) (\S+)")
_IDS = uuid.UUID("6b6f0b0e-9d0c-5c8e-8a51-5f0d2f7d5a3c")  # namespace of ids for records that bring none


class BadHead(Exception):
    """What is wrong with a head, in words."""


class Head(NamedTuple):
    kind: str
    headers: tuple[tuple[str, str], ...]
    block_length: int  # bytes, as announced


def warc_head(raw: bytes) -> Head:
    """The head of a WARC record, its version line first. Raises BadHead."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    return _plain_head(text) or _odd_head(text)


def _plain_head(text: str) -> Head | None:
    """A head as nearly all are, in a third of the time; None: there is something odd about it."""
    headers = tuple(_PLAIN_LINE.findall(text))
    said = dict(headers)
    kind, length = said.get("WARC-Type"), said.get("Content-Length", "")
    if kind is None or not length.isdecimal() or len(said) < len(headers) or len(headers) != text.count("\n") - 2:
        return None
    return Head(kind.lower(), headers, int(length))


def _odd_head(text: str) -> Head:
    headers: list[tuple[str, str]] = []
    kind = length = ""
    for line in text.split("\n")[1:]:
        if line[:1] in (" ", "\t") and headers:
            headers[-1] = (headers[-1][0], f"{headers[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if not colon:
            continue
        name, value = name.strip(), value.strip()
        headers.append((name, value))
        lower = name.lower()
        if lower == "content-length":
            length = length or value
        elif lower == "warc-type":
            kind = kind or value.lower()
    if not length.isdecimal() or not length.isascii():
        raise BadHead(f"its Content-Length is {length[:40]!r}" if length else "it has no Content-Length")
    return Head(kind or "unknown", tuple(headers), int(length))


def arc_head(line: bytes) -> Head:
    """The one line before an ARC record, version 1 or 2, as the WARC headers that say the same. Raises BadHead.

    The URL may hold spaces, so that fields are counted from the end."""
    text = line.decode("utf-8", "replace").strip()
    found = _V2.fullmatch(text) or _V1.fullmatch(text)
    if found is None:
        raise BadHead(f"not the head of an ARC record: {text[:80]!r}")
    url, address, stamp, mime = found[1], found[2], found[3], found[4]
    length = found[found.re.groups]
    if not length.isdecimal() or not length.isascii():
        raise BadHead(f"its length is {length[:40]!r}")
    stamp = (stamp + "00")[:14]
    date = f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}T{stamp[8:10]}:{stamp[10:12]}:{stamp[12:14]}Z"
    is_description = url.startswith("filedesc:")
    headers = (
        ("WARC-Type", "warcinfo" if is_description else "response"),
        ("WARC-Record-ID", derived_id(url, date, length)),
        ("WARC-Date", date),
        ("WARC-Target-URI", url),
        ("WARC-IP-Address", address),
        ("Content-Type", mime.partition(" ")[0]),
        ("Content-Length", length),
    )
    return Head(headers[0][1], headers, int(length))


def derived_id(*facts: str) -> str:
    """A WARC-Record-ID for a record that has none: always the same for the same facts."""
    return uuid.uuid5(_IDS, "\n".join(facts)).urn.join("<>")
