"""Fragments: the articles of a batch on disk, between parsing and the shards they end up in.

Arrow IPC files in the build's scratch folder, one batch each, uncompressed and mapped into memory
when they are read. Rows are picked with polars, over all fragments at once: Arrow's own `take` goes
through every column of every fragment for each shard, 27 µs a row with 20 fragments where this
takes 10, and more with each further one. Strings are stored as views and lists with 64-bit offsets,
the layout that polars reads without a copy.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

if TYPE_CHECKING:
    import polars as pl

_SUFFIX = ".arrow"


def write_fragment(scratch: str, fragment: int, rows: pa.RecordBatch) -> None:
    """Write the fragment of that number."""
    schema = pa.schema([pa.field(f.name, _stored(f.type)) for f in rows.schema])
    path = Path(scratch) / f"{fragment:09d}{_SUFFIX}"
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, schema) as writer:
        writer.write_batch(rows.cast(schema))


def take_rows(scratch: str, rows: Sequence[tuple[int, int]]) -> pa.Table:
    """(fragment, row) pairs as one table in the order given, in the release's types; 0-based.

    The first call opens all fragments of `scratch`, none of which may be added to afterwards.
    """
    import polars as pl

    opened = _open(scratch)
    places = [opened.starts[fragment] + row for fragment, row in rows]
    table = opened.frame[places].to_arrow(compat_level=pl.CompatLevel.newest())
    return table.cast(pa.schema([pa.field(f.name, _released(f.type)) for f in table.schema]))


def close_fragments() -> None:
    """Let go of what this process has opened: a file that is mapped keeps its room on the disk."""
    _open.cache_clear()


@dataclass(frozen=True, slots=True)
class _Opened:
    """All rows of a scratch folder, and by fragment the place of its first one."""

    frame: pl.DataFrame
    starts: dict[int, int]


@lru_cache(maxsize=1)
def _open(scratch: str) -> _Opened:
    import polars as pl

    frames, starts, count = [], {}, 0
    for path in sorted(Path(scratch).glob(f"*{_SUFFIX}")):
        with pa.memory_map(str(path)) as file:
            frame = pl.DataFrame(pa.ipc.open_file(file).get_batch(0))
        frames.append(frame)
        starts[int(path.stem)] = count
        count += frame.height
    return _Opened(pl.concat(frames, rechunk=False), starts)


def _stored(arrow: pa.DataType) -> pa.DataType:
    if pa.types.is_list(arrow):
        return pa.large_list(_stored(arrow.value_type))
    return pa.string_view() if pa.types.is_string(arrow) else arrow


def _released(arrow: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(arrow):
        return pa.list_(_released(arrow.value_type))
    return pa.string() if pa.types.is_string_view(arrow) else arrow
