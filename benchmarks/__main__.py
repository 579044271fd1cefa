"""`make bench`: measure, keep the results as JSON, and write docs/performance.md anew."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median

from benchmarks.chunks import Difference
from benchmarks.contenders import WORKERS, Ground, Kept, field, new_bytes
from benchmarks.edits import make_corpus
from benchmarks.measure import rounds
from benchmarks.plot import Point, chart
from benchmarks.report import figures, with_figures
from benchmarks.results import Measured, Results, load, save

SEED = 7

_ROOT = Path(__file__).resolve().parents[1]
_ENGINES = ("corpuskit", "pandera", "polars", "pyarrow", "resiliparse", "selectolax")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is measured: everybody on `articles`, the quick ones on the other `sizes` too."""

    articles: int
    rounds: int
    sizes: Sequence[int]
    size_rounds: int
    work: Path
    peers: Path | None


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, unless only the report is wanted; then write the report."""
    options = _parser().parse_args(arguments)
    if not options.report_only:
        wanted = Wanted(
            articles=options.articles,
            rounds=options.rounds,
            sizes=[int(size) for size in options.sizes.split(",") if size],
            size_rounds=options.size_rounds,
            work=options.work.absolute(),
            # Not resolved: a virtual environment is known by the link to its interpreter.
            peers=options.peers and options.peers.absolute(),
        )
        save(measure(wanted), options.results)
    results = load(options.results)
    print(figures(results))
    page = options.docs / "performance.md"
    page.write_text(with_figures(page.read_text("utf-8"), figures(results)), "utf-8")
    (options.docs / "performance.svg").write_text(chart(_series(results)), "utf-8")


def measure(wanted: Wanted) -> Results:
    """Measure each size in a folder of its own, which goes when it is done."""
    sizes = sorted({wanted.articles, *wanted.sizes})
    measured = []
    changes: dict[str, Difference] = {}
    for articles in sizes:
        with tempfile.TemporaryDirectory(prefix="corpuskit-bench-", dir=wanted.work) as folder:
            one, new = _measure(wanted, articles, Path(folder), count=articles == sizes[-1])
            measured.append(one)
            changes |= new
    return Results(_machine(wanted), measured, changes)


def _measure(
    wanted: Wanted, articles: int, folder: Path, *, count: bool
) -> tuple[Measured, dict[str, Difference]]:
    """All runs on one corpus; `count` says whether new bytes are counted as well."""
    _tell(f"{articles} articles: writing them")
    corpus = make_corpus(folder / "articles", SEED, articles)
    ground = Ground(corpus, folder, wanted.peers)
    kept = Kept(ground)
    whole = articles == wanted.articles
    contenders = field(ground, kept, whole=whole)
    runs = rounds(contenders, wanted.rounds if whole else wanted.size_rounds, folder, _tell)
    return Measured(articles, corpus.size, runs), new_bytes(corpus, kept) if count else {}


def _series(results: Results) -> dict[str, list[Point]]:
    series: dict[str, list[Point]] = {}
    for measured in results.measured:
        for name, runs in measured.runs.items():
            if name != "phases":
                point = (measured.articles, median(run.seconds for run in runs))
                series.setdefault(name, []).append(point)
    return series


def _machine(wanted: Wanted) -> dict[str, str]:
    return {
        "processor": f"{_processor()}, {os.cpu_count()} cores, {WORKERS} workers each",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "versions": ", ".join(f"{name} {version(name)}" for name in _ENGINES),
        "rounds": f"{wanted.rounds} with everybody, {wanted.size_rounds} at the other sizes",
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    add = parser.add_argument
    add("--articles", type=int, default=20_000, help="where everybody is measured (%(default)s)")
    add("--rounds", type=int, default=5, help="rounds there, after one to warm up (%(default)s)")
    add("--sizes", default="10000,30000,100000", help="other sizes (%(default)s)")
    add("--size-rounds", type=int, default=3, help="rounds at the other sizes (%(default)s)")
    add("--work", type=Path, default=tempfile.gettempdir(), help="for corpora; in no git checkout")
    add("--peers", type=Path, help="a Python with pandas, and with datatrove if it is to take part")
    add("--results", type=Path, default=_ROOT / "build/bench/results.json", help="(%(default)s)")
    add("--docs", type=Path, default=_ROOT / "docs", help="where the report goes (%(default)s)")
    add("--report-only", action="store_true", help="write the report of results that exist")
    return parser


if __name__ == "__main__":
    main()
