"""Splits: which rows are kept apart for tests, so that no row ever changes sides.

A row's split follows from its id, or from its date, and a salt: from nothing that other rows do.
Only rows that were told to stay together look at each other, and at where they have been before.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.config.parts import TRAIN, SplitRules
from corpuskit.dates import EPOCH_DAY

_HASHES = 2**64
_AT_ONCE = 16_384


@dataclass(frozen=True, slots=True)
class Split:
    """The split of every row, and rows that are not in that of their group, each with its first."""

    names: list[str]
    astray: list[tuple[int, int]]


def split_rows(
    ids: pa.ChunkedArray,
    days: pa.ChunkedArray | None,
    groups: Mapping[str, pa.ChunkedArray],
    rules: SplitRules,
    before: pa.Table | None,
) -> Split:
    """Find the split of every row.

    A row stays in the split that it was in. One that is new joins that of its group, if rows of it
    were there before, else that of the group's first row.

    Args:
        ids: Of n rows in their order.
        days: Of their dates, from 1970-01-01; None if no rule asks for them.
        groups: By field, the values that tell which rows belong together; null is none.
        rules: What is asked for.
        before: The columns `id` and `split` of the rows of the version before, if its rules were
            these.
    """
    own = _own(ids, days, rules)
    known = _known(ids, before)
    names = [new if old is None else old for new, old in zip(own, known, strict=True)]
    astray = []
    for rows in _together([column.to_pylist() for column in groups.values()]):
        first = next((row for row in rows if known[row] is not None), rows[0])
        for row in rows:
            if known[row] is None:
                names[row] = names[first]
            elif names[row] != names[first]:
                astray.append((row, first))
    return Split(names, sorted(astray))


def split_of_id(row_id: str, rules: SplitRules) -> str:
    """The split of a row, if that follows from its id."""
    return _share(row_id, rules)


def _own(ids: pa.ChunkedArray, days: pa.ChunkedArray | None, rules: SplitRules) -> list[str]:
    """The split of each row as if it were alone."""
    if days is None:
        return [_share(row_id, rules) for row_id in _values(ids)]
    if rules.starts:
        starts = [(name, _day(start)) for name, start in rules.starts]
        return [_since(day, starts) for day in _values(days)]
    shares = {day: _share(str(day), rules) for day in pc.unique(days).to_pylist()}
    # Rows without a date are no day of their own.
    return [
        _share(row_id, rules) if day is None else shares[day]
        for row_id, day in zip(_values(ids), _values(days), strict=True)
    ]


def _values(column: pa.ChunkedArray) -> Iterator[Any]:
    for start in range(0, len(column), _AT_ONCE):
        yield from column.slice(start, _AT_ONCE).to_pylist()


def _share(key: str, rules: SplitRules) -> str:
    hashed = hashlib.sha256(f"{rules.salt}\0{key}".encode()).digest()
    place, end = int.from_bytes(hashed[:8]), 0.0
    for name, share in rules.shares:
        end += share
        if place < round(end * _HASHES):
            return name
    return TRAIN


def _day(written: str) -> int:
    return dt.date.fromisoformat(written).toordinal() - EPOCH_DAY


def _since(day: int | None, starts: Sequence[tuple[str, int]]) -> str:
    """The split that began last, of those that have begun by then."""
    begun = [(start, name) for name, start in starts if day is not None and start <= day]
    return max(begun)[1] if begun else TRAIN


def _known(ids: pa.ChunkedArray, before: pa.Table | None) -> list[str | None]:
    if before is None:
        return [None] * len(ids)
    found = pc.index_in(ids, value_set=before["id"])
    known: list[str | None] = before["split"].take(found).to_pylist()
    return known


def _together(columns: Sequence[Sequence[object]]) -> Iterator[list[int]]:
    """The rows of each group of several: those that share a value, and those that share with them.

    A disjoint-set forest (Galler and Fischer, 1964), in which the first row of a group is its root.
    """
    root: dict[int, int] = {}

    def find(row: int) -> int:
        while root.setdefault(row, row) != row:
            root[row] = row = root[root[row]]
        return row

    for column in columns:
        first: dict[object, int] = {}
        for row, value in enumerate(column):
            if value is not None:
                a, b = find(first.setdefault(value, row)), find(row)
                root[max(a, b)] = min(a, b)
    groups: dict[int, list[int]] = defaultdict(list)
    for row in sorted(root):
        groups[find(row)].append(row)
    yield from (rows for _, rows in sorted(groups.items()) if len(rows) > 1)
