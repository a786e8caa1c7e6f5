"""`python -m tests.crawlers.evidence_page`: the lists of docs/evidence.md, from the tables that the tests run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from crawlers import framing, job, limits, politeness, room
from tests.crawlers import odd_answers
from tests.crawlers.bombs import BOMBS
from tests.crawlers.test_conformance import BEYOND_FASTWARC, BEYOND_WARCIO
from tests.crawlers.test_wire_faults import FAULTS

PAGE = Path(__file__).parents[2] / "docs/evidence.md"
_GROUPS: Mapping[str, Mapping[str, object]] = {
    "heads": odd_answers.HEADS,
    "status lines": odd_answers.STATUS_LINES,
    "redirects": odd_answers.REDIRECTS,
    "lengths": odd_answers.LENGTHS,
    "chunks and transfer codings": odd_answers.CHUNKS,
    "content codings": odd_answers.CODINGS,
    "1xx answers": odd_answers.INTERIM,
}


def lists() -> dict[str, str]:
    """Text between the marks of the page, by their names."""
    odd = [f"- **{name}** ({len(group)}): {_named(group)}" for name, group in _GROUPS.items()]
    cut = f"- **cut at every byte** ({len(odd_answers.CUTS)}): {_named(odd_answers.SPLIT)}, each sent in two pieces"
    faults = [
        f"| `{name}` | {problem} | {truncated or 'nothing came'} |" for name, (_, problem, truncated) in _faults()
    ]
    return {
        "odd": "\n".join([*odd, cut]),
        "readers": f"- FastWARC: {_named(BEYOND_FASTWARC)}\n- warcio: {_named(BEYOND_WARCIO)}",
        "faults": "\n".join(["| the server | named | `WARC-Truncated` |", "|---|---|---|", *faults]),
        "limits": "\n".join(
            ["| of | at most |", "|---|---|", *(f"| {what} | {size} |" for what, size in _limits().items())]
        ),
    }


def _named(names: Mapping[str, object] | tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _faults() -> list[tuple[str, tuple[bytes, str, str | None]]]:
    return sorted(FAULTS.items(), key=lambda each: each[1][1])


def _limits() -> dict[str, str]:
    body = job.CrawlJob.model_fields["max_body_bytes"].default
    return {
        "a header line, a chunk's size and extensions": _size(framing.MAX_LINE_BYTES),
        "a head with the 1xx answers before it; trailers": _size(framing.MAX_HEAD_BYTES),
        "framing of chunks, beyond an eighth of their content": _size(framing.MAX_FRAMING_BYTES),
        "a body as sent (`WARRAQ_MAX_BODY_BYTES`)": _size(body),
        "a page that names articles, as sent and decoded": _size(limits.MAX_DECODED_BYTES),
        "content codings undone on such a page": str(limits.MAX_CODINGS),
        "all that is being received at one time": _size(room.MAX_UNDER_WAY_BYTES),
        "one answer, from its request to its last byte": f"{job.CrawlJob.model_fields['timeout_s'].default:g} s",
        "redirects, each kept": "20",
        "times one URL may ask us to wait in one run": str(politeness.MAX_WAITS),
        "decompression bombs tried": ", ".join(f"`{name}`" for name in BOMBS),
    }


def _size(size: int) -> str:
    return f"{size >> 20} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def written(page: str) -> str:
    """The page with its lists as the tables have them now. Raises KeyError for a list it has no place for."""
    for name, text in lists().items():
        place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
        if place.search(page) is None:
            raise KeyError(name)
        page = place.sub(lambda found, text=text: f"{found[1]}\n{text}\n\n{found[2]}", page)  # type: ignore[misc]
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
