"""A clean build without a cache that says how long each of its stages took.

python phases.py SRC OUT
"""

from __future__ import annotations

import json
import sys

import corpuskit

WORKERS = 2


def main(src: str, out: str) -> dict[str, object]:
    """Build; returns status, rows and seconds by stage."""
    watch = corpuskit.Profiler()
    built = corpuskit.build(src, out=out, cache=False, workers=WORKERS, progress=watch)
    seconds = {stage.stage: stage.seconds for stage in watch.profile.stages}
    return {"status": built.status, "rows": built.counts.rows, "phases": seconds}


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
