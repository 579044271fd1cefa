"""What a cache knows of sources: their records, as they would be where the sources lie now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.article_rows import Identity
from corpuskit.leaves import Leaves
from corpuskit.packs.records import ROW

Identify = Callable[[Sequence[tuple[int, int, str]]], list[Identity]]
"""Gives the identities of rows whose sources have moved: (pack, row, path)."""


Column: TypeAlias = pa.Array | pa.ChunkedArray

Keyed = Callable[[Column, Column], Column]
"""By what a source is known: its digest, or what is made of that and its path."""


def by_digest(digests: Column, _paths: Column) -> Column:
    """The digests: what parsing makes of bytes has nothing to do with where they lie."""
    return digests


def whole(column: Column) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def recalled(
    known: pa.Table,
    leaves: Leaves,
    places: pa.Array,
    identify: Identify,
    keyed: Keyed = by_digest,
) -> pa.Table:
    """The records of the sources at `places`, with a column `place` besides their own.

    A row that was parsed at another path is identified anew.

    Args:
        known: Records of at least the keys that those sources have.
        leaves: All sources.
        places: int32.
        identify: What gives moved rows their identities.
        keyed: What makes keys.
    """
    paths = leaves.paths.take(places)
    digests = keyed(leaves.sha256.take(places), paths)
    made_at = known["path"].combine_chunks()
    made_of = keyed(known["source_sha256"], known["path"])
    found = pc.index_in(digests, value_set=made_of)
    assert found.null_count == 0, "a source has neither a record nor a fault"
    moved = pc.not_equal(made_at.take(found), paths)
    if pc.any(moved).as_py():
        # Of equal bytes at several paths, each has the record that was made at its own if there is.
        both = _joined(whole(made_of), made_at)
        found = pc.coalesce(pc.index_in(_joined(digests, paths), value_set=both), found)
        moved = pc.not_equal(made_at.take(found), paths)
    records = known.take(found)
    records = records.set_column(records.schema.get_field_index("path"), "path", paths)
    rows = pc.equal(records["outcome"].combine_chunks(), ROW)
    records = identified_anew(records, pc.and_(moved, rows), identify)
    return records.append_column("place", places)


def _joined(digests: pa.Array, paths: pa.Array) -> pa.Array:
    return pc.binary_join_element_wise(digests.cast(pa.binary()), paths.cast(pa.binary()), b" ")


def identified_anew(records: pa.Table, moved: pa.Array, identify: Identify) -> pa.Table:
    """`records` of which those in the mask have the identities of the paths that they say."""
    places = pc.indices_nonzero(moved)
    if not len(places):
        return records
    rows = records.take(places).select(["pack", "row", "path"])
    own = identify(list(zip(*(column.to_pylist() for column in rows.columns), strict=True)))
    for name, values in zip(("id", "row_sha256", "size"), zip(*own, strict=True), strict=True):
        at = records.schema.get_field_index(name)
        column = records.column(at).combine_chunks()
        column = pc.replace_with_mask(column, moved, pa.array(values, column.type))
        records = records.set_column(at, records.schema.field(at), column)
    return records
