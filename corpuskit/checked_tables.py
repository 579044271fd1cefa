"""Tables on disk that are believed only while they are what was written."""

from __future__ import annotations

import hashlib
import os
import secrets
from pathlib import Path

import pyarrow as pa

_DIGEST_BYTES = 32


def write_table(path: str, table: pa.Table) -> None:
    """Write a table, whole or not at all: the SHA-256 of what follows, then an Arrow IPC stream."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    data = sink.getvalue().to_pybytes()
    write_whole(path, hashlib.sha256(data).digest() + data)


def read_table(path: Path) -> pa.Table | None:
    """The table, with its schema's metadata; None if the file is gone or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[_DIGEST_BYTES:]).digest() != data[:_DIGEST_BYTES]:
        return None
    return pa.ipc.open_stream(pa.py_buffer(data)[_DIGEST_BYTES:]).read_all()


def write_whole(path: str, data: bytes | pa.Buffer) -> None:
    """Write a file that appears at once: who opens it sees all of it, or all of the one before."""
    # Containers that share a folder have the same process ids.
    temporary = f"{path}.{secrets.token_hex(8)}"
    with open(temporary, "wb") as file:  # noqa: PTH123
        file.write(data)
    os.replace(temporary, path)  # noqa: PTH105
