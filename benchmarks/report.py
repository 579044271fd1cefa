"""Measurements as tables of Markdown: pure, from results to text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from benchmarks.chunks import Difference
from benchmarks.results import Measured, Results, Run

BEGIN = "<!-- figures -->"
END = "<!-- /figures -->"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One contender's time to another's, less an allowance in seconds; `aim` is what we want."""

    over: str
    under: str
    aim: str = ""
    allowance: float = 0.0

    def __str__(self) -> str:
        over = f"({self.over} - {self.allowance} s)" if self.allowance else self.over
        return f"{over} / {self.under}"

    def of_medians(self, runs: Mapping[str, Sequence[Run]]) -> float:
        """The ratio of the medians over all rounds."""
        over, under = (median(r.seconds for r in runs[name]) for name in (self.over, self.under))
        return (over - self.allowance) / under

    def by_round(self, runs: Mapping[str, Sequence[Run]]) -> float:
        """The median of the ratios within each round, which noise from outside weighs less on."""
        pairs = zip(runs[self.over], runs[self.under], strict=True)
        return median((over.seconds - self.allowance) / under.seconds for over, under in pairs)


RATIOS = (
    Ratio("naive script", "build, empty cache", "≥ 10"),
    Ratio("naive script", "build, no cache", "≥ 10"),
    Ratio("datatrove", "build, empty cache", "≥ 12"),
    Ratio("datatrove", "build, no cache", "≥ 12"),
    Ratio("build, empty cache", "floor"),
    Ratio("build, no cache", "floor", "≤ 1.6"),
    Ratio("nothing changed", "stat walk", "≤ 1.5", allowance=0.25),
    Ratio("build, empty cache", "newest 1 % edited", "≥ 5"),
    Ratio("build, empty cache", "random 1 % edited", "≥ 3"),
    Ratio("build, empty cache", "1 % appended"),
)


def with_figures(page: str, figures: str) -> str:
    """The page with other figures between its two marks.

    Raises:
        ValueError: a mark is missing.
    """
    return between(BEGIN, END, page, figures)


def between(begin: str, end: str, page: str, figures: str) -> str:
    """The page with `figures` between two marks of its own.

    Raises:
        ValueError: a mark is missing.
    """
    before, is_begun, rest = page.partition(begin)
    _, is_ended, after = rest.partition(end)
    if not is_begun or not is_ended:
        raise ValueError(f"the page lacks {begin} or {end}")
    return f"{before}{begin}\n\n{figures}\n{end}{after}"


def figures(results: Results) -> str:
    """All tables, with a heading each."""
    parts = [_machine(results.machine)]
    for measured in results.measured:
        if "phases" in measured.runs:
            parts += [f"## {_count(measured.articles)} articles", contender_table(measured)]
            parts += ["Stages of a build without a cache:", phase_table(measured)]
    parts += ["## Ratios", ratio_table(results.measured)]
    parts += ["## Cost against size", "Median seconds:"]
    parts += [_by_size(results.measured, lambda runs: f"{median(r.seconds for r in runs):.2f}")]
    parts += ["![Seconds against articles](performance.svg)", "Peak of anonymous memory, MB:"]
    parts += [_by_size(results.measured, _peak)]
    if results.new_bytes:
        parts += ["## New bytes of a version", new_bytes_table(results.new_bytes)]
    return "\n\n".join(parts) + "\n"


def contender_table(measured: Measured) -> str:
    """Medians of one corpus, a line a contender; what is for each article is of all articles."""
    heads = ("", "s", "processor s", "articles/s", "MB/s", "µs an article", "peak MB", "rows")
    lines = []
    for name, runs in measured.runs.items():
        if name == "phases":
            continue
        seconds = median(run.seconds for run in runs)
        lines.append(
            (
                name,
                f"{seconds:.2f}",
                f"{median(run.processor for run in runs):.2f}",
                *_speeds(measured, seconds),
                _peak(runs),
                "" if name == "stat walk" else _count(runs[-1].rows),
            )
        )
    return table(heads, lines)


def phase_table(measured: Measured) -> str:
    """Medians of the stages of a build, a line a stage."""
    runs = measured.runs["phases"]
    heads = ("", "s", "share", "articles/s", "MB/s", "µs an article")
    whole = median(sum(run.phases.values()) for run in runs)
    lines = []
    for stage in runs[0].phases:
        seconds = median(run.phases[stage] for run in runs)
        share = f"{100 * seconds / whole:.0f} %"
        lines.append((stage, f"{seconds:.2f}", share, *_speeds(measured, seconds)))
    return table(heads, lines)


def ratio_table(all_measured: Sequence[Measured]) -> str:
    """Ratios by size: that of the medians, then the median of those by round."""
    heads = ("", *(_count(measured.articles) for measured in all_measured), "wanted")
    lines = []
    for ratio in RATIOS:
        cells = [_ratio(ratio, measured.runs) for measured in all_measured]
        if any(cells):
            lines.append((str(ratio), *cells, ratio.aim))
    return table(heads, lines)


def new_bytes_table(changes: Mapping[str, Difference]) -> str:
    """What is new after each change, in KB and as a share of the version."""
    heads = ("", "KB of the version", "in new files", "in new chunks", "share in new chunks")
    lines = [
        (
            name,
            *(_kilobytes(n) for n in (found.total, found.in_new_files, found.in_new_chunks)),
            f"{100 * found.in_new_chunks / found.total:.2f} %",
        )
        for name, found in changes.items()
    ]
    return table(heads, lines)


def table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table of Markdown, its numbers to the right."""
    rule = ("---", *("---:" for _ in heads[1:]))
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, rule, *lines))


def _speeds(measured: Measured, seconds: float) -> tuple[str, str, str]:
    """Articles a second, MB a second, µs an article."""
    # A stage can take no time that the clock shows.
    seconds = max(seconds, 1e-9)
    return (
        _count(round(measured.articles / seconds)),
        f"{measured.size / seconds / 1e6:.1f}",
        f"{seconds / measured.articles * 1e6:.1f}",
    )


def _ratio(ratio: Ratio, runs: Mapping[str, Sequence[Run]]) -> str:
    if ratio.over not in runs or ratio.under not in runs:
        return ""
    return f"{ratio.of_medians(runs):.2f}, {ratio.by_round(runs):.2f}"


def _peak(runs: Sequence[Run]) -> str:
    """MB at the peak; nothing where a run was over before it was looked at."""
    return f"{median(run.peak for run in runs) / 1e6:.0f}" if all(r.peak for r in runs) else ""


def _by_size(all_measured: Sequence[Measured], cell: Callable[[Sequence[Run]], str]) -> str:
    heads = ("articles", *(_count(measured.articles) for measured in all_measured))
    names = dict.fromkeys(name for measured in all_measured for name in measured.runs)
    lines = [
        (name, *(cell(m.runs[name]) if name in m.runs else "" for m in all_measured))
        for name in names
        if name != "phases"
    ]
    return table(heads, lines)


def _machine(machine: Mapping[str, str]) -> str:
    return "\n".join(f"* {name}: {value}" for name, value in machine.items())


def _count(number: int) -> str:
    return f"{number:,}".replace(",", " ")


def _kilobytes(size: int) -> str:
    return _count(round(size / 1000))
