"""What a report shows of a release, as values, from which a page and its charts are drawn."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from corpuskit.codes import Code
from corpuskit.manifest import Manifest
from corpuskit.model import Diagnostic, Duplicate, Exclusion

MOST_VALUES = 100_000
"""Different values that a tally takes in, which bounds its memory: some 10 MB of short ones."""

_RANKED = 15
_EXAMPLES = 3
_GROUPS = 8
_MOST_BARS = 48
_MONTHS = 12

LENGTH_EDGES = (0, 1, *(step * 10**power for power in range(1, 7) for step in (1, 2, 5)))
"""The lower bounds of the classes of lengths in characters; the last one has no upper bound."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: what it stands for, and how many."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """The most frequent values of a column, of `values` different ones.

    `rows` are those that have a value. Where `partial`, values were left out for their number.
    """

    name: str
    top: tuple[Bar, ...]
    values: int
    rows: int
    partial: bool = False


@dataclass(frozen=True, slots=True)
class CodeFigures:
    """A diagnostic code: how many sources or diagnostics have it, and the first of these."""

    code: str
    count: int
    examples: tuple[Diagnostic, ...]

    @property
    def name(self) -> str:
        """The code's name, which another corpuskit may have given."""
        if self.code in set(Code):
            return Code(self.code).label
        return next((found.code.label for found in self.examples), "unknown")


@dataclass(frozen=True, slots=True)
class DuplicateGroup:
    """A row that other sources repeat: how many, and the first of them.

    Of these, `near` have nearly its text.
    """

    kept_path: str
    count: int
    paths: tuple[str, ...]
    near: int = 0


@dataclass(frozen=True, slots=True)
class ExclusionFigures:
    """Why sources were left out: how many, and the first of them that may be named."""

    reason: str
    count: int
    paths: tuple[str, ...]


@dataclass(slots=True)
class Tally:
    """Counts of values; those that come after the first `MOST_VALUES` different ones do not."""

    counts: Counter[str] = field(default_factory=Counter)
    partial: bool = False

    def add(self, values: Iterable[tuple[str, int]]) -> None:
        """Count values, each as often as is said."""
        for value, count in values:
            if value in self.counts or len(self.counts) < MOST_VALUES:
                self.counts[value] += count
            else:
                self.partial = True

    def ranking(self, name: str, rows: int) -> Ranking:
        """The most frequent values, ties by name; `rows` are those that have any."""
        ordered = sorted(self.counts.items(), key=lambda entry: (-entry[1], entry[0]))
        top = tuple(Bar(value, count) for value, count in ordered[:_RANKED])
        return Ranking(name, top, len(self.counts), rows, self.partial)


@dataclass(frozen=True, slots=True)
class AuditFigures:
    """Where the sources that are no rows went, and what was found in all."""

    rejected: tuple[CodeFigures, ...]
    warnings: tuple[CodeFigures, ...]
    duplicates: tuple[DuplicateGroup, ...]
    groups: int
    excluded: tuple[ExclusionFigures, ...]


@dataclass(frozen=True, slots=True)
class ColumnFigures:
    """What the narrow columns say; a tuple is empty where a release lacks the column.

    `unit` is the span of time that a bar of `over_time` stands for.
    """

    over_time: tuple[Bar, ...]
    unit: str
    lengths: tuple[Bar, ...]
    rankings: tuple[Ranking, ...]
    folders: Ranking


@dataclass(frozen=True, slots=True)
class LineTally:
    """A line of text that recurs: in how many of the `of` rows of a source that were read."""

    line: str
    source: str
    rows: int
    of: int


@dataclass(frozen=True, slots=True)
class LineFigures:
    """The most frequent of the `lines` that recur in `rows` rows of some of the shards.

    In sources with very many lines those in fewer than `missed` rows are not found.
    """

    rows: int
    shards: int
    of_shards: int
    top: tuple[LineTally, ...]
    lines: int
    missed: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report shows. `sample` maps columns to the values of the first rows."""

    manifest: Manifest
    manifest_sha256: str
    audit: AuditFigures
    columns: ColumnFigures
    sample: tuple[Mapping[str, object], ...]
    lines: LineFigures | None = None


class CodeTally:
    """Counts by code, with the first diagnostics of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[str, list[Diagnostic]] = {}

    def show(self, diagnostic: Diagnostic) -> None:
        """Keep a diagnostic as an example if there are few of its code, one a source."""
        kept = self._examples.setdefault(str(diagnostic.code), [])
        if len(kept) < _EXAMPLES and all(one.path != diagnostic.path for one in kept):
            kept.append(diagnostic)

    def figures(self) -> tuple[CodeFigures, ...]:
        """The commonest code first, ties by code."""
        ordered = sorted(self.counts.items(), key=lambda entry: (-entry[1], entry[0]))
        return tuple(CodeFigures(c, n, tuple(self._examples.get(c, ()))) for c, n in ordered)


