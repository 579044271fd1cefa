"""What the narrow columns of a release say, for its report; the text is never read.

Shards are read one after the other, some 1000 rows at a time. What is held of them are tallies,
whose size is bounded.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.manifest import Column, Manifest
from corpuskit.parts.folders import rows_by_split, rows_by_subset
from corpuskit.releases.release import Release
from corpuskit.reporting.figures import (
    LENGTH_EDGES,
    Bar,
    ColumnFigures,
    Ranking,
    Tally,
    folders,
    from_tally,
    lengths,
    over_time,
)
from corpuskit.schema import OWN_COLUMNS

_DATE, _LENGTH, _PATH = "date", "n_chars", "path"
_FOLDERS = r"(?s)^((?:[^/]*/){0,2}).*$"
_TEXTS = frozenset({"title", "description", "summary", "excerpt"})
"""Fields of which each article has its own: they would be read in vain, and are the longest."""
_TRIED = 1000
"""Values of a column of texts after which it is told whether they are a few that come again."""


def read_columns(release: Release) -> ColumnFigures:
    """Read the columns that a report draws.

    Raises:
        ReleaseError: the shards cannot be read.
    """
    reader = _Reader(release.manifest)
    for entry in release.shards:
        for batch in release.shard_batches(entry, reader.names):
            reader.add(batch)
    return reader.figures()


class _Reader:
    """The tallies of the columns of one release."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._columns = {column.name: column for column in manifest.columns}
        tallied = [column.name for column in manifest.columns if _may_be_category(column)]
        self._known = [name for name in (_PATH, _DATE, _LENGTH) if name in self._columns]
        self._tallies = {name: Tally() for name in tallied}
        self._rows = Counter[str]()
        self._months = Counter[int]()
        self._below = [0] * len(LENGTH_EDGES)
        self._measured = 0
        self._folders = Tally()

    @property
    def names(self) -> list[str]:
        """The columns that are still to be read: fewer, once some turn out to be no categories."""
        return list(dict.fromkeys([*self._known, *self._tallies]))

    def add(self, batch: pa.RecordBatch) -> None:
        """Count the rows of a batch."""
        names = batch.schema.names
        self._folders.add(_counts(_folder_of(batch.column(_PATH))))
        if _DATE in names:
            self._add_dates(batch.column(_DATE))
        if _LENGTH in names:
            self._add_lengths(batch.column(_LENGTH))
        for name in [name for name in names if name in self._tallies]:
            self._add_values(name, batch.column(name))

    def _add_dates(self, dates: pa.Array) -> None:
        if not pa.types.is_temporal(dates.type):
            return
        months = pc.add(pc.multiply(pc.year(dates), 12), pc.subtract(pc.month(dates), 1))
        self._months.update(dict(_counts(months)))

    def _add_lengths(self, found: pa.Array) -> None:
        self._measured += len(found)
        for place, edge in enumerate(LENGTH_EDGES):
            self._below[place] += pc.sum(pc.less(found, edge)).as_py() or 0

    def _add_values(self, name: str, column: pa.Array) -> None:
        tally, is_list = self._tallies[name], self._columns[name].type == "list"
        values = pc.list_flatten(column) if is_list else column
        filled = (
            pc.sum(pc.greater(pc.list_value_length(column), 0)) if is_list else pc.count(column)
        )
        self._rows[name] += filled.as_py() or 0
        tally.add(_counts(values))
        if not is_list and not self._comes_again(name, tally, _TRIED):
            del self._tallies[name]

    def _comes_again(self, name: str, tally: Tally, tried: int) -> bool:
        """Whether the values of a column of texts are those of a category, as far as is known."""
        return self._rows[name] < tried or len(tally.counts) * 2 <= self._rows[name]

    def figures(self) -> ColumnFigures:
        """What was counted."""
        bars, unit = over_time(self._months)
        rankings = [
            tally.ranking(name, self._rows[name])
            for name, tally in self._tallies.items()
            if tally.counts
            and (self._columns[name].type == "list" or self._comes_again(name, tally, 0))
        ]
        return ColumnFigures(
            bars, unit, self._lengths(), (*_counted_already(self._manifest), *rankings),
            folders(self._folders),
        )  # fmt: skip

    def _lengths(self) -> tuple[Bar, ...]:
        upper = [*self._below[1:], self._measured]
        return lengths([high - low for low, high in zip(self._below, upper, strict=True)])


def _counted_already(manifest: Manifest) -> list[Ranking]:
    """Parts, languages, formats, encodings and licences, which the manifest counts."""
    stats = manifest.stats
    found = {
        "subset": rows_by_subset(manifest),
        "split": rows_by_split(manifest),
        "language": stats.languages,
        "licence of articles": stats.licenses,
        "format": stats.formats,
        "encoding": stats.encodings,
    }
    return [from_tally(name, tally) for name, tally in found.items() if tally]


def _may_be_category(column: Column) -> bool:
    if column.name in OWN_COLUMNS or column.name in _TEXTS:
        return False
    texts = column.type == "list" and column.item_type == "string"
    return texts or column.type == "string"


def _folder_of(paths: pa.Array) -> pa.Array:
    """The first two folders of paths, or as many as there are, without a slash at the end."""
    found = pc.replace_substring_regex(paths, pattern=_FOLDERS, replacement=r"\1")
    return pc.utf8_rtrim(found, characters="/")


def _counts(values: pa.Array) -> list[tuple[Any, int]]:
    """The values of an array that are not null, each with its number."""
    found = pc.value_counts(pc.drop_null(values))
    return list(zip(found.field(0).to_pylist(), found.field(1).to_pylist(), strict=True))
