"""footers.arrow.zst: the footers of all shards in one file, for readers who are far away.

The end of a Parquet file says where its columns are. Without this file it has to be fetched of
every shard before anything else; the footers of shards say nearly the same, and together they take
a fifth.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pyarrow as pa

PATH: Final = "footers.arrow.zst"
"""In a version's folder."""

MOST_BYTES = 2**28
"""Of footers, 6 KB a shard; the file is compressed as a whole so that no more is ever unfolded."""

_AT_ONCE = 2**20
_SCHEMA = pa.schema([("path", pa.string()), ("footer", pa.binary())])
_MAGIC = b"PAR1"
_LENGTH_BYTES = 4


class FooterError(ValueError):
    """Bytes that are no footer, or hold none."""


def render(footers: Mapping[str, bytes]) -> bytes:
    """The file that has some footers, by the paths of their shards.

    It is of Arrow's file format, with a column `path` and a column `footer`, a row each shard; then
    compressed with Zstandard.
    """
    table = pa.table([[*footers], [*footers.values()]], schema=_SCHEMA)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, _SCHEMA) as writer:
        writer.write_table(table)
    data: bytes = pa.compress(sink.getvalue(), codec="zstd", asbytes=True)
    return data


def parse(data: bytes) -> dict[str, bytes]:
    """The footers that `data` has, by the paths of their shards.

    Raises:
        FooterError: it is not such a file.
    """
    try:
        with pa.ipc.open_file(pa.py_buffer(_unfolded(data))) as reader:
            table = reader.read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise FooterError("expected a compressed Arrow file, found something else") from error
    if not table.schema.equals(_SCHEMA, check_metadata=True) or table["path"].null_count:
        raise FooterError("expected the columns `path` and `footer`, found others")
    paths, footers = (table[name].to_pylist() for name in _SCHEMA.names)
    if len(set(paths)) < len(paths):
        raise FooterError("expected every shard once, found one twice")
    found = dict(zip(paths, footers, strict=True))
    for path, footer in found.items():
        if footer is None or length_of(footer[-_LENGTH_BYTES - len(_MAGIC) :]) != len(footer):
            raise FooterError(f"expected a footer of {path}, found none")
    return found


def _unfolded(data: bytes) -> bytes:
    """What `data` is the compressed form of, as far as there may be so much of it."""
    pieces: list[bytes] = []
    size = 0
    with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
        while piece := stream.read(_AT_ONCE):
            size += len(piece)
            if size > MOST_BYTES:
                raise FooterError(f"expected {MOST_BYTES} bytes at the most, found more")
            pieces.append(piece)
    return b"".join(pieces)


def length_of(end: bytes) -> int | None:
    """The bytes of the footer of a Parquet file whose last 8 are `end`; None if it is none."""
    if len(end) < _LENGTH_BYTES + len(_MAGIC) or not end.endswith(_MAGIC):
        return None
    return len(end) + int.from_bytes(end[:_LENGTH_BYTES], "little")


def footer_of(shard: Path) -> bytes:
    """The footer of a Parquet file, with its length and the magic bytes that end it.

    Raises:
        FooterError: it has none.
        OSError: it cannot be read.
    """
    with shard.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - _LENGTH_BYTES - len(_MAGIC)))
        length = length_of(file.read())
        if length is None or length > size:
            raise FooterError(f"expected the end of a Parquet file, found something else: {shard}")
        file.seek(size - length)
        return file.read()
