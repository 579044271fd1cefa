"""What differs between the rows of two releases, row by row.

Rows are told by `id` and compared by `row_sha256`, and shards that both have are not read: of the
others three narrow columns, of rows that came or went their text, and all of those that changed.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.identity import UNHASHED_COLUMNS
from corpuskit.shards import ShardFile, read_batches, read_columns

ROW: Final = pa.schema([(name, pa.string()) for name in ("id", "path", "row_sha256")])
"""Of a row that is in one of the two releases."""

CHANGED: Final = ROW.append(pa.field("fields", pa.list_(pa.string())))
"""Of a row that is in both; what it is in the newer, and the columns that differ."""

MOVED: Final = pa.schema([(name, pa.string()) for name in ("old_id", "old_path", "id", "path")])
"""Of a text that is in both, under one id and another."""

_HASH_BYTES = 8


@dataclass(frozen=True, slots=True)
class RowChanges:
    """What becomes of the older release's rows in the newer one.

    Attributes:
        added: `ROW` of those that are in the newer alone, in its order.
        removed: `ROW` of those that are in the older alone, in its order.
        changed: `CHANGED` of those that are in both and differ, in the newer's order.
        moved: `MOVED` of the rows among `removed` whose text one of `added` has, in the latter's
            order.
        unchanged: How many are in both and do not differ.
    """

    added: pa.Table
    removed: pa.Table
    changed: pa.Table
    moved: pa.Table
    unchanged: int

    @property
    def gone(self) -> pa.Table:
        """The removed rows that did not move."""
        moved = pc.is_in(self.removed["id"], value_set=self.moved["old_id"])
        return self.removed.filter(pc.invert(moved))

    @property
    def come(self) -> pa.Table:
        """The added rows that did not move."""
        moved = pc.is_in(self.added["id"], value_set=self.moved["id"])
        return self.added.filter(pc.invert(moved))


@dataclass(frozen=True, slots=True)
class Side:
    """One of two releases: how many rows it has, its columns, and the shards the other lacks."""

    rows: int
    columns: tuple[str, ...]
    shards: Sequence[ShardFile]


def row_changes(old: Side, new: Side) -> RowChanges:
    """Compare the rows of two releases; each id is there once in either.

    Raises:
        OSError, pa.ArrowException: a shard cannot be read.
    """
    before, after = (read_columns(side.shards, ROW) for side in (old, new))
    found = pc.index_in(after["id"], value_set=before["id"])
    is_new = pc.is_null(found)
    differs = pc.not_equal(before["row_sha256"].take(found), after["row_sha256"])
    added = after.filter(is_new)
    removed = before.filter(pc.invert(pc.is_in(before["id"], value_set=after["id"])))
    changed = after.filter(pc.fill_null(differs, False))  # noqa: FBT003
    fields = pa.array(_fields(old, new, changed["id"]), CHANGED.field("fields").type)
    return RowChanges(
        added=added,
        removed=removed,
        changed=changed.append_column(CHANGED.field("fields"), fields),
        moved=_moved(old, new, removed, added),
        unchanged=new.rows - len(added) - len(changed),
    )


def _moved(old: Side, new: Side, removed: pa.Table, added: pa.Table) -> pa.Table:
    """Each removed row with an added one of the same text; of several, in their orders."""
    moved: list[tuple[str, str, str, str]] = []
    if len(removed) and len(added):
        left: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
        for key, row_id, path in _texts(old, removed["id"]):
            left[key].append((row_id, path))
        for same in left.values():
            same.reverse()
        for key, row_id, path in _texts(new, added["id"]):
            if left[key]:
                moved.append((*left[key].pop(), row_id, path))
    columns = zip(*moved, strict=True) if moved else [()] * len(MOVED)
    arrays = [pa.array(values, f.type) for values, f in zip(columns, MOVED, strict=True)]
    return pa.table(arrays, schema=MOVED)


def _texts(side: Side, wanted: pa.ChunkedArray) -> Iterator[tuple[bytes, str, str]]:
    """A key of the text, the id and the path of the wanted rows that have a text."""
    for batch in _batches(side, ("id", "path", "text"), wanted):
        ids, paths, texts = (batch[name].to_pylist() for name in ("id", "path", "text"))
        for row_id, path, text in zip(ids, paths, texts, strict=True):
            if text:
                yield hashlib.sha256(text.encode()).digest(), row_id, path


def _fields(old: Side, new: Side, ids: pa.ChunkedArray) -> list[list[str]]:
    """Of each row with one of these ids, the columns in which the two releases differ.

    A column that one of the two lacks is null there.
    """
    names = [name for name in dict.fromkeys(old.columns + new.columns) if _is_compared(name)]
    hashes = array("q", bytes(_HASH_BYTES * len(ids) * len(names)))
    for row, cells in _hashed(old, names, ids):
        hashes[row * len(names) : (row + 1) * len(names)] = cells
    fields: list[list[str]] = [[] for _ in range(len(ids))]
    for row, cells in _hashed(new, names, ids):
        before = hashes[row * len(names) : (row + 1) * len(names)]
        pairs = zip(names, before, cells, strict=True)
        fields[row] = [name for name, one, other in pairs if one != other]
    return fields


def _is_compared(name: str) -> bool:
    return name not in UNHASHED_COLUMNS and name != "id"


def _hashed(
    side: Side, names: Sequence[str], ids: pa.ChunkedArray
) -> Iterator[tuple[int, array[int]]]:
    """The place among `ids` of each row with one of these, and the hashes of its cells.

    They are Python's, which are the same as long as the process lives.
    """
    there = [name for name in names if name in side.columns]
    nothing = [hash(None)]
    for batch in _batches(side, ("id", *there), ids):
        count = batch.num_rows
        columns = [
            map(_hash, batch[name].to_pylist()) if name in there else nothing * count
            for name in names
        ]
        places = pc.index_in(batch["id"], value_set=ids).to_pylist()
        cells = zip(*columns, strict=True) if columns else [()] * count
        for place, row in zip(places, cells, strict=True):
            yield place, array("q", row)


def _hash(cell: object) -> int:
    return hash(tuple(cell) if isinstance(cell, list) else cell)


def _batches(
    side: Side, columns: Sequence[str], wanted: pa.ChunkedArray
) -> Iterator[pa.RecordBatch]:
    """Those columns of the rows whose id is wanted, few in memory at once."""
    if not len(wanted):
        return
    for shard in side.shards:
        for batch in read_batches(shard, columns):
            found = batch.filter(pc.is_in(batch["id"], value_set=wanted))
            if found.num_rows:
                yield found
