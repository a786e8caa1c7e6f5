"""datatrove's own way from a WARC to text, timed: run by an environment that has datatrove, without our code.

Arguments: the folder of the WARCs, their names, seconds a page.
Prints one JSON object; the CPU of its processes is counted too."""

import json
import logging
import os
import sys
import time
from importlib.metadata import version

from datatrove.pipeline.extractors import Trafilatura
from datatrove.pipeline.readers import WarcReader


def main() -> None:
    logging.disable(logging.CRITICAL)
    folder, name, timeout_s = sys.argv[1:4]
    warm = {"cpu": 0.0, "wall": 0.0}
    for count in range(2):  # the first round loads what is loaded at first use, and is not counted
        reader = WarcReader(folder, glob_pattern=name, limit=2 if count == 0 else -1)
        documents = 0
        for document in Trafilatura(timeout=float(timeout_s)).run(reader.run()):
            documents += bool(document.text)
        if count == 0:
            warm = {"cpu": _cpu(), "wall": time.monotonic()}
    print(
        json.dumps(
            {
                "version": version("datatrove"),
                "trafilatura": version("trafilatura"),
                "documents": documents,
                "cpu_s": _cpu() - warm["cpu"],
                "wall_s": time.monotonic() - warm["wall"],
            }
        )
    )


def _cpu() -> float:
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


if __name__ == "__main__":
    main()
