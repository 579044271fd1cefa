"""The order of rows, as the manifest states it, held against the rows a shard at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import PurePosixPath

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.manifest import Manifest

_PATH = "path"


class OrderError(ValueError):
    """A manifest that states no order that rows could have; the message says why."""


def stated_order(manifest: Manifest) -> tuple[str, ...]:
    """The columns that rows are sorted by, the last of them `path`.

    Raises:
        OrderError: the manifest names none, or what rows cannot be sorted by.
    """
    stated = manifest.config.get("order")
    names = [name for name in stated if isinstance(name, str)] if isinstance(stated, list) else []
    if names[-1:] != [_PATH] or names != stated or len(set(names)) < len(names):
        raise OrderError("expected names of columns, each once and `path` last")
    sortable = {column.name for column in manifest.columns if column.type != "list"}
    for name in names:
        if name not in sortable:
            raise OrderError(f"expected columns that rows can be sorted by, found `{name}`")
    return tuple(names)


def misplaced(keys: pa.Table) -> tuple[int, int] | None:
    """The first place whose row is another's, and the row that belongs there; both from 0.

    Nulls come first, strings by their UTF-8 bytes; `keys` has the columns to sort by, in turn.
    """
    sort_keys = [(name, "ascending", "at_start") for name in keys.schema.names]
    places = pc.sort_indices(keys, sort_keys=sort_keys)  # stable
    wrong = pc.not_equal(places, pa.array(range(keys.num_rows), places.type))
    first: int = pc.index(wrong, value=True).as_py()
    return None if first < 0 else (first, places[first].as_py())


def ends(keys: pa.Table) -> pa.Table:
    """The first and the last row of a shard; none of one without rows."""
    return keys.take([0, keys.num_rows - 1]) if keys.num_rows else keys


def disordered(edges: Mapping[str, pa.Table]) -> Sequence[tuple[str, str]]:
    """The pairs of neighbours in one folder of which the second begins before the first ends."""
    filled = [(path, table) for path, table in edges.items() if table.num_rows]
    return [
        (path, following)
        for (path, before), (following, after) in pairwise(filled)
        if PurePosixPath(path).parent == PurePosixPath(following).parent
        and misplaced(pa.concat_tables([before.slice(1, 1), after.slice(0, 1)])) is not None
    ]
