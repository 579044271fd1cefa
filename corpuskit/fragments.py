"""Fragments: the articles of a batch on disk, between parsing and the shards they end up in.

Arrow IPC files in the build's scratch folder, in the release's Arrow schema, one batch each.
Uncompressed: the shard writer maps them and picks rows without a copy.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import pyarrow as pa


def write_fragment(scratch: str, fragment: int, rows: pa.RecordBatch) -> None:
    """Write the fragment of that number."""
    path = _path(scratch, fragment)
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, rows.schema) as writer:
        writer.write_batch(rows)


def take_rows(scratch: str, fragment: int, rows: Sequence[int]) -> pa.RecordBatch:
    """Some rows of a fragment, in the order given; 0-based."""
    with pa.memory_map(_path(scratch, fragment)) as file:
        return pa.ipc.open_file(file).get_batch(0).take(pa.array(rows, pa.int64()))


def _path(scratch: str, fragment: int) -> str:
    return os.path.join(scratch, f"{fragment:09d}.arrow")  # noqa: PTH118 - a str for Arrow
