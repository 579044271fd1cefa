"""What differs between the rows of two releases, row by row.

Rows are told by `id` and compared by `row_sha256`, and shards that both have are not read: of the
others three narrow columns, of rows that came or went their text, and all of those that changed.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Final, NamedTuple

import orjson
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
    ids = _Ids(before["id"], after["id"])
    differs = pc.not_equal(before["row_sha256"].take(found), after["row_sha256"])
    added = after.filter(is_new)
    removed = before.filter(pc.invert(pc.is_in(before["id"], value_set=after["id"])))
    changed = after.filter(pc.fill_null(differs, False))  # noqa: FBT003
    fields = pa.array(_fields(old, new, ids, changed["id"]), CHANGED.field("fields").type)
    return RowChanges(
        added=added,
        removed=removed,
        changed=changed.append_column(CHANGED.field("fields"), fields),
        moved=_moved(old, new, ids, removed, added),
        unchanged=new.rows - len(added) - len(changed),
    )


class _Ids(NamedTuple):
    """The ids of all rows that are read of the older release, and of the newer, in their order."""

    old: pa.ChunkedArray
    new: pa.ChunkedArray


def _moved(old: Side, new: Side, ids: _Ids, removed: pa.Table, added: pa.Table) -> pa.Table:
    """Each removed row with an added one of the same text; of several, in their orders."""
    moved: list[tuple[str, str, str, str]] = []
    if len(removed) and len(added) and all("text" in side.columns for side in (old, new)):
        left: dict[bytes, list[tuple[str, str]]] = defaultdict(list)
        for key, row_id, path in _texts(old, ids.old, removed["id"]):
            left[key].append((row_id, path))
        for same in left.values():
            same.reverse()
        for key, row_id, path in _texts(new, ids.new, added["id"]):
            if left[key]:
                moved.append((*left[key].pop(), row_id, path))
    columns = zip(*moved, strict=True) if moved else [()] * len(MOVED)
    arrays = [pa.array(values, f.type) for values, f in zip(columns, MOVED, strict=True)]
    return pa.table(arrays, schema=MOVED)


def _texts(
    side: Side, ids: pa.ChunkedArray, wanted: pa.ChunkedArray
) -> Iterator[tuple[bytes, str, str]]:
    """A key of the text, the id and the path of the wanted rows that have a text."""
    for _, batch in _batches(side, ("id", "path", "text"), ids, wanted):
        columns = (batch[name].to_pylist() for name in ("id", "path", "text"))
        for row_id, path, text in zip(*columns, strict=True):
            if text:
                yield hashlib.sha256(text.encode()).digest(), row_id, path


def _fields(old: Side, new: Side, ids: _Ids, wanted: pa.ChunkedArray) -> list[list[str]]:
    """Of each row with one of the wanted ids, the columns in which the two releases differ.

    A column that one of the two lacks is null there.
    """
    names = [name for name in dict.fromkeys(old.columns + new.columns) if _is_compared(name)]
    hashes = bytearray(_HASH_BYTES * len(wanted) * len(names))
    width = _HASH_BYTES * len(names)
    for row, cells in _hashed(old, names, ids.old, wanted):
        hashes[row * width : (row + 1) * width] = b"".join(cells)
    fields: list[list[str]] = [[] for _ in range(len(wanted))]
    for row, cells in _hashed(new, names, ids.new, wanted):
        before = hashes[row * width : (row + 1) * width]
        parts = (before[n : n + _HASH_BYTES] for n in range(0, width, _HASH_BYTES))
        fields[row] = [
            name for name, one, other in zip(names, parts, cells, strict=True) if one != other
        ]
    return fields


def _is_compared(name: str) -> bool:
    return name not in UNHASHED_COLUMNS and name != "id"


def _hashed(
    side: Side, names: Sequence[str], ids: pa.ChunkedArray, wanted: pa.ChunkedArray
) -> Iterator[tuple[int, Sequence[bytes]]]:
    """The place among the wanted ids of each row with one of these, and digests of its cells."""
    there = [name for name in names if name in side.columns]
    for places, batch in _batches(side, ("id", *there), ids, wanted):
        columns = [
            map(_hash, batch[name].to_pylist())
            if name in there
            else repeat(_hash(None), batch.num_rows)
            for name in names
        ]
        yield from zip(places, zip(*columns, strict=True), strict=True)


def _hash(cell: object) -> bytes:
    # Its spelling says what type it is of, unlike Python's own hash, for which -1 and -2 are one.
    return hashlib.blake2b(orjson.dumps(cell), digest_size=_HASH_BYTES).digest()


def _batches(
    side: Side, columns: Sequence[str], ids: pa.ChunkedArray, wanted: pa.ChunkedArray
) -> Iterator[tuple[list[int], pa.RecordBatch]]:
    """Those columns of the rows whose id is wanted, few in memory at once, and their places in it.

    `ids` are those of all rows that are read, in their order.
    """
    if not len(wanted):
        return
    found = pc.index_in(ids, value_set=wanted)
    start = 0
    for shard in side.shards:
        for batch in read_batches(shard, columns):
            places = found.slice(start, batch.num_rows)
            start += batch.num_rows
            if places.null_count < len(places):
                kept = pc.is_valid(places).combine_chunks()
                yield places.drop_null().to_pylist(), batch.filter(kept)
