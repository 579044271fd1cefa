"""`python -m benchmarks.text_path REVISION`: what a body's text and language cost, then and now.

Both revisions read the same generated articles in turn, each in processes of its own, every other
round backwards. What counts is CPU time, which a busy machine disturbs little.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from statistics import median

from benchmarks import generate
from benchmarks.measure import order

SEED = 7

_ROOT = Path(__file__).resolve().parents[1]
_WALK = """
import sys, time
from pathlib import Path
from corpuskit.language import detect_language
from corpuskit.text import Extractor, TextRules, detect_format

bodies = Path(sys.argv[1]).read_text("utf-8").split("\\0")
extractor = Extractor(TextRules())

def walk():
    started = time.process_time()
    for body in bodies:
        detect_language(extractor.extract(body, detect_format(body)).text)
    return time.process_time() - started

walk()
print(min(walk() for _ in range(3)) / len(bodies) * 1e6)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print, and say by 1 that the ratio is above what is allowed."""
    options = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="corpuskit-text-path-") as name:
        folder = Path(name)
        bodies = folder / "bodies"
        articles = (generate.article(SEED, n).body for n in range(options.articles))
        bodies.write_text("\0".join(articles), "utf-8")
        roots = {options.revision: folder / "old", "here": _ROOT}
        _check_out(options.revision, roots[options.revision])
        times = measure(roots, bodies, options.rounds)
    before, here = times[options.revision], times["here"]
    ratio = median(new / old for old, new in zip(before, here, strict=True))
    for revision, runs in times.items():
        print(f"{revision}: {median(runs):.1f} µs of CPU an article")
    print(f"here / {options.revision}: {ratio:.3f}, wanted ≤ {options.most}")
    return int(ratio > options.most)


def measure(roots: dict[str, Path], bodies: Path, rounds: int) -> dict[str, list[float]]:
    """By revision, the µs an article of each round but the first, which does not count."""
    times: dict[str, list[float]] = {revision: [] for revision in roots}
    for turn, is_backwards in order(rounds):
        for revision in sorted(roots, reverse=is_backwards):
            taken = _walk(roots[revision], bodies)
            if turn:
                times[revision].append(taken)
    return times


def _walk(root: Path, bodies: Path) -> float:
    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-P", "-c", _WALK, str(bodies)],
        env={**os.environ, "PYTHONPATH": str(root)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _check_out(revision: str, into: Path) -> None:
    """Write the package as it was at `revision`."""
    into.mkdir()
    archive = ["git", "-C", str(_ROOT), "archive", revision, "corpuskit"]
    packed = subprocess.run(archive, stdout=subprocess.PIPE, check=True).stdout  # noqa: S603 - our own
    with tarfile.open(fileobj=BytesIO(packed)) as files:
        files.extractall(into, filter="data")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.text_path", description=__doc__)
    add = parser.add_argument
    add("revision", help="of git, to compare with")
    add("--articles", type=int, default=2000, help="(%(default)s)")
    add("--rounds", type=int, default=7, help="after one to warm up (%(default)s)")
    add("--most", type=float, default=1.15, help="the ratio that is allowed (%(default)s)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
