"""What columns hold, as bytes: for digests."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa


def in_memory(column: pa.ChunkedArray) -> Iterator[memoryview]:
    """What a column of texts or of numbers holds, whatever memory is around it.

    Of texts these are the characters, with nothing that says where one ends; a null number is 0.
    """
    if not len(column):
        return
    if pa.types.is_string(column.type):
        for chunk in column.chunks:
            _, ends, data = chunk.buffers()
            starts = memoryview(ends).cast("i")[chunk.offset : chunk.offset + len(chunk) + 1]
            yield memoryview(data or b"")[starts[0] : starts[-1]]
    else:
        whole = column.fill_null(0).combine_chunks()
        width = whole.type.byte_width
        yield memoryview(whole.buffers()[1])[whole.offset * width :][: len(whole) * width]
