"""Columns: in one piece, the bytes that they hold, and the memory that they leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import pyarrow as pa

Column: TypeAlias = pa.Array | pa.ChunkedArray


def whole(column: Column) -> pa.Array:
    """A column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def joined(tables: list[pa.Table]) -> pa.Table:
    """The rows of one or more tables, each column in one piece; `tables` is emptied.

    That takes the memory of one column more than the tables do.
    """
    schema = tables[0].schema
    columns = dict(zip(schema.names, pa.concat_tables(tables).columns, strict=True))
    tables.clear()
    return pa.Table.from_arrays([whole(columns.pop(n)) for n in schema.names], schema=schema)


def in_memory(column: Column) -> Iterator[memoryview]:
    """What a column of texts or of numbers holds, whatever memory is around it.

    Of texts these are the characters, with nothing that says where one ends; a null number is 0.
    """
    if not len(column):
        return
    if pa.types.is_string(column.type):
        for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
            _, ends, data = chunk.buffers()
            starts = memoryview(ends).cast("i")[chunk.offset : chunk.offset + len(chunk) + 1]
            yield memoryview(data or b"")[starts[0] : starts[-1]]
    else:
        array = whole(column.fill_null(0))
        width = array.type.byte_width
        yield memoryview(array.buffers()[1])[array.offset * width :][: len(array) * width]


def give_back() -> None:
    """Have what Arrow has freed go back to the system, which Arrow would do some time later."""
    pa.default_memory_pool().release_unused()
