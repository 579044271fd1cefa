"""Lines of text that recur in the rows of a release, for its report; counted in some of its shards.

To read all of the text would take longer than all else in a report. The shards are those with the
smallest digests: the same ones as long as they do not change.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from corpuskit.manifest import FileEntry
from corpuskit.releases.release import Release
from corpuskit.reporting.figures import LineFigures, LineTally
from corpuskit.suggesting.groups import ArticleGroups, groups_of
from corpuskit.suggesting.recurring import Tally, line_key, says_something

_PATH, _TEXT = "path", "text"
_MOST_ROWS = 5_000
"""After which no further rows are read: 0.3 s for articles of 1 500 characters."""
_SHARE = 0.1
_LEAST = 10
_COUNTERS = 2**16
_SHOWN = 15
_LONGEST = 200


def read_lines(release: Release) -> LineFigures | None:
    """Count lines in some rows; None if there is no text.

    Raises:
        ReleaseError: the shards cannot be read.
    """
    if _TEXT not in release.columns or not release.shards:
        return None
    chosen = _chosen(release.shards)
    paths = [path for (path,) in _rows(release, chosen, [_PATH])]
    groups = groups_of(lambda: paths, (), _LEAST)
    tallies = _tallies(release, chosen, groups)
    least = {group: _least(rows, tally) for group, (rows, tally) in tallies.items()}
    likely = {
        (group, key)
        for group, (_, tally) in tallies.items()
        for key, _ in tally.at_least(least[group])
    }
    shown = sorted(
        (-count, line, group)
        for group, line, count in _counted(release, chosen, groups, likely)
        if count >= least[group] and says_something(line)
    )
    missed = [least[group] for group, (rows, _) in tallies.items() if least[group] > _wanted(rows)]
    return LineFigures(
        rows=len(paths),
        shards=len(chosen),
        of_shards=len(release.shards),
        top=tuple(
            LineTally(line, _name(groups, group), -count, tallies[group][0])
            for count, line, group in shown[:_SHOWN]
        ),
        lines=len(shown),
        missed=max(missed, default=0),
    )


def _wanted(rows: int) -> int:
    return max(math.ceil(_SHARE * rows), _LEAST)


def _least(rows: int, tally: Tally[int]) -> int:
    """In how many of the rows of a source a line has to be, so that none is missed."""
    return max(_wanted(rows), tally.bound + 1)


def _chosen(shards: Sequence[FileEntry]) -> list[FileEntry]:
    """The shards that are read: the last one maybe in part."""
    chosen: list[FileEntry] = []
    for entry in sorted(shards, key=lambda entry: entry.sha256):
        if sum(shard.rows for shard in chosen) < _MOST_ROWS:
            chosen.append(entry)
    return chosen


def _rows(
    release: Release, chosen: Sequence[FileEntry], names: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    left = _MOST_ROWS
    for entry in chosen:
        for batch in release.shard_batches(entry, names):
            part = batch.slice(0, left)
            yield from zip(*(part.column(name).to_pylist() for name in names), strict=True)
            left -= len(part)
            if not left:
                return


def _tallies(
    release: Release, chosen: Sequence[FileEntry], groups: ArticleGroups
) -> dict[int, tuple[int, Tally[int]]]:
    """By group its rows, and its lines, counted once a row."""
    tallies: dict[int, tuple[int, Tally[int]]] = {}
    group_of = groups.chooser()
    for path, text in _rows(release, chosen, [_PATH, _TEXT]):
        group = group_of(path)
        rows, tally = tallies.get(group) or (0, Tally[int](_COUNTERS // len(groups)))
        tally.add(line_key(line) for line in dict.fromkeys(text.split("\n")) if line)
        tallies[group] = rows + 1, tally
    return tallies


def _counted(
    release: Release,
    chosen: Sequence[FileEntry],
    groups: ArticleGroups,
    wanted: Collection[tuple[int, int]],
) -> Iterator[tuple[int, str, int]]:
    """The group, the line and the exact count of some keys of groups; read once more.

    What a tally says may be too low, and to keep all lines would take what the text takes.
    """
    if not wanted:
        return
    group_of = groups.chooser()
    lines: dict[tuple[int, int], str] = {}
    counts = Counter[tuple[int, int]]()
    for path, text in _rows(release, chosen, [_PATH, _TEXT]):
        group = group_of(path)
        for line in dict.fromkeys(text.split("\n")):
            if (place := (group, line_key(line))) in wanted:
                counts[place] += 1
                lines.setdefault(place, line[:_LONGEST])
    for place, line in lines.items():
        yield place[0], line, counts[place]


def _name(groups: ArticleGroups, group: int) -> str:
    """A source as people know it: its folder."""
    return groups.folders[group - 1] if group else "(elsewhere)" if groups.folders else "(all)"
