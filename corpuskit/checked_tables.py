"""Tables on disk that are believed only while they are what was written."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

_DIGEST_BYTES = 32


def write_table(path: str, table: pa.Table) -> None:
    """Write a table, whole or not at all: the SHA-256 of what follows, then an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data = sink.getvalue()
    with whole_file(path) as file:
        file.write(hashlib.sha256(data).digest())
        file.write(data)


def read_table(path: Path) -> pa.Table | None:
    """The table, with its schema's metadata; None if the file is gone or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[_DIGEST_BYTES:]).digest() != data[:_DIGEST_BYTES]:
        return None
    return pa.ipc.open_stream(pa.py_buffer(data)[_DIGEST_BYTES:]).read_all()


@contextmanager
def whole_file(path: str) -> Iterator[BinaryIO]:
    """A file to write that appears at once: who opens it sees all of it, or all of the one before.

    It appears only if what writes it raises nothing.
    """
    # Containers that share a folder have the same process ids.
    temporary = f"{path}.{secrets.token_hex(8)}"
    with open(temporary, "wb") as file:  # noqa: PTH123
        yield file
    os.replace(temporary, path)  # noqa: PTH105