def duplicate_groups(duplicates: Iterable[Duplicate]) -> tuple[tuple[DuplicateGroup, ...], int]:
    """The largest groups of sources with one text, and how many groups there are."""
    counts: Counter[str] = Counter()
    near: Counter[str] = Counter()
    paths: dict[str, list[str]] = {}
    for duplicate in duplicates:
        counts[duplicate.kept_path] += 1
        near[duplicate.kept_path] += duplicate.similarity is not None
        if len(first := paths.setdefault(duplicate.kept_path, [])) < _EXAMPLES:
            first.append(duplicate.path)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:_GROUPS]
    groups = (DuplicateGroup(kept, n, tuple(paths[kept]), near[kept]) for kept, n in ordered)
    return tuple(groups), len(counts)


def exclusions_by_reason(exclusions: Iterable[Exclusion]) -> tuple[ExclusionFigures, ...]:
    """The commonest reason first, ties by name."""
    counts: Counter[str] = Counter()
    paths: dict[str, list[str]] = {}
    for exclusion in exclusions:
        counts[exclusion.reason] += 1
        first = paths.setdefault(exclusion.reason, [])
        if exclusion.path is not None and len(first) < _EXAMPLES:
            first.append(exclusion.path)
    ordered = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(ExclusionFigures(reason, n, tuple(paths[reason])) for reason, n in ordered)


def over_time(months: Mapping[int, int]) -> tuple[tuple[Bar, ...], str]:
    """Rows by month, year, decade or century: the first by which there are few enough bars.

    Args:
        months: Rows by the number of months since the year 0.

    Returns:
        Bars without a gap, oldest first, and what one of them stands for.
    """
    if not months:
        return (), "year"
    first, last = min(months), max(months)
    spans = {"month": 1, "year": _MONTHS, "decade": 10 * _MONTHS, "century": 100 * _MONTHS}
    fitting = (unit for unit, span in spans.items() if last // span - first // span < _MOST_BARS)
    unit = next(fitting, "century")
    span = spans[unit]
    counts = Counter[int]()
    for month, count in months.items():
        counts[month // span] += count
    bars = (
        Bar(_label(number * span, unit), counts[number])
        for number in range(first // span, last // span + 1)
    )
    return tuple(bars), unit


def _label(month: int, unit: str) -> str:
    year = f"{month // _MONTHS:04d}"
    match unit:
        case "month":
            return f"{year}-{month % _MONTHS + 1:02d}"
        case "year":
            return year
        case _:
            return f"{year}s"


def length_class(n_chars: int) -> int:
    """The place in `LENGTH_EDGES` of the class of a length."""
    return bisect_right(LENGTH_EDGES, n_chars) - 1


def lengths(counts: Sequence[int]) -> tuple[Bar, ...]:
    """Rows by class of length, without the empty classes at both ends.

    Args:
        counts: Rows of each class, as many as there are `LENGTH_EDGES`.
    """
    labels = ["0", *(f"{_short(low)}–{_short(high)}" for low, high in pairwise(LENGTH_EDGES[1:]))]
    labels.append(f"{_short(LENGTH_EDGES[-1])}+")
    filled = [place for place, count in enumerate(counts) if count]
    if not filled:
        return ()
    return tuple(Bar(labels[n], counts[n]) for n in range(filled[0], filled[-1] + 1))


def _short(number: int) -> str:
    for unit, size in (("M", 10**6), ("k", 10**3)):
        if number >= size:
            return f"{number // size}{unit}"
    return str(number)


def folders(tally: Tally) -> Ranking:
    """Rows by the first folder of their path; by the first two where all are below one."""
    parts = {path: path.split("/") for path in tally.counts}
    deep = len({first for first, *_ in parts.values()}) == 1
    found = Tally(partial=tally.partial)
    for path, count in tally.counts.items():
        name = "/".join(parts[path][: 2 if deep else 1])
        found.add([(name or "(top folder)", count)])
    return found.ranking("folder", tally.counts.total())


def from_tally(name: str, tally: Mapping[str, int]) -> Ranking:
    """The values that a manifest counts, most frequent first."""
    return Tally(Counter(tally)).ranking(name, sum(tally.values()))
