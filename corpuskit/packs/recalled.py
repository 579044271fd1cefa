"""What a cache knows of sources: their records, as they would be where the sources lie now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.article_rows import Identity
from corpuskit.columns import Column, give_back, whole
from corpuskit.leaves import Leaves
from corpuskit.packs.records import ROW

_AT_ONCE = 65_536

Identify = Callable[[Sequence[tuple[int, int, str]]], list[Identity]]
"""Gives the identities of rows whose sources have moved: (pack, row, path)."""


Keyed = Callable[[Column, Column], Column]
"""By what a source is known: its digest, or what is made of that and its path."""


def by_digest(digests: Column, _paths: Column) -> Column:
    """The digests: what parsing makes of bytes has nothing to do with where they lie."""
    return digests


def recalled(
    known: dict[str, pa.ChunkedArray],
    leaves: Leaves,
    places: pa.Array,
    identify: Identify,
    keyed: Keyed = by_digest,
) -> pa.Table:
    """The records of the sources at `places`, with a column `place` besides their own.

    A row that was parsed at another path is identified anew.

    Args:
        known: The columns of records, of at least the keys that those sources have. It is emptied
            on the way: of a million records it holds 350 MB.
        leaves: All sources.
        places: int32.
        identify: What gives moved rows their identities.
        keyed: What makes keys.
    """
    paths = leaves.paths.take(places)
    found, moved = _found(known, leaves.sha256.take(places), paths, keyed)
    del known["path"]
    give_back()
    taken = {name: known.pop(name).take(found) for name in list(known)}
    records = pa.table({"path": paths, **taken})
    rows = pc.equal(records["outcome"].combine_chunks(), ROW)
    records = identified_anew(records, pc.and_(moved, rows), identify)
    return records.append_column("place", places)


def _found(
    known: Mapping[str, pa.ChunkedArray], digests: pa.Array, paths: pa.Array, keyed: Keyed
) -> tuple[pa.Array, pa.Array]:
    """The places of the records of sources among those known, and which were made elsewhere."""
    asked, made_of = keyed(digests, paths), keyed(known["source_sha256"], known["path"])
    found = pc.index_in(asked, value_set=made_of)
    assert found.null_count == 0, "a source has neither a record nor a fault"
    moved = _moved(known["path"], found, paths)
    if pc.any(moved).as_py():
        # Of equal bytes at several paths, each has the record that was made at its own if there is.
        both = _joined(whole(made_of), whole(known["path"]))
        found = pc.coalesce(pc.index_in(_joined(asked, paths), value_set=both), found)
        moved = _moved(known["path"], found, paths)
    return found, moved


def _moved(made_at: pa.ChunkedArray, found: pa.Array, paths: pa.Array) -> pa.Array:
    """Which of the paths are not those that the records were made at; few are taken at once."""
    parts = [
        pc.not_equal(made_at.take(found.slice(start, _AT_ONCE)), paths.slice(start, _AT_ONCE))
        for start in range(0, len(found), _AT_ONCE)
    ]
    return pa.chunked_array(parts, pa.bool_()).combine_chunks()


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
