"""A clean build without a cache that says how long each of its stages took.

python phases.py SRC OUT
"""

from __future__ import annotations

import json
import sys
import time

import corpuskit
from corpuskit.progress import Progress, Stage

WORKERS = 2


class StopWatch(Progress):
    """Notes when stages begin; what comes before the first is `start`."""

    def __init__(self) -> None:
        self._begun: list[tuple[str, float]] = [("start", time.perf_counter())]

    def stage(self, name: Stage, total: int | None = None) -> None:  # noqa: ARG002
        """Note the time."""
        self._begun.append((name, time.perf_counter()))

    def read(self) -> dict[str, float]:
        """Stage → its seconds, the last one until now."""
        ends = [*(begun for _, begun in self._begun[1:]), time.perf_counter()]
        return {name: end - begun for (name, begun), end in zip(self._begun, ends, strict=True)}


def main(src: str, out: str) -> dict[str, object]:
    """Build; returns status, rows and seconds by stage."""
    watch = StopWatch()
    built = corpuskit.build(src, out=out, cache=False, workers=WORKERS, progress=watch)
    return {"status": built.status, "rows": built.counts.rows, "phases": watch.read()}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
