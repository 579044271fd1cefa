"""Packs: the articles of a batch on disk, between parsing and the shards that they end up in.

Arrow IPC files, one batch each, uncompressed and mapped into memory when they are read. A pack is
named after what was parsed into it, written whole or not at all, and never changed: the cache keeps
packs for later builds; a build without one has them in its stage.

Rows are picked with polars, over all packs at once: Arrow's own `take` goes through every column of
every pack for each shard, 27 µs a row with 20 packs where this takes 10, and more with each further
one. Strings are stored as views and lists with 64-bit offsets, the layout that polars reads without
a copy.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from corpuskit.checked_tables import whole_file

if TYPE_CHECKING:
    import polars as pl

SUFFIX = ".rows"


class Pack(NamedTuple):
    """A file of rows, and its SHA-256 where it must be checked before it is believed."""

    path: str
    sha256: str | None = None


class DamagedPackError(Exception):
    """A pack is gone, or is not what was written."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class PackFolder(NamedTuple):
    """Where packs go; those of the cache are `kept`, and so checked when they are used again."""

    path: str
    kept: bool = False


def write_pack(folder: PackFolder, name: str, rows: pa.RecordBatch) -> Pack:
    """Write the pack of that name, whole or not at all; its rows are numbered from 0."""
    schema = pa.schema([pa.field(f.name, _stored(f.type)) for f in rows.schema])
    path = os.path.join(folder.path, name + SUFFIX)  # noqa: PTH118 - a str for Arrow
    with whole_file(path) as file, pa.ipc.new_file(pa.PythonFile(file), schema) as writer:
        writer.write_batch(rows.cast(schema))
    if not folder.kept:
        return Pack(path)
    with pa.memory_map(path) as written:
        return Pack(path, _digest(written))


def take_rows(packs: Mapping[int, Pack], rows: Sequence[tuple[int, int]]) -> pa.Table:
    """Rows in the order given, in the release's types; each is (number of its pack, row in it).

    Raises:
        DamagedPackError: a pack that is needed is gone, or is not what was written.
    """
    import polars as pl

    frames, starts, count = [], {}, 0
    for number in sorted({number for number, _ in rows}):
        frame = _open(packs[number])
        frames.append(frame)
        starts[number] = count
        count += frame.height
    places = [starts[number] + row for number, row in rows]
    found = pl.concat(frames, rechunk=False)[places]
    table = found.to_arrow(compat_level=pl.CompatLevel.newest())
    return table.cast(pa.schema([pa.field(f.name, _released(f.type)) for f in table.schema]))


def close_packs() -> None:
    """Let go of what this process has opened: a file that is mapped keeps its room on the disk."""
    _open.cache_clear()


@cache
def _open(pack: Pack) -> pl.DataFrame:
    import polars as pl

    try:
        with pa.memory_map(pack.path) as file:
            if pack.sha256 is not None and _digest(file) != pack.sha256:
                raise DamagedPackError(pack.path)
            return pl.DataFrame(pa.ipc.open_file(file).get_batch(0))
    except (OSError, pa.ArrowException) as error:
        raise DamagedPackError(pack.path) from error


def _digest(file: pa.MemoryMappedFile) -> str:
    file.seek(0)
    return hashlib.sha256(file.read_buffer()).hexdigest()


def _stored(arrow: pa.DataType) -> pa.DataType:
    if pa.types.is_list(arrow):
        return pa.large_list(_stored(arrow.value_type))
    return pa.string_view() if pa.types.is_string(arrow) else arrow


def _released(arrow: pa.DataType) -> pa.DataType:
    if pa.types.is_large_list(arrow):
        return pa.list_(_released(arrow.value_type))
    return pa.string() if pa.types.is_string_view(arrow) else arrow
