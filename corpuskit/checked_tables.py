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
_ROWS_AT_ONCE = 65_536


def write_table(path: str, table: pa.Table) -> None:
    """Write a table, whole or not at all: the SHA-256 of what follows, then an Arrow IPC stream."""
    with whole_file(path) as file:
        file.write(bytes(_DIGEST_BYTES))
        hashing = _Hashing(file)
        sink = pa.PythonFile(hashing, mode="w")
        with pa.ipc.new_stream(sink, table.schema) as writer:
            writer.write_table(table, max_chunksize=_ROWS_AT_ONCE)
        file.seek(0)
        file.write(hashing.sha256.digest())


def read_table(path: Path) -> pa.Table | None:
    """The table, with its schema's metadata; None if the file is gone or damaged."""
    try:
        data = path.read_bytes()
    except OSError:
        return None
    if hashlib.sha256(data[_DIGEST_BYTES:]).digest() != data[:_DIGEST_BYTES]:
        return None
    return pa.ipc.open_stream(pa.py_buffer(data)[_DIGEST_BYTES:]).read_all()


class _Hashing:
    """A file that is only written to, and the SHA-256 of what was."""

    closed = False

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write on."""
        self.sha256.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Leave that to the file."""

    def close(self) -> None:
        """Leave that to whoever opened it."""


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
