"""Packs: the articles of a batch on disk, between parsing and the shards that they end up in.

Arrow IPC files of `stored_rows`, one batch each, uncompressed and mapped into memory when they are
read; their metadata has the schema that the rows are released in. A pack is named after what was
parsed into it, written whole or not at all, and never changed: the cache keeps packs for later
builds; a build without one has them in its stage.

Of a pack of the cache, what stands around the rows is checked when it is opened, and a row when it
is taken, by their CRC-32: damage is looked for, and no forger. Checking whole packs would read all
of them for a few rows of each.
"""

from __future__ import annotations

import os
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Final, NamedTuple

import pyarrow as pa

from corpuskit.disk.checked_tables import whole_file
from corpuskit.packs.rows import STORED, restore

SUFFIX = ".rows"

_RELEASED = b"released"
"""The key of the released schema in a pack's metadata."""

_CRC: Final = pa.field("crc32", pa.uint32())
"""A further column of a pack that is kept: of the pieces of a row, one after the other."""


class Pack(NamedTuple):
    """A file of rows, and the checksum of what is around these where it is not just believed."""

    path: str
    checksum: str | None = None


class DamagedPackError(Exception):
    """A pack is gone, or is not what was written."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class PackFolder(NamedTuple):
    """Where packs go; those of the cache are `kept`, and so checked when they are used again.

    `verdicts` is what the names of files of verdicts end in that the constraints in force gave,
    `identities` that of the files of rows' identities in a release that omits the same columns.
    """

    path: str
    kept: bool = False
    verdicts: str = ""
    identities: str = ""


def write_pack(folder: PackFolder, name: str, stored: pa.RecordBatch, released: pa.Schema) -> Pack:
    """Write the pack of that name, whole or not at all; its rows are numbered from 0."""
    path = os.path.join(folder.path, name + SUFFIX)  # noqa: PTH118 - a str for Arrow
    if folder.kept:
        sums = memoryview(_row_sums(stored))
        stored = stored.append_column(_CRC, pa.array(sums, _CRC.type))
    stored = stored.replace_schema_metadata({_RELEASED: released.serialize().to_pybytes()})
    with whole_file(path) as file, pa.ipc.new_file(pa.PythonFile(file), stored.schema) as writer:
        writer.write_batch(stored)
    return Pack(path, _checksum(path) if folder.kept else None)


def _row_sums(stored: pa.RecordBatch) -> array[int]:
    columns = [_mapped(stored.column(name)) for name in STORED.names]
    return array(
        "I",
        (
            _row_sum(data[ends[row] : ends[row + 1]] for ends, data in columns)
            for row in range(stored.num_rows)
        ),
    )


def _row_sum(pieces: Iterable[memoryview]) -> int:
    found = 0
    for piece in pieces:
        found = zlib.crc32(piece, found)
    return found


def take_rows(packs: Mapping[int, Pack], rows: Sequence[tuple[int, int]]) -> pa.Table:
    """One or more rows in the order given, in the release's types, but for what depends on a path.

    Each is (number of its pack, row in it). `id`, `path` and `row_sha256` are null.

    Raises:
        DamagedPackError: a pack that is needed is gone, or is not what was written.
    """
    gathered = _take(packs, rows)
    return restore(gathered, _open(packs[rows[0][0]]).released)


def take_texts(packs: Mapping[int, Pack], rows: Sequence[tuple[int, int]]) -> list[str]:
    """The texts of rows in the order given, without the work for all else of a row.

    Raises:
        DamagedPackError: a pack that is needed is gone, or is not what was written.
    """
    return [str(text, "utf-8") for text in _take(packs, rows)["text"]]


def _take(
    packs: Mapping[int, Pack], rows: Sequence[tuple[int, int]]
) -> dict[str, list[memoryview]]:
    """The bytes of rows, by stored column, which are what was written."""
    opened = {number: _open(packs[number]) for number in sorted({number for number, _ in rows})}
    gathered = {name: _gather(opened, name, rows) for name in STORED.names}
    for (number, row), *pieces in zip(rows, *gathered.values(), strict=True):
        sums = opened[number].sums
        if sums is not None and _row_sum(pieces) != sums[row]:
            raise DamagedPackError(packs[number].path)
    return gathered


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
    """A mapped pack: for each stored column where its values end, from 0, and their bytes.

    `sums` are the checksums of its rows, None if they are believed.
    """

    rows: int
    released: pa.Schema
    columns: dict[str, tuple[memoryview, memoryview]]
    sums: memoryview | None


@cache
def _open(pack: Pack) -> _Opened:
    try:
        with pa.memory_map(pack.path) as file:
            whole = file.read_buffer()
        if pack.checksum is not None and _sum_around(whole, pack.checksum) != pack.checksum:
            raise DamagedPackError(pack.path)
        batch = pa.ipc.open_file(whole).get_batch(0)
    except (OSError, pa.ArrowException) as error:
        raise DamagedPackError(pack.path) from error
    released = pa.ipc.read_schema(pa.py_buffer(batch.schema.metadata[_RELEASED]))
    columns = {name: _mapped(batch.column(name)) for name in STORED.names}
    return _Opened(batch.num_rows, released, columns, _sums(batch) if pack.checksum else None)


def _mapped(column: pa.Array) -> tuple[memoryview, memoryview]:
    _, ends, data = column.buffers()
    return memoryview(ends).cast("q"), memoryview(data or b"")


def _sums(batch: pa.RecordBatch) -> memoryview:
    return memoryview(batch.column(_CRC.name).buffers()[1]).cast("I")


def _checksum(path: str) -> str:
    """Of all that is in a pack but its rows, and where these begin and end in it."""
    with pa.memory_map(path) as file:
        whole = file.read_buffer()
    batch = pa.ipc.open_file(whole).get_batch(0)
    first, *_, last = (b.address for c in batch.columns for b in c.buffers() if b is not None)
    return _sum_around(whole, f"{first - whole.address} {last - whole.address}")


def _sum_around(whole: pa.Buffer, checksum: str) -> str:
    """The checksum of a pack of which the rows are where a checksum says, or its first two words.

    What is around them is what Arrow says of them, and the last column: their checksums.
    """
    start, end = map(int, checksum.split()[:2])
    around = zlib.crc32(memoryview(whole)[end:], zlib.crc32(memoryview(whole)[:start]))
    return f"{start} {end} {around:08x}"
