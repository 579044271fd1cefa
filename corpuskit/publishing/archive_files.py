"""Files → one archive, whose bytes depend on theirs, their names and one time, and on nothing else.

Zip: what goes in is stored as it is, for a release is Parquet, which zstd has compressed, and what
deflate makes of the rest differs between builds of zlib (zlib-ng, the one of a distribution). So
the bytes are the same whatever Python wrote them.

Tar: in the POSIX format (pax), whose headers say more only where a name or a size needs it. It is
packed by the zstd in pyarrow: another version of it may give other bytes, of the same tar.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO, BinaryIO, Literal, TypeAlias, get_args

import pyarrow as pa

from corpuskit.errors import ReleaseError

ArchiveKind: TypeAlias = Literal["zip", "tar.zst"]
KINDS: tuple[ArchiveKind, ...] = get_args(ArchiveKind)

_CHUNK = 2**20
_MODE = stat.S_IFREG | 0o644
_UNIX = 3
"""The system of a zip's modes; without it, unzip takes them for those of DOS."""

_ZIP_TIMES = (dt.datetime(1980, 1, 1, tzinfo=dt.UTC), dt.datetime(2107, 12, 31, tzinfo=dt.UTC))
"""The first and the last day that a zip can name."""


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """A file to be archived: its path in the archive, what must be in it, and where that is."""

    path: str
    size: int
    sha256: str
    source: Path | bytes


def write_archive(
    target: Path,
    kind: ArchiveKind,
    files: Sequence[ArchivedFile],
    created: str,
    done: Callable[[ArchivedFile], None],
) -> None:
    """Write all files in the byte order of their paths, each as being from `created`.

    None is read whole into memory.

    Args:
        target: A path at which there is nothing yet.
        kind: The format.
        files: In any order.
        created: ISO 8601 in UTC.
        done: Called with each file that is written.

    Raises:
        ReleaseError: a file is no longer what it should be.
        OSError: one cannot be read, or the target not be written.
    """
    time = dt.datetime.fromisoformat(created)
    ordered = sorted(files, key=lambda file: file.path.encode())
    write = _write_zip if kind == "zip" else _write_tar_zst
    with target.open("xb") as opened:
        write(opened, ordered, time, done)


def _write_zip(
    target: BinaryIO,
    files: Sequence[ArchivedFile],
    time: dt.datetime,
    done: Callable[[ArchivedFile], None],
) -> None:
    first, last = _ZIP_TIMES
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for file in files:
            info = zipfile.ZipInfo(file.path, min(max(time, first), last).timetuple()[:6])
            info.create_system = _UNIX
            info.external_attr = _MODE << 16
            # By this zipfile knows which header it needs: that of files from 4 GB is longer.
            info.file_size = file.size
            with _opened(file) as data, archive.open(info, "w") as member:
                shutil.copyfileobj(data, member, _CHUNK)
            done(file)


def _write_tar_zst(
    target: BinaryIO,
    files: Sequence[ArchivedFile],
    time: dt.datetime,
    done: Callable[[ArchivedFile], None],
) -> None:
    with (
        pa.PythonFile(target, mode="w") as plain,
        pa.CompressedOutputStream(plain, "zstd") as packed,
        # A stream, which hands on pieces of one size: zstd may make something else of others.
        tarfile.open(
            fileobj=packed, mode="w|", bufsize=_CHUNK, format=tarfile.PAX_FORMAT, encoding="utf-8"
        ) as archive,
    ):
        for file in files:
            info = tarfile.TarInfo(file.path)
            info.size = file.size
            info.mode = stat.S_IMODE(_MODE)
            info.mtime = max(0, int(time.timestamp()))
            with _opened(file) as data:
                archive.addfile(info, data)
            # tarfile keeps all of them.
            archive.members = []  # type: ignore[attr-defined]
            done(file)


@contextmanager
def _opened(file: ArchivedFile) -> Iterator[_Hashing]:
    """A file to be read to its end, by when it must have been what it should be."""
    source = file.source
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as opened:
        hashing = _Hashing(opened)
        yield hashing
        if hashing.sha256.hexdigest() != file.sha256 or hashing.read(1):
            raise ReleaseError(f"{file.source!r} was changed while it was archived")


class _Hashing:
    """A file that is only read, and the SHA-256 of what was."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read on."""
        data = self._file.read(size)
        self.sha256.update(data)
        return data
