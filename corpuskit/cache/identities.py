"""Identities of rows in a release that omits other columns than the one they were parsed for.

A row's digest, and so its size, is over the columns that are published. A changed `[release] omit`
changes these alone: they are made of the packs, and kept beside them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from corpuskit.disk.checked_tables import read_table, write_table
from corpuskit.packs import Pack, PackFolder
from corpuskit.packs.recalled import Identify, identified_anew
from corpuskit.packs.records import ROW

_SCHEMA = pa.schema([("row_sha256", pa.string()), ("size", pa.int64())])
"""Of the rows of one pack in their order, at the paths that its records say."""


def read_identities(folder: PackFolder, name: str) -> pa.Table | None:
    """Those that are kept of the pack of that name; None if they are gone or damaged."""
    table = read_table(Path(folder.path, name + folder.identities))
    return None if table is None or table.schema != _SCHEMA else table


def with_identities(records: pa.Table, identities: pa.Table) -> pa.Table:
    """The records of a pack, whose rows have these identities."""
    rows = records["row"].combine_chunks()
    for name in _SCHEMA.names:
        at = records.schema.get_field_index(name)
        column = identities[name].combine_chunks().take(rows)
        records = records.set_column(at, records.schema.field(at), column)
    return records


def identified(
    records: pa.Table,
    packs: Sequence[Pack],
    numbers: Iterable[int],
    folder: PackFolder,
    identify: Identify,
) -> pa.Table:
    """`records` whose rows in the packs of these numbers are identified anew; that is kept."""
    there = pa.array(sorted(numbers), pa.int32())
    is_row = pc.equal(records["outcome"], ROW).combine_chunks()
    asked = pc.and_(is_row, pc.is_in(records["pack"].combine_chunks(), value_set=there))
    records = identified_anew(records.combine_chunks(), asked, identify)
    made = records.filter(asked).select(["pack", "row", *_SCHEMA.names])
    made = made.sort_by([("pack", "ascending"), ("row", "ascending")])
    start = 0
    for counted in pc.value_counts(made["pack"]).to_pylist():
        own = made.slice(start, counted["counts"]).select(_SCHEMA.names)
        start += counted["counts"]
        name = Path(packs[counted["values"]].path).stem
        with suppress(OSError):
            write_table(os.path.join(folder.path, name + folder.identities), own)  # noqa: PTH118
    return records
