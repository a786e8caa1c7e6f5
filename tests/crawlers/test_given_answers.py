"""Answers from the tests of curl and llhttp, in ../shared: kept byte for byte, or a failure with a name."""

from __future__ import annotations

import base64
import re
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pytest

from crawlers.wire_faults import NAMES
from tests.crawlers.byte_server import CLOSE, serving_bytes
from tests.crawlers.crawls import job_for, outcome, records, run_job, source_at
from tests.crawlers.odd_answers import HTML, sized

GIVEN = Path(__file__).parents[3] / "shared/fixtures/http_odd"
# No answers: bad chunks, a negative length, a header of 100 KB.
NO_ANSWER = {"test36", "test178", "test1154"}
_DATA = re.compile(r"<data(?P<how>[^>]*)>\n(?P<content>.*?)</data>", re.DOTALL)
_SPECIAL = re.compile(rb"%hex\[(.*?)\]hex%|%repeat\[(\d+) x (.)\]%|%(CR|TAB)")


def curl_answer(text: str) -> bytes:
    """What curl's test server would send: the first <data> of a test, its macros expanded."""
    found = _DATA.search(text)
    assert found is not None
    content = found["content"].encode("latin-1")
    if 'crlf="headers"' in found["how"]:
        head, empty, body = content.partition(b"\n\n")
        content = (head + empty).replace(b"\n", b"\r\n") + body
    if 'nonewline="yes"' in found["how"]:
        content = content.removesuffix(b"\n")
    return _SPECIAL.sub(_expanded, content)


def _expanded(found: re.Match[bytes]) -> bytes:
    if found[1] is not None:
        return unquote_to_bytes(found[1])
    return found[3] * int(found[2]) if found[2] else {b"CR": b"\r", b"TAB": b"\t"}[found[4]]


def llhttp_answers(text: str) -> list[bytes]:
    blocks = re.findall(r'"type": "response[^`]*?```http\n(.*?)\n```', text, re.DOTALL)
    plain = (block.replace("\\\n", "").replace("\\r", "\r").replace("\\n", "\n") for block in blocks)
    return [re.sub(r"(?<!\r)\n", "\r\n", block).encode("latin-1") for block in plain]


def given() -> dict[str, bytes]:
    answers = {file.name: curl_answer(file.read_text("latin-1")) for file in GIVEN.glob("curl__curl/test*")}
    for file in GIVEN.glob("nodejs__llhttp/*.md"):
        answers |= {f"{file.stem}-{n}": answer for n, answer in enumerate(llhttp_answers(file.read_text("latin-1")))}
    return answers


@pytest.mark.skipif(not GIVEN.exists(), reason="../shared/fixtures is not there")
def test_given_answers_are_kept_byte_for_byte_or_fail_by_name(tmp_path: Path) -> None:
    answers = given()
    assert len(answers) >= 20
    home = b"".join(b'<a href="/a/%b">x</a>' % name.encode() for name in answers)
    pages = {f"/a/{name}": answer + CLOSE for name, answer in answers.items()}
    with serving_bytes({"/": sized(home, HTML), **pages}) as server:
        ended = outcome(run_job(job_for(tmp_path, source_at(server.base), timeout_s=20)))
    whole = dict.fromkeys(answers, b"")
    about: dict[str, dict[str, str]] = {}
    broken = set()
    for record in records(tmp_path):
        name = str(record.header("WARC-Target-URI")).rpartition("/")[2]
        if record.kind == "response" and name in answers:
            whole[name] = record.block
            broken |= {name} if record.header("WARC-Truncated") else set()
        elif record.kind == "metadata":
            about[name] = dict(line.split(": ", 1) for line in record.block.decode().splitlines())
    for name, answer in answers.items():
        before, after = (base64.b64decode(about[name].get(f"{side}-base64", "")) for side in ("interim", "surplus"))
        kept = before + whole[name] + after
        assert kept == answer or (name in broken and answer.startswith(kept) and kept), name
        if name in broken:
            problem = next(line for line in ended.problems if f"/a/{name}: " in line)
            assert any(f": {known}: " in problem for known in NAMES), problem
    assert {name for name in broken if name.startswith("test")} == NO_ANSWER
