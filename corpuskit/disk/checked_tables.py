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


def write_table(path: str, table: pa.Table, keep: pa.ChunkedArray | None = None) -> None:
    """Write a table, whole or not at all: a SHA-256, then an Arrow IPC stream.

    The digest is over the names of the file and its folder as well: a table is not believed in the
    place of another.

    Args:
        path: Where to.
        table: What; few of its rows are copied at once.
        keep: Which of its rows; all without it.
    """
    with whole_file(path) as file:
        file.write(bytes(_DIGEST_BYTES))
        hashing = _Hashing(file, _name(path))
        sink = pa.PythonFile(hashing, mode="w")
        with pa.ipc.new_stream(sink, table.schema) as writer:
            for start in range(0, len(table), _ROWS_AT_ONCE):
                rows = table.slice(start, _ROWS_AT_ONCE)
                if keep is not None:
                    rows = rows.filter(keep.slice(start, _ROWS_AT_ONCE))
                writer.write_table(rows)
        file.seek(0)
        file.write(hashing.sha256.digest())


def read_table(path: Path) -> pa.Table | None:
    """The table, with its schema's metadata; None if the file is gone or damaged."""
    try:
        # Nothing else is ever there, and to open a pipe could take for ever.
        if not path.is_file():
            return None
        data = path.read_bytes()
    except OSError:
        return None
    hashed = hashlib.sha256(_name(str(path)))
    hashed.update(memoryview(data)[_DIGEST_BYTES:])
    if hashed.digest() != data[:_DIGEST_BYTES]:
        return None
    return pa.ipc.open_stream(pa.py_buffer(data)[_DIGEST_BYTES:]).read_all()


def _name(path: str) -> bytes:
    folder, name = os.path.split(path)
    return f"{os.path.basename(folder)}/{name} ".encode()  # noqa: PTH119


class _Hashing:
    """A file that is only written to, and the SHA-256 of what was."""

    closed = False

    def __init__(self, file: BinaryIO, name: bytes) -> None:
        self._file = file
        self.sha256 = hashlib.sha256(name)

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
    try:
        with _new_file(temporary) as file:
            yield file
        os.replace(temporary, path)  # noqa: PTH105
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _new_file(path: str) -> BinaryIO:
    try:
        return open(path, "wb")  # noqa: PTH123 - closed by whoever asked for it
    except FileNotFoundError:
        # Another build has pruned the folder, which was empty.
        os.mkdir(os.path.dirname(path))  # noqa: PTH102, PTH120
        return open(path, "wb")  # noqa: PTH123
