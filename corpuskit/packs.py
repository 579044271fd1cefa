"""Packs: the articles of a batch on disk, between parsing and the shards that they end up in.

Arrow IPC files of `stored_rows`, one batch each, uncompressed and mapped into memory when they are
read; their metadata has the schema that the rows are released in. A pack is named after what was
parsed into it, written whole or not at all, and never changed: the cache keeps packs for later
builds; a build without one has them in its stage.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import pyarrow as pa

from corpuskit.checked_tables import whole_file
from corpuskit.stored_rows import STORED, restore

SUFFIX = ".rows"

_RELEASED = b"released"
"""The key of the released schema in a pack's metadata."""


class Pack(NamedTuple):
    """A file of rows, and its checksum where it must be checked before it is believed."""

    path: str
    checksum: str | None = None


class DamagedPackError(Exception):
    """A pack is gone, or is not what was written."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class PackFolder(NamedTuple):
    """Where packs go; those of the cache are `kept`, and so checked when they are used again.

    `verdicts` is what the names of files of verdicts end in that the constraints in force gave.
    """

    path: str
    kept: bool = False
    verdicts: str = ""


def write_pack(folder: PackFolder, name: str, stored: pa.RecordBatch, released: pa.Schema) -> Pack:
    """Write the pack of that name, whole or not at all; its rows are numbered from 0."""
    path = os.path.join(folder.path, name + SUFFIX)  # noqa: PTH118 - a str for Arrow
    schema = stored.schema.with_metadata({_RELEASED: released.serialize().to_pybytes()})
    with whole_file(path) as file, pa.ipc.new_file(pa.PythonFile(file), schema) as writer:
        writer.write_batch(stored.replace_schema_metadata(schema.metadata))
    if not folder.kept:
        return Pack(path)
    with pa.memory_map(path) as written:
        return Pack(path, _checksum(written))


def take_rows(packs: Mapping[int, Pack], rows: Sequence[tuple[int, int]]) -> pa.Table:
    """One or more rows in the order given, in the release's types, but for what depends on a path.

    Each is (number of its pack, row in it). `id`, `path` and `row_sha256` are null.

    Raises:
        DamagedPackError: a pack that is needed is gone, or is not what was written.
    """
    opened = {number: _open(packs[number]) for number in sorted({number for number, _ in rows})}
    released = opened[rows[0][0]].released
    return restore({name: _gather(opened, name, rows) for name in STORED.names}, released)


def row_count(pack: Pack) -> int:
    """How many rows a pack has.

    Raises:
        DamagedPackError: it is gone, or is not what was written.
    """
    return _open(pack).rows


def _gather(
    opened: Mapping[int, _Opened], name: str, rows: Sequence[tuple[int, int]]
) -> list[memoryview]:
    """The bytes of one stored column, row by row."""
    columns = {number: pack.columns[name] for number, pack in opened.items()}
    found = []
    for number, row in rows:
        ends, data = columns[number]
        found.append(data[ends[row] : ends[row + 1]])
    return found


def close_packs() -> None:
    """Let go of what this process has opened: a file that is mapped keeps its room on the disk."""
    _open.cache_clear()


class _Opened(NamedTuple):
    """A mapped pack: for each stored column where its values end, from 0, and their bytes."""

    rows: int
    released: pa.Schema
    columns: dict[str, tuple[memoryview, memoryview]]


@cache
def _open(pack: Pack) -> _Opened:
    try:
        with pa.memory_map(pack.path) as file:
            if pack.checksum is not None and _checksum(file) != pack.checksum:
                raise DamagedPackError(pack.path)
            batch = pa.ipc.open_file(file).get_batch(0)
    except (OSError, pa.ArrowException) as error:
        raise DamagedPackError(pack.path) from error
    released = pa.ipc.read_schema(pa.py_buffer(batch.schema.metadata[_RELEASED]))
    return _Opened(
        batch.num_rows, released, {name: _mapped(batch.column(name)) for name in STORED.names}
    )


def _mapped(column: pa.Array) -> tuple[memoryview, memoryview]:
    _, ends, data = column.buffers()
    return memoryview(ends).cast("q"), memoryview(data or b"")


def _checksum(file: pa.MemoryMappedFile) -> str:
    """Size and CRC-32: damage is looked for, no forger, and SHA-256 takes three times as long."""
    file.seek(0)
    whole = file.read_buffer()
    return f"{len(whole)} {zlib.crc32(whole):08x}"
