"""`warraq` as it is, with a line in the file WARRAQ_TEST_COUNTS at the begin and the end of each WARC's extraction:
`python -m tests.flows.counted_replay replay …`. For tests that kill it."""

from __future__ import annotations

import os

from flows import cli, replaying
from flows.house import House
from flows.reading import ReadWarc, read_past_damage


def counted(house: House, key: str, only: frozenset[str] = frozenset()) -> ReadWarc:
    note(f"begin {key}")
    done = read_past_damage(house, key, only)
    note(f"end {key}")
    return done


def note(line: str) -> None:
    """One write, so that lines of threads and of killed processes stay whole."""
    file = os.open(os.environ["WARRAQ_TEST_COUNTS"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(file, f"{line}\n".encode())
    os.close(file)


if __name__ == "__main__":
    replaying.read_past_damage = counted  # type: ignore[attr-defined]
    cli.main()
