"""Parting: the plan's rows, put into splits and subsets, and cut into shards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.codes import Code
from corpuskit.config.parts import SHARD_BYTES, SplitRules
from corpuskit.dates import DAY
from corpuskit.index import KEY_PREFIX
from corpuskit.leaves import Leaves
from corpuskit.model import Diagnostic, diagnose
from corpuskit.parts.cuts import shard_ends
from corpuskit.parts.folders import Part
from corpuskit.parts.splits import split_rows
from corpuskit.parts.subsets import SubsetRule, subset_of
from corpuskit.schema import FieldType

_DATE = "date"


@dataclass(frozen=True, slots=True)
class Parting:
    """`PartRules` in terms of a schema: what they ask of the index.

    `date` is the type of the field `date`, if splits go by it.
    """

    splits: SplitRules = field(default_factory=SplitRules)
    subset: SubsetRule | None = None
    shard_bytes: int = SHARD_BYTES
    date: FieldType | None = None

    @property
    def groups(self) -> tuple[str, ...]:
        """What tells which rows belong together."""
        return self.splits.group if self.splits else ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The columns whose values must be in the index."""
        wanted = [*self.groups]
        if self.splits and self.date is not None:
            wanted.append(_DATE)
        if self.subset is not None and self.subset.kind != "folder":
            wanted.append(self.subset.column)
        return tuple(dict.fromkeys(wanted))


class Shard(NamedTuple):
    """Where a shard ends, counted in rows of the plan, and its path in the release."""

    end: int
    path: str


def part_rows(
    index: pa.Table, leaves: Leaves, rules: Parting, before: pa.Table | None
) -> tuple[pa.Table, list[Shard], list[Diagnostic]]:
    """Put rows into their parts, and cut each of these into shards.

    Args:
        index: The rows that stay, in order, with the columns of `rules.keys`.
        leaves: All sources.
        rules: How.
        before: Where the rows of the version before are; see `splits.split_rows`.

    Returns:
        The rows, those of a part together and in the order that they had; the shards; and what is
        to be said of single rows.
    """
    splits: Sequence[str | None] = [None] * index.num_rows
    found: list[Diagnostic] = []
    if rules.splits:
        split = split_rows(
            index["id"], _days(index, rules), _groups(index, rules), rules.splits, before
        )
        splits = split.names
        found = [_astray(index, leaves, split.names, *rows) for rows in split.astray]
    if not rules.splits and rules.subset is None:
        return index, _shards(index, Part(), rules.shard_bytes, 0), found
    parts = list(map(Part, _subsets(index, leaves, rules.subset), splits))
    folders = pa.array([part.folder for part in parts])
    order = pc.sort_indices(
        pa.table([folders, pa.array(range(len(parts)))], ["folder", "row"]),
        sort_keys=[("folder", "ascending"), ("row", "ascending")],
    )
    index = index.take(order)
    shards: list[Shard] = []
    for part, rows in groupby(parts[row] for row in order.to_pylist()):
        start = shards[-1].end if shards else 0
        own = index.slice(start, len(list(rows)))
        shards += _shards(own, part, rules.shard_bytes, start)
    return index, shards, found


def _shards(rows: pa.Table, part: Part, mean: int, start: int) -> list[Shard]:
    ends = enumerate(shard_ends(rows, mean))
    return [Shard(start + end, part.shard(number)) for number, end in ends]


def _days(index: pa.Table, rules: Parting) -> pa.ChunkedArray | None:
    if rules.date is None:
        return None
    stored = index[KEY_PREFIX + _DATE]
    if rules.date is FieldType.DATE:
        return stored
    # Arrow divides towards zero; what is before 1970 belongs to the day that it is in.
    within = pc.subtract(stored, pc.multiply(pc.divide(stored, DAY), DAY))
    return pc.subtract(pc.divide(stored, DAY), pc.cast(pc.less(within, 0), pa.int64()))


def _groups(index: pa.Table, rules: Parting) -> dict[str, pa.ChunkedArray]:
    return {name: index[KEY_PREFIX + name] for name in rules.groups}


def _subsets(index: pa.Table, leaves: Leaves, rule: SubsetRule | None) -> Sequence[str | None]:
    if rule is None:
        return [None] * index.num_rows
    if rule.kind == "folder":
        cells = leaves.paths_at(index["place"].combine_chunks())
    else:
        cells = index[KEY_PREFIX + rule.column].to_pylist()
    names = {cell: subset_of(rule, cell) for cell in dict.fromkeys(cells)}
    return [names[cell] for cell in cells]


def _astray(
    index: pa.Table, leaves: Leaves, names: Sequence[str], row: int, first: int
) -> Diagnostic:
    places = index["place"].take([row, first]).combine_chunks()
    (path, other), (sha256, _) = leaves.paths_at(places), leaves.digests_at(places)
    return diagnose(
        Code.GROUP_SPANS_SPLITS,
        f"is in `{names[row]}`, and belongs to {other}, which is in `{names[first]}`",
        help="rows do not change sides; to have all of them anew, change `salt` in [splits]",
    ).at(path, sha256)
