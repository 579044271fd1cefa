"""The files of one version, in a folder of this machine or behind a URL, for those who read it.

Behind a URL only those parts of a file are fetched that are asked for: the end of a shard, which
says where its columns are, and these columns.
"""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.dataset as ds
from pyarrow.fs import FileInfo, FileType, FSSpecHandler, PyFileSystem

from corpuskit.errors import UsageError
from corpuskit.find_release import divided, find_version
from corpuskit.find_remote import remote_store
from corpuskit.shards import ShardFile
from corpuskit.stores import LocalStore, RemoteStore
from corpuskit.urls import is_url
from corpuskit.versions import LATEST, Wanted

_LOOKED_AT = 65_536
_TAIL = _LOOKED_AT // 4


class ReleaseFiles(Protocol):
    """The files of a version by their paths in it."""

    @property
    def place(self) -> Path | str:
        """The version's folder, or its URL as messages may say it."""

    @property
    def address(self) -> Path | str:
        """The version's folder, or its URL with all that is needed to open it."""

    def size(self, path: str) -> int | None:
        """The bytes of a plain file; None if there is none."""

    def read(self, path: str) -> bytes:
        """What a file holds.

        Raises:
            OSError, UnfinishedError: it cannot be read.
        """

    def shard(self, path: str) -> ShardFile:
        """A shard, for `shards` to read."""

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """Some shards as one dataset of Arrow, in that order.

        Raises:
            OSError, pa.ArrowException: they cannot be read.
        """


@dataclass(frozen=True, slots=True)
class FolderFiles:
    """Those in a folder of this machine."""

    place: Path

    @property
    def address(self) -> Path:
        """The same."""
        return self.place

    def size(self, path: str) -> int | None:
        """See `ReleaseFiles`, as for all methods."""
        try:
            found = (self.place / path).stat()
        except (FileNotFoundError, NotADirectoryError):
            return None
        return found.st_size if stat.S_ISREG(found.st_mode) else None

    def read(self, path: str) -> bytes:
        """Whole."""
        return (self.place / path).read_bytes()

    def shard(self, path: str) -> ShardFile:
        """By its path."""
        return self.place / path

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """By their paths."""
        return ds.dataset([os.fspath(self.place / path) for path in paths], format="parquet")


class RemoteFiles:
    """Those behind a URL; what is there, and how large, is asked once."""

    def __init__(self, store: RemoteStore, folder: str) -> None:
        """Take a store, and the version's folder in it, which may be itself.

        Raises:
            UnfinishedError: the network got in the way.
        """
        self._store = store
        self._prefix = f"{folder}/" if folder else ""
        self._base = f"{store.at('')}/{self._prefix}"
        self._sizes: dict[str, int | None] = {**store.sizes(folder)}
        self._arrow = PyFileSystem(_Ranges(store.files, self._size_at))

    @property
    def address(self) -> str:
        """The URL, with all that is needed to open it: no message may say it."""
        return f"{self._store.url}/{self._prefix}".rstrip("/")

    @property
    def place(self) -> str:
        """The URL, without a password."""
        return f"{self._store.shown}/{self._prefix}".rstrip("/")

    def size(self, path: str) -> int | None:
        """See `ReleaseFiles`, as for all methods."""
        place = self._prefix + path
        if place not in self._sizes:
            # Not every server of files lists them.
            self._sizes[place] = self._store.size(place)
        return self._sizes[place]

    def _size_at(self, place: str) -> int | None:
        return self.size(place.removeprefix(self._base))

    def read(self, path: str) -> bytes:
        """Whole."""
        data = self._store.read(self._prefix + path)
        if data is None:
            raise FileNotFoundError(f"{self.place}/{path}: no such file")
        return data

    def shard(self, path: str) -> ShardFile:
        """Opened when it is read."""
        return lambda: self._arrow.open_input_file(self._store.at(self._prefix + path))

    def dataset(self, paths: Sequence[str]) -> ds.Dataset:
        """Through Arrow's bridge to fsspec."""
        places = [self._store.at(self._prefix + path) for path in paths]
        return ds.dataset(places, filesystem=self._arrow, format="parquet")


class _Ranges(FSSpecHandler):  # type: ignore[misc]
    """Opens files so that no byte is fetched that is not asked for."""

    def __init__(self, files: Any, size_at: Callable[[str], int | None]) -> None:  # noqa: ANN401 - fsspec has no types
        super().__init__(files)
        self._size_at = size_at

    def get_file_info(self, paths: Sequence[str]) -> list[FileInfo]:
        sizes = {path: self._size_at(path) for path in paths}
        return [
            FileInfo(path, FileType.NotFound if size is None else FileType.File, size=size)
            for path, size in sizes.items()
        ]

    def open_input_file(self, path: str) -> pa.PythonFile:
        # What fsspec reads ahead by itself is megabytes.
        with _as_os_error(path):
            opened: Any = self.fs.open(path, mode="rb", cache_type="none")
        return pa.PythonFile(_Frugal(opened, self._size_at(path) or 0), mode="r")


class _Frugal(io.RawIOBase):
    """A Parquet file of which Arrow looks for the footer in the last 64 KB.

    The footer of a shard takes some 10 of these, and nothing is asked of what is before it: a
    quarter is fetched, unless the footer is longer, and zeros stand for the rest.
    """

    def __init__(self, file: Any, size: int) -> None:  # noqa: ANN401 - fsspec has no types
        self._file = file
        self._size = size

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        place: int = self._file.seek(offset, whence)
        return place

    def tell(self) -> int:
        place: int = self._file.tell()
        return place

    def read(self, size: int = -1) -> bytes:
        with _as_os_error("a part of a shard"):
            return self._read(size)

    def _read(self, size: int) -> bytes:
        start = self.tell()
        if size == _LOOKED_AT and 0 < start == self._size - size:
            self.seek(self._size - _TAIL)
            tail: bytes = self._file.read(_TAIL)
            if int.from_bytes(tail[-8:-4], "little") + 8 <= len(tail):
                return bytes(size - len(tail)) + tail
            self.seek(start)
        data: bytes = self._file.read(size)
        return data

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _as_os_error(what: str) -> Iterator[None]:
    """What a backend raises, as what readers of files expect."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:  # every backend raises what the library below it raises
        raise OSError(f"{what}: {str(error) or type(error).__name__}") from error


def find_files(
    operand: str | os.PathLike[str], version: str | None = None
) -> tuple[ReleaseFiles, Wanted]:
    """The files of the version that is meant, and which versions may be: see `find_version`.

    Raises:
        ReleaseError: there is no such version, or it is not whole.
        UsageError: nothing is there, the version is none or is stated twice, or a URL cannot be
            used.
        UnfinishedError: the network got in the way.
    """
    path, at = divided(operand)
    if not is_url(path):
        folder, wanted = find_version(operand, version)
        return FolderFiles(folder), wanted
    if at is not None and version is not None:
        raise UsageError(f"{os.fspath(operand)} names a version already; leave {version} out")
    wanted = Wanted.stated(next((text for text in (at, version) if text is not None), LATEST))
    store, folder_there = remote_store(path, wanted)
    if isinstance(store, LocalStore):
        return FolderFiles(store.root / folder_there), wanted
    assert isinstance(store, RemoteStore), "there are two kinds of stores"
    return RemoteFiles(store, folder_there), wanted
